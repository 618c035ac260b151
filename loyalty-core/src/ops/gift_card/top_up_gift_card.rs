use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reply::{self, GiftCardReply};
use crate::booking::cx::Cx;
use crate::booking::order_coupons::check_code;
use crate::booking::presented_card::{self, CardBooking};
use crate::booking::request::{Request, digest, kept_answer, same_request};
use crate::domain::code;
use crate::domain::gift_card::{CardChange, GiftCard, check_good};
use crate::ops::{Access, Operation};
use crate::store::gift_cards;
use crate::value::limit;
use crate::value::{Amount, OrderId, Sku};
use crate::{Error, Refusal, Result};

/// Puts money on a gift card. For staff.
///
/// If the order that sold the top-up is named, it is the key together with the code: a repeat returns the first answer.
/// A card cannot pay an order with money that the order itself added.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct TopUpGiftCard {
    /// The code, as typed.
    pub code: String,
    /// How much, above zero, in major units.
    pub amount: Amount,
    /// The order that sold the top-up. When that order is returned, the money is taken off the card again, as far as it
    /// is still there.
    #[serde(default)]
    #[new(default)]
    pub order_id: Option<OrderId>,
    /// The article as which that order sold it: the money is also taken off when only that line is returned.
    #[serde(default)]
    #[new(default)]
    pub sold_as: Option<Sku>,
}

/// The card, with more on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ToppedUpGiftCard {
    /// The card.
    #[serde(flatten)]
    pub card: GiftCardReply,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for TopUpGiftCard {
    const NAME: &'static str = "top_up_gift_card";
    const ACCESS: Access = Access::Write;
    type Reply = ToppedUpGiftCard;

    fn run(&self, cx: &mut Cx<'_>) -> Result<ToppedUpGiftCard> {
        check_code(&self.code)?;
        presented_card::check_sale("order_id", self.order_id.as_ref(), self.sold_as.as_ref())?;
        let amount = presented_card::above_zero(cx.money("amount", self.amount)?)?;
        let request = digest(cx, self)?;
        let unknown = || Error::not_found("code", limit::beginning(&self.code));
        let normal = code::normalize(&self.code).ok_or_else(unknown)?;
        let mut card = gift_cards::by_code(cx.store()?, &normal)?.ok_or_else(unknown)?;
        if let Some(replayed) = self.replay(cx, &card, &request)? {
            return Ok(replayed);
        }
        check_good(&card, cx.at, cx.programme)?;
        let after = GiftCard { balance: card.balance.plus(amount)?, ..card.clone() };
        let topped_up = ToppedUpGiftCard { card: reply::shown(cx, &after), replayed: false };
        let answer = serde_json::to_string(&topped_up).map_err(Error::internal)?;
        let booking = CardBooking {
            change: CardChange::TopUp,
            amount,
            order_id: self.order_id.as_ref(),
            sold_as: self.sold_as.as_ref(),
            reverses: None,
            kept: self.order_id.is_some().then_some((request.bytes(), answer.as_str())),
        };
        presented_card::book(cx, &mut card, booking)?;
        Ok(topped_up)
    }
}

impl TopUpGiftCard {
    /// The first answer, if the order topped this card up before. A top-up that was taken off again with the order is
    /// not answered.
    fn replay(&self, cx: &mut Cx<'_>, card: &GiftCard, request: &Request) -> Result<Option<ToppedUpGiftCard>> {
        let Some(order_id) = &self.order_id else { return Ok(None) };
        let made = gift_cards::of_order(cx.store()?, order_id)?;
        let Some(entry) = made.iter().find(|entry| entry.card == card.id && entry.change == CardChange::TopUp) else {
            return Ok(None);
        };
        entry.request.as_deref().map_or(Ok(()), |kept| same_request(kept, request, order_id.as_str()))?;
        if made.iter().any(|undone| undone.reverses == Some(entry.id)) {
            return Err(Error::refused(Refusal::AlreadyUsed).with("order_id", order_id.as_str()));
        }
        kept_answer(entry.answer.as_deref().unwrap_or_default()).map(Some)
    }
}
