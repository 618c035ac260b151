use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::cx::Cx;
use crate::booking::told::number_what_waits;
use crate::domain::webhook::Webhook;
use crate::ops::{Access, Operation};
use crate::store::deliveries::{self, DeliveryState};
use crate::store::{event_log, webhooks};
use crate::value::Moment;

/// Returns the webhooks and how far each has come, without their secrets.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {}

/// The webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhooksReply {
    /// By id.
    pub items: Vec<WebhookItem>,
}

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookItem {
    /// Its id.
    pub id: i64,
    /// Where events are sent.
    pub url: String,
    /// The kinds of events; null for all.
    pub kinds: Option<Vec<String>>,
    /// `active` or `disabled`.
    pub state: String,
    /// Why the engine switched it off: `gone` (the receiver answered 410) or `failing` (it took nothing for five days);
    /// otherwise null.
    pub reason: Option<String>,
    /// How many events come after those that were handed out; a filter on kinds is not counted.
    pub behind: i64,
    /// Events that were handed out and have not arrived: they are on their way, or are tried again.
    pub waiting: i64,
    /// Events that were tried ten times and have not arrived; `replay_events` sends them again.
    pub given_up: i64,
    /// Since when nothing has arrived although it was tried; null when the last attempts were good.
    pub failing_since: Option<Moment>,
    /// What the receiver answered last; null when it did not answer, or was not asked.
    pub last_status: Option<i64>,
    /// Why the last attempt failed; null when it was good.
    pub last_reason: Option<String>,
    /// When the last attempt was told of.
    pub last_at: Option<Moment>,
    /// When it was made.
    pub created_at: Moment,
}

impl Operation for Webhooks {
    const NAME: &'static str = "webhooks";
    const ACCESS: Access = Access::Read;
    type Reply = WebhooksReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<WebhooksReply> {
        number_what_waits(cx)?;
        let last = event_log::last(cx.store()?)?;
        let mut items = Vec::new();
        for webhook in webhooks::all(cx.store()?)? {
            items.push(shown(cx, webhook, last)?);
        }
        Ok(WebhooksReply { items })
    }
}

fn shown(cx: &mut Cx<'_>, webhook: Webhook, last: i64) -> Result<WebhookItem> {
    let waiting = deliveries::count(cx.store()?, webhook.id, DeliveryState::Open)?.0;
    let given_up = deliveries::count(cx.store()?, webhook.id, DeliveryState::GivenUp)?.0;
    let attempt = webhook.last;
    Ok(WebhookItem {
        id: webhook.id.get(),
        url: webhook.url,
        kinds: webhook.kinds,
        state: webhook.state.word().to_owned(),
        reason: webhook.reason,
        behind: last.saturating_sub(webhook.place).max(0),
        waiting,
        given_up,
        failing_since: webhook.failing_since.map(|since| cx.moment(since)),
        last_status: attempt.as_ref().and_then(|attempt| attempt.status),
        last_at: attempt.as_ref().map(|attempt| cx.moment(attempt.at)),
        last_reason: attempt.and_then(|attempt| attempt.reason),
        created_at: cx.moment(webhook.created_at),
    })
}
