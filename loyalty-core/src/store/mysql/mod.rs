//! The shared store: MySQL, MariaDB and Galera.
//!
//! Statements of a write that only have to succeed wait in a queue and are sent in one packet with the next query or the
//! commit, so a purchase needs few round trips. They are sent as text with their values: a packet of several statements
//! can only be text, and on Galera a transaction that is aborted while a statement is being prepared is lost without an
//! error. A savepoint set at the beginning and released before the commit proves that the committed transaction is the
//! one that was begun.
//!
//! The nodes of a cluster do not know each other's row locks: they compare what was written, at the commit. So there each
//! locked row is also changed with the commit, and two transactions that locked the same row never both succeed.

mod connect;
#[cfg(feature = "internals")]
mod define;
mod fault;
mod row;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use mysql::prelude::Queryable as _;

use self::row::Found;
use super::address::Address;
use super::dialect::{Dialect, statements};
use super::literals::inline_literals;
use super::server::{SCHEMA_PATIENCE_SECONDS, schema_busy, schema_lock, schema_wait};
use super::session::{Row, Session, SqlParam, TextKey, Transaction, wrong_count};
use super::translate::Translated;
use crate::{Error, Fault, Result};

/// Recording the number of an attempt does not count as a decision.
const ATTEMPTS: &str = "loyalty_attempts";

/// A connection to a server; it is opened again when it was lost.
pub struct MySql {
    address: Address,
    connection: Option<mysql::Conn>,
    process: u32,
    host: Option<(String, u16)>,
    is_cluster: bool,
    /// Statements by the address of their text, translated once.
    known: BTreeMap<TextKey, Rc<Translated>>,
    /// Statements to be sent with the next packet.
    queue: Vec<Queued>,
    inside: Inside,
    /// Whether the beginning of the transaction was sent.
    begun: bool,
    /// Whether a read ends with its next query.
    ends: bool,
    /// On a cluster, statements that change the locked rows.
    touches: BTreeSet<String>,
    /// Whether the transaction writes anything that depends on locked rows.
    decides: bool,
    round_trips: u64,
}

/// A statement in the queue.
struct Queued {
    sql: String,
    one_row: bool,
}

/// The state of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Read,
    Write {
        /// Whether the savepoint that proves the transaction is set; a schema change removes it.
        guarded: bool,
    },
}

/// The result of the last statement of a packet.
#[derive(Default)]
struct Done {
    rows: u64,
    id: i64,
}

type Each<'a> = &'a mut dyn FnMut(&dyn Row) -> Result<()>;

impl MySql {
    /// Connects.
    ///
    /// # Errors
    /// `unavailable` when no server accepts the connection.
    pub fn open(address: Address) -> Result<Self> {
        let mut session = Self {
            address,
            connection: None,
            process: std::process::id(),
            host: None,
            is_cluster: false,
            known: BTreeMap::new(),
            queue: Vec::new(),
            inside: Inside::Nothing,
            begun: false,
            ends: false,
            touches: BTreeSet::new(),
            decides: false,
            round_trips: 0,
        };
        session.connect()?;
        Ok(session)
    }

    /// How many packets were sent and answered, for measurements.
    #[cfg(feature = "internals")]
    #[must_use]
    pub const fn round_trips(&self) -> u64 {
        self.round_trips
    }

    fn connect(&mut self) -> Result<()> {
        if self.process != std::process::id() {
            // Closing a connection of the parent would end the parent's session.
            self.connection.take().map(std::mem::forget).unwrap_or_default();
            self.process = std::process::id();
        }
        if self.connection.is_some() {
            return Ok(());
        }
        let opened = connect::connect(&self.address)?;
        self.connection = Some(opened.connection);
        self.host = opened.host;
        self.is_cluster = opened.is_cluster;
        Ok(())
    }

    fn queue_text(&mut self, sql: impl Into<String>) {
        self.queue.push(Queued { sql: sql.into(), one_row: false });
    }

    fn translated(&mut self, sql: &'static str) -> Rc<Translated> {
        let prefix = &self.address.prefix;
        let known = self.known.entry(TextKey::of(sql));
        Rc::clone(known.or_insert_with(|| Rc::new(Translated::of(sql, Dialect::MySql, prefix))))
    }

