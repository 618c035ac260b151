//! What the engine asks of a database connection, and nothing more.

use super::Dialect;
use crate::{Error, Result};

/// Which of the engine's own texts a statement is: where the text stands, and how long it is, since one may be the
/// beginning of another and stand in the same place.
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
pub enum Cell<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl Cell<'_> {
    /// An optional number.
    #[must_use]
    pub fn int(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Int)
    }
}

impl<'a> Cell<'a> {
    /// An optional text.
    #[must_use]
    pub fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
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
}

/// A connection to a database. After an error inside a transaction, the transaction is only good for rolling back.
pub trait Session {
    /// The words of SQL that differ.
    fn dialect(&self) -> Dialect;

    /// What stands before the names of the engine's tables; mostly nothing.
    fn prefix(&self) -> &str {
        ""
    }

    /// Begins a transaction. A transaction left open by a panic is rolled back first.
    ///
    /// # Errors
    /// `unavailable` when the database is busy for too long or out of reach.
    fn begin(&mut self, transaction: Transaction) -> Result<()>;

    /// Commits. When it returns, a write is as durable as the settings promise.
    ///
    /// # Errors
    /// `unavailable` when it did not commit.
    fn commit(&mut self) -> Result<()>;

    /// Rolls back; there is nothing to do about a failure of that.
    fn rollback(&mut self);

    /// Marks a point inside a write to go back to.
    ///
    /// # Errors
    /// `unavailable` when the database fails.
    fn savepoint(&mut self) -> Result<()>;

    /// Goes back to the mark.
    ///
    /// # Errors
    /// `unavailable` when the database fails.
    fn back_to_savepoint(&mut self) -> Result<()>;

    /// Runs a statement and returns the number of rows it matched.
    ///
    /// # Errors
    /// `unavailable` when the database fails, `internal` when a constraint does.
    fn execute(&mut self, sql: &'static str, cells: &[Cell<'_>]) -> Result<u64>;

    /// Runs an insert and returns the number that the database gave the row.
    ///
    /// # Errors
    /// As [`Session::execute`].
    fn insert(&mut self, sql: &'static str, cells: &[Cell<'_>]) -> Result<i64>;

    /// Runs a statement that must match exactly one row. A driver may send it together with what follows.
    ///
    /// # Errors
    /// `internal` when it matched another number of rows; perhaps later, from a statement that follows or the commit.
    fn execute_one(&mut self, sql: &'static str, cells: &[Cell<'_>]) -> Result<()> {
        match self.execute(sql, cells)? {
            1 => Ok(()),
            rows => Err(wrong_count(rows)),
        }
    }

    /// Runs a statement of which only a failure matters. A driver may send it together with what follows.
    ///
    /// # Errors
    /// As [`Session::execute`], perhaps later.
    fn execute_soon(&mut self, sql: &'static str) -> Result<()> {
        self.execute(sql, &[]).map(drop)
    }

    /// Runs a query and hands each row over.
    ///
    /// # Errors
    /// As [`Session::execute`], and whatever `each` returns.
    fn query(
        &mut self,
        sql: &'static str,
        cells: &[Cell<'_>],
        each: &mut dyn FnMut(&dyn Row) -> Result<()>,
    ) -> Result<()>;

    /// Brings what the transaction has written so far to the place where its commit would have to bring it.
    ///
    /// # Errors
    /// `unavailable` when there is no room, or it cannot be written.
    fn flush(&mut self) -> Result<()> {
        Ok(())
    }

    /// Says that the next query is the last of a read: a driver may end the transaction with it.
    fn ends_with_next(&mut self) {}

    /// Keeps other processes from changing the schema until [`Session::release_schema`].
    ///
    /// # Errors
    /// `unavailable` when another keeps it for too long.
    fn hold_schema(&mut self) -> Result<()> {
        Ok(())
    }

    /// Lets others change the schema.
    fn release_schema(&mut self) {}

    /// Whether a commit whose answer was lost may have happened.
    fn may_lose_answers(&self) -> bool {
        false
    }

    /// Whether writers wait for each other row by row, so that the same call may be answered while this one waits.
    fn waits_by_row(&self) -> bool {
        self.dialect() == Dialect::MySql
    }

    /// Whether the open transaction is one of the host's, who may undo it later with all that the engine did in it.
    fn is_guest(&self) -> bool {
        false
    }

    /// Makes sure of what a write has not found, where the host's transaction may show the past.
    ///
    /// # Errors
    /// `unavailable` when it is there; and as [`Session::execute`].
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
    /// The first row of a query, made into something.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub fn first<T>(
        &mut self,
        sql: &'static str,
        cells: &[Cell<'_>],
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

    /// All rows of a query, each made into something.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub fn all<T>(
        &mut self,
        sql: &'static str,
        cells: &[Cell<'_>],
        make: impl Fn(&mut Columns<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.query(sql, cells, &mut |row| {
            rows.push(make(&mut Columns::of(row)).map_err(Error::of_stored)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// Begins a step of a write: what follows can be undone without the rest.
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

/// A statement for one row that matched another number of them.
pub(super) fn wrong_count(rows: u64) -> Error {
    Error::internal(format_args!("a statement for one row matched {rows}"))
}
