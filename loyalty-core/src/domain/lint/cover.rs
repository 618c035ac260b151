//! Rules that others hide or that combine with others: what one rule covers of another.

use crate::domain::lint::finding::{Finding, Severity};
use crate::domain::programme::{Effect, Limits, Programme, Rule, Stacking, When};
use crate::value::{Hours, Rate};

pub(super) fn rules(programme: &Programme, findings: &mut Vec<Finding>) {
    for rule in &programme.rules {
        let others = || programme.rules.iter().filter(|other| other.id != rule.id);
        if let Some(other) = others().find(|other| other.stop && other.priority > rule.priority && hides(other, rule)) {
            let message = format!("rule `{}` applies whenever this one does, and stops it", other.id);
            findings.push(Finding::new(Severity::Error, Some(&rule.id), "stopped_always", message));
            continue;
        }
        let rivals = |other: &&Rule| are_rivals(programme, rule, other) && hides(other, rule);
        if let Some(other) = others().filter(rivals).find(|other| outdoes(other, rule)) {
            let message = format!("rule `{}` applies whenever this one does, and never gives less", other.id);
            findings.push(Finding::new(Severity::Warning, Some(&rule.id), "shadowed", message));
        }
        let group = rule.group.as_deref();
        if group.is_some() && !others().any(|other| other.group.as_deref() == group) {
            let message = "it is alone in its group".to_owned();
            findings.push(Finding::new(Severity::Notice, Some(&rule.id), "group_of_one", message));
        }
    }
    if programme.stacking == Stacking::All {
        multiplied(programme, findings);
    }
}

/// Multipliers that apply to the same purchase multiply each other.
fn multiplied(programme: &Programme, findings: &mut Vec<Finding>) {
    let factor = |rule: &Rule| match rule.effect {
        Effect::Multiply(rate) if rate > Rate::ONE => Some(rate),
        _ => None,
    };
    for (place, rule) in programme.rules.iter().enumerate() {
        let Some(rate) = factor(rule) else { continue };
        for other in programme.rules.iter().skip(place + 1).filter(|other| can_meet(rule, other)) {
            let Some(joined) = factor(other) else { continue };
            let times = u64::from(rate.get()).saturating_mul(u64::from(joined.get())) / 1_000_000;
            let message = format!(
                "it can apply together with rule `{}`: the points are multiplied by {}.{:02}",
                other.id,
                times / 100,
                times % 100
            );
            findings.push(Finding::new(Severity::Notice, Some(&rule.id), "overlap", message));
        }
    }
}

/// Whether only one of two rules can count.
fn are_rivals(programme: &Programme, one: &Rule, other: &Rule) -> bool {
    let further_base = |rule: &Rule| matches!(rule.effect, Effect::PerAmount(_));
    let same_group = one.group.is_some() && one.group == other.group;
    same_group || (programme.stacking == Stacking::Best && !further_base(one) && !further_base(other))
}

/// Whether `wide` applies whenever `narrow` does, without a limit of its own.
fn hides(wide: &Rule, narrow: &Rule) -> bool {
    wide.limits == Limits::default() && covers(&wide.when, &narrow.when)
}

fn covers(wide: &When, narrow: &When) -> bool {
    let lists = within(&wide.tiers, &narrow.tiers)
        && within(&wide.shops, &narrow.shops)
        && within(&wide.weekdays, &narrow.weekdays)
        && (wide.lines.is_empty() || wide.lines == narrow.lines);
    let dates = wide.starts.is_none_or(|starts| narrow.starts.is_some_and(|other| other >= starts))
        && wide.ends.is_none_or(|ends| narrow.ends.is_some_and(|other| other <= ends));
    let hours = wide.hours.is_none_or(|hours| narrow.hours.is_some_and(|other| holds(hours, other)));
    let flags = (narrow.first_purchase || !wide.first_purchase)
        && (narrow.birthday || !wide.birthday)
        && (narrow.birthday_month || narrow.birthday || !wide.birthday_month);
    let numbers = at_most(wide.minimum_amount, narrow.minimum_amount)
        && at_most(wide.minimum_quantity, narrow.minimum_quantity)
        && at_most(wide.streak_days, narrow.streak_days)
        && at_most(wide.streak_weeks, narrow.streak_weeks)
        && wide.every_nth_visit.is_none_or(|nth| narrow.every_nth_visit.is_some_and(|other| other % nth == 0));
    let event = wide.event == narrow.event && wide.properties.iter().all(|wanted| narrow.properties.contains(wanted));
    let members = wide.segment.is_none() || wide.segment == narrow.segment;
    lists && dates && hours && flags && numbers && event && members
}

