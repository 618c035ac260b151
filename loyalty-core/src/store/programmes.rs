//! The programmes under which entries were made.

use super::session::{Cell, Session};
use crate::Result;
use crate::domain::programme::Programme;
use crate::value::Instant;

/// The number of a programme in this database, if it was used before.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, hash: &str) -> Result<Option<i64>> {
    session.first("SELECT id FROM loyalty_programmes WHERE hash = ?", &[Cell::Text(hash)], |row| row.int())
}

/// Keeps a programme and returns its number.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, programme: &Programme, now: Instant) -> Result<i64> {
    session.insert(
        "INSERT INTO loyalty_programmes (hash, name, source, first_used_at) VALUES (?, ?, ?, ?)",
        &[
            Cell::Text(programme.hash()),
            Cell::Text(&programme.name),
            Cell::Text(programme.source()),
            Cell::Int(now.micros()),
        ],
    )
}

/// The text of a programme by its number.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn source(session: &mut dyn Session, id: i64) -> Result<Option<String>> {
    session.first("SELECT source FROM loyalty_programmes WHERE id = ?", &[Cell::Int(id)], |row| {
        row.text().map(str::to_owned)
    })
}

/// The hash of a programme by its number.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn hash(session: &mut dyn Session, id: i64) -> Result<Option<String>> {
    session.first("SELECT hash FROM loyalty_programmes WHERE id = ?", &[Cell::Int(id)], |row| {
        row.text().map(str::to_owned)
    })
}
