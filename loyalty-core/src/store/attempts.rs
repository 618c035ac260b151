//! `loyalty_attempts`: the number of the last write of each connection, by which a lost answer is settled.
//!
//! The row is written in the transaction of the write. When the answer of a commit is lost, the row says whether it
//! happened; and since the next attempt changes the same row, a commit that is still under way cannot win later.

use super::session::{Cell, Session};
use crate::Result;
use crate::value::Instant;

/// The number of the last write that was committed under this name, locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn last(session: &mut dyn Session, name: i64) -> Result<Option<i64>> {
    let sql = "SELECT number FROM loyalty_attempts WHERE name = ? /* locked */";
    session.first(sql, &[Cell::Int(name)], |row| row.int())
}

/// How long what a connection noted is kept. No commit is under way for so long.
const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// Notes the number of a write. With its first one a connection removes what those of another day have left.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn note(session: &mut dyn Session, name: i64, number: i64, now: Instant) -> Result<()> {
    if number == 1 {
        let kept_from = now.plus_seconds(-KEPT_SECONDS).micros();
        session.execute("DELETE FROM loyalty_attempts WHERE written_at < ?", &[Cell::Int(kept_from)])?;
    }
    session.execute_one(
        "INSERT INTO loyalty_attempts (name, number, written_at) VALUES (?, ?, ?) \
         ON CONFLICT (name) DO UPDATE SET number = excluded.number, written_at = excluded.written_at",
        &[Cell::Int(name), Cell::Int(number), Cell::Int(now.micros())],
    )
}
