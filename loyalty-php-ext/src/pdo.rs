//! The page's own PDO connection, used by the engine.
//!
//! The engine calls PDO's own methods with the attributes that it needs, and restores the page's attributes after each
//! call of an operation.

use std::cell::Cell as Flag;
use std::collections::BTreeMap;
use std::rc::Rc;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::ClassEntry;
use loyalty_core::Fault;
use loyalty_core::host::{Answers, Connection, ConnectionFault, Each, Standing, Statement, TextKey};
use loyalty_core::host::{Dialect, SqlParam};
use loyalty_core::{Error, Result};

use crate::php_call::{self, Method};
use crate::value::{Found, bytes, int, rows, whole};

/// PDO's numbers of attributes, modes and types.
mod number {
    pub(super) const ATTR_AUTOCOMMIT: i64 = 0;
    pub(super) const ATTR_ERRMODE: i64 = 3;
    pub(super) const ATTR_SERVER_VERSION: i64 = 4;
    pub(super) const ATTR_ORACLE_NULLS: i64 = 11;
    pub(super) const ATTR_STATEMENT_CLASS: i64 = 13;
    pub(super) const ATTR_DRIVER_NAME: i64 = 16;
    pub(super) const ATTR_EMULATE_PREPARES: i64 = 20;
    pub(super) const ERRMODE_SILENT: i64 = 0;
    pub(super) const NULL_NATURAL: i64 = 0;
    pub(super) const FETCH_NUM: i64 = 3;
    pub(super) const PARAM_NULL: i64 = 0;
    pub(super) const PARAM_INT: i64 = 1;
    pub(super) const PARAM_STR: i64 = 2;
    pub(super) const PARAM_LOB: i64 = 3;
}

/// The SQLSTATE of no error.
const NO_ERROR: &str = "00000";

/// The oldest SQLite that has strict tables.
const OLDEST_SQLITE: (u32, u32) = (3, 37);

/// A connection of the page.
pub(crate) struct Pdo {
    object: Zval,
    methods: Methods,
    dialect: Dialect,
    /// Prepared statements, by the key of their text.
    held: BTreeMap<TextKey, Zval>,
    /// Attributes as the page has set them.
    kept: Vec<(i64, Zval)>,
    written: Rc<Flag<bool>>,
}

/// The methods that the engine calls.
struct Methods {
    prepare: Method,
    exec: Method,
    in_transaction: Method,
    last_insert_id: Method,
    error_info: Method,
    get_attribute: Method,
    set_attribute: Method,
    bind_value: Method,
    execute: Method,
    fetch: Method,
    row_count: Method,
    close_cursor: Method,
    error_code: Method,
    statement_error: Method,
}

impl Methods {
    fn find() -> Result<Self> {
        let class =
            |name: &str| ClassEntry::try_find(name).ok_or_else(|| Error::invalid("pdo", "needs PHP's extension `pdo`"));
        let (connection, statement) = (class("PDO")?, class("PDOStatement")?);
        Ok(Self {
            prepare: Method::find(connection, "prepare")?,
            exec: Method::find(connection, "exec")?,
            in_transaction: Method::find(connection, "inTransaction")?,
            last_insert_id: Method::find(connection, "lastInsertId")?,
            error_info: Method::find(connection, "errorInfo")?,
            get_attribute: Method::find(connection, "getAttribute")?,
            set_attribute: Method::find(connection, "setAttribute")?,
            bind_value: Method::find(statement, "bindValue")?,
            execute: Method::find(statement, "execute")?,
            fetch: Method::find(statement, "fetch")?,
            row_count: Method::find(statement, "rowCount")?,
            close_cursor: Method::find(statement, "closeCursor")?,
            error_code: Method::find(statement, "errorCode")?,
            statement_error: Method::find(statement, "errorInfo")?,
        })
    }
}

impl Pdo {
    /// Takes a connection, and whether its transaction contains a write of the engine.
    ///
    /// # Errors
    /// `invalid` for a kind of database that the engine does not support.
    pub(crate) fn open(object: Zval, written: Rc<Flag<bool>>) -> Result<Self> {
        let methods = Methods::find()?;
        let attribute = |number| methods.get_attribute.call(&object, [int(number)]);
        let driver = attribute(number::ATTR_DRIVER_NAME)?.string().unwrap_or_default();
        let dialect = match driver.as_str() {
            "sqlite" => Dialect::Sqlite,
            "mysql" => Dialect::MySql,
            other => {
                let expected = format!("must be a connection to SQLite or MySQL, got one to `{other}`");
                return Err(Error::invalid("pdo", expected));
            }
        };
        if dialect == Dialect::Sqlite {
            let version = attribute(number::ATTR_SERVER_VERSION)?.string().unwrap_or_default();
            let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
            if (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) < OLDEST_SQLITE {
                let expected = format!("must be SQLite 3.37 or newer, this PHP has {version}");
                return Err(Error::invalid("pdo", expected));
            }
        }
        Ok(Self { object, methods, dialect, held: BTreeMap::new(), kept: Vec::new(), written })
    }

