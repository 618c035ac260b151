//! Every table of the schema, read from the migrations themselves: for a copy, which tables and columns there are.

use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};

use super::dialect::{Dialect, statements};
use super::schema;
use super::session::{Row, Session, SqlParam};
use crate::value::hex;
use crate::{Error, Result};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Int,
    Text,
    Blob,
}

/// A table, with the statements that read and write whole rows.
#[derive(Debug)]
pub struct Table {
    /// Its name, without the configured prefix.
    pub name: String,
    columns: Vec<(String, Holds)>,
    key: Vec<String>,
    select: String,
    insert: String,
    any: String,
    check: String,
    /// The statements that empty the table at once: for SQLite, and for a server.
    empty: [String; 2],
}

/// A value of a row that outlives the row.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kept {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// A row that was read, to be written to another database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record(Vec<Kept>);

/// The hash over rows in the order of their key, the same on every kind of database.
#[derive(Debug, Clone)]
pub struct Fingerprint {
    hash: Sha256,
    rows: u64,
}

/// All tables with the engine's data. The record of the migrations and the numbers of connections' last writes are not
/// included: they belong to one database only.
///
/// # Errors
/// `internal` when a migration is written in a way that is not understood here.
pub fn all() -> Result<&'static [Table]> {
    static TABLES: OnceLock<std::result::Result<Vec<Table>, String>> = OnceLock::new();
    TABLES.get_or_init(read).as_deref().map_err(Error::internal)
}

fn read() -> std::result::Result<Vec<Table>, String> {
    let mut tables: Vec<Table> = Vec::new();
    for statement in schema::scripts().flat_map(statements) {
        let words: Vec<&str> = statement.split_whitespace().collect();
        match words.as_slice() {
            ["CREATE", "TABLE", name, ..] => tables.push(Table::created(name, &statement)?),
            ["ALTER", "TABLE", name, "ADD", "COLUMN", column, holds, ..] => {
                let table = tables.iter_mut().find(|table| table.name == *name);
                let table = table.ok_or_else(|| format!("`{name}` is changed before it is made"))?;
                table.columns.push(((*column).to_owned(), Holds::of(holds)?));
            }
            ["CREATE", "INDEX" | "UNIQUE", ..] | ["DROP", "INDEX", ..] | ["INSERT" | "UPDATE" | "DELETE", ..] => {}
            _ => return Err(format!("a migration says what is not understood here: `{statement}`")),
        }
    }
    tables.iter_mut().for_each(Table::write_statements);
    Ok(tables)
}

impl Holds {
    fn of(word: &str) -> std::result::Result<Self, String> {
        match word.split(['(', ',']).next().unwrap_or_default() {
            "$int" | "$serial" | "$id" => Ok(Self::Int),
            "$text" => Ok(Self::Text),
            "$blob" => Ok(Self::Blob),
            other => Err(format!("a column has the unknown type `{other}`")),
        }
    }
}

impl Table {
    /// Its columns, and whether each holds text.
    #[cfg(test)]
    pub fn columns(&self) -> impl Iterator<Item = (&str, bool)> {
        self.columns.iter().map(|(name, holds)| (name.as_str(), *holds == Holds::Text))
    }

