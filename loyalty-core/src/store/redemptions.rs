//! `loyalty_redemptions`: rewards that members redeemed.

use std::collections::BTreeMap;

use super::payments;
use super::session::{Columns, Session, SqlParam};
use crate::Result;
use crate::domain::limits::Uses;
use crate::domain::lot::LotUse;
use crate::value::{CouponId, EntryId, Instant, MemberId, Money, OrderId, Points, RewardId, UserId};

/// A reward that a member redeemed.
#[derive(Debug, Clone)]
pub struct Redemption {
    /// The entry that took the points; also the id of the redemption.
    pub entry: EntryId,
    /// Who redeemed it.
    pub user_id: UserId,
    /// The reward.
    pub reward: RewardId,
    /// How many pieces.
    pub quantity: i64,
    /// The pieces that were given back earlier.
    pub returned: i64,
    /// The lots that their points went back to.
    pub returned_lots: Vec<LotUse>,
    /// The price of all of them.
    pub points: Points,
    /// The money that was due in addition.
    pub money_due: Money,
    /// What they cost the shop at that time.
    pub cost: Money,
    /// The coupon that was issued.
    pub coupon: CouponId,
    /// The order it was redeemed for, if one was named.
    pub order_id: Option<OrderId>,
    /// The entry that undid it, if any.
    pub cancelled_by: Option<EntryId>,
}

impl Redemption {
    /// What this many of its pieces cost in points; parts add up to the whole.
    #[must_use]
    pub fn points_of(&self, pieces: i64) -> Points {
        let part = i128::from(self.points.get()) * i128::from(pieces) / i128::from(self.quantity.max(1));
        Points::stored(i64::try_from(part).unwrap_or(0))
    }
}

macro_rules! columns {
    () => {
        "id, user_id, reward_id, quantity, returned, returned_lots, points_spent, money_due, cost, coupon_id, order_id, cancelled_by"
    };
}

/// Adds a redemption.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, redemption: &Redemption, at: Instant) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_redemptions (id, user_id, reward_id, quantity, points_spent, money_due, cost, coupon_id, \
         order_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            SqlParam::Int(redemption.entry.get()),
            SqlParam::Int(redemption.user_id.get()),
            SqlParam::Int(redemption.reward.get()),
            SqlParam::Int(redemption.quantity),
            SqlParam::Int(redemption.points.get()),
            SqlParam::Int(redemption.money_due.get()),
            SqlParam::Int(redemption.cost.get()),
            SqlParam::Int(redemption.coupon.get()),
            SqlParam::text(redemption.order_id.as_ref().map(OrderId::as_str)),
            SqlParam::Int(at.micros()),
        ],
    )
}

/// One redemption. In a write, its row is locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: EntryId) -> Result<Option<Redemption>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_redemptions WHERE id = ? /* locked */");
    session.first(sql, &[SqlParam::Int(id.get())], read)
}

/// What was redeemed for an order, oldest first, including what was undone.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_order(session: &mut dyn Session, order: &OrderId) -> Result<Vec<Redemption>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_redemptions WHERE order_id = ? ORDER BY id");
    session.all(sql, &[SqlParam::Text(order.as_str())], read)
}

fn read(row: &mut Columns<'_>) -> Result<Redemption> {
    Ok(Redemption {
        entry: EntryId::stored(row.int()?),
        user_id: UserId::stored(row.int()?),
        reward: RewardId::stored(row.int()?),
        quantity: row.int()?,
        returned: row.int()?,
        returned_lots: row.opt_text()?.map_or_else(|| Ok(Vec::new()), payments::lots)?,
        points: Points::stored(row.int()?),
        money_due: Money::stored(row.int()?),
        cost: Money::stored(row.int()?),
        coupon: CouponId::stored(row.int()?),
        order_id: row.opt_text()?.map(OrderId::new).transpose()?,
        cancelled_by: row.opt_int()?.map(EntryId::stored),
    })
}

/// Counts pieces that were given back; `lots` lists the lots of all points that have gone back so far.
///
/// # Errors
/// `unavailable` when the database fails, `internal` when fewer are left.
pub fn give_back(session: &mut dyn Session, id: EntryId, pieces: i64, lots: &[LotUse]) -> Result<()> {
    let lots = payments::written(lots)?;
    session.execute_one(
        "UPDATE loyalty_redemptions SET returned = returned + ?1, returned_lots = ?3 \
         WHERE id = ?2 AND returned + ?1 < quantity",
        &[SqlParam::Int(pieces), SqlParam::Int(id.get()), SqlParam::Text(&lots)],
    )
}

