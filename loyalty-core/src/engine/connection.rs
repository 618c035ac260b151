//! What each thread keeps of an engine: a connection and a source of randomness. Neither survives a fork.

use std::cell::RefCell;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use super::retry::RetryBudget;
use super::{Shared, world};
use crate::domain::limits::Caps;
use crate::domain::programme::{Programme, RewardSeed};
use crate::domain::reward::{Promise, Reward};
use crate::options::Place;
use crate::store::currency::{self, Claimed};
use crate::store::programmes::Opened;
use crate::store::{Session, Transaction, database, open, programmes, rewards, schema};
use crate::value::{DigestKey, Entropy, Instant, Money, RewardId};
use crate::{Error, Fault, Options, Result};

/// The faults of a connection whose locks something else in the process has dropped, and of one whose file is no longer
/// the database's.
const USELESS: [Fault; 2] = [Fault::DatabaseLockLost, Fault::DatabaseReplaced];

/// A thread's part of an engine.
pub(super) struct ThreadConnection {
    process: u32,
    engine: u64,
    owner: Weak<Shared>,
    pub(super) session: Box<dyn Session>,
    pub(super) entropy: Entropy,
    pub(super) programme_id: i64,
    /// Whether the database already had money in the programme's currency: this never changes again.
    pub(super) has_money: bool,
    /// The key of the database's digests.
    pub(super) digest_key: DigestKey,
    /// The name under which the connection records its writes, by number.
    pub(super) name: i64,
    pub(super) number: i64,
    /// The clock has been checked up to this moment.
    pub(super) trusted_until: Instant,
}

thread_local! {
    static SLOTS: RefCell<Vec<ThreadConnection>> = const { RefCell::new(Vec::new()) };
    static ENTROPY: RefCell<Option<(u32, Entropy)>> = const { RefCell::new(None) };
}

/// Runs a job with this thread's slot of an engine.
///
/// The slot is taken out while the job runs: if the job panics, the connection is dropped and the transaction rolled
/// back.
pub(super) fn with<T>(shared: &Arc<Shared>, job: impl FnOnce(&mut ThreadConnection) -> Result<T>) -> Result<T> {
    let process = std::process::id();
    let kept = SLOTS.try_with(|slots| take(&mut slots.borrow_mut(), shared.number, process));
    let kept = kept.map_err(|_| Error::unavailable(Fault::DatabaseClosed, "the thread is ending"))?;
    let mut slot = match kept {
        Some(slot) => slot,
        None => ThreadConnection::open(shared, process)?,
    };
    let done = job(&mut slot);
    // Such a connection sees a file or a log that no longer belongs to the database; the next call opens a new one.
    if done.as_ref().is_err_and(|error| error.fault().is_some_and(|fault| USELESS.contains(&fault))) {
        return done;
    }
    // A thread that is ending keeps nothing.
    let _ = SLOTS.try_with(|slots| slots.borrow_mut().push(slot));
    done
}

/// Gives this thread a slot of an engine on an existing connection.
pub(super) fn keep(shared: &Arc<Shared>, session: Box<dyn Session>) -> Result<()> {
    let slot = ThreadConnection::on(shared, std::process::id(), session)?;
    SLOTS
        .try_with(|slots| slots.borrow_mut().push(slot))
        .map_err(|_| Error::unavailable(Fault::DatabaseClosed, "the thread is ending"))
}

fn take(slots: &mut Vec<ThreadConnection>, engine: u64, process: u32) -> Option<ThreadConnection> {
    // Connections from before a fork belong to the parent: closing one here would close it there.
    slots.extract_if(.., |slot| slot.process != process).for_each(std::mem::forget);
    slots.retain(|slot| slot.engine == engine || slot.owner.strong_count() > 0);
    let place = slots.iter().position(|slot| slot.engine == engine)?;
    Some(slots.swap_remove(place))
}

