//! The embedded store: SQLite with a write-ahead log, a gate before writers, and a sync that they share.

mod archive;
mod fence;
mod folder;
mod gate;
mod place;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement};
use self_cell::self_cell;

use self::fence::Fence;
use self::gate::Gate;
use super::session::{Row, Session, SqlParam, TextKey, Transaction};
use super::{Dialect, Durability, schema, sqlite_code};
use crate::{Error, Fault, Result};

/// Pages after which a commit copies the log into the file: 8 000 of 4 KiB.
const CHECKPOINT_PAGES: u32 = 8_000;

/// A connection to a SQLite file.
pub struct Sqlite {
    connection: Prepared,
    durability: Durability,
    file: Option<File>,
    writing: bool,
    has_archive: bool,
}

/// The version of the compiled-in SQLite.
#[must_use]
pub fn version() -> &'static str {
    rusqlite::version()
}

/// What a database in a file has, and one in memory has not.
struct File {
    gate: Gate,
    fence: Fence,
}

/// Statements by the address of their text: each is prepared once and kept.
type Slots<'a> = std::cell::RefCell<BTreeMap<TextKey, Statement<'a>>>;

self_cell!(
    struct Prepared {
        owner: Connection,
        #[not_covariant]
        dependent: Slots,
    }
);

impl Sqlite {
    /// Opens a database file, or one in memory for the path `:memory:`.
    ///
    /// # Errors
    /// `unavailable` when the file cannot be opened, or when another copy of SQLite in this process has it open.
    pub fn open(path: &Path, durability: Durability, busy_timeout: Duration) -> Result<Self> {
        if path == Path::new(":memory:") {
            let connection = connect(path, busy_timeout)?;
            configure(&connection, durability)?;
            return Ok(Self::new(connection, durability, None));
        }
        // A later change of the working folder does not change which file is meant.
        let named = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let path = &place::resolved(&named)?;
        let mut fence = Fence::reserve(path, named)?;
        let mut gate = Gate::open(path, busy_timeout)?;
        let connection = connect(path, busy_timeout)?;
        if !logs(&connection)? {
            // A new file is switched to the log under a lock on which SQLite does not wait: two processes that open it
            // at the same time would find it busy, so they queue. A file that already has its log can be opened even if
            // a writer is stopped.
            gate.enter()?;
            let switched = connection.pragma_update(None, "journal_mode", "WAL");
            gate.leave();
            switched.map_err(|error| store_error(&error))?;
        }
        configure(&connection, durability)?;
        // The file that SQLite has opened must be the one that was reserved.
        fence.check_path()?;
        fence.find_log();
        Ok(Self::new(connection, durability, Some(File { gate, fence })))
    }

    fn new(connection: Connection, durability: Durability, file: Option<File>) -> Self {
        let connection = Prepared::new(connection, |_| Slots::default());
        Self { connection, durability, file, writing: false, has_archive: false }
    }

