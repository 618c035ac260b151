//! `loyalty_consents`: what members agreed to and took back, with its proof.

use super::session::{Session, SqlParam};
use crate::Result;
use crate::value::{Instant, UserId};

/// A change of what a member agrees to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentChange<'a> {
    /// What: a kind or a class, alone or with a channel.
    pub what: &'a str,
    /// 1 when it was given, 0 when it was taken back.
    pub given: i64,
    /// Where: a form, an import, a link in an e-mail.
    pub source: Option<&'a str>,
    /// Who did it.
    pub actor: Option<&'a str>,
    /// When.
    pub at: Instant,
}

/// Adds a change behind those before.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn append(session: &mut dyn Session, user_id: UserId, change: &ConsentChange<'_>) -> Result<()> {
    let sql = "SELECT COALESCE(MAX(number), 0) FROM loyalty_consents WHERE user_id = ?";
    let last = session.first(sql, &[SqlParam::Int(user_id.get())], |row| row.int())?.unwrap_or(0);
    session.execute_one(
        "INSERT INTO loyalty_consents (user_id, number, what, given, source, actor, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        &[
            SqlParam::Int(user_id.get()),
            SqlParam::Int(last + 1),
            SqlParam::Text(change.what),
            SqlParam::Int(change.given),
            SqlParam::text(change.source),
            SqlParam::text(change.actor),
            SqlParam::Int(change.at.micros()),
        ],
    )
}

/// The newest source of something that a member agreed to.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn source(session: &mut dyn Session, user_id: UserId, what: &str) -> Result<Option<String>> {
    let found = session.first(
        "SELECT source FROM loyalty_consents WHERE user_id = ? AND what = ? ORDER BY number DESC LIMIT 1",
        &[SqlParam::Int(user_id.get()), SqlParam::Text(what)],
        |row| Ok(row.opt_text()?.map(str::to_owned)),
    )?;
    Ok(found.flatten())
}
