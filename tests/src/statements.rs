//! A connection whose statements are written down.

use std::cell::RefCell;
use std::rc::Rc;

use loyalty_core::Result;
use loyalty_core::host::{Dialect, Row, Session, SqlParam, Transaction};

/// The statements that were run.
#[derive(Clone, Default)]
pub struct Heard(Rc<RefCell<Vec<&'static str>>>);

impl Heard {
    /// Those of a job.
    #[must_use]
    pub fn of(&self, job: impl FnOnce()) -> Vec<&'static str> {
        self.0.borrow_mut().clear();
        job();
        self.0.take()
    }

    fn note(&self, sql: &'static str) {
        self.0.borrow_mut().push(sql);
    }
}

/// The connection.
pub struct Overheard {
    session: Box<dyn Session>,
    heard: Heard,
}

impl Overheard {
    /// Listens from now on.
    #[must_use]
    pub fn on(session: Box<dyn Session>) -> (Self, Heard) {
        let heard = Heard::default();
        (Self { session, heard: heard.clone() }, heard)
    }
}

impl Session for Overheard {
    fn dialect(&self) -> Dialect {
        self.session.dialect()
    }

    fn begin(&mut self, transaction: Transaction) -> Result<()> {
        self.heard.note("BEGIN");
        self.session.begin(transaction)
    }

    fn commit(&mut self) -> Result<()> {
        self.heard.note("COMMIT");
        self.session.commit()
    }

    fn rollback(&mut self) {
        self.session.rollback();
    }

    fn savepoint(&mut self) -> Result<()> {
        self.heard.note("SAVEPOINT");
        self.session.savepoint()
    }

    fn back_to_savepoint(&mut self) -> Result<()> {
        self.heard.note("ROLLBACK TO");
        self.session.back_to_savepoint()
    }

    fn execute(&mut self, sql: &'static str, cells: &[SqlParam<'_>]) -> Result<u64> {
        self.heard.note(sql);
        self.session.execute(sql, cells)
    }

    fn execute_one(&mut self, sql: &'static str, cells: &[SqlParam<'_>]) -> Result<()> {
        self.heard.note(sql);
        self.session.execute_one(sql, cells)
    }

    fn execute_soon(&mut self, sql: &'static str) -> Result<()> {
        self.heard.note(sql);
        self.session.execute_soon(sql)
    }

    fn insert(&mut self, sql: &'static str, cells: &[SqlParam<'_>]) -> Result<i64> {
        self.heard.note(sql);
        self.session.insert(sql, cells)
    }

    fn query(
        &mut self,
        sql: &'static str,
        cells: &[SqlParam<'_>],
        each: &mut dyn FnMut(&dyn Row) -> Result<()>,
    ) -> Result<()> {
        self.heard.note(sql);
        self.session.query(sql, cells, each)
    }

    fn flush(&mut self) -> Result<()> {
        self.session.flush()
    }

    fn ends_with_next(&mut self) {
        self.session.ends_with_next();
    }

    fn hold_schema(&mut self) -> Result<()> {
        self.session.hold_schema()
    }

    fn release_schema(&mut self) {
        self.session.release_schema();
    }

    fn may_lose_answers(&self) -> bool {
        self.session.may_lose_answers()
    }

    fn waits_by_row(&self) -> bool {
        self.session.waits_by_row()
    }

    fn is_guest(&self) -> bool {
        self.session.is_guest()
    }

    fn confirm_missing(&mut self) -> Result<()> {
        self.session.confirm_missing()
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        self.session.script(sql)
    }

    fn facts(&mut self) -> Result<Vec<(&'static str, String)>> {
        self.session.facts()
    }
}
