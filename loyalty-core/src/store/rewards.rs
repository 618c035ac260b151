//! `loyalty_rewards`: the catalogue.

use serde::{Deserialize, Serialize};

use super::session::{Columns, Session, SqlParam};
use crate::domain::coupon::terms::CouponTerms;
use crate::domain::limits::Caps;
use crate::domain::programme::DiscountType;
use crate::domain::reward::{CouponSpan, Promise, Reward};
use crate::value::{Instant, Money, Percent, Points, RewardId};
use crate::{Error, Result};

macro_rules! columns {
    () => {
        "id, name, description, points_cost, discount_type, discount_percent, max_discount, tier_required, \
         max_uses_per_user, stock, active, starts_at, expiry_date, max_uses, max_uses_per_user_per_day, \
         max_uses_per_user_per_week, max_uses_per_user_per_month, max_uses_per_user_per_year, used, price, cost, \
         coupon_amount, coupon_units, min_order_amount, stackable, coupon_terms, created_at"
    };
}

/// One reward. It is not locked, because every redemption reads it: its counters are changed by one conditional
/// statement.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: RewardId) -> Result<Option<Reward>> {
    session.first(
        concat!("SELECT ", columns!(), " FROM loyalty_rewards WHERE id = ?"),
        &[SqlParam::Int(id.get())],
        read,
    )
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

/// Removes the rewards that came from programmes.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn forget_seeded(session: &mut dyn Session) -> Result<()> {
    let sql = "DELETE FROM loyalty_rewards WHERE created_at IN (SELECT first_used_at FROM loyalty_programmes)";
    session.execute(sql, &[]).map(drop)
}

fn read(row: &mut Columns<'_>) -> Result<Reward> {
    let mut reward = Reward {
        id: RewardId::stored(row.int()?),
        name: row.text()?.to_owned(),
        description: row.text()?.to_owned(),
        points_cost: Points::stored(row.int()?),
        discount_type: DiscountType::parse(row.text()?).ok_or_else(|| Error::internal("unknown discount type"))?,
        discount_percent: Percent::hundredths(row.int()?),
        max_discount: row.opt_int()?.map(Money::stored),
        coupon: Promise::default(),
        tier_required: row.text()?.to_owned(),
        caps: Caps { by_user: row.opt_int()?, ..Caps::default() },
        stock: row.opt_int()?,
        active: row.int()? == 1,
        created_at: Instant::stored(0),
        starts_at: row.opt_int()?.map(Instant::stored),
        expiry_date: row.opt_int()?.map(Instant::stored),
        used: 0,
        price: Money::ZERO,
        cost: Money::ZERO,
    };
    reward.caps.in_all = row.opt_int()?;
    for cap in &mut reward.caps.periods {
        *cap = row.opt_int()?;
    }
    reward.used = row.int()?;
    reward.price = Money::stored(row.int()?);
    reward.cost = Money::stored(row.int()?);
    let (amount, units) = (Money::stored(row.int()?), row.int()?);
    let (min_order_amount, stackable) = (Money::stored(row.int()?), row.int()? == 1);
    let kept = row.opt_text()?.map_or_else(|| Ok(Kept::default()), serde_json::from_str);
    let Kept { terms, span, not_on_granting_order } = kept.map_err(Error::internal)?;
    reward.created_at = Instant::stored(row.int()?);
    reward.coupon = Promise { amount, units, min_order_amount, stackable, not_on_granting_order, terms, span };
    Ok(reward)
}

/// Adds a reward and returns its id: the next number, because a database that assigns ids would skip numbers on the
/// nodes of a cluster. If two are added at once, one is repeated.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn add(session: &mut dyn Session, reward: &Reward, now: Instant, actor: Option<&str>) -> Result<RewardId> {
    let newest = session.first("SELECT COALESCE(MAX(id), 0) FROM loyalty_rewards", &[], |row| row.int())?;
    let id = newest.unwrap_or(0).saturating_add(1);
    let terms = kept(&reward.coupon)?;
    let mut cells = fields(reward, &terms, actor).to_vec();
    cells.extend([SqlParam::Int(now.micros()), SqlParam::Int(id)]);
    session.execute_one(
        "INSERT INTO loyalty_rewards (name, description, points_cost, discount_type, discount_percent, max_discount, \
         tier_required, max_uses_per_user, stock, active, starts_at, expiry_date, max_uses, \
         max_uses_per_user_per_day, max_uses_per_user_per_week, max_uses_per_user_per_month, \
         max_uses_per_user_per_year, price, cost, coupon_amount, coupon_units, min_order_amount, stackable, \
         coupon_terms, updated_by, created_at, id) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &cells,
    )?;
    Ok(RewardId::stored(id))
}

/// Replaces the reward with this id.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn replace(session: &mut dyn Session, id: RewardId, reward: &Reward, actor: Option<&str>) -> Result<()> {
    let terms = kept(&reward.coupon)?;
    let mut cells = fields(reward, &terms, actor).to_vec();
    cells.push(SqlParam::Int(id.get()));
    session.execute_one(
        "UPDATE loyalty_rewards SET name = ?, description = ?, points_cost = ?, discount_type = ?, discount_percent = ?, \
         max_discount = ?, tier_required = ?, max_uses_per_user = ?, stock = ?, active = ?, starts_at = ?, \
         expiry_date = ?, max_uses = ?, max_uses_per_user_per_day = ?, max_uses_per_user_per_week = ?, \
         max_uses_per_user_per_month = ?, max_uses_per_user_per_year = ?, price = ?, cost = ?, \
         coupon_amount = ?, coupon_units = ?, min_order_amount = ?, stackable = ?, coupon_terms = ?, updated_by = ? WHERE id = ?",
        &cells,
    )
}

