use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::coupon_reply::{self, AppliedCode, LineDiscount, RejectedCode};
use crate::booking::cx::Cx;
use crate::booking::order_coupons::{CouponRequest, JudgedCodes};
use crate::domain::coupon::stack::Policy;
use crate::domain::purchase::Item;
use crate::ops::{Access, Operation};
use crate::value::{Actor, Amount, Decimal, Instant, Money, OrderId, UserId};
use crate::{Kind, Result};

/// Reports what several codes together would take off one order; nothing is used.
///
/// The codes are judged in the given order, each on what the earlier codes left to pay. A code that is not stackable
/// must be used alone. With the policy `partial`, the codes that can be used are used; with `all`, one code that cannot
/// be used rejects all.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ValidateCoupons {
    /// The codes, 1 to 20, as typed, in the order in which they are to be used.
    pub codes: Vec<String>,
    /// Amount of the order before any coupon, delivery and tax included, in major units.
    pub amount: Amount,
    /// Who would use them.
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
    /// What happens to the other codes when one is refused.
    #[serde(default)]
    #[new(default)]
    pub policy: Policy,
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

/// What several codes take off together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CouponsVerdict {
    /// Whether any code can be used.
    pub allowed: bool,
    /// What they take off in all.
    pub discount: Decimal,
    /// What is left to pay of the order.
    pub amount_left: Decimal,
    /// The codes that would be used, in their order.
    pub applied: Vec<AppliedCode>,
    /// The codes that would not be used, and why.
    pub rejected: Vec<RejectedCode>,
    /// What they take off each line.
    pub lines: Vec<LineDiscount>,
    /// What they take off the delivery.
    pub delivery_discount: Decimal,
}

impl Operation for ValidateCoupons {
    const NAME: &'static str = "validate_coupons";
    const ACCESS: Access = Access::Read;
    type Reply = CouponsVerdict;

    fn run(&self, cx: &mut Cx<'_>) -> Result<CouponsVerdict> {
        let codes: Vec<&str> = self.codes.iter().map(String::as_str).collect();
        let till = CouponRequest {
            codes: codes.clone(),
            pieces: 1,
            amount: self.amount,
            items: &self.items,
            delivery: self.delivery,
            tax: self.tax,
            user_id: self.user_id,
            order_id: self.order_id.as_ref(),
            policy: self.policy,
            actor: self.actor.as_ref().map(Actor::as_str),
            at: self.at.unwrap_or(cx.at),
        };
        let judged = match till.judge(cx) {
            Ok(judged) => judged,
            Err(error) if error.kind() == Kind::Refused => {
                let rejected = codes.iter().map(|code| RejectedCode {
                    code: code.chars().take(40).collect(),
                    because: error.code().to_owned(),
                    missing: error.details().clone(),
                });
                return Ok(CouponsVerdict {
                    allowed: false,
                    discount: cx.shown(Money::ZERO),
                    amount_left: cx.shown(cx.bill("amount", self.amount, &self.items)?),
                    applied: Vec::new(),
                    rejected: rejected.collect(),
                    lines: Vec::new(),
                    delivery_discount: cx.shown(Money::ZERO),
                });
            }
            Err(error) => return Err(error),
        };
        judged.count_failures(cx)?;
        Ok(verdict(cx, &judged, &codes))
    }
}

/// The judgement in the form of a reply.
pub(super) fn verdict(cx: &Cx<'_>, judged: &JudgedCodes, codes: &[&str]) -> CouponsVerdict {
    let applied = judged.applied();
    let shares: Vec<_> = applied.iter().map(|(_, share)| *share).collect();
    let used = applied.iter().filter_map(|(place, share)| {
        let code = codes.get(*place)?.chars().take(40).collect();
        Some(AppliedCode { code, discount: cx.shown(Money::stored(share.total())) })
    });
    CouponsVerdict {
        allowed: !applied.is_empty(),
        discount: cx.shown(judged.discount()),
        amount_left: cx.shown(Money::stored(judged.cart.to_pay())),
        applied: used.collect(),
        rejected: judged.rejected(codes),
        lines: coupon_reply::lines(cx, &judged.cart, &shares),
        delivery_discount: cx.shown(Money::stored(shares.iter().map(|share| share.delivery).sum())),
    }
}
