//! `loyalty_redemptions`: rewards that members took.

use super::session::{Cell, Session};
use crate::Result;
use crate::value::{CouponId, EntryId, Instant, MemberId, Points, RewardId, UserId};

/// A reward that a member took.
#[derive(Debug, Clone, Copy)]
pub struct Redemption {
    /// The entry that took the points; also the id of the redemption.
    pub entry: EntryId,
    /// Who took it.
    pub user_id: UserId,
    /// What was taken.
    pub reward: RewardId,
    /// The price.
    pub points: Points,
    /// The coupon that was issued.
    pub coupon: CouponId,
    /// The entry that undid it, if one did.
    pub cancelled_by: Option<EntryId>,
}

/// Adds a redemption.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, redemption: &Redemption, now: Instant) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_redemptions (id, user_id, reward_id, points_spent, coupon_id, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        &[
            Cell::Int(redemption.entry.get()),
            Cell::Int(redemption.user_id.get()),
            Cell::Int(redemption.reward.get()),
            Cell::Int(redemption.points.get()),
            Cell::Int(redemption.coupon.get()),
            Cell::Int(now.micros()),
        ],
    )
}

/// One redemption.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: EntryId) -> Result<Option<Redemption>> {
    session.first(
        "SELECT user_id, reward_id, points_spent, coupon_id, cancelled_by FROM loyalty_redemptions WHERE id = ?",
        &[Cell::Int(id.get())],
        |row| {
            Ok(Redemption {
                entry: id,
                user_id: UserId::stored(row.int()?),
                reward: RewardId::stored(row.int()?),
                points: Points::stored(row.int()?),
                coupon: CouponId::stored(row.int()?),
                cancelled_by: row.opt_int()?.map(EntryId::stored),
            })
        },
    )
}

/// Marks a redemption as undone. Returns whether it was not before.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn cancel(session: &mut dyn Session, id: EntryId, by: EntryId) -> Result<bool> {
    let rows = session.execute(
        "UPDATE loyalty_redemptions SET cancelled_by = ? WHERE id = ? AND cancelled_by IS NULL",
        &[Cell::Int(by.get()), Cell::Int(id.get())],
    )?;
    Ok(rows == 1)
}

/// How often a member took each reward, cancelled ones left out.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn uses(session: &mut dyn Session, member: MemberId) -> Result<Vec<(RewardId, i64)>> {
    let (low, high) = member.entry_range();
    session.all(
        "SELECT reward_id, COUNT(*) FROM loyalty_redemptions WHERE id > ? AND id < ? AND cancelled_by IS NULL \
         GROUP BY reward_id ORDER BY reward_id",
        &[Cell::Int(low), Cell::Int(high)],
        |row| Ok((RewardId::stored(row.int()?), row.int()?)),
    )
}
