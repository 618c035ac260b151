use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::coupon_reply::{self, CouponReply};
use crate::booking::cx::Cx;
use crate::ops::{Access, Operation};
use crate::store::{coupons, members};
use crate::value::{UserId, limit};
use crate::{Error, Result};

/// Lists the coupons that are bound to a member, in the order in which they were made.
///
/// Without `include_used`, it leaves out coupons that can no longer be used: used up, ended, or switched off.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Coupons {
    /// The member.
    pub user_id: UserId,
    /// Whether coupons that can no longer be used are listed too.
    #[serde(default)]
    #[new(default)]
    pub include_used: bool,
    /// Most coupons to list, 1 to 200.
    #[serde(default = "page")]
    #[new(value = "page()")]
    pub limit: i64,
    /// Where the previous page ended: its `next_after`.
    #[serde(default)]
    #[new(default)]
    pub after: i64,
}

const fn page() -> i64 {
    limit::MAX_PAGE
}

/// The coupons of a member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CouponsReply {
    /// The coupons.
    pub items: Vec<CouponReply>,
    /// What to give as `after` for the next page; null at the end.
    pub next_after: Option<i64>,
}

impl Operation for Coupons {
    const NAME: &'static str = "coupons";
    const ACCESS: Access = Access::Read;
    type Reply = CouponsReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<CouponsReply> {
        let limit = limit::within("limit", self.limit, 1, limit::MAX_PAGE)?;
        let after = limit::within("after", self.after, 0, i64::MAX)?;
        let member = members::find(cx.store()?, self.user_id)?;
        let member = member.ok_or_else(|| Error::not_found("user_id", self.user_id))?;
        let usable_at = (!self.include_used).then_some(cx.at);
        let found = coupons::of_user(cx.store()?, member.user_id, usable_at, after, limit)?;
        let items: Vec<_> = found.into_iter().map(|coupon| coupon_reply::shown(cx, coupon)).collect();
        let full = i64::try_from(items.len()).unwrap_or(i64::MAX) == limit;
        let next_after = items.last().filter(|_| full).map(|last| last.id);
        Ok(CouponsReply { items, next_after })
    }
}