    fn attribute(&self, number: i64) -> Result<Zval> {
        self.methods.get_attribute.call(&self.object, [int(number)])
    }

    /// Without autocommit a transaction is always open.
    fn is_autocommitting(&self) -> Result<bool> {
        Ok(self.dialect == Dialect::Sqlite || whole(&self.attribute(number::ATTR_AUTOCOMMIT)?) != Some(0))
    }

    /// Whether a transaction is open on a connection.
    pub(crate) fn has_transaction(object: &Zval) -> Result<bool> {
        Ok(Methods::find()?.in_transaction.call(object, [])?.is_true())
    }

    /// The file of a SQLite database, if it has one.
    ///
    /// # Errors
    /// `unavailable` when the database does not report it.
    pub(crate) fn file(&mut self) -> Result<Option<String>> {
        if self.dialect != Dialect::Sqlite {
            return Ok(None);
        }
        let mut file = None;
        let text = "SELECT file FROM pragma_database_list WHERE name = 'main'";
        self.enter()?;
        let asked = self.run(&Statement { text, cells: &[], key: None, answers: Answers::Row }, &mut |row| {
            file = row.text(0)?.map(str::to_owned);
            Ok(())
        });
        self.leave();
        match asked {
            Ok(_) => Ok(file.filter(|file| !file.is_empty())),
            Err(ConnectionFault::Stopped(error)) => Err(error),
            Err(ConnectionFault::Database { message, .. }) => Err(Error::unavailable(Fault::DatabaseError, message)),
        }
    }

    /// Sets an attribute, and remembers the page's value of it.
    fn lend(&mut self, number: i64, ours: i64) -> Result<()> {
        let theirs = self.attribute(number)?;
        if whole(&theirs) == Some(ours) {
            return Ok(());
        }
        self.kept.push((number, theirs));
        self.methods.set_attribute.call(&self.object, [int(number), int(ours)]).map(drop)
    }

    fn prepare(&mut self, statement: &Statement<'_>) -> std::result::Result<Zval, ConnectionFault> {
        // Not the page's own class of statements, which might do more than PDO's.
        let mut plain = ZendHashTable::new();
        let mut options = ZendHashTable::new();
        let class = array(plain.push("PDOStatement").map(|()| plain));
        let options = array(
            class.and_then(|class| options.insert_at_index(number::ATTR_STATEMENT_CLASS, class).map(|()| options)),
        );
        let options = options.map_err(|error| ConnectionFault::Stopped(Error::internal(error)))?;
        let prepared = self.call(self.methods.prepare, [bytes(statement.text.as_bytes()), options])?;
        if prepared.is_object() { Ok(prepared) } else { Err(self.fault(self.methods.error_info, &self.object)) }
    }

    fn call<const COUNT: usize>(
        &self,
        method: Method,
        arguments: [Zval; COUNT],
    ) -> std::result::Result<Zval, ConnectionFault> {
        method.call(&self.object, arguments).map_err(ConnectionFault::Stopped)
    }

    /// The database's error for the statement that failed last.
    fn fault(&self, error_info: Method, on: &Zval) -> ConnectionFault {
        let info = match error_info.call(on, []) {
            Ok(info) => info,
            Err(error) => return ConnectionFault::Stopped(error),
        };
        let part = |index| info.array().and_then(|info| info.get_index(index));
        let state = part(0).and_then(Zval::string).unwrap_or_default();
        let code = part(1).and_then(whole).unwrap_or(0);
        let message = part(2).and_then(Zval::string).unwrap_or_default();
        ConnectionFault::Database { state, code, message }
    }

