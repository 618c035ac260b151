//! `loyalty_identities`: what identifies a member; each value exists once in the programme.

use super::session::{Param, Session};
use crate::Result;
use crate::domain::identity::Kind;
use crate::value::{Instant, UserId};

/// The member who has a value, given in its normal form.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, kind: Kind, value: &str) -> Result<Option<UserId>> {
    session.first(
        "SELECT user_id FROM loyalty_identities WHERE kind = ? AND value = ? /* by key */",
        &[Param::Text(kind.word()), Param::Text(value)],
        |row| row.int().map(UserId::stored),
    )
}

/// Adds a value that no member has.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, kind: Kind, value: &str, user_id: UserId, now: Instant) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_identities (kind, value, user_id, added_at) VALUES (?, ?, ?, ?)",
        &[Param::Text(kind.word()), Param::Text(value), Param::Int(user_id.get()), Param::Int(now.micros())],
    )
}

/// Deletes a value of a member.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn forget(session: &mut dyn Session, kind: Kind, value: &str, user_id: UserId) -> Result<()> {
    let cells = [Param::Text(kind.word()), Param::Text(value), Param::Int(user_id.get())];
    session.execute("DELETE FROM loyalty_identities WHERE kind = ? AND value = ? AND user_id = ?", &cells).map(drop)
}

/// Deletes all values of one kind that a member has.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn forget_all(session: &mut dyn Session, kind: Kind, user_id: UserId) -> Result<()> {
    let cells = [Param::Text(kind.word()), Param::Int(user_id.get())];
    session.execute("DELETE FROM loyalty_identities WHERE kind = ? AND user_id = ?", &cells).map(drop)
}
