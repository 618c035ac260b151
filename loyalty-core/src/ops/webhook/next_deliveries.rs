use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

use crate::booking::cx::Cx;
use crate::booking::told::{number_what_waits, with_entry};
use crate::domain::log_event::LogData;
use crate::domain::webhook::{MOST_LOST, MOST_TRIES, Webhook, WebhookState, live};
use crate::ops::{Access, Operation};
use crate::store::deliveries::{self, DeliveryState, OpenDelivery};
use crate::store::event_log::{self, NumberedEvent};
use crate::store::webhooks;
use crate::value::{Instant, UserId, WebhookId, WebhookSecret, WorkerName, limit};
use crate::{Error, Result};

/// Most deliveries of one call.
const MOST: i64 = 100;
/// Most events that one call looks at for a webhook that wants few of them.
const LOOKED_AT: i64 = 2_000;
/// Longest lease, in seconds.
const LONGEST_LEASE: i64 = 3_600;

/// Hands out events for webhooks that are due: each is this worker's until the lease ends.
///
/// For `loyalty deliver`, or for a host that sends them itself: it sends each `body` as it is with the three headers of
/// [Standard Webhooks](https://www.standardwebhooks.com), and says with `delivery_done` what came of it. What a worker
/// does not say in time is handed out again, with the same id: so an event arrives at least once, and the receiver acts
/// once for each id. An event that fails stops no other. Several workers may call it at once: none gets what another has.
///
/// The answer holds secrets. Its repeat under a `key` has the secrets of then only as far as they still sign.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct NextDeliveries {
    /// Who works: a name that no other process has at the same time.
    pub worker: WorkerName,
    /// Most deliveries, 1 to 100.
    #[serde(default = "default_limit")]
    #[new(value = "default_limit()")]
    pub limit: i64,
    /// How long they are this worker's, in seconds, 1 to 3600.
    #[serde(default = "default_lease")]
    #[new(value = "default_lease()")]
    pub lease_seconds: i64,
}

const fn default_limit() -> i64 {
    20
}

const fn default_lease() -> i64 {
    300
}

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NextDeliveriesReply {
    /// The deliveries; empty when nothing is due.
    pub items: Vec<DeliveryItem>,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

/// An event for a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryItem {
    /// The webhook.
    pub webhook_id: i64,
    /// The event's number.
    pub number: i64,
    /// Where to.
    pub url: String,
    /// The header `webhook-id`, the same on each try: `evt_EPOCH_NUMBER`.
    pub id: String,
    /// The very text to sign and send: JSON with `type`, `timestamp` and `data`.
    pub body: String,
    /// The secrets that sign, each as `whsec_…`: one signature by each.
    #[serde(deserialize_with = "nothing_is_empty")]
    pub secrets: Vec<WebhookSecret>,
    /// Which try it is, from 1.
    pub attempt: i64,
}

/// Secrets are not kept with the answer.
fn nothing_is_empty<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Vec<WebhookSecret>, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

impl Operation for NextDeliveries {
    const NAME: &'static str = "next_deliveries";
    const ACCESS: Access = Access::Write;
    const PERSONAL: &[&str] = &["items.secrets"];
    type Reply = NextDeliveriesReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<NextDeliveriesReply> {
        let limit = limit::within("limit", self.limit, 1, MOST)?;
        let lease = limit::within("lease_seconds", self.lease_seconds, 1, LONGEST_LEASE)?;
        number_what_waits(cx)?;
        let epoch = event_log::epoch(cx.store()?)?;
        let mut hooks = active(cx)?;
        let known = hooks.clone();
        let mut claim = Claim { worker: &self.worker, until: cx.now.plus_seconds(lease), epoch, items: Vec::new() };
        // Each has a share first, so that none waits behind another that has much; then what is left is given away.
        let share = limit / i64::try_from(hooks.len()).unwrap_or(1).max(1);
        for most in [share.max(1), limit] {
            for webhook in &mut hooks {
                let left = limit - claim.items.len() as i64;
                claim.take(cx, webhook, most.min(left))?;
            }
        }
        for (webhook, _) in hooks.iter().zip(&known).filter(|(now, before)| now != before) {
            webhooks::update(cx.store()?, webhook)?;
        }
        if !claim.items.is_empty() {
            // Another fact must never get a number that was sent.
            cx.store()?.sync()?;
        }
        Ok(NextDeliveriesReply { items: claim.items, replayed: false })
    }

    fn read_person(&self, cx: &mut Cx<'_>, reply: &mut NextDeliveriesReply) -> Result<()> {
        for item in &mut reply.items {
            let webhook = webhooks::find(cx.store()?, WebhookId::stored(item.webhook_id))?;
            item.secrets = webhook.map_or_else(Vec::new, |webhook| live(&webhook.secrets, cx.now).cloned().collect());
        }
        Ok(())
    }
}

