//! Whether a webhook comes from who has the secret: Standard Webhooks 1.0.

use std::collections::BTreeMap;

use crate::value::{Instant, WebhookSecret};
use crate::{Error, Result};

/// How far the times of sender and receiver may be apart, in seconds.
const TOLERANCE_SECONDS: i64 = 300;
/// Most signatures that are looked at.
const MOST_SIGNATURES: usize = 20;

/// Why a webhook is not to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unproven {
    /// A header is missing or is not of its form.
    Headers,
    /// It was signed more than five minutes ago.
    TooOld,
    /// It was signed more than five minutes ahead.
    TooNew,
    /// No signature is right.
    Signature,
}

impl Unproven {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Headers => "headers",
            Self::TooOld => "too_old",
            Self::TooNew => "too_new",
            Self::Signature => "signature",
        }
    }
}

/// Checks a webhook; what is wrong with it, if anything.
///
/// # Errors
/// `invalid` when a secret is none.
pub fn prove(
    secrets: &[WebhookSecret],
    headers: &BTreeMap<String, String>,
    body: &str,
    now: Instant,
) -> Result<Option<Unproven>> {
    if secrets.is_empty() {
        return Err(Error::invalid("secrets", "must not be empty"));
    }
    let signers = secrets.iter().enumerate().map(|(place, secret)| secret.signer(&format!("secrets[{place}]")));
    let signers: Vec<_> = signers.collect::<Result<_>>()?;
    let header = |name: &str| {
        let mut values = headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let value = values.next().map(|(_, value)| value.as_str()).filter(|value| !value.is_empty());
        value.filter(|_| values.next().is_none())
    };
    let all = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
    let (Some(id), Some(timestamp), Some(signatures)) = all else { return Ok(Some(Unproven::Headers)) };
    let is_number = timestamp.bytes().all(|sign| sign.is_ascii_digit());
    let Some(signed_at) = timestamp.parse::<i64>().ok().filter(|_| is_number) else {
        return Ok(Some(Unproven::Headers));
    };
    let now = now.micros() / 1_000_000;
    if now.saturating_sub(signed_at) > TOLERANCE_SECONDS {
        return Ok(Some(Unproven::TooOld));
    }
    if signed_at.saturating_sub(now) > TOLERANCE_SECONDS {
        return Ok(Some(Unproven::TooNew));
    }
    let parts = [id, ".", timestamp, ".", body];
    let mut given = signatures.split(' ').filter_map(|given| given.strip_prefix("v1,")).take(MOST_SIGNATURES);
    let is_right = given.any(|given| signers.iter().any(|signer| signer.has_signed(&parts, given)));
    Ok((!is_right).then_some(Unproven::Signature))
}
