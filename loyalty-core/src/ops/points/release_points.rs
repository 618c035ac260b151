use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::order;
use crate::domain::act::RecordedAct;
use crate::ops::{Access, Operation};
use crate::store::{ledger, lots, orders};
use crate::value::OrderId;
use crate::{Error, Result};

/// Makes the pending points of an order spendable, for example when it was delivered or the time for returns is over.
///
/// Points that are already spendable stay as they are; a repeat finds nothing more to release.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ReleasePoints {
    /// The order.
    pub order_id: OrderId,
}

/// What was released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReleasedPoints {
    /// The member.
    pub user_id: i64,
    /// Points that were pending.
    pub points_released: i64,
    /// Spendable points after this call; below zero when points are owed.
    pub balance: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for ReleasePoints {
    const NAME: &'static str = "release_points";
    const ACCESS: Access = Access::Write;
    type Reply = ReleasedPoints;

    fn run(&self, cx: &mut Cx<'_>) -> Result<ReleasedPoints> {
        let order = orders::find(cx.store()?, &self.order_id)?;
        let order = order.ok_or_else(|| Error::not_found("order_id", &self.order_id))?;
        let mut account = Account::get(cx, order.user_id)?;
        let own = ledger::of_order(cx.store()?, account.member.id, &order.id)?.credits;
        let first = own.first().map(|entry| lots::find(cx.store()?, *entry)).transpose()?.flatten();
        let tier = order::tier_of(cx, &order)?;
        let released = account.release(cx, &own, (&tier, order.occurred_at))?;
        account.save(cx)?;
        if let Some(began) = first.map(|lot| lot.available_at.micros()) {
            let last = account.last_entry();
            account.note(cx, last, &RecordedAct::Release { order_id: order.id, began })?;
        }
        Ok(ReleasedPoints {
            user_id: account.member.user_id.get(),
            points_released: released.get(),
            balance: account.balance(cx)?,
            replayed: false,
        })
    }
}
