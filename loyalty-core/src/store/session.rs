//! What the engine needs from a database connection, and nothing more.

use super::Dialect;
use crate::{Error, Result};

/// Identifies one of the engine's own statement texts by its address and length: one text may be the beginning of
/// another and share its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextKey(usize, usize);

impl TextKey {
    /// The key of a text.
    #[must_use]
    pub fn of(sql: &'static str) -> Self {
        Self(sql.as_ptr() as usize, sql.len())
    }
}

/// What a transaction will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transaction {
    /// Read from one snapshot.
    Read,
    /// Read and write; other writers of the same rows wait.
    Write,
}

/// A value that goes into a statement.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the types of SQL")]
pub enum SqlParam<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl SqlParam<'_> {
    /// An optional number.
    #[must_use]
    pub fn int(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Int)
    }
}

impl<'a> SqlParam<'a> {
    /// An optional text.
    #[must_use]
    pub fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }

    /// Optional bytes.
    #[must_use]
    pub fn blob(bytes: Option<&'a [u8]>) -> Self {
        bytes.map_or(Self::Null, Self::Blob)
    }
}

/// A row of an answer; columns count from 0.
pub trait Row {
    /// The number in a column, if it is not null.
    ///
    /// # Errors
    /// `unavailable` when the column holds something else.
    fn int(&self, column: usize) -> Result<Option<i64>>;
    /// The text in a column, if it is not null.
    ///
    /// # Errors
    /// `unavailable` when the column holds something else.
    fn text(&self, column: usize) -> Result<Option<&str>>;
    /// The bytes in a column, if it is not null.
    ///
    /// # Errors
    /// `unavailable` when the column holds something else.
    fn blob(&self, column: usize) -> Result<Option<&[u8]>>;
}

/// Reads the columns of a row from left to right.
pub struct Columns<'a> {
    row: &'a dyn Row,
    next: usize,
}

impl<'a> Columns<'a> {
    /// Starts at the first column.
    pub fn of(row: &'a dyn Row) -> Self {
        Self { row, next: 0 }
    }

    fn step(&mut self) -> usize {
        let column = self.next;
        self.next = column.saturating_add(1);
        column
    }

    fn null(column: usize) -> Error {
        Error::damaged(format_args!("column {column} is null"))
    }

    /// The next number.
    ///
    /// # Errors
    /// `unavailable` when it is null or something else.
    pub fn int(&mut self) -> Result<i64> {
        let column = self.step();
        self.row.int(column)?.ok_or_else(|| Self::null(column))
    }

    /// The next number, if it is not null.
    ///
    /// # Errors
    /// `unavailable` when it is something else.
    pub fn opt_int(&mut self) -> Result<Option<i64>> {
        let column = self.step();
        self.row.int(column)
    }

    /// The next text.
    ///
    /// # Errors
    /// `unavailable` when it is null or something else.
    pub fn text(&mut self) -> Result<&'a str> {
        let column = self.step();
        self.row.text(column)?.ok_or_else(|| Self::null(column))
    }

    /// The next text, if it is not null.
    ///
    /// # Errors
    /// `unavailable` when it is something else.
    pub fn opt_text(&mut self) -> Result<Option<&'a str>> {
        let column = self.step();
        self.row.text(column)
    }

    /// The next bytes.
    ///
    /// # Errors
    /// `unavailable` when they are null or something else.
    pub fn blob(&mut self) -> Result<&'a [u8]> {
        let column = self.step();
        self.row.blob(column)?.ok_or_else(|| Self::null(column))
    }

    /// The next bytes, if they are not null.
    ///
    /// # Errors
    /// `unavailable` when they are something else.
    pub fn opt_blob(&mut self) -> Result<Option<&'a [u8]>> {
        let column = self.step();
        self.row.blob(column)
    }
}

/// A connection to a database. After an error inside a transaction, the transaction can only be rolled back.
pub trait Session {
    /// The SQL words that differ between databases.
    fn dialect(&self) -> Dialect;

    /// The prefix of the engine's table names; usually empty.
    fn prefix(&self) -> &str {
        ""
    }

    /// Begins a transaction. A transaction left open by a panic is rolled back first.
    ///
    /// # Errors
    /// `unavailable` when the database is busy for too long or cannot be reached.
    fn begin(&mut self, transaction: Transaction) -> Result<()>;

    /// Commits. When it returns, a write is as durable as the settings promise.
    ///
    /// # Errors
    /// `unavailable` when it did not commit.
    fn commit(&mut self) -> Result<()>;

    /// Rolls back; a failure of the rollback needs no action.
    fn rollback(&mut self);

    /// Marks a point inside a write to return to.
    ///
    /// # Errors
    /// `unavailable` when the database fails.
    fn savepoint(&mut self) -> Result<()>;

    /// Returns to the mark.
    ///
    /// # Errors
    /// `unavailable` when the database fails.
    fn back_to_savepoint(&mut self) -> Result<()>;

