//! Checks the earning rules of a programme.

use chrono::NaiveTime;

use crate::domain::event;
use crate::domain::programme::{Effect, Limits, Lines, MemberSegment, Rule, Tier, When, Windowed};
use crate::domain::programme_file::check_segments::Names;
use crate::domain::programme_file::field::{self, key, money};
use crate::domain::programme_file::{check_earn, check_names, source_rules as source};
use crate::value::{Currency, Hours, Points, limit};
use crate::{Error, Result};

/// Most rules of a programme.
const MAX_RULES: usize = 1_000;
/// Words that reasons use in addition to the ids of rules.
const RESERVED: [&str; 5] = ["base", "tier", "cap", "tier_gift", "given"];

/// The rules by priority and id, so that their order in the file never matters.
pub(crate) fn rules(rules: Vec<source::Rule>, segments: &[MemberSegment], names: Names<'_>) -> Result<Vec<Rule>> {
    let Names { tiers, currency, .. } = names;
    if rules.len() > MAX_RULES {
        return Err(Error::invalid(
            &key("rules"),
            format_args!("must have at most {MAX_RULES} rules, got `{}`", rules.len()),
        ));
    }
    check_names::former("rules", rules.iter().map(|rule| (rule.id.as_str(), rule.was.as_slice())))?;
    let mut checked: Vec<Rule> = Vec::with_capacity(rules.len());
    for (index, rule) in rules.into_iter().enumerate() {
        let field = |name: &str| key(&format!("rules[{index}].{name}"));
        let id = limit::text(&field("id"), &rule.id, 40)?;
        if RESERVED.contains(&id.as_str()) || checked.iter().any(|other| other.id == id) {
            return Err(Error::invalid(
                &field("id"),
                format_args!("must be unique and not base, tier, cap or tier_gift, got `{id}`"),
            ));
        }
        let group = rule.group.map(|group| limit::text(&field("group"), &group, limit::MAX_NAME)).transpose()?;
        known_segment(&field("when.segment"), rule.when.segment.as_deref(), segments)?;
        let mut limits = limits(index, &rule.limit)?;
        if matches!(rule.effect, source::Effect::PerVisit(_)) {
            // A visit is a local day, however many bills it has.
            limits.times.day = Some(1);
        }
        if rule.when.event.as_ref().is_some_and(event::is_once) && limits.times.ever.is_none() {
            limits.times.ever = Some(1);
        }
        let checked_rule = Rule {
            name: limit::readable_text(&field("name"), &rule.name, limit::MAX_NAME)?,
            when: when(index, rule.when, tiers, currency)?,
            effect: effect(index, rule.effect, currency)?,
            priority: limit::within(&field("priority"), rule.priority, -1_000, 1_000)?,
            stop: rule.stop,
            group,
            limits,
            was: rule.was,
            id,
        };
        event_only(index, &checked_rule)?;
        checked.push(checked_rule);
    }
    checked.sort_by(|one, other| other.priority.cmp(&one.priority).then_with(|| one.id.cmp(&other.id)));
    Ok(checked)
}

/// Refuses a segment that the programme does not have.
fn known_segment(field: &str, id: Option<&str>, segments: &[MemberSegment]) -> Result<()> {
    match id.filter(|id| segments.iter().all(|segment| segment.id != *id)) {
        Some(id) => {
            let shown = limit::beginning(id);
            Err(Error::invalid(field, format_args!("must be the id of a segment, got `{shown}`")))
        }
        None => Ok(()),
    }
}

/// Refuses conditions that do not apply to an event, and properties without an event.
fn event_only(index: usize, rule: &Rule) -> Result<()> {
    let when = &rule.when;
    let field = |name: &str| key(&format!("rules[{index}].{name}"));
    if when.event.is_none() {
        if when.properties.is_empty() {
            return Ok(());
        }
        return Err(Error::invalid(&field("when.properties"), "is allowed only with an `event`"));
    }
    if !matches!(rule.effect, Effect::Add(_)) {
        return Err(Error::invalid(&field("effect"), "must be `add` for an event"));
    }
    for (name, given) in [
        ("skus, categories and labels", !when.lines.is_empty()),
        ("minimum_amount", when.minimum_amount.is_some()),
        ("minimum_quantity", when.minimum_quantity.is_some()),
        ("first_purchase", when.first_purchase),
        ("every_nth_visit", when.every_nth_visit.is_some()),
        ("streak_days", when.streak_days.is_some()),
        ("streak_weeks", when.streak_weeks.is_some()),
    ] {
        if given {
            return Err(Error::invalid(&field("when"), format_args!("{name} applies to purchases only")));
        }
    }
    Ok(())
}

