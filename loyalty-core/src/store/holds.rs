//! `loyalty_holds`: points set aside for an open bill.

use super::session::{Columns, Session, SqlParam};
use crate::domain::hold::{Hold, HoldStatus};
use crate::value::{EntryId, Instant, MemberId, Points, UserId};
use crate::{Error, Result};

/// Adds an open hold.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, hold: &Hold) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_holds (id, user_id, points, captured, status, occurred_at, stands_until) \
         VALUES (?, ?, ?, 0, 'open', ?, ?)",
        &[
            SqlParam::Int(hold.entry.get()),
            SqlParam::Int(hold.user_id.get()),
            SqlParam::Int(hold.points.get()),
            SqlParam::Int(hold.occurred_at.micros()),
            SqlParam::Int(hold.until.micros()),
        ],
    )
}

/// One hold.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: EntryId) -> Result<Option<Hold>> {
    session.first(
        "SELECT id, user_id, points, status, occurred_at, stands_until FROM loyalty_holds WHERE id = ?",
        &[SqlParam::Int(id.get())],
        read,
    )
}

/// A member's open holds, the first to end first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn open(session: &mut dyn Session, user_id: UserId) -> Result<Vec<Hold>> {
    session.all(
        "SELECT id, user_id, points, status, occurred_at, stands_until FROM loyalty_holds WHERE user_id = ? AND status = 'open' \
         ORDER BY stands_until, id",
        &[SqlParam::Int(user_id.get())],
        read,
    )
}

/// When each of a member's holds ended that is no longer open.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn ends(session: &mut dyn Session, member: MemberId) -> Result<Vec<(EntryId, Instant)>> {
    let (low, high) = member.entry_range();
    session.all(
        "SELECT id, stands_until FROM loyalty_holds WHERE id > ? AND id < ? AND status <> 'open'",
        &[SqlParam::Int(low), SqlParam::Int(high)],
        |row| Ok((EntryId::stored(row.int()?), Instant::stored(row.int()?))),
    )
}

fn read(row: &mut Columns<'_>) -> Result<Hold> {
    Ok(Hold {
        entry: EntryId::stored(row.int()?),
        user_id: UserId::stored(row.int()?),
        points: Points::stored(row.int()?),
        status: HoldStatus::parse(row.text()?).ok_or_else(|| Error::internal("a hold has an unknown status"))?,
        occurred_at: Instant::stored(row.int()?),
        until: Instant::stored(row.int()?),
    })
}

/// Points that came back because the time of a hold was over.
#[derive(Debug, Clone, Copy)]
pub struct GivenBack {
    /// The entry that returned them.
    pub entry: EntryId,
    /// How many.
    pub points: Points,
    /// When the hold ended.
    pub at: Instant,
}

/// What a member's holds gave back by the clock since a moment.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn given_back_since(
    session: &mut dyn Session,
    user_id: UserId,
    member: MemberId,
    since: Instant,
) -> Result<Vec<GivenBack>> {
    let (low, high) = member.entry_range();
    session.all(
        "SELECT back.id, back.points_amount, held.stands_until FROM loyalty_holds held \
         JOIN loyalty_transactions back ON back.id > ?1 AND back.id < ?2 AND back.reverses_id = held.id \
         AND back.transaction_type = 'reversal' \
         WHERE held.user_id = ?3 AND held.status = 'ended' AND held.stands_until >= ?4 ORDER BY back.id",
        &[SqlParam::Int(low), SqlParam::Int(high), SqlParam::Int(user_id.get()), SqlParam::Int(since.micros())],
        |row| {
            let entry = EntryId::stored(row.int()?);
            Ok(GivenBack { entry, points: Points::stored(row.int()?), at: Instant::stored(row.int()?) })
        },
    )
}

/// Closes an open hold at a moment.
///
/// # Errors
/// `unavailable` when the database fails, `internal` when it is not open.
pub fn close(
    session: &mut dyn Session,
    hold: &Hold,
    status: HoldStatus,
    captured: Points,
    until: Instant,
) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_holds SET status = ?, captured = ?, stands_until = ? WHERE id = ? AND status = 'open'",
        &[
            SqlParam::Text(status.word()),
            SqlParam::Int(captured.get()),
            SqlParam::Int(until.micros()),
            SqlParam::Int(hold.entry.get()),
        ],
    )
}

/// Points that a member's holds had set aside at a moment.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn held_at(session: &mut dyn Session, user_id: UserId, at: Instant) -> Result<Points> {
    let held = session.first(
        "SELECT COALESCE(SUM(points), 0) FROM loyalty_holds WHERE user_id = ? AND occurred_at <= ? AND stands_until > ?",
        &[SqlParam::Int(user_id.get()), SqlParam::Int(at.micros()), SqlParam::Int(at.micros())],
        |row| row.int().map(Points::stored),
    )?;
    Ok(held.unwrap_or_default())
}

/// Users whose holds ended by the clock but are not booked as ended, the first to end first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn due(session: &mut dyn Session, now: Instant, limit: i64) -> Result<Vec<UserId>> {
    session.all(
        "SELECT user_id FROM loyalty_holds WHERE status = 'open' AND stands_until <= ? ORDER BY stands_until, id LIMIT ?",
        &[SqlParam::Int(now.micros()), SqlParam::Int(limit)],
        |row| row.int().map(UserId::stored),
    )
}
