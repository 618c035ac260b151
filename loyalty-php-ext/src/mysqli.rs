//! The page's own mysqli connection, used by the engine.
//!
//! Statements are sent as text with their values in hexadecimal digits: every character set and mode of the server
//! reads these in the same way, and it takes one round trip. The error mode of mysqli applies to the whole process:
//! during a call it is off, and afterwards it is what the page had set.

use std::cell::Cell as Flag;
use std::rc::Rc;

use ext_php_rs::types::Zval;
use ext_php_rs::zend::ClassEntry;
use loyalty_core::Fault;
use loyalty_core::host::Dialect;
use loyalty_core::host::{Answers, Connection, ConnectionFault, Each, Standing, Statement};
use loyalty_core::{Error, Result};

use crate::php_call::{Method, new_object, read_property, write_property};
use crate::value::{Found, bytes, int, rows, whole};

/// `MYSQLI_REPORT_OFF`: only the return values of the methods report errors.
const REPORT_OFF: i64 = 0;

/// A connection of the page.
pub(crate) struct Mysqli {
    object: Zval,
    /// The object through which mysqli's error mode is read and set.
    driver: Zval,
    query: Method,
    fetch_row: Method,
    free: Method,
    /// The page's error mode, while the engine's applies.
    report: Option<Zval>,
    written: Rc<Flag<bool>>,
}

/// The number that the server gave to an object's connection; no other connection has it.
///
/// # Errors
/// `unavailable` when the object has no connection.
pub(crate) fn thread_id(object: &Zval) -> Result<i64> {
    let number = read_property(object, "thread_id").ok().as_ref().and_then(whole).filter(|number| *number > 0);
    let message = "the mysqli object has no open connection: connect it, or name the one that the page uses now";
    number.ok_or_else(|| Error::unavailable(Fault::ConnectionClosed, message))
}

impl Mysqli {
    /// Takes a connection, and whether its transaction contains a write of the engine.
    ///
    /// # Errors
    /// `unavailable` when the object has no connection.
    pub(crate) fn open(object: Zval, written: Rc<Flag<bool>>) -> Result<Self> {
        thread_id(&object)?;
        let class = |name: &str| {
            ClassEntry::try_find(name).ok_or_else(|| Error::invalid("mysqli", "needs PHP's extension `mysqli`"))
        };
        let (connection, result) = (class("mysqli")?, class("mysqli_result")?);
        Ok(Self {
            object,
            driver: new_object(class("mysqli_driver")?)?,
            query: Method::find(connection, "query")?,
            fetch_row: Method::find(result, "fetch_row")?,
            free: Method::find(result, "free")?,
            report: None,
            written,
        })
    }

    /// Whether a transaction is open on a connection; a lost connection has none.
    pub(crate) fn has_transaction(object: &Zval) -> Result<bool> {
        let mut connection = Self::open(object.shallow_clone(), Rc::default())?;
        connection.enter()?;
        let inside = connection.asks_transaction();
        connection.leave();
        Ok(inside)
    }

    fn asks_transaction(&mut self) -> bool {
        let mut said = None;
        let asked = self.ask("SELECT 0 /*M!50500 + @@in_transaction + 1 */", &mut |row| {
            said = row.int(0)?;
            Ok(())
        });
        match (asked, said) {
            (Err(_), _) | (_, Some(1)) => false,
            (_, Some(2)) => true,
            // MySQL does not report it; without a transaction, it forgets the savepoint at once.
            _ => ["SAVEPOINT loyalty_asks", "RELEASE SAVEPOINT loyalty_asks"].iter().all(|text| self.say(text).is_ok()),
        }
    }

    fn say(&mut self, text: &str) -> std::result::Result<u64, ConnectionFault> {
        self.run(&Statement { text, cells: &[], key: None, answers: Answers::Nothing }, &mut |_| Ok(()))
    }

    fn ask(&mut self, text: &str, each: Each<'_>) -> std::result::Result<u64, ConnectionFault> {
        self.run(&Statement { text, cells: &[], key: None, answers: Answers::Rows }, each)
    }

    fn property(&self, name: &str) -> std::result::Result<Zval, ConnectionFault> {
        read_property(&self.object, name).map_err(ConnectionFault::Stopped)
    }

    /// The server's error for the statement that failed last.
    fn fault(&self) -> ConnectionFault {
        let read = || {
            Ok(ConnectionFault::Database {
                state: self.property("sqlstate")?.string().unwrap_or_default(),
                code: whole(&self.property("errno")?).unwrap_or(0),
                message: self.property("error")?.string().unwrap_or_default(),
            })
        };
        read().unwrap_or_else(|fault| fault)
    }
}

impl Connection for Mysqli {
    fn dialect(&self) -> Dialect {
        Dialect::MySql
    }

    fn enter(&mut self) -> Result<Standing> {
        thread_id(&self.object)?;
        let theirs = read_property(&self.driver, "report_mode")?;
        if whole(&theirs) != Some(REPORT_OFF) {
            write_property(&self.driver, "report_mode", int(REPORT_OFF))?;
            self.report = Some(theirs);
        }
        Ok(Standing::Unknown)
    }

    fn leave(&mut self) {
        if let Some(theirs) = self.report.take() {
            // mysqli releases its results.
            drop(write_property(&self.driver, "report_mode", theirs));
        }
    }

    fn is_inside(&mut self) -> Result<bool> {
        // mysqli assumes nothing here: the server itself reported that there is a transaction.
        Ok(true)
    }

    fn note_write(&mut self) {
        self.written.set(true);
    }

    fn run(&mut self, statement: &Statement<'_>, each: Each<'_>) -> std::result::Result<u64, ConnectionFault> {
        debug_assert!(statement.cells.is_empty(), "values for a server are in the text");
        let text = bytes(statement.text.as_bytes());
        let answer = self.query.call(&self.object, [text]).map_err(ConnectionFault::Stopped)?;
        if answer.is_false() {
            return Err(self.fault());
        }
        if !answer.is_object() {
            return self.property("affected_rows").map(|changed| rows(&changed));
        }
        let read = (|| {
            loop {
                let row = self.fetch_row.call(&answer, [])?;
                let Some(columns) = row.array() else { return Ok(0) };
                each(&Found(columns))?;
            }
        })();
        let freed = self.free.call(&answer, []);
        read.and_then(|rows| freed.map(|_| rows)).map_err(ConnectionFault::Stopped)
    }

    fn last_id(&mut self) -> Result<i64> {
        let id = read_property(&self.object, "insert_id")?;
        whole(&id).filter(|id| *id > 0).ok_or_else(|| Error::internal("the database gave the row no number"))
    }
}
