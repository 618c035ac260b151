//! What was missing for a rule to apply, in words.

use crate::domain::catalogue::Text;
use crate::domain::programme::Programme;
use crate::value::{Day, Locale, Money};

/// The first condition of a rule that a purchase does not meet, or what kept the rule from counting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unmet {
    Properties,
    Tier(Vec<String>),
    Shop,
    Segment,
    NotStarted(Day),
    Over(Day),
    Weekday,
    Hours,
    Minimum(Money),
    UnitsLeft(i64),
    Products,
    FirstPurchase,
    BirthdayMonth,
    Birthday,
    VisitsLeft(i64),
    DaysInARow(i64),
    WeeksInARow(i64),
    Limit,
    Stopped(String),
    LessThanAnother(String),
}

impl Unmet {
    /// What is missing, for the member.
    #[must_use]
    pub fn say(&self, programme: &Programme, locale: Locale) -> String {
        let text = match self {
            Self::Tier(ids) => {
                let names: Vec<_> =
                    ids.iter().filter_map(|id| programme.tier(id).map(|(_, tier)| tier.name.as_str())).collect();
                return Text::OnlyForTiers { tiers: &names.join(", ") }.say(locale);
            }
            Self::Properties => Text::OtherProperties,
            Self::Shop => Text::OtherShop,
            Self::Segment => Text::OtherMembers,
            Self::NotStarted(day) => Text::OnlyFrom { day: *day },
            Self::Over(day) => Text::OnlyUntil { day: *day },
            Self::Weekday => Text::OtherWeekday,
            Self::Hours => Text::OtherHours,
            Self::Minimum(missing) => Text::AmountMissing {
                amount: missing.to_decimal(programme.currency),
                currency: programme.currency.code(),
            },
            Self::UnitsLeft(units) => Text::UnitsLeft { units: *units },
            Self::Products => Text::OtherProducts,
            Self::FirstPurchase => Text::OnlyFirstPurchase,
            Self::BirthdayMonth => Text::OnlyBirthdayMonth,
            Self::Birthday => Text::OnlyBirthday,
            Self::VisitsLeft(visits) => Text::VisitsLeft { visits: *visits },
            Self::DaysInARow(days) => Text::DaysInARow { days: *days },
            Self::WeeksInARow(weeks) => Text::WeeksInARow { weeks: *weeks },
            Self::Limit => Text::RuleLimit,
            Self::Stopped(name) => Text::StoppedBy { rule: name },
            Self::LessThanAnother(name) => Text::LessThanAnother { rule: name },
        };
        text.say(locale)
    }
}
