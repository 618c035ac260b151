//! The engine: opens the store, begins and ends transactions, reads the clock and keeps idempotency keys.

mod archive_entries;
mod arguments;
mod batch;
pub(crate) mod connection;
mod copy;
mod kept_reply;
mod migrate;
mod outcome;
mod recall;
mod recalled;
mod retry;
mod world;

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use serde_json::Value;

pub use self::archive_entries::Archived;
pub use self::arguments::read_arguments;
pub use self::batch::{Batch, Late};
use self::connection::ThreadConnection;
pub use self::copy::{Copied, CopiedTable};
use self::kept_reply::without_person;
pub use self::migrate::Migrated;
use self::outcome::Outcome;
use self::recalled::Recalled;
use self::retry::{Attempts, RetryBudget};
use crate::booking::cx::{Asks, Cx};
use crate::booking::mail::LazyTemplates;
use crate::booking::request::{Request, digest_by_names, kept_answer, same_request};
use crate::domain::clock;
use crate::domain::programme::Programme;
use crate::ops::{Access, Operation, Visitor, visit_all};
use crate::options::Place;
use crate::store::keys::{self, KeptAnswer};
use crate::store::{Session, Transaction, members};
use crate::value::limit;
use crate::value::{Actor, DigestKey, Entropy, Instant, Key};
use crate::{Error, Kind, Options, Refusal, Result};

/// No fixed time: the operating system's clock is used.
const CLOCK: i64 = i64::MIN;

/// A loyalty engine on one database. Threads can share it; each gets its own connection.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

/// What the threads of one engine share.
struct Shared {
    number: u64,
    options: Options,
    programme: Programme,
    fixed_now: AtomicI64,
    retries: AtomicU64,
    templates: LazyTemplates,
    /// Whether the database has been opened before: then a missing file is not created again.
    opened: AtomicBool,
}

/// The circumstances of a call: when it happened, under which key, by whom.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Call {
    at: Option<Instant>,
    key: Option<Key>,
    actor: Option<Actor>,
}

impl Call {
    /// A call that happens now, without a key or an actor.
    pub fn new() -> Self {
        Self::default()
    }

    /// When it happened, if not now.
    pub const fn at(mut self, at: Instant) -> Self {
        self.at = Some(at);
        self
    }

    /// The idempotency key.
    pub fn key(mut self, key: Key) -> Self {
        self.key = Some(key);
        self
    }

    /// Who did it.
    pub fn actor(mut self, actor: Actor) -> Self {
        self.actor = Some(actor);
        self
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("programme", &self.0.programme.name).finish_non_exhaustive()
    }
}

impl Engine {
    /// Opens a database, and updates its schema.
    ///
    /// # Errors
    /// `unavailable` when the database cannot be opened, `invalid` for a wrong programme.
    pub fn open(options: Options) -> Result<Self> {
        let engine = Self::unopened(options)?;
        // The first connection shows at once whether the database can serve.
        engine.with_slot(|_, _| Ok(()))?;
        Ok(engine)
    }

    /// An engine on a connection of the host; its writes take part in the host's transactions.
    ///
    /// It belongs to the thread that created it. All options apply except the place of the database; [`Options::host`]
    /// has none.
    ///
    /// # Errors
    /// `unavailable` when the database cannot serve, or must be prepared while a transaction of the host is open.
    pub fn on(session: Box<dyn Session>, mut options: Options) -> Result<Self> {
        options.place = Place::Host;
        let engine = Self::unopened(options)?;
        connection::keep(&engine.0, session)?;
        Ok(engine)
    }

    fn unopened(options: Options) -> Result<Self> {
        static NUMBERS: AtomicU64 = AtomicU64::new(1);
        let programme = match options.programme.clone() {
            Some(programme) => programme,
            None => Programme::cafe_vt()?,
        };
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let (fixed_now, retries, opened) = (AtomicI64::new(CLOCK), AtomicU64::new(0), AtomicBool::new(false));
        let templates = LazyTemplates::of(programme.messages.as_ref().and_then(|rules| rules.templates.clone()));
        Ok(Self(Arc::new(Shared { number, options, programme, fixed_now, retries, templates, opened })))
    }

    /// The programme.
    #[must_use]
    pub fn programme(&self) -> &Programme {
        &self.0.programme
    }

