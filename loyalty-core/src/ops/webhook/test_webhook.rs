use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::known;
use crate::booking::announce::announce;
use crate::booking::cx::Cx;
use crate::domain::log_event::LogKind;
use crate::domain::webhook::WebhookState;
use crate::ops::{Access, Operation};
use crate::value::WebhookId;
use crate::{Error, Refusal, Result};

/// Sends a webhook an event of the kind `webhook.test`, in the same way as any other.
///
/// Only this webhook gets it, whatever kinds it wants. `webhooks` tells what the receiver answered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct TestWebhook {
    /// The webhook.
    pub id: WebhookId,
}

/// The test is on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestedWebhook {
    /// The webhook.
    pub id: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for TestWebhook {
    const NAME: &'static str = "test_webhook";
    const ACCESS: Access = Access::Write;
    type Reply = TestedWebhook;

    fn run(&self, cx: &mut Cx<'_>) -> Result<TestedWebhook> {
        let webhook = known(cx, "id", self.id)?;
        if webhook.state == WebhookState::Disabled {
            return Err(Error::refused(Refusal::Inactive));
        }
        announce(cx, LogKind::WebhookTest, None, [("webhook_id", self.id.get().into())])?;
        Ok(TestedWebhook { id: self.id.get(), replayed: false })
    }
}
