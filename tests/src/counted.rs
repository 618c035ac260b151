//! A connection to a server whose round trips are counted.

use std::cell::Cell;
use std::rc::Rc;

use loyalty_core::Result;
use loyalty_core::host::{self, Dialect, Row, Session, Transaction};
use loyalty_core::internals::MySql;

/// How many packets were sent and answered.
#[derive(Clone)]
pub struct Trips(Rc<Cell<u64>>);

impl Trips {
    /// Those of a job.
    #[must_use]
    pub fn of(&self, job: impl FnOnce()) -> u64 {
        let before = self.0.get();
        job();
        self.0.get() - before
    }
}

/// The connection.
pub struct Counted {
    session: MySql,
    trips: Trips,
}

impl Counted {
    /// Counts from now on.
    #[must_use]
    pub fn on(session: MySql) -> (Self, Trips) {
        let trips = Trips(Rc::new(Cell::new(session.round_trips())));
        (Self { session, trips: trips.clone() }, trips)
    }

    fn counting<T>(&mut self, job: impl FnOnce(&mut MySql) -> T) -> T {
        let done = job(&mut self.session);
        self.trips.0.set(self.session.round_trips());
        done
    }
}

impl Session for Counted {
    fn dialect(&self) -> Dialect {
        self.session.dialect()
    }

    fn begin(&mut self, transaction: Transaction) -> Result<()> {
        self.counting(|session| session.begin(transaction))
    }

    fn commit(&mut self) -> Result<()> {
        self.counting(Session::commit)
    }

    fn rollback(&mut self) {
        self.counting(Session::rollback);
    }

    fn savepoint(&mut self) -> Result<()> {
        self.counting(Session::savepoint)
    }

    fn back_to_savepoint(&mut self) -> Result<()> {
        self.counting(Session::back_to_savepoint)
    }

    fn execute(&mut self, sql: &'static str, cells: &[host::SqlParam<'_>]) -> Result<u64> {
        self.counting(|session| session.execute(sql, cells))
    }

    fn execute_one(&mut self, sql: &'static str, cells: &[host::SqlParam<'_>]) -> Result<()> {
        self.counting(|session| session.execute_one(sql, cells))
    }

    fn execute_soon(&mut self, sql: &'static str) -> Result<()> {
        self.counting(|session| session.execute_soon(sql))
    }

    fn insert(&mut self, sql: &'static str, cells: &[host::SqlParam<'_>]) -> Result<i64> {
        self.counting(|session| session.insert(sql, cells))
    }

    fn query(
        &mut self,
        sql: &'static str,
        cells: &[host::SqlParam<'_>],
        each: &mut dyn FnMut(&dyn Row) -> Result<()>,
    ) -> Result<()> {
        self.counting(|session| session.query(sql, cells, each))
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

    fn script(&mut self, sql: &str) -> Result<()> {
        self.session.script(sql)
    }

    fn facts(&mut self) -> Result<Vec<(&'static str, String)>> {
        self.session.facts()
    }
}