    /// How often a transaction was repeated after a conflict with other writers or a lost connection. If this number
    /// grows, the same members are written through several nodes at once, or a server has problems.
    #[must_use]
    pub fn retries(&self) -> u64 {
        self.0.retries.load(Ordering::Relaxed)
    }

    /// Fixes the clock, for tests and replays; `None` restores the operating system's.
    pub fn fix_now(&self, now: Option<Instant>) {
        self.0.fixed_now.store(now.map_or(CLOCK, Instant::micros), Ordering::Relaxed);
    }

    /// Runs an operation, now.
    ///
    /// # Errors
    /// Those of the operation. A call that fails has changed nothing.
    pub fn run<O: Operation>(&self, operation: &O) -> Result<O::Reply> {
        self.run_as(operation, &Call::new())
    }

    /// Runs an operation as a given call.
    ///
    /// # Errors
    /// Those of the operation. A call that fails has changed nothing; only a refusal under a key is recorded.
    pub fn run_as<O: Operation>(&self, operation: &O, call: &Call) -> Result<O::Reply> {
        self.run_now(operation, call).map_err(|error| error.spoken(self.0.programme.locale.tag()))
    }

    fn run_now<O: Operation>(&self, operation: &O, call: &Call) -> Result<O::Reply> {
        let now = self.now_for(call)?;
        if O::ACCESS == Access::Pure {
            return connection::with_entropy(self.0.options.seed, |entropy| {
                operation.run(&mut self.cx(call, now, 0, None, (entropy, None), Transaction::Read))
            });
        }
        self.with_slot(|shared, slot| {
            shared.recalling(slot, |slot, recalled| match O::ACCESS {
                Access::Write => shared.write(slot, operation, call, now, recalled),
                _ if recalled.is_empty() => match shared.read(slot, operation, call, now)? {
                    Some(answer) => Ok(answer),
                    None => shared.write(slot, operation, call, now, recalled),
                },
                _ => shared.read_recalled(slot, operation, call, now, recalled),
            })
        })
    }

