use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::catalogue::Text;
use crate::domain::code;
use crate::domain::coupon::{Coupon, DiscountType};
use crate::domain::ledger::EntryKind;
use crate::domain::reward::{self, Claim, Reward};
use crate::ops::account::{Account, Draft};
use crate::ops::{Access, Cx, Operation};
use crate::store::redemptions::{self, Redemption};
use crate::store::{coupons, rewards};
use crate::value::{CouponId, Decimal, EntryId, Instant, Moment, Money, RewardId, UserId};
use crate::{Error, Refusal, Result};

/// Takes a reward for points, and issues its coupon.
///
/// Refusals are told apart and say what is missing. Two calls for the last points, the last piece or the last
/// allowed use never both succeed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemReward {
    /// The member who pays with points.
    pub user_id: UserId,
    /// The reward.
    pub reward_id: RewardId,
}

/// A redemption.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Redeemed {
    /// Id of the redemption, and of the ledger entry.
    pub redemption_id: i64,
    /// Points taken.
    pub points_spent: i64,
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
        let mut account = Account::get(cx, self.user_id)?;
        let reward = rewards::find(cx.store()?, self.reward_id)?;
        let reward = reward.ok_or_else(|| Error::not_found("reward_id", self.reward_id))?;
        let uses = redemptions::uses(cx.store()?, account.member.id)?;
        let uses = uses.iter().find(|(id, _)| *id == reward.id).map_or(0, |(_, uses)| *uses);
        let spendable = account.spendable(cx)?;
        let claim = Claim { tier: &account.member.current_tier, uses, spendable, at: cx.at };
        reward::check(&reward, &claim, cx.programme)?;
        if reward.stock.is_some() && !rewards::change_stock(cx.store()?, reward.id, -1)? {
            return Err(Error::refused(Refusal::OutOfStock));
        }
        let text = Text::Redeemed { reward: &reward.name }.say(cx.locale_of(&account.member));
        let entry = account.debit(cx, Draft::new(EntryKind::Redeem, reward.points_cost.negated(), text, cx.at))?;
        account.stay_active(cx)?;
        let coupon = issue(cx, self.user_id, entry, &reward)?;
        let redemption = Redemption {
            entry,
            user_id: self.user_id,
            reward: reward.id,
            points: reward.points_cost,
            coupon: coupon.id,
            cancelled_by: None,
        };
        let at = cx.at;
        redemptions::insert(cx.store()?, &redemption, at)?;
        account.member.rewards_redeemed += 1;
        account.save(cx)?;
        Ok(Redeemed {
            redemption_id: entry.get(),
            points_spent: reward.points_cost.get(),
            balance: account.balance(cx)?,
            coupon: shown(cx, coupon),
            replayed: false,
        })
    }
}

/// The coupon of a redemption: for this member, once.
fn issue(cx: &mut Cx<'_>, user_id: UserId, redemption: EntryId, reward: &Reward) -> Result<Coupon> {
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
        max_uses: 1,
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
