use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::earlier::{self, Again, Earlier};
use crate::booking::coupon_reply::{self, LineDiscount};
use crate::booking::cx::Cx;
use crate::booking::order_coupons::{self, CodeBooking, CouponRequest};
use crate::booking::request::{digest, is_repeat, kept_answer};
use crate::domain::coupon::stack::Policy;
use crate::domain::purchase::Item;
use crate::ops::{Access, Operation};
use crate::store::coupon_uses::UseState;
use crate::value::{Amount, Decimal, Moment, Money, OrderId, UserId, limit};
use crate::{Error, Refusal, Result};

/// Longest time for which a coupon is held: 31 days.
const MAX_HOLD_SECONDS: i64 = 31 * 86_400;

/// Holds a code for an order that is not paid yet.
///
/// An open hold counts against every limit and budget. It stays valid even if the coupon ends meanwhile. It ends by the
/// clock, when `use_coupon` uses it for the same order, or by `release_coupon`.
///
/// The same call again is a repeat and returns the first answer. A call with another basket for the same order changes
/// the hold: the code is judged again without giving up the hold, and is held for the new amount and time. If the code
/// does not apply to the new basket, the call is refused and the hold stays as it was; the refusal says when it ends
/// (`hold_ends`).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct HoldCoupon {
    /// The code, as typed.
    pub code: String,
    /// The order.
    pub order_id: OrderId,
    /// Amount of the order before any coupon, delivery and tax included, in major units.
    pub amount: Amount,
    /// For how long, 1 second to 31 days.
    pub ttl_seconds: i64,
    /// Who will use it.
    #[serde(default)]
    #[new(default)]
    pub user_id: Option<UserId>,
    /// What is to be bought.
    #[serde(default)]
    #[new(default)]
    pub items: Vec<Item>,
    /// The part of the amount that is for the delivery.
    #[serde(default)]
    #[new(default)]
    pub delivery: Amount,
    /// The tax inside the amount; default the sum of the tax of the lines.
    #[serde(default)]
    #[new(default)]
    pub tax: Option<Amount>,
    /// How many pieces of the coupon are held, 1 to 100; default 1. Each piece applies to what the earlier pieces left
    /// to pay: with `quantity` 3, a coupon for three muffins takes three off the bill.
    #[serde(default)]
    #[new(default)]
    pub quantity: Option<i64>,
    /// Holds the code again for an order that gave it back. Without this, a repeat of a call that was undone is
    /// refused, because it may be a late retry.
    #[serde(default)]
    #[new(default)]
    pub reopened: bool,
}

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CouponHeld {
    /// What the code will take off.
    pub discount: Decimal,
    /// What is left to pay of the order.
    pub amount_left: Decimal,
    /// What it will take off each line.
    pub lines: Vec<LineDiscount>,
    /// When the hold ends.
    pub hold_ends: Moment,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for HoldCoupon {
    const NAME: &'static str = "hold_coupon";
    const ACCESS: Access = Access::Write;
    type Reply = CouponHeld;

    fn run(&self, cx: &mut Cx<'_>) -> Result<CouponHeld> {
        let seconds = limit::within("ttl_seconds", self.ttl_seconds, 1, MAX_HOLD_SECONDS)?;
        order_coupons::check_code(&self.code)?;
        let request = digest(cx, self)?;
        let actor = cx.actor.map(str::to_owned);
        let till = CouponRequest {
            codes: vec![&self.code],
            pieces: order_coupons::pieces(self.quantity)?,
            amount: self.amount,
            items: &self.items,
            delivery: self.delivery,
            tax: self.tax,
            user_id: self.user_id,
            order_id: Some(&self.order_id),
            policy: Policy::All,
            actor: actor.as_deref(),
            at: cx.at,
        };
        let earlier = Earlier::of(cx, &till, &self.order_id)?;
        if earlier.used().is_some() {
            return Err(Error::refused(Refusal::AlreadyUsed).with("order_id", self.order_id.as_str()));
        }
        earlier.check(&self.order_id, &request, Again::of(self.reopened))?;
        if let Some(made) = earlier.held().filter(|made| is_repeat(&made.request, &request)) {
            return kept_answer(&made.answer);
        }
        let judged = till.judge(cx)?;
        let applied = judged.applied();
        let Some((place, share)) = applied.first() else {
            let refused = judged.refuse(cx)?;
            return Err(match earlier.held() {
                Some(held) => refused.with("hold_ends", cx.moment(held.hold_ends).to_string()),
                None => refused,
            });
        };
        // A hold begins when it is recorded, even for an order that happened earlier.
        let hold_ends = cx.now.plus_seconds(seconds);
        let held = CouponHeld {
            discount: cx.shown(judged.discount()),
            amount_left: cx.shown(Money::stored(judged.cart.to_pay())),
            lines: coupon_reply::lines(cx, &judged.cart, &[share]),
            hold_ends: cx.moment(hold_ends),
            replayed: false,
        };
        let answer = serde_json::to_string(&held).map_err(Error::internal)?;
        let booking = CodeBooking {
            order_id: &self.order_id,
            state: UseState::Held,
            hold_ends,
            request: request.bytes(),
            answer: &answer,
        };
        judged.book(cx, *place, share, &booking)?;
        Ok(held)
    }

    fn stands(&self, cx: &mut Cx<'_>, _: &CouponHeld) -> Result<bool> {
        earlier::hold_stands(cx, &self.order_id, &self.code)
    }
}
