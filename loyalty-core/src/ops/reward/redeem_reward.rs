use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::Account;
use crate::booking::coupon_reply;
use crate::booking::coupon_reply::CouponReply;
use crate::booking::cx::Cx;
use crate::booking::owner;
use crate::booking::redemption::{self, BookedRedemption, RedemptionBooking};
use crate::booking::reservation;
use crate::domain::reward::{Price, Reward};
use crate::ops::{Access, Operation};
use crate::store::redemptions::{self, Redemption};
use crate::store::reservations::{self, ReservationState};
use crate::value::{Decimal, EntryId, OrderId, ReservationId, RewardId, UserId};
use crate::{Error, Refusal, Result};

/// Exchanges points for a reward and issues its coupon.
///
/// Each refusal has its own code and says what is missing. Of two simultaneous calls for the last points, the last
/// piece or the last allowed use, only one succeeds. A reward may also cost money: the reply says how much is due at
/// the till.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemReward {
    /// The member who pays with points.
    pub user_id: UserId,
    /// The reward.
    pub reward_id: RewardId,
    /// How many pieces; default 1. The price and every limit count each piece, and the coupon can be used that many
    /// times.
    #[serde(default)]
    pub quantity: Option<i64>,
    /// The reservation from `reserve_reward` to redeem: it uses what the reservation keeps, and checks nothing again.
    #[serde(default)]
    pub reservation_id: Option<ReservationId>,
    /// The order it is redeemed for; it must not belong to another member. `cancel_order` undoes the redemption with
    /// the order. Several rewards may name one order.
    #[serde(default)]
    pub order_id: Option<OrderId>,
    /// Redeems it again for an order whose redemption of this reward was undone. Without this, such a call is refused,
    /// because it may be a late retry.
    #[serde(default)]
    pub reopened: bool,
}

impl RedeemReward {
    /// One piece of a reward.
    #[must_use]
    pub const fn new(user_id: UserId, reward_id: RewardId) -> Self {
        Self { user_id, reward_id, quantity: None, reservation_id: None, order_id: None, reopened: false }
    }
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
    /// Money to be paid in addition, in major units.
    pub money_due: Decimal,
    /// Spendable points after this call.
    pub balance: i64,
    /// The coupon to be used at the till.
    pub coupon: CouponReply,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for RedeemReward {
    const NAME: &'static str = "redeem_reward";
    const ACCESS: Access = Access::Write;
    type Reply = Redeemed;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Redeemed> {
        let quantity = redemption::quantity(self.quantity)?;
        let mut account = Account::active(cx, self.user_id)?;
        if let Some(order_id) = &self.order_id {
            owner::check(cx, order_id, account.member.user_id)?;
        }
        let reward = redemption::find(cx, self.reward_id)?;
        self.check_not_undone(cx)?;
        let taken = if let Some(id) = self.reservation_id {
            self.redeem_reserved(cx, &mut account, &reward, id)?
        } else {
            redemption::check(cx, &mut account, &reward, quantity)?;
            redemption::take_pieces(cx, &reward, quantity)?;
            redemption::book(cx, &mut account, &reward, quantity, self.order_id.as_ref())?
        };
        account.save(cx)?;
        Ok(Redeemed {
            redemption_id: taken.entry.get(),
            quantity: taken.coupon.max_uses,
            points_spent: taken.price.points.get(),
            money_due: cx.shown(taken.price.money),
            balance: account.balance(cx)?,
            coupon: coupon_reply::shown(cx, taken.coupon),
            replayed: false,
        })
    }

    fn stands(&self, cx: &mut Cx<'_>, redeemed: &Redeemed) -> Result<bool> {
        let made = redemptions::find(cx.store()?, EntryId::new(redeemed.redemption_id)?)?;
        Ok(made.is_some_and(|made| made.cancelled_by.is_none()))
    }
}

impl RedeemReward {
    /// Checks that the order did not give this reward back before, unless it was opened again.
    fn check_not_undone(&self, cx: &mut Cx<'_>) -> Result<()> {
        let Some(order_id) = self.order_id.as_ref().filter(|_| !self.reopened) else { return Ok(()) };
        let undone = |made: &&Redemption| made.reward == self.reward_id && made.cancelled_by.is_some();
        let made = redemptions::of_order(cx.store()?, order_id)?;
        match made.iter().find(undone) {
            Some(made) => Err(Error::refused(Refusal::AlreadyUsed)
                .with("order_id", order_id.as_str())
                .with("redemption_id", made.entry.get())),
            None => Ok(()),
        }
    }

    /// Redeems what a reservation keeps. Its uses count in the periods in which the reservation was made.
    fn redeem_reserved(
        &self,
        cx: &mut Cx<'_>,
        account: &mut Account,
        reward: &Reward,
        id: ReservationId,
    ) -> Result<BookedRedemption> {
        let kept = reservation::find(cx, id)?;
        if !owner::is_same(cx, kept.user_id, account.member.user_id)? {
            return Err(Error::refused(Refusal::NotYours).with("reservation_id", id.get()));
        }
        if kept.reward != reward.id {
            return Err(Error::invalid("reward_id", format_args!("must match the reservation, `{}`", kept.reward)));
        }
        if self.quantity.is_some_and(|quantity| quantity != kept.quantity) {
            let expected = format!("must match the reservation, `{}`", kept.quantity);
            return Err(Error::invalid("quantity", expected));
        }
        let (order_id, quantity) = (self.order_id.as_ref(), kept.quantity);
        let taken = match reservation::capture(cx, account, &kept)? {
            Some((entry, points)) => {
                let price = Price { points, ..reward.price_of(quantity)? };
                let booking = RedemptionBooking { entry, quantity, price, order_id, at: kept.created_at };
                redemption::record(cx, account, reward, &booking)?
            }
            None => redemption::book(cx, account, reward, quantity, order_id)?,
        };
        let now = cx.now;
        if !reservations::close(cx.store()?, id, ReservationState::Redeemed, Some(taken.entry), now)? {
            return Err(reservation::closed(&kept));
        }
        Ok(taken)
    }
}
