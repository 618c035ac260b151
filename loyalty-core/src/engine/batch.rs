//! Several writes in one transaction, for imports: each succeeds or fails alone, and all are committed at once.

use super::connection::ThreadConnection;
use super::retry::{Attempts, RetryBudget};
use super::{Call, Engine, Outcome};
use crate::ops::Operation;
use crate::store::{Session, members, orders, tier_changes};
use crate::value::{Instant, OrderId, UserId};
use crate::{Error, Kind, Result};

/// How many times a batch is repeated at least, however long it takes.
const RETRIES: u32 = 3;

/// An open transaction for several operations. Created by [`Engine::batch`].
pub struct Batch<'a> {
    engine: &'a Engine,
    slot: &'a mut ThreadConnection,
    /// Whether the operations run inside [`Batch::together`].
    together: bool,
    /// The failure of an operation inside [`Batch::together`]: none of that group stands.
    failed: Option<Error>,
    /// The failure of the store, after which nothing can be committed.
    broken: Option<Error>,
}

/// How a past purchase relates to what its member has done since. Returned by [`Batch::lateness`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Late {
    /// Nothing newer exists, or the order itself exists, or the user is not a member.
    No,
    /// Newer purchases exist, and the member's tier is still the one of that time.
    SameTier,
    /// The member's tier has changed since: the purchase would earn at another tier's rate.
    TierChanged,
}

impl std::fmt::Debug for Batch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batch").field("engine", self.engine).finish_non_exhaustive()
    }
}

impl Engine {
    /// Runs several operations in one transaction: it is committed when `job` returns `Ok`, and rolled back otherwise.
    ///
    /// A refused operation undoes only itself. The whole job is repeated after a conflict with another writer on a
    /// server, and when it needs entries from the archive: whatever it records outside of the database, it must record again each time. Other writers wait while
    /// the job runs, so a job should have its data ready. It should use only the batch: this engine's own functions
    /// would wait for it too.
    ///
    /// # Errors
    /// The error of the job, or `unavailable` when the store fails; then nothing was changed.
    ///
    /// ```
    /// use loyalty_core::{Engine, Options, ops::Enroll, value::UserId};
    /// let engine = Engine::open(Options::sqlite(":memory:"))?;
    /// let created = engine.batch(|batch| {
    ///     (1..=3).map(|user| batch.run(&Enroll::user(UserId::new(user)?)).map(|reply| reply.created)).collect()
    /// });
    /// assert_eq!(created, Ok(vec![true, true, true]));
    /// # Ok::<(), loyalty_core::Error>(())
    /// ```
    pub fn batch<T>(&self, mut job: impl FnMut(&mut Batch<'_>) -> Result<T>) -> Result<T> {
        let now = self.now_for(&Call::new())?;
        self.with_slot(|engine, slot| {
            engine.recalling(slot, |slot, recalled| {
                let mut attempts = Attempts::new();
                let mut once = |slot: &mut ThreadConnection| {
                    recalled.bring_back(&mut *slot.session)?;
                    let mut batch = Batch { engine, slot, together: false, failed: None, broken: None };
                    let done = job(&mut batch);
                    batch.broken.take().map_or(done, Err).map(Outcome::Reply)
                };
                let patience = RetryBudget::of(self.0.options.busy_timeout).at_least(RETRIES);
                let done = patience.run(&self.0.retries, || attempts.next(slot, &self.0.programme, now, &mut once));
                done.map_err(|error| attempts.exhausted_error(error)).and_then(Outcome::into_result)
            })
        })
    }
}

impl Batch<'_> {
    /// Runs an operation, now.
    ///
    /// # Errors
    /// Those of the operation, which has then changed nothing.
    pub fn run<O: Operation>(&mut self, operation: &O) -> Result<O::Reply> {
        self.run_as(operation, &Call::new())
    }

    /// Runs an operation with the data of a given call. A query runs like a command: it may book expired points.
    ///
    /// # Errors
    /// As [`Batch::run`].
    pub fn run_as<O: Operation>(&mut self, operation: &O, call: &Call) -> Result<O::Reply> {
        let now = self.engine.now_for(call)?;
        if !self.together {
            return self.step(|batch| batch.inside(operation, call, now)).and_then(Outcome::into_result);
        }
        let done = self.inside(operation, call, now).and_then(Outcome::into_result);
        if let Err(error) = &done {
            self.failed.get_or_insert_with(|| error.clone());
        }
        done
    }

    /// Runs operations that succeed or fail together: the first error undoes them all.
    ///
    /// # Errors
    /// The error of the first operation that failed, or of the job.
    pub fn together<T>(&mut self, job: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.together {
            return job(self);
        }
        self.step(|batch| {
            batch.together = true;
            let done = job(batch);
            batch.together = false;
            batch.failed.take().map_or(done, Err)
        })
    }

    /// Whether a user is a member. Unlike a query it never books anything.
    ///
    /// # Errors
    /// `unavailable` when the store fails.
    pub fn is_member(&mut self, user_id: UserId) -> Result<bool> {
        self.usable()?;
        let found = members::find(&mut *self.slot.session, user_id);
        self.noted(found).map(|member| member.is_some())
    }

    /// Whether later purchases were booked before this purchase of an earlier moment.
    ///
    /// # Errors
    /// `unavailable` when the store fails.
    pub fn lateness(&mut self, user_id: UserId, order_id: &OrderId, at: Instant) -> Result<Late> {
        self.usable()?;
        let told = lateness(&mut *self.slot.session, user_id, order_id, at);
        self.noted(told)
    }

