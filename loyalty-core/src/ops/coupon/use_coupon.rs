use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::earlier;
use super::once::Once;
use crate::booking::coupon_reply::{self, CouponReply, LineDiscount};
use crate::booking::cx::Cx;
use crate::booking::order_coupons::{self, CouponRequest};
use crate::booking::request::digest;
use crate::domain::coupon::stack::Policy;
use crate::domain::purchase::Item;
use crate::ops::{Access, Operation};
use crate::value::{Amount, Decimal, Money, OrderId, UserId};
use crate::{Error, Result};

/// Uses a code for an order.
///
/// The order and the code are the key: a repeat returns the first answer. The call judges again everything that
/// `validate_coupon` judges, in the same transaction, so two tills can never both get the last use. A coupon that the
/// order holds is used under its hold. An order may use several codes, one call after the other; always give the
/// `amount` from before any coupon.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct UseCoupon {
    /// The code, as typed.
    pub code: String,
    /// The order.
    pub order_id: OrderId,
    /// Amount of the order before any coupon, delivery and tax included, in major units.
    pub amount: Amount,
    /// Who uses it.
    #[serde(default)]
    #[new(default)]
    pub user_id: Option<UserId>,
    /// What is bought.
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
    /// How many pieces of the coupon are used, 1 to 100; default 1. Each piece applies to what the earlier pieces left
    /// to pay: with `quantity` 3, a coupon for three muffins takes three off the bill.
    #[serde(default)]
    #[new(default)]
    pub quantity: Option<i64>,
    /// Uses the code again for an order that gave it back. Without this, a repeat of a call that was undone is refused,
    /// because it may be a late retry.
    #[serde(default)]
    #[new(default)]
    pub reopened: bool,
}

/// A use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CouponUsed {
    /// What it takes off.
    pub discount: Decimal,
    /// What is left to pay of the order.
    pub amount_left: Decimal,
    /// What it takes off each line.
    pub lines: Vec<LineDiscount>,
    /// What it takes off the delivery.
    pub delivery_discount: Decimal,
    /// The coupon after this use.
    pub coupon: CouponReply,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for UseCoupon {
    const NAME: &'static str = "use_coupon";
    const ACCESS: Access = Access::Write;
    type Reply = CouponUsed;

    fn run(&self, cx: &mut Cx<'_>) -> Result<CouponUsed> {
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
        let once = Once { order_id: &self.order_id, request: &request, reopened: self.reopened };
        once.book(cx, &till, |cx, judged| {
            let found = judged.found.first().and_then(Option::as_ref);
            let found = found.ok_or_else(|| Error::internal("no coupon is used"))?;
            let mut coupon = found.coupon.clone();
            coupon.used_count += till.pieces;
            coupon.held_count -= found.hold.as_ref().map_or(0, |hold| hold.pieces);
            let shares: Vec<_> = judged.applied().into_iter().map(|(_, share)| share).collect();
            Ok(CouponUsed {
                discount: cx.shown(judged.discount()),
                amount_left: cx.shown(Money::stored(judged.cart.to_pay())),
                lines: coupon_reply::lines(cx, &judged.cart, &shares),
                delivery_discount: cx.shown(Money::stored(shares.iter().map(|share| share.delivery).sum())),
                coupon: coupon_reply::shown(cx, coupon),
                replayed: false,
            })
        })
    }

    fn stands(&self, cx: &mut Cx<'_>, _: &CouponUsed) -> Result<bool> {
        let request = digest(cx, self)?;
        earlier::uses_stand(cx, &self.order_id, &request)
    }
}
