//! Calls that need entries which are in the archive: they are run again with these brought back.

use super::connection::ThreadConnection;
use super::recalled::Recalled;
use super::retry::RetryBudget;
use super::{Call, Engine};
use crate::ops::Operation;
use crate::store::{Session, Transaction};
use crate::value::Instant;
use crate::{Fault, Result};

impl Engine {
    /// Runs a job; as long as it asks for entries that are in the attached archive, runs it again with those.
    pub(super) fn recalling<T>(
        &self,
        slot: &mut ThreadConnection,
        mut job: impl FnMut(&mut ThreadConnection, &Recalled) -> Result<T>,
    ) -> Result<T> {
        let mut recalled = Recalled::default();
        loop {
            let error = match job(slot, &recalled) {
                Err(error) if error.fault() == Some(Fault::ArchiveNeeded) && slot.session.has_archive() => error,
                done => return done,
            };
            if !recalled.add(&mut *slot.session, &error)? {
                return Err(error);
            }
        }
    }

    /// Answers a question with these entries brought back, and rolls that back: what is in the archive stays there.
    pub(super) fn read_recalled<O: Operation>(
        &self,
        slot: &mut ThreadConnection,
        operation: &O,
        call: &Call,
        now: Instant,
        recalled: &Recalled,
    ) -> Result<O::Reply> {
        RetryBudget::of(self.0.options.busy_timeout).run(&self.0.retries, || {
            slot.session.begin(Transaction::Write)?;
            let answered = recalled.bring_back(&mut *slot.session).and_then(|()| {
                let session: Option<&mut dyn Session> = Some(&mut *slot.session);
                let own = (&mut slot.entropy, Some(&slot.digest_key));
                operation.run(&mut self.cx(call, now, slot.programme_id, session, own, Transaction::Write))
            });
            slot.session.rollback();
            answered
        })
    }
}