impl Drop for Shared {
    fn drop(&mut self) {
        let process = std::process::id();
        let close = |slots: &RefCell<Vec<ThreadConnection>>| {
            let Ok(mut slots) = slots.try_borrow_mut() else { return };
            for slot in slots.extract_if(.., |slot| slot.engine == self.number) {
                // A connection inherited over a fork belongs to the parent, which closes it.
                if slot.process == process { drop(slot) } else { std::mem::forget(slot) }
            }
        };
        let _ = SLOTS.try_with(close);
    }
}

/// Runs a job with this process's source of randomness.
pub(super) fn with_entropy<T>(seed: Option<[u8; 32]>, job: impl FnOnce(&mut Entropy) -> Result<T>) -> Result<T> {
    let process = std::process::id();
    if let Some(seed) = seed {
        return job(&mut Entropy::from_seed(seed));
    }
    let kept = ENTROPY.try_with(RefCell::take).ok().flatten();
    let mut entropy = match kept.filter(|(owner, _)| *owner == process) {
        Some((_, entropy)) => entropy,
        None => world::entropy()?,
    };
    let done = job(&mut entropy);
    let _ = ENTROPY.try_with(|slot| slot.replace(Some((process, entropy))));
    done
}

impl ThreadConnection {
    fn open(shared: &Arc<Shared>, process: u32) -> Result<Self> {
        let mut patience = RetryBudget::of(shared.options.busy_timeout);
        if let Place::File(path) = &shared.options.place
            && shared.opened.load(Ordering::Relaxed)
            && path != Path::new(":memory:")
            && !path.exists()
        {
            return Err(gone(path));
        }
        let session = loop {
            match connect(&shared.options) {
                // Only a cluster that is about to agree on its nodes is waited for, not a server that does not answer.
                Err(error) if error.fault() == Some(Fault::DatabaseNotReady) && patience.pause_after(&error) => {}
                connected => break connected?,
            }
        };
        let slot = Self::on(shared, process, session)?;
        shared.opened.store(true, Ordering::Relaxed);
        Ok(slot)
    }

    /// A slot on a connection; its schema and programme are updated first.
    pub(super) fn on(shared: &Arc<Shared>, process: u32, mut session: Box<dyn Session>) -> Result<Self> {
        let options: &Options = &shared.options;
        let now = world::now();
        RetryBudget::of(options.busy_timeout)
            .run(&shared.retries, || schema::migrate(&mut *session, now, options.database_number))?;
        let entropy = options.seed.map_or_else(world::entropy, |seed| Ok(Entropy::from_seed(seed)))?;
        let (programme_id, has_money, digest_key) = RetryBudget::of(options.busy_timeout)
            .run(&shared.retries, || opened(&mut *session, options, &shared.programme, now))?;
        Ok(Self {
            process,
            engine: shared.number,
            owner: shared.weak(),
            session,
            entropy,
            programme_id,
            has_money,
            digest_key,
            name: world::entropy()?.number(),
            number: 0,
            trusted_until: Instant::stored(i64::MIN),
        })
    }
}

impl ThreadConnection {
    /// Refuses to continue when a database that had no money when it was opened now has money in another currency.
    /// Called inside a transaction.
    pub(super) fn check_currency(&mut self, programme: &Programme) -> Result<()> {
        if self.has_money {
            return Ok(());
        }
        let Some(held) = currency::held(&mut *self.session)? else { return Ok(()) };
        held.check(programme)?;
        self.has_money = held.has_money;
        Ok(())
    }

    /// In the transaction that stores the first money, records its currency.
    pub(super) fn note_money(&mut self, programme: &Programme) -> Result<()> {
        if self.has_money || !currency::is_money_there(&mut *self.session)? {
            return Ok(());
        }
        currency::note_money(&mut *self.session, programme)
    }
}

/// Checks that a programme, if there is one, counts money in the currency of the database.
pub(crate) fn check_money(session: &mut dyn Session, programme: Option<&Programme>) -> Result<()> {
    let held = currency::held(session)?.filter(|held| held.has_money);
    held.zip(programme).map_or(Ok(()), |(held, programme)| held.check(programme))
}

