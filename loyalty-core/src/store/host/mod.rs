//! The host's own connection: statements of the engine run beside those of the page, inside its transactions.
//!
//! When the host has a transaction open, a write of the engine is a savepoint inside the host's transaction: if it
//! fails, it alone is undone, and only the host can commit it. Otherwise it is a transaction of its own.
//!
//! The host decides the isolation. On a server, a transaction may read an old snapshot, so a write inside the host's
//! transaction reads with locks, which return the current rows. A look-up by a whole key first reads without a lock,
//! because a lock on the place of a missing row would make writers of other rows wait for each other. A row that was
//! not found in this way, and that the call itself does not insert, is looked up again with a lock before the answer is
//! final.

mod connection;
mod missed;
mod session;
mod settings;
mod undone;
mod words;

use std::collections::BTreeMap;
use std::rc::Rc;

pub use self::connection::{AfterDeadlock, Answers, Connection, ConnectionFault, Each, Standing, Statement};
use self::missed::Missed;
use self::undone::undone;
use self::words::sqlite_error;
use super::address::prefix;
use super::literals::inline_literals;
use super::server::{self, schema_lock, unknown_outcome};
pub use super::session::TextKey;
use super::session::{Row, Session as _, SqlParam, Transaction};
use super::{Dialect, Translated};
use crate::{Error, Fault, Kind, Result};

/// The server's code for a row whose key already exists.
const DUPLICATE: i64 = 1062;
/// The code for a transaction that the server has rolled back completely, because of a deadlock or another node's
/// write.
const ROLLED_BACK: i64 = 1213;
/// The server's code for "a transaction is in progress"; SQLite has only a message for it.
const IN_TRANSACTION: i64 = 1568;

/// The code for a connection whose last results have not all been read; the server is not asked.
const OUT_OF_STEP: i64 = 2014;

/// Who owns the open transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Read {
        guest: bool,
    },
    Write {
        guest: bool,
        /// Whether the savepoint is set; on a server, a schema change removes it.
        marked: bool,
    },
    /// The database has rolled back the host's transaction: any further statement would be committed at once.
    Undone,
}

/// A session on a connection of the host.
pub struct Host<C: Connection> {
    connection: C,
    prefix: String,
    /// Statements by the address of their text, translated once.
    known: BTreeMap<TextKey, Rc<Translated>>,
    inside: Inside,
    missed: Missed,
    /// The statement that restores the settings that the host has changed.
    back: Option<String>,
    after_deadlock: AfterDeadlock,
    /// Whether the next query stands alone and finds one row: no setting of the host matters to it.
    glances: bool,
    /// Whether an empty transaction replaced one that the server had rolled back.
    stood_in: bool,
}

impl<C: Connection> Host<C> {
    /// A session whose table names begin with a prefix, which is usually empty.
    ///
    /// # Errors
    /// `invalid` for a prefix that is not a word.
    pub fn on(connection: C, tables: &str, after_deadlock: AfterDeadlock) -> Result<Self> {
        let prefix = prefix(tables).map_err(|rule| Error::invalid("prefix", format_args!("{rule}, got `{tables}`")))?;
        Ok(Self {
            connection,
            prefix,
            known: BTreeMap::new(),
            inside: Inside::Nothing,
            missed: Missed::default(),
            back: None,
            after_deadlock,
            glances: false,
            stood_in: false,
        })
    }

    fn is_server(&self) -> bool {
        self.connection.dialect() == Dialect::MySql
    }

    fn guest(&self) -> bool {
        matches!(self.inside, Inside::Read { guest: true } | Inside::Write { guest: true, .. })
    }

    /// Runs a statement of the engine without values.
    fn say(&mut self, text: &str) -> std::result::Result<(), ConnectionFault> {
        let statement = Statement { text, cells: &[], key: None, answers: Answers::Nothing };
        self.connection.run(&statement, &mut |_| Ok(())).map(drop)
    }

    /// Runs one of the statements around a call, which SQLite then keeps prepared. A server gets it as text.
    fn say_again(&mut self, text: &'static str) -> std::result::Result<(), ConnectionFault> {
        let key = Some(TextKey::of(text)).filter(|_| !self.is_server());
        let statement = Statement { text, cells: &[], key, answers: Answers::Nothing };
        self.connection.run(&statement, &mut |_| Ok(())).map(drop)
    }