    /// Runs a prepared statement. After its rows it is closed; after an error it is not.
    fn run_prepared(
        &self,
        prepared: &Zval,
        statement: &Statement<'_>,
        each: Each<'_>,
    ) -> std::result::Result<u64, ConnectionFault> {
        let methods = &self.methods;
        let mut bound: Vec<_> = (1..).zip(statement.cells).map(|(place, cell)| bound(place, cell)).collect();
        let first = php_call::in_turn(prepared, |on| {
            for arguments in &mut bound {
                on.call(methods.bind_value, arguments);
            }
            if on.call(methods.execute, &mut []).is_false() {
                return None;
            }
            if statement.answers == Answers::Nothing {
                return Some(on.call(methods.row_count, &mut []));
            }
            let row = on.call(methods.fetch, &mut [int(number::FETCH_NUM)]);
            if statement.answers == Answers::Row && row.is_array() {
                on.call(methods.close_cursor, &mut []);
            }
            Some(row)
        });
        let Some(mut answer) = first.map_err(ConnectionFault::Stopped)? else {
            return Err(self.fault(methods.statement_error, prepared));
        };
        if statement.answers == Answers::Nothing {
            return Ok(rows(&answer));
        }
        while let Some(columns) = answer.array() {
            each(&Found(columns)).map_err(ConnectionFault::Stopped)?;
            if statement.answers == Answers::Row {
                return Ok(0);
            }
            answer = methods.fetch.call(prepared, [int(number::FETCH_NUM)]).map_err(ConnectionFault::Stopped)?;
        }
        self.end_rows(prepared)
    }

    /// The end of the rows and an error between rows look the same.
    fn end_rows(&self, prepared: &Zval) -> std::result::Result<u64, ConnectionFault> {
        let ended = php_call::in_turn(prepared, |on| {
            let ended = on.call(self.methods.error_code, &mut []).str() == Some(NO_ERROR);
            if ended {
                on.call(self.methods.close_cursor, &mut []);
            }
            ended
        });
        if ended.map_err(ConnectionFault::Stopped)? {
            Ok(0)
        } else {
            Err(self.fault(self.methods.statement_error, prepared))
        }
    }
}

impl Connection for Pdo {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn enter(&mut self) -> Result<Standing> {
        let entered = (|| {
            self.lend(number::ATTR_ERRMODE, number::ERRMODE_SILENT)?;
            self.lend(number::ATTR_ORACLE_NULLS, number::NULL_NATURAL)?;
            if self.dialect == Dialect::MySql {
                self.lend(number::ATTR_EMULATE_PREPARES, 1)?;
            }
            Ok(if self.is_inside()? { Standing::Inside } else { Standing::Outside })
        })();
        if matches!(entered, Ok(Standing::Outside)) {
            self.written.set(false);
        }
        if entered.is_err() {
            self.leave();
        }
        entered
    }

    fn leave(&mut self) {
        for (number, theirs) in self.kept.drain(..).rev() {
            // PDO releases its results.
            drop(self.methods.set_attribute.call(&self.object, [int(number), theirs]));
        }
    }

    fn is_inside(&mut self) -> Result<bool> {
        let inside = self.methods.in_transaction.call(&self.object, [])?.is_true();
        Ok(inside || !self.is_autocommitting()?)
    }

    fn note_write(&mut self) {
        self.written.set(true);
    }

    fn run(&mut self, statement: &Statement<'_>, each: Each<'_>) -> std::result::Result<u64, ConnectionFault> {
        if statement.answers == Answers::Nothing && statement.key.is_none() {
            let done = self.call(self.methods.exec, [bytes(statement.text.as_bytes())])?;
            return if done.is_false() {
                Err(self.fault(self.methods.error_info, &self.object))
            } else {
                Ok(rows(&done))
            };
        }
        let held = statement.key.and_then(|key| self.held.get(&key)).map(Zval::shallow_clone);
        let prepared = match held {
            Some(prepared) => prepared,
            None => self.prepare(statement)?,
        };
        let done = self.run_prepared(&prepared, statement, each);
        if done.is_err()
            && let Err(error) = self.methods.close_cursor.call(&prepared, [])
        {
            // One that cannot be closed is not used again.
            statement.key.map(|key| self.held.remove(&key));
            return Err(ConnectionFault::Stopped(error));
        }
        if let Some(key) = statement.key {
            self.held.entry(key).or_insert(prepared);
        }
        done
    }

    fn last_id(&mut self) -> Result<i64> {
        let id = self.methods.last_insert_id.call(&self.object, [])?;
        whole(&id).ok_or_else(|| Error::internal("the database gave the row no number"))
    }
}

/// The arguments that bind a value to its position.
fn bound(place: i64, cell: &SqlParam<'_>) -> [Zval; 3] {
    let (value, kind) = match cell {
        SqlParam::Null => (Zval::null(), number::PARAM_NULL),
        SqlParam::Int(number) => (int(*number), number::PARAM_INT),
        SqlParam::Text(text) => (bytes(text.as_bytes()), number::PARAM_STR),
        SqlParam::Blob(blob) => (bytes(blob), number::PARAM_LOB),
    };
    [int(place), value, int(kind)]
}

fn array(made: ext_php_rs::error::Result<ZBox<ZendHashTable>>) -> ext_php_rs::error::Result<Zval> {
    made.map(|table| {
        let mut zval = Zval::new();
        zval.set_hashtable(table);
        zval
    })
}
