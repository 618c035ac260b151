//! Whose an order is: an operation that names a member and an order must not mix two members.

use crate::booking::cx::Cx;
use crate::store::{members, orders};
use crate::value::{OrderId, UserId};
use crate::{Error, Refusal, Result};

/// Refuses an order that belongs in part to another member: one who bought, paid, redeemed, was stamped or used a
/// coupon for it. Merged members count as one.
///
/// # Errors
/// `not_yours` with the order.
pub(crate) fn check(cx: &mut Cx<'_>, order_id: &OrderId, user_id: UserId) -> Result<()> {
    for owner in orders::owners(cx.store()?, order_id)? {
        if !is_same(cx, owner, user_id)? {
            return Err(not_yours(order_id));
        }
    }
    Ok(())
}

/// The refusal for an order of another member.
pub(crate) fn not_yours(order_id: &OrderId) -> Error {
    Error::refused(Refusal::NotYours).with("order_id", order_id.as_str())
}

/// Whether two users are one member.
pub(crate) fn is_same(cx: &mut Cx<'_>, one: UserId, other: UserId) -> Result<bool> {
    if one == other {
        return Ok(true);
    }
    let mut survivor = |user_id| -> Result<UserId> {
        Ok(members::find(cx.store()?, user_id)?.map_or(user_id, |member| member.user_id))
    };
    Ok(survivor(one)? == survivor(other)?)
}