/// Redemptions of a member that came back in part.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn in_part(session: &mut dyn Session, member: MemberId) -> Result<Vec<Redemption>> {
    let (low, high) = member.entry_range();
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM loyalty_redemptions WHERE id > ? AND id < ? AND returned > 0 AND cancelled_by IS NULL ORDER BY id"
    );
    session.all(sql, &[SqlParam::Int(low), SqlParam::Int(high)], read)
}

/// Marks a redemption as undone. Returns whether it was not undone before.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn cancel(session: &mut dyn Session, id: EntryId, by: EntryId) -> Result<bool> {
    let rows = session.execute(
        "UPDATE loyalty_redemptions SET cancelled_by = ? WHERE id = ? AND cancelled_by IS NULL",
        &[SqlParam::Int(by.get()), SqlParam::Int(id.get())],
    )?;
    Ok(rows == 1)
}

/// How often a member redeemed each reward, ever and within four periods (first moment included, last excluded),
/// without cancelled redemptions.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn uses(
    session: &mut dyn Session,
    member: MemberId,
    periods: &[(Instant, Instant); 4],
) -> Result<Vec<(RewardId, Uses)>> {
    let [day, week, month, year] =
        periods.map(|(from, until)| (SqlParam::Int(from.micros()), SqlParam::Int(until.micros())));
    let mut all: BTreeMap<i64, Uses> = BTreeMap::new();
    for part in super::members::parts(session, member)? {
        let (low, high) = part.entry_range();
        let uses = session.all(
            "SELECT reward_id, SUM(quantity - returned), \
             SUM(CASE WHEN created_at >= ?3 AND created_at < ?4 THEN quantity - returned ELSE 0 END), \
             SUM(CASE WHEN created_at >= ?5 AND created_at < ?6 THEN quantity - returned ELSE 0 END), \
             SUM(CASE WHEN created_at >= ?7 AND created_at < ?8 THEN quantity - returned ELSE 0 END), \
             SUM(CASE WHEN created_at >= ?9 AND created_at < ?10 THEN quantity - returned ELSE 0 END) \
             FROM loyalty_redemptions WHERE id > ?1 AND id < ?2 AND cancelled_by IS NULL \
             GROUP BY reward_id ORDER BY reward_id",
            &[SqlParam::Int(low), SqlParam::Int(high), day.0, day.1, week.0, week.1, month.0, month.1, year.0, year.1],
            |row| {
                Ok((row.int()?, Uses { ever: row.int()?, periods: [row.int()?, row.int()?, row.int()?, row.int()?] }))
            },
        )?;
        for (reward, uses) in uses {
            let sum = all.entry(reward).or_default();
            sum.ever += uses.ever;
            sum.periods.iter_mut().zip(uses.periods).for_each(|(sum, uses)| *sum += uses);
        }
    }
    Ok(all.into_iter().map(|(reward, uses)| (RewardId::stored(reward), uses)).collect())
}

/// Pieces of rewards that a member redeemed and did not give back.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn pieces(session: &mut dyn Session, member: MemberId) -> Result<i64> {
    let mut all = 0_i64;
    for part in super::members::parts(session, member)? {
        let (low, high) = part.entry_range();
        let pieces = session.first(
            "SELECT COALESCE(SUM(quantity - returned), 0) FROM loyalty_redemptions WHERE id > ? AND id < ? AND cancelled_by IS NULL",
            &[SqlParam::Int(low), SqlParam::Int(high)],
            |row| row.int(),
        )?;
        all = all.saturating_add(pieces.unwrap_or(0));
    }
    Ok(all)
}

/// Redemptions of a member whose points differ from their ledger entry, or whose return has no entry.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn unbooked(session: &mut dyn Session, member: MemberId) -> Result<Vec<EntryId>> {
    let (low, high) = member.entry_range();
    session.all(
        "SELECT taken.id FROM loyalty_redemptions taken \
         LEFT JOIN loyalty_transactions entry ON entry.id = taken.id \
         LEFT JOIN loyalty_transactions undone ON undone.id = taken.cancelled_by \
         WHERE taken.id > ? AND taken.id < ? AND (COALESCE(entry.points_amount, 1) <> -taken.points_spent \
         OR (taken.cancelled_by IS NOT NULL AND undone.id IS NULL)) \
         ORDER BY taken.id",
        &[SqlParam::Int(low), SqlParam::Int(high)],
        |row| row.int().map(EntryId::stored),
    )
}