/// The webhooks that are on, each locked, in the order of their ids; then beginning with any of them.
fn active(cx: &mut Cx<'_>) -> Result<Vec<Webhook>> {
    let mut hooks = Vec::new();
    let is_on = |webhook: &Webhook| webhook.state == WebhookState::Active;
    for webhook in webhooks::all(cx.store()?)?.into_iter().filter(is_on) {
        hooks.extend(webhooks::find(cx.store()?, webhook.id)?.filter(is_on));
    }
    if let Some(first) = cx.entropy.number().checked_rem(hooks.len() as i64) {
        hooks.rotate_left(usize::try_from(first).unwrap_or(0));
    }
    Ok(hooks)
}

/// What a worker takes.
struct Claim<'a> {
    worker: &'a WorkerName,
    /// The end of the lease.
    until: Instant,
    epoch: i64,
    items: Vec<DeliveryItem>,
}

impl Claim<'_> {
    /// Takes what is due of one webhook: first what is tried again, then what is new.
    fn take(&mut self, cx: &mut Cx<'_>, webhook: &mut Webhook, most: i64) -> Result<()> {
        let mut room = webhook.room(most, cx.now);
        if room < 1 {
            return Ok(());
        }
        let (before, now) = (self.items.len(), cx.now);
        for delivery in deliveries::due(cx.store()?, webhook.id, now, room)? {
            room -= i64::from(self.again(cx, webhook, delivery)? == Again::Taken);
        }
        self.new_ones(cx, webhook, room)?;
        if webhook.lost >= MOST_LOST && self.items.len() > before {
            // One shows whether it answers again: until that is known, no other is sent.
            webhook.held_until = Some(self.until);
        }
        Ok(())
    }

    /// Takes one that was handed out before.
    fn again(&mut self, cx: &mut Cx<'_>, webhook: &Webhook, delivery: OpenDelivery) -> Result<Again> {
        if delivery.attempts >= MOST_TRIES {
            // Its last worker was never heard of again.
            let given_up = OpenDelivery { state: DeliveryState::GivenUp, worker: None, ..delivery };
            deliveries::update(cx.store()?, &given_up)?;
            return Ok(Again::Dropped);
        }
        let page = event_log::page(cx.store()?, delivery.number - 1, 1)?;
        let Some(event) = page.into_iter().find(|event| event.number == delivery.number) else {
            deliveries::remove(cx.store()?, &delivery)?;
            return Ok(Again::Dropped);
        };
        let attempts = delivery.attempts + 1;
        let worker = Some(self.worker.as_str().to_owned());
        deliveries::update(cx.store()?, &OpenDelivery { attempts, worker, next_at: self.until, ..delivery })?;
        self.hand_out(cx, webhook, event, attempts)?;
        Ok(Again::Taken)
    }

    /// Takes at most `room` events that were not handed out before.
    fn new_ones(&mut self, cx: &mut Cx<'_>, webhook: &mut Webhook, mut room: i64) -> Result<()> {
        let mut looked_at = 0;
        while room > 0 && looked_at < LOOKED_AT {
            let events = event_log::page(cx.store()?, webhook.place, room.max(20))?;
            if events.is_empty() {
                break;
            }
            for event in events {
                if room == 0 {
                    break;
                }
                (webhook.place, looked_at) = (event.number, looked_at + 1);
                if webhook.wants(&event.event) {
                    let delivery = OpenDelivery {
                        webhook_id: webhook.id,
                        number: event.number,
                        state: DeliveryState::Open,
                        attempts: 1,
                        next_at: self.until,
                        worker: Some(self.worker.as_str().to_owned()),
                        status: None,
                    };
                    deliveries::add(cx.store()?, &delivery)?;
                    self.hand_out(cx, webhook, event, 1)?;
                    room -= 1;
                }
            }
        }
        Ok(())
    }

    fn hand_out(&mut self, cx: &Cx<'_>, webhook: &Webhook, event: NumberedEvent, attempt: i64) -> Result<()> {
        self.items.push(DeliveryItem {
            webhook_id: webhook.id.get(),
            number: event.number,
            url: webhook.url.clone(),
            id: format!("evt_{}_{}", self.epoch, event.number),
            body: body(cx, event)?,
            secrets: live(&webhook.secrets, cx.now).cloned().collect(),
            attempt,
        });
        Ok(())
    }
}

/// What became of a delivery that was due.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    Taken,
    Dropped,
}

/// The text that is sent: the same on each try.
fn body(cx: &Cx<'_>, event: NumberedEvent) -> Result<String> {
    let NumberedEvent { number, event, entry } = event;
    let mut data = LogData::new();
    data.insert("number".to_owned(), number.into());
    data.insert("user_id".to_owned(), event.user_id.map(UserId::get).into());
    data.insert("transaction_id".to_owned(), event.entry.map(|entry| entry.get()).into());
    data.extend(with_entry(event.data, entry));
    let body = json!({"type": event.kind.word(), "timestamp": cx.moment(event.occurred_at), "data": data});
    serde_json::to_string(&body).map_err(Error::internal)
}
