use crate::booking::announce::announce;
use crate::domain::log_event::LogKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::offer::offer_operation;
use crate::Result;
use crate::booking::codes;
use crate::booking::cx::Cx;
use crate::domain::condition::DayName;
use crate::domain::coupon::terms::{Target, TaxBasis};
use crate::domain::programme::{AmountBasis, DiscountType};
use crate::ops::{Access, Operation};
use crate::store::coupons;
use crate::value::{Amount, DayOrMoment, Sku, fingerprint, hex, limit, same_name};

/// Most codes of one batch.
const MAX_COUNT: i64 = 10_000_000;

offer_operation! {
    /// Makes many coupons at once, each with its own code: all of them, or none.
    ///
    /// The name of the batch is its key; case and surrounding blanks do not matter. A repeat returns the first answer.
    /// `coupon_batch` lists the codes page by page. The limits of uses and the budgets apply to each code.
    GenerateCoupons {
        /// How many, 1 to 10 000 000.
        count: i64,
        /// Name of the batch, up to 120 characters; it must be unique.
        batch: String,
    }
}

/// The new batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GeneratedCoupons {
    /// Its id.
    pub batch_id: i64,
    /// How many coupons it has.
    pub count: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for GenerateCoupons {
    const NAME: &'static str = "generate_coupons";
    const ACCESS: Access = Access::Write;
    const NAMES: &'static [&'static str] = &["batch"];
    type Reply = GeneratedCoupons;

    fn natural_key(&self) -> Option<String> {
        // A name may be longer than a key.
        Some(hex(&fingerprint::<32>(same_name(&self.batch))))
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<GeneratedCoupons> {
        let count = limit::within("count", self.count, 1, MAX_COUNT)?;
        let name = limit::readable_text("batch", &self.batch, limit::MAX_NAME)?;
        let mut coupon = self.offer().coupon(cx)?;
        let shape = codes::shape(cx, self.prefix.as_deref(), self.length, count)?;
        let (now, actor) = (cx.now, cx.actor);
        let batch = coupons::insert_batch(cx.store()?, &name, count, &coupon.terms, now, actor)?;
        coupon.batch = Some(batch);
        for _ in 0..count {
            codes::add_new(cx, &shape, &coupon)?;
        }
        let data = [("batch_id", batch.get().into()), ("coupons", count.into())];
        announce(cx, LogKind::CouponBatchIssued, None, data)?;
        Ok(GeneratedCoupons { batch_id: batch.get(), count, replayed: false })
    }
}
