//! `loyalty_coupons`.

use super::session::{Cell, Session};
use crate::domain::coupon::{Coupon, DiscountType};
use crate::value::{CouponId, EntryId, Instant, Money, Percent, UserId};
use crate::{Error, Result};

/// Whether a code is taken.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn is_taken(session: &mut dyn Session, code: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM loyalty_coupons WHERE code = ?";
    Ok(session.first(sql, &[Cell::Text(code)], |row| row.int())?.is_some())
}

/// Adds a coupon. Its id is given by the database and returned; the one in `coupon` is not looked at.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, coupon: &Coupon, now: Instant) -> Result<CouponId> {
    let value = match coupon.discount_type {
        DiscountType::Percent => coupon.percent.get(),
        DiscountType::Fixed => coupon.amount.get(),
        DiscountType::FreeItem | DiscountType::FreeDelivery => 1,
    };
    let id = session.insert(
        "INSERT INTO loyalty_coupons (code, user_id, redemption_id, discount_type, discount_value, max_discount, \
         min_order_amount, max_uses, used_count, valid_from, valid_until, stackable, active, created_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            Cell::Text(&coupon.code),
            Cell::int(coupon.user_id.map(UserId::get)),
            Cell::int(coupon.redemption.map(EntryId::get)),
            Cell::Text(coupon.discount_type.word()),
            Cell::Int(value),
            Cell::int(coupon.max_discount.map(Money::get)),
            Cell::Int(coupon.min_order_amount.get()),
            Cell::Int(coupon.max_uses),
            Cell::Int(coupon.used_count),
            Cell::Int(coupon.valid_from.micros()),
            Cell::Int(coupon.valid_until.micros()),
            Cell::Int(i64::from(coupon.stackable)),
            Cell::Int(i64::from(coupon.active)),
            Cell::Int(now.micros()),
        ],
    )?;
    Ok(CouponId::stored(id))
}

/// One coupon.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: CouponId) -> Result<Option<Coupon>> {
    session.first(
        "SELECT code, user_id, redemption_id, discount_type, discount_value, max_discount, min_order_amount, max_uses, \
         used_count, valid_from, valid_until, stackable, active FROM loyalty_coupons WHERE id = ?",
        &[Cell::Int(id.get())],
        |row| {
            let code = row.text()?.to_owned();
            let user_id = row.opt_int()?.map(UserId::stored);
            let redemption = row.opt_int()?.map(EntryId::stored);
            let discount_type =
                DiscountType::parse(row.text()?).ok_or_else(|| Error::internal("unknown discount type"))?;
            let value = row.int()?;
            Ok(Coupon {
                id,
                code,
                user_id,
                redemption,
                discount_type,
                percent: Percent::hundredths(if discount_type == DiscountType::Percent { value } else { 0 }),
                amount: Money::stored(if discount_type == DiscountType::Fixed { value } else { 0 }),
                max_discount: row.opt_int()?.map(Money::stored),
                min_order_amount: Money::stored(row.int()?),
                max_uses: row.int()?,
                used_count: row.int()?,
                valid_from: Instant::stored(row.int()?),
                valid_until: Instant::stored(row.int()?),
                stackable: row.int()? == 1,
                active: row.int()? == 1,
            })
        },
    )
}

/// Switches an unused coupon off. Returns whether it was on and unused.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn switch_off_unused(session: &mut dyn Session, id: CouponId) -> Result<bool> {
    let sql = "UPDATE loyalty_coupons SET active = 0 WHERE id = ? AND active = 1 AND used_count = 0";
    Ok(session.execute(sql, &[Cell::Int(id.get())])? == 1)
}
