use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::events::consumer_name;
use crate::booking::cx::Cx;
use crate::booking::told::number_what_waits;
use crate::ops::{Access, Operation};
use crate::store::event_log;
use crate::value::limit;
use crate::{Error, Refusal, Result};

/// Keeps the place of a reader of the events: it has everything up to a number.
///
/// A place only moves forward: an acknowledgement that comes late changes nothing. A new name begins to be known with
/// its first call; `upto` 0 makes it known before it has read anything, so that what it has not seen is kept for it.
/// `forget` removes a reader that is gone: nothing is kept for it any more, and `health` no longer waits for it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct AckEvents {
    /// Name of the reader: letters, digits, `_`, `-` and `.`, at most 40.
    pub consumer: String,
    /// The number up to which it has everything.
    pub upto: i64,
    /// The `epoch` in which that number counts: in another database, the call is refused.
    #[serde(default)]
    #[new(default)]
    pub epoch: Option<i64>,
    /// Whether the reader is gone.
    #[serde(default)]
    #[new(default)]
    pub forget: bool,
}

/// The place of a reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AckedEvents {
    /// The number up to which it has everything; null for a reader that is forgotten.
    pub acked: Option<i64>,
    /// How many events come after it.
    pub behind: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for AckEvents {
    const NAME: &'static str = "ack_events";
    const ACCESS: Access = Access::Write;
    type Reply = AckedEvents;

    fn run(&self, cx: &mut Cx<'_>) -> Result<AckedEvents> {
        let name = consumer_name(&self.consumer)?;
        let upto = limit::within("upto", self.upto, 0, i64::MAX)?;
        let epoch = event_log::epoch(cx.store()?)?;
        if self.epoch.is_some_and(|known| known != epoch) {
            return Err(Error::refused(Refusal::EventsRestarted).with("epoch", epoch));
        }
        if self.forget {
            event_log::forget_consumer(cx.store()?, &name)?;
            return Ok(AckedEvents { acked: None, behind: 0, replayed: false });
        }
        number_what_waits(cx)?;
        let last = event_log::last(cx.store()?)?;
        if upto > last {
            return Err(Error::invalid("upto", format_args!("must be at most {last}, the newest event, got `{upto}`")));
        }
        let now = cx.now;
        event_log::add_consumer(cx.store()?, &name, now)?;
        let known = event_log::consumer(cx.store()?, &name)?.map_or(0, |consumer| consumer.acked);
        let acked = known.max(upto);
        event_log::ack(cx.store()?, &name, acked, now)?;
        Ok(AckedEvents { acked: Some(acked), behind: last - acked, replayed: false })
    }
}
