//! Lots: where points come from and where they went. A lot is a part of the row of the entry that made it;
//! `loyalty_lot_uses` has what was taken from it.

use super::ledger;
use super::session::{Columns, Session, SqlParam};
use crate::Result;
use crate::domain::lot::{Lot, LotUse};
use crate::domain::member::Member;
use crate::value::{EntryId, Instant, MemberId, Points, UserId};

macro_rules! columns {
    () => {
        "id, points_amount, remaining, COALESCE(available_at, occurred_at), \
         COALESCE(ends_at, expires_at, 9223372036854775807)"
    };
}

/// The entries among which a member's lots with points left are: from the first, and before the last.
const fn open_range(member: &Member) -> (i64, i64) {
    let (low, high) = member.id.entry_range();
    (low.saturating_add(member.lots_from), high)
}

/// A member's lots with points left, those that end soonest first, then the oldest.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn open(session: &mut dyn Session, member: &Member) -> Result<Vec<Lot>> {
    let (from, high) = open_range(member);
    let mut open = session.all(
        concat!("SELECT ", columns!(), " FROM loyalty_transactions WHERE id >= ? AND id < ? AND remaining > 0"),
        &[SqlParam::Int(from), SqlParam::Int(high)],
        read,
    )?;
    open.sort_unstable_by_key(|lot| (lot.expires_at, lot.id));
    Ok(open)
}

/// One lot.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: EntryId) -> Result<Option<Lot>> {
    let found = session.first(
        concat!("SELECT ", columns!(), " FROM loyalty_transactions WHERE id = ? AND remaining IS NOT NULL"),
        &[SqlParam::Int(id.get())],
        read,
    )?;
    ledger::found_or_nowhere(session, id, found)
}

/// All lots of a member, oldest first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn all(session: &mut dyn Session, member: MemberId) -> Result<Vec<Lot>> {
    let (low, high) = member.entry_range();
    session.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM loyalty_transactions WHERE id > ? AND id < ? AND remaining IS NOT NULL ORDER BY id"
        ),
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
pub fn ending_before(session: &mut dyn Session, member: &Member, now: Instant, before: Instant) -> Result<Points> {
    let (from, high) = open_range(member);
    let sum = session.first(
        "SELECT COALESCE(SUM(remaining), 0) FROM loyalty_transactions WHERE id >= ?1 AND id < ?2 AND remaining > 0 \
         AND COALESCE(ends_at, expires_at, 9223372036854775807) > ?3 \
         AND COALESCE(ends_at, expires_at, 9223372036854775807) <= ?4",
        &[SqlParam::Int(from), SqlParam::Int(high), SqlParam::Int(now.micros()), SqlParam::Int(before.micros())],
        |row| row.int().map(Points::stored),
    )?;
    Ok(sum.unwrap_or_default())
}

/// Records a use and changes what remains of the lot.
///
/// # Errors
/// `unavailable` when the database fails, `internal` when the lot would leave its bounds.
pub fn apply(session: &mut dyn Session, user_id: UserId, entry: EntryId, change: LotUse) -> Result<()> {
    record(session, user_id, entry, change)?;
    session.execute_one(
        "UPDATE loyalty_transactions SET remaining = remaining + ?1 WHERE id = ?2 AND remaining IS NOT NULL",
        &[SqlParam::Int(change.points.get()), SqlParam::Int(change.lot.get())],
    )
}

/// Records a use of a lot that is inserted with its reduced remainder.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn record(session: &mut dyn Session, user_id: UserId, entry: EntryId, change: LotUse) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_lot_uses (entry_id, lot_id, user_id, points) VALUES (?, ?, ?, ?)",
        &[
            SqlParam::Int(entry.get()),
            SqlParam::Int(change.lot.get()),
            SqlParam::Int(user_id.get()),
            SqlParam::Int(change.points.get()),
        ],
    )
}

/// What an entry did to lots.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn uses_of(session: &mut dyn Session, entry: EntryId) -> Result<Vec<LotUse>> {
    let uses = session.all(
        "SELECT lot_id, points FROM loyalty_lot_uses WHERE entry_id = ? ORDER BY lot_id",
        &[SqlParam::Int(entry.get())],
        |row| Ok(LotUse { lot: EntryId::stored(row.int()?), points: Points::stored(row.int()?) }),
    )?;
    let found = uses.first().copied();
    ledger::found_or_nowhere(session, entry, found)?;
    Ok(uses)
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
        "SELECT COALESCE(SUM(lot.points_amount + COALESCE((SELECT SUM(used.points) FROM loyalty_lot_uses used \
         JOIN loyalty_transactions entry ON entry.id = used.entry_id \
         WHERE used.lot_id = lot.id AND used.entry_id > ?1 AND used.entry_id < ?2 AND entry.occurred_at <= ?3), 0)), 0) \
         FROM loyalty_transactions lot WHERE lot.id > ?1 AND lot.id < ?2 AND lot.remaining IS NOT NULL \
         AND COALESCE(lot.available_at, lot.occurred_at) > ?3 AND lot.occurred_at <= ?3",
        &[SqlParam::Int(low), SqlParam::Int(high), SqlParam::Int(as_of.micros())],
        |row| row.int().map(Points::stored),
    )?;
    let unswept = session.first(
        "SELECT COALESCE(SUM(remaining), 0) FROM loyalty_transactions WHERE id > ?1 AND id < ?2 AND remaining > 0 \
         AND COALESCE(ends_at, expires_at, 9223372036854775807) <= ?3 AND occurred_at <= ?3",
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
        "SELECT SUM(left_over), ends FROM (SELECT COALESCE(lot.ends_at, lot.expires_at, ?4) AS ends, lot.points_amount \
         + COALESCE((SELECT SUM(used.points) FROM loyalty_lot_uses used \
         JOIN loyalty_transactions entry ON entry.id = used.entry_id \
         WHERE used.lot_id = lot.id AND used.entry_id > ?1 AND used.entry_id < ?2 AND entry.occurred_at <= ?3), 0) AS left_over \
         FROM loyalty_transactions lot WHERE lot.id > ?1 AND lot.id < ?2 AND lot.remaining IS NOT NULL \
         AND COALESCE(lot.ends_at, lot.expires_at, ?4) > ?3 AND COALESCE(lot.ends_at, lot.expires_at, ?4) < ?4 \
         AND lot.occurred_at <= ?3) standing \
         WHERE left_over > 0 GROUP BY ends ORDER BY ends LIMIT 1",
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
        "UPDATE loyalty_transactions SET available_at = ?, ends_at = ? WHERE id = ?",
        &[SqlParam::Int(available_at.micros()), SqlParam::Int(expires_at.micros()), SqlParam::Int(lot.get())],
    )
}

/// Moves the ends of a member's open lots that end sooner, for the inactivity policy: no end moves to an earlier time.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn move_ends(session: &mut dyn Session, member: &Member, expires_at: Instant) -> Result<()> {
    let (from, high) = open_range(member);
    session.execute(
        "UPDATE loyalty_transactions SET ends_at = ?1 WHERE id >= ?2 AND id < ?3 AND remaining > 0 \
         AND COALESCE(ends_at, expires_at, 9223372036854775807) < ?1",
        &[SqlParam::Int(expires_at.micros()), SqlParam::Int(from), SqlParam::Int(high)],
    )?;
    Ok(())
}
