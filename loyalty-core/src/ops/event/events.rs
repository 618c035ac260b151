use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::told::{number_what_waits, with_entry};
use crate::domain::log_event::{LogData, LogKind};
use crate::ops::{Access, Operation};
use crate::store::Session;
use crate::store::event_log::{self, NumberedEvent};
use crate::value::{EntryId, Moment, UserId, limit};
use crate::{Error, Refusal, Result};

/// Most events of one page.
const MOST: i64 = 1_000;
/// Most events that one call looks at when it asks for some kinds only.
const LOOKED_AT: i64 = 10_000;
/// Longest name of a consumer, in bytes.
const MAX_CONSUMER: usize = 40;

/// Returns what has changed, oldest first: an event for every change worth telling, numbered 1, 2, 3 … without a gap.
///
/// A number is shown only when every lower one can be read, and what was shown never changes. So a reader that keeps
/// the last number it has seen misses nothing and sees nothing twice, however long a transaction of another process
/// stays open. A member's events are in the order of the member's changes.
///
/// Give `after`, the `next_after` of the page before; or give the name of a `consumer` and keep its place with
/// `ack_events`. If a consumer stops between the two, it gets the same events again: let it act once for each number.
/// Without either, the page begins with the oldest event that is kept.
///
/// An event has ids, numbers and words, and no name, address or code. The points of an entry are read from the ledger
/// when asked. Events older than the programme's `retention.events_days` are deleted by the daily task; what a consumer has
/// not seen yet is kept up to `retention.unseen_events_days`.
///
/// On a server, events get their numbers when they are asked for, in a short transaction of its own; inside an open
/// transaction of the page only those with a number are returned.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// Name of the reader: the page begins after what it has acknowledged.
    #[serde(default)]
    #[new(default)]
    pub consumer: Option<String>,
    /// The page begins after this number.
    #[serde(default)]
    #[new(default)]
    pub after: Option<i64>,
    /// Most events, 1 to 1000.
    #[serde(default = "default_limit")]
    #[new(value = "default_limit()")]
    pub limit: i64,
    /// Only events of these kinds, like `points.earned`. `next_after` passes over the others.
    #[serde(default)]
    #[new(default)]
    pub kinds: Option<Vec<String>>,
    /// The `epoch` of an earlier page: in another database, the call is refused.
    #[serde(default)]
    #[new(default)]
    pub epoch: Option<i64>,
}

const fn default_limit() -> i64 {
    100
}

impl Events {
    /// The next 100 events after a number.
    #[must_use]
    pub const fn after(number: i64) -> Self {
        Self { consumer: None, after: Some(number), limit: default_limit(), kinds: None, epoch: None }
    }
}

/// A page of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventsPage {
    /// The events, by number.
    pub items: Vec<EventItem>,
    /// `after` for the next page.
    pub next_after: i64,
    /// Whether there are more now.
    pub more: bool,
    /// How many events come after this page.
    pub behind: i64,
    /// Names this database: in another one, numbers begin anew.
    pub epoch: i64,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventItem {
    /// Its number.
    pub number: i64,
    /// What happened.
    pub kind: String,
    /// Whose it is; null for a change of the shop alone.
    pub user_id: Option<i64>,
    /// The ledger entry.
    pub transaction_id: Option<i64>,
    /// When it happened.
    pub at: Moment,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// The rest, by kind: ids, numbers and words.
    pub data: LogData,
}

impl Operation for Events {
    const NAME: &'static str = "events";
    const ACCESS: Access = Access::Read;
    type Reply = EventsPage;

    fn run(&self, cx: &mut Cx<'_>) -> Result<EventsPage> {
        let wanted = self.kinds()?;
        let limit = limit::within("limit", self.limit, 1, MOST)?;
        if let Some(after) = self.after {
            limit::within("after", after, 0, i64::MAX)?;
        }
        number_what_waits(cx)?;
        let epoch = event_log::epoch(cx.store()?)?;
        let last = event_log::last(cx.store()?)?;
        let after = self.start(cx, epoch, last)?;
        let (items, next_after) = page(cx.store()?, after, limit, wanted.as_deref())?;
        if !items.is_empty() {
            // Another fact must never get a number that was shown.
            cx.store()?.sync()?;
        }
        let behind = last.saturating_sub(next_after).max(0);
        let items = items.into_iter().map(|event| shown(cx, event)).collect();
        Ok(EventsPage { items, next_after, more: behind > 0, behind, epoch })
    }
}

