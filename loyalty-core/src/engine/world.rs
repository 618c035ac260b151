//! The machine's clock and randomness: the only place where they enter the engine.

#![expect(clippy::disallowed_methods, reason = "this is where they enter")]

use std::time::SystemTime;

use chrono::Utc;

use crate::value::{Entropy, Instant};
use crate::{Error, Fault, Result};

/// The time of the operating system's clock.
pub(super) fn now() -> Instant {
    Instant::stored(Utc::now().timestamp_micros())
}

/// A generator seeded by the operating system.
///
/// # Errors
/// `unavailable` when the operating system supplies no randomness.
pub(super) fn entropy() -> Result<Entropy> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| Error::unavailable(Fault::Entropy, error))?;
    Ok(Entropy::from_seed(seed))
}

/// A number of thousandths that differs between processes; no stored data depends on it.
pub(super) fn thousandths() -> u32 {
    let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.subsec_nanos());
    (nanos ^ std::process::id().wrapping_mul(2_654_435_761)) % 1_000
}