    /// Runs any operation by its name, with its arguments as JSON. Commands also take `at`, `key` and `actor`.
    ///
    /// # Errors
    /// `not_found` for an unknown name, `invalid` with the path of a wrong argument, and those of the operation.
    pub fn call(&self, name: &str, arguments: Value) -> Result<Value> {
        struct Named<'a> {
            engine: &'a Engine,
            name: &'a str,
            arguments: Option<Value>,
            reply: Option<Result<Value>>,
        }
        impl Visitor for Named<'_> {
            fn visit<O: Operation + 'static>(&mut self) {
                if self.name == O::NAME
                    && let Some(arguments) = self.arguments.take()
                {
                    self.reply = Some(self.engine.call_json::<O>(arguments));
                }
            }
        }
        let mut named = Named { engine: self, name, arguments: Some(arguments), reply: None };
        visit_all(&mut named);
        let reply = named.reply.unwrap_or_else(|| {
            let shown = limit::beginning(name);
            Err(Error::not_found("operation", shown))
        });
        reply.map_err(|error| error.spoken(self.0.programme.locale.tag()))
    }

    /// The time of the clock; an error when the call is ahead of it.
    pub(crate) fn now_for(&self, call: &Call) -> Result<Instant> {
        let now = match self.0.fixed_now.load(Ordering::Relaxed) {
            CLOCK => world::now(),
            fixed => Instant::stored(fixed),
        };
        if call.at.is_some_and(|at| at > now.plus_seconds(self.0.programme.future_tolerance_seconds)) {
            return Err(crate::value::in_the_future(now));
        }
        Ok(now)
    }

    fn call_json<O: Operation>(&self, arguments: Value) -> Result<Value> {
        let Value::Object(arguments) = arguments else {
            return Err(Error::invalid("arguments", "must be a JSON object"));
        };
        let (operation, call) = read_arguments::<O>(arguments)?;
        serde_json::to_value(self.run_as::<O>(&operation, &call)?).map_err(Error::internal)
    }

    fn with_slot<T>(&self, job: impl FnOnce(&Self, &mut ThreadConnection) -> Result<T>) -> Result<T> {
        connection::with(&self.0, |slot| job(self, slot))
    }

    fn cx<'a>(
        &'a self,
        call: &'a Call,
        now: Instant,
        programme_id: i64,
        session: Option<&'a mut dyn Session>,
        (entropy, digest_key): (&'a mut Entropy, Option<&'a DigestKey>),
        transaction: Transaction,
    ) -> Cx<'a> {
        Cx {
            now,
            at: call.at.unwrap_or(now),
            given_at: call.at,
            programme: &self.0.programme,
            programme_id,
            session,
            entropy,
            signing_key: self.0.options.signing_key.as_ref(),
            digest_key,
            actor: call.actor.as_ref().map(Actor::as_str),
            writing: transaction == Transaction::Write,
            asks: Asks::default(),
            member: None,
            templates: Some(&self.0.templates),
            is_silent: false,
        }
    }

    /// The reply of a read; none when the operation must run as a write.
    fn read<O: Operation>(
        &self,
        slot: &mut ThreadConnection,
        operation: &O,
        call: &Call,
        now: Instant,
    ) -> Result<Option<O::Reply>> {
        RetryBudget::of(self.0.options.busy_timeout).run(&self.0.retries, || self.read_once(slot, operation, call, now))
    }

    fn read_once<O: Operation>(
        &self,
        slot: &mut ThreadConnection,
        operation: &O,
        call: &Call,
        now: Instant,
    ) -> Result<Option<O::Reply>> {
        if slot.has_money && slot.session.glance()? {
            let session: Option<&mut dyn Session> = Some(&mut *slot.session);
            let own = (&mut slot.entropy, Some(&slot.digest_key));
            let mut cx = self.cx(call, now, slot.programme_id, session, own, Transaction::Read);
            if let Some(reply) = operation.at_once(&mut cx)? {
                return Ok(Some(reply));
            }
        }
        slot.session.begin(Transaction::Read)?;
        let programme_id = slot.programme_id;
        let mut asks = Asks::default();
        let answered = slot.check_currency(&self.0.programme).and_then(|()| {
            let session: Option<&mut dyn Session> = Some(&mut *slot.session);
            let own = (&mut slot.entropy, Some(&slot.digest_key));
            let mut cx = self.cx(call, now, programme_id, session, own, Transaction::Read);
            let answered = operation.run(&mut cx);
            asks = cx.asks;
            answered
        });
        match answered {
            Ok(reply) => slot.session.commit().map(|()| Some(reply)),
            Err(error) => {
                slot.session.rollback();
                if asks == Asks::Write { Ok(None) } else { Err(error) }
            }
        }
    }

    fn write<O: Operation>(
        &self,
        slot: &mut ThreadConnection,
        operation: &O,
        call: &Call,
        now: Instant,
        recalled: &Recalled,
    ) -> Result<O::Reply> {
        let mut attempts = Attempts::new();
        let done = RetryBudget::of(self.0.options.busy_timeout).run(&self.0.retries, || {
            attempts.next(slot, &self.0.programme, now, |slot| {
                recalled.bring_back(&mut *slot.session)?;
                self.write_inside(slot, operation, call, now)
            })
        });
        done.map_err(|error| attempts.exhausted_error(error)).and_then(Outcome::into_result)
    }

    /// Checks that the clock has not jumped: correcting it later cannot undo what it did to points.
    fn trust_clock(&self, slot: &mut ThreadConnection, now: Instant) -> Result<()> {
        let days = self.0.programme.max_jump_days;
        if now <= slot.trusted_until || days == 0 || self.0.options.trusts_clock {
            return Ok(());
        }
        let newest = members::newest_record(&mut *slot.session, clock::earliest(now, days))?;
        clock::check(now, newest, days).map_err(|ahead| ahead.error(self.0.programme.zone))?;
        slot.trusted_until = newest.map_or(now, |newest| clock::latest(newest, days));
        Ok(())
    }

    /// The command inside its transaction: returns an earlier answer under the key, or a new one that is stored.
    fn write_inside<O: Operation>(
        &self,
        slot: &mut ThreadConnection,
        operation: &O,
        call: &Call,
        now: Instant,
    ) -> Result<Outcome<O::Reply>> {
        let natural = match operation.natural_key() {
            Some(key) => Some((format!("{}.natural", O::NAME), Key::new(key)?)),
            None => None,
        };
        let given = call.key.as_ref().map(|key| (O::NAME, key));
        let keyed = given.is_some() || natural.is_some();
        let programme_id = slot.programme_id;
        let request = if keyed { self.digested(slot, operation, call, now)? } else { Request::default() };
        let named: Vec<(&str, &Key)> =
            given.into_iter().chain(natural.as_ref().map(|(name, key)| (name.as_str(), key))).collect();
        if let Some(outcome) = self.replayed(slot, (operation, call, now), &named, &request)? {
            return Ok(outcome);
        }
        self.trust_clock(slot, now)?;
        if given.is_some() {
            slot.session.savepoint()?;
        }
        let session: Option<&mut dyn Session> = Some(&mut *slot.session);
        let own = (&mut slot.entropy, Some(&slot.digest_key));
        let mut cx = self.cx(call, now, programme_id, session, own, Transaction::Write);
        let answered = operation.run(&mut cx);
        let user_id = cx.member.or(request.user_id());
        let keeps_writes = cx.asks == Asks::Keep;
        if answered.as_ref().is_err_and(|error| error.kind() == Kind::Refused)
            && slot.session.waits_by_row()
            // When writers wait for single rows, the same call may have been answered while this one waited.
            && let Some(outcome) = self.replayed(slot, (operation, call, now), &named, &request)?
        {
            return Ok(outcome);
        }
        match answered {
            Ok(reply) => {
                if keyed {
                    let answer = without_person::<O>(&reply)?;
                    let kept = KeptAnswer { request: request.bytes().to_vec(), accepted: true, answer };
                    if operation.reopens()
                        && let Some((name, key)) = &natural
                    {
                        keys::forget(&mut *slot.session, name, key)?;
                    }
                    for (name, key) in named {
                        keys::insert(&mut *slot.session, (name, key), user_id, &kept, now)?;
                    }
                }
                Ok(Outcome::Reply(reply))
            }
            Err(refusal) if refusal.kind() == Kind::Refused && (call.key.is_some() || keeps_writes) => {
                if !keeps_writes {
                    slot.session.back_to_savepoint()?;
                }
                let answer = refusal.to_kept().to_string();
                let kept = KeptAnswer { request: request.bytes().to_vec(), accepted: false, answer };
                if let Some((name, key)) = given {
                    keys::insert(&mut *slot.session, (name, key), user_id, &kept, now)?;
                }
                Ok(Outcome::Refusal(refusal))
            }
            Err(error) => Err(error),
        }
    }
}