    /// Runs a statement and returns the number of rows that it matched.
    ///
    /// # Errors
    /// `unavailable` when the database fails, `internal` when a constraint does.
    fn execute(&mut self, sql: &'static str, cells: &[SqlParam<'_>]) -> Result<u64>;

    /// Runs an insert and returns the number that the database assigned to the row.
    ///
    /// # Errors
    /// As [`Session::execute`].
    fn insert(&mut self, sql: &'static str, cells: &[SqlParam<'_>]) -> Result<i64>;

    /// Runs a statement that must match exactly one row. A driver may send it together with later statements.
    ///
    /// # Errors
    /// `internal` when it matched another number of rows; perhaps reported later, by a later statement or the commit.
    fn execute_one(&mut self, sql: &'static str, cells: &[SqlParam<'_>]) -> Result<()> {
        match self.execute(sql, cells)? {
            1 => Ok(()),
            rows => Err(wrong_count(rows)),
        }
    }

    /// Runs a statement whose result does not matter unless it fails. A driver may send it together with later
    /// statements.
    ///
    /// # Errors
    /// As [`Session::execute`], perhaps reported later.
    fn execute_soon(&mut self, sql: &'static str) -> Result<()> {
        self.execute(sql, &[]).map(drop)
    }

    /// Runs a query and passes on each row.
    ///
    /// # Errors
    /// As [`Session::execute`], and whatever `each` returns.
    fn query(
        &mut self,
        sql: &'static str,
        cells: &[SqlParam<'_>],
        each: &mut dyn FnMut(&dyn Row) -> Result<()>,
    ) -> Result<()>;

    /// Writes what the transaction has written so far to the place where its commit would have to write it.
    ///
    /// # Errors
    /// `unavailable` when there is no room, or writing fails.
    fn flush(&mut self) -> Result<()> {
        Ok(())
    }

    /// Gets ready for a single query outside any transaction. Returns whether the connection can do that.
    ///
    /// # Errors
    /// `unavailable` when the database is gone.
    fn glance(&mut self) -> Result<bool> {
        Ok(false)
    }

    /// Announces that the next query is the last of a read: a driver may end the transaction with it.
    fn ends_with_next(&mut self) {}

    /// Keeps other processes from changing the schema until [`Session::release_schema`].
    ///
    /// # Errors
    /// `unavailable` when another process holds it for too long.
    fn hold_schema(&mut self) -> Result<()> {
        Ok(())
    }

    /// Lets other processes change the schema.
    fn release_schema(&mut self) {}

    /// Brings what others have committed to the disk: what is read now and shown to the outside must not be lost.
    ///
    /// # Errors
    /// `unavailable` when the disk fails.
    fn sync(&mut self) -> Result<()> {
        Ok(())
    }

    /// Whether the archive of the database is attached.
    fn has_archive(&self) -> bool {
        false
    }

    /// Whether a commit whose answer was lost may have happened.
    fn may_lose_answers(&self) -> bool {
        false
    }

    /// Whether writers wait for each other row by row, so that the same call may be answered while this one waits.
    fn waits_by_row(&self) -> bool {
        self.dialect() == Dialect::MySql
    }

    /// Whether the session is inside the host's transaction; the host may later roll it back with everything that the
    /// engine did in it.
    fn is_guest(&self) -> bool {
        false
    }

    /// Confirms that rows a write did not find are missing, when the host's transaction may read an old snapshot.
    ///
    /// # Errors
    /// `unavailable` when such a row exists; and as [`Session::execute`].
    fn confirm_missing(&mut self) -> Result<()> {
        Ok(())
    }

    /// Runs several statements without parameters, for migrations.
    ///
    /// # Errors
    /// As [`Session::execute`].
    fn script(&mut self, sql: &str) -> Result<()>;

    /// Facts for `health`: name and value.
    ///
    /// # Errors
    /// `unavailable` when the database fails.
    fn facts(&mut self) -> Result<Vec<(&'static str, String)>>;
}

impl dyn Session + '_ {
    /// The first row of a query, converted.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub fn first<T>(
        &mut self,
        sql: &'static str,
        cells: &[SqlParam<'_>],
        make: impl Fn(&mut Columns<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut found = None;
        self.query(sql, cells, &mut |row| {
            if found.is_none() {
                found = Some(make(&mut Columns::of(row)).map_err(Error::of_stored)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// All rows of a query, each converted.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub fn all<T>(
        &mut self,
        sql: &'static str,
        cells: &[SqlParam<'_>],
        make: impl Fn(&mut Columns<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.query(sql, cells, &mut |row| {
            rows.push(make(&mut Columns::of(row)).map_err(Error::of_stored)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// Begins a step of a write: what follows can be undone separately.
    ///
    /// # Errors
    /// `unavailable` when the database fails.
    pub fn begin_step(&mut self) -> Result<()> {
        self.execute_soon("SAVEPOINT loyalty_step")
    }

    /// Ends a step; what it did is part of the write.
    ///
    /// # Errors
    /// `unavailable` when the database fails.
    pub fn end_step(&mut self) -> Result<()> {
        self.execute_soon("RELEASE SAVEPOINT loyalty_step")
    }

    /// Undoes a step.
    ///
    /// # Errors
    /// `unavailable` when the database fails.
    pub fn undo_step(&mut self) -> Result<()> {
        self.execute_soon("ROLLBACK TO SAVEPOINT loyalty_step")?;
        self.end_step()
    }
}

/// A statement for one row that matched another number of rows.
pub(super) fn wrong_count(rows: u64) -> Error {
    Error::internal(format_args!("a statement for one row matched {rows}"))
}