    /// Runs `job` with the kept statement for `sql`.
    fn with<T>(&self, sql: &'static str, job: impl FnOnce(&mut Statement<'_>) -> Result<T>) -> Result<T> {
        self.connection.with_dependent(|connection, slots| {
            let mut slots = slots.borrow_mut();
            let slot = match slots.entry(TextKey::of(sql)) {
                std::collections::btree_map::Entry::Occupied(held) => held.into_mut(),
                std::collections::btree_map::Entry::Vacant(free) => {
                    free.insert(connection.prepare(sql).map_err(|error| store_error(&error))?)
                }
            };
            job(slot)
        })
    }

    fn run(&self, sql: &'static str, cells: &[SqlParam<'_>]) -> Result<u64> {
        self.with(sql, |statement| {
            bind(statement, cells)?;
            let rows = statement.raw_execute().map_err(|error| store_error(&error))?;
            Ok(rows as u64)
        })
    }

    /// Prepares for closing a connection whose locks are gone.
    ///
    /// When the last connection closes, SQLite copies the log into the file and deletes it. This connection's log may
    /// no longer belong to the file, so neither must happen.
    ///
    /// If the file was moved away, its log is moved with it first: the file in its place would read the log as its own.
    fn give_up(&self) {
        let connection = self.connection.borrow_owner();
        if let Some(file) = self.file.as_ref().filter(|file| file.fence.leaves_log_behind()) {
            if !connection.is_autocommit() {
                drop(self.run("ROLLBACK", &[]));
            }
            let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
            if busy.is_ok_and(|busy| busy == 0) {
                file.fence.remove_log();
            }
        }
        // If this fails, SQLite's own checks of its locks remain, as before.
        drop(connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true));
    }

    /// Attaches the archive of the database.
    ///
    /// # Errors
    /// `unavailable` when there is no such file, or it is the archive of another database.
    pub fn attach(&mut self, path: &Path) -> Result<()> {
        if !path.is_file() {
            let message = format!("there is no archive `{}`: `loyalty archive` makes it", path.display());
            return Err(Error::unavailable(Fault::DatabaseUnopened, message));
        }
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let path = path.to_str().ok_or_else(|| Error::invalid("archive", "must be a path in UTF-8"))?;
        let found = archive::attach(self.connection.borrow_owner(), path).map_err(|error| store_error(&error))?;
        let newest = schema::newest();
        let message = match found {
            Some(found) if found == newest => {
                self.has_archive = true;
                return Ok(());
            }
            Some(found) => format!("`{path}` has schema {found}, this engine has {newest}: run `loyalty migrate`"),
            None => format!("`{path}` is not the archive of this database"),
        };
        Err(Error::unavailable(Fault::ArchiveForeign, message))
    }

    fn end_write(&mut self) {
        self.writing = false;
        if let Some(file) = &mut self.file {
            file.gate.leave();
        }
    }
}

fn bind(statement: &mut Statement<'_>, cells: &[SqlParam<'_>]) -> Result<()> {
    for (index, cell) in cells.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, cell).map_err(|error| store_error(&error))?;
    }
    Ok(())
}

fn connect(path: &Path, busy_timeout: Duration) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| cannot_open(path, &error))?;
    connection.busy_timeout(busy_timeout).map_err(|error| store_error(&error))?;
    // SQLite opens the file at the first statement.
    match connection.pragma_query(None, "schema_version", |_| Ok(())) {
        Ok(()) => Ok(connection),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::CannotOpen) => Err(cannot_open(path, &error)),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            let message = format!("`{}` is not a SQLite database, or is encrypted or damaged", path.display());
            Err(Error::unavailable(Fault::DatabaseCorrupt, message))
        }
        Err(error) => Err(store_error(&error)),
    }
}

/// Whether the file has a write-ahead log already.
fn logs(connection: &Connection) -> Result<bool> {
    connection
        .pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0))
        .map(|mode| mode == "wal")
        .map_err(|error| store_error(&error))
}

fn configure(connection: &Connection, durability: Durability) -> Result<()> {
    let synchronous = match durability {
        Durability::Full => "FULL",
        // The log is synced after the gate is left and before the answer is returned.
        Durability::Shared => "NORMAL",
        Durability::Relaxed => "NORMAL",
    };
    connection
        .pragma_update(None, "synchronous", synchronous)
        .and_then(|()| connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES))
        .and_then(|()| connection.pragma_update(None, "trusted_schema", "OFF"))
        .map_err(|error| store_error(&error))
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn cannot_open(path: &Path, error: &rusqlite::Error) -> Error {
    let message =
        format!("cannot open the database `{}`: {error}; its folder must exist and be writable", path.display());
    Error::unavailable(Fault::DatabaseUnopened, message)
}

fn store_error(error: &rusqlite::Error) -> Error {
    let rusqlite::Error::SqliteFailure(failure, _) = error else {
        return Error::unavailable(Fault::DatabaseError, error);
    };
    sqlite_code::error(i64::from(failure.extended_code), error)
}

impl ToSql for SqlParam<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

struct SqliteRow<'a>(&'a rusqlite::Row<'a>);

impl SqliteRow<'_> {
    fn get(&self, column: usize) -> Result<ValueRef<'_>> {
        self.0.get_ref(column).map_err(Error::internal)
    }
}

impl Row for SqliteRow<'_> {
    fn int(&self, column: usize) -> Result<Option<i64>> {
        self.get(column)?.as_i64_or_null().map_err(Error::damaged)
    }

    fn text(&self, column: usize) -> Result<Option<&str>> {
        self.get(column)?.as_str_or_null().map_err(Error::damaged)
    }

    fn blob(&self, column: usize) -> Result<Option<&[u8]>> {
        self.get(column)?.as_blob_or_null().map_err(Error::damaged)
    }
}

