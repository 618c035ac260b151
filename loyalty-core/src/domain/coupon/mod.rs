//! Coupons: what a code is worth, for whom, when, and together with which others.

pub mod best;
pub mod cart;
pub mod choice;
pub mod discount;
pub mod judge;
pub mod stack;
pub mod terms;

use crate::domain::programme::DiscountType;

use self::terms::CouponTerms;
use super::code;
use crate::value::{BatchId, CouponId, EntryId, Instant, Money, Percent, UserId};

/// Most codes on one order.
pub const MAX_CODES: usize = 20;

/// A coupon.
#[derive(Debug, Clone)]
pub struct Coupon {
    pub id: CouponId,
    pub code: String,
    pub user_id: Option<UserId>,
    pub redemption: Option<EntryId>,
    pub batch: Option<BatchId>,
    pub discount_type: DiscountType,
    /// For `percent`: how much.
    pub percent: Percent,
    /// For `fixed`: how much.
    pub amount: Money,
    /// For `free_item`: how many.
    pub units: i64,
    pub max_discount: Option<Money>,
    pub min_order_amount: Money,
    pub max_uses: i64,
    pub used_count: i64,
    /// Uses held for orders that are not paid yet.
    pub held_count: i64,
    pub valid_from: Instant,
    /// First instant at which it is no longer good; `NEVER` without an end.
    pub valid_until: Instant,
    pub stackable: bool,
    pub active: bool,
    /// Its other terms.
    pub terms: CouponTerms,
}

impl Coupon {
    /// The code for reading: in groups, or as the shop prints its own.
    #[must_use]
    pub fn shown_code(&self) -> String {
        self.terms.printed.clone().unwrap_or_else(|| code::grouped(&self.code))
    }

    /// The stored number for what it takes off.
    #[must_use]
    pub const fn stored_value(&self) -> i64 {
        match self.discount_type {
            DiscountType::Percent => self.percent.get(),
            DiscountType::Fixed => self.amount.get(),
            DiscountType::FreeItem => self.units,
            DiscountType::FreeDelivery => 1,
        }
    }
}