    /// The statement with its values, and what must be known about its kind.
    fn write(&mut self, sql: &'static str, cells: &[SqlParam<'_>]) -> Result<(String, Rc<Translated>)> {
        let writes = matches!(self.inside, Inside::Write { .. });
        let statement = self.translated(sql);
        let mut text = inline_literals(&statement, cells)?;
        if writes && statement.locks() {
            self.touches.extend(row::touching(&text).filter(|_| self.is_cluster));
            text.push_str(" FOR UPDATE");
        } else if writes && !statement.is_query() {
            self.decides |= !sql.contains(ATTEMPTS);
        }
        Ok((text, statement))
    }

    /// Sends the queue and a statement after it, in one packet.
    fn send(&mut self, last: String, each: Each<'_>, keeps_existing: bool) -> Result<Done> {
        self.send_last(Queued { sql: last, one_row: false }, each, keeps_existing)
    }

    fn send_queued(&mut self, last: Queued) -> Result<()> {
        self.send_last(last, &mut |_| Ok(()), false).map(drop)
    }

    fn send_last(&mut self, last: Queued, each: Each<'_>, keeps_existing: bool) -> Result<Done> {
        if self.inside == Inside::Nothing {
            // Outside a transaction, nothing was lost with the connection.
            self.connect()?;
        }
        let mut packet = std::mem::take(&mut self.queue);
        packet.push(last);
        if std::mem::take(&mut self.ends) && self.inside == Inside::Read {
            self.inside = Inside::Nothing;
        }
        if self.inside == Inside::Nothing {
            // Without autocommit, a statement on its own would leave a transaction open.
            packet.push(Queued { sql: "COMMIT".to_owned(), one_row: false });
        }
        let last = packet.len() - if self.inside == Inside::Nothing { 2 } else { 1 };
        match self.exchange(&packet, last, each) {
            Err(Stopped::ServerError { at, fault }) if keeps_existing && at == last && fault::is_duplicate(&fault) => {
                Ok(Done::default())
            }
            Err(stopped) => Err(self.stopped(stopped)),
            Ok(done) => Ok(done),
        }
    }

    /// Sends a packet and reads all of its answers to the end: an error may follow the rows of a query.
    fn exchange(&mut self, packet: &[Queued], last: usize, each: Each<'_>) -> std::result::Result<Done, Stopped> {
        let lost = || Error::unavailable(Fault::DatabaseLost, "the connection to the database was lost").transient();
        let connection = self.connection.as_mut().ok_or_else(|| Stopped::Error(lost()))?;
        let texts: Vec<&str> = packet.iter().map(|queued| queued.sql.as_str()).collect();
        self.round_trips += 1;
        self.begun = true;
        let mut answers =
            connection.query_iter(texts.join(";")).map_err(|fault| Stopped::ServerError { at: 0, fault })?;
        let mut done = Done::default();
        let mut failed = None;
        for (at, queued) in packet.iter().enumerate() {
            let rows = answers.affected_rows();
            if at == last {
                let id = answers.last_insert_id().unwrap_or(0);
                done = Done { rows, id: i64::try_from(id).unwrap_or(0) };
            }
            let Some(set) = answers.iter() else {
                return Err(Stopped::Error(Error::internal("the server answered fewer statements than were sent")));
            };
            for found in set {
                let found = found.map_err(|fault| Stopped::ServerError { at, fault })?;
                if at == last && failed.is_none() {
                    failed = each(&Found(found.unwrap())).err();
                }
            }
            if queued.one_row && rows != 1 {
                failed.get_or_insert_with(|| wrong_count(rows));
            }
        }
        failed.map_or(Ok(done), |error| Err(Stopped::Error(error)))
    }

    fn stopped(&mut self, stopped: Stopped) -> Error {
        match stopped {
            Stopped::Error(error) => error,
            Stopped::ServerError { fault, .. } => {
                self.drop_broken(&fault);
                fault::error(&fault)
            }
        }
    }

    /// After a fault that leaves the connection out of step, opens another one; after silence, on another host.
    fn drop_broken(&mut self, fault: &mysql::Error) {
        if fault::breaks_connection(fault) {
            self.connection = None;
        }
        if fault::is_silence(fault) {
            connect::note_unwell(self.host.as_ref());
        }
    }

    /// Sends one of the engine's own statements, such as the end of a transaction.
    fn say(&mut self, sql: &str) -> Result<()> {
        self.send(sql.to_owned(), &mut |_| Ok(()), false).map(drop)
    }
}

