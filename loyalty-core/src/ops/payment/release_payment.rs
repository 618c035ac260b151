use crate::booking::payment::{PaymentReleased, release};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::ops::{Access, Operation};
use crate::store::payments::{self};
use crate::value::{OrderId, Points, limit};
use crate::{Error, Result};

/// Gives back the points that paid a part of an order, all or some of them.
///
/// The points go back to the accruals that they came from and keep their end. When only some go back, those that end
/// last go first, so that several parts add up to the whole. Never more goes back than was taken: once all are back, a
/// call returns the first answer.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ReleasePayment {
    /// The order.
    pub order_id: OrderId,
    /// Points to give back now, above zero; default all that are left.
    #[serde(default)]
    #[new(default)]
    pub points: Option<i64>,
}

impl Operation for ReleasePayment {
    const NAME: &'static str = "release_payment";
    const ACCESS: Access = Access::Write;
    type Reply = PaymentReleased;

    fn run(&self, cx: &mut Cx<'_>) -> Result<PaymentReleased> {
        let part = self.points.map(|points| limit::within("points", points, 1, limit::MAX_POINTS)).transpose()?;
        let payment = payments::find(cx.store()?, &self.order_id)?;
        let payment = payment.ok_or_else(|| Error::not_found("order_id", &self.order_id))?;
        match (&payment.release_answer, part) {
            (Some(answer), None) => {
                let mut released: PaymentReleased = crate::store::json(answer)?;
                released.replayed = true;
                Ok(released)
            }
            _ => release(cx, &payment, part.map(Points::stored)),
        }
    }
}
