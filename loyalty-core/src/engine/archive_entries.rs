//! Moves old entries into a second file, behind a closing of each member.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::{connection, world};
use crate::domain::ledger::{Entry, EntryKind};
use crate::domain::member::Member;
use crate::options::Place;
use crate::store::archive::{self, Closing};
use crate::store::{
    Durability, Session, Transaction, database, event_log, holds, ledger, lots, members, orders, schema,
};
use crate::value::{EntryId, Instant, OrderId, Points};
use crate::{Engine, Error, Fault, Options, Result};

/// Members whose entries are moved in one transaction.
const MEMBERS_AT_ONCE: i64 = 200;

/// What left for the archive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Archived {
    /// Members of whom something left.
    pub members: u64,
    /// Entries that left.
    pub entries: u64,
}

/// What of a member leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Leaving {
    closing: Closing,
    /// How many entries.
    entries: u64,
    /// The latest moment that they know of.
    to: Instant,
}

impl Engine {
    /// Moves the entries of all members that happened before a moment out of a database file into its archive, with the
    /// uses of lots and the changed orders that belong to them. A member's entries leave in their order, up to the first
    /// one that still has points, is held, or that a later entry takes back or changes. Members who were merged keep theirs.
    ///
    /// The database may be in use. Rows are copied and on the disk before they are deleted, so a run that was stopped
    /// is begun again with the same arguments, and nothing is ever in neither place. The file does not shrink by itself:
    /// later rows take the room. `progress` receives what has left so far; an error from it stops the run.
    ///
    /// # Errors
    /// `invalid` when the options name no archive, or a database that is not a file; `unavailable` when a database fails
    /// or the archive is another database's.
    pub fn archive(
        options: &Options,
        before: Instant,
        progress: &mut dyn FnMut(Archived) -> Result<()>,
    ) -> Result<Archived> {
        let mut run = Run { session: attached(options)?, before };
        let (mut sum, mut after) = (Archived::default(), 0);
        loop {
            let page = run.read(|session| members::page(session, after, MEMBERS_AT_ONCE))?;
            let Some(last) = page.last() else { return Ok(sum) };
            after = last.id.get();
            let leaving = run.copy(&page)?;
            progress(sum)?;
            let left = run.delete(&leaving)?;
            sum = Archived { members: sum.members + left.members, entries: sum.entries + left.entries };
            run.drop_copies(&page)?;
            progress(sum)?;
        }
    }

    /// Updates the schema of the archive that the options name.
    pub(super) fn migrate_archive(options: &Options) -> Result<()> {
        match &options.archive {
            Some(file) if file.is_file() => attached(options).map(drop),
            _ => Ok(()),
        }
    }
}

/// A connection with the archive attached, whose commits are on the disk when they return.
struct Run {
    session: Box<dyn Session>,
    before: Instant,
}

impl Run {
    fn read<T>(&mut self, job: impl FnOnce(&mut dyn Session) -> Result<T>) -> Result<T> {
        self.session.begin(Transaction::Read)?;
        let done = job(&mut *self.session);
        self.session.rollback();
        done
    }

    fn write<T>(&mut self, job: impl FnOnce(&mut dyn Session) -> Result<T>) -> Result<T> {
        self.session.begin(Transaction::Write)?;
        match job(&mut *self.session) {
            Ok(done) => self.session.commit().map(|()| done),
            Err(error) => {
                self.session.rollback();
                Err(error)
            }
        }
    }

    /// Copies into the archive what can leave.
    fn copy(&mut self, page: &[Member]) -> Result<Vec<Leaving>> {
        let (now, before) = (world::now(), self.before);
        let all = self.read(|session| {
            let all = page.iter().map(|member| leaving(session, member, before, now));
            Ok(all.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect::<Vec<Leaving>>())
        })?;
        if !all.is_empty() {
            self.write(|session| all.iter().try_for_each(|leaving| archive::copy(session, &leaving.closing)))?;
        }
        Ok(all)
    }

