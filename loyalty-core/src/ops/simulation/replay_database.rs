//! A database in memory under another programme: it holds one member at a time.

use crate::Result;
use crate::booking::cx::{Asks, Cx};
use crate::domain::programme::Programme;
use crate::ops::Operation;
use crate::store::{Session, Transaction, open, programmes, schema};
use crate::value::{DigestKey, Entropy, Instant};

/// The database and the programme that judges it.
pub(super) struct ReplayDatabase {
    session: Box<dyn Session>,
    pub(super) programme: Programme,
    programme_id: i64,
    entropy: Entropy,
    digest_key: DigestKey,
}

impl ReplayDatabase {
    /// Makes an empty database. Redemptions are replayed unchanged; the rule for automatic ones still affects the
    /// judgement of tiers.
    pub(super) fn new(mut programme: Programme, now: Instant) -> Result<Self> {
        programme.earn.enroll_on_first_earn = true;
        let mut session = open::memory()?;
        schema::migrate(&mut *session, now, None)?;
        session.begin(Transaction::Write)?;
        let programme_id = programmes::insert(&mut *session, &programme, now)?;
        session.commit()?;
        Ok(Self {
            session,
            programme,
            programme_id,
            entropy: Entropy::from_seed([0; 32]),
            digest_key: DigestKey::of(None, &[0; 16]),
        })
    }

    /// Runs a job in a transaction that is always rolled back: the memory holds only one member.
    pub(super) fn forgetting<T>(&mut self, job: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.session.begin(Transaction::Write)?;
        let done = job(self);
        self.session.rollback();
        done
    }

    /// Runs a job at a moment; a job that fails has changed nothing.
    pub(super) fn at<T>(&mut self, at: Instant, now: Instant, job: impl FnOnce(&mut Cx<'_>) -> Result<T>) -> Result<T> {
        self.session.begin_step()?;
        let mut cx = Cx {
            now,
            at,
            given_at: None,
            programme: &self.programme,
            programme_id: self.programme_id,
            session: Some(&mut *self.session),
            entropy: &mut self.entropy,
            signing_key: None,
            digest_key: Some(&self.digest_key),
            actor: None,
            writing: true,
            asks: Asks::default(),
            member: None,
            templates: None,
            is_silent: true,
        };
        let done = job(&mut cx);
        let session = &mut *self.session;
        if done.is_ok() {
            session.end_step()?
        } else {
            session.undo_step()?
        }
        done
    }

    /// Runs an operation at a moment.
    pub(super) fn run<O: Operation>(&mut self, operation: &O, at: Instant, now: Instant) -> Result<O::Reply> {
        self.at(at, now, |cx| operation.run(cx))
    }
}
