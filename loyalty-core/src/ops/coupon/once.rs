//! Codes of an order used once: a repeat of the call gets the first answer.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::earlier::{Again, Earlier};
use crate::booking::cx::Cx;
use crate::booking::order_coupons::{CodeBooking, CouponRequest, JudgedCodes};
use crate::booking::request::{Request, kept_answer, same_request};
use crate::store::coupon_uses::UseState;
use crate::value::{Instant, OrderId};
use crate::{Error, Result};

/// Which order uses codes, and what the call is known by.
pub(super) struct Once<'a> {
    pub(super) order_id: &'a OrderId,
    /// Digests of the request.
    pub(super) request: &'a Request,
    /// Whether the order was opened again.
    pub(super) reopened: bool,
}

impl Once<'_> {
    /// Judges the codes, books those that are used, and returns the answer, or the first answer to this call.
    ///
    /// # Errors
    /// The refusal of the codes when none can be used; `idempotency_conflict` for another request of the order.
    pub(super) fn book<R: Serialize + DeserializeOwned>(
        &self,
        cx: &mut Cx<'_>,
        till: &CouponRequest<'_>,
        answer: impl FnOnce(&mut Cx<'_>, &JudgedCodes) -> Result<R>,
    ) -> Result<R> {
        let earlier = Earlier::of(cx, till, self.order_id)?;
        earlier.check(self.order_id, self.request, Again::of(self.reopened))?;
        if let Some(made) = earlier.used() {
            same_request(&made.request, self.request, self.order_id.as_str())?;
            return kept_answer(&made.answer);
        }
        let judged = till.judge(cx)?;
        let applied = judged.applied();
        if applied.is_empty() {
            return Err(judged.refuse(cx)?);
        }
        judged.count_failures(cx)?;
        let reply = answer(cx, &judged)?;
        let booking = CodeBooking {
            order_id: self.order_id,
            state: UseState::Used,
            hold_ends: Instant::NEVER,
            request: self.request.bytes(),
            answer: &serde_json::to_string(&reply).map_err(Error::internal)?,
        };
        for (place, share) in applied {
            judged.book(cx, place, share, &booking)?;
        }
        Ok(reply)
    }
}
