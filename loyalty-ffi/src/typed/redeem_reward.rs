use std::ffi::c_char;

use loyalty_core::ops::{RedeemReward, Redeemed};
use loyalty_core::programme::DiscountType;
use loyalty_core::value::{Moment, OrderId, RewardId, UserId};

use super::{Decimal, LOYALTY_CODE_SIZE, call, room, typed};
use crate::boundary::{self, Record};
use crate::engine::Engine;
use crate::error::{ErrorObject, Status};

/// `discount_type`: a percentage of the order; `discount_value` says how many percent.
pub const LOYALTY_DISCOUNT_PERCENT: i32 = 0;
/// `discount_type`: an amount of money; `discount_value` says how much.
pub const LOYALTY_DISCOUNT_FIXED: i32 = 1;
/// `discount_type`: one item or set, free.
pub const LOYALTY_DISCOUNT_FREE_ITEM: i32 = 2;
/// `discount_type`: free delivery.
pub const LOYALTY_DISCOUNT_FREE_DELIVERY: i32 = 3;

/// The arguments of `loyalty_redeem_reward`. Set all fields to 0 first, then `size`, then what you need.
#[repr(C)]
pub struct RedeemRewardArgs {
    /// `sizeof(loyalty_redeem_reward_args)`.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// The member who pays with points.
    pub user_id: i64,
    /// The reward.
    pub reward_id: i64,
    /// How many pieces; 0 is 1.
    pub quantity: i64,
    /// The order it is redeemed for, 1 to 64 bytes, or NULL.
    pub order_id: *const c_char,
    /// When it happened, in microseconds since 1970-01-01T00:00:00Z; 0 is now.
    pub at_micros: i64,
    /// Idempotency key, 1 to 128 bytes, or NULL. Without one a retry may redeem twice.
    pub key: *const c_char,
    /// Who did it, for the audit trail, 1 to 64 bytes, or NULL.
    pub actor: *const c_char,
    /// 0.
    pub reserved_words: [u64; 4],
}

/// What `loyalty_redeem_reward` returns. Set `size` before the call; the other fields are written on success.
#[repr(C)]
pub struct RedeemRewardReply {
    /// `sizeof(loyalty_redeem_reward_reply)`.
    pub size: u32,
    /// 1 when this is the answer to an earlier call, else 0.
    pub replayed: u32,
    /// Id of the redemption, and of the ledger entry.
    pub redemption_id: i64,
    /// Pieces.
    pub quantity: i64,
    /// Points taken.
    pub points_spent: i64,
    /// Money to be paid in addition, in major units.
    pub money_due: Decimal,
    /// Spendable points after this call.
    pub balance: i64,
    /// Id of the coupon.
    pub coupon_id: i64,
    /// The coupon's code, in groups for reading.
    pub coupon_code: [c_char; LOYALTY_CODE_SIZE],
    /// What the coupon takes off: one of `LOYALTY_DISCOUNT_…`.
    pub discount_type: i32,
    /// 1 when the discount has a highest amount, else 0.
    pub has_max_discount: u32,
    /// How much it takes off.
    pub discount_value: Decimal,
    /// Highest discount in money, when there is one.
    pub max_discount: Decimal,
    /// From when the coupon is good, in microseconds since 1970.
    pub valid_from_micros: i64,
    /// Until when the coupon is good, in microseconds since 1970; 0 without an end.
    pub valid_until_micros: i64,
    /// 0.
    pub reserved_words: [u64; 4],
}

impl Record for RedeemRewardArgs {
    fn reserved_is_zero(&self) -> bool {
        self.reserved == 0 && self.reserved_words == [0; 4]
    }
}

impl Record for RedeemRewardReply {
    fn reserved_is_zero(&self) -> bool {
        true
    }
}

/// Exchanges points for a reward and issues its coupon: the operation `redeem_reward` without JSON.
///
/// On success `*reply` is filled; it holds no pointers and nothing to free. The arguments are read during the call only.
///
/// Errors: those of the operation, above all `LOYALTY_REFUSED` with what is missing; `LOYALTY_INVALID` for NULL where
/// the struct does not allow it, a wrong size, a reserved field that is not 0, or text that is not UTF-8.
///
/// Threads: any, at the same time on one engine. Fork: see the chapter above.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_redeem_reward(
    engine: *const Engine,
    arguments: *const RedeemRewardArgs,
    reply: *mut RedeemRewardReply,
    error: *mut *mut ErrorObject,
) -> Status {
    typed(engine, arguments, reply, error, |engine, arguments| {
        let call = call(arguments.at_micros, arguments.key, arguments.actor)?;
        let order_id = boundary::optional_text(arguments.order_id, "order_id")?;
        let (user_id, reward_id) = (UserId::new(arguments.user_id)?, RewardId::new(arguments.reward_id)?);
        let operation = RedeemReward {
            quantity: (arguments.quantity != 0).then_some(arguments.quantity),
            order_id: order_id.map(OrderId::new).transpose()?,
            ..RedeemReward::new(user_id, reward_id)
        };
        let redeemed = engine.run_as(&operation, &call)?;
        RedeemRewardReply::new(&redeemed)
    })
}

impl RedeemRewardReply {
    fn new(redeemed: &Redeemed) -> loyalty_core::Result<Self> {
        let coupon = &redeemed.coupon;
        let max_discount = coupon.max_discount.map(Decimal::shown).transpose()?;
        Ok(Self {
            size: super::size_of_record::<Self>(),
            replayed: redeemed.replayed.into(),
            redemption_id: redeemed.redemption_id,
            quantity: redeemed.quantity,
            points_spent: redeemed.points_spent,
            money_due: Decimal::shown(redeemed.money_due)?,
            balance: redeemed.balance,
            coupon_id: coupon.id,
            coupon_code: room(&coupon.code)?,
            discount_type: discount_type(coupon.discount_type),
            has_max_discount: max_discount.is_some().into(),
            discount_value: Decimal::shown(coupon.discount_value)?,
            max_discount: max_discount.unwrap_or_default(),
            valid_from_micros: coupon.valid_from.instant().micros(),
            valid_until_micros: coupon.valid_until.map(Moment::instant).map_or(0, |end| end.micros()),
            reserved_words: [0; 4],
        })
    }
}

/// The number of a type of discount.
pub(super) const fn discount_type(kind: DiscountType) -> i32 {
    match kind {
        DiscountType::Percent => LOYALTY_DISCOUNT_PERCENT,
        DiscountType::Fixed => LOYALTY_DISCOUNT_FIXED,
        DiscountType::FreeItem => LOYALTY_DISCOUNT_FREE_ITEM,
        DiscountType::FreeDelivery => LOYALTY_DISCOUNT_FREE_DELIVERY,
    }
}
