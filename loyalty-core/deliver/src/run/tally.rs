//! What a run did.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Instant;

use serde::Serialize;

use super::desk::{DeskError, Limits};

/// What a run did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// What arrived.
    pub sent: u64,
    /// What did not, by reason.
    pub failed: BTreeMap<String, u64>,
    /// What the engine had given to another worker before it was told: the lease was too short.
    pub not_claimed: u64,
    /// How long it took, in milliseconds.
    pub ms: u64,
    /// Why it ended.
    pub stopped: Stopped,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stopped {
    /// Nothing waits.
    Empty,
    /// The limit of items is reached.
    Items,
    /// The limit of time is reached.
    Time,
    /// It was asked to stop.
    Asked,
    /// The mail server cannot be reached, or serves this sender nothing.
    Unreachable,
    /// The mail server refuses one message after the other for policy or reputation.
    Policy,
}

/// Counts while a run goes on.
pub(super) struct Tally {
    began: Instant,
    sent: u64,
    failed: BTreeMap<String, u64>,
    not_claimed: u64,
}

impl Tally {
    pub(super) fn begin() -> Self {
        Self { began: Instant::now(), sent: 0, failed: BTreeMap::new(), not_claimed: 0 }
    }

    /// Counts what came of an item once the engine was told; an error is that of the engine.
    pub(super) fn count(&mut self, reason: Option<&str>, told: Result<(), DeskError>) -> Result<(), DeskError> {
        match reason {
            None => self.sent += 1,
            Some(reason) => *self.failed.entry(reason.to_owned()).or_default() += 1,
        }
        match told {
            Err(error) if error.is_of_a_lost_lease() => self.not_claimed += 1,
            told => return told,
        }
        Ok(())
    }

    /// Why nothing more may be begun.
    pub(super) fn must_stop(&self, limits: &Limits<'_>) -> Option<Stopped> {
        if Self::is_asked(limits) {
            Some(Stopped::Asked)
        } else if self.began.elapsed() >= limits.time {
            Some(Stopped::Time)
        } else {
            None
        }
    }

    /// Someone asked the run to stop.
    pub(super) fn is_asked(limits: &Limits<'_>) -> bool {
        limits.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// After this nothing is begun.
    pub(super) fn deadline(&self, limits: &Limits<'_>) -> Instant {
        self.began.checked_add(limits.time).unwrap_or(self.began)
    }

    pub(super) fn end(self, stopped: Stopped) -> Delivered {
        let ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        Delivered { sent: self.sent, failed: self.failed, not_claimed: self.not_claimed, ms, stopped }
    }
}
