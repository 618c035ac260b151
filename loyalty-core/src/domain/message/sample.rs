//! Variables to try templates with, and for previews without a guest.

use super::content::{Content, ReportFigure, Variables};
use super::kind::MessageKind;
use super::variable::{Presence, VariableShape};
use crate::value::{Currency, Day, Locale, Money};

/// How much a sample has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// Everything that the kind takes.
    Everything,
    /// Only what it requires, and one of everything that is counted.
    Least,
}

/// Variables of a kind as a guest of the café would have them on that day.
#[must_use]
pub fn sample(kind: MessageKind, locale: Locale, extent: Sample, today: Day) -> Variables {
    let mut variables = Variables::new(today);
    for spec in kind.variables() {
        if extent == Sample::Least && spec.presence == Presence::Optional {
            continue;
        }
        let count = |usual: i64| if extent == Sample::Least { 1 } else { usual };
        let content = match spec.shape {
            VariableShape::Count => Content::Count(count(number(kind, spec.name))),
            VariableShape::Missing if extent == Sample::Least => Content::Visits(1),
            VariableShape::Missing => Content::Count(1_200),
            VariableShape::Day if kind == MessageKind::OwnerReport => Content::Day(today.plus_days(-7)),
            VariableShape::Day if kind == MessageKind::RewardRedeemed => Content::Day(today.plus_days(90)),
            VariableShape::Day => Content::Day(today.plus_days(4)),
            VariableShape::Link => Content::Link(link(spec.name).to_owned()),
            VariableShape::Texts => Content::Texts(texts(spec.name, locale).map(str::to_owned).to_vec()),
            VariableShape::Figures => Content::Figures(figures(locale)),
            VariableShape::Text | VariableShape::FirstName => Content::Text(text(kind, spec.name, locale).to_owned()),
        };
        variables = variables.with(spec.name, content);
    }
    variables
}

fn number(kind: MessageKind, name: &str) -> i64 {
    match (kind, name) {
        (_, "points") => 3_605,
        (_, "tier_level") => 3,
        (_, "days") => 4,
        (_, "cost") => 1_500,
        (MessageKind::PointsEarned, _) => 132,
        (MessageKind::ReferralSuccessful, _) => 500,
        (MessageKind::CloseToNextTier, _) => 120,
        (MessageKind::TierUpgraded, _) => 300,
        _ => 1_234,
    }
}

fn link(name: &str) -> &'static str {
    match name {
        "links.card" => "https://cafe-vt.cl/card",
        "links.rewards" => "https://cafe-vt.cl/rewards",
        "links.preferences" => "https://cafe-vt.cl/preferences?t=Qm9uZGlh&l=es",
        "links.unsubscribe" => "https://cafe-vt.cl/unsubscribe?t=Qm9uZGlh&c=email",
        _ => "https://cafe-vt.cl/staff/metrics",
    }
}

fn texts(name: &str, locale: Locale) -> [&'static str; 2] {
    match (name, locale) {
        ("because", Locale::EsCl) => ["Café Plata ×1,2", "Martes doble"],
        ("because", Locale::En) => ["Café Plata ×1.2", "Double Tuesday"],
        (_, Locale::EsCl) => ["Puntos ×1,5", "Envío gratis"],
        (_, Locale::En) => ["Points ×1.5", "Free delivery"],
    }
}

fn text(kind: MessageKind, name: &str, locale: Locale) -> &'static str {
    let spanish = locale == Locale::EsCl;
    match name {
        "first_name" => "Antonia",
        "shop" => "Café-VT",
        "address" => "Av. Italia 1000, Santiago",
        "tier_name" if matches!(kind, MessageKind::TierUpgraded | MessageKind::TierInDanger) => "Café Oro",
        "tier_name" => "Café Plata",
        "tier" | "next" => "Café Oro",
        "card_number" => "4021 7735 09",
        "code" => "7Q2M-9KX4-D0",
        "order" => "A-1042",
        "reward" if spanish => "Café Americano gratis",
        "reward" => "Free Americano",
        "name" | "discount" if spanish => "20 % de descuento",
        "name" | "discount" => "20% discount",
        "usual" => "Cappuccino",
        "title" if spanish => "Jueves de 300 puntos",
        "title" => "A Thursday of 300 points",
        "text" if spanish => "Este jueves, por tu primera compra del día, te regalamos 300 puntos.",
        "text" => "This Thursday your first purchase of the day brings 300 points more.",
        _ => "–",
    }
}

fn figures(locale: Locale) -> Vec<ReportFigure> {
    let pesos = |amount: i64| {
        let money = Currency::new("CLP").and_then(|pesos| Some(Content::Money(Money::minor(amount).ok()?, pesos)));
        money.unwrap_or(Content::Count(amount))
    };
    let labels = match locale {
        Locale::EsCl => ["Ventas a socios", "Compras", "Socios nuevos", "Puntos entregados", "Puntos canjeados"],
        Locale::En => ["Sales to members", "Purchases", "New members", "Points given", "Points redeemed"],
    };
    let values = [
        (pesos(1_284_900), Some(pesos(1_190_500))),
        (Content::Count(214), Some(Content::Count(198))),
        (Content::Count(17), Some(Content::Count(1))),
        (Content::Count(12_849), Some(Content::Count(11_905))),
        (Content::Count(4_500), None),
    ];
    let rows = labels.into_iter().zip(values);
    rows.map(|(label, (value, before))| ReportFigure { label: label.to_owned(), value, before }).collect()
}

/// Samples that differ in what may be missing: with everything, with the least, with everything but one, and with one
/// more than the least.
pub(super) fn variants(kind: MessageKind, locale: Locale, today: Day) -> Vec<Variables> {
    let everything = sample(kind, locale, Sample::Everything, today);
    let least = sample(kind, locale, Sample::Least, today);
    let mut variants = Vec::new();
    for spec in kind.variables().filter(|spec| spec.presence == Presence::Optional) {
        variants.push(everything.clone().without(spec.name));
        variants.extend(everything.get(spec.name).map(|content| least.clone().with(spec.name, content.clone())));
    }
    variants.extend([everything, least]);
    variants
}