    /// The engine of the batch.
    pub const fn engine(&self) -> &'_ Engine {
        self.engine
    }

    /// The connection, inside the transaction.
    #[cfg(feature = "internals")]
    pub(crate) fn session(&mut self) -> &mut dyn Session {
        &mut *self.slot.session
    }

    fn inside<O: Operation>(&mut self, operation: &O, call: &Call, now: Instant) -> Result<Outcome<O::Reply>> {
        self.usable()?;
        let done = self.engine.write_inside(self.slot, operation, call, now);
        self.noted(done)
    }

    /// Runs a job, and undoes it when it fails.
    fn step<T>(&mut self, job: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.usable()?;
        let begun = self.slot.session.begin_step();
        self.noted(begun)?;
        let done = job(self);
        self.usable()?;
        let ended = match &done {
            Ok(_) => self.slot.session.end_step(),
            Err(_) => self.slot.session.undo_step(),
        };
        self.noted(ended)?;
        done
    }

    /// Records a failure of the store: the transaction may be lost, so nothing more is done in it.
    fn noted<T>(&mut self, done: Result<T>) -> Result<T> {
        if let Err(error) = &done
            && matches!(error.kind(), Kind::Unavailable | Kind::Internal)
        {
            self.broken.get_or_insert_with(|| error.clone());
        }
        done
    }

    fn usable(&self) -> Result<()> {
        self.broken.clone().map_or(Ok(()), Err)
    }
}

fn lateness(session: &mut dyn Session, user_id: UserId, order_id: &OrderId, at: Instant) -> Result<Late> {
    let last_visit = members::find(session, user_id)?.and_then(|member| member.last_visit);
    if last_visit.is_none_or(|last| last <= at) || orders::find(session, order_id)?.is_some() {
        return Ok(Late::No);
    }
    let changed = tier_changes::newest(session, user_id, Instant::NEVER, 1)?;
    Ok(if changed.first().is_some_and(|change| change.at > at) { Late::TierChanged } else { Late::SameTier })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;
    use crate::ops::{EarnPoints, Enroll, Points, RedeemReward, Verify};
    use crate::value::{Key, OrderId, RewardId};

    fn user(number: i64) -> UserId {
        UserId::new(number).unwrap()
    }

    fn earn(number: i64, amount: i64, order: &str) -> EarnPoints {
        EarnPoints { order_id: Some(OrderId::new(order).unwrap()), ..EarnPoints::new(user(number), amount.into()) }
    }

    fn available(engine: &Engine, number: i64) -> Result<i64> {
        engine.run(&Points { user_id: user(number), as_of: None, earned_since: None }).map(|reply| reply.available)
    }

    #[test]
    fn a_refusal_undoes_only_itself_and_is_kept_under_its_key() {
        let engine = Engine::open(Options::sqlite(":memory:")).unwrap();
        let redeem = RedeemReward {
            user_id: user(7),
            reward_id: RewardId::new(1).unwrap(),
            quantity: None,
            reservation_id: None,
            order_id: None,
            reopened: false,
        };
        let call = Call::new().key(Key::new("k").unwrap());
        engine
            .batch(|batch| {
                batch.run(&earn(7, 1_000, "A"))?;
                assert_eq!(batch.run(&earn(7, 2_000, "A")).unwrap_err().kind(), Kind::Conflict);
                assert_eq!(batch.run_as(&redeem, &call).unwrap_err().code(), "insufficient_points");
                batch.run(&earn(7, 1_000_000, "B"))
            })
            .unwrap();
        assert_eq!(available(&engine, 7), Ok(10_010));
        // The member now has enough points, but the answer under the key is still the first one.
        assert_eq!(engine.run_as(&redeem, &call).unwrap_err().code(), "insufficient_points");
        assert!(engine.run(&Verify::default()).unwrap().ok);
    }

    #[test]
    fn a_job_that_fails_has_changed_nothing() {
        let engine = Engine::open(Options::sqlite(":memory:")).unwrap();
        let stopped = engine.batch(|batch| {
            batch.run(&earn(7, 1_000, "A"))?;
            Err::<(), Error>(Error::invalid("line", "is bad"))
        });
        assert_eq!(stopped.unwrap_err().details()["field"], "line");
        assert_eq!(available(&engine, 7).unwrap_err().kind(), Kind::NotFound);
    }

    #[test]
    fn operations_together_stand_or_fall_together_also_when_the_job_ignores_an_error() {
        let engine = Engine::open(Options::sqlite(":memory:")).unwrap();
        engine.run(&earn(7, 1_000, "A")).unwrap();
        engine
            .batch(|batch| {
                let done = batch.together(|batch| {
                    batch.run(&Enroll::user(user(8)))?;
                    assert!(batch.is_member(user(8))?);
                    drop(batch.run(&earn(8, 2_000, "A")));
                    Ok(())
                });
                assert_eq!(done.unwrap_err().kind(), Kind::Conflict);
                assert!(!batch.is_member(user(8))?);
                batch.together(|batch| batch.run(&earn(9, 2_000, "C")))
            })
            .unwrap();
        assert_eq!(available(&engine, 9), Ok(20));
        assert!(available(&engine, 8).is_err());
    }
}
