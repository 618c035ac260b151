//! Orders of another system: once known, they never earn again and can be refunded.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::owner;
use crate::booking::request::digest;
use crate::domain::member::Member;
use crate::domain::refund::OrderStanding;
use crate::ops::{EarnPoints, Receipt};
use crate::store::orders::{self, Order};
use crate::value::{Amount, DayOrMoment, EntryId, OrderId, Points, UserId, limit};
use crate::{Error, Result};

/// An order that earned in another system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportedOrder {
    /// The host's id of the order.
    pub order_id: OrderId,
    /// What was paid, in major units.
    pub amount: Amount,
    /// Points that it earned.
    pub points: i64,
    /// When it was paid.
    pub paid_at: DayOrMoment,
}

/// The orders that are new here, and those that are known already.
pub(super) fn without_known<'a>(
    cx: &mut Cx<'_>,
    user_id: UserId,
    given: &'a [ImportedOrder],
) -> Result<(Vec<&'a ImportedOrder>, Vec<&'a ImportedOrder>)> {
    let (mut new, mut known) = (Vec::new(), Vec::new());
    for (at, order) in given.iter().enumerate() {
        limit::within(&format!("orders[{at}].points"), order.points, 0, limit::MAX_POINTS)?;
        match orders::find(cx.store()?, &order.order_id)? {
            Some(kept) if !owner::is_same(cx, kept.user_id, user_id)? => {
                return Err(owner::not_yours(&order.order_id).with("field", format!("orders[{at}].order_id")));
            }
            Some(_) => known.push(order),
            None => new.push(order),
        }
    }
    Ok((new, known))
}

/// Stores an order as if `earn_points` had booked it with this amount and no lines.
pub(in crate::ops) fn keep(
    cx: &mut Cx<'_>,
    member: &Member,
    given: &ImportedOrder,
    opening: EntryId,
    balance: i64,
) -> Result<()> {
    let tier = member.current_tier.clone();
    let receipt = Receipt {
        transaction_id: opening.get(),
        points_earned: given.points,
        balance,
        tier_before: tier.clone(),
        tier: tier.clone(),
        tier_changed: false,
        points_to_next_tier: 0,
        expires_at: None,
        because: Vec::new(),
        redemptions: Vec::new(),
        replayed: false,
    };
    let earn = EarnPoints { order_id: Some(given.order_id.clone()), ..EarnPoints::new(member.user_id, given.amount) };
    let order = Order {
        id: given.order_id.clone(),
        user_id: member.user_id,
        entry: opening,
        standing: OrderStanding::of(cx.money("orders", given.amount)?, Points::new(given.points)?),
        tier,
        visit: member.total_visits,
        programme: cx.programme_id,
        occurred_at: given.paid_at.as_start(cx.programme.zone),
        items: None,
        settlement: None,
        request: digest(&earn, None)?,
        answer: serde_json::to_string(&receipt).map_err(Error::internal)?,
    };
    orders::insert(cx.store()?, &order)
}
