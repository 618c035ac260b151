//! The secrets of webhooks.

use std::borrow::Cow;

use hmac::{Hmac, KeyInit as _, Mac as _};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::base64;
use super::entropy::Entropy;
use crate::{Error, Result};

/// What a secret begins with.
const PREFIX: &str = "whsec_";
/// Bytes that a key may have.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// The secret of a webhook, as Standard Webhooks 1.0 writes it: `whsec_` and the key in base64. It is shown once.
///
/// ```
/// use loyalty_core::value::WebhookSecret;
/// let secret: WebhookSecret = serde_json::from_str(r#""whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw""#).unwrap();
/// assert_eq!(format!("{secret:?}"), "WebhookSecret(..)");
/// assert!(secret.reveal().starts_with("whsec_"));
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookSecret(String);

impl WebhookSecret {
    /// A new one, with 32 random bytes.
    pub(crate) fn generate(entropy: &mut Entropy) -> Self {
        Self(format!("{PREFIX}{}", base64::encode(&entropy.bytes::<32>())))
    }

    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The signer with this secret.
    ///
    /// # Errors
    /// `invalid` naming the field when the text is no secret; it is not told.
    pub(crate) fn signer(&self, field: &str) -> Result<WebhookSigner> {
        let expected = "must be `whsec_` and 24 to 64 bytes in base64";
        let wrong = || Error::invalid(field, expected);
        let key = self.0.strip_prefix(PREFIX).and_then(base64::decode);
        let key = key.filter(|key| LENGTHS.contains(&key.len())).ok_or_else(wrong)?;
        Hmac::new_from_slice(&key).map(WebhookSigner).map_err(|_| wrong())
    }
}

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSecret(..)")
    }
}

impl JsonSchema for WebhookSecret {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "WebhookSecret".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// Checks signatures by one secret.
#[derive(Clone)]
pub(crate) struct WebhookSigner(Hmac<Sha256>);

impl WebhookSigner {
    /// Whether a signature in base64 is that of these parts, one behind the other. Compared in constant time.
    pub(crate) fn has_signed(&self, parts: &[&str], signature: &str) -> bool {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(part.as_bytes());
        }
        base64::decode(signature).is_some_and(|given| mac.verify_slice(&given).is_ok())
    }
}

impl std::fmt::Debug for WebhookSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSigner(..)")
    }
}
