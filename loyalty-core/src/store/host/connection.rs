//! What is asked of a connection that is the host's.

use crate::store::Dialect;
use crate::store::session::{Cell, Row, TextKey};
use crate::{Error, Result};

/// What the engine asks of a connection that is the host's.
pub trait Connection {
    /// The kind of database.
    fn dialect(&self) -> Dialect;

    /// Makes the connection ready for statements of the engine, and says whether the host has a transaction open.
    ///
    /// # Errors
    /// `unavailable` when the connection cannot be used; then it is as it was.
    fn enter(&mut self) -> Result<Standing>;

    /// Gives the connection back as it was.
    fn leave(&mut self);

    /// Whether the transaction that the host believes open is open, as the database said with its last answer.
    ///
    /// # Errors
    /// `unavailable` when it cannot be known.
    fn is_inside(&mut self) -> Result<bool>;

    /// Notes that the transaction of the host's now holds a write of the engine's.
    fn note_write(&mut self) {}

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

/// Whether the host has a transaction open, as its connection knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has.
    Inside,
    /// It has none.
    Outside,
    /// The connection keeps no note of it, so the server is asked.
    Unknown,
}

/// What stands on the host's connection after the server has undone its whole transaction, as a deadlock does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AfterDeadlock {
    /// No transaction, which the connection learns.
    NoTransaction,
    /// A transaction that is empty and only reads, for a host that rolls back whatever has happened.
    EmptyTransaction {
        /// The savepoints in it, for a host that rolls back to one of its own.
        savepoints: Vec<String>,
    },
}

impl AfterDeadlock {
    /// Reads the word for it, and the names of savepoints.
    ///
    /// # Errors
    /// `invalid` for another word, a name that is none, and savepoints without a transaction.
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

/// Takes a row.
pub type Each<'a> = &'a mut dyn FnMut(&dyn Row) -> Result<()>;

/// A statement for a host's connection.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a> {
    /// Its text, with a `?` for each value.
    pub text: &'a str,
    /// The values, in order.
    pub cells: &'a [Cell<'a>],
    /// Statements with the same key have the same text, so that they can be prepared once.
    pub key: Option<TextKey>,
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
