//! `loyalty_identities`: what identifies a member; each value exists once in the programme.

use super::session::{Session, SqlParam};
use crate::Result;
use crate::domain::identity::IdentityKind;
use crate::value::{Instant, UserId};

/// The member who has a value, given in its normal form.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, kind: IdentityKind, value: &str) -> Result<Option<UserId>> {
    session.first(
        "SELECT user_id FROM loyalty_identities WHERE kind = ? AND value = ? /* by key */",
        &[SqlParam::Text(kind.word()), SqlParam::Text(value)],
        |row| row.int().map(UserId::stored),
    )
}

/// Adds a value that no member has.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, kind: IdentityKind, value: &str, user_id: UserId, now: Instant) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_identities (kind, value, user_id, added_at) VALUES (?, ?, ?, ?)",
        &[
            SqlParam::Text(kind.word()),
            SqlParam::Text(value),
            SqlParam::Int(user_id.get()),
            SqlParam::Int(now.micros()),
        ],
    )
}

/// Deletes a value of a member.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn forget(session: &mut dyn Session, kind: IdentityKind, value: &str, user_id: UserId) -> Result<()> {
    let cells = [SqlParam::Text(kind.word()), SqlParam::Text(value), SqlParam::Int(user_id.get())];
    session.execute("DELETE FROM loyalty_identities WHERE kind = ? AND value = ? AND user_id = ?", &cells).map(drop)
}

/// Deletes all values of one kind that a member has.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn forget_all(session: &mut dyn Session, kind: IdentityKind, user_id: UserId) -> Result<()> {
    let cells = [SqlParam::Text(kind.word()), SqlParam::Int(user_id.get())];
    session.execute("DELETE FROM loyalty_identities WHERE kind = ? AND user_id = ?", &cells).map(drop)
}
