//! Gift cards that an order sold: the rest of their balance is taken off when the order is returned.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::cx::Cx;
use crate::booking::presented_card::{self, CardBooking};
use crate::domain::code;
use crate::domain::gift_card::{CardChange, GiftCard};
use crate::domain::purchase::{Item, ItemKind};
use crate::store::gift_cards::{self, CardEntry};
use crate::value::{Decimal, GiftCardId, Money, OrderId};

/// A card that a returned order had sold or topped up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoppedGiftCard {
    /// The code, in groups for reading.
    pub code: String,
    /// The money that the order had sold on it.
    pub sold: Decimal,
    /// What was taken off it now.
    pub taken: Decimal,
    /// The part that was already spent: it is gone, so it is not paid back.
    pub spent: Decimal,
    /// What is on the card now: money that others put there.
    pub balance: Decimal,
}

/// What is returned of an order.
pub(crate) enum Sold<'a> {
    /// Everything that it sold.
    All,
    /// These lines: the cards that were sold as one of them.
    Lines(&'a [Item]),
}

/// Empties the cards that an order sold, as far as they are returned with it: the money that it put on each card is
/// taken off once, as far as it is still there.
pub(crate) fn stop_sold(cx: &mut Cx<'_>, order_id: &OrderId, back: &Sold<'_>) -> Result<Vec<StoppedGiftCard>> {
    each(cx, order_id, back, presented_card::book)
}

/// What [`stop_sold`] would take off.
pub(crate) fn sold_back(cx: &mut Cx<'_>, order_id: &OrderId, back: &Sold<'_>) -> Result<Vec<StoppedGiftCard>> {
    each(cx, order_id, back, |_, card, booking| {
        card.balance = card.balance.plus(booking.amount)?;
        Ok(())
    })
}

fn each(
    cx: &mut Cx<'_>,
    order_id: &OrderId,
    back: &Sold<'_>,
    mut take: impl FnMut(&mut Cx<'_>, &mut GiftCard, CardBooking<'_>) -> Result<()>,
) -> Result<Vec<StoppedGiftCard>> {
    let mut cards = BTreeMap::new();
    for sale in gift_cards::of_order(cx.store()?, order_id)?.iter().filter(|entry| is_sale(entry)) {
        // In the order of their numbers, so that no two calls wait for each other.
        cards.insert(sale.card, None::<GiftCard>);
    }
    if cards.is_empty() {
        return Ok(Vec::new());
    }
    for (id, card) in &mut cards {
        *card = gift_cards::find(cx.store()?, *id)?;
    }
    // Read again after the cards are locked.
    let made = gift_cards::of_order(cx.store()?, order_id)?;
    let mut stopped = Vec::new();
    for sale in chosen(&made, &cards, back) {
        let Some(Some(card)) = cards.get_mut(&sale.card) else { continue };
        let taken = sale.amount.min(card.balance);
        let booking = CardBooking {
            change: CardChange::Stop,
            amount: Money::ZERO.minus(taken)?,
            order_id: Some(order_id),
            sold_as: None,
            reverses: Some(sale.id),
            kept: None,
        };
        take(cx, card, booking)?;
        stopped.push(StoppedGiftCard {
            code: code::grouped(&card.code),
            sold: cx.shown(sale.amount),
            taken: cx.shown(taken),
            spent: cx.shown(sale.amount.minus(taken)?),
            balance: cx.shown(card.balance),
        });
    }
    Ok(stopped)
}

fn is_sale(entry: &CardEntry) -> bool {
    matches!(entry.change, CardChange::Issue | CardChange::TopUp)
}

/// What the order sold and what is returned of it: of several cards sold as one article, those with the highest
/// balance.
fn chosen<'a>(
    made: &'a [CardEntry],
    cards: &BTreeMap<GiftCardId, Option<GiftCard>>,
    back: &Sold<'_>,
) -> Vec<&'a CardEntry> {
    let is_undone = |sale: &CardEntry| made.iter().any(|entry| entry.reverses == Some(sale.id));
    let mut open: Vec<&CardEntry> = made.iter().filter(|entry| is_sale(entry) && !is_undone(entry)).collect();
    let Sold::Lines(lines) = back else { return open };
    let left = |sale: &CardEntry| {
        let balance = cards.get(&sale.card).and_then(Option::as_ref).map_or(Money::ZERO, |card| card.balance);
        balance.min(sale.amount)
    };
    open.sort_by_key(|sale| (std::cmp::Reverse(left(sale)), sale.id));
    let mut units: BTreeMap<&str, i64> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.kind == ItemKind::Sale) {
        *units.entry(line.sku.as_str()).or_default() += line.quantity;
    }
    open.retain(|sale| match sale.sold_as.as_deref().and_then(|sku| units.get_mut(sku)) {
        Some(units) if *units > 0 => {
            *units -= 1;
            true
        }
        _ => false,
    });
    open
}
