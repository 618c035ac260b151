use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::codes;
use super::offer::offer_operation;
use super::reply::{self, CouponReply};
use crate::domain::coupon::DiscountType;
use crate::domain::coupon::terms::{AmountBasis, DayName, Target, TaxBasis};
use crate::ops::{Access, Cx, Operation};
use crate::store::members;
use crate::value::{Amount, DayOrMoment, Sku, UserId};
use crate::{Error, Result};

offer_operation! {
    /// Makes a coupon with a code of its own, for a member or for anyone.
    ///
    /// The code is random, unique, and long enough for the programme's budget of guessing (`codes.minimum_bits`).
    GenerateDiscountCode {
        /// The member it is bound to; anyone may use it without one.
        #[serde(default)]
        user_id: Option<UserId>,
    }
}

/// The new coupon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GeneratedDiscountCode {
    /// The coupon.
    #[serde(flatten)]
    pub coupon: CouponReply,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for GenerateDiscountCode {
    const NAME: &'static str = "generate_discount_code";
    const ACCESS: Access = Access::Write;
    type Reply = GeneratedDiscountCode;

    fn run(&self, cx: &mut Cx<'_>) -> Result<GeneratedDiscountCode> {
        let mut coupon = self.offer().coupon(cx)?;
        if let Some(user_id) = self.user_id {
            let member = members::find(cx.store()?, user_id)?;
            coupon.user_id = Some(member.ok_or_else(|| Error::not_found("user_id", user_id))?.user_id);
        }
        let shape = codes::shape(cx, self.prefix.as_deref(), self.length, 1)?;
        let coupon = codes::insert_new(cx, &shape, coupon)?;
        Ok(GeneratedDiscountCode { coupon: reply::shown(cx, coupon), replayed: false })
    }
}
