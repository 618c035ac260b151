//! `loyalty_guesses`: failed look-ups of codes, by a digest of who asked.

use super::session::{Session, SqlParam};
use crate::Result;
use crate::domain::guessing::Tries;
use crate::value::Instant;

/// The failed look-ups of a source, if there were any. In a write, its row is locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, source: &[u8]) -> Result<Option<Tries>> {
    session.first(
        "SELECT since, failures, paused_until FROM loyalty_guesses WHERE source = ? /* locked */",
        &[SqlParam::Blob(source)],
        |row| {
            Ok(Tries {
                since: Instant::stored(row.int()?),
                failures: row.int()?,
                paused_until: Instant::stored(row.int()?),
            })
        },
    )
}

/// Creates the row of a source if it is missing, so that it can be locked.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn touch(session: &mut dyn Session, source: &[u8], now: Instant) -> Result<()> {
    let sql = "INSERT INTO loyalty_guesses (source, since, failures, paused_until) VALUES (?, ?, ?, ?) \
             ON CONFLICT (source) DO UPDATE SET failures = failures + excluded.failures";
    let cells = [SqlParam::Blob(source), SqlParam::Int(now.micros()), SqlParam::Int(0), SqlParam::Int(now.micros())];
    session.execute(sql, &cells).map(drop)
}

/// Stores the state of a source.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update(session: &mut dyn Session, source: &[u8], tries: Tries) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_guesses SET since = ?, failures = ?, paused_until = ? WHERE source = ?",
        &[
            SqlParam::Int(tries.since.micros()),
            SqlParam::Int(tries.failures),
            SqlParam::Int(tries.paused_until.micros()),
            SqlParam::Blob(source),
        ],
    )
}

/// Deletes the sources whose failures were all before a moment and whose pauses ended before it.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn forget(session: &mut dyn Session, before: Instant) -> Result<()> {
    let sql = "DELETE FROM loyalty_guesses WHERE paused_until < ?1 AND since < ?1";
    session.execute(sql, &[SqlParam::Int(before.micros())]).map(drop)
}
