//! What a SQLite file is made of: how much each of its trees takes, and which of them a commit writes to.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::Connection;

/// Bytes of the header of the log, and of the header of each page in it.
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// What a tree, that is a table or an index, takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Space {
    /// Bytes of its pages.
    pub bytes: i64,
    /// Bytes in them that nothing uses yet.
    pub free: i64,
}

/// The trees of a database by their names, and what each takes.
///
/// # Panics
/// When the database cannot be read.
#[must_use]
pub fn trees(database: &Connection) -> BTreeMap<String, Space> {
    let sql = "SELECT name, pgsize, unused FROM dbstat WHERE aggregate = TRUE";
    let mut statement = database.prepare(sql).expect("SQLite counts pages");
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, Space { bytes: row.get(1)?, free: row.get(2)? }));
    statement.query_map([], row).and_then(Iterator::collect).expect("the pages can be counted")
}

/// The name of the tree that each page belongs to.
///
/// # Panics
/// When the database cannot be read.
#[must_use]
pub fn owners(database: &Connection) -> BTreeMap<u32, String> {
    let mut statement = database.prepare("SELECT pageno, name FROM dbstat").expect("SQLite counts pages");
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    statement.query_map([], row).and_then(Iterator::collect).expect("the pages can be listed")
}

/// The pages in the write-ahead log of a database, by commits.
///
/// # Panics
/// When there is no log, or its last commit is not whole.
#[must_use]
pub fn commits(database: &Path) -> Vec<Vec<u32>> {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    let log = fs::read(name).expect("a write-ahead log");
    let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().expect("four bytes"));
    let page_bytes = number(8) as usize;
    let salts = &log[16..24];
    let (mut commits, mut open) = (Vec::new(), Vec::new());
    for at in (LOG_HEADER..log.len()).step_by(FRAME_HEADER + page_bytes) {
        // What the log had before it was begun anew.
        if log[at + 8..at + 16] != *salts {
            break;
        }
        open.push(number(at));
        // The last page of a commit says how many pages the database has.
        if number(at + 4) > 0 {
            commits.push(std::mem::take(&mut open));
        }
    }
    assert!(open.is_empty(), "a commit is not whole");
    commits
}
