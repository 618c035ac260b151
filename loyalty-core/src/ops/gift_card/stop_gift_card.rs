use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reply::{self, GiftCardReply};
use crate::booking::cx::Cx;
use crate::booking::order_coupons::check_code;
use crate::booking::presented_card::{self, CardBooking};
use crate::domain::code;
use crate::domain::gift_card::CardChange;
use crate::ops::{Access, Operation};
use crate::store::gift_cards;
use crate::value::limit;
use crate::value::{Amount, Decimal, Moment, Money};
use crate::{Error, Refusal, Result};

/// Stops a gift card: the rest of its balance is taken off, and it can no longer pay. For staff.
///
/// With an amount, only that much is taken off, for example when too much was put on the card; the card stays good.
/// Payments that the card made before stand. If such a payment comes back later, its money is on the card again, and
/// another call takes it off. `gift_card` lists what was taken off as `stop`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct StopGiftCard {
    /// The code, as typed.
    pub code: String,
    /// How much is taken off, above zero and at most the balance, in major units. Default the whole balance, and the
    /// card is stopped.
    #[serde(default)]
    #[new(default)]
    pub amount: Option<Amount>,
}

/// What was taken off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GiftCardStopped {
    /// What this call took off.
    pub taken: Decimal,
    /// Since when it has been stopped; null while it is good.
    pub stopped_at: Option<Moment>,
    /// The card.
    #[serde(flatten)]
    pub card: GiftCardReply,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for StopGiftCard {
    const NAME: &'static str = "stop_gift_card";
    const ACCESS: Access = Access::Write;
    type Reply = GiftCardStopped;

    fn run(&self, cx: &mut Cx<'_>) -> Result<GiftCardStopped> {
        check_code(&self.code)?;
        let part = self.amount.map(|amount| presented_card::above_zero(cx.money("amount", amount)?)).transpose()?;
        let unknown = || Error::not_found("code", limit::beginning(&self.code));
        let normal = code::normalize(&self.code).ok_or_else(unknown)?;
        let mut card = gift_cards::by_code(cx.store()?, &normal)?.ok_or_else(unknown)?;
        let taken = part.unwrap_or(card.balance);
        if taken > card.balance {
            let balance = cx.shown(card.balance).to_string();
            return Err(Error::refused(Refusal::BudgetExhausted).with("balance", balance));
        }
        if part.is_none() && card.stopped_at.is_none() {
            let at = cx.at;
            gift_cards::stop(cx.store()?, card.id, at)?;
            card.stopped_at = Some(at);
        }
        if taken > Money::ZERO {
            let booking = CardBooking {
                change: CardChange::Stop,
                amount: Money::ZERO.minus(taken)?,
                order_id: None,
                sold_as: None,
                reverses: None,
                kept: None,
            };
            presented_card::book(cx, &mut card, booking)?;
        }
        Ok(GiftCardStopped {
            taken: cx.shown(taken),
            stopped_at: card.stopped_at.map(|stopped| cx.moment(stopped)),
            card: reply::shown(cx, &card),
            replayed: false,
        })
    }
}
