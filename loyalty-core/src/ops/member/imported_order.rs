//! Orders of another system: once known, they never earn again and can be refunded.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::cx::Cx;
use crate::booking::owner;
use crate::domain::member::Member;
use crate::domain::receipt::{KeptReceipt, Unusual};
use crate::domain::refund::OrderStanding;
use crate::domain::tier;
use crate::ops::EarnPoints;
use crate::store::orders::{self, ImportedStanding};
use crate::value::{Amount, DayOrMoment, EntryId, OrderId, Points, UserId, limit};

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
    let (place, _) = tier::held_tier(cx.programme, &member.current_tier)?;
    let unusual = Unusual { points: Some(given.points), balance: Some(balance), ..Unusual::default() };
    let receipt = KeptReceipt(member.total_visits, 0, place, unusual);
    let earn = EarnPoints::new(member.user_id, given.amount);
    let request = earn.digests(cx, None)?;
    let order = ImportedStanding {
        id: &given.order_id,
        user_id: member.user_id,
        entry: opening,
        standing: OrderStanding::of(cx.money("orders", given.amount)?, Points::new(given.points)?),
        occurred_at: given.paid_at.as_start(cx.programme.zone),
        receipt: &receipt,
        request: request.bytes(),
    };
    orders::insert_imported(cx.store()?, &order)
}
