//! Everything that a database holds, as text, to see whether a call changed anything.

use std::path::Path;
use std::sync::Mutex;

use mysql::Conn;
use mysql::prelude::Queryable as _;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use crate::store;

/// A look at an engine's database from outside.
pub struct Dump(Look);

enum Look {
    File(Connection),
    // Behind a lock, because a connection to a server changes when it asks.
    Server(Mutex<Conn>),
}

impl Dump {
    /// Opens a file for reading, after the engine has opened it.
    ///
    /// # Panics
    /// When there is no database.
    #[must_use]
    pub fn open(path: &Path) -> Self {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY);
        Self(Look::File(connection.expect("the database can be read")))
    }

    /// Connects to a server.
    ///
    /// # Panics
    /// When it does not answer.
    #[must_use]
    pub fn connect(setting: &str) -> Self {
        Self(Look::Server(Mutex::new(store::connect(setting))))
    }

    /// All rows of all tables.
    ///
    /// # Panics
    /// When the database cannot be read.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.0 {
            Look::File(connection) => of_file(connection),
            Look::Server(connection) => of_server(&mut connection.lock().expect("nobody failed before")),
        }
    }

    /// The number in the first column of the first row.
    ///
    /// # Panics
    /// When the statement is wrong.
    #[must_use]
    pub fn number(&self, sql: &str) -> i64 {
        match &self.0 {
            Look::File(connection) => connection.query_row(sql, [], |row| row.get(0)).expect("a number"),
            Look::Server(connection) => {
                let numbers = connection.lock().expect("nobody failed before").query::<i64, _>(sql);
                numbers.expect("a statement")[0]
            }
        }
    }
}

fn of_file(connection: &Connection) -> String {
    let mut text = String::new();
    for table in tables(connection) {
        let mut statement =
            connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).expect("a table can be read");
        let columns = statement.column_count();
        let mut rows = statement.query([]).expect("a table can be read");
        text.push_str(&table);
        text.push('\n');
        while let Some(row) = rows.next().expect("a row can be read") {
            for column in 0..columns {
                push(&mut text, row.get_ref(column).expect("a column can be read"));
            }
            text.push('\n');
        }
    }
    text
}

fn tables(connection: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'loyalty%' ORDER BY name";
    let mut statement = connection.prepare(sql).expect("the tables can be listed");
    let names = statement.query_map([], |row| row.get(0)).expect("the tables can be listed");
    names.map(|name| name.expect("a name")).collect()
}

fn of_server(connection: &mut Conn) -> String {
    let tables: Vec<String> = connection.query("SHOW TABLES LIKE 'loyalty%'").expect("the tables can be listed");
    let mut text = String::new();
    // Every write notes its number in `loyalty_attempts`, also one that changes nothing else.
    for table in tables.iter().filter(|table| *table != "loyalty_attempts") {
        text.push_str(table);
        text.push('\n');
        let rows: Vec<mysql::Row> =
            connection.query(format!("SELECT * FROM {table} ORDER BY 1, 2")).expect("a table can be read");
        for row in rows {
            text.push_str(&format!("{:?}\n", row.unwrap()));
        }
    }
    text
}

fn push(text: &mut String, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => text.push('-'),
        ValueRef::Integer(number) => text.push_str(&number.to_string()),
        ValueRef::Real(number) => text.push_str(&number.to_string()),
        ValueRef::Text(bytes) => text.push_str(&String::from_utf8_lossy(bytes)),
        ValueRef::Blob(bytes) => bytes.iter().for_each(|byte| text.push_str(&format!("{byte:02x}"))),
    }
    text.push('|');
}