    /// Deletes what has been copied, except of members for whom something has changed since.
    fn delete(&mut self, copied: &[Leaving]) -> Result<Archived> {
        let mut left = Archived::default();
        if copied.is_empty() {
            return Ok(left);
        }
        let before = self.before;
        self.write(|session| {
            for expected in copied {
                let Some(member) = members::by_id(session, expected.closing.last_entry.member())? else { continue };
                if leaving(session, &member, before, expected.closing.archived_at)?.as_ref() == Some(expected) {
                    archive::remove(session, &expected.closing, expected.to)?;
                    left.members += 1;
                    left.entries += expected.entries;
                }
            }
            Ok(left)
        })
    }

    /// Deletes from the archive what came back from it: what is to be forgotten must not stay there.
    fn drop_copies(&mut self, page: &[Member]) -> Result<()> {
        let back = self.read(|session| {
            let mut back = Vec::new();
            for member in page {
                if archive::has_copies(session, member.id)? {
                    back.push(member.id);
                }
            }
            Ok(back)
        })?;
        if back.is_empty() {
            return Ok(());
        }
        // This commit puts on the disk whatever was written before it, so also what came back.
        let here = self.write(|session| {
            let mut here = Vec::new();
            for id in back {
                let member = members::by_id(session, id)?;
                members::update_archived(session, id, member.and_then(|member| member.archived_to))?;
                here.push((id, archive::closing(session, id)?));
            }
            Ok(here)
        })?;
        self.write(|session| {
            for (id, closing) in here {
                // What came back after that commit may not be on the disk yet.
                if archive::closing(session, id)? == closing {
                    archive::drop_copies(session, id)?;
                }
            }
            Ok(())
        })
    }
}

/// A connection to a database with its archive, which is created for a database that has none.
fn attached(options: &Options) -> Result<Box<dyn Session>> {
    let Place::File(path) = &options.place else {
        return Err(Error::invalid("database", "must be a file of SQLite: a server has no archive"));
    };
    if !path.is_file() {
        return Err(Error::invalid("database", format_args!("there is no file `{}`", path.display())));
    }
    let Some(file) = &options.archive else {
        return Err(Error::invalid("archive", "must name the file that the entries go to"));
    };
    if is_same_file(path, file) {
        return Err(Error::invalid("archive", "must be another file than the database"));
    }
    let options = options.clone().durability(Durability::Full);
    // One that is ready is not opened for itself: this process may have it attached already.
    let ready = if file.is_file() { connection::connect(&options).ok() } else { None };
    let mut session = match ready {
        Some(session) => session,
        None => {
            prepare(&options, file)?;
            connection::connect(&options)?
        }
    };
    schema::migrate(&mut *session, world::now(), options.database_number)?;
    Ok(session)
}

/// Creates the tables of an archive, or updates them.
fn prepare(options: &Options, file: &Path) -> Result<()> {
    let mut main = connection::connect(&Options { archive: None, ..options.clone() })?;
    schema::migrate(&mut *main, world::now(), options.database_number)?;
    let Some(own) = database::held(&mut *main)? else {
        return Err(Error::invalid("database", "must have been opened before: it is empty"));
    };
    let epoch = event_log::epoch(&mut *main)?;
    let mut session = connection::connect(&Options::sqlite(file))?;
    if schema::version(&mut *session)? != 0
        && let Some(other) = database::held(&mut *session)?
        && other != own
    {
        let message = format!("`{}` is not the archive of this database", file.display());
        return Err(Error::unavailable(Fault::ArchiveForeign, message));
    }
    schema::migrate(&mut *session, world::now(), None)?;
    if database::held(&mut *session)?.is_none() {
        database::insert(&mut *session, &own, epoch)?;
    }
    Ok(())
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    one.canonicalize().ok().zip(other.canonicalize().ok()).is_some_and(|(one, other)| one == other)
}

