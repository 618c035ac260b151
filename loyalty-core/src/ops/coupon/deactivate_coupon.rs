use crate::booking::announce::announce;
use crate::domain::log_event::LogKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::coupon_reply::{self, CouponReply};
use crate::booking::cx::Cx;
use crate::booking::order_coupons;
use crate::domain::code;
use crate::ops::{Access, Operation};
use crate::store::coupons;
use crate::{Error, Result};

/// Switches a coupon off: it can no longer be used. Earlier uses stay. For staff.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct DeactivateCoupon {
    /// The code, as typed.
    pub code: String,
}

/// The coupon after it was switched off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Deactivated {
    /// The coupon.
    #[serde(flatten)]
    pub coupon: CouponReply,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for DeactivateCoupon {
    const NAME: &'static str = "deactivate_coupon";
    const ACCESS: Access = Access::Write;
    type Reply = Deactivated;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Deactivated> {
        order_coupons::check_code(&self.code)?;
        let unknown = || Error::not_found("code", &self.code);
        let code = code::key(&self.code).ok_or_else(unknown)?;
        let mut coupon = coupons::by_code(cx.store()?, &code)?.ok_or_else(unknown)?;
        let actor = cx.actor;
        coupons::switch_off(cx.store()?, coupon.id, actor)?;
        coupon.active = false;
        announce(cx, LogKind::CouponDeactivated, coupon.user_id, [("coupon_id", coupon.id.get().into())])?;
        Ok(Deactivated { coupon: coupon_reply::shown(cx, coupon), replayed: false })
    }
}
