//! `loyalty_acts`: acts on a member that no entry records in full, stored as they were requested.

use super::session::{Session, SqlParam};
use crate::Result;
use crate::value::{EntryId, Instant, MemberId, UserId};

/// An act, between two entries of a member.
#[derive(Debug, Clone)]
pub struct Act {
    /// The member's last entry before it; its number is 0 when there was none.
    pub after: EntryId,
    /// The last entry that it wrote for the member; `after` when it wrote none.
    pub until: EntryId,
    /// The act, as JSON.
    pub what: String,
    /// The order before it was changed, as JSON.
    pub order_before: Option<String>,
    /// When it happened.
    pub occurred_at: Instant,
    /// When it was recorded.
    pub recorded_at: Instant,
}

/// Stores an act after those that follow the same entry.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, user_id: UserId, act: &Act) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_acts (last_entry, number, act, order_before, occurred_at, created_at, booked_until, user_id) \
         SELECT ?1, COALESCE(MAX(number), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7 FROM loyalty_acts WHERE last_entry = ?1",
        &[
            SqlParam::Int(act.after.get()),
            SqlParam::Text(&act.what),
            SqlParam::text(act.order_before.as_deref()),
            SqlParam::Int(act.occurred_at.micros()),
            SqlParam::Int(act.recorded_at.micros()),
            SqlParam::Int(act.until.get()),
            SqlParam::Int(user_id.get()),
        ],
    )
}

/// A member's acts, in the order in which they were done.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_member(session: &mut dyn Session, member: MemberId) -> Result<Vec<Act>> {
    let (low, high) = member.entry_range();
    session.all(
        "SELECT last_entry, booked_until, act, order_before, occurred_at, created_at FROM loyalty_acts \
         WHERE last_entry >= ? AND last_entry < ? ORDER BY last_entry, number",
        &[SqlParam::Int(low), SqlParam::Int(high)],
        |row| {
            Ok(Act {
                after: EntryId::stored(row.int()?),
                until: EntryId::stored(row.int()?),
                what: row.text()?.to_owned(),
                order_before: row.opt_text()?.map(str::to_owned),
                occurred_at: Instant::stored(row.int()?),
                recorded_at: Instant::stored(row.int()?),
            })
        },
    )
}
