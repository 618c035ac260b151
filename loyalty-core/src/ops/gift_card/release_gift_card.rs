use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::order_coupons::check_code;
use crate::booking::presented_card::{self, CardBooking};
use crate::domain::code;
use crate::domain::gift_card::{CardChange, GiftCard};
use crate::ops::{Access, Operation};
use crate::store::gift_cards;
use crate::value::{Amount, Decimal, GiftCardId, Money, OrderId};
use crate::{Error, Refusal, Result};

/// Gives back what gift cards paid of an order, in full or in part: to the same cards, and never more than each paid.
///
/// A card that has ended gets its money too. Money that the order added to a card stays on it. Without an amount, all
/// that is left goes back, and a repeat gives nothing more back. When you give it back in parts, give each part a
/// `key`, so that a repeat does nothing. Of several cards, the one that paid last gets its money first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ReleaseGiftCard {
    /// The order.
    pub order_id: OrderId,
    /// Only this card; default all that paid the order.
    #[serde(default)]
    #[new(default)]
    pub code: Option<String>,
    /// How much goes back now, above zero, in major units; default all that is left of what the cards paid.
    #[serde(default)]
    #[new(default)]
    pub amount: Option<Amount>,
}

/// What was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GiftCardReleased {
    /// How many payments got something back by this call.
    pub released: i64,
    /// The money that this call gave back.
    pub amount: Decimal,
    /// What is left of what these cards paid for the order.
    pub amount_left: Decimal,
    /// The cards that got it.
    pub cards: Vec<ReleasedGiftCard>,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

/// A card that got its money back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReleasedGiftCard {
    /// The code, in groups for reading.
    pub code: String,
    /// What it got back.
    pub amount: Decimal,
    /// What is on it now.
    pub balance: Decimal,
}

impl Operation for ReleaseGiftCard {
    const NAME: &'static str = "release_gift_card";
    const ACCESS: Access = Access::Write;
    type Reply = GiftCardReleased;

    fn run(&self, cx: &mut Cx<'_>) -> Result<GiftCardReleased> {
        if let Some(code) = &self.code {
            check_code(code)?;
        }
        let part = self.amount.map(|amount| presented_card::above_zero(cx.money("amount", amount)?)).transpose()?;
        let cards = self.cards(cx)?;
        // Read again, now that the cards are locked.
        let made = gift_cards::of_order(cx.store()?, &self.order_id)?;
        let mut open = Vec::with_capacity(cards.len());
        for card in cards {
            if let Some(used) = presented_card::open_use(&made, &card)? {
                open.push((card, used));
            }
        }
        open.sort_by_key(|(_, used)| std::cmp::Reverse(used.used.id));
        let paid = open.iter().try_fold(Money::ZERO, |sum, (_, used)| sum.plus(used.left))?;
        let part = part.unwrap_or(paid);
        if part > paid {
            return Err(Error::refused(Refusal::NothingLeftToRefund).with("amount_left", cx.shown(paid).to_string()));
        }
        let mut left = part;
        let mut got_back = Vec::with_capacity(open.len());
        for (mut card, used) in open {
            let amount = left.min(used.left);
            if amount == Money::ZERO {
                continue;
            }
            left = left.minus(amount)?;
            let booking = CardBooking {
                change: CardChange::Release,
                amount,
                order_id: Some(&self.order_id),
                sold_as: None,
                reverses: Some(used.last),
                kept: None,
            };
            presented_card::book(cx, &mut card, booking)?;
            got_back.push(ReleasedGiftCard {
                code: code::grouped(&card.code),
                amount: cx.shown(amount),
                balance: cx.shown(card.balance),
            });
        }
        Ok(GiftCardReleased {
            released: i64::try_from(got_back.len()).unwrap_or(i64::MAX),
            amount: cx.shown(part),
            amount_left: cx.shown(paid.minus(part)?),
            cards: got_back,
            replayed: false,
        })
    }
}

impl ReleaseGiftCard {
    /// All that is left of an order.
    #[must_use]
    pub const fn all(order_id: OrderId) -> Self {
        Self { order_id, code: None, amount: None }
    }

    /// The cards that paid the order, or the one that is named, locked in the order of their ids.
    fn cards(&self, cx: &mut Cx<'_>) -> Result<Vec<GiftCard>> {
        let made = gift_cards::of_order(cx.store()?, &self.order_id)?;
        let mut ids: Vec<GiftCardId> =
            made.iter().filter(|entry| entry.change == CardChange::Use).map(|entry| entry.card).collect();
        if ids.is_empty() {
            return Err(Error::not_found("order_id", &self.order_id));
        }
        ids.sort_unstable();
        ids.dedup();
        let wanted = self.code.as_deref().map(|typed| code::normalize(typed).unwrap_or_default());
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let card = gift_cards::find(cx.store()?, id)?.ok_or_else(|| Error::internal("a used card is missing"))?;
            if wanted.as_ref().is_none_or(|code| *code == card.code) {
                found.push(card);
            }
        }
        if found.is_empty() {
            let shown: String = self.code.as_deref().unwrap_or_default().chars().take(40).collect();
            return Err(Error::not_found("code", shown));
        }
        Ok(found)
    }
}