/// An empty list does not restrict; otherwise it must contain all of the narrower one.
fn within<T: PartialEq>(wide: &[T], narrow: &[T]) -> bool {
    wide.is_empty() || (!narrow.is_empty() && narrow.iter().all(|one| wide.contains(one)))
}

fn at_most<T: PartialOrd>(wide: Option<T>, narrow: Option<T>) -> bool {
    wide.is_none_or(|wide| narrow.is_some_and(|narrow| wide <= narrow))
}

fn holds(wide: Hours, narrow: Hours) -> bool {
    let inside = |hours: Hours| hours.from < hours.until;
    wide == narrow || (inside(wide) && inside(narrow) && wide.from <= narrow.from && narrow.until <= wide.until)
}

/// Whether one rule never gives less than another that it covers. Of two equal rules, the later one is redundant.
fn outdoes(one: &Rule, other: &Rule) -> bool {
    let equal = hides(other, one) && gives_more(other, one);
    let earlier = (other.priority, &one.id) < (one.priority, &other.id);
    gives_more(one, other) && (!equal || earlier)
}

/// Whether the effect of one rule is never less than that of another on the same purchases.
fn gives_more(one: &Rule, other: &Rule) -> bool {
    let same_lines = one.when.lines == other.when.lines;
    match (&one.effect, &other.effect) {
        (Effect::Multiply(one), Effect::Multiply(other)) => same_lines && one >= other && *one >= Rate::ONE,
        (Effect::Add(one), Effect::Add(other)) => one >= other,
        (Effect::PerUnit(one), Effect::PerUnit(other)) => same_lines && one >= other,
        (Effect::PerUnit(one), Effect::Add(other)) => one >= other,
        _ => false,
    }
}

/// Whether two rules can apply to the same purchase.
fn can_meet(one: &Rule, other: &Rule) -> bool {
    let (a, b) = (&one.when, &other.when);
    let grouped = one.group.is_some() && one.group == other.group;
    let stopped = (one.stop && one.priority > other.priority) || (other.stop && other.priority > one.priority);
    let dates = b.ends.is_none_or(|ends| a.starts.is_none_or(|starts| starts <= ends))
        && a.ends.is_none_or(|ends| b.starts.is_none_or(|starts| starts <= ends));
    let hours = match (a.hours, b.hours) {
        (Some(one), Some(other)) => meet(one, other),
        _ => true,
    };
    !grouped
        && !stopped
        && dates
        && hours
        && a.event == b.event
        && share(&a.tiers, &b.tiers)
        && share(&a.shops, &b.shops)
        && share(&a.weekdays, &b.weekdays)
}

fn share<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.is_empty() || other.is_empty() || one.iter().any(|each| other.contains(each))
}

fn meet(one: Hours, other: Hours) -> bool {
    let over_midnight = one.from > one.until || other.from > other.until;
    over_midnight || (one.from < other.until && other.from < one.until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_meet_when_they_share_a_minute() {
        let hours = |from: &str, until: &str| Hours { from: from.parse().unwrap(), until: until.parse().unwrap() };
        assert!(meet(hours("08:00", "11:00"), hours("10:59", "12:00")));
        assert!(!meet(hours("08:00", "11:00"), hours("11:00", "12:00")));
        assert!(meet(hours("22:00", "02:00"), hours("01:00", "03:00")));
        assert!(holds(hours("08:00", "11:00"), hours("09:00", "11:00")));
        assert!(!holds(hours("22:00", "02:00"), hours("23:00", "01:00")));
    }
}
