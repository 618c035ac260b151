use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::sign_coupon::{SignedCouponReply, shown};
use crate::booking::cx::Cx;
use crate::booking::signing::trusted_keys;
use crate::domain::code;
use crate::domain::signed::{Signed, SignedCoupon, is_denied};
use crate::ops::{Access, Operation};
use crate::value::{Amount, Decimal, Instant, PublicKey, UserId, limit};
use crate::{Error, Kind, Refusal, Result};

/// Most ids of a deny list in one call.
const MAX_DENIED: usize = 10_000;

/// Checks a signed coupon with the public key alone: without a database and without a network.
///
/// It cannot know whether the coupon was used before; only the place that counts uses can. A code that was altered in
/// any way is `not_usable`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct CheckSignedCoupon {
    /// The code.
    pub token: String,
    /// When; default now.
    #[serde(default)]
    #[new(default)]
    pub at: Option<Instant>,
    /// Amount of the order: its minimum is checked, and the reply gives the discount.
    #[serde(default)]
    #[new(default)]
    pub amount: Option<Amount>,
    /// Member who wants to use it.
    #[serde(default)]
    #[new(default)]
    pub user_id: Option<UserId>,
    /// Public key, 64 hexadecimal digits; default the keys of the programme and of the setting `signing_key`.
    #[serde(default)]
    #[new(default)]
    pub public_key: Option<String>,
    /// Ids that are no longer good, in addition to those of the programme (`signing.denied`).
    #[serde(default)]
    #[new(default)]
    pub denied: Vec<String>,
}

/// What a signed coupon is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedSignedCoupon {
    /// Whether it can be used.
    pub allowed: bool,
    /// The refusal code if not.
    pub because: Option<String>,
    /// What is missing: the details of that refusal.
    pub missing: Option<Map<String, Value>>,
    /// What it takes off `amount`; null without an amount and for free items.
    pub discount: Option<Decimal>,
    /// The coupon; null when no trusted key signed it.
    pub coupon: Option<SignedCouponReply>,
}

impl Operation for CheckSignedCoupon {
    const NAME: &'static str = "check_signed_coupon";
    const ACCESS: Access = Access::Pure;
    type Reply = CheckedSignedCoupon;

    fn run(&self, cx: &mut Cx<'_>) -> Result<CheckedSignedCoupon> {
        let amount = self.amount.map(|amount| cx.money("amount", amount)).transpose()?;
        if self.denied.len() > MAX_DENIED {
            return Err(Error::invalid("denied", format_args!("must have at most {MAX_DENIED} ids")));
        }
        let keys = self.keys(cx)?;
        let at = self.at.unwrap_or(cx.now);
        let coupon = match Signed::read(&self.token, &keys) {
            Some(Signed::Coupon(coupon)) => coupon,
            _ => return Ok(refused(&Error::refused(Refusal::NotUsable), None)),
        };
        let checked = self.check(cx, &coupon, at);
        let discount = match (&checked, amount) {
            (Ok(()), Some(amount)) => coupon.discount(amount, cx.programme.rounding)?,
            _ => None,
        };
        let reply = shown(cx, code::compact(&self.token).to_ascii_uppercase(), coupon);
        match checked {
            Ok(()) => Ok(CheckedSignedCoupon {
                allowed: true,
                because: None,
                missing: None,
                discount: discount.map(|discount| cx.shown(discount)),
                coupon: Some(reply),
            }),
            Err(error) if error.kind() == Kind::Refused => Ok(refused(&error, Some(reply))),
            Err(error) => Err(error),
        }
    }
}

impl CheckSignedCoupon {
    fn check(&self, cx: &Cx<'_>, coupon: &SignedCoupon, at: Instant) -> Result<()> {
        if is_denied(&coupon.id, &self.denied) || is_denied(&coupon.id, &cx.programme.signing.denied) {
            return Err(Error::refused(Refusal::Inactive));
        }
        let amount = self.amount.map(|amount| cx.money("amount", amount)).transpose()?;
        coupon.check(at, self.user_id, amount, (cx.programme.currency, cx.programme.zone))
    }

    fn keys(&self, cx: &Cx<'_>) -> Result<Vec<PublicKey>> {
        let Some(given) = &self.public_key else {
            let keys = trusted_keys(cx);
            if keys.is_empty() {
                return Err(Error::invalid("public_key", "is required: neither the programme nor a setting has a key"));
            }
            return Ok(keys);
        };
        let given = limit::typed("public_key", given, 80)?;
        PublicKey::parse(&given).map(|key| vec![key]).map_err(|expected| Error::invalid("public_key", expected))
    }
}

fn refused(error: &Error, coupon: Option<SignedCouponReply>) -> CheckedSignedCoupon {
    CheckedSignedCoupon {
        allowed: false,
        because: Some(error.code().to_owned()),
        missing: Some(error.details().clone()),
        discount: None,
        coupon,
    }
}
