use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::domain::code;
use crate::ops::{Access, Operation};
use crate::store::coupons;
use crate::value::{BatchId, limit};
use crate::{Error, Result};

/// Most codes in one page.
const MAX_LISTED: i64 = 10_000;

/// Lists the codes of a batch, page by page, in the order in which they were made. For staff.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct CouponBatch {
    /// The batch.
    pub batch_id: BatchId,
    /// Most codes to list, 1 to 10 000.
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

/// A page of codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CouponBatchPage {
    /// The codes.
    pub items: Vec<BatchCode>,
    /// What to give as `after` for the next page; null at the end.
    pub next_after: Option<i64>,
}

/// A code of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BatchCode {
    /// Id of the coupon.
    pub id: i64,
    /// The code, in groups for reading.
    pub code: String,
    /// Uses so far.
    pub used_count: i64,
    /// Whether it is switched on.
    pub active: bool,
}

impl Operation for CouponBatch {
    const NAME: &'static str = "coupon_batch";
    const ACCESS: Access = Access::Read;
    type Reply = CouponBatchPage;

    fn run(&self, cx: &mut Cx<'_>) -> Result<CouponBatchPage> {
        let limit = limit::within("limit", self.limit, 1, MAX_LISTED)?;
        let after = limit::within("after", self.after, 0, i64::MAX)?;
        if coupons::batch_terms(cx.store()?, self.batch_id)?.is_none() {
            return Err(Error::not_found("batch_id", self.batch_id));
        }
        let found = coupons::of_batch(cx.store()?, self.batch_id, after, limit)?;
        let items: Vec<_> = found
            .into_iter()
            .map(|coupon| BatchCode {
                id: coupon.id.get(),
                code: code::grouped(&coupon.code),
                used_count: coupon.used_count,
                active: coupon.active,
            })
            .collect();
        let full = i64::try_from(items.len()).unwrap_or(i64::MAX) == limit;
        let next_after = items.last().filter(|_| full).map(|last| last.id);
        Ok(CouponBatchPage { items, next_after })
    }
}