impl Session for Sqlite {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn begin(&mut self, transaction: Transaction) -> Result<()> {
        if !self.connection.borrow_owner().is_autocommit() {
            self.rollback();
        }
        if transaction == Transaction::Read {
            self.glance()?;
            return self.run("BEGIN DEFERRED", &[]).map(drop);
        }
        if let Some(file) = &mut self.file {
            file.gate.enter()?;
        }
        self.writing = true;
        let begun = self.run("BEGIN IMMEDIATE", &[]).map(drop);
        if begun.is_err() {
            self.end_write();
        }
        begun
    }

    fn glance(&mut self) -> Result<bool> {
        if !self.connection.borrow_owner().is_autocommit() {
            self.rollback();
        }
        if let Some(file) = &mut self.file
            && let Err(lost) = file.fence.check_log()
        {
            self.give_up();
            return Err(lost);
        }
        Ok(true)
    }

    fn commit(&mut self) -> Result<()> {
        if !self.writing {
            return self.run("COMMIT", &[]).map(drop);
        }
        let committed = match self.file.as_mut().map_or(Ok(()), |file| file.fence.check()) {
            Ok(()) => Ok(()),
            Err(lost) => {
                if !lost.rescues {
                    self.give_up();
                }
                Err(lost.error)
            }
        };
        let committed = committed.and_then(|()| self.run("COMMIT", &[]).map(drop));
        if let Err(error) = committed {
            self.rollback();
            return Err(error);
        }
        self.end_write();
        match (&mut self.file, self.durability) {
            (Some(file), Durability::Shared) => file.fence.sync_log(),
            _ => Ok(()),
        }
    }

    fn rollback(&mut self) {
        if !self.connection.borrow_owner().is_autocommit() {
            // SQLite may have rolled back by itself; a failure here needs no action.
            drop(self.run("ROLLBACK", &[]));
        }
        self.end_write();
    }

    fn savepoint(&mut self) -> Result<()> {
        self.run("SAVEPOINT loyalty", &[]).map(drop)
    }

    fn back_to_savepoint(&mut self) -> Result<()> {
        self.run("ROLLBACK TO loyalty", &[]).map(drop)
    }

    fn execute(&mut self, sql: &'static str, cells: &[SqlParam<'_>]) -> Result<u64> {
        self.run(sql, cells)
    }

    fn insert(&mut self, sql: &'static str, cells: &[SqlParam<'_>]) -> Result<i64> {
        self.run(sql, cells)?;
        Ok(self.connection.borrow_owner().last_insert_rowid())
    }

    fn query(
        &mut self,
        sql: &'static str,
        cells: &[SqlParam<'_>],
        each: &mut dyn FnMut(&dyn Row) -> Result<()>,
    ) -> Result<()> {
        self.with(sql, |statement| {
            bind(statement, cells)?;
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().map_err(|error| store_error(&error))? {
                each(&SqliteRow(row))?;
            }
            Ok(())
        })
    }

    fn sync(&mut self) -> Result<()> {
        match (&mut self.file, self.durability) {
            (Some(file), Durability::Shared | Durability::Relaxed) => file.fence.sync_log(),
            _ => Ok(()),
        }
    }

    fn has_archive(&self) -> bool {
        self.has_archive
    }

    fn flush(&mut self) -> Result<()> {
        self.connection.borrow_owner().cache_flush().map_err(|error| store_error(&error))
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        self.connection.borrow_owner().execute_batch(sql).map_err(|error| store_error(&error))
    }

    fn facts(&mut self) -> Result<Vec<(&'static str, String)>> {
        let connection = self.connection.borrow_owner();
        let pragma = |name: &str| -> Result<String> {
            let value = connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
            Ok(match value.map_err(|error| store_error(&error))? {
                rusqlite::types::Value::Integer(number) => number.to_string(),
                rusqlite::types::Value::Text(text) => text,
                other => format!("{other:?}"),
            })
        };
        Ok(vec![
            ("engine", format!("SQLite {}", rusqlite::version())),
            ("journal_mode", pragma("journal_mode")?),
            ("durability", self.durability.word().to_owned()),
            ("pages", pragma("page_count")?),
            ("page_size", pragma("page_size")?),
        ])
    }
}