/// Why a packet was not answered completely.
enum Stopped {
    /// The statement at this position failed; those after it were not run.
    ServerError { at: usize, fault: mysql::Error },
    /// An error of the engine; the connection is in step.
    Error(Error),
}

impl Session for MySql {
    fn dialect(&self) -> Dialect {
        Dialect::MySql
    }

    fn prefix(&self) -> &str {
        &self.address.prefix
    }

    fn begin(&mut self, transaction: Transaction) -> Result<()> {
        if self.inside != Inside::Nothing {
            self.rollback();
        }
        self.queue.clear();
        self.touches.clear();
        self.decides = false;
        self.begun = false;
        self.ends = false;
        self.connect()?;
        if transaction == Transaction::Read {
            self.queue_text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            self.queue_text("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
            self.inside = Inside::Read;
        } else {
            self.queue_text("START TRANSACTION");
            self.queue_text("SAVEPOINT loyalty_begun");
            self.inside = Inside::Write { guarded: true };
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<()> {
        if !self.begun {
            // The server was not asked anything.
            self.queue.clear();
            self.inside = Inside::Nothing;
            return Ok(());
        }
        if self.inside == Inside::Nothing {
            // The last query has ended the read.
            return Ok(());
        }
        let Inside::Write { .. } = self.inside else {
            let ended = self.say("COMMIT");
            self.inside = Inside::Nothing;
            return ended;
        };
        if self.queue.iter().any(|queued| queued.one_row)
            && let Some(tail) = self.queue.pop()
        {
            // Before the commit, it must be known whether each statement matched its row.
            let flushed = self.send_queued(tail);
            if let Err(error) = flushed {
                self.rollback();
                return Err(error);
            }
        }
        let touches = std::mem::take(&mut self.touches);
        if self.decides {
            touches.into_iter().for_each(|touch| self.queue_text(touch));
        }
        if matches!(self.inside, Inside::Write { guarded: true }) {
            self.queue_text("RELEASE SAVEPOINT loyalty_begun");
        }
        let mut packet = std::mem::take(&mut self.queue);
        let last = packet.len();
        packet.push(Queued { sql: "COMMIT".to_owned(), one_row: false });
        let committed = self.exchange(&packet, last, &mut |_| Ok(()));
        let error = match committed {
            Ok(_) => {
                self.inside = Inside::Nothing;
                return Ok(());
            }
            Err(Stopped::Error(error)) => error,
            // An answer that names an earlier statement means that the commit was not reached.
            Err(Stopped::ServerError { at, fault }) => {
                let unknown = at == last || !matches!(fault, mysql::Error::MySqlError(_));
                self.drop_broken(&fault);
                if unknown { fault::at_commit(&fault) } else { fault::error(&fault) }
            }
        };
        self.rollback();
        Err(error)
    }

    fn rollback(&mut self) {
        self.queue.clear();
        if self.inside == Inside::Nothing {
            return;
        }
        self.inside = Inside::Nothing;
        if !self.begun {
            return;
        }
        let rolled_back = self.connection.as_mut().map(|connection| connection.query_drop("ROLLBACK"));
        if rolled_back.is_none_or(|rolled_back| rolled_back.is_err()) {
            self.connection = None;
        }
    }

    fn savepoint(&mut self) -> Result<()> {
        self.queue_text("SAVEPOINT loyalty");
        Ok(())
    }

    fn back_to_savepoint(&mut self) -> Result<()> {
        self.queue_text("ROLLBACK TO SAVEPOINT loyalty");
        Ok(())
    }

    fn execute(&mut self, sql: &'static str, cells: &[SqlParam<'_>]) -> Result<u64> {
        let (text, statement) = self.write(sql, cells)?;
        let done = self.send(text, &mut |_| Ok(()), statement.keeps_existing())?;
        Ok(statement.rows(done.rows))
    }

    fn execute_one(&mut self, sql: &'static str, cells: &[SqlParam<'_>]) -> Result<()> {
        let (text, statement) = self.write(sql, cells)?;
        if statement.rows(2) == 1 || !matches!(self.inside, Inside::Write { .. }) {
            // An upsert counts its rows differently.
            self.queue_text(text);
        } else {
            self.queue.push(Queued { sql: text, one_row: true });
        }
        Ok(())
    }

    fn execute_soon(&mut self, sql: &'static str) -> Result<()> {
        let (text, _) = self.write(sql, &[])?;
        self.queue_text(text);
        Ok(())
    }

    fn insert(&mut self, sql: &'static str, cells: &[SqlParam<'_>]) -> Result<i64> {
        let (text, _) = self.write(sql, cells)?;
        self.send(text, &mut |_| Ok(()), false).map(|done| done.id)
    }

