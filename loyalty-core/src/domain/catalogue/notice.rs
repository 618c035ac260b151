//! What a member reads in a notice. The words are templates, so that a shop's programme can say them in its own way.

use super::date::{english_date, spanish_date};
use super::number;
use crate::domain::notice::{NoticeData, NoticeKind, OwnWords};
use crate::value::{Day, Decimal, Locale};

/// Title and text, in Spanish and in English.
type Both = [[&'static str; 2]; 2];

/// The template of points that end on the day itself.
const EXPIRING_TODAY: &str = "points_expiring_today";

/// The names of the templates: those of the kinds, and one for a last day.
pub fn notice_templates() -> impl Iterator<Item = &'static str> {
    NoticeKind::ALL.iter().map(|kind| kind.word()).chain([EXPIRING_TODAY])
}

/// The placeholders that a template may use.
#[must_use]
pub fn notice_placeholders(template: &str) -> &'static [&'static str] {
    match template {
        "points_earned" => &["points", "because"],
        "balance_passed" | "referral_successful" => &["points"],
        "tier_upgraded" => &["tier"],
        "tier_in_danger" => &["points", "tier", "date"],
        "close_to_next_tier" => &["points", "tier"],
        "points_expiring" => &["points", "date"],
        EXPIRING_TODAY => &["points"],
        "reward_available" | "reward_redeemed" => &["reward"],
        "coupon_received" | "coupon_ending" => &["date"],
        "stamps_almost_full" => &["stamps", "card"],
        "personal_offer" => &["title", "text"],
        _ => &[],
    }
}

const fn words(kind: NoticeKind) -> Both {
    match kind {
        NoticeKind::Welcome => [
            ["¡Te damos la bienvenida!", "Ya eres parte del club: cada compra suma puntos."],
            ["Welcome!", "You have joined the club: every purchase earns points."],
        ],
        NoticeKind::PointsEarned => {
            [["Sumaste {points}", "Por {because}."], ["You earned {points}", "From {because}."]]
        }
        NoticeKind::BalancePassed => [
            ["¡Ya pasaste los {points}!", "Mira todo lo que puedes canjear."],
            ["You passed {points}!", "See what you can get with them."],
        ],
        NoticeKind::TierUpgraded => [
            ["¡Llegaste a {tier}!", "Conoce tus nuevos beneficios."],
            ["You reached {tier}!", "Have a look at your new benefits."],
        ],
        NoticeKind::TierInDanger => [
            ["Con {points} más conservas {tier}", "Tienes plazo hasta el {date}."],
            ["{points} more keep {tier} yours", "You have until {date}."],
        ],
        NoticeKind::CloseToNextTier => [
            ["Estás a {points} de {tier}", "Te esperan nuevos beneficios."],
            ["You are {points} away from {tier}", "New benefits are waiting for you."],
        ],
        NoticeKind::PointsExpiring => [
            ["Tienes {points} por vencer", "Puedes usarlos hasta el {date}."],
            ["You have {points} that end soon", "You can use them until {date}."],
        ],
        other => other_words(other),
    }
}

const fn other_words(kind: NoticeKind) -> Both {
    match kind {
        NoticeKind::RewardAvailable => [
            ["Ya te alcanza para {reward}", "Canjéalo cuando quieras."],
            ["You can now get {reward}", "Redeem it whenever you like."],
        ],
        NoticeKind::RewardRedeemed => {
            [["Canjeaste {reward}", "Tu cupón está listo."], ["You redeemed {reward}", "Your coupon is ready."]]
        }
        NoticeKind::CouponReceived => [
            ["Tienes un cupón nuevo", "Puedes usarlo hasta el {date}."],
            ["You have a new coupon", "You can use it until {date}."],
        ],
        NoticeKind::CouponEnding => [
            ["Tu cupón está por vencer", "Puedes usarlo hasta el {date}."],
            ["Your coupon ends soon", "You can use it until {date}."],
        ],
        NoticeKind::StampsAlmostFull => [
            ["Estás a {stamps} de completar {card}", "¡Ya casi!"],
            ["You are {stamps} away from completing {card}", "Almost there!"],
        ],
        NoticeKind::ReferralJoined => [
            ["Aceptaron tu invitación", "Con su primera compra ganan los dos."],
            ["Your invitation was accepted", "Their first purchase earns points for both of you."],
        ],
        NoticeKind::ReferralSuccessful => [
            ["Ganaste {points} por tu invitación", "Tu amigo hizo su primera compra."],
            ["You earned {points} for your invitation", "Your friend made a first purchase."],
        ],
        NoticeKind::Birthday => [
            ["¡Feliz cumpleaños!", "Ven a celebrarlo con nosotros."],
            ["Happy birthday!", "Come and celebrate with us."],
        ],
        NoticeKind::WeMissYou => [
            ["Te extrañamos", "Hace tiempo que no te vemos por acá."],
            ["We miss you", "It has been a while since your last visit."],
        ],
        _ => [["{title}", "{text}"], ["{title}", "{text}"]],
    }
}

const LAST_DAY: Both = [
    ["Hoy es el último día para usar {points}", "Mañana ya no valen."],
    ["Today is the last day to use {points}", "They end tonight."],
];

/// What a notice is about, by name.
#[derive(Debug, Clone, Default)]
pub struct NoticeNames<'a> {
    /// The tier.
    pub tier: Option<&'a str>,
    /// The reward.
    pub reward: Option<&'a str>,
    /// The stamp card.
    pub card: Option<&'a str>,
}

