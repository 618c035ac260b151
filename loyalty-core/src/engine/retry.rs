//! Repeats the whole transaction: after a deadlock, a lost connection, or a commit whose answer was lost.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant as Clock};

use super::Outcome;
use super::connection::ThreadConnection;
use super::world::thousandths;
use crate::domain::programme::Programme;
use crate::store::{Transaction, attempts, server};
use crate::value::Instant;
use crate::{Error, Fault, Kind, Result};

/// The shortest and longest pause after a conflict between writers, and after a lost connection.
const CONFLICT: (Duration, Duration) = (Duration::from_micros(500), Duration::from_millis(50));
const LOST: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(400));

/// How often and how long to try.
pub(super) struct RetryBudget {
    deadline: Clock,
    tries: u32,
    /// The minimum number of retries: they are made even when time is up.
    least: u32,
}

impl RetryBudget {
    #[expect(clippy::disallowed_methods, reason = "how long something waits")]
    pub(super) fn of(patience: Duration) -> Self {
        Self { deadline: Clock::now() + patience, tries: 0, least: 0 }
    }

    /// For a job that may itself take longer than its patience.
    pub(super) const fn at_least(self, least: u32) -> Self {
        Self { least, ..self }
    }

    /// Waits before the next try: longer each time, and with a random part so that processes do not wait in step.
    /// Returns false when time is up.
    #[expect(clippy::disallowed_methods, reason = "how long something waits")]
    pub(super) fn pause_after(&mut self, error: &Error) -> bool {
        if !error.is_transient() || (self.tries >= self.least && Clock::now() >= self.deadline) {
            return false;
        }
        self.tries = self.tries.saturating_add(1);
        let is_conflict = error.kind() == Kind::Internal || error.fault() == Some(Fault::DatabaseBusy);
        let (shortest, longest) = if is_conflict { CONFLICT } else { LOST };
        let most = shortest.saturating_mul(1 << self.tries.min(10)).min(longest);
        std::thread::sleep(shortest + most.saturating_mul(thousandths()) / 1_000);
        true
    }

    /// Runs a job until it succeeds, fails for good, or time is up; counts the tries after the first.
    pub(super) fn run<T>(mut self, retries: &AtomicU64, mut job: impl FnMut() -> Result<T>) -> Result<T> {
        loop {
            match job() {
                Err(error) if self.pause_after(&error) => retries.fetch_add(1, Ordering::Relaxed),
                done => return done,
            };
        }
    }
}

/// Runs a job whose amounts are in the currency of the database.
fn in_its_currency<T>(
    slot: &mut ThreadConnection,
    programme: &Programme,
    job: impl FnOnce(&mut ThreadConnection) -> Result<T>,
) -> Result<T> {
    slot.check_currency(programme)?;
    let done = job(slot)?;
    slot.note_money(programme)?;
    Ok(done)
}

/// The tries of one command, and the outcomes of those whose commit was not confirmed.
pub(super) struct Attempts<R> {
    unanswered: Vec<(i64, Outcome<R>)>,
    /// Whether one of them may have been committed.
    is_unknown: bool,
}

impl<R> Attempts<R> {
    pub(super) const fn new() -> Self {
        Self { unanswered: Vec::new(), is_unknown: false }
    }

    /// One try of a command: the whole transaction.
    pub(super) fn next(
        &mut self,
        slot: &mut ThreadConnection,
        programme: &Programme,
        now: Instant,
        job: impl FnOnce(&mut ThreadConnection) -> Result<Outcome<R>>,
    ) -> Result<Outcome<R>> {
        slot.session.begin(Transaction::Write)?;
        let done = match self.settled(slot) {
            Ok(Some(settled)) => {
                slot.session.rollback();
                return Ok(settled);
            }
            Ok(None) => match in_its_currency(slot, programme, job) {
                Err(error) if matches!(error.kind(), Kind::Unavailable | Kind::Internal) => Err(error),
                // A reply and a refusal both depend on rows that were not there.
                decided => slot.session.confirm_missing().and(decided),
            },
            Err(error) => Err(error),
        };
        let outcome = match done {
            Ok(outcome) => outcome,
            Err(error) => {
                slot.session.rollback();
                if self.unanswered.is_empty() || error.is_transient() || !slot.session.may_lose_answers() {
                    return Err(error);
                }
                // A refusal writes nothing, so an earlier try that is still in progress could commit after it.
                slot.session.begin(Transaction::Write)?;
                match self.settled(slot)? {
                    Some(settled) => {
                        slot.session.rollback();
                        return Ok(settled);
                    }
                    None => Outcome::Refusal(error),
                }
            }
        };
        if let Err(error) = self.note(slot, now) {
            slot.session.rollback();
            return Err(error);
        }
        match slot.session.commit() {
            Ok(()) => Ok(outcome),
            Err(error) => {
                // Whatever the server said, the next try checks.
                self.unanswered.push((slot.number, outcome));
                self.is_unknown |= error.fault() == Some(Fault::DatabaseOutcomeUnknown);
                Err(error)
            }
        }
    }

    /// The error to return when time is up: an unknown outcome stays unknown, whatever a later try met.
    pub(super) fn exhausted_error(&self, error: Error) -> Error {
        if self.is_unknown && error.is_transient() { server::unknown_outcome() } else { error }
    }

    /// The outcome of an earlier try, if it was committed. Checked inside the transaction of the next one.
    fn settled(&mut self, slot: &mut ThreadConnection) -> Result<Option<Outcome<R>>> {
        if self.unanswered.is_empty() || !slot.session.may_lose_answers() {
            return Ok(None);
        }
        let last = attempts::last(&mut *slot.session, slot.name)?;
        let place = self.unanswered.iter().position(|(number, _)| Some(*number) == last);
        Ok(place.map(|place| self.unanswered.swap_remove(place).1))
    }

    /// Records this try in its transaction.
    fn note(&self, slot: &mut ThreadConnection, now: Instant) -> Result<()> {
        if !slot.session.may_lose_answers() {
            return Ok(());
        }
        slot.number = slot.number.saturating_add(1);
        attempts::note(&mut *slot.session, slot.name, slot.number, now)
    }
}