fn effect(index: usize, effect: source::Effect, currency: Currency) -> Result<Effect> {
    let field = key(&format!("rules[{index}].effect"));
    let points = |points: i64| limit::within(&field, points, 1, 1_000_000_000).map(Points::stored);
    match effect {
        source::Effect::Multiply(rate) => Ok(Effect::Multiply(rate)),
        source::Effect::MultiplyLabels(factors) if factors.is_empty() => {
            Err(Error::invalid(&field, "must name at least one label"))
        }
        source::Effect::MultiplyLabels(factors) => {
            let factors = factors
                .into_iter()
                .map(|(label, rate)| limit::text(&field, &label, limit::MAX_NAME).map(|label| (label, rate)));
            factors.collect::<Result<_>>().map(Effect::MultiplyLabels)
        }
        source::Effect::Add(added) | source::Effect::PerVisit(added) => points(added).map(Effect::Add),
        source::Effect::PerUnit(each) => points(each).map(Effect::PerUnit),
        source::Effect::PerAmount(accrual) => {
            let name = format!("rules[{index}].effect.per_amount");
            check_earn::accrual(&name, &accrual, currency).map(Effect::PerAmount)
        }
    }
}

fn limits(index: usize, limit: &source::Limit) -> Result<Limits> {
    let checked = |name: &str, number: Option<i64>| {
        let field = key(&format!("rules[{index}].limit.{name}"));
        number.map(|number| limit::within(&field, number, 1, limit::MAX_POINTS)).transpose()
    };
    Ok(Limits {
        times: Windowed {
            day: checked("times_per_day", limit.times_per_day)?,
            week: checked("times_per_week", limit.times_per_week)?,
            month: checked("times_per_month", limit.times_per_month)?,
            ever: checked("times", limit.times)?,
        },
        points: Windowed {
            day: checked("points_per_day", limit.points_per_day)?,
            week: checked("points_per_week", limit.points_per_week)?,
            month: checked("points_per_month", limit.points_per_month)?,
            ever: checked("points", limit.points)?,
        },
        points_per_order: checked("points_per_order", limit.points_per_order)?,
    })
}

fn when(index: usize, when: source::When, tiers: &[Tier], currency: Currency) -> Result<When> {
    let name_of = |name: &str| format!("rules[{index}].when.{name}");
    let field = |name: &str| key(&name_of(name));
    let named = when.tiers.iter().map(|id| {
        let unknown = || Error::invalid(&field("tiers"), format_args!("must be ids of tiers, got `{id}`"));
        field::tier_named(tiers, id).map(|tier| tier.id.clone()).ok_or_else(unknown)
    });
    let in_tiers = named.collect::<Result<_>>()?;
    if let (Some(starts), Some(ends)) = (when.starts, when.ends)
        && ends < starts
    {
        return Err(Error::invalid(&field("ends"), format_args!("must not lie before `starts`, got `{ends}`")));
    }
    let minimum_amount = when.minimum_amount.map(|amount| money(&name_of("minimum_amount"), amount, currency));
    let bounded = |name: &str, number: Option<i64>, most: i64| {
        number.map(|number| limit::within(&field(name), number, 2, most)).transpose()
    };
    Ok(When {
        event: when.event,
        properties: when.properties.into_iter().collect(),
        tiers: in_tiers,
        lines: Lines { skus: when.skus, categories: when.categories, labels: when.labels },
        shops: when.shops,
        weekdays: when.weekdays,
        hours: hours(&field("from"), &field("until"), when.from.as_deref(), when.until.as_deref())?,
        starts: when.starts,
        ends: when.ends,
        minimum_amount: minimum_amount.transpose()?,
        minimum_quantity: bounded("minimum_quantity", when.minimum_quantity, 1_000_000)?,
        first_purchase: when.first_purchase,
        birthday_month: when.birthday_month,
        birthday: when.birthday,
        every_nth_visit: bounded("every_nth_visit", when.every_nth_visit, 10_000)?,
        streak_days: bounded("streak_days", when.streak_days, 366)?,
        streak_weeks: bounded("streak_weeks", when.streak_weeks, 104)?,
        segment: when.segment,
    })
}

fn hours(from: &str, until: &str, start: Option<&str>, end: Option<&str>) -> Result<Option<Hours>> {
    let time = |field: &str, text: &str| {
        let time = NaiveTime::parse_from_str(text, "%H:%M");
        time.map_err(|_| Error::invalid(field, format_args!("must be a local time like `08:30`, got `{text}`")))
    };
    match (start, end) {
        (None, None) => Ok(None),
        (Some(start), Some(end)) if start == end => Err(Error::invalid(until, "must differ from `from`")),
        (Some(start), Some(end)) => Ok(Some(Hours { from: time(from, start)?, until: time(until, end)? })),
        (Some(_), None) => Err(Error::invalid(until, "is required with `from`")),
        (None, Some(_)) => Err(Error::invalid(from, "is required with `until`")),
    }
}
