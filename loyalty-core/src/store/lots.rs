//! `loyalty_lots` and `loyalty_lot_uses`: where points come from and where they went.

use super::session::{Columns, Session, SqlParam};
use crate::Result;
use crate::domain::lot::{Lot, LotUse};
use crate::value::{EntryId, Instant, MemberId, Points, UserId};

/// Adds a lot, already reduced by the debt that it repaid at once.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, user_id: UserId, lot: &Lot) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_lots (id, user_id, points, remaining, closed, available_at, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        &[
            SqlParam::Int(lot.id.get()),
            SqlParam::Int(user_id.get()),
            SqlParam::Int(lot.points.get()),
            SqlParam::Int(lot.remaining.get()),
            SqlParam::Int(i64::from(lot.remaining == Points::ZERO)),
            SqlParam::Int(lot.available_at.micros()),
            SqlParam::Int(lot.expires_at.micros()),
        ],
    )
}

/// A member's lots with points left, those that end soonest first, then the oldest.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn open(session: &mut dyn Session, user_id: UserId) -> Result<Vec<Lot>> {
    session.all(
        "SELECT id, points, remaining, available_at, expires_at FROM loyalty_lots \
         WHERE user_id = ? AND closed = 0 ORDER BY expires_at, id",
        &[SqlParam::Int(user_id.get())],
        read,
    )
}

/// One lot.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: EntryId) -> Result<Option<Lot>> {
    session.first(
        "SELECT id, points, remaining, available_at, expires_at FROM loyalty_lots WHERE id = ?",
        &[SqlParam::Int(id.get())],
        read,
    )
}

/// All lots of a member, oldest first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn all(session: &mut dyn Session, member: MemberId) -> Result<Vec<Lot>> {
    let (low, high) = member.entry_range();
    session.all(
        "SELECT id, points, remaining, available_at, expires_at FROM loyalty_lots WHERE id > ? AND id < ? ORDER BY id",
        &[SqlParam::Int(low), SqlParam::Int(high)],
        read,
    )
}

fn read(row: &mut Columns<'_>) -> Result<Lot> {
    Ok(Lot {
        id: EntryId::stored(row.int()?),
        points: Points::stored(row.int()?),
        remaining: Points::stored(row.int()?),
        available_at: Instant::stored(row.int()?),
        expires_at: Instant::stored(row.int()?),
    })
}

/// Points of a member's open lots that end between `now` and a later moment.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn ending_before(session: &mut dyn Session, user_id: UserId, now: Instant, before: Instant) -> Result<Points> {
    let sum = session.first(
        "SELECT COALESCE(SUM(remaining), 0) FROM loyalty_lots \
         WHERE user_id = ? AND closed = 0 AND expires_at > ? AND expires_at <= ?",
        &[SqlParam::Int(user_id.get()), SqlParam::Int(now.micros()), SqlParam::Int(before.micros())],
        |row| row.int().map(Points::stored),
    )?;
    Ok(sum.unwrap_or_default())
}

/// Records a use and changes what remains of the lot.
///
/// # Errors
/// `unavailable` when the database fails, `internal` when the lot would leave its bounds.
pub fn apply(session: &mut dyn Session, entry: EntryId, change: LotUse) -> Result<()> {
    record(session, entry, change)?;
    session.execute_one(
        // In this order: MySQL sees the new value of a column that was set earlier in the statement.
        "UPDATE loyalty_lots SET closed = CASE WHEN remaining + ?1 = 0 THEN 1 ELSE 0 END, \
         remaining = remaining + ?1 WHERE id = ?2",
        &[SqlParam::Int(change.points.get()), SqlParam::Int(change.lot.get())],
    )
}

/// Records a use of a lot that is inserted with its reduced remainder.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn record(session: &mut dyn Session, entry: EntryId, change: LotUse) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_lot_uses (entry_id, lot_id, points) VALUES (?, ?, ?)",
        &[SqlParam::Int(entry.get()), SqlParam::Int(change.lot.get()), SqlParam::Int(change.points.get())],
    )
}

/// What an entry did to lots.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn uses_of(session: &mut dyn Session, entry: EntryId) -> Result<Vec<LotUse>> {
    session.all(
        "SELECT lot_id, points FROM loyalty_lot_uses WHERE entry_id = ? ORDER BY lot_id",
        &[SqlParam::Int(entry.get())],
        |row| Ok(LotUse { lot: EntryId::stored(row.int()?), points: Points::stored(row.int()?) }),
    )
}

