//! `loyalty_rewards`: the catalogue.

use super::session::{Cell, Columns, Session};
use crate::domain::coupon::DiscountType;
use crate::domain::reward::Reward;
use crate::value::{Instant, Money, Percent, Points, RewardId};
use crate::{Error, Result};

macro_rules! columns {
    () => {
        "id, name, description, points_cost, discount_type, discount_percent, max_discount, tier_required, \
         max_uses_per_user, stock, active, starts_at, expiry_date"
    };
}

/// One reward. In a write its row is locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: RewardId) -> Result<Option<Reward>> {
    session.first(concat!("SELECT ", columns!(), " FROM loyalty_rewards WHERE id = ?"), &[Cell::Int(id.get())], read)
}

/// All rewards by cost, then id.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn all(session: &mut dyn Session) -> Result<Vec<Reward>> {
    session.all(concat!("SELECT ", columns!(), " FROM loyalty_rewards ORDER BY points_cost, id"), &[], read)
}

/// Whether there is any reward.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn any(session: &mut dyn Session) -> Result<bool> {
    Ok(session.first("SELECT 1 FROM loyalty_rewards LIMIT 1", &[], |row| row.int())?.is_some())
}

fn read(row: &mut Columns<'_>) -> Result<Reward> {
    Ok(Reward {
        id: RewardId::stored(row.int()?),
        name: row.text()?.to_owned(),
        description: row.text()?.to_owned(),
        points_cost: Points::stored(row.int()?),
        discount_type: DiscountType::parse(row.text()?).ok_or_else(|| Error::internal("unknown discount type"))?,
        discount_percent: Percent::hundredths(row.int()?),
        max_discount: row.opt_int()?.map(Money::stored),
        tier_required: row.text()?.to_owned(),
        max_uses_per_user: row.opt_int()?,
        stock: row.opt_int()?,
        active: row.int()? == 1,
        starts_at: row.opt_int()?.map(Instant::stored),
        expiry_date: row.opt_int()?.map(Instant::stored),
    })
}

/// Adds a reward, or replaces the one with its id. Returns the id.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn save(
    session: &mut dyn Session,
    id: Option<RewardId>,
    reward: &Reward,
    now: Instant,
    actor: Option<&str>,
) -> Result<RewardId> {
    let fields = [
        Cell::Text(&reward.name),
        Cell::Text(&reward.description),
        Cell::Int(reward.points_cost.get()),
        Cell::Text(reward.discount_type.word()),
        Cell::Int(reward.discount_percent.get()),
        Cell::int(reward.max_discount.map(Money::get)),
        Cell::Text(&reward.tier_required),
        Cell::int(reward.max_uses_per_user),
        Cell::int(reward.stock),
        Cell::Int(i64::from(reward.active)),
        Cell::int(reward.starts_at.map(Instant::micros)),
        Cell::int(reward.expiry_date.map(Instant::micros)),
        Cell::text(actor),
        Cell::Int(id.map_or(now.micros(), RewardId::get)),
    ];
    let Some(id) = id else {
        let id = session.insert(
            "INSERT INTO loyalty_rewards (name, description, points_cost, discount_type, discount_percent, max_discount, \
             tier_required, max_uses_per_user, stock, active, starts_at, expiry_date, updated_by, created_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            &fields,
        )?;
        return Ok(RewardId::stored(id));
    };
    session.execute_one(
        "UPDATE loyalty_rewards SET name = ?, description = ?, points_cost = ?, discount_type = ?, discount_percent = ?, \
         max_discount = ?, tier_required = ?, max_uses_per_user = ?, stock = ?, active = ?, starts_at = ?, \
         expiry_date = ?, updated_by = ? WHERE id = ?",
        &fields,
    )?;
    Ok(id)
}

/// Takes a piece from the stock of a counted reward, or puts one back. Returns whether there was one.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn change_stock(session: &mut dyn Session, id: RewardId, by: i64) -> Result<bool> {
    let rows = session.execute(
        "UPDATE loyalty_rewards SET stock = stock + ?1 WHERE id = ?2 AND stock IS NOT NULL AND stock + ?1 >= 0",
        &[Cell::Int(by), Cell::Int(id.get())],
    )?;
    Ok(rows == 1)
}
