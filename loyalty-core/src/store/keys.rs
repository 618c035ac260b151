//! Idempotency keys given by callers: stored for ever, with the first answer or refusal.

use super::session::{Session, SqlParam};
use crate::Result;
use crate::value::{Instant, Key};

/// The answer under a key.
#[derive(Debug, Clone)]
pub struct KeptAnswer {
    /// Digests of the arguments.
    pub request: String,
    /// Whether the answer is a reply rather than a refusal.
    pub accepted: bool,
    /// The reply or the refusal, as JSON.
    pub answer: String,
}

/// What is stored under a key, if anything.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, operation: &str, key: &Key) -> Result<Option<KeptAnswer>> {
    session.first(
        "SELECT request, outcome, answer FROM loyalty_keys WHERE operation = ? AND request_key = ? /* by key */",
        &[SqlParam::Text(operation), SqlParam::Text(key.as_str())],
        |row| {
            Ok(KeptAnswer {
                request: row.text()?.to_owned(),
                accepted: row.int()? == 1,
                answer: row.text()?.to_owned(),
            })
        },
    )
}

/// Stores an answer under a key.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, operation: &str, key: &Key, kept: &KeptAnswer, now: Instant) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_keys (operation, request_key, request, outcome, answer, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        &[
            SqlParam::Text(operation),
            SqlParam::Text(key.as_str()),
            SqlParam::Text(&kept.request),
            SqlParam::Int(i64::from(kept.accepted)),
            SqlParam::Text(&kept.answer),
            SqlParam::Int(now.micros()),
        ],
    )
}

/// Deletes what is stored under a key: its act was undone, and is done again.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn forget(session: &mut dyn Session, operation: &str, key: &Key) -> Result<()> {
    let named = [SqlParam::Text(operation), SqlParam::Text(key.as_str())];
    session.execute("DELETE FROM loyalty_keys WHERE operation = ? AND request_key = ?", &named).map(drop)
}
