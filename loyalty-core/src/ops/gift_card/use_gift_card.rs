use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::order_coupons::check_code;
use crate::booking::owner;
use crate::booking::presented_card::{self, CardBooking, CardVerdict, PresentedCard};
use crate::booking::request::{Request, digest, is_repeat, kept_answer, same_request};
use crate::domain::gift_card::CardChange;
use crate::ops::{Access, Operation};
use crate::store::gift_cards::{self, CardEntry};
use crate::value::{Amount, Decimal, Money, OrderId, UserId};
use crate::{Error, Refusal, Result};

/// Pays with a gift card: as much of the amount as the balance covers.
///
/// The order and the code are the key: a repeat returns the first answer. Several cards may pay one order, one call
/// after the other, each with the amount still to pay. A card cannot pay an order with money that the order itself
/// sold. Two simultaneous calls never take more than the balance.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct UseGiftCard {
    /// The code, as typed.
    pub code: String,
    /// The order that is paid.
    pub order_id: OrderId,
    /// What is still to pay, above zero, in major units: after coupons and other cards.
    pub amount: Amount,
    /// Who pays.
    #[serde(default)]
    #[new(default)]
    pub user_id: Option<UserId>,
    /// Pays again an order to which this card's payment was given back. Without this, such a call is refused, because
    /// it may be a late retry.
    #[serde(default)]
    #[new(default)]
    pub reopened: bool,
}

/// A payment with a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GiftCardUsed {
    /// What the card paid. Pass the whole bill to `earn_points`, and this as `gift_card_paid`.
    pub paid: Decimal,
    /// What is left to pay of the amount.
    pub amount_left: Decimal,
    /// What is left on the card.
    pub balance: Decimal,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for UseGiftCard {
    const NAME: &'static str = "use_gift_card";
    const ACCESS: Access = Access::Write;
    type Reply = GiftCardUsed;

    fn run(&self, cx: &mut Cx<'_>) -> Result<GiftCardUsed> {
        check_code(&self.code)?;
        let amount = presented_card::above_zero(cx.money("amount", self.amount)?)?;
        let request = digest(cx, self)?;
        let actor = cx.actor.map(str::to_owned);
        let brought = PresentedCard::look(cx, &self.code, self.user_id, actor.as_deref())?;
        // Read after the card is locked.
        let made = self.made(cx, &brought)?;
        if let Some(replayed) = self.replay(&brought, &made, &request)? {
            return Ok(replayed);
        }
        if let Some(user_id) = self.user_id {
            owner::check(cx, &self.order_id, user_id)?;
        }
        let mut added = made.iter().filter(|entry| matches!(entry.change, CardChange::Issue | CardChange::TopUp));
        let added = added.try_fold(Money::ZERO, |sum, entry| sum.plus(entry.amount))?;
        let (card, spendable) = match brought.judge(cx, cx.at, added)? {
            CardVerdict::Good(card, spendable) => (card, spendable),
            CardVerdict::Refused(refusal, false) => return Err(refusal),
            CardVerdict::Refused(refusal, true) => {
                brought.count_failure(cx)?;
                return Err(cx.keep_writes(refusal));
            }
        };
        let paid = spendable.min(amount);
        let mut card = card.clone();
        let used = GiftCardUsed {
            paid: cx.shown(paid),
            amount_left: cx.shown(amount.minus(paid)?),
            balance: cx.shown(card.balance.minus(paid)?),
            replayed: false,
        };
        let answer = serde_json::to_string(&used).map_err(Error::internal)?;
        let booking = CardBooking {
            change: CardChange::Use,
            amount: Money::ZERO.minus(paid)?,
            order_id: Some(&self.order_id),
            sold_as: None,
            reverses: None,
            kept: Some((request.bytes(), &answer)),
        };
        presented_card::book(cx, &mut card, booking)?;
        Ok(used)
    }

    fn stands(&self, cx: &mut Cx<'_>, _: &GiftCardUsed) -> Result<bool> {
        let request = digest(cx, self)?;
        let made = gift_cards::of_order(cx.store()?, &self.order_id)?;
        // The digests of a use may be erased; other entries of an order may have none.
        let is_own = |entry: &&CardEntry| match &entry.request {
            Some(kept) => is_repeat(kept, &request),
            None => entry.change == CardChange::Use,
        };
        let Some(own) = made.iter().rev().find(is_own) else { return Ok(false) };
        let card = gift_cards::find(cx.store()?, own.card)?;
        let card = card.ok_or_else(|| Error::internal("a used card is missing"))?;
        Ok(presented_card::open_use(&made, &card)?.is_some_and(|open| open.used.id == own.id))
    }
}

impl UseGiftCard {
    /// What this order did with the card.
    fn made(&self, cx: &mut Cx<'_>, brought: &PresentedCard) -> Result<Vec<CardEntry>> {
        let Some(card) = &brought.card else { return Ok(Vec::new()) };
        let mut made = gift_cards::of_order(cx.store()?, &self.order_id)?;
        made.retain(|entry| entry.card == card.id);
        Ok(made)
    }

    /// The first answer, if this card paid the order before. A payment that was given back is not answered: its money
    /// is on the card again, and the answer would claim that it still pays.
    fn replay(&self, brought: &PresentedCard, made: &[CardEntry], request: &Request) -> Result<Option<GiftCardUsed>> {
        let Some(card) = &brought.card else { return Ok(None) };
        let open = presented_card::open_use(made, card)?.map(|open| open.used);
        let Some(entry) = open.or_else(|| made.iter().rev().find(|entry| entry.change == CardChange::Use)) else {
            return Ok(None);
        };
        if open.is_none() && self.reopened {
            return Ok(None);
        }
        entry.request.as_deref().map_or(Ok(()), |kept| same_request(kept, request, self.order_id.as_str()))?;
        if open.is_none() {
            return Err(Error::refused(Refusal::AlreadyUsed).with("order_id", self.order_id.as_str()));
        }
        kept_answer(entry.answer.as_deref().unwrap_or_default()).map(Some)
    }
}
