use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::webhook::prove;
use crate::ops::{Access, Operation};
use crate::value::WebhookSecret;

/// Tells whether a webhook that was received comes from who has the secret, and is fresh.
///
/// For a receiver. It must be as it came: of the body the very bytes, before anything has read it as JSON. A receiver that
/// has handled the `webhook-id` before answers 200 and does nothing: an event may come twice.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct VerifyWebhook {
    /// The secrets that are known here, each as `whsec_…`: one is enough, and for a day after a change two.
    pub secrets: Vec<WebhookSecret>,
    /// The headers by their names, in any case: `webhook-id`, `webhook-timestamp` and `webhook-signature`.
    pub headers: BTreeMap<String, String>,
    /// The body as it came.
    pub body: String,
}

/// Whether it is to be believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VerifiedWebhook {
    /// Whether it is.
    pub valid: bool,
    /// Why not: `headers` (one is missing or is none), `too_old` or `too_new` (it was signed more than five minutes from
    /// now) or `signature` (none is right); null when it is.
    pub because: Option<String>,
}

impl Operation for VerifyWebhook {
    const NAME: &'static str = "verify_webhook";
    const ACCESS: Access = Access::Pure;
    type Reply = VerifiedWebhook;

    fn run(&self, cx: &mut Cx<'_>) -> Result<VerifiedWebhook> {
        let wrong = prove(&self.secrets, &self.headers, &self.body, cx.now)?;
        Ok(VerifiedWebhook { valid: wrong.is_none(), because: wrong.map(|wrong| wrong.word().to_owned()) })
    }
}
