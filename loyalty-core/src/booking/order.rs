//! What an order changes besides points: visits, money spent, products bought.

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::entry_details::of_its_time;
use crate::booking::open_offers::end_offers;
use crate::domain::lines;
use crate::domain::programme::EndsWith;
use crate::domain::purchase::{self, Item, Settlement};
use crate::store::orders::Order;
use crate::store::visits;
use crate::value::{Amount, Instant, Money, Shop, limit};
use crate::{Error, Result};

/// A purchase, or a part of one that is taken back.
pub(crate) struct Bought<'a> {
    /// When the order was paid: its local day counts.
    pub(crate) at: Instant,
    /// Visits to add: 1, 0 or -1.
    pub(crate) visits: i64,
    /// Money to add; below zero for a refund.
    pub(crate) spent: Money,
    /// Lines whose products are added.
    pub(crate) items: &'a [Item],
    /// 1 to add the products, -1 to take them away.
    pub(crate) sign: i64,
}

/// Counts a purchase in the member's sums, by day and by product.
pub(crate) fn count(cx: &mut Cx<'_>, account: &mut Account, bought: &Bought<'_>) -> Result<()> {
    let user_id = account.member.user_id;
    let day = cx.programme.zone.day_of(bought.at);
    visits::add(cx.store()?, user_id, day, bought.visits, bought.spent)?;
    account.member.total_visits += bought.visits;
    account.member.total_spent = account.member.total_spent.plus(bought.spent)?;
    if bought.visits > 0 {
        // A backdated purchase never moves the last visit back.
        account.member.last_visit = account.member.last_visit.max(Some(bought.at));
        end_offers(cx, &mut account.member, EndsWith::Purchase, bought.at)?;
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

/// How a bill was settled, as a request gives it.
pub(crate) struct GivenSettlement<'a> {
    pub(crate) shop: Option<&'a Shop>,
    pub(crate) tax: Option<Amount>,
    pub(crate) points_paid: Option<Amount>,
    pub(crate) gift_card_paid: Option<Amount>,
    pub(crate) points: Option<i64>,
}

impl GivenSettlement<'_> {
    /// The settlement; parts that are not given come from the previous settlement of the order.
    pub(crate) fn read(&self, cx: &Cx<'_>, had: Settlement) -> Result<Settlement> {
        let money = |field: &str, given: Option<Amount>, had: i64| match given {
            Some(amount) => cx.money(field, amount).map(Money::get),
            None => Ok(had),
        };
        Ok(Settlement {
            shop: self.shop.cloned().or(had.shop),
            tax: match self.tax {
                Some(tax) => Some(cx.money("tax", tax)?.get()),
                None => had.tax,
            },
            points_paid: money("points_paid", self.points_paid, had.points_paid)?,
            gift_card_paid: money("gift_card_paid", self.gift_card_paid, had.gift_card_paid)?,
            given: match self.points {
                Some(points) => Some(limit::within("points", points, 0, limit::MAX_POINTS)?),
                None => had.given,
            },
            returned: None,
            paid_out: 0,
        })
    }

    /// The amount and the settlement of a bill that may be below zero: it then counts as 0, and what the shop pays out
    /// is noted.
    pub(crate) fn of_bill(&self, cx: &Cx<'_>, amount: Option<Amount>, items: &[Item]) -> Result<(Money, Settlement)> {
        let Some(amount) = amount.or_else(|| self.points.map(|_| Amount::from(0))) else {
            return Err(Error::invalid("amount", "is required when no `points` are given"));
        };
        let bill = cx.bill("amount", amount, items)?;
        if !bill.is_negative() {
            return Ok((bill, self.read(cx, Settlement::default())?));
        }
        if self.points.is_some_and(|points| points != 0) {
            return Err(Error::invalid("points", "must be 0 for an amount below zero, which earns nothing"));
        }
        // The tax inside it is below zero too, so no tax is paid.
        let tax = self.tax.map(|tax| cx.signed_money("tax", tax)).transpose()?;
        if tax.is_some_and(|tax| tax < bill || tax > Money::ZERO) {
            return Err(Error::invalid("tax", "must be a part of the amount, which is below zero"));
        }
        let rest = GivenSettlement { tax: None, ..*self };
        let settlement = rest.read(cx, Settlement::default())?;
        Ok((Money::ZERO, Settlement { paid_out: -bill.get(), ..settlement }))
    }
}

/// Id of the tier whose rate applied to an order.
///
/// # Errors
/// `database_corrupt` when its programme has no such tier.
pub(crate) fn tier_of(cx: &mut Cx<'_>, order: &Order) -> Result<String> {
    let place = order.receipt.place();
    let tier = of_its_time(cx, order.programme, |programme| programme.tiers.get(place).map(|tier| tier.id.clone()))?;
    tier.ok_or_else(|| Error::damaged(format_args!("order {} has the tier {place} of its programme", order.id)))
}

/// How an order was settled.
pub(crate) fn settlement_of(order: &Order) -> Result<Settlement> {
    let json = order.settlement.as_deref();
    json.map_or_else(|| Ok(Settlement::default()), crate::store::json)
}

/// What an order stores about its settlement: nothing, if nothing was given.
pub(crate) fn kept(settlement: &Settlement) -> Result<Option<String>> {
    let said = *settlement != Settlement::default();
    said.then(|| serde_json::to_string(settlement)).transpose().map_err(Error::internal)
}

/// The lines that an order has now.
pub(crate) fn items_of(order: &Order) -> Result<Vec<Item>> {
    lines::read(order.items.as_deref())
}