/// What of a member can leave, if anything.
fn leaving(session: &mut dyn Session, member: &Member, before: Instant, now: Instant) -> Result<Option<Leaving>> {
    // Entries of two members who were merged refer to each other.
    if member.merged_into.is_some() || members::parts(session, member.id)?.len() > 1 {
        return Ok(None);
    }
    let mut entries = Vec::new();
    ledger::walk(session, member.id, |entry| {
        entries.push(entry);
        Ok(())
    })?;
    // A hold counts as activity when it is captured.
    let ends: BTreeMap<EntryId, Instant> = holds::ends(session, member.id)?.into_iter().collect();
    let latest = |entry: &Entry| ends.get(&entry.id).map_or(entry.occurred_at, |end| entry.occurred_at.max(*end));
    let kept = first_in_use(session, member)?;
    let stays = entries.iter().find(|entry| latest(entry) >= before || entry.id.get() >= kept);
    let until = stays.map_or(member.id.entry_range().0 + member.entries, |entry| entry.id.get() - 1);
    let until = before_all_that_is_referred_to(session, member, &entries, until)?;
    let gone: Vec<&Entry> = entries.iter().filter(|entry| entry.id.get() <= until).collect();
    let Some(last) = gone.last() else { return Ok(None) };
    let to = gone.iter().map(|entry| latest(entry)).max().max(member.archived_to).unwrap_or(before);
    let earlier = archive::closing(session, member.id)?;
    let gained_before = earlier.map_or(0, |earlier| earlier.total_points.get());
    let gained: i64 = gone.iter().map(|entry| entry.gained()).sum();
    let closing = Closing {
        last_entry: last.id,
        balance: last.balance_after,
        total_points: Points::stored(gained_before.saturating_add(gained)),
        link: last.link,
        // Also by a clock that went back, the newer of two archives says so.
        archived_at: earlier.map_or(now, |earlier| earlier.archived_at.max(now)),
    };
    Ok(Some(Leaving { closing, entries: gone.len() as u64, to }))
}

/// The first of a member's entries that has points left or open, or set aside by an open hold.
fn first_in_use(session: &mut dyn Session, member: &Member) -> Result<i64> {
    let mut used: Vec<EntryId> = lots::open(session, member)?.into_iter().map(|lot| lot.id).collect();
    for hold in holds::open(session, member.user_id)? {
        used.push(hold.entry);
        used.extend(lots::uses_of(session, hold.entry)?.into_iter().map(|part| part.lot));
    }
    Ok(used.into_iter().map(EntryId::get).min().unwrap_or(i64::MAX))
}

/// The last entry up to which none is taken back by a later one, or is of an order that a later one changes.
fn before_all_that_is_referred_to(
    session: &mut dyn Session,
    member: &Member,
    entries: &[Entry],
    mut until: i64,
) -> Result<i64> {
    let low = member.id.entry_range().0;
    let booked: BTreeMap<EntryId, EntryId> = orders::booked_earlier(session, member.id)?.into_iter().collect();
    let mut first: BTreeMap<&OrderId, EntryId> = BTreeMap::new();
    // From each entry to the earliest that it refers to.
    let mut refers: Vec<(i64, i64)> = Vec::new();
    for entry in entries {
        let of_order = entry.order_id.as_ref().map(|order| *first.entry(order).or_insert(entry.id));
        // What ended a lot may stay here without it: the lot is found by its id, or asked for.
        let undoes = entry.reverses.filter(|_| entry.kind != EntryKind::Expire);
        let to = undoes.into_iter().chain(of_order).chain(booked.get(&entry.id).copied());
        if let Some(to) = to.map(EntryId::get).filter(|to| *to > low && *to < entry.id.get()).min() {
            refers.push((entry.id.get(), to));
        }
    }
    while let Some(to) = refers.iter().filter(|(from, to)| *from > until && *to <= until).map(|(_, to)| *to).min() {
        until = to - 1;
    }
    Ok(until)
}
