//! Copies a whole database from one store to another, and proves them equal with a hash for each table.

use serde::Serialize;

use super::{connection, world};
use crate::options::Place;
use crate::store::tables::{self, Fingerprint, Record, Table};
use crate::store::{Session, Transaction, archive, database, event_log, schema};
use crate::value::Instant;
use crate::{Engine, Error, Fault, Options, Result};

/// Most rows in one transaction, and about how many bytes: a server limits the size of packets.
const ROWS_IN_BATCH: usize = 500;
const BYTES_IN_BATCH: usize = 1_000_000;

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Copied {
    /// Rows of all tables.
    pub rows: u64,
    /// The schema's number, the same on both sides.
    pub schema: i64,
    /// Each table, with the hash that is equal on both sides.
    pub tables: Vec<CopiedTable>,
}

/// A table that was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopiedTable {
    /// Its name, without a prefix.
    pub table: String,
    /// How many rows it has.
    pub rows: u64,
    /// The hash over its rows in the order of their key; it does not depend on the store.
    pub hash: String,
}

impl Engine {
    /// Copies a whole database into an empty one, between any two stores: SQLite to MySQL, back, or of the same kind.
    ///
    /// The source may be in use: it is read in one snapshot, and later writes are not copied. With its archive, the copy
    /// has all entries again, and writers wait for it; without, a copy into a file needs the same archive. Ids stay the same. Rows
    /// are written in batches. Until both sides have been found equal, table by table, no engine opens the target
    /// (`database_unfinished`). To restart an interrupted copy, call this again. `progress` receives each table and the
    /// number of its rows written; an error from it stops the copy.
    ///
    /// # Errors
    /// `invalid` when the target is not empty, or when the schema of the source differs from this engine's;
    /// `unavailable` when a database fails, when the two sides differ in the end, or when the programme in the options
    /// counts in another currency than the source.
    pub fn copy(
        source: &Options,
        target: &Options,
        progress: &mut dyn FnMut(&str, u64) -> Result<()>,
    ) -> Result<Copied> {
        if let Place::File(path) = &source.place
            && !path.exists()
        {
            return Err(Error::invalid("source", format_args!("there is no file `{}`", path.display())));
        }
        let programme = source.programme.as_ref().or(target.programme.as_ref());
        let mut source = connection::connect(source).map_err(|error| error.with("side", "source"))?;
        // Entries that are brought back for the copy are in the archive again when this is rolled back.
        source.begin(if source.has_archive() { Transaction::Write } else { Transaction::Read })?;
        let fits = same_schema(&mut *source)
            .and_then(|()| connection::check_money(&mut *source, programme))
            .and_then(|()| recall(&mut *source, &target.place));
        let copied = fits.and_then(|()| {
            let number = database::number(&mut *source)?.and_then(|number| u8::try_from(number).ok());
            let mut target = Target::open(target, number)?;
            let copied = target.fill(&mut *source, progress)?;
            target.check(&copied, progress)?;
            target.write(|session, name, now| {
                // SQLite numbers an event when it is written, so none may wait behind those to come.
                while event_log::number_arrivals(session)? > 0 {}
                schema::end_copy(session, name, now)
            })?;
            Ok(copied)
        });
        source.rollback();
        copied
    }
}

/// Brings back what is in the archive. A file without its archive is copied as it is; a server cannot have one.
fn recall(source: &mut dyn Session, target: &Place) -> Result<()> {
    if source.has_archive() {
        let users = archive::users(source)?;
        return users.into_iter().try_for_each(|user_id| archive::bring_back(source, user_id));
    }
    if !matches!(target, Place::File(_)) && archive::is_used(source)? {
        return Err(archive::needed(None).with("side", "source"));
    }
    Ok(())
}

fn same_schema(source: &mut dyn Session) -> Result<()> {
    let (found, newest) = (schema::version(source)?, schema::newest());
    if found == newest {
        return Ok(());
    }
    if schema::is_unfinished(source)? {
        return Err(Error::invalid("source", "holds a copy that was not completed"));
    }
    let remedy = if found > newest { "use a newer engine" } else { "run `loyalty migrate` on it first" };
    Err(Error::invalid("source", format_args!("has schema {found}, this engine has {newest}: {remedy}")))
}

/// The target database.
struct Target {
    session: Box<dyn Session>,
    /// The name under which the copy records that it is in progress.
    name: String,
}

