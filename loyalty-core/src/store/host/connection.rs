//! What the engine needs from a connection of the host.

use crate::store::Dialect;
use crate::store::session::{Row, SqlParam, TextKey};
use crate::{Error, Result};

/// What the engine needs from a connection of the host.
pub trait Connection {
    /// The kind of database.
    fn dialect(&self) -> Dialect;

    /// Prepares the connection for statements of the engine, and returns whether the host has a transaction open.
    ///
    /// # Errors
    /// `unavailable` when the connection cannot be used; then it is unchanged.
    fn enter(&mut self) -> Result<Standing>;

    /// Restores the connection to its state before.
    fn leave(&mut self);

    /// Whether the transaction that the host believes to be open is open, according to the database's last answer.
    ///
    /// # Errors
    /// `unavailable` when this cannot be determined.
    fn is_inside(&mut self) -> Result<bool>;

    /// Notes that the host's transaction now contains a write of the engine.
    fn note_write(&mut self) {}

    /// Runs a statement, passes on its rows, and returns the number of rows that it changed.
    ///
    /// # Errors
    /// The error of the database, and whatever `each` returns.
    fn run(&mut self, statement: &Statement<'_>, each: Each<'_>) -> std::result::Result<u64, ConnectionFault>;

    /// The number that the database assigned to the row inserted last.
    ///
    /// # Errors
    /// `internal` when there is none.
    fn last_id(&mut self) -> Result<i64>;
}

/// Whether the host has a transaction open, as far as its connection knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has one.
    Inside,
    /// It has none.
    Outside,
    /// The connection does not record it, so the server is asked.
    Unknown,
}

/// What replaces the host's transaction after the server has rolled it back completely, as a deadlock does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AfterDeadlock {
    /// No transaction, and the connection learns this.
    NoTransaction,
    /// An empty, read-only transaction, for a host that rolls back whatever happened.
    EmptyTransaction {
        /// The savepoints in it, for a host that rolls back to one of its own.
        savepoints: Vec<String>,
    },
}

impl AfterDeadlock {
    /// Reads the word for it, and the names of savepoints.
    ///
    /// # Errors
    /// `invalid` for an unknown word, an invalid name, or savepoints without a transaction.
    pub fn parse(word: &str, savepoints: Vec<String>) -> Result<Self> {
        let is_plain = |name: &String| {
            let plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '$');
            (1..=64).contains(&name.len()) && name.chars().all(plain)
        };
        if let Some((place, wrong)) = savepoints.iter().enumerate().find(|(_, name)| !is_plain(name)) {
            let expected = format!("must be 1 to 64 letters, digits, `_` and `$`, got `{wrong}`");
            return Err(Error::invalid(&format!("savepoints[{place}]"), expected));
        }
        match word {
            "empty_transaction" => Ok(Self::EmptyTransaction { savepoints }),
            "no_transaction" if savepoints.is_empty() => Ok(Self::NoTransaction),
            "no_transaction" => {
                let expected = "must be left out unless `after_deadlock` is `empty_transaction`";
                Err(Error::invalid("savepoints", expected))
            }
            other => {
                let expected = format!("must be `no_transaction` or `empty_transaction`, got `{other}`");
                Err(Error::invalid("after_deadlock", expected))
            }
        }
    }
}

/// Receives a row.
pub type Each<'a> = &'a mut dyn FnMut(&dyn Row) -> Result<()>;

/// A statement for a host's connection.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a> {
    /// Its text, with a `?` for each value.
    pub text: &'a str,
    /// The values, in order.
    pub cells: &'a [SqlParam<'a>],
    /// Statements with the same key have the same text, so they can be prepared once.
    pub key: Option<TextKey>,
    /// What it returns.
    pub answers: Answers,
}

/// What a statement returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// No rows.
    Nothing,
    /// One row at most, so none is looked for after the first.
    Row,
    /// Any number of rows.
    Rows,
}

/// Why a statement failed.
#[derive(Debug)]
pub enum ConnectionFault {
    /// The database refused it: SQL's five-character code, its own error number (SQLite's result code, the server's
    /// error) and its message.
    Database {
        /// SQL's code.
        state: String,
        /// The number.
        code: i64,
        /// The message.
        message: String,
    },
    /// Anything else.
    Stopped(Error),
}
