//! The secrets of a webhook, of which an old one holds on for a day.

use serde::{Deserialize, Serialize};

use crate::value::{Entropy, Instant, WebhookSecret};

/// Most secrets that are kept.
const MOST: usize = 3;
/// How long an old secret still signs, in seconds: a day.
const OVERLAP_SECONDS: i64 = 86_400;

/// A secret with its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSecret {
    /// Which one it is, from 1.
    pub number: i64,
    /// The secret.
    pub secret: WebhookSecret,
    /// When it no longer signs, in microseconds since 1970; the newest has no end.
    pub until: Option<i64>,
}

/// The secrets that sign now.
pub fn live(secrets: &[KeptSecret], now: Instant) -> impl Iterator<Item = &WebhookSecret> {
    let is_live = move |kept: &&KeptSecret| kept.until.is_none_or(|until| until > now.micros());
    secrets.iter().filter(is_live).map(|kept| &kept.secret)
}

/// The secrets with a new one, the last: what was without an end has one now, and the oldest goes when there are too many.
#[must_use]
pub fn rotated(secrets: &[KeptSecret], entropy: &mut Entropy, now: Instant) -> Vec<KeptSecret> {
    let end = now.plus_seconds(OVERLAP_SECONDS).micros();
    let still = |kept: &&KeptSecret| kept.until.is_none_or(|until| until > now.micros());
    let ending = |kept: &KeptSecret| KeptSecret { until: Some(kept.until.unwrap_or(end)), ..kept.clone() };
    let mut all: Vec<KeptSecret> = secrets.iter().filter(still).map(ending).collect();
    let number = secrets.last().map_or(1, |newest| newest.number.saturating_add(1));
    all.push(KeptSecret { number, secret: WebhookSecret::generate(entropy), until: None });
    let surplus = all.len().saturating_sub(MOST);
    all.split_off(surplus)
}
