//! Everything that a database holds, as text, to see whether a call changed anything.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

/// A look at an engine's file from outside. Open it after the engine has opened the file.
pub struct Dump(Connection);

impl Dump {
    /// Opens the file for reading.
    ///
    /// # Panics
    /// When there is no database.
    #[must_use]
    pub fn open(path: &Path) -> Self {
        Self(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database can be read"))
    }

    /// All rows of all tables.
    ///
    /// # Panics
    /// When the database cannot be read.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for table in self.tables() {
            let sql = format!("SELECT * FROM {table} ORDER BY 1, 2");
            let mut statement = self.0.prepare(&sql).expect("a table can be read");
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

    /// The number in the first column of the first row.
    ///
    /// # Panics
    /// When the statement is wrong.
    #[must_use]
    pub fn number(&self, sql: &str) -> i64 {
        self.0.query_row(sql, [], |row| row.get(0)).expect("a number")
    }

    fn tables(&self) -> Vec<String> {
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'loyalty%' ORDER BY name";
        let mut statement = self.0.prepare(sql).expect("the tables can be listed");
        let names = statement.query_map([], |row| row.get(0)).expect("the tables can be listed");
        names.map(|name| name.expect("a name")).collect()
    }
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
