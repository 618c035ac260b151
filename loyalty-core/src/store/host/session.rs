//! The host's connection as a session: its transactions and statements.

use super::undone::undone;
use super::words::matching;
use super::{Answers, Connection, ConnectionFault, DUPLICATE, Host, Inside, faster};
use crate::Result;
use crate::store::dialect::statements;
use crate::store::literals::inline_literals;
use crate::store::server::{SCHEMA_PATIENCE_SECONDS, is_done_already, schema_busy, schema_wait};
use crate::store::session::{Row, Session, SqlParam, Transaction};
use crate::store::{Dialect, Translated};

impl<C: Connection> Session for Host<C> {
    fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    fn prefix(&self) -> &str {
        &self.prefix
    }

    fn begin(&mut self, transaction: Transaction) -> Result<()> {
        self.rollback();
        self.glances = false;
        let standing = self.connection.enter()?;
        let begun = self.begin_inside(transaction, standing);
        begun.map_err(|fault| {
            // A statement that was stopped may or may not have been executed.
            let stopped = matches!(fault, ConnectionFault::Stopped(_));
            let error = self.error(fault);
            if stopped {
                self.rollback();
            }
            self.end();
            error
        })
    }

    fn glance(&mut self) -> Result<bool> {
        self.rollback();
        // On a server the host's transaction may be over without its knowing.
        self.glances = !self.is_server();
        Ok(self.glances)
    }

    fn commit(&mut self) -> Result<()> {
        let (guest, marked) = match self.inside {
            Inside::Nothing => return Ok(()),
            Inside::Read { guest } => (guest, false),
            Inside::Write { guest, marked } => (guest, marked),
            Inside::Undone => {
                self.end();
                return Err(undone("an earlier statement failed"));
            }
        };
        let released = if marked { self.say_again("RELEASE SAVEPOINT loyalty_call") } else { Ok(()) };
        let done = match released {
            Ok(()) if guest => {
                if marked {
                    self.connection.note_write();
                }
                Ok(())
            }
            Ok(()) => self.commit_own(),
            Err(fault) => Err(self.error(fault)),
        };
        match done {
            Ok(()) => self.end(),
            Err(_) => self.rollback(),
        }
        done
    }

    fn rollback(&mut self) {
        let words: &[&str] = match self.inside {
            Inside::Nothing => return,
            Inside::Undone | Inside::Read { guest: true } | Inside::Write { guest: true, marked: false } => &[],
            Inside::Read { guest: false } | Inside::Write { guest: false, .. } => {
                if self.is_server() {
                    &["ROLLBACK AND NO CHAIN NO RELEASE"]
                } else {
                    &["ROLLBACK"]
                }
            }
            Inside::Write { guest: true, marked: true } => {
                &["ROLLBACK TO SAVEPOINT loyalty_call", "RELEASE SAVEPOINT loyalty_call"]
            }
        };
        for words in words {
            // The database may have rolled back by itself; a failure here needs no action.
            drop(self.say(words));
        }
        self.end();
    }

    fn savepoint(&mut self) -> Result<()> {
        self.say("SAVEPOINT loyalty").map_err(|fault| self.error(fault))
    }

    fn back_to_savepoint(&mut self) -> Result<()> {
        self.say("ROLLBACK TO SAVEPOINT loyalty").map_err(|fault| self.error(fault))
    }