    fn created(name: &str, statement: &str) -> std::result::Result<Self, String> {
        let body = statement.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')'));
        let (body, _) = body.ok_or_else(|| format!("`{name}` has no columns"))?;
        let mut table = Self {
            name: name.to_owned(),
            columns: Vec::new(),
            key: Vec::new(),
            select: String::new(),
            insert: String::new(),
            any: String::new(),
            check: String::new(),
            empty: [String::new(), String::new()],
        };
        for part in parts(body) {
            let words: Vec<&str> = part.split_whitespace().collect();
            match words.as_slice() {
                ["PRIMARY", ..] => {
                    let inside = part.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
                    let (columns, _) = inside.ok_or_else(|| format!("`{name}` has a key without columns"))?;
                    table.key = columns.split(',').map(|column| column.trim().to_owned()).collect();
                }
                ["CHECK" | "UNIQUE", ..] => {}
                [column, holds, rest @ ..] => {
                    if matches!(*holds, "$serial" | "$id") || rest.contains(&"PRIMARY") {
                        table.key = vec![(*column).to_owned()];
                    }
                    table.columns.push(((*column).to_owned(), Holds::of(holds)?));
                }
                _ => return Err(format!("`{name}` has a part that is not understood here: `{part}`")),
            }
        }
        if table.key.is_empty() { Err(format!("`{name}` has no key")) } else { Ok(table) }
    }

    fn write_statements(&mut self) {
        let columns = self.columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
        let places = vec!["?"; self.columns.len()].join(", ");
        let (name, key) = (&self.name, self.key.join(", "));
        self.select = format!("SELECT {columns} FROM {name} ORDER BY {key}");
        self.insert = format!("INSERT INTO {name} ({columns}) VALUES ({places})");
        self.any = format!("SELECT 1 FROM {name} LIMIT 1");
        self.check = format!("PRAGMA integrity_check({name})");
        self.empty = [format!("DELETE FROM {name};"), format!("TRUNCATE TABLE {name};")];
    }

    /// Whether it has a row.
    ///
    /// # Errors
    /// `unavailable` when the database fails.
    pub fn has_rows(&'static self, session: &mut dyn Session) -> Result<bool> {
        session.first(&self.any, &[], |_| Ok(())).map(|found| found.is_some())
    }

    /// The first thing that SQLite finds wrong with its pages, its indexes or the rules of its columns. A server checks
    /// its pages when it reads them.
    ///
    /// # Errors
    /// `unavailable` when the database fails.
    pub fn damage(&'static self, session: &mut dyn Session) -> Result<Option<String>> {
        if session.dialect() != Dialect::Sqlite {
            return Ok(None);
        }
        let said = session.first(&self.check, &[], |row| row.text().map(str::to_owned))?;
        Ok(said.filter(|said| said != "ok"))
    }

    /// Removes all rows, outside a transaction.
    ///
    /// # Errors
    /// `unavailable` when the database fails.
    pub fn empty(&self, session: &mut dyn Session) -> Result<()> {
        let [file, server] = &self.empty;
        let is_server = session.may_lose_answers();
        session.script(if is_server { server } else { file })
    }

    /// Reads all rows in the order of their key, one at a time.
    ///
    /// # Errors
    /// `unavailable` when the database fails, and whatever `each` returns.
    pub fn read(&'static self, session: &mut dyn Session, each: &mut dyn FnMut(Record) -> Result<()>) -> Result<()> {
        session.query(&self.select, &[], &mut |row| each(self.record(row)?))
    }

    fn record(&self, row: &dyn Row) -> Result<Record> {
        let kept = |(place, (_, holds)): (usize, &(String, Holds))| {
            Ok(match holds {
                Holds::Int => row.int(place)?.map_or(Kept::Null, Kept::Int),
                Holds::Text => row.text(place)?.map_or(Kept::Null, |text| Kept::Text(text.to_owned())),
                Holds::Blob => row.blob(place)?.map_or(Kept::Null, |bytes| Kept::Blob(bytes.to_vec())),
            })
        };
        self.columns.iter().enumerate().map(kept).collect::<Result<_>>().map(Record)
    }

    /// Writes a row with all its values, including the id.
    ///
    /// # Errors
    /// `unavailable` when the database fails, `internal` when the row exists.
    pub fn write(&'static self, session: &mut dyn Session, record: &Record) -> Result<()> {
        session.execute_one(&self.insert, &record.cells())
    }

    /// The hash over no rows.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hash = Sha256::new();
        for (name, _) in &self.columns {
            hash.update(name.as_bytes());
            hash.update([0]);
        }
        Fingerprint { hash, rows: 0 }
    }
}

