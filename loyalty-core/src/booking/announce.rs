//! Telling of a change: one row of the event log, in the transaction of the change.

use serde_json::Value;

use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::ledger::Entry;
use crate::domain::log_event::{LogEvent, LogKind};
use crate::store::event_log;
use crate::value::UserId;

/// Tells what no entry of the ledger tells: ids, numbers and words.
pub(crate) fn announce<const N: usize>(
    cx: &mut Cx<'_>,
    kind: LogKind,
    user_id: Option<UserId>,
    data: [(&str, Value); N],
) -> Result<()> {
    let data = data.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    tell(cx, &LogEvent { kind, user_id, entry: None, recorded_at: cx.now, occurred_at: cx.at, data })
}

/// Tells of an entry that was appended.
pub(crate) fn announce_entry(cx: &mut Cx<'_>, kind: LogKind, entry: &Entry) -> Result<()> {
    let event = LogEvent {
        kind,
        user_id: Some(entry.user_id),
        entry: Some(entry.id),
        recorded_at: entry.recorded_at,
        occurred_at: entry.occurred_at,
        data: serde_json::Map::new(),
    };
    tell(cx, &event)
}

fn tell(cx: &mut Cx<'_>, event: &LogEvent) -> Result<()> {
    if cx.is_silent {
        return Ok(());
    }
    event_log::append(cx.store()?, event)
}
