use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::booking::coupon_reply::{self, LineDiscount};
use crate::booking::cx::Cx;
use crate::booking::order_coupons::{self, CouponRequest};
use crate::domain::coupon::stack::Policy;
use crate::domain::purchase::Item;
use crate::ops::{Access, Operation};
use crate::value::{Actor, Amount, Decimal, Instant, Money, OrderId, UserId};
use crate::{Kind, Result};

/// Reports whether a code can be used for an order and what it would take off; nothing is used.
///
/// The rules are those of `use_coupon`. A caller without a `user_id` gets the same answer, `not_usable`, for a code
/// that does not exist, has ended, is used up, is switched off or belongs to a member. After too many failed look-ups
/// by one user or `actor`, the answer is `too_many_tries` for some time.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ValidateCoupon {
    /// The code, as typed.
    pub code: String,
    /// Amount of the order before any coupon, delivery and tax included, in major units.
    pub amount: Amount,
    /// Who would use it.
    #[serde(default)]
    #[new(default)]
    pub user_id: Option<UserId>,
    /// What would be bought.
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
    /// How many pieces of the coupon would be used, 1 to 100; default 1. Each piece applies to what the earlier pieces
    /// left to pay: with `quantity` 3, a coupon for three muffins takes three off the bill.
    #[serde(default)]
    #[new(default)]
    pub quantity: Option<i64>,
    /// The order: coupons that it already uses count.
    #[serde(default)]
    #[new(default)]
    pub order_id: Option<OrderId>,
    /// Who asks: a network address or a till. Failed look-ups are counted for each.
    #[serde(default)]
    #[new(default)]
    pub actor: Option<Actor>,
    /// When; default now.
    #[serde(default)]
    #[new(default)]
    pub at: Option<Instant>,
}

/// Whether a code can be used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CouponVerdict {
    /// Whether it can be used.
    pub allowed: bool,
    /// What it takes off; 0 when it cannot.
    pub discount: Decimal,
    /// What is left to pay of the order.
    pub amount_left: Decimal,
    /// What it takes off each line.
    pub lines: Vec<LineDiscount>,
    /// What it takes off the delivery.
    pub delivery_discount: Decimal,
    /// The refusal code when it cannot be used.
    pub because: Option<String>,
    /// What is missing: the details of that refusal.
    pub missing: Option<Map<String, Value>>,
}

impl Operation for ValidateCoupon {
    const NAME: &'static str = "validate_coupon";
    const ACCESS: Access = Access::Read;
    type Reply = CouponVerdict;

    fn run(&self, cx: &mut Cx<'_>) -> Result<CouponVerdict> {
        order_coupons::check_code(&self.code)?;
        let till = CouponRequest {
            codes: vec![&self.code],
            pieces: order_coupons::pieces(self.quantity)?,
            amount: self.amount,
            items: &self.items,
            delivery: self.delivery,
            tax: self.tax,
            user_id: self.user_id,
            order_id: self.order_id.as_ref(),
            policy: Policy::All,
            actor: self.actor.as_ref().map(Actor::as_str),
            at: self.at.unwrap_or(cx.at),
        };
        let judged = match till.judge(cx) {
            Ok(judged) => judged,
            Err(error) if error.kind() == Kind::Refused => {
                return Ok(CouponVerdict {
                    allowed: false,
                    discount: cx.shown(Money::ZERO),
                    amount_left: cx.shown(cx.bill("amount", self.amount, &self.items)?),
                    lines: Vec::new(),
                    delivery_discount: cx.shown(Money::ZERO),
                    because: Some(error.code().to_owned()),
                    missing: Some(error.details().clone()),
                });
            }
            Err(error) => return Err(error),
        };
        judged.count_failures(cx)?;
        let applied = judged.applied();
        let shares: Vec<_> = applied.iter().map(|(_, share)| *share).collect();
        let refusal = judged.refusal();
        Ok(CouponVerdict {
            allowed: refusal.is_none(),
            discount: cx.shown(judged.discount()),
            amount_left: cx.shown(Money::stored(judged.cart.to_pay())),
            lines: coupon_reply::lines(cx, &judged.cart, &shares),
            delivery_discount: cx.shown(Money::stored(shares.iter().map(|share| share.delivery).sum())),
            because: refusal.map(|error| error.code().to_owned()),
            missing: refusal.map(|error| error.details().clone()),
        })
    }
}
