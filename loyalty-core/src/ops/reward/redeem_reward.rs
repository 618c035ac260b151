use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::claim;
use crate::domain::code;
use crate::domain::coupon::{Coupon, DiscountType};
use crate::domain::reward::Reward;
use crate::ops::account::Account;
use crate::ops::{Access, Cx, Operation};
use crate::store::coupons;
use crate::value::{CouponId, Decimal, EntryId, Instant, Moment, Money, OrderId, RewardId, UserId};
use crate::{Error, Result};

/// Takes a reward for points, and issues its coupon.
///
/// Refusals are told apart and say what is missing. Two calls for the last points, the last piece or the last
/// allowed use never both succeed. A reward may cost money besides: the reply says how much is due at the till.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemReward {
    /// The member who pays with points.
    pub user_id: UserId,
    /// The reward.
    pub reward_id: RewardId,
    /// How many pieces; default 1. The price and every limit count each of them, and the coupon can be used as often.
    #[serde(default)]
    pub quantity: Option<i64>,
    /// The order it is claimed for: `cancel_order` then undoes it. Several rewards may name one order.
    #[serde(default)]
    pub order_id: Option<OrderId>,
}

/// A redemption.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Redeemed {
    /// Id of the redemption, and of the ledger entry.
    pub redemption_id: i64,
    /// Pieces.
    pub quantity: i64,
    /// Points taken.
    pub points_spent: i64,
    /// Money to be paid besides, in major units.
    pub money_due: Decimal,
    /// Spendable points after it.
    pub balance: i64,
    /// The coupon to be used at the till.
    pub coupon: CouponReply,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

/// A coupon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CouponReply {
    /// Its id.
    pub id: i64,
    /// The code, in groups for reading.
    pub code: String,
    /// The member it is bound to; null for anyone.
    pub user_id: Option<i64>,
    /// What it takes off.
    pub discount_type: DiscountType,
    /// How much: percent, money in major units, or a number of items.
    pub discount_value: Decimal,
    /// Highest discount in money.
    pub max_discount: Option<Decimal>,
    /// Smallest order it can be used for.
    pub min_order_amount: Decimal,
    /// Uses in all.
    pub max_uses: i64,
    /// Uses so far.
    pub used_count: i64,
    /// From when it is good.
    pub valid_from: Moment,
    /// Until when it is good.
    pub valid_until: Moment,
    /// Whether it can be combined with others.
    pub stackable: bool,
    /// Whether it is switched on.
    pub active: bool,
}

impl Operation for RedeemReward {
    const NAME: &'static str = "redeem_reward";
    const ACCESS: Access = Access::Write;
    type Reply = Redeemed;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Redeemed> {
        let quantity = claim::quantity(self.quantity)?;
        let mut account = Account::get(cx, self.user_id)?;
        let reward = claim::find(cx, self.reward_id)?;
        claim::check(cx, &mut account, &reward, quantity)?;
        claim::take_pieces(cx, &reward, quantity)?;
        let taken = claim::book(cx, &mut account, &reward, quantity, self.order_id.as_ref())?;
        account.save(cx)?;
        Ok(Redeemed {
            redemption_id: taken.entry.get(),
            quantity,
            points_spent: taken.price.points.get(),
            money_due: cx.shown(taken.price.money),
            balance: account.balance(cx)?,
            coupon: shown(cx, taken.coupon),
            replayed: false,
        })
    }
}

/// The coupon of a redemption: for this member, as often as there are pieces.
pub(super) fn issue(
    cx: &mut Cx<'_>,
    user_id: UserId,
    redemption: EntryId,
    reward: &Reward,
    quantity: i64,
) -> Result<Coupon> {
    let zone = cx.programme.zone;
    let mut coupon = Coupon {
        id: CouponId::stored(1),
        code: free_coupon_code(cx)?,
        user_id: Some(user_id),
        redemption: Some(redemption),
        discount_type: reward.discount_type,
        percent: reward.discount_percent,
        amount: Money::ZERO,
        max_discount: reward.max_discount,
        min_order_amount: Money::ZERO,
        max_uses: quantity,
        used_count: 0,
        valid_from: cx.at,
        valid_until: zone.end_of(zone.day_of(cx.at).plus_days(cx.programme.coupon_days)),
        stackable: false,
        active: true,
    };
    let now: Instant = cx.now;
    coupon.id = coupons::insert(cx.store()?, &coupon, now)?;
    Ok(coupon)
}

/// A coupon code that is not taken. A collision is tried again; a space that is used up is an error.
fn free_coupon_code(cx: &mut Cx<'_>) -> Result<String> {
    for _ in 0..16 {
        let code = cx.programme.coupon_code.generate(cx.entropy);
        if !coupons::is_taken(cx.store()?, &code)? {
            return Ok(code);
        }
    }
    Err(Error::unavailable("codes_exhausted", "no free coupon code was found; make `codes.coupon.length` longer"))
}

fn shown(cx: &Cx<'_>, coupon: Coupon) -> CouponReply {
    CouponReply {
        id: coupon.id.get(),
        code: code::grouped(&coupon.code),
        user_id: coupon.user_id.map(UserId::get),
        discount_type: coupon.discount_type,
        discount_value: match coupon.discount_type {
            DiscountType::Percent => Decimal::new(coupon.percent.get(), 2).shortest(),
            DiscountType::Fixed => cx.shown(coupon.amount),
            DiscountType::FreeItem | DiscountType::FreeDelivery => Decimal::new(1, 0),
        },
        max_discount: coupon.max_discount.map(|amount| cx.shown(amount)),
        min_order_amount: cx.shown(coupon.min_order_amount),
        max_uses: coupon.max_uses,
        used_count: coupon.used_count,
        valid_from: cx.moment(coupon.valid_from),
        valid_until: cx.moment(coupon.valid_until),
        stackable: coupon.stackable,
        active: coupon.active,
    }
}
