use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::order_coupons;
use crate::domain::code;
use crate::domain::coupon::Coupon;
use crate::ops::{Access, Operation};
use crate::store::coupon_uses::{self, CouponUse, UseState};
use crate::store::coupons;
use crate::value::{CouponId, Decimal, Money, OrderId};
use crate::{Error, Refusal, Result};

/// Gives the coupon uses of a cancelled order back, once: to the code, to the user and to the budgets.
///
/// A use of a coupon that has since ended stays, unless the programme says otherwise (`coupons.release_after_end`). A
/// repeat gives nothing more back.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ReleaseCoupon {
    /// The order.
    pub order_id: OrderId,
    /// Only this code of the order; default all.
    #[serde(default)]
    #[new(default)]
    pub code: Option<String>,
}

/// What was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Released {
    /// Uses and holds that were given back by this call.
    pub released: i64,
    /// The money that these uses took off.
    pub discount: Decimal,
    /// Their codes.
    pub codes: Vec<String>,
    /// Uses that stay, and why.
    pub kept: Vec<KeptUse>,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

/// A use that stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeptUse {
    /// The code.
    pub code: String,
    /// The refusal code: why it stays.
    pub because: String,
}

impl Operation for ReleaseCoupon {
    const NAME: &'static str = "release_coupon";
    const ACCESS: Access = Access::Write;
    type Reply = Released;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Released> {
        if let Some(code) = &self.code {
            order_coupons::check_code(code)?;
        }
        let coupons = self.coupons(cx)?;
        let mut reply = Released {
            released: 0,
            discount: cx.shown(Money::ZERO),
            codes: Vec::new(),
            kept: Vec::new(),
            replayed: false,
        };
        let mut discount = Money::ZERO;
        // Read again, now that the coupons are locked.
        for made in coupon_uses::of_order(cx.store()?, &self.order_id)? {
            let Some(coupon) = coupons.iter().find(|coupon| coupon.id == made.coupon) else { continue };
            let shown = coupon.shown_code();
            match standing(cx, coupon, &made) {
                Standing::Over => {}
                Standing::Lapsed => order_coupons::end(cx, coupon, &made, UseState::Lapsed)?,
                Standing::Kept => {
                    let because = Refusal::Expired.code().to_owned();
                    reply.kept.push(KeptUse { code: shown, because });
                }
                Standing::Open => {
                    order_coupons::end(cx, coupon, &made, UseState::Released)?;
                    discount = discount.plus(made.discount)?;
                    reply.released += 1;
                    reply.codes.push(shown);
                }
            }
        }
        reply.discount = cx.shown(discount);
        Ok(reply)
    }
}

enum Standing {
    /// It was given back before.
    Over,
    /// A hold that ended by the clock.
    Lapsed,
    /// It stays.
    Kept,
    /// It is given back.
    Open,
}

fn standing(cx: &Cx<'_>, coupon: &Coupon, made: &CouponUse) -> Standing {
    match made.state {
        UseState::Released | UseState::Lapsed => Standing::Over,
        UseState::Held if !made.is_live(cx.now) => Standing::Lapsed,
        UseState::Used if cx.at >= coupon.valid_until && !cx.programme.coupons.release_after_end => Standing::Kept,
        UseState::Held | UseState::Used => Standing::Open,
    }
}

impl ReleaseCoupon {
    /// The coupons of the order, or the one that is named, locked in the order of their ids.
    fn coupons(&self, cx: &mut Cx<'_>) -> Result<Vec<Coupon>> {
        let uses = coupon_uses::of_order(cx.store()?, &self.order_id)?;
        if uses.is_empty() {
            return Err(Error::not_found("order_id", &self.order_id));
        }
        let mut ids: Vec<CouponId> = uses.iter().map(|made| made.coupon).collect();
        ids.sort_unstable();
        ids.dedup();
        let wanted = self.code.as_deref().map(|typed| code::key(typed).unwrap_or_default());
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let coupon = coupons::find(cx.store()?, id)?;
            let coupon = coupon.ok_or_else(|| Error::internal("a used coupon is missing"))?;
            if wanted.as_ref().is_none_or(|code| *code == coupon.code) {
                found.push(coupon);
            }
        }
        if found.is_empty() {
            let shown: String = self.code.as_deref().unwrap_or_default().chars().take(40).collect();
            return Err(Error::not_found("code", shown));
        }
        Ok(found)
    }
}
