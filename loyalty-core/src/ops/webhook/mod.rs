//! Webhooks: events sent to other systems as they happen.
//!
//! ```
//! use loyalty_core::ops::{DeliveryDone, Enroll, NextDeliveries, ReplayEvents, RotateWebhookSecret, SaveWebhook};
//! use loyalty_core::ops::{TestWebhook, VerifyWebhook, Webhooks};
//! use loyalty_core::value::{UserId, WebhookId, WorkerName};
//! use loyalty_core::{Engine, Options};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! let saved = engine.run(&SaveWebhook::new("https://example.com/hook".to_owned()))?;
//! let (id, secret) = (WebhookId::new(saved.id)?, saved.secret.expect("a new webhook shows its secret"));
//! engine.run(&Enroll::user(UserId::new(7)?))?;
//!
//! // `loyalty deliver` takes what waits, sends it, and says of each what came of it.
//! let worker = WorkerName::new("till-1")?;
//! let waiting = engine.run(&NextDeliveries::new(worker.clone()))?;
//! let first = &waiting.items[0];
//! assert!(first.body.contains("member.enrolled"));
//! let arrived = DeliveryDone { status: Some(200), ..DeliveryDone::new(id, first.number, worker) };
//! assert!(engine.run(&arrived)?.delivered);
//!
//! // What the receiver has lost is sent once more, and a test goes the same way.
//! engine.run(&ReplayEvents::new(id, first.number))?;
//! engine.run(&TestWebhook::new(id))?;
//! assert_eq!(engine.run(&Webhooks::new())?.items[0].behind, 2);
//!
//! // The receiver checks what it gets; for a day after a change, by both secrets.
//! let newer = engine.run(&RotateWebhookSecret::new(id))?.secret.expect("a new secret is shown");
//! let received = VerifyWebhook::new(vec![secret, newer], [].into(), first.body.clone());
//! assert_eq!(engine.run(&received)?.because.as_deref(), Some("headers"));
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod delivery_done;
mod next_deliveries;
mod replay_events;
mod rotate_webhook_secret;
mod save_webhook;
mod test_webhook;
mod verify_webhook;
mod webhooks;

pub use delivery_done::{DeliveryDone, DeliveryNoted};
pub use next_deliveries::{DeliveryItem, NextDeliveries, NextDeliveriesReply};
pub use replay_events::{ReplayEvents, ReplayedEvents};
pub use rotate_webhook_secret::{RotateWebhookSecret, RotatedWebhookSecret};
pub use save_webhook::{SaveWebhook, SavedWebhook};
pub use test_webhook::{TestWebhook, TestedWebhook};
pub use verify_webhook::{VerifiedWebhook, VerifyWebhook};
pub use webhooks::{WebhookItem, Webhooks, WebhooksReply};

use crate::booking::cx::Cx;
use crate::domain::webhook::Webhook;
use crate::store::webhooks as stored;
use crate::value::{WebhookId, WebhookSecret};
use crate::{Error, Result};

/// A webhook of the caller's; its row is locked in a write.
fn known(cx: &mut Cx<'_>, field: &str, id: WebhookId) -> Result<Webhook> {
    stored::find(cx.store()?, id)?.ok_or_else(|| Error::not_found(field, id))
}

/// A secret for the repeat of an answer, as long as it is kept.
fn secret_again(cx: &mut Cx<'_>, id: WebhookId, number: i64) -> Result<Option<WebhookSecret>> {
    let webhook = stored::find(cx.store()?, id)?;
    let secrets = webhook.into_iter().flat_map(|webhook| webhook.secrets);
    Ok(secrets.into_iter().find(|kept| kept.number == number).map(|kept| kept.secret))
}
