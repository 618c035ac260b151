//! What is told to other systems and to guests: as written in a programme, and checked.

use serde::Deserialize;

use crate::domain::programme::{NoticeRules, Retention};
use crate::domain::programme_file::field::{days, key, points};
use crate::value::limit;
use crate::{Error, Result};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RetentionSource {
    pub events_days: i64,
    pub unseen_events_days: i64,
    pub notices_days: i64,
}

impl Default for RetentionSource {
    fn default() -> Self {
        Self { events_days: 30, unseen_events_days: 90, notices_days: 180 }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NoticesSource {
    pub thresholds: Vec<i64>,
    pub stale_hours: i64,
}

impl Default for NoticesSource {
    fn default() -> Self {
        Self { thresholds: Vec::new(), stale_hours: 48 }
    }
}

pub(crate) fn retention(source: &RetentionSource) -> Result<Retention> {
    let events = days("retention.events_days", source.events_days, 1)?;
    let unseen_events = days("retention.unseen_events_days", source.unseen_events_days, 1)?;
    if unseen_events < events {
        let expected = format!("must be at least `events_days`, {events}, got `{unseen_events}`");
        return Err(Error::invalid(&key("retention.unseen_events_days"), expected));
    }
    Ok(Retention { events, unseen_events, notices: days("retention.notices_days", source.notices_days, 1)? })
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
    Ok(NoticeRules { thresholds, stale_hours })
}