impl Record {
    /// About how many bytes it takes to send it.
    #[must_use]
    pub fn size(&self) -> usize {
        let size = |kept: &Kept| match kept {
            Kept::Null | Kept::Int(_) => 20,
            Kept::Text(text) => 2 * text.len() + 10,
            Kept::Blob(bytes) => 2 * bytes.len() + 10,
        };
        self.0.iter().map(size).sum()
    }

    fn cells(&self) -> Vec<SqlParam<'_>> {
        let cell = |kept| match kept {
            &Kept::Null => SqlParam::Null,
            &Kept::Int(number) => SqlParam::Int(number),
            Kept::Text(text) => SqlParam::Text(text),
            Kept::Blob(bytes) => SqlParam::Blob(bytes),
        };
        self.0.iter().map(cell).collect()
    }
}

impl Fingerprint {
    /// Adds a row to the hash: for each column the kind of value, its length, and the value.
    pub fn add(&mut self, record: &Record) {
        self.rows = self.rows.saturating_add(1);
        for kept in &record.0 {
            match kept {
                Kept::Null => self.hash.update([0]),
                Kept::Int(number) => {
                    self.hash.update([1]);
                    self.hash.update(number.to_be_bytes());
                }
                Kept::Text(text) => self.bytes(2, text.as_bytes()),
                Kept::Blob(bytes) => self.bytes(3, bytes),
            }
        }
    }

    fn bytes(&mut self, kind: u8, bytes: &[u8]) {
        self.hash.update([kind]);
        self.hash.update((bytes.len() as u64).to_be_bytes());
        self.hash.update(bytes);
    }

    /// How many rows were added.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// The hash, as 32 hexadecimal digits.
    #[must_use]
    pub fn hex(self) -> String {
        let hash = self.hash.finalize();
        hex(hash.get(..16).unwrap_or(&hash))
    }
}

/// The parts between commas that are outside of brackets.
fn parts(body: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let outside = |sign: char| {
        depth += i32::from(sign == '(') - i32::from(sign == ')');
        sign == ',' && depth == 0
    };
    body.split(outside).map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_migrations_are_understood() {
        let tables = all().unwrap();
        let users = tables.iter().find(|table| table.name == "loyalty_users").unwrap();
        let column = |name: &str| users.columns.iter().find(|(known, _)| known == name).map(|(_, holds)| *holds);
        assert_eq!(column("balance"), Some(Holds::Int));
        assert_eq!(column("last_link"), Some(Holds::Blob));
        assert_eq!(column("merged_into"), Some(Holds::Int), "a later migration adds it");
        let keys = |name: &str| &tables.iter().find(|table| table.name == name).unwrap().key;
        assert_eq!(keys("loyalty_transactions"), &["id"]);
        assert_eq!(keys("loyalty_lot_uses"), &["entry_id", "lot_id"]);
        assert_eq!(keys("loyalty_hints"), &["user_id"]);
    }

    #[test]
    fn the_hash_tells_null_from_nothing_and_where_a_text_ends() {
        let table = Table::created("t", "CREATE TABLE t (a $serial, b $text(9), c $text(9)) $table").unwrap();
        let hex = |cells: &[Kept]| {
            let mut fingerprint = table.fingerprint();
            fingerprint.add(&Record(cells.to_vec()));
            fingerprint.hex()
        };
        let text = |text: &str| Kept::Text(text.to_owned());
        let rows = [
            [Kept::Int(1), text("ab"), text("")],
            [Kept::Int(1), text("a"), text("b")],
            [Kept::Int(1), Kept::Null, text("ab")],
            [Kept::Int(1), text(""), text("ab")],
            [Kept::Int(2), text("ab"), text("")],
        ];
        let hashes: std::collections::BTreeSet<String> = rows.iter().map(|row| hex(row)).collect();
        assert_eq!(hashes.len(), rows.len());
    }
}