impl Events {
    fn kinds(&self) -> Result<Option<Vec<LogKind>>> {
        let Some(words) = &self.kinds else { return Ok(None) };
        let read = |(index, word): (usize, &String)| {
            LogKind::parse(word).ok_or_else(|| {
                let shown = limit::beginning(word);
                let expected = format_args!("must be a kind of event, like `points.earned`, got `{shown}`").to_string();
                Error::invalid(&format!("kinds[{index}]"), expected)
            })
        };
        words.iter().enumerate().map(read).collect::<Result<_>>().map(Some)
    }

    /// The number after which the page begins.
    fn start(&self, cx: &mut Cx<'_>, epoch: i64, last: i64) -> Result<i64> {
        if self.epoch.is_some_and(|known| known != epoch) {
            return Err(Error::refused(Refusal::EventsRestarted).with("epoch", epoch));
        }
        let kept = event_log::first(cx.store()?)?.map_or(0, |(number, _)| number - 1);
        let given = match (&self.consumer, self.after) {
            (Some(_), Some(_)) => return Err(Error::invalid("consumer", "must not be given together with `after`")),
            (Some(name), None) => {
                let name = consumer_name(name)?;
                event_log::consumer(cx.store()?, &name)?.map(|consumer| consumer.acked)
            }
            (None, after) => after,
        };
        let after = given.unwrap_or(kept);
        if after > last {
            return Err(Error::refused(Refusal::EventsRestarted).with("epoch", epoch).with("last", last));
        }
        if after < kept {
            return Err(Error::refused(Refusal::EventsTruncated).with("first", kept + 1));
        }
        Ok(after)
    }
}

/// The checked name of a consumer.
pub(super) fn consumer_name(name: &str) -> Result<String> {
    let is_plain = |symbol: char| symbol.is_ascii_alphanumeric() || matches!(symbol, '_' | '-' | '.');
    if (1..=MAX_CONSUMER).contains(&name.len()) && name.chars().all(is_plain) {
        return Ok(name.to_owned());
    }
    let expected =
        format!("must have 1 to {MAX_CONSUMER} letters, digits, `_`, `-` or `.`, got `{}`", limit::beginning(name));
    Err(Error::invalid("consumer", expected))
}

/// At most `limit` events of the wanted kinds, and the number up to which they were looked at.
fn page(
    session: &mut dyn Session,
    mut after: i64,
    limit: i64,
    wanted: Option<&[LogKind]>,
) -> Result<(Vec<NumberedEvent>, i64)> {
    let Some(wanted) = wanted else {
        let events = event_log::page(session, after, limit)?;
        let last = events.last().map_or(after, |event| event.number);
        return Ok((events, last));
    };
    let (mut found, mut looked_at) = (Vec::new(), 0);
    while looked_at < LOOKED_AT {
        let events = event_log::page(session, after, MOST)?;
        if events.is_empty() {
            break;
        }
        for event in events {
            (after, looked_at) = (event.number, looked_at + 1);
            if wanted.contains(&event.event.kind) {
                found.push(event);
                if found.len() as i64 == limit {
                    return Ok((found, after));
                }
            }
        }
    }
    Ok((found, after))
}

fn shown(cx: &Cx<'_>, NumberedEvent { number, event, entry }: NumberedEvent) -> EventItem {
    EventItem {
        number,
        kind: event.kind.word().to_owned(),
        user_id: event.user_id.map(UserId::get),
        transaction_id: event.entry.map(EntryId::get),
        at: cx.moment(event.occurred_at),
        recorded_at: cx.moment(event.recorded_at),
        data: with_entry(event.data, entry),
    }
}
