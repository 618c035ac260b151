//! What is asked of a connection that is the host's.

use crate::store::Dialect;
use crate::store::session::{Cell, Row};
use crate::{Error, Result};

/// What the engine asks of a connection that is the host's.
pub trait Connection {
    /// The kind of database.
    fn dialect(&self) -> Dialect;

    /// Makes the connection ready for statements of the engine, and says whether the host has a transaction open.
    ///
    /// # Errors
    /// `unavailable` when the connection cannot be used; then it is as it was.
    fn enter(&mut self) -> Result<bool>;

    /// Gives the connection back as it was.
    fn leave(&mut self);

    /// Whether the transaction that the host believes open is open, as the database said with its last answer.
    ///
    /// # Errors
    /// `unavailable` when it cannot be known.
    fn is_inside(&mut self) -> Result<bool>;

    /// Runs a statement, hands over its rows, and returns the number of rows that it changed.
    ///
    /// # Errors
    /// What the database says, and whatever `each` returns.
    fn run(&mut self, statement: &Statement<'_>, each: Each<'_>) -> std::result::Result<u64, Fault>;

    /// The number that the database gave the row inserted last.
    ///
    /// # Errors
    /// `internal` when there is none.
    fn last_id(&mut self) -> Result<i64>;
}

/// Takes a row.
pub type Each<'a> = &'a mut dyn FnMut(&dyn Row) -> Result<()>;

/// A statement for a host's connection.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a> {
    /// Its text, with a `?` for each value.
    pub text: &'a str,
    /// The values, in order.
    pub cells: &'a [Cell<'a>],
    /// Statements with the same number have the same text, so that they can be prepared once.
    pub number: Option<usize>,
    /// Whether it answers with rows.
    pub answers: bool,
}

/// Why a statement failed.
#[derive(Debug)]
pub enum Fault {
    /// The database refused it: SQL's code of five signs, its own number of the error (SQLite's result code, the
    /// server's error) and words.
    Database {
        /// SQL's code.
        state: String,
        /// The number.
        code: i64,
        /// The words.
        message: String,
    },
    /// Anything else.
    Stopped(Error),
}
