//! `loyalty_tier_gifts`: gifts for reaching a tier, and the points of them that were lost.

use super::session::{Columns, Session, SqlParam};
use crate::Result;
use crate::value::{EntryId, Points, UserId};

/// A gift for reaching a tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gift {
    /// Id of the tier.
    pub tier: String,
    /// The year for which it was given; 0 when it is given only once.
    pub period: i64,
    /// The entry that gave it; `None` once it was taken back.
    pub entry: Option<EntryId>,
    /// Points that it now has.
    pub points: Points,
    /// Points that could not be taken back: they are not given again.
    pub lost: Points,
}

/// A member's gifts that were not taken back.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn standing(session: &mut dyn Session, user_id: UserId) -> Result<Vec<Gift>> {
    session.all(
        "SELECT tier, period, entry_id, points, lost FROM loyalty_tier_gifts \
         WHERE user_id = ? AND entry_id IS NOT NULL ORDER BY tier, period",
        &[SqlParam::Int(user_id.get())],
        read,
    )
}

/// All gifts of a member, including those that were taken back.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn all(session: &mut dyn Session, user_id: UserId) -> Result<Vec<Gift>> {
    session.all(
        "SELECT tier, period, entry_id, points, lost FROM loyalty_tier_gifts WHERE user_id = ? ORDER BY tier, period",
        &[SqlParam::Int(user_id.get())],
        read,
    )
}

/// Deletes the gifts of a member who was merged into another.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn forget(session: &mut dyn Session, user_id: UserId) -> Result<()> {
    session.execute("DELETE FROM loyalty_tier_gifts WHERE user_id = ?", &[SqlParam::Int(user_id.get())]).map(drop)
}

/// Adds a gift.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, user_id: UserId, gift: &Gift) -> Result<()> {
    let sql =
        "INSERT INTO loyalty_tier_gifts (entry_id, points, lost, user_id, tier, period) VALUES (?, ?, ?, ?, ?, ?)";
    session.execute_one(sql, &fields(user_id, gift))
}

/// Stores a gift that is there, as it is now.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update(session: &mut dyn Session, user_id: UserId, gift: &Gift) -> Result<()> {
    let sql = "UPDATE loyalty_tier_gifts SET entry_id = ?, points = ?, lost = ? WHERE user_id = ? AND tier = ? AND period = ?";
    session.execute_one(sql, &fields(user_id, gift))
}

fn fields(user_id: UserId, gift: &Gift) -> [SqlParam<'_>; 6] {
    [
        SqlParam::int(gift.entry.map(EntryId::get)),
        SqlParam::Int(gift.points.get()),
        SqlParam::Int(gift.lost.get()),
        SqlParam::Int(user_id.get()),
        SqlParam::Text(&gift.tier),
        SqlParam::Int(gift.period),
    ]
}

fn read(row: &mut Columns<'_>) -> Result<Gift> {
    Ok(Gift {
        tier: row.text()?.to_owned(),
        period: row.int()?,
        entry: row.opt_int()?.map(EntryId::stored),
        points: Points::stored(row.int()?),
        lost: Points::stored(row.int()?),
    })
}