/// Title and text of a notice, as plain text.
#[must_use]
pub fn notice_texts(
    kind: NoticeKind,
    (data, names): (&NoticeData, &NoticeNames<'_>),
    (locale, today): (Locale, Day),
    own: &OwnWords,
) -> [String; 2] {
    let is_last_day = kind == NoticeKind::PointsExpiring && data.day == Some(today.number());
    let name = if is_last_day { EXPIRING_TODAY } else { kind.word() };
    let built_in = if is_last_day { LAST_DAY } else { words(kind) };
    let place = match locale {
        Locale::EsCl => 0,
        Locale::En => 1,
    };
    let templates = match own.get(&(locale, name.to_owned())) {
        Some([title, text]) => [title.as_str(), text.as_str()],
        None => built_in.get(place).copied().unwrap_or_default(),
    };
    templates.map(|template| filled(template, |name| value(name, data, names, (locale, today))))
}

/// A template with its placeholders replaced; what has no value leaves nothing.
fn filled(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut text = String::with_capacity(template.len() + 24);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        text.push_str(before);
        text.push_str(&value(name));
        rest = behind;
    }
    text.push_str(rest);
    text
}

fn value(name: &str, data: &NoticeData, names: &NoticeNames<'_>, (locale, today): (Locale, Day)) -> String {
    let counted = |count: Option<i64>, words: [[&str; 2]; 2]| count.map(|count| with_unit(count, words, locale));
    let text = match name {
        "points" => counted(data.points, [["punto", "puntos"], ["point", "points"]]),
        "stamps" => counted(data.count, [["timbre", "timbres"], ["stamp", "stamps"]]),
        "because" => match data.day {
            // What is earned by purchases alone is counted in purchases.
            None => counted(data.count, [["compra", "compras"], ["purchase", "purchases"]]),
            Some(_) => counted(data.count, [["movimiento", "movimientos"], ["entry", "entries"]]),
        },
        "date" => data.day.map(|day| {
            let day = Day::stored(day);
            match locale {
                Locale::EsCl => spanish_date(day, today),
                Locale::En => english_date(day, today),
            }
        }),
        "tier" => names.tier.map(str::to_owned),
        "reward" => names.reward.map(str::to_owned),
        "card" => names.card.map(str::to_owned),
        "title" => data.title.clone(),
        "text" => data.text.clone(),
        _ => None,
    };
    text.unwrap_or_default()
}

fn with_unit(count: i64, [[one, many], [en_one, en_many]]: [[&str; 2]; 2], locale: Locale) -> String {
    let unit = match (locale, count) {
        (Locale::EsCl, 1) => one,
        (Locale::EsCl, _) => many,
        (Locale::En, 1) => en_one,
        (Locale::En, _) => en_many,
    };
    format!("{} {unit}", number(Decimal::new(count, 0), locale))
}

/// The placeholders in a template, or what is wrong with it.
pub fn placeholders_of(template: &str) -> Result<Vec<&str>, String> {
    let (mut found, mut rest) = (Vec::new(), template);
    while let Some((_, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').ok_or("has a `{` without a `}`")?;
        found.push(name);
        rest = behind;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn said(kind: NoticeKind, data: &NoticeData, locale: Locale) -> [String; 2] {
        let names = NoticeNames { tier: Some("Café Oro"), reward: Some("Café chico"), card: Some("Café") };
        notice_texts(kind, (data, &names), (locale, day("2026-12-01")), &OwnWords::new())
    }

    #[test]
    fn every_kind_says_something_of_its_own_in_both_languages() {
        let mut seen = BTreeSet::new();
        let day = Some(day("2026-12-24").number());
        let data = NoticeData {
            points: Some(1_234),
            count: Some(2),
            day,
            title: Some("Hola".into()),
            text: Some("Hi".into()),
        };
        for kind in NoticeKind::ALL {
            for locale in [Locale::EsCl, Locale::En] {
                let texts = said(*kind, &data, locale);
                assert!(texts.iter().all(|text| !text.is_empty() && !text.contains(['{', '}'])), "{texts:?}");
                assert!(seen.insert((locale, texts.clone())), "{texts:?} is said twice");
            }
            for [title, text] in words(*kind) {
                for name in [title, text].into_iter().flat_map(|words| placeholders_of(words).unwrap()) {
                    assert!(notice_placeholders(kind.word()).contains(&name), "{kind:?}: {name}");
                }
            }
        }
    }

    #[test]
    fn one_is_one_and_dates_are_those_of_the_language() {
        let data = |points, day| NoticeData { points: Some(points), day, ..NoticeData::default() };
        let soon = Some(day("2026-12-04").number());
        let [title, text] = said(NoticeKind::PointsExpiring, &data(1_200, soon), Locale::EsCl);
        assert_eq!(
            (title.as_str(), text.as_str()),
            ("Tienes 1.200 puntos por vencer", "Puedes usarlos hasta el 4 de diciembre.")
        );
        let [title, _] = said(NoticeKind::PointsExpiring, &data(1, Some(day("2026-12-01").number())), Locale::En);
        assert_eq!(title, "Today is the last day to use 1 point");
        let earned = NoticeData { points: Some(132), count: Some(2), ..NoticeData::default() };
        assert_eq!(said(NoticeKind::PointsEarned, &earned, Locale::EsCl), ["Sumaste 132 puntos", "Por 2 compras."]);
    }

    #[test]
    fn a_shop_says_it_in_its_own_words() {
        let own = OwnWords::from([((Locale::EsCl, "welcome".to_owned()), ["Hola".to_owned(), "Pasa".to_owned()])]);
        let say = |locale| {
            let names = NoticeNames::default();
            notice_texts(NoticeKind::Welcome, (&NoticeData::default(), &names), (locale, day("2026-12-01")), &own)
        };
        assert_eq!(say(Locale::EsCl), ["Hola", "Pasa"]);
        assert_eq!(say(Locale::En)[0], "Welcome!");
    }
}
