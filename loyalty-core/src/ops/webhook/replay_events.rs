use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::known;
use crate::booking::cx::Cx;
use crate::booking::told::number_what_waits;
use crate::ops::{Access, Operation};
use crate::store::{deliveries, event_log, webhooks};
use crate::value::WebhookId;
use crate::{Error, Refusal, Result};

/// Sends a webhook the events from a number on once more, with the same ids.
///
/// For a receiver that has lost something. Numbers are those of `events`, and are in each id: `evt_EPOCH_NUMBER`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ReplayEvents {
    /// The webhook.
    pub id: WebhookId,
    /// The number of the first event.
    pub from: i64,
}

/// Where the webhook stands now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReplayedEvents {
    /// The webhook.
    pub id: i64,
    /// The number of the first event that is sent once more.
    pub from: i64,
    /// How many events come from there on; a filter on kinds is not counted.
    pub behind: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for ReplayEvents {
    const NAME: &'static str = "replay_events";
    const ACCESS: Access = Access::Write;
    type Reply = ReplayedEvents;

    fn run(&self, cx: &mut Cx<'_>) -> Result<ReplayedEvents> {
        number_what_waits(cx)?;
        let last = event_log::last(cx.store()?)?;
        let mut webhook = known(cx, "id", self.id)?;
        let next = webhook.place.saturating_add(1);
        if !(1..=next).contains(&self.from) {
            let expected = format!("must be between 1 and {next}, the next event, got `{}`", self.from);
            return Err(Error::invalid("from", expected));
        }
        let first = event_log::first(cx.store()?)?.map_or(1, |(number, _)| number);
        if self.from < first {
            return Err(Error::refused(Refusal::EventsTruncated).with("first", first));
        }
        webhook.place = self.from - 1;
        webhooks::update(cx.store()?, &webhook)?;
        // What is on its way is handed out again, too.
        deliveries::remove_from(cx.store()?, self.id, self.from)?;
        let behind = last.saturating_sub(webhook.place).max(0);
        Ok(ReplayedEvents { id: self.id.get(), from: self.from, behind, replayed: false })
    }
}