    fn execute(&mut self, sql: &'static str, cells: &[SqlParam<'_>]) -> Result<u64> {
        let (rows, statement) = match self.run_static(sql, cells, Answers::Nothing, &mut |_| Ok(())) {
            Ok(done) => done,
            Err(ConnectionFault::Database { code: DUPLICATE, .. })
                if self.is_server() && Translated::of(sql, Dialect::MySql, "").keeps_existing() =>
            {
                return Ok(0);
            }
            Err(fault) => return Err(self.error(fault)),
        };
        if !self.is_server() {
            return Ok(rows);
        }
        // A connection of the host may count changed rows instead of matched rows.
        if statement.is_upsert() {
            return Ok(1);
        }
        let (0, Some(matching)) = (rows, matching(&inline_literals(&statement, cells)?)) else { return Ok(rows) };
        let mut matched = 0;
        let counted = self.run(None, &matching, &[], Answers::Row, &mut |row| {
            matched = row.int(0)?.unwrap_or(0);
            Ok(())
        });
        counted.map_err(|fault| self.error(fault))?;
        let Ok(matched @ 1..) = u64::try_from(matched) else { return Ok(0) };
        // They may match only because another writer has just ended. Now they are locked, and the answer is final.
        let (rows, _) =
            self.run_static(sql, cells, Answers::Nothing, &mut |_| Ok(())).map_err(|fault| self.error(fault))?;
        Ok(rows.max(matched))
    }

    fn insert(&mut self, sql: &'static str, cells: &[SqlParam<'_>]) -> Result<i64> {
        self.run_static(sql, cells, Answers::Nothing, &mut |_| Ok(())).map_err(|fault| self.error(fault))?;
        self.connection.last_id()
    }

    fn query(
        &mut self,
        sql: &'static str,
        cells: &[SqlParam<'_>],
        each: &mut dyn FnMut(&dyn Row) -> Result<()>,
    ) -> Result<()> {
        self.run_static(sql, cells, Answers::Rows, each).map(drop).map_err(|fault| self.error(fault))
    }

    fn hold_schema(&mut self) -> Result<()> {
        if !self.is_server() {
            return Ok(());
        }
        let lock = self.schema_lock()?;
        let text = schema_wait(&lock);
        for _ in 0..SCHEMA_PATIENCE_SECONDS {
            if self.ask(&text, |row| row.int(0))? == Some(1) {
                return Ok(());
            }
        }
        Err(schema_busy())
    }

    fn release_schema(&mut self) {
        if !self.is_server() {
            return;
        }
        if let Ok(lock) = self.schema_lock() {
            // A lost connection has lost the lock too.
            drop(self.ask(&format!("SELECT RELEASE_LOCK({lock})"), |row| row.int(0)));
        }
    }

    fn is_guest(&self) -> bool {
        self.guest()
    }

    fn confirm_missing(&mut self) -> Result<()> {
        for query in self.missed.take() {
            let locked = format!("{query} LOCK IN SHARE MODE");
            let is_there = self.ask(&locked, |_| Ok(Some(())))?.is_some();
            // The call may have written the row itself; then it sees the row without a lock too.
            if is_there && self.ask(&query, |_| Ok(Some(())))?.is_none() {
                return Err(faster());
            }
        }
        Ok(())
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        let dialect = self.connection.dialect();
        if dialect == Dialect::MySql
            && let Inside::Write { marked, .. } = &mut self.inside
        {
            // A schema change commits, which removes the savepoint.
            *marked = false;
        }
        for statement in statements(sql) {
            let statement = Translated::of(&statement, dialect, &self.prefix);
            match self.say(statement.positional()) {
                Err(ConnectionFault::Database { code, .. })
                    if dialect == Dialect::MySql && u16::try_from(code).is_ok_and(is_done_already) => {}
                done => done.map_err(|fault| self.error(fault))?,
            }
        }
        Ok(())
    }

    fn facts(&mut self) -> Result<Vec<(&'static str, String)>> {
        let (name, text) = match self.connection.dialect() {
            Dialect::Sqlite => ("SQLite", "SELECT sqlite_version()"),
            Dialect::MySql => ("MySQL", "SELECT VERSION()"),
        };
        let version = self.ask(text, |row| Ok(row.text(0)?.map(str::to_owned)))?;
        let engine = format!("{name} {}", version.unwrap_or_default());
        Ok(vec![("engine", engine), ("connection", "the host's".to_owned())])
    }
}