impl Engine {
    /// The digests of the arguments of a call.
    fn digested<O: Operation>(
        &self,
        slot: &mut ThreadConnection,
        operation: &O,
        call: &Call,
        now: Instant,
    ) -> Result<Request> {
        let own = (&mut slot.entropy, Some(&slot.digest_key));
        digest_by_names(&self.cx(call, now, slot.programme_id, None, own, Transaction::Write), operation, O::NAMES)
    }

    /// The answer that was stored under one of the keys. An answer whose act was undone is not returned again. Under a
    /// key of the caller, the call is refused; under the act's own key, the act is done again if the caller says so.
    fn replayed<O: Operation>(
        &self,
        slot: &mut ThreadConnection,
        (operation, call, now): (&O, &Call, Instant),
        named: &[(&str, &Key)],
        request: &Request,
    ) -> Result<Option<Outcome<O::Reply>>> {
        let programme_id = slot.programme_id;
        for (name, key) in named {
            let Some(kept) = keys::find(&mut *slot.session, name, key)? else { continue };
            let mut kept_reply = if kept.accepted { Some(kept_answer::<O::Reply>(&kept.answer)?) } else { None };
            let session: Option<&mut dyn Session> = Some(&mut *slot.session);
            let stands = match &mut kept_reply {
                Some(reply) => {
                    let own = (&mut slot.entropy, Some(&slot.digest_key));
                    let mut cx = self.cx(call, now, programme_id, session, own, Transaction::Write);
                    operation.read_person(&mut cx, reply)?;
                    operation.stands(&mut cx, reply)?
                }
                None => true,
            };
            if !stands && *name != O::NAME && operation.reopens() {
                continue;
            }
            same_request(&kept.request, request, key.as_str())?;
            if !stands {
                return Err(Error::refused(Refusal::AlreadyUsed).with("key", key.as_str()));
            }
            return match kept_reply {
                Some(reply) => Ok(Some(Outcome::Reply(reply))),
                None => {
                    let kept = crate::store::json(&kept.answer)?;
                    Ok(Some(Outcome::Refusal(Error::from_kept(&kept))))
                }
            };
        }
        Ok(None)
    }
}

impl Shared {
    fn weak(self: &Arc<Self>) -> Weak<Self> {
        Arc::downgrade(self)
    }
}