    fn begin_inside(
        &mut self,
        transaction: Transaction,
        standing: Standing,
    ) -> std::result::Result<(), ConnectionFault> {
        self.inside = of_host(transaction, standing == Standing::Inside);
        let asked = self.lend_settings()?;
        let guest = standing == Standing::Inside || (standing == Standing::Unknown && asked == Standing::Inside);
        if guest {
            return self.join(transaction);
        }
        let words: &[&'static str] = match (self.connection.dialect(), transaction) {
            (Dialect::Sqlite, Transaction::Read) => &["BEGIN"],
            (Dialect::Sqlite, Transaction::Write) => &["BEGIN IMMEDIATE"],
            (Dialect::MySql, Transaction::Read) => &[
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
            ],
            (Dialect::MySql, Transaction::Write) => {
                &["SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "START TRANSACTION READ WRITE"]
            }
        };
        for words in words {
            match self.say_again(words) {
                // The host began the transaction with its own statement, which its connection does not know about.
                Err(ConnectionFault::Database { code, message, .. })
                    if code == IN_TRANSACTION || message.contains("within a transaction") =>
                {
                    return self.join(transaction);
                }
                done => done?,
            }
        }
        if transaction == Transaction::Write && self.is_server() { self.mark(false) } else { Ok(()) }
    }

    /// Continues inside the host's transaction.
    fn join(&mut self, transaction: Transaction) -> std::result::Result<(), ConnectionFault> {
        self.inside = of_host(transaction, true);
        self.refuse_stand_in()?;
        if transaction == Transaction::Write { self.mark(true) } else { Ok(()) }
    }

    /// Sets the savepoint that undoes only this call; on a server, its release proves that the transaction still
    /// exists.
    fn mark(&mut self, guest: bool) -> std::result::Result<(), ConnectionFault> {
        // Set before the statement runs: if something stops the call after the statement, there is a savepoint to
        // remove.
        self.inside = Inside::Write { guest, marked: true };
        let said = self.say_again("SAVEPOINT loyalty_call");
        if matches!(said, Err(ConnectionFault::Database { .. })) {
            self.inside = Inside::Write { guest, marked: false };
        }
        said?;
        // The host may believe in a transaction that a deadlock has ended. The failed statement did not reveal it; this
        // answer does.
        if guest && self.is_server() && !self.connection.is_inside().map_err(ConnectionFault::Stopped)? {
            self.inside = Inside::Undone;
            self.stand_in();
            return Err(ConnectionFault::Stopped(undone("an earlier statement failed")));
        }
        Ok(())
    }

    /// The statement in the database's own words.
    fn translated(&mut self, sql: &'static str) -> Rc<Translated> {
        let dialect = self.connection.dialect();
        let prefix = &self.prefix;
        let known = self.known.entry(TextKey::of(sql));
        Rc::clone(known.or_insert_with(|| Rc::new(Translated::of(sql, dialect, prefix))))
    }

    /// Runs a statement as it is, in its own transaction when none is open.
    fn run(
        &mut self,
        key: Option<TextKey>,
        text: &str,
        cells: &[SqlParam<'_>],
        answers: Answers,
        each: Each<'_>,
    ) -> std::result::Result<u64, ConnectionFault> {
        if self.inside == Inside::Undone {
            return Err(ConnectionFault::Stopped(undone("an earlier statement failed")));
        }
        let alone = self.inside == Inside::Nothing;
        if alone {
            self.connection.enter().map_err(ConnectionFault::Stopped)?;
        }
        let glances = std::mem::take(&mut self.glances);
        let ready = if alone && !glances { self.lend_settings().map(drop) } else { Ok(()) };
        let statement = Statement { text, cells, key, answers };
        let done = ready.and_then(|()| self.connection.run(&statement, each));
        if alone {
            self.leave();
        }
        done
    }

    fn run_static(
        &mut self,
        sql: &'static str,
        cells: &[SqlParam<'_>],
        answers: Answers,
        each: Each<'_>,
    ) -> std::result::Result<(u64, Rc<Translated>), ConnectionFault> {
        let statement = self.translated(sql);
        let answers = if answers == Answers::Rows && statement.finds_one() { Answers::Row } else { answers };
        let rows = if self.is_server() {
            // As text: on Galera, a transaction that is aborted while a statement is being prepared is lost without an
            // error.
            let text = inline_literals(&statement, cells).map_err(ConnectionFault::Stopped)?;
            self.run_on_server((&text, &statement), cells, answers, each)?
        } else {
            let ordered: Option<Vec<SqlParam<'_>>> =
                statement.params().iter().map(|place| cells.get(*place).copied()).collect();
            let missing = || ConnectionFault::Stopped(Error::internal("a statement has more parameters than values"));
            let key = Some(TextKey::of(sql));
            self.run(key, statement.positional(), &ordered.ok_or_else(missing)?, answers, each)?
        };
        Ok((rows, statement))
    }

    fn run_on_server(
        &mut self,
        (text, statement): (&str, &Translated),
        cells: &[SqlParam<'_>],
        answers: Answers,
        each: Each<'_>,
    ) -> std::result::Result<u64, ConnectionFault> {
        if answers == Answers::Nothing {
            let rows = self.run(None, text, &[], answers, each)?;
            if !statement.is_upsert() && !statement.keeps_existing() {
                self.missed.inserted(text, cells);
            }
            return Ok(rows);
        }
        let Inside::Write { guest, .. } = self.inside else { return self.run(None, text, &[], answers, each) };
        // A query that is repeated must return what another writer has written since.
        if guest && statement.is_by_key() && !self.missed.remove(text) {
            let mut found = false;
            self.run(None, text, &[], answers, &mut |_| {
                found = true;
                Ok(())
            })?;
            if !found {
                self.missed.note(text, cells);
                return Ok(0);
            }
        }
        let lock = match (statement.locks(), guest) {
            (true, _) => " FOR UPDATE",
            (false, true) => " LOCK IN SHARE MODE",
            (false, false) => "",
        };
        self.run(None, &format!("{text}{lock}"), &[], answers, each)
    }

    /// The error for the caller. Inside the host's transaction, nothing is repeated: the whole transaction may be lost.
    fn error(&mut self, fault: ConnectionFault) -> Error {
        let (state, code, message) = match fault {
            ConnectionFault::Stopped(error) => return error,
            ConnectionFault::Database { state, code, message } => (state, code, message),
        };
        let error = self.error_of(code, &message);
        // The message about an existing key contains its value, which may be somebody's address.
        if self.is_server() && code == DUPLICATE {
            return error;
        }
        error.with("sqlstate", state).with("database_code", code).with("database_message", message)
    }

    fn error_of(&mut self, code: i64, message: &str) -> Error {
        let guest = self.guest();
        if guest && self.is_undone(code) {
            return undone(message);
        }
        if !self.is_server() {
            return sqlite_error(code, message);
        }
        if code == OUT_OF_STEP {
            return busy();
        }
        let error = server::error(u16::try_from(code).unwrap_or(0), message);
        if guest && code == DUPLICATE {
            return faster();
        }
        // The engine must not reopen the host's connection.
        let again = (error.kind() == Kind::Internal || error.fault() == Some(Fault::DatabaseBusy)) && !guest;
        if again { error } else { error.lasting() }
    }

    /// The only value of an answer.
    fn ask<T>(&mut self, text: &str, read: impl Fn(&dyn Row) -> Result<Option<T>>) -> Result<Option<T>> {
        let mut value = None;
        let asked = self.run(None, text, &[], Answers::Row, &mut |row| {
            value = read(row)?;
            Ok(())
        });
        asked.map_err(|fault| self.error(fault))?;
        Ok(value)
    }

    fn schema_lock(&mut self) -> Result<String> {
        let database = self.ask("SELECT DATABASE()", |row| Ok(row.text(0)?.map(str::to_owned)))?;
        Ok(schema_lock(&database.unwrap_or_default(), &self.prefix))
    }

    fn end(&mut self) {
        self.inside = Inside::Nothing;
        self.missed.clear();
        self.leave();
    }

    fn commit_own(&mut self) -> Result<()> {
        // Whatever the host has set, the end of this transaction begins no other one, and the connection stays open.
        let words = if self.is_server() { "COMMIT AND NO CHAIN NO RELEASE" } else { "COMMIT" };
        match self.say_again(words) {
            Ok(()) => Ok(()),
            Err(ConnectionFault::Database { code, .. }) if self.is_server() && code != ROLLED_BACK => {
                Err(unknown_outcome().lasting())
            }
            Err(ConnectionFault::Stopped(error)) if self.is_server() => {
                Err(unknown_outcome().lasting().with("cause", error.message()))
            }
            Err(fault) => Err(self.error(fault)),
        }
    }
}

impl<C: Connection> Drop for Host<C> {
    fn drop(&mut self) {
        self.rollback();
    }
}

/// The error for a connection on which the host has not read all results.
fn busy() -> Error {
    let message = "the page has not read all results on this connection (an unbuffered query, a statement without \
                   `store_result`, further results); read or free it before the call";
    Error::unavailable(Fault::ConnectionBusy, message)
}

/// The error for a row that the host's transaction cannot see.
fn faster() -> Error {
    let message = "another writer was faster, and this transaction reads the earlier state; roll back and begin again";
    Error::unavailable(Fault::DatabaseBusy, message)
}

/// The state of a transaction before a savepoint is set in it.
fn of_host(transaction: Transaction, guest: bool) -> Inside {
    match transaction {
        Transaction::Read => Inside::Read { guest },
        Transaction::Write => Inside::Write { guest, marked: false },
    }
}
