//! The world as an operation sees it: time, programme, store, randomness, and who calls.

use crate::booking::mail::LazyTemplates;
use crate::domain::member::Member;
use crate::domain::programme::Programme;
use crate::domain::purchase::Item;
use crate::store::Session;
use crate::value::{
    Amount, Day, DayOrMoment, Decimal, DigestKey, Entropy, Instant, Locale, Moment, Money, SigningKey, UserId,
};
use crate::{Error, Result};

/// Everything that an operation may know about the world. Nothing else reads the clock or random bytes.
pub struct Cx<'a> {
    /// When the act is recorded: the clock.
    pub(crate) now: Instant,
    /// When it happened: the given time, or the clock.
    pub(crate) at: Instant,
    /// The time that the caller gave, if any.
    pub(crate) given_at: Option<Instant>,
    /// The programme.
    pub(crate) programme: &'a Programme,
    /// Its number in this database.
    pub(crate) programme_id: i64,
    /// The store, inside a transaction; `None` for pure operations.
    pub(crate) session: Option<&'a mut dyn Session>,
    /// Randomness for codes.
    pub(crate) entropy: &'a mut Entropy,
    /// The secret key for signed codes, if the operator set one.
    pub(crate) signing_key: Option<&'a SigningKey>,
    /// The key of the database's digests; a pure operation has none.
    pub(crate) digest_key: Option<&'a DigestKey>,
    /// Who did it.
    pub(crate) actor: Option<&'a str>,
    /// Whether the transaction may write.
    pub(crate) writing: bool,
    /// What the operation asks of the engine when it ends with an error.
    pub(crate) asks: Asks,
    /// The member whose account was opened first: the call is theirs.
    pub(crate) member: Option<UserId>,
    /// The templates of messages; a replay has none.
    pub(crate) templates: Option<&'a LazyTemplates>,
    /// Whether nothing is told of it: a replay, or facts of another system.
    pub(crate) is_silent: bool,
}

/// What an operation that ends with an error asks of the engine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Asks {
    /// Nothing: everything is undone.
    #[default]
    Nothing,
    /// To run again as a write: a read found something that must be settled first.
    Write,
    /// To keep what it has written although it is refused: a count of failed tries.
    Keep,
    /// A store, which it does not have.
    Store,
}

impl<'a> Cx<'a> {
    /// The key of the database's digests.
    ///
    /// # Errors
    /// `internal` in a pure operation.
    pub(crate) fn digests(&self) -> Result<&'a DigestKey> {
        self.digest_key.ok_or_else(|| Error::internal("a pure operation asked for a digest"))
    }

    /// The store.
    ///
    /// # Errors
    /// `internal` in a pure operation, which has none.
    pub(crate) fn store(&mut self) -> Result<&mut dyn Session> {
        match &mut self.session {
            Some(session) => Ok(*session),
            None => {
                self.asks = Asks::Store;
                Err(Error::internal("a pure operation asked for the store"))
            }
        }
    }

    /// Runs a job that may ask for nothing more of the store; nothing when it must.
    ///
    /// # Errors
    /// Those of the job.
    pub(crate) fn without_store<T>(&mut self, job: impl FnOnce(&mut Self) -> Result<T>) -> Result<Option<T>> {
        let session = self.session.take();
        let done = job(self);
        self.session = session;
        match done {
            Ok(done) => Ok(Some(done)),
            // It asked for more, or for a write.
            Err(_) if std::mem::take(&mut self.asks) != Asks::Nothing => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The end of a read that must run again as a write.
    pub(crate) fn needs_write(&mut self) -> Error {
        self.asks = Asks::Write;
        Error::internal("a read must run again as a write")
    }

    /// The refusal of a command whose writes are kept.
    pub(crate) fn keep_writes(&mut self, refusal: Error) -> Error {
        self.asks = Asks::Keep;
        refusal
    }

    /// An amount of money from a request.
    ///
    /// # Errors
    /// `invalid` naming the field.
    pub(crate) fn money(&self, field: &str, amount: Amount) -> Result<Money> {
        Money::read(field, amount, self.programme.currency)
    }

    /// The amount of a bill: it may be below zero only if one of its lines is; otherwise that is a mistake.
    ///
    /// # Errors
    /// `invalid` naming the field.
    pub(crate) fn bill(&self, field: &str, amount: Amount, items: &[Item]) -> Result<Money> {
        let takes_off = items.iter().any(|item| item.amount.is_some_and(|amount| amount.decimal().is_negative()));
        if takes_off { self.signed_money(field, amount) } else { self.money(field, amount) }
    }

    /// An amount of money from a request that may be below zero.
    ///
    /// # Errors
    /// `invalid` naming the field.
    pub(crate) fn signed_money(&self, field: &str, amount: Amount) -> Result<Money> {
        Money::read_signed(field, amount, self.programme.currency)
    }

    /// An amount of money for a reply.
    #[must_use]
    pub(crate) const fn shown(&self, amount: Money) -> Decimal {
        amount.to_decimal(self.programme.currency)
    }

    /// An instant for a reply, in the programme's zone.
    #[must_use]
    pub(crate) fn moment(&self, instant: Instant) -> Moment {
        self.programme.zone.moment(instant)
    }

    /// The last local day before an end, if the end is that of a day: given back as a date, it means exactly this end.
    #[must_use]
    pub(crate) fn last_day(&self, end: Instant) -> Option<Day> {
        // Something without an end has no last day in any zone.
        if end == Instant::NEVER {
            return None;
        }
        let zone = self.programme.zone;
        let day = zone.day_of(Instant::stored(end.micros().saturating_sub(1)));
        (DayOrMoment::Day(day).as_end(zone) == end).then_some(day)
    }

    /// The language for texts to this member.
    #[must_use]
    pub(crate) fn locale_of(&self, member: &Member) -> Locale {
        member.locale.unwrap_or(self.programme.locale)
    }
}
