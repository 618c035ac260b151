//! What an order changes besides points: visits, money spent, products bought.

use crate::domain::earning::{self, Earned};
use crate::domain::member::Member;
use crate::domain::programme::Programme;
use crate::domain::purchase::{self, Item};
use crate::domain::rule::Purchase;
use crate::domain::tier;
use crate::ops::Cx;
use crate::ops::account::Account;
use crate::store::orders::Order;
use crate::store::{ledger, visits};
use crate::value::{Instant, Money, Points};
use crate::{Error, Result};

/// A purchase, or a part of one that is taken back.
pub(super) struct Bought<'a> {
    /// When the order was paid: its local day counts.
    pub(super) at: Instant,
    /// Visits to add: 1, 0 or -1.
    pub(super) visits: i64,
    /// Money to add; below zero for a refund.
    pub(super) spent: Money,
    /// Lines whose products are added.
    pub(super) items: &'a [Item],
    /// 1 to add the products, -1 to take them away.
    pub(super) sign: i64,
}

/// Counts a purchase, in the member's sums and by day and product.
pub(super) fn count(cx: &mut Cx<'_>, account: &mut Account, bought: &Bought<'_>) -> Result<()> {
    let user_id = account.member.user_id;
    let day = cx.programme.zone.day_of(bought.at);
    visits::add(cx.store()?, user_id, day, bought.visits, bought.spent)?;
    account.member.total_visits += bought.visits;
    account.member.total_spent = account.member.total_spent.plus(bought.spent)?;
    if bought.visits > 0 {
        // A backdated purchase never moves the last visit back.
        account.member.last_visit = account.member.last_visit.max(Some(bought.at));
    }
    let products = purchase::bought(bought.items);
    for (sku, quantity) in &products {
        visits::add_product(cx.store()?, user_id, sku, quantity * bought.sign)?;
    }
    if !products.is_empty() {
        let (distinct, favorites) = visits::favorites(cx.store()?, user_id)?;
        account.member.distinct_products = distinct;
        account.member.favorite_products = serde_json::to_string(&favorites).map_err(Error::internal)?;
    }
    Ok(())
}

/// What a purchase of a member, or of a user who is none yet, earns by the rules of now.
pub(super) fn earned(
    cx: &mut Cx<'_>,
    member: Option<&Member>,
    amount: Money,
    items: &[Item],
    at: Instant,
) -> Result<Earned> {
    let programme = cx.programme;
    let tier = match member {
        Some(member) => tier::held_tier(programme, &member.current_tier)?.1,
        None => programme.first_tier()?,
    };
    let purchase = Purchase {
        at,
        amount,
        items,
        tier,
        visit: member.map_or(1, |member| member.total_visits + 1),
        birth_date: member.and_then(|member| member.person.birth_date),
        room_today: room(cx, programme, member, at, Points::ZERO)?,
    };
    let locale = member.map_or(programme.locale, |member| cx.locale_of(member));
    earning::earn(programme, &purchase, locale)
}

/// Points that a local day has room for under the programme's cap, `own` of them being those of the order itself.
pub(super) fn room(
    cx: &mut Cx<'_>,
    programme: &Programme,
    member: Option<&Member>,
    at: Instant,
    own: Points,
) -> Result<Option<Points>> {
    let (Some(cap), Some(member)) = (programme.earn.max_points_per_day, member) else {
        return Ok(programme.earn.max_points_per_day);
    };
    let day = programme.zone.day_of(at);
    let (from, until) = (programme.zone.start_of(day), programme.zone.end_of(day));
    let earned = ledger::earned_between(cx.store()?, member.id, from, until)?;
    Ok(Some(cap.minus(earned.minus(own)?)?.or_zero()))
}

/// The lines that an order has now.
pub(super) fn items_of(order: &Order) -> Result<Vec<Item>> {
    order.items.as_deref().map_or_else(|| Ok(Vec::new()), |json| serde_json::from_str(json).map_err(Error::internal))
}

/// Takes returned lines out of an order's lines.
///
/// # Errors
/// `invalid` naming the line, when more of a product is returned than was bought.
pub(super) fn without(mut lines: Vec<Item>, returned: &[Item]) -> Result<Vec<Item>> {
    for (index, item) in returned.iter().enumerate() {
        let mut left = item.quantity;
        for line in lines.iter_mut().filter(|line| line.sku == item.sku && line.kind == item.kind) {
            let taken = left.min(line.quantity);
            line.quantity -= taken;
            left -= taken;
        }
        if left > 0 {
            let expected = format!("must be at most what is left of `{}` in the order, {left} too many", item.sku);
            return Err(Error::invalid(&format!("items[{index}].quantity"), expected));
        }
    }
    lines.retain(|line| line.quantity > 0);
    Ok(lines)
}
