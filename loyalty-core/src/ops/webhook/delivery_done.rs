use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::known;
use crate::booking::announce::announce;
use crate::booking::cx::Cx;
use crate::domain::log_event::LogKind;
use crate::domain::webhook::{Outcome, WebhookState, next_try};
use crate::ops::{Access, Operation};
use crate::store::deliveries::{self, DeliveryState, OpenDelivery};
use crate::store::webhooks;
use crate::value::{Moment, WebhookId, WorkerName, limit};
use crate::{Error, Refusal, Result};

/// Longest reason, in characters.
const LONGEST_REASON: usize = 64;
/// Longest time that a receiver may wish to be left alone, in seconds.
const LONGEST_WISH: i64 = 86_400;
/// The reason of a worker that had no time to begin.
const NOT_TRIED: &str = "not_tried";

/// Says what came of a delivery that `next_deliveries` has handed out.
///
/// Only a status from 200 to 299 is success. Anything else is tried again after 5 seconds, 5 and 30 minutes, 2, 5, 10, 14,
/// 20 and 24 hours, each up to a fifth longer by chance, and not before the time that the receiver has asked for. After
/// five attempts in a row without an answer, the webhook rests and one event at a time tries whether it answers again. A
/// 410, or five days in which nothing has arrived, switch it off; the event `webhook.disabled` and `health` tell of it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct DeliveryDone {
    /// The webhook.
    pub webhook_id: WebhookId,
    /// The event's number.
    pub number: i64,
    /// The worker that has it.
    pub worker: WorkerName,
    /// The status that the receiver answered, 100 to 999; none if it did not answer.
    #[serde(default)]
    #[new(default)]
    pub status: Option<i64>,
    /// Why it has not arrived, as a code: `timeout`, for example. `not_tried` gives it back without counting a try. Needed
    /// when there is no status.
    #[serde(default)]
    #[new(default)]
    pub reason: Option<String>,
    /// How long the receiver wants to be left alone, 0 to 86400.
    #[serde(default)]
    #[new(default)]
    pub retry_after_seconds: Option<i64>,
}

/// What follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryNoted {
    /// Whether it has arrived.
    pub delivered: bool,
    /// When it is tried again; null when it is not.
    pub next_at: Option<Moment>,
    /// The state of the webhook: `active` or `disabled`.
    pub state: String,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for DeliveryDone {
    const NAME: &'static str = "delivery_done";
    const ACCESS: Access = Access::Write;
    type Reply = DeliveryNoted;

    fn run(&self, cx: &mut Cx<'_>) -> Result<DeliveryNoted> {
        let outcome = self.outcome()?;
        let now = cx.now;
        let mut webhook = known(cx, "webhook_id", self.webhook_id)?;
        let found = deliveries::find(cx.store()?, self.webhook_id, self.number)?;
        let is_mine = |one: &OpenDelivery| one.worker.as_deref() == Some(self.worker.as_str());
        let Some(delivery) = found.filter(is_mine) else { return Err(Error::refused(Refusal::NotClaimed)) };
        let is_tried = outcome.reason.as_deref() != Some(NOT_TRIED);
        if is_tried && let Some(reason) = webhook.note(&outcome, now) {
            if webhook.state == WebhookState::Active {
                let data = [("webhook_id", self.webhook_id.get().into()), ("reason", reason.into())];
                announce(cx, LogKind::WebhookDisabled, None, data)?;
            }
            (webhook.state, webhook.reason) = (WebhookState::Disabled, Some(reason.to_owned()));
        }
        if is_tried {
            webhooks::update(cx.store()?, &webhook)?;
        }
        let delivered = outcome.reason.is_none();
        let next_at = if delivered {
            deliveries::remove(cx.store()?, &delivery)?;
            None
        } else {
            self.later(cx, &outcome, delivery)?
        };
        let state = webhook.state.word().to_owned();
        Ok(DeliveryNoted { delivered, next_at, state, replayed: false })
    }
}

impl DeliveryDone {
    /// What came of it, as far as the arguments say so without contradiction.
    fn outcome(&self) -> Result<Outcome> {
        let status = self.status.map(|status| limit::within("status", status, 100, 999)).transpose()?;
        let wish = |seconds| limit::within("retry_after_seconds", seconds, 0, LONGEST_WISH);
        let retry_after = self.retry_after_seconds.map(wish).transpose()?;
        let given = self.reason.as_deref().map(checked).transpose()?;
        let reason = match (status, given) {
            (None, None) => return Err(Error::invalid("reason", "is required without a `status`")),
            (Some(200..=299), Some(_)) => {
                return Err(Error::invalid("reason", "must be left out when the receiver has taken it"));
            }
            (Some(200..=299), None) => None,
            (Some(status), None) => Some(format!("http_{status}")),
            (_, Some(reason)) => Some(reason),
        };
        Ok(Outcome { status, reason, retry_after })
    }

    /// Keeps what has not arrived for its next try, if there is one.
    fn later(&self, cx: &mut Cx<'_>, outcome: &Outcome, delivery: OpenDelivery) -> Result<Option<Moment>> {
        let is_tried = outcome.reason.as_deref() != Some(NOT_TRIED);
        let (attempts, next) = if is_tried {
            let chance = cx.entropy.number();
            (delivery.attempts, next_try(delivery.attempts, outcome.retry_after, chance, cx.now))
        } else {
            let wait = outcome.retry_after.unwrap_or(0);
            (delivery.attempts.saturating_sub(1), Some(cx.now.plus_seconds(wait)))
        };
        let state = if next.is_some() { DeliveryState::Open } else { DeliveryState::GivenUp };
        let next_at = next.unwrap_or(cx.now);
        let kept = OpenDelivery { state, attempts, next_at, worker: None, status: outcome.status, ..delivery };
        deliveries::update(cx.store()?, &kept)?;
        Ok(next.map(|at| cx.moment(at)))
    }
}

/// A code: letters, digits, `_`, `-` and `.`; so no address and no text of a receiver comes in.
fn checked(reason: &str) -> Result<String> {
    let is_sign = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | '.');
    if (1..=LONGEST_REASON).contains(&reason.len()) && reason.chars().all(is_sign) {
        return Ok(reason.to_owned());
    }
    let expected = format!("must be a code of 1 to {LONGEST_REASON} letters, digits, `_`, `-` or `.`");
    Err(Error::invalid("reason", expected))
}
