//! The one catalogue of texts that guests read, in Spanish (es-CL) and English.

mod benefit;
mod date;
mod notice;
mod outlook;
mod refusal;
mod segment;

use crate::value::Locale;

use crate::domain::programme::Benefit;
use crate::value::{Day, Decimal, Percent, Rate};

pub(crate) use benefit::benefit_texts;
pub use date::{long_date, money};
pub use notice::{NoticeNames, notice_placeholders, notice_templates, notice_texts, placeholders_of};
pub use outlook::{Missing, Outlook};
pub use refusal::{guest_message, has_guest_message};
pub use segment::criterion_text;

/// A message for a guest. Texts are plain: the page that shows them escapes them.
#[derive(Debug, Clone, Copy)]
pub enum Text<'a> {
    Purchase { order: Option<&'a str> },
    Refund { order: &'a str },
    Amendment { order: &'a str },
    BeforeAmendment,
    Expired,
    Lapsed,
    Redeemed { reward: &'a str },
    RedemptionCancelled { reward: &'a str },
    PaidWithPoints { order: &'a str },
    PaymentReleased { order: &'a str },
    Held,
    HoldReturned,
    PointsSent,
    PointsReceived,
    MembersMerged,
    ExpiryExtended,
    Reinstated,
    WrittenOff { points: i64 },
    ReferredFriend,
    WasReferred,
    ReferralTakenBack,
    TierGift { tier: &'a str },
    TierGiftTaken { tier: &'a str },
    FullCard { card: &'a str },
    Imported { source: &'a str },
    ImportedSpent { source: &'a str },
    GivenPoints,
    Coupon,
    EarningBase { points: i64, per: Decimal, currency: &'a str },
    TierMultiplier { tier: &'a str, rate: Rate },
    TierDiscount { discount: Percent },
    BirthdayDiscount { discount: Percent },
    MultiplierBenefit { rate: Rate },
    Benefit(Benefit),
    OnlyForTiers { tiers: &'a str },
    OnlyFrom { day: Day },
    OnlyUntil { day: Day },
    OtherWeekday,
    OtherHours,
    AmountMissing { amount: Decimal, currency: &'a str },
    OtherProducts,
    OnlyFirstPurchase,
    OnlyBirthdayMonth,
    VisitsLeft { visits: i64 },
    LessThanAnother { rule: &'a str },
    StoppedBy { rule: &'a str },
    OtherProperties,
    OtherShop,
    OtherMembers,
    OnlyBirthday,
    UnitsLeft { units: i64 },
    DaysInARow { days: i64 },
    WeeksInARow { weeks: i64 },
    RuleLimit,
    CapByOrder,
    CapByDay,
    CapByWeek,
    CapByMonth,
    CapByBalance,
    CapByRule { rule: &'a str },
}

impl Text<'_> {
    /// The text in a language.
    #[must_use]
    pub fn say(self, locale: Locale) -> String {
        match locale {
            Locale::EsCl => self.spanish(),
            Locale::En => self.english(),
        }
    }

    fn spanish(self) -> String {
        match self {
            Self::Purchase { order: None } => "Compra".to_owned(),
            Self::Purchase { order: Some(order) } => format!("Compra {order}"),
            Self::Refund { order } => format!("Devolución de la compra {order}"),
            Self::Amendment { order } => format!("Corrección de la compra {order}"),
            Self::BeforeAmendment => "Puntos ya abonados por esta compra".to_owned(),
            Self::Expired => "Puntos vencidos".to_owned(),
            Self::Lapsed => "Puntos no confirmados a tiempo".to_owned(),
            Self::Redeemed { reward } => format!("Canje: {reward}"),
            Self::RedemptionCancelled { reward } => format!("Canje anulado: {reward}"),
            Self::PaidWithPoints { order } => format!("Pago con puntos de la compra {order}"),
            Self::PaymentReleased { order } => format!("Puntos devueltos del pago de la compra {order}"),
            Self::ReferredFriend => "Puntos por tu invitación".to_owned(),
            Self::WasReferred => "Puntos de bienvenida por invitación".to_owned(),
            Self::FullCard { card } => format!("Tarjeta completa: {card}"),
            Self::Imported { source } => format!("Puntos ganados en {source}"),
            Self::ImportedSpent { source } => format!("Puntos usados en {source}"),
            Self::ReferralTakenBack => "Puntos de invitación anulados por devolución".to_owned(),
            Self::TierGift { tier } => format!("Regalo por llegar a {tier}"),
            Self::TierGiftTaken { tier } => format!("Regalo de {tier} anulado por devolución"),
            Self::EarningBase { points: 1, per, currency } => {
                format!("1 punto por cada {} {currency}", number(per, Locale::EsCl))
            }
            Self::EarningBase { points, per, currency } => {
                format!("{points} puntos por cada {} {currency}", number(per, Locale::EsCl))
            }
            Self::TierMultiplier { tier, rate } => format!("{tier} ×{}", factor(rate, Locale::EsCl)),
            Self::TierDiscount { discount } => format!("{} % de descuento", percent(discount, Locale::EsCl)),
            Self::BirthdayDiscount { discount } => {
                format!("{} % de descuento en tu cumpleaños", percent(discount, Locale::EsCl))
            }
            Self::MultiplierBenefit { rate } => format!("Puntos ×{}", factor(rate, Locale::EsCl)),
            Self::Benefit(Benefit::SpecialOffers) => "Ofertas especiales".to_owned(),
            Self::Benefit(Benefit::FreeDelivery) => "Envío gratis".to_owned(),
            Self::Benefit(Benefit::PrioritySupport) => "Atención prioritaria".to_owned(),
            Self::Benefit(Benefit::EarlyAccess) => "Acceso anticipado a nuevos productos".to_owned(),
            other => other.points_in_spanish(),
        }
    }

    fn english(self) -> String {
        match self {
            Self::Purchase { order: None } => "Purchase".to_owned(),
            Self::Purchase { order: Some(order) } => format!("Purchase {order}"),
            Self::Refund { order } => format!("Refund of purchase {order}"),
            Self::Amendment { order } => format!("Correction of purchase {order}"),
            Self::BeforeAmendment => "Already credited for this purchase".to_owned(),
            Self::Expired => "Points expired".to_owned(),
            Self::Lapsed => "Points not confirmed in time".to_owned(),
            Self::Redeemed { reward } => format!("Redeemed: {reward}"),
            Self::RedemptionCancelled { reward } => format!("Redemption cancelled: {reward}"),
            Self::PaidWithPoints { order } => format!("Paid with points: purchase {order}"),
            Self::PaymentReleased { order } => format!("Points returned for purchase {order}"),
            Self::ReferredFriend => "Points for your invitation".to_owned(),
            Self::WasReferred => "Welcome points for an invitation".to_owned(),
            Self::FullCard { card } => format!("Full card: {card}"),
            Self::Imported { source } => format!("Points earned with {source}"),
            Self::ImportedSpent { source } => format!("Points used with {source}"),
            Self::ReferralTakenBack => "Invitation points cancelled by a refund".to_owned(),
            Self::TierGift { tier } => format!("Gift for reaching {tier}"),
            Self::TierGiftTaken { tier } => format!("{tier} gift cancelled by a refund"),
            Self::EarningBase { points: 1, per, currency } => {
                format!("1 point for each {} {currency}", number(per, Locale::En))
            }
            Self::EarningBase { points, per, currency } => {
                format!("{points} points for each {} {currency}", number(per, Locale::En))
            }
            Self::TierMultiplier { tier, rate } => format!("{tier} ×{}", factor(rate, Locale::En)),
            Self::TierDiscount { discount } => format!("{}% discount", percent(discount, Locale::En)),
            Self::BirthdayDiscount { discount } => {
                format!("{}% discount on your birthday", percent(discount, Locale::En))
            }
            Self::MultiplierBenefit { rate } => format!("Points ×{}", factor(rate, Locale::En)),
            Self::Benefit(Benefit::SpecialOffers) => "Special offers".to_owned(),
            Self::Benefit(Benefit::FreeDelivery) => "Free delivery".to_owned(),
            Self::Benefit(Benefit::PrioritySupport) => "Priority support".to_owned(),
            Self::Benefit(Benefit::EarlyAccess) => "Early access to new products".to_owned(),
            other => other.points_in_english(),
        }
    }

    /// What happened to points besides purchases and rewards.
    fn points_in_spanish(self) -> String {
        match self {
            Self::GivenPoints => "Puntos por tu compra".to_owned(),
            Self::Coupon => "Cupón de descuento".to_owned(),
            Self::Held => "Puntos reservados".to_owned(),
            Self::HoldReturned => "Puntos reservados devueltos".to_owned(),
            Self::PointsSent => "Puntos enviados".to_owned(),
            Self::PointsReceived => "Puntos recibidos".to_owned(),
            Self::MembersMerged => "Cuentas unidas".to_owned(),
            Self::ExpiryExtended => "Vencimiento extendido".to_owned(),
            Self::Reinstated => "Puntos recuperados".to_owned(),
            Self::WrittenOff { points: 1 } => "1 punto ya usado no se descuenta".to_owned(),
            Self::WrittenOff { points } => {
                format!("{} puntos ya usados no se descuentan", number(Decimal::new(points, 0), Locale::EsCl))
            }
            other => other.rule_in_spanish(),
        }
    }

    fn points_in_english(self) -> String {
        match self {
            Self::GivenPoints => "Points for your purchase".to_owned(),
            Self::Coupon => "Discount coupon".to_owned(),
            Self::Held => "Points held".to_owned(),
            Self::HoldReturned => "Held points returned".to_owned(),
            Self::PointsSent => "Points sent".to_owned(),
            Self::PointsReceived => "Points received".to_owned(),
            Self::MembersMerged => "Accounts merged".to_owned(),
            Self::ExpiryExtended => "Expiry date extended".to_owned(),
            Self::Reinstated => "Points reinstated".to_owned(),
            Self::WrittenOff { points: 1 } => "1 point already spent is not deducted".to_owned(),
            Self::WrittenOff { points } => {
                format!("{} points already spent are not deducted", number(Decimal::new(points, 0), Locale::En))
            }
            other => other.rule_in_english(),
        }
    }

    /// Why an earning rule did not apply, or points were cut.
    fn rule_in_spanish(self) -> String {
        match self {
            Self::OnlyForTiers { tiers } => format!("Solo para {tiers}"),
            Self::OnlyFrom { day } => format!("Desde el {day}"),
            Self::OnlyUntil { day } => format!("Solo hasta el {day}"),
            Self::OtherWeekday => "Vale otros días de la semana".to_owned(),
            Self::OtherHours => "Vale en otro horario".to_owned(),
            Self::AmountMissing { amount, currency } => format!("Faltan {} {currency}", number(amount, Locale::EsCl)),
            Self::OtherProducts => "Vale para otros productos".to_owned(),
            Self::OnlyFirstPurchase => "Solo en la primera compra".to_owned(),
            Self::OnlyBirthdayMonth => "Solo en el mes de tu cumpleaños".to_owned(),
            Self::VisitsLeft { visits: 1 } => "Falta 1 visita".to_owned(),
            Self::VisitsLeft { visits } => format!("Faltan {visits} visitas"),
            Self::LessThanAnother { rule } => format!("Otra oferta da más: {rule}"),
            Self::CapByOrder => "Máximo por compra".to_owned(),
            Self::CapByDay => "Máximo por día".to_owned(),
            other => other.limit_in_spanish(),
        }
    }

    fn rule_in_english(self) -> String {
        match self {
            Self::OnlyForTiers { tiers } => format!("Only for {tiers}"),
            Self::OnlyFrom { day } => format!("Valid from {day}"),
            Self::OnlyUntil { day } => format!("Only until {day}"),
            Self::OtherWeekday => "Valid on other days of the week".to_owned(),
            Self::OtherHours => "Valid at other hours".to_owned(),
            Self::AmountMissing { amount, currency } => format!("{} {currency} to go", number(amount, Locale::En)),
            Self::OtherProducts => "Valid for other products".to_owned(),
            Self::OnlyFirstPurchase => "Only on the first purchase".to_owned(),
            Self::OnlyBirthdayMonth => "Only in your birthday month".to_owned(),
            Self::VisitsLeft { visits: 1 } => "1 visit to go".to_owned(),
            Self::VisitsLeft { visits } => format!("{visits} visits to go"),
            Self::LessThanAnother { rule } => format!("Another offer gives more: {rule}"),
            Self::CapByOrder => "Maximum per purchase".to_owned(),
            Self::CapByDay => "Maximum per day".to_owned(),
            other => other.limit_in_english(),
        }
    }

    /// Limits, streaks and events.
    fn limit_in_spanish(self) -> String {
        match self {
            Self::StoppedBy { rule } => format!("No se combina con otra oferta: {rule}"),
            Self::OtherProperties => "No cumple las condiciones".to_owned(),
            Self::OtherShop => "Vale en otro local".to_owned(),
            Self::OtherMembers => "Vale para otros clientes".to_owned(),
            Self::OnlyBirthday => "Solo en tu cumpleaños".to_owned(),
            Self::UnitsLeft { units: 1 } => "Falta 1 unidad".to_owned(),
            Self::UnitsLeft { units } => format!("Faltan {units} unidades"),
            Self::DaysInARow { days: 1 } => "Falta 1 día seguido".to_owned(),
            Self::DaysInARow { days } => format!("Faltan {days} días seguidos"),
            Self::WeeksInARow { weeks: 1 } => "Falta 1 semana seguida".to_owned(),
            Self::WeeksInARow { weeks } => format!("Faltan {weeks} semanas seguidas"),
            Self::RuleLimit => "Ya usaste esta oferta".to_owned(),
            Self::CapByWeek => "Máximo por semana".to_owned(),
            Self::CapByMonth => "Máximo por mes".to_owned(),
            Self::CapByBalance => "Máximo de puntos en la cuenta".to_owned(),
            Self::CapByRule { rule } => format!("Máximo de {rule}"),
            _ => String::new(),
        }
    }

    fn limit_in_english(self) -> String {
        match self {
            Self::StoppedBy { rule } => format!("Cannot be combined with another offer: {rule}"),
            Self::OtherProperties => "The conditions are not met".to_owned(),
            Self::OtherShop => "Valid in another shop".to_owned(),
            Self::OtherMembers => "Valid for other members".to_owned(),
            Self::OnlyBirthday => "Only on your birthday".to_owned(),
            Self::UnitsLeft { units: 1 } => "1 unit to go".to_owned(),
            Self::UnitsLeft { units } => format!("{units} units to go"),
            Self::DaysInARow { days: 1 } => "1 more day in a row".to_owned(),
            Self::DaysInARow { days } => format!("{days} more days in a row"),
            Self::WeeksInARow { weeks: 1 } => "1 more week in a row".to_owned(),
            Self::WeeksInARow { weeks } => format!("{weeks} more weeks in a row"),
            Self::RuleLimit => "You have used this offer".to_owned(),
            Self::CapByWeek => "Maximum per week".to_owned(),
            Self::CapByMonth => "Maximum per month".to_owned(),
            Self::CapByBalance => "Maximum points on the account".to_owned(),
            Self::CapByRule { rule } => format!("Maximum of {rule}"),
            _ => String::new(),
        }
    }
}

fn factor(rate: Rate, locale: Locale) -> String {
    number(Decimal::new(i64::from(rate.get()), 4).shortest(), locale)
}

fn percent(percent: Percent, locale: Locale) -> String {
    number(Decimal::new(percent.get(), 2).shortest(), locale)
}

/// A number with the marks of a language: `12.990,5` in Chile, `12,990.5` in English.
#[must_use]
pub fn number(number: Decimal, locale: Locale) -> String {
    let (thousands, point) = match locale {
        Locale::EsCl => ('.', ','),
        Locale::En => (',', '.'),
    };
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let digits = whole.trim_start_matches('-').len();
    let mut shown = String::with_capacity(text.len() + 6);
    for (index, symbol) in whole.trim_start_matches('-').chars().enumerate() {
        if index > 0 && (digits - index).is_multiple_of(3) {
            shown.push(thousands);
        }
        shown.push(symbol);
    }
    if let Some(fraction) = fraction {
        shown.push(point);
        shown.push_str(fraction);
    }
    if whole.starts_with('-') { format!("-{shown}") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_the_marks_of_the_language() {
        let shown = |text: &str, locale| number(text.parse().unwrap(), locale);
        assert_eq!(shown("1234567", Locale::EsCl), "1.234.567");
        assert_eq!(shown("-12990.50", Locale::En), "-12,990.50");
        assert_eq!(shown("100", Locale::EsCl), "100");
        assert_eq!(factor(Rate::basis_points(12_000), Locale::EsCl), "1,2");
        assert_eq!(factor(Rate::ONE, Locale::En), "1");
    }

    #[test]
    fn a_language_is_known_however_it_is_written() {
        for (tag, locale) in [("es-CL", Some(Locale::EsCl)), ("es_ES", Some(Locale::EsCl)), ("ES", Some(Locale::EsCl))]
        {
            assert_eq!(Locale::of_language(tag), locale);
        }
        for (tag, locale) in [("en", Some(Locale::En)), ("en_US.UTF-8", Some(Locale::En)), ("pt-BR", None), ("", None)]
        {
            assert_eq!(Locale::of_language(tag), locale);
        }
    }
}