/// Sum of the uses of each of a member's lots.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn used_by_lot(session: &mut dyn Session, member: MemberId) -> Result<Vec<LotUse>> {
    let (low, high) = member.entry_range();
    session.all(
        "SELECT lot_id, SUM(points) FROM loyalty_lot_uses WHERE entry_id > ? AND entry_id < ? GROUP BY lot_id ORDER BY lot_id",
        &[SqlParam::Int(low), SqlParam::Int(high)],
        |row| Ok(LotUse { lot: EntryId::stored(row.int()?), points: Points::stored(row.int()?) }),
    )
}

/// Points that a member had at `as_of` in lots that began later, and in lots that had ended by then but were not swept.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn pending_and_unswept(session: &mut dyn Session, member: MemberId, as_of: Instant) -> Result<(Points, Points)> {
    let (low, high) = member.entry_range();
    let pending = session.first(
        "SELECT COALESCE(SUM(lot.points + COALESCE((SELECT SUM(used.points) FROM loyalty_lot_uses used \
         JOIN loyalty_transactions entry ON entry.id = used.entry_id \
         WHERE used.lot_id = lot.id AND used.entry_id > ?1 AND used.entry_id < ?2 AND entry.occurred_at <= ?3), 0)), 0) \
         FROM loyalty_lots lot JOIN loyalty_transactions made ON made.id = lot.id \
         WHERE lot.id > ?1 AND lot.id < ?2 AND lot.available_at > ?3 AND made.occurred_at <= ?3",
        &[SqlParam::Int(low), SqlParam::Int(high), SqlParam::Int(as_of.micros())],
        |row| row.int().map(Points::stored),
    )?;
    let unswept = session.first(
        "SELECT COALESCE(SUM(lot.remaining), 0) FROM loyalty_lots lot JOIN loyalty_transactions made ON made.id = lot.id \
         WHERE lot.id > ?1 AND lot.id < ?2 AND lot.closed = 0 AND lot.expires_at <= ?3 AND made.occurred_at <= ?3",
        &[SqlParam::Int(low), SqlParam::Int(high), SqlParam::Int(as_of.micros())],
        |row| row.int().map(Points::stored),
    )?;
    Ok((pending.unwrap_or_default(), unswept.unwrap_or_default()))
}

/// The points that ended next after a past moment, as they were at that time, and when they ended.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn next_expiry_at(
    session: &mut dyn Session,
    member: MemberId,
    as_of: Instant,
) -> Result<Option<(Points, Instant)>> {
    let (low, high) = member.entry_range();
    session.first(
        "SELECT SUM(left_over), expires_at FROM (SELECT lot.expires_at AS expires_at, lot.points + COALESCE((SELECT SUM(used.points) \
         FROM loyalty_lot_uses used JOIN loyalty_transactions entry ON entry.id = used.entry_id \
         WHERE used.lot_id = lot.id AND used.entry_id > ?1 AND used.entry_id < ?2 AND entry.occurred_at <= ?3), 0) AS left_over \
         FROM loyalty_lots lot JOIN loyalty_transactions made ON made.id = lot.id \
         WHERE lot.id > ?1 AND lot.id < ?2 AND lot.expires_at > ?3 AND lot.expires_at < ?4 AND made.occurred_at <= ?3) standing \
         WHERE left_over > 0 GROUP BY expires_at ORDER BY expires_at LIMIT 1",
        &[SqlParam::Int(low), SqlParam::Int(high), SqlParam::Int(as_of.micros()), SqlParam::Int(Instant::NEVER.micros())],
        |row| Ok((Points::stored(row.int()?), Instant::stored(row.int()?))),
    )
}

/// Changes when a lot begins and ends.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn set_span(session: &mut dyn Session, lot: EntryId, available_at: Instant, expires_at: Instant) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_lots SET available_at = ?, expires_at = ? WHERE id = ?",
        &[SqlParam::Int(available_at.micros()), SqlParam::Int(expires_at.micros()), SqlParam::Int(lot.get())],
    )
}

/// Moves the ends of a member's open lots that end sooner, for the inactivity policy: no end moves to an earlier time.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn move_ends(session: &mut dyn Session, user_id: UserId, expires_at: Instant) -> Result<()> {
    session.execute(
        "UPDATE loyalty_lots SET expires_at = ?1 WHERE user_id = ?2 AND closed = 0 AND expires_at < ?1",
        &[SqlParam::Int(expires_at.micros()), SqlParam::Int(user_id.get())],
    )?;
    Ok(())
}
