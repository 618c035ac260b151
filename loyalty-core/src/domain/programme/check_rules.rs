//! Checks the earning rules of a programme.

use chrono::{NaiveTime, Weekday};

use super::Tier;
use super::check::{key, money};
use super::source::{self, DayOfWeek};
use crate::domain::rule::{Effect, Rule, When};
use crate::value::{Currency, Points, limit};
use crate::{Error, Result};

/// Most rules of a programme.
const MAX_RULES: usize = 1_000;

/// The rules in the order of their ids, so that the order in which they were written never matters.
pub(super) fn rules(rules: Vec<source::Rule>, tiers: &[Tier], currency: Currency) -> Result<Vec<Rule>> {
    if rules.len() > MAX_RULES {
        return Err(Error::invalid(&key("rules"), format_args!("must be at most {MAX_RULES}, got `{}`", rules.len())));
    }
    let mut checked: Vec<Rule> = Vec::with_capacity(rules.len());
    for (index, rule) in rules.into_iter().enumerate() {
        let field = |name: &str| key(&format!("rules[{index}].{name}"));
        let id = limit::text(&field("id"), &rule.id, 40)?;
        if ["base", "tier", "cap"].contains(&id.as_str()) || checked.iter().any(|other| other.id == id) {
            return Err(Error::invalid(
                &field("id"),
                format_args!("must be unique and not base, tier or cap, got `{id}`"),
            ));
        }
        checked.push(Rule {
            name: limit::text(&field("name"), &rule.name, limit::MAX_NAME)?,
            when: when(index, rule.when, tiers, currency)?,
            effect: effect(&field("effect"), &rule.effect)?,
            id,
        });
    }
    checked.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(checked)
}

fn effect(field: &str, effect: &source::Effect) -> Result<Effect> {
    let points = |points: i64| limit::within(field, points, 1, 1_000_000_000).map(Points::stored);
    match effect {
        source::Effect::Multiply(rate) => Ok(Effect::Multiply(*rate)),
        source::Effect::Add(added) => points(*added).map(Effect::Add),
        source::Effect::PerUnit(each) => points(*each).map(Effect::PerUnit),
    }
}

fn when(index: usize, when: source::When, tiers: &[Tier], currency: Currency) -> Result<When> {
    let name_of = |name: &str| format!("rules[{index}].when.{name}");
    let field = |name: &str| key(&name_of(name));
    if let Some(unknown) = when.tiers.iter().find(|id| !tiers.iter().any(|tier| tier.id == **id)) {
        return Err(Error::invalid(&field("tiers"), format_args!("must be ids of tiers, got `{unknown}`")));
    }
    if let (Some(starts), Some(ends)) = (when.starts, when.ends)
        && ends < starts
    {
        return Err(Error::invalid(&field("ends"), format_args!("must not lie before `starts`, got `{ends}`")));
    }
    let minimum_amount = when.minimum_amount.map(|amount| money(&name_of("minimum_amount"), amount, currency));
    let nth = when.every_nth_visit.map(|nth| limit::within(&field("every_nth_visit"), nth, 2, 10_000));
    Ok(When {
        tiers: when.tiers,
        skus: when.skus,
        categories: when.categories,
        weekdays: when.weekdays.into_iter().map(weekday).collect(),
        hours: hours(&field("from"), &field("until"), when.from.as_deref(), when.until.as_deref())?,
        starts: when.starts,
        ends: when.ends,
        minimum_amount: minimum_amount.transpose()?,
        first_purchase: when.first_purchase,
        birthday_month: when.birthday_month,
        every_nth_visit: nth.transpose()?,
    })
}

fn hours(from: &str, until: &str, start: Option<&str>, end: Option<&str>) -> Result<Option<(NaiveTime, NaiveTime)>> {
    let time = |field: &str, text: &str| {
        let time = NaiveTime::parse_from_str(text, "%H:%M");
        time.map_err(|_| Error::invalid(field, format_args!("must be a local time like `08:30`, got `{text}`")))
    };
    match (start, end) {
        (None, None) => Ok(None),
        (Some(start), Some(end)) if start == end => Err(Error::invalid(until, "must differ from `from`")),
        (Some(start), Some(end)) => Ok(Some((time(from, start)?, time(until, end)?))),
        (Some(_), None) => Err(Error::invalid(until, "is required beside `from`")),
        (None, Some(_)) => Err(Error::invalid(from, "is required beside `until`")),
    }
}

const fn weekday(day: DayOfWeek) -> Weekday {
    match day {
        DayOfWeek::Mon => Weekday::Mon,
        DayOfWeek::Tue => Weekday::Tue,
        DayOfWeek::Wed => Weekday::Wed,
        DayOfWeek::Thu => Weekday::Thu,
        DayOfWeek::Fri => Weekday::Fri,
        DayOfWeek::Sat => Weekday::Sat,
        DayOfWeek::Sun => Weekday::Sun,
    }
}
