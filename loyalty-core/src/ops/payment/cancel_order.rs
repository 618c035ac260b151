use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::release_payment::release;
use crate::ops::account::Account;
use crate::ops::{Access, CancelRedemption, Cx, Operation, RefundOrder};
use crate::store::{orders, payments, redemptions};
use crate::value::{Money, OrderId, RedemptionId, UserId};
use crate::{Error, Result};

/// Cancels an order as a whole, in one step: all or nothing.
///
/// What it earned is taken back as by `refund_order`, the points that paid a part of it are given back as by
/// `release_payment`, and the rewards that were claimed for it are undone as by `cancel_redemption`. It is refused
/// when the coupon of such a reward was used; `release_coupon` gives that use back first. A repeat
/// finds nothing left and changes nothing.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelOrder {
    /// The order.
    pub order_id: OrderId,
}

/// What was undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderCancelled {
    /// Earned points taken back.
    pub points_reversed: i64,
    /// Spent points given back: those that paid, and those of the rewards.
    pub points_restored: i64,
    /// Redemptions undone.
    pub redemptions: Vec<i64>,
    /// Spendable points after it; below zero when points are owed.
    pub balance: i64,
    /// Points owed.
    pub debt: i64,
    /// Tier after it.
    pub tier: String,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for CancelOrder {
    const NAME: &'static str = "cancel_order";
    const ACCESS: Access = Access::Write;
    type Reply = OrderCancelled;

    fn run(&self, cx: &mut Cx<'_>) -> Result<OrderCancelled> {
        let order = orders::find(cx.store()?, &self.order_id)?;
        let payment = payments::find(cx.store()?, &self.order_id)?;
        let claimed = redemptions::of_order(cx.store()?, &self.order_id)?;
        // A repeat finds an order of which nothing is left, and changes nothing.
        let user_id = order.as_ref().map(|order| order.user_id);
        let user_id = user_id.or(payment.as_ref().map(|payment| payment.user_id));
        let user_id = user_id.or(claimed.first().map(|redemption| redemption.user_id));
        let user_id = user_id.ok_or_else(|| Error::not_found("order_id", &self.order_id))?;

        // Points come back before others are taken, so that no debt is made that they would repay.
        let mut points_restored = 0;
        let mut undone = Vec::with_capacity(claimed.len());
        for redemption in claimed.iter().filter(|redemption| redemption.cancelled_by.is_none()) {
            let redemption_id = RedemptionId::new(redemption.entry.get())?;
            points_restored += CancelRedemption { redemption_id }.run(cx)?.points_restored;
            undone.push(redemption_id.get());
        }
        if let Some(payment) = payment.filter(|payment| payment.released_by.is_none()) {
            points_restored += release(cx, &payment, None)?.points_restored;
        }
        let left = order.map(|order| order.standing.amount.minus(order.standing.refunded)).transpose()?;
        let points_reversed = match left {
            Some(left) if left > Money::ZERO => {
                let refund = RefundOrder { order_id: self.order_id.clone(), amount: None, items: Vec::new() };
                refund.run(cx)?.points_reversed
            }
            _ => 0,
        };
        self.reply(cx, user_id, points_reversed, points_restored, undone)
    }
}

impl CancelOrder {
    fn reply(
        &self,
        cx: &mut Cx<'_>,
        user_id: UserId,
        points_reversed: i64,
        points_restored: i64,
        redemptions: Vec<i64>,
    ) -> Result<OrderCancelled> {
        let mut account = Account::get(cx, user_id)?;
        Ok(OrderCancelled {
            points_reversed,
            points_restored,
            redemptions,
            balance: account.balance(cx)?,
            debt: account.member.debt.get(),
            tier: account.member.current_tier.clone(),
            replayed: false,
        })
    }
}
