//! Signatures of Standard Webhooks 1.0.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How far the times of sender and receiver may be apart, in seconds.
const TOLERANCE_SECONDS: u64 = 300;
/// Bytes that a secret may have.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;
/// Most signatures that are looked at.
const MAX_SIGNATURES: usize = 20;

/// A secret, written `whsec_` and base64 of 24 to 64 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// A text is no secret. It is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretError;

impl fmt::Display for SecretError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("must be `whsec_` and 24 to 64 bytes in base64")
    }
}

impl std::error::Error for SecretError {}

impl Secret {
    /// Reads a secret.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let encoded = text.strip_prefix("whsec_").ok_or(SecretError)?;
        let key = STANDARD.decode(encoded).map_err(|_| SecretError)?;
        if LENGTHS.contains(&key.len()) { Ok(Self(key)) } else { Err(SecretError) }
    }

    fn mac(&self, id: &str, timestamp: &str, body: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        for part in [id, ".", timestamp, ".", body] {
            mac.update(part.as_bytes());
        }
        Some(mac)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Secret")
    }
}

/// The three headers of a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// `webhook-id`
    pub id: String,
    /// `webhook-timestamp`: seconds since 1970.
    pub timestamp: String,
    /// `webhook-signature`: one for each secret, with a space between.
    pub signature: String,
}

/// Signs a body by each secret. `now` is the time of the attempt, in seconds since 1970.
pub fn sign(secrets: &[Secret], id: &str, now: u64, body: &str) -> Signed {
    let timestamp = now.to_string();
    let signed = secrets.iter().filter_map(|secret| secret.mac(id, &timestamp, body));
    let signatures: Vec<String> =
        signed.map(|mac| format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))).collect();
    Signed { id: id.to_owned(), timestamp, signature: signatures.join(" ") }
}

/// Why a webhook is not to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unverified {
    /// A header is missing or is not of its form.
    Headers,
    /// It was signed more than five minutes ago.
    TooOld,
    /// It was signed more than five minutes ahead.
    TooNew,
    /// No signature is right.
    Signature,
}

impl Unverified {
    /// The word for it, as `too_old`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Headers => "headers",
            Self::TooOld => "too_old",
            Self::TooNew => "too_new",
            Self::Signature => "signature",
        }
    }
}

impl fmt::Display for Unverified {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Headers => "must have the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`",
            Self::TooOld => "was signed too long ago",
            Self::TooNew => "was signed in the future",
            Self::Signature => "has no signature that is right",
        })
    }
}

impl std::error::Error for Unverified {}

/// Tells whether a webhook comes from who has one of the secrets, and is fresh.
///
/// `headers` are names and values as they came, in any case; `body` is the text as it came; `now` is in seconds since
/// 1970. Signatures are compared in constant time.
pub fn verify<N: AsRef<str>, V: AsRef<str>>(
    secrets: &[Secret],
    headers: &[(N, V)],
    body: &str,
    now: u64,
) -> Result<(), Unverified> {
    let header = |name: &str| {
        let mut values = headers.iter().filter(|(known, _)| known.as_ref().eq_ignore_ascii_case(name));
        let value = values.next().map(|(_, value)| value.as_ref()).filter(|value| !value.is_empty());
        value.filter(|_| values.next().is_none()).ok_or(Unverified::Headers)
    };
    let (id, timestamp, signatures) =
        (header("webhook-id")?, header("webhook-timestamp")?, header("webhook-signature")?);
    let is_number = timestamp.bytes().all(|sign| sign.is_ascii_digit());
    let signed_at: u64 = timestamp.parse().ok().filter(|_| is_number).ok_or(Unverified::Headers)?;
    if now.saturating_sub(signed_at) > TOLERANCE_SECONDS {
        return Err(Unverified::TooOld);
    }
    if signed_at.saturating_sub(now) > TOLERANCE_SECONDS {
        return Err(Unverified::TooNew);
    }
    let given = signatures.split(' ').filter_map(|signature| signature.strip_prefix("v1,"));
    let given: Vec<Vec<u8>> =
        given.take(MAX_SIGNATURES).filter_map(|signature| STANDARD.decode(signature).ok()).collect();
    let is_of = |secret: &Secret, given: &[u8]| {
        secret.mac(id, timestamp, body).is_some_and(|mac| mac.verify_slice(given).is_ok())
    };
    let is_right = secrets.iter().any(|secret| given.iter().any(|given| is_of(secret, given)));
    if is_right { Ok(()) } else { Err(Unverified::Signature) }
}
