use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::desk::{self, Booking};
use crate::domain::code;
use crate::domain::gift_card::{Change, GiftCard};
use crate::ops::coupon::check_code;
use crate::ops::{Access, Cx, Operation};
use crate::store::gift_cards;
use crate::value::{Decimal, GiftCardId, Money, OrderId};
use crate::{Error, Result};

/// Gives back what gift cards paid of an order when it is cancelled: to the very cards, once.
///
/// A card that is over gets its money too. What the order added to a card stays there. A repeat gives nothing back any
/// more.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseGiftCard {
    /// The order.
    pub order_id: OrderId,
    /// Only this card.
    #[serde(default)]
    pub code: Option<String>,
}

/// What was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GiftCardReleased {
    /// Payments that were given back by this call.
    pub released: i64,
    /// Their money.
    pub amount: Decimal,
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
        let cards = self.cards(cx)?;
        let mut sum = Money::ZERO;
        let mut got_back = Vec::with_capacity(cards.len());
        // Read again, now that the cards are locked.
        let made = gift_cards::of_order(cx.store()?, &self.order_id)?;
        for mut card in cards {
            let Some(used) = desk::open_use(&made, &card) else { continue };
            let amount = Money::ZERO.minus(used.amount)?;
            let booking = Booking {
                change: Change::Release,
                amount,
                order_id: Some(&self.order_id),
                reverses: Some(used.id),
                kept: None,
            };
            desk::book(cx, &mut card, booking)?;
            sum = sum.plus(amount)?;
            got_back.push(ReleasedGiftCard {
                code: code::grouped(&card.code),
                amount: cx.shown(amount),
                balance: cx.shown(card.balance),
            });
        }
        Ok(GiftCardReleased {
            released: i64::try_from(got_back.len()).unwrap_or(i64::MAX),
            amount: cx.shown(sum),
            cards: got_back,
            replayed: false,
        })
    }
}

impl ReleaseGiftCard {
    /// The cards that paid the order, or the one that is named, locked by id.
    fn cards(&self, cx: &mut Cx<'_>) -> Result<Vec<GiftCard>> {
        let made = gift_cards::of_order(cx.store()?, &self.order_id)?;
        let mut ids: Vec<GiftCardId> =
            made.iter().filter(|entry| entry.change == Change::Use).map(|entry| entry.card).collect();
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
