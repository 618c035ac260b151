//! Whether a rule applies, and what is missing if not.

use super::streak::{run_of_days, run_of_weeks};
use super::{Purchase, Unmet};
use crate::domain::condition::{Outside, Schedule};
use crate::domain::programme::{Effect, Programme, Rule, When};
use crate::domain::purchase::{Item, ItemKind};
use crate::value::{Day, Instant, LeapDay, Zone};

/// Whether a bought line is one of those that the conditions name. A return is not bought.
fn matches_line(when: &When, item: &Item) -> bool {
    !item.comes_back() && names_line(when, item)
}

fn names_line(when: &When, item: &Item) -> bool {
    item.kind == ItemKind::Sale && (when.lines.is_empty() || when.lines.names(item))
}

/// Units of the lines that the conditions name: bought ones minus returned ones.
#[must_use]
pub fn units(when: &When, items: &[Item]) -> i64 {
    let named = items.iter().filter(|item| names_line(when, item));
    named.map(Item::bought_units).sum::<i64>().max(0)
}

/// The local day and time of a purchase: computed once, for all rules.
#[derive(Debug, Clone, Copy)]
pub struct Local {
    /// The local day.
    pub day: Day,
    at: Instant,
    zone: Zone,
    leap_day: LeapDay,
}

impl Local {
    /// When the purchase was paid, in the programme's zone.
    #[must_use]
    pub fn of(purchase: &Purchase<'_>, programme: &Programme) -> Self {
        let zone = programme.zone;
        Self { day: zone.day_of(purchase.at), at: purchase.at, zone, leap_day: programme.earn.leap_day }
    }
}

/// The first condition that a purchase or event does not meet; `None` when the rule applies.
///
/// Call it only for rules for purchases or for this event.
#[must_use]
pub fn unmet(rule: &Rule, purchase: &Purchase<'_>, local: Local) -> Option<Unmet> {
    let when = &rule.when;
    if !when.tiers.is_empty() && !when.tiers.contains(&purchase.tier.id) {
        return Some(Unmet::Tier(when.tiers.clone()));
    }
    if !when.shops.is_empty() && !purchase.bill.settlement.shop.as_ref().is_some_and(|shop| when.shops.contains(shop)) {
        return Some(Unmet::Shop);
    }
    by_time(when, local)
        .or_else(|| by_lines(rule, purchase))
        .or_else(|| by_member(when, purchase, local))
        .or_else(|| by_streak(when, purchase, local))
        .or_else(|| by_limit(rule, purchase))
}

fn by_time(when: &When, local: Local) -> Option<Unmet> {
    let day = local.day;
    if let Some(starts) = when.starts.filter(|starts| day < *starts) {
        return Some(Unmet::NotStarted(starts));
    }
    if let Some(ends) = when.ends.filter(|ends| day > *ends) {
        return Some(Unmet::Over(ends));
    }
    let schedule = Schedule { weekdays: &when.weekdays, hours: when.hours };
    schedule.outside(local.zone, local.at).map(|outside| match outside {
        Outside::Weekday => Unmet::Weekday,
        Outside::Hours => Unmet::Hours,
    })
}

fn by_lines(rule: &Rule, purchase: &Purchase<'_>) -> Option<Unmet> {
    let when = &rule.when;
    let bill = &purchase.bill;
    if let Some(minimum) = when.minimum_amount.filter(|minimum| bill.amount < *minimum) {
        return Some(Unmet::Minimum(minimum.minus(bill.amount).unwrap_or(minimum)));
    }
    if !when.lines.is_empty() && !bill.items.iter().any(|item| matches_line(when, item)) {
        return Some(Unmet::Products);
    }
    if let Effect::MultiplyLabels(factors) = &rule.effect {
        let labelled = |item: &Item| factors.iter().any(|(label, _)| item.has_label(label));
        if !bill.items.iter().any(|item| matches_line(when, item) && labelled(item)) {
            return Some(Unmet::Products);
        }
    }
    let minimum = when.minimum_quantity?;
    let units = units(when, bill.items);
    (units < minimum).then(|| Unmet::UnitsLeft(minimum - units))
}

fn by_member(when: &When, purchase: &Purchase<'_>, local: Local) -> Option<Unmet> {
    if let Some((_, properties)) = purchase.event
        && when.properties.iter().any(|(name, wanted)| !wanted.holds(properties.get(name)))
    {
        return Some(Unmet::Properties);
    }
    if when.segment.as_ref().is_some_and(|segment| !purchase.history.segments.contains(segment)) {
        return Some(Unmet::Segment);
    }
    if when.first_purchase && purchase.visit != 1 {
        return Some(Unmet::FirstPurchase);
    }
    let (day, leap_day) = (local.day, local.leap_day);
    let in_month = |born: Day| day.anniversary_month(born, leap_day) == day.month();
    if when.birthday_month && !purchase.birth_date.is_some_and(in_month) {
        return Some(Unmet::BirthdayMonth);
    }
    if when.birthday && !purchase.birth_date.is_some_and(|born| day.is_anniversary_of(born, leap_day)) {
        return Some(Unmet::Birthday);
    }
    let nth = when.every_nth_visit?;
    let over = purchase.visit.rem_euclid(nth);
    (over != 0).then(|| Unmet::VisitsLeft(nth - over))
}

fn by_streak(when: &When, purchase: &Purchase<'_>, local: Local) -> Option<Unmet> {
    let days = &purchase.history.days;
    if let Some(wanted) = when.streak_days {
        let run = run_of_days(local.day, days);
        if run < wanted {
            return Some(Unmet::DaysInARow(wanted - run));
        }
    }
    let wanted = when.streak_weeks?;
    let run = run_of_weeks(local.day, days);
    (run < wanted).then(|| Unmet::WeeksInARow(wanted - run))
}

fn by_limit(rule: &Rule, purchase: &Purchase<'_>) -> Option<Unmet> {
    if !rule.limits.need_counting() {
        return None;
    }
    let used = purchase.history.used(rule);
    let spent = |left: Option<i64>| left == Some(0);
    let over = spent(rule.limits.times.left(&used.times)) || spent(rule.limits.points.left(&used.points));
    over.then_some(Unmet::Limit)
}
