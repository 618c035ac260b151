//! Rules that never apply, or that change nothing when they do.

use crate::domain::condition::Schedule;
use crate::domain::earning;
use crate::domain::lint::finding::{Finding, Severity};
use crate::domain::programme::{CapPolicy, Effect, Programme, Rule, Stacking, When};
use crate::value::{Day, Points, Rate};

/// Most days of a rule that are checked one by one.
const MAX_DAYS: i64 = 400;

pub(super) fn rules(programme: &Programme, today: Day, findings: &mut Vec<Finding>) {
    for rule in &programme.rules {
        let mut note = |severity, code: &str, message: String| {
            findings.push(Finding::new(severity, Some(&rule.id), code, message));
        };
        if let Some(why) = impossible(programme, &rule.when) {
            note(Severity::Error, "never_fires", why);
        } else if let Some(ends) = rule.when.ends.filter(|ends| *ends < today) {
            note(Severity::Warning, "over", format!("it ended on {ends}"));
        } else if let Some(starts) = rule.when.starts.filter(|starts| *starts > today) {
            note(Severity::Notice, "not_started", format!("it begins on {starts}"));
        }
        if let Some(why) = no_effect(programme, rule) {
            note(Severity::Warning, "no_effect", why);
        }
        if below_one(&rule.effect) && programme.stacking == Stacking::Best && rule.group.is_none() {
            let message = "a factor below 1 loses against every other rule under `stacking = \"best\"`; \
                           `earn.basis.exclude` keeps lines from earning"
                .to_owned();
            note(Severity::Warning, "loses_always", message);
        }
    }
}

/// Why the conditions can never be met together.
fn impossible(programme: &Programme, when: &When) -> Option<String> {
    if when.first_purchase {
        if let Some(nth) = when.every_nth_visit {
            return Some(format!("the first purchase is never visit number {nth}"));
        }
        if when.streak_days.is_some() || when.streak_weeks.is_some() {
            return Some("the first purchase never has a streak".to_owned());
        }
    }
    let (Some(starts), Some(ends)) = (when.starts, when.ends) else { return None };
    if ends.days_since(starts) > MAX_DAYS {
        return None;
    }
    let open = |day: Day| {
        let on_day = Schedule { weekdays: &when.weekdays, hours: None }.is_on(day);
        on_day && when.hours.is_none_or(|hours| hours.are_open_on(programme.zone, day))
    };
    // Hours past midnight may have begun on the day before.
    let first = if when.hours.is_some_and(|hours| hours.from > hours.until) { -1 } else { 0 };
    let days = first..=ends.days_since(starts);
    let any = days.map(|offset| starts.plus_days(offset)).any(open);
    (!any).then(|| format!("no day from {starts} to {ends} has such a weekday and such hours"))
}

/// Why a rule that applies changes nothing.
fn no_effect(programme: &Programme, rule: &Rule) -> Option<String> {
    match &rule.effect {
        Effect::Multiply(rate) if *rate == Rate::ONE => return Some("a factor of 1 changes nothing".to_owned()),
        Effect::MultiplyLabels(factors) if factors.iter().all(|(_, rate)| *rate == Rate::ONE) => {
            return Some("factors of 1 change nothing".to_owned());
        }
        Effect::PerAmount(accrual) if accrual.points == 0 => return Some("it accrues 0 points".to_owned()),
        _ => {}
    }
    if rule.stop && !programme.rules.iter().any(|other| other.priority < rule.priority && same_event(rule, other)) {
        return Some("`stop` has no effect: no rule has a lower priority".to_owned());
    }
    let cap = programme.earn.max_points_per_order?;
    let minimum = rule.when.minimum_amount?;
    let base = earning::points_for(programme, minimum, Rate::ONE).unwrap_or(Points::ZERO);
    let full = base >= cap && programme.earn.cap == CapPolicy::Cut && !below_one(&rule.effect);
    full.then(|| format!("from its minimum amount on, earn.max_points_per_order ({cap}) is reached without it"))
}

fn same_event(one: &Rule, other: &Rule) -> bool {
    one.when.event == other.when.event
}

fn below_one(effect: &Effect) -> bool {
    matches!(effect, Effect::Multiply(rate) if *rate < Rate::ONE)
}
