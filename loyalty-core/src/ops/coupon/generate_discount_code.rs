use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::offer::offer_operation;
use crate::booking::codes;
use crate::booking::coupon_reply::{self, CouponReply};
use crate::booking::cx::Cx;
use crate::domain::code::guess_chance_bits;
use crate::domain::condition::DayName;
use crate::domain::coupon::Coupon;
use crate::domain::coupon::terms::{Target, TaxBasis};
use crate::domain::programme::{AmountBasis, DiscountType};
use crate::ops::{Access, Operation};
use crate::store::members;
use crate::value::{Amount, DayOrMoment, OrderId, Sku, UserId};
use crate::{Error, Result};

offer_operation! {
    /// Makes a coupon with its own code, for one member or for anyone.
    ///
    /// The code is either random or chosen by the shop. A random code is unique and long enough to be hard to guess
    /// (`codes.minimum_bits`).
    GenerateDiscountCode {
        /// The member who may use it; without one, anyone may.
        #[serde(default)]
        #[new(default)]
        user_id: Option<UserId>,
        /// An order on which it cannot be used, such as the order that it was given for.
        #[serde(default)]
        #[new(default)]
        not_on_order: Option<OrderId>,
        /// A code chosen by the shop, like `WELCOME10` or `AÑO-NUEVO`: 4 to 24 letters and digits. It is public: anyone
        /// may type it, so only `max_uses`, `max_uses_per_user` and the budgets limit it. Case, separators, look-alikes
        /// and accents do not matter, so no two codes may differ only in these.
        #[serde(default)]
        #[new(default)]
        code: Option<String>,
    }
}

/// The new coupon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GeneratedDiscountCode {
    /// The coupon.
    #[serde(flatten)]
    pub coupon: CouponReply,
    /// How hard it is to guess: one guess in 2 to the power of this number hits a code. 0 for a code chosen by the
    /// shop, to which `codes.minimum_bits` does not apply.
    #[serde(default)]
    pub guess_chance_bits: i64,
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
        coupon.terms.not_on_order = self.not_on_order.as_ref().map(|order_id| order_id.as_str().to_owned());
        let (coupon, guess_chance_bits) = match &self.code {
            Some(code) => (self.insert_own(cx, code, coupon)?, 0),
            None => {
                let shape = codes::shape(cx, self.prefix.as_deref(), self.length, 1)?;
                let coupon = codes::insert_new(cx, &shape, coupon)?;
                let symbols = i64::try_from(shape.symbols()).unwrap_or(i64::MAX);
                (coupon.clone(), guess_chance_bits(symbols, coupon.id.get()))
            }
        };
        Ok(GeneratedDiscountCode { coupon: coupon_reply::shown(cx, coupon), guess_chance_bits, replayed: false })
    }
}

impl GenerateDiscountCode {
    fn insert_own(&self, cx: &mut Cx<'_>, code: &str, coupon: Coupon) -> Result<Coupon> {
        for (field, given) in [("prefix", self.prefix.is_some()), ("length", self.length.is_some())] {
            if given {
                return Err(Error::invalid(field, "must not be given with `code`"));
            }
        }
        codes::insert_own(cx, code, coupon)
    }
}