/// Rewards that other SQL has overwritten without knowing the columns of this table.
///
/// # Errors
/// `unavailable` when the database fails.
#[cfg(feature = "internals")]
pub fn written_over(session: &mut dyn Session) -> Result<Vec<(RewardId, String)>> {
    let sql = "SELECT id, name FROM loyalty_rewards WHERE discount_type = '' ORDER BY id";
    session.all(sql, &[], |row| Ok((RewardId::stored(row.int()?), row.text()?.to_owned())))
}

/// Restores such a reward; its uses stay.
///
/// # Errors
/// `unavailable` when the database fails.
#[cfg(feature = "internals")]
pub fn restore(session: &mut dyn Session, reward: &Reward, actor: Option<&str>) -> Result<()> {
    replace(session, reward.id, reward, actor)?;
    session.execute_one(
        "UPDATE loyalty_rewards SET used = COALESCE((SELECT SUM(taken.quantity - taken.returned) \
         FROM loyalty_redemptions taken WHERE taken.reward_id = loyalty_rewards.id AND taken.cancelled_by IS NULL), 0) \
         + COALESCE((SELECT SUM(kept.quantity) FROM loyalty_reservations kept \
         WHERE kept.reward_id = loyalty_rewards.id AND kept.state = 0), 0) WHERE id = ?",
        &[SqlParam::Int(reward.id.get())],
    )
}

fn fields<'a>(reward: &'a Reward, terms: &'a str, actor: Option<&'a str>) -> [SqlParam<'a>; 25] {
    let [by_day, by_week, by_month, by_year] = reward.caps.periods;
    let promise = &reward.coupon;
    [
        SqlParam::Text(&reward.name),
        SqlParam::Text(&reward.description),
        SqlParam::Int(reward.points_cost.get()),
        SqlParam::Text(reward.discount_type.word()),
        SqlParam::Int(reward.discount_percent.get()),
        SqlParam::int(reward.max_discount.map(Money::get)),
        SqlParam::Text(&reward.tier_required),
        SqlParam::int(reward.caps.by_user),
        SqlParam::int(reward.stock),
        SqlParam::Int(i64::from(reward.active)),
        SqlParam::int(reward.starts_at.map(Instant::micros)),
        SqlParam::int(reward.expiry_date.map(Instant::micros)),
        SqlParam::int(reward.caps.in_all),
        SqlParam::int(by_day),
        SqlParam::int(by_week),
        SqlParam::int(by_month),
        SqlParam::int(by_year),
        SqlParam::Int(reward.price.get()),
        SqlParam::Int(reward.cost.get()),
        SqlParam::Int(promise.amount.get()),
        SqlParam::Int(promise.units),
        SqlParam::Int(promise.min_order_amount.get()),
        SqlParam::Int(i64::from(promise.stackable)),
        SqlParam::Text(terms),
        SqlParam::text(actor),
    ]
}

/// The content of the column `coupon_terms`, as JSON.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    terms: CouponTerms,
    #[serde(flatten)]
    span: CouponSpan,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    not_on_granting_order: bool,
}

fn kept(promise: &Promise) -> Result<String> {
    let kept =
        Kept { terms: promise.terms.clone(), span: promise.span, not_on_granting_order: promise.not_on_granting_order };
    serde_json::to_string(&kept).map_err(Error::internal)
}

/// Takes pieces from the stock and counts the uses. Returns whether both had room.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn take(session: &mut dyn Session, id: RewardId, quantity: i64) -> Result<bool> {
    let rows = session.execute(
        "UPDATE loyalty_rewards SET stock = stock - ?1, used = used + ?1 WHERE id = ?2 \
         AND (stock IS NULL OR stock >= ?1) AND (max_uses IS NULL OR used + ?1 <= max_uses)",
        &[SqlParam::Int(quantity), SqlParam::Int(id.get())],
    )?;
    Ok(rows == 1)
}

/// Puts pieces and uses back.
///
/// # Errors
/// `unavailable` when the database fails, `internal` when fewer were taken.
pub fn give_back(session: &mut dyn Session, id: RewardId, quantity: i64) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_rewards SET stock = stock + ?1, used = used - ?1 WHERE id = ?2 AND used >= ?1",
        &[SqlParam::Int(quantity), SqlParam::Int(id.get())],
    )
}

/// Rewards whose count of uses differs from the sum of their redemptions and open reservations: id, sum, count.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn miscounted(session: &mut dyn Session) -> Result<Vec<(RewardId, i64, i64)>> {
    session.all(
        "SELECT id, counted, used FROM (SELECT reward.id AS id, reward.used AS used, \
         COALESCE((SELECT SUM(taken.quantity - taken.returned) FROM loyalty_redemptions taken \
         WHERE taken.reward_id = reward.id AND taken.cancelled_by IS NULL), 0) + \
         COALESCE((SELECT SUM(kept.quantity) FROM loyalty_reservations kept \
         WHERE kept.reward_id = reward.id AND kept.state = 0), 0) AS counted \
         FROM loyalty_rewards reward) sums WHERE counted <> used ORDER BY id",
        &[],
        |row| Ok((RewardId::stored(row.int()?), row.int()?, row.int()?)),
    )
}
