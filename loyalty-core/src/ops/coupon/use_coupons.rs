use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::earlier;
use super::once::Once;
use super::validate_coupons::{self, CouponsVerdict};
use crate::Result;
use crate::booking::cx::Cx;
use crate::booking::order_coupons::{self, CouponRequest};
use crate::booking::request::digest;
use crate::domain::coupon::stack::Policy;
use crate::domain::purchase::Item;
use crate::ops::{Access, Operation};
use crate::value::{Amount, OrderId, UserId};

/// Uses several codes for one order, judged as by `validate_coupons`: in one step, or not at all.
///
/// When none of the codes can be used, the call is refused with the reason for the first code that fails.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct UseCoupons {
    /// The codes, 1 to 20, as typed, in the order in which they are used.
    pub codes: Vec<String>,
    /// The order.
    pub order_id: OrderId,
    /// Amount of the order before any coupon, delivery and tax included, in major units.
    pub amount: Amount,
    /// Who uses them.
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
    /// What happens to the other codes when one is refused.
    #[serde(default)]
    #[new(default)]
    pub policy: Policy,
    /// Uses the codes again for an order that gave one of them back. Without this, a repeat of a call that was undone
    /// is refused, because it may be a late retry.
    #[serde(default)]
    #[new(default)]
    pub reopened: bool,
}

/// The uses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CouponsUsed {
    /// What was used, and what was not.
    #[serde(flatten)]
    pub verdict: CouponsVerdict,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for UseCoupons {
    const NAME: &'static str = "use_coupons";
    const ACCESS: Access = Access::Write;
    type Reply = CouponsUsed;

    fn run(&self, cx: &mut Cx<'_>) -> Result<CouponsUsed> {
        let codes: Vec<&str> = self.codes.iter().map(String::as_str).collect();
        order_coupons::check_codes(&codes)?;
        let request = digest(cx, self)?;
        let actor = cx.actor.map(str::to_owned);
        let till = CouponRequest {
            codes: codes.clone(),
            pieces: 1,
            amount: self.amount,
            items: &self.items,
            delivery: self.delivery,
            tax: self.tax,
            user_id: self.user_id,
            order_id: Some(&self.order_id),
            policy: self.policy,
            actor: actor.as_deref(),
            at: cx.at,
        };
        let once = Once { order_id: &self.order_id, request: &request, reopened: self.reopened };
        once.book(cx, &till, |cx, judged| {
            Ok(CouponsUsed { verdict: validate_coupons::verdict(cx, judged, &codes), replayed: false })
        })
    }

    fn stands(&self, cx: &mut Cx<'_>, _: &CouponsUsed) -> Result<bool> {
        let request = digest(cx, self)?;
        earlier::uses_stand(cx, &self.order_id, &request)
    }
}