impl Target {
    /// Opens the target, creates its tables for the number of the source, and keeps engines out of it.
    fn open(options: &Options, number: Option<u8>) -> Result<Self> {
        let mut session = connection::connect(options).map_err(|error| error.with("side", "target"))?;
        let name = format!("copy {:016x}", world::entropy()?.number());
        let is_unfinished = schema::is_unfinished(&mut *session)?;
        if !is_unfinished {
            let found = schema::version(&mut *session)?;
            if found != 0 && found != schema::newest() {
                let newest = schema::newest();
                let message = format!("has schema {found}, this engine has {newest}: use an empty database");
                return Err(Error::invalid("target", message));
            }
            schema::migrate(&mut *session, world::now(), number)?;
        }
        let mut target = Self { session, name };
        target.session.begin(Transaction::Write)?;
        let begun = target.begin(is_unfinished);
        target.finish(begun)?;
        if is_unfinished {
            for table in tables::all()? {
                table.empty(&mut *target.session)?;
            }
        }
        Ok(target)
    }

    /// Records the copy in the transaction that finds the target empty.
    fn begin(&mut self, is_unfinished: bool) -> Result<()> {
        for table in tables::all()?.iter().filter(|_| !is_unfinished) {
            if table.has_rows(&mut *self.session)? {
                let message = format!("must be an empty database, and `{}` has rows", table.name);
                return Err(Error::invalid("target", message));
            }
        }
        schema::begin_copy(&mut *self.session, &self.name, world::now())
    }

    fn finish<T>(&mut self, done: Result<T>) -> Result<T> {
        match done {
            Ok(value) => self.session.commit().map(|()| value),
            Err(error) => {
                self.session.rollback();
                Err(error)
            }
        }
    }

    fn write(&mut self, job: fn(&mut dyn Session, &str, Instant) -> Result<()>) -> Result<()> {
        self.session.begin(Transaction::Write)?;
        let done = job(&mut *self.session, &self.name, world::now());
        self.finish(done)
    }

    fn fill(&mut self, source: &mut dyn Session, progress: &mut dyn FnMut(&str, u64) -> Result<()>) -> Result<Copied> {
        let mut copied = Copied { rows: 0, schema: schema::newest(), tables: Vec::new() };
        for table in tables::all()? {
            let mut fingerprint = table.fingerprint();
            let (mut batch, mut bytes) = (Vec::with_capacity(ROWS_IN_BATCH), 0);
            progress(&table.name, 0)?;
            table.read(source, &mut |record| {
                fingerprint.add(&record);
                bytes += record.size();
                batch.push(record);
                if batch.len() < ROWS_IN_BATCH && bytes < BYTES_IN_BATCH {
                    return Ok(());
                }
                bytes = 0;
                self.write_batch(table, &mut batch)?;
                progress(&table.name, fingerprint.rows())
            })?;
            self.write_batch(table, &mut batch)?;
            progress(&table.name, fingerprint.rows())?;
            copied.rows += fingerprint.rows();
            copied.tables.push(named(table, fingerprint));
        }
        Ok(copied)
    }

    fn write_batch(&mut self, table: &'static Table, batch: &mut Vec<Record>) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        self.session.begin(Transaction::Write)?;
        let session = &mut *self.session;
        let done = schema::continue_copy(session, &self.name, world::now())
            .and_then(|()| batch.iter().try_for_each(|record| table.write(session, record)));
        batch.clear();
        self.finish(done)
    }

    /// Reads the target again and compares.
    fn check(&mut self, copied: &Copied, progress: &mut dyn FnMut(&str, u64) -> Result<()>) -> Result<()> {
        self.session.begin(Transaction::Read)?;
        let checked = self.compare(copied, progress);
        self.session.rollback();
        checked
    }

    fn compare(&mut self, copied: &Copied, progress: &mut dyn FnMut(&str, u64) -> Result<()>) -> Result<()> {
        for (table, expected) in tables::all()?.iter().zip(&copied.tables) {
            progress(&table.name, expected.rows)?;
            let mut fingerprint = table.fingerprint();
            table.read(&mut *self.session, &mut |record| {
                fingerprint.add(&record);
                Ok(())
            })?;
            if named(table, fingerprint) != *expected {
                let message = format!("`{}` is not the same on both sides; the target cannot be used", table.name);
                return Err(Error::unavailable(Fault::CopyDiffers, message).with("table", table.name.as_str()));
            }
        }
        Ok(())
    }
}

fn named(table: &Table, fingerprint: Fingerprint) -> CopiedTable {
    CopiedTable { table: table.name.clone(), rows: fingerprint.rows(), hash: fingerprint.hex() }
}
