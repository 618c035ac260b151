//! `loyalty_attempts`: the number of the last write of each connection; it shows whether a commit whose answer was lost
//! took place.
//!
//! The row is written in the transaction of the write. When the answer of a commit is lost, the row says whether it was
//! committed. The next attempt changes the same row, so a commit that is still in progress cannot succeed later.

use super::session::{Session, SqlParam};
use crate::Result;
use crate::value::Instant;

/// The number of the last write that was committed under this name, locked until the end of the transaction.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn last(session: &mut dyn Session, name: i64) -> Result<Option<i64>> {
    let sql = "SELECT number FROM loyalty_attempts WHERE name = ? /* locked */";
    session.first(sql, &[SqlParam::Int(name)], |row| row.int())
}

/// How long a connection's record is kept. No commit takes that long.
const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// Stores the number of a write. With its first write, a connection removes old records of other connections.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn note(session: &mut dyn Session, name: i64, number: i64, now: Instant) -> Result<()> {
    if number == 1 {
        let kept_from = now.plus_seconds(-KEPT_SECONDS).micros();
        session.execute("DELETE FROM loyalty_attempts WHERE written_at < ?", &[SqlParam::Int(kept_from)])?;
    }
    session.execute_one(
        "INSERT INTO loyalty_attempts (name, number, written_at) VALUES (?, ?, ?) \
         ON CONFLICT (name) DO UPDATE SET number = excluded.number, written_at = excluded.written_at",
        &[SqlParam::Int(name), SqlParam::Int(number), SqlParam::Int(now.micros())],
    )
}