    fn query(
        &mut self,
        sql: &'static str,
        cells: &[SqlParam<'_>],
        each: &mut dyn FnMut(&dyn Row) -> Result<()>,
    ) -> Result<()> {
        let (text, _) = self.write(sql, cells)?;
        self.send(text, each, false).map(drop)
    }

    fn glance(&mut self) -> Result<bool> {
        if self.inside != Inside::Nothing {
            self.rollback();
        }
        self.queue.clear();
        self.connect()?;
        Ok(true)
    }

    fn ends_with_next(&mut self) {
        self.ends = true;
    }

    fn hold_schema(&mut self) -> Result<()> {
        self.connect()?;
        let text = schema_wait(&schema_lock(&self.address.database, &self.address.prefix));
        for _ in 0..SCHEMA_PATIENCE_SECONDS {
            let mut held = None;
            self.send(
                text.clone(),
                &mut |row| {
                    held = row.int(0)?;
                    Ok(())
                },
                false,
            )?;
            if held == Some(1) {
                return Ok(());
            }
        }
        Err(schema_busy())
    }

    fn release_schema(&mut self) {
        // A lost connection has lost the lock too.
        drop(self.say("DO RELEASE_ALL_LOCKS()"));
    }

    fn may_lose_answers(&self) -> bool {
        true
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        if let Inside::Write { guarded } = &mut self.inside
            && std::mem::take(guarded)
        {
            // A schema change commits, which removes the savepoint.
            self.queue.retain(|queued| queued.sql != "SAVEPOINT loyalty_begun");
        }
        for statement in statements(sql) {
            let statement = Translated::of(&statement, Dialect::MySql, &self.address.prefix);
            let mut packet = std::mem::take(&mut self.queue);
            packet.push(Queued { sql: statement.positional().to_owned(), one_row: false });
            let last = packet.len() - 1;
            match self.exchange(&packet, last, &mut |_| Ok(())) {
                Err(Stopped::ServerError { at, fault }) if at == last && fault::is_done_already(&fault) => {}
                Err(stopped) => return Err(self.stopped(stopped)),
                Ok(_) => {}
            }
        }
        Ok(())
    }

    fn facts(&mut self) -> Result<Vec<(&'static str, String)>> {
        let mut facts = Vec::new();
        let mut ask = |session: &mut Self, name: &'static str, sql: &str, column: usize| {
            let mut value = None;
            session.send(
                sql.to_owned(),
                &mut |row| {
                    value = row.text(column)?.map(str::to_owned);
                    Ok(())
                },
                false,
            )?;
            facts.extend(value.map(|value| (name, value)));
            Ok::<(), Error>(())
        };
        ask(self, "engine", "SELECT CONCAT('MySQL ', VERSION())", 0)?;
        if self.is_cluster {
            ask(self, "cluster_nodes", "SHOW GLOBAL STATUS LIKE 'wsrep_cluster_size'", 1)?;
            ask(self, "cluster_state", "SHOW GLOBAL STATUS LIKE 'wsrep_local_state_comment'", 1)?;
        }
        Ok(facts)
    }
}