/// The number of a programme in the database, and whether there is money; money must be in its currency.
fn opened(
    session: &mut dyn Session,
    options: &Options,
    programme: &Programme,
    now: Instant,
) -> Result<(i64, bool, DigestKey)> {
    if let Some(Opened { id, database: Some(database), currency: Some(held) }) =
        programmes::opened(session, programme.hash())?
        && (held.is(programme.currency) || held.has_money)
    {
        held.check(programme)?;
        return Ok((id, held.has_money, database.key(options.said())?));
    }
    adopt_programme(session, options, programme, now)
}

/// The error for a database that existed before: an empty one in its place would look as if there had never been
/// members.
fn gone(path: &Path) -> Error {
    let message = format!(
        "`{}` existed and is gone: put it back, or restart the program to begin with an empty one",
        path.display()
    );
    Error::unavailable(Fault::DatabaseReplaced, message)
}

/// Opens a connection to the database.
pub(crate) fn connect(options: &Options) -> Result<Box<dyn Session>> {
    if options.archive.is_some() && !matches!(options.place, Place::File(_)) {
        return Err(Error::invalid("archive", "must be left out: only a file of SQLite has an archive"));
    }
    Ok(match &options.place {
        Place::File(path) => open::file(path, options.durability, options.busy_timeout, options.archive.as_deref())?,
        Place::Server(address) => open::on_server(address)?,
        Place::Host => {
            let message = "the host's connection is in use, or belongs to another thread or to the process before a fork; \
                           name it again";
            return Err(Error::unavailable(Fault::DatabaseClosed, message));
        }
    })
}

/// Records a programme that is new to this database. A database without money takes over its currency, and one without
/// rewards starts with the rewards of the programme. Returns the programme's number, and whether there is money.
fn adopt_programme(
    session: &mut dyn Session,
    options: &Options,
    programme: &Programme,
    now: Instant,
) -> Result<(i64, bool, DigestKey)> {
    let mut entropy = world::entropy()?;
    let (salt, epoch) = (entropy.bytes(), database::epoch(&mut entropy));
    session.begin(Transaction::Write)?;
    let adopted = (|| {
        schema::not_as_guest(session)?;
        let claimed = currency::claim(session, programme)?;
        let digest_key = database::claim(session, options.said(), salt, epoch)?;
        // Another process may have been faster.
        let id = match programmes::find(session, programme.hash())? {
            Some(id) => id,
            None => programmes::insert(session, programme, now)?,
        };
        if claimed == Claimed::FromAnother {
            // Its amounts are in the other currency; nobody has redeemed or changed any of it.
            rewards::forget_seeded(session)?;
        }
        if !rewards::any(session)? {
            for seed in &programme.rewards {
                rewards::add(session, &seeded(seed), now, None)?;
            }
        }
        Ok((id, claimed == Claimed::WithMoney, digest_key))
    })();
    match adopted {
        Ok(id) => session.commit().map(|()| id),
        Err(error) => {
            session.rollback();
            Err(error)
        }
    }
}

/// A reward of the programme, for a database that has none.
pub(crate) fn seeded(seed: &RewardSeed) -> Reward {
    Reward {
        id: RewardId::stored(1),
        name: seed.name.clone(),
        description: seed.description.clone(),
        points_cost: seed.points_cost,
        discount_type: seed.discount_type,
        discount_percent: seed.discount_percent,
        max_discount: seed.max_discount,
        coupon: Promise::default(),
        tier_required: seed.tier_required.clone(),
        caps: Caps { by_user: seed.max_uses_per_user, ..Caps::default() },
        used: 0,
        price: Money::ZERO,
        cost: Money::ZERO,
        stock: None,
        active: true,
        created_at: Instant::stored(0),
        starts_at: None,
        expiry_date: None,
    }
}
