//! What is told to other systems and to guests: as written in a programme, and checked.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::catalogue::{notice_placeholders, notice_templates, placeholders_of};
use crate::domain::notice::OwnWords;
use crate::domain::programme::{NoticeRules, Reminders, Retention};
use crate::domain::programme_file::field::{days, key, points};
use crate::value::{Locale, Points, limit};
use crate::{Error, Result};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RetentionSource {
    pub events_days: i64,
    pub unseen_events_days: i64,
    pub notices_days: i64,
    pub messages_days: i64,
}

impl Default for RetentionSource {
    fn default() -> Self {
        Self { events_days: 30, unseen_events_days: 90, notices_days: 180, messages_days: 395 }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NoticesSource {
    pub thresholds: Vec<i64>,
    pub stale_hours: i64,
    pub texts: BTreeMap<String, BTreeMap<String, WordsSource>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WordsSource {
    pub title: String,
    pub text: String,
}

impl Default for NoticesSource {
    fn default() -> Self {
        Self { thresholds: Vec::new(), stale_hours: 48, texts: BTreeMap::new() }
    }
}

/// What a programme without `[reminders]` reminds of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RemindersSource {
    pub points_ending_days: Vec<i64>,
    pub points_ending_at_least: i64,
    pub coupon_ending_days: i64,
    pub tier_in_danger_days: i64,
    pub next_tier_points: i64,
    pub stamps_left: i64,
    pub missed_after_days: i64,
    pub missed_until_days: i64,
    pub rewards: bool,
    pub birthday_late_days: Option<i64>,
}

impl Default for RemindersSource {
    fn default() -> Self {
        Self {
            points_ending_days: vec![30, 7, 0],
            points_ending_at_least: 1,
            coupon_ending_days: 3,
            tier_in_danger_days: 30,
            next_tier_points: 0,
            stamps_left: 1,
            missed_after_days: 30,
            missed_until_days: 120,
            rewards: true,
            birthday_late_days: Some(7),
        }
    }
}

pub(crate) fn reminders(source: &RemindersSource) -> Result<Reminders> {
    let name = |index: usize| format!("reminders.points_ending_days[{index}]");
    let windows = source.points_ending_days.iter().enumerate();
    let windows = windows.map(|(index, window)| days(&name(index), *window, 0)).collect::<Result<Vec<_>>>()?;
    if let Some(index) = (1..windows.len()).find(|index| windows.get(index - 1) <= windows.get(*index)) {
        return Err(Error::invalid(&key(&name(index)), "must be lower than the one before"));
    }
    // 0 is never.
    let span = |name: &str, span: i64| {
        days(&format!("reminders.{name}"), span, 0).map(|span| Some(span).filter(|span| *span > 0))
    };
    let missed = span("missed_after_days", source.missed_after_days)?;
    let until = days("reminders.missed_until_days", source.missed_until_days, 1)?;
    if missed.is_some_and(|after| after > until) {
        return Err(Error::invalid(&key("reminders.missed_until_days"), "must not be below `missed_after_days`"));
    }
    let next_tier = points("reminders.next_tier_points", source.next_tier_points)?;
    let birthday = source.birthday_late_days.map(|late| days("reminders.birthday_late_days", late, 0));
    Ok(Reminders {
        points_ending_days: windows,
        points_ending_at_least: points("reminders.points_ending_at_least", source.points_ending_at_least)?,
        coupon_ending_days: span("coupon_ending_days", source.coupon_ending_days)?,
        tier_in_danger_days: span("tier_in_danger_days", source.tier_in_danger_days)?,
        next_tier_points: Some(next_tier).filter(|points| *points > Points::ZERO),
        stamps_left: Some(limit::within(&key("reminders.stamps_left"), source.stamps_left, 0, 1_000)?)
            .filter(|left| *left > 0),
        missed_days: missed.map(|after| (after, until)),
        rewards: source.rewards,
        birthday_late_days: birthday.transpose()?,
    })
}

pub(crate) fn retention(source: &RetentionSource) -> Result<Retention> {
    let events = days("retention.events_days", source.events_days, 1)?;
    let unseen_events = days("retention.unseen_events_days", source.unseen_events_days, 1)?;
    if unseen_events < events {
        let expected = format!("must be at least `events_days`, {events}, got `{unseen_events}`");
        return Err(Error::invalid(&key("retention.unseen_events_days"), expected));
    }
    let notices = days("retention.notices_days", source.notices_days, 1)?;
    let messages = days("retention.messages_days", source.messages_days, 1)?;
    Ok(Retention { events, unseen_events, notices, messages })
}

pub(crate) fn notices(source: &NoticesSource) -> Result<NoticeRules> {
    let name = |index: usize| format!("notices.thresholds[{index}]");
    let thresholds = source.thresholds.iter().enumerate();
    let thresholds =
        thresholds.map(|(index, threshold)| points(&name(index), *threshold)).collect::<Result<Vec<_>>>()?;
    if let Some(index) = (1..thresholds.len()).find(|index| thresholds.get(index - 1) >= thresholds.get(*index)) {
        return Err(Error::invalid(&key(&name(index)), "must be higher than the one before"));
    }
    let stale_hours = limit::within(&key("notices.stale_hours"), source.stale_hours, 1, 8_760)?;
    Ok(NoticeRules { thresholds, stale_hours, texts: texts(&source.texts)? })
}

/// The words of the shop: each template may use the names that the engine's own may.
fn texts(source: &BTreeMap<String, BTreeMap<String, WordsSource>>) -> Result<OwnWords> {
    let mut own = OwnWords::new();
    for (tag, templates) in source {
        let field = key(&format!("notices.texts.{tag}"));
        let locale = Locale::parse(tag);
        let locale =
            locale.ok_or_else(|| Error::invalid(&field, format_args!("must be `es-CL` or `en`, got `{tag}`")))?;
        for (name, words) in templates {
            let field = format!("{field}.{name}");
            if !notice_templates().any(|known| known == name) {
                let known = notice_templates().collect::<Vec<_>>().join("`, `");
                return Err(Error::invalid(&field, format_args!("is no kind of notice; the kinds are `{known}`")));
            }
            for (part, template) in [("title", &words.title), ("text", &words.text)] {
                check_template(&format!("{field}.{part}"), name, template)?;
            }
            own.insert((locale, name.clone()), [words.title.clone(), words.text.clone()]);
        }
    }
    Ok(own)
}

fn check_template(field: &str, name: &str, template: &str) -> Result<()> {
    limit::readable_text(field, template, limit::MAX_DESCRIPTION)?;
    let used = placeholders_of(template).map_err(|expected| Error::invalid(field, expected))?;
    let known = notice_placeholders(name);
    match used.into_iter().find(|used| !known.contains(used)) {
        None => Ok(()),
        Some(unknown) => {
            let known: Vec<String> = known.iter().map(|name| format!("`{{{name}}}`")).collect();
            let known = if known.is_empty() { "no placeholder".to_owned() } else { known.join(", ") };
            Err(Error::invalid(field, format_args!("may use {known}, got `{{{unknown}}}`")))
        }
    }
}
