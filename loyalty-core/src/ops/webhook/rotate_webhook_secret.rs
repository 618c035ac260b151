use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{known, secret_again};
use crate::booking::cx::Cx;
use crate::domain::webhook::rotated;
use crate::ops::{Access, Operation};
use crate::store::webhooks;
use crate::value::{Instant, Moment, WebhookId, WebhookSecret};
use crate::{Error, Result};

/// Gives a webhook a new secret; the old one still signs for 24 hours.
///
/// Until then each event carries a signature by each of them, so the receiver can change over without losing any. The new
/// secret is in the answer and is not shown again.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct RotateWebhookSecret {
    /// The webhook.
    pub id: WebhookId,
}

/// A new secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RotatedWebhookSecret {
    /// The webhook.
    pub id: i64,
    /// Which of its secrets this is; the first was 1.
    pub number: i64,
    /// The new secret; null in the repeat of an answer when it has been replaced and is no longer kept.
    pub secret: Option<WebhookSecret>,
    /// Until when the one before it still signs.
    pub old_until: Option<Moment>,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for RotateWebhookSecret {
    const NAME: &'static str = "rotate_webhook_secret";
    const ACCESS: Access = Access::Write;
    const PERSONAL: &[&str] = &["secret"];
    type Reply = RotatedWebhookSecret;

    fn run(&self, cx: &mut Cx<'_>) -> Result<RotatedWebhookSecret> {
        let mut webhook = known(cx, "id", self.id)?;
        webhook.secrets = rotated(&webhook.secrets, cx.entropy, cx.now);
        webhooks::update(cx.store()?, &webhook)?;
        let newest = webhook.secrets.pop().ok_or_else(|| Error::internal("a webhook without a secret"))?;
        let old_until = webhook.secrets.last().and_then(|before| before.until);
        let old_until = old_until.map(|until| cx.moment(Instant::stored(until)));
        let (number, secret) = (newest.number, Some(newest.secret));
        Ok(RotatedWebhookSecret { id: self.id.get(), number, secret, old_until, replayed: false })
    }

    fn read_person(&self, cx: &mut Cx<'_>, reply: &mut RotatedWebhookSecret) -> Result<()> {
        reply.secret = secret_again(cx, WebhookId::stored(reply.id), reply.number)?;
        Ok(())
    }
}
