//! Whether a rule applies, and what is missing when it does not.

use chrono::NaiveTime;

use super::{Purchase, Rule, When};
use crate::domain::catalogue::{Locale, Text};
use crate::domain::programme::Programme;
use crate::domain::purchase::{Item, ItemKind};
use crate::value::{Day, Money};

/// The first condition of a rule that a purchase does not meet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the texts say what each is")]
pub enum Unmet {
    Tier(Vec<String>),
    NotStarted(Day),
    Over(Day),
    Weekday,
    Hours,
    Minimum(Money),
    Products,
    FirstPurchase,
    BirthdayMonth,
    VisitsLeft(i64),
    LessThanAnother(String),
}

impl Unmet {
    /// What is missing, for the guest.
    #[must_use]
    pub fn say(&self, programme: &Programme, locale: Locale) -> String {
        match self {
            Self::Tier(ids) => {
                let names: Vec<_> =
                    ids.iter().filter_map(|id| programme.tier(id).map(|(_, tier)| tier.name.as_str())).collect();
                Text::OnlyForTiers { tiers: &names.join(", ") }.say(locale)
            }
            Self::NotStarted(day) => Text::OnlyFrom { day: *day }.say(locale),
            Self::Over(day) => Text::OnlyUntil { day: *day }.say(locale),
            Self::Weekday => Text::OtherWeekday.say(locale),
            Self::Hours => Text::OtherHours.say(locale),
            Self::Minimum(missing) => {
                let amount = missing.to_decimal(programme.currency);
                Text::AmountMissing { amount, currency: programme.currency.code() }.say(locale)
            }
            Self::Products => Text::OtherProducts.say(locale),
            Self::FirstPurchase => Text::OnlyFirstPurchase.say(locale),
            Self::BirthdayMonth => Text::OnlyBirthdayMonth.say(locale),
            Self::VisitsLeft(visits) => Text::VisitsLeft { visits: *visits }.say(locale),
            Self::LessThanAnother(name) => Text::LessThanAnother { rule: name }.say(locale),
        }
    }
}

/// Whether a line is one of those that the conditions name.
#[must_use]
pub fn matches_line(when: &When, item: &Item) -> bool {
    if item.kind != ItemKind::Sale {
        return false;
    }
    let by_sku = when.skus.contains(&item.sku);
    let by_category = item.category.as_ref().is_some_and(|category| when.categories.contains(category));
    !when.names_lines() || by_sku || by_category
}

/// The local day and time of a purchase: found once, for all rules.
#[derive(Debug, Clone, Copy)]
pub struct Local {
    day: Day,
    time: NaiveTime,
}

impl Local {
    /// When the purchase was paid, in the programme's zone.
    #[must_use]
    pub fn of(purchase: &Purchase<'_>, programme: &Programme) -> Self {
        Self { day: programme.zone.day_of(purchase.at), time: programme.zone.time_of(purchase.at) }
    }
}

/// The first condition that a purchase does not meet; `None` when the rule applies.
#[must_use]
pub fn unmet(rule: &Rule, purchase: &Purchase<'_>, local: Local) -> Option<Unmet> {
    let when = &rule.when;
    if !when.tiers.is_empty() && !when.tiers.contains(&purchase.tier.id) {
        return Some(Unmet::Tier(when.tiers.clone()));
    }
    by_time(when, local).or_else(|| by_purchase(when, purchase, local))
}

fn by_time(when: &When, Local { day, time }: Local) -> Option<Unmet> {
    if let Some(starts) = when.starts.filter(|starts| day < *starts) {
        return Some(Unmet::NotStarted(starts));
    }
    if let Some(ends) = when.ends.filter(|ends| day > *ends) {
        return Some(Unmet::Over(ends));
    }
    if !when.weekdays.is_empty() && !when.weekdays.contains(&day.weekday()) {
        return Some(Unmet::Weekday);
    }
    let (from, until) = when.hours?;
    let inside = if from < until { (from..until).contains(&time) } else { time >= from || time < until };
    (!inside).then_some(Unmet::Hours)
}

fn by_purchase(when: &When, purchase: &Purchase<'_>, local: Local) -> Option<Unmet> {
    if let Some(minimum) = when.minimum_amount.filter(|minimum| purchase.amount < *minimum) {
        return Some(Unmet::Minimum(minimum.minus(purchase.amount).unwrap_or(minimum)));
    }
    if when.names_lines() && !purchase.items.iter().any(|item| matches_line(when, item)) {
        return Some(Unmet::Products);
    }
    if when.first_purchase && purchase.visit != 1 {
        return Some(Unmet::FirstPurchase);
    }
    if when.birthday_month && purchase.birth_date.map(Day::month) != Some(local.day.month()) {
        return Some(Unmet::BirthdayMonth);
    }
    let nth = when.every_nth_visit?;
    let over = purchase.visit.rem_euclid(nth);
    (over != 0).then(|| Unmet::VisitsLeft(nth - over))
}
