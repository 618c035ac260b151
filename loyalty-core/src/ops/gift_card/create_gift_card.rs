use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reply::{self, GiftCardReply};
use crate::booking::codes::{TRIES, exhausted, fitting};
use crate::booking::cx::Cx;
use crate::booking::presented_card::{self, CardBooking};
use crate::domain::gift_card::{CardChange, GiftCard};
use crate::ops::{Access, Operation};
use crate::store::{gift_cards, members};
use crate::value::{Amount, DayOrMoment, GiftCardId, Instant, OrderId, Sku, UserId};
use crate::{Error, Result};

/// Makes a gift card: money under a code that pays an order, in part or in full.
///
/// A gift card is a payment, not a discount: use it after all coupons, and pass what it paid to `earn_points` as
/// `gift_card_paid`. A card with a member is that member's wallet; without one, it belongs to whoever has the code. A
/// card that names the order that sold it is emptied, as far as it was not spent, when that order is refunded or
/// cancelled. One order may sell several cards. Give each call a `key`, so that a repeat makes no second card.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct CreateGiftCard {
    /// The initial balance, in major units; 0 for a card that is topped up later.
    pub amount: Amount,
    /// The member who may use it; without one, anyone who has the code may.
    #[serde(default)]
    #[new(default)]
    pub user_id: Option<UserId>,
    /// Until when it is good; a date means until the end of that local day. Without one, it has no end.
    #[serde(default)]
    #[new(default)]
    pub valid_until: Option<DayOrMoment>,
    /// Up to 8 letters and digits in front of the code, but no `U`; default the prefix of the programme.
    #[serde(default)]
    #[new(default)]
    pub prefix: Option<String>,
    /// The order that sold it. The card cannot pay that order, and it is emptied when that order is returned.
    #[serde(default)]
    #[new(default)]
    pub sold_by_order: Option<OrderId>,
    /// The article as which that order sold it: the card is also emptied when only that line is returned.
    #[serde(default)]
    #[new(default)]
    pub sold_as: Option<Sku>,
}

/// The new card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CreatedGiftCard {
    /// The card.
    #[serde(flatten)]
    pub card: GiftCardReply,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for CreateGiftCard {
    const NAME: &'static str = "create_gift_card";
    const ACCESS: Access = Access::Write;
    type Reply = CreatedGiftCard;

    fn run(&self, cx: &mut Cx<'_>) -> Result<CreatedGiftCard> {
        presented_card::check_sale("sold_by_order", self.sold_by_order.as_ref(), self.sold_as.as_ref())?;
        let balance = cx.money("amount", self.amount)?;
        let valid_until = self.valid_until.map_or(Instant::NEVER, |end| end.as_end(cx.programme.zone));
        if valid_until <= cx.at {
            return Err(Error::invalid("valid_until", "must lie after the time of the call"));
        }
        let mut user_id = None;
        if let Some(given) = self.user_id {
            let member = members::find(cx.store()?, given)?;
            user_id = Some(member.ok_or_else(|| Error::not_found("user_id", given))?.user_id);
        }
        let live = gift_cards::at_most(cx.store()?)?.saturating_add(1);
        let shape = fitting(cx.programme, &cx.programme.gift_card_code, live, self.prefix.as_deref(), None)?;
        let id = GiftCardId::stored(1);
        let mut card = GiftCard { id, code: String::new(), user_id, balance, valid_until, stopped_at: None };
        let (now, actor) = (cx.now, cx.actor);
        for _ in 0..TRIES {
            card.code = shape.generate(cx.entropy);
            let Some(id) = gift_cards::insert(cx.store()?, &card, now, actor)? else { continue };
            card.id = id;
            return self.issue(cx, card);
        }
        Err(exhausted("codes.gift_card.length"))
    }
}

impl CreateGiftCard {
    /// Books the first entry of a card.
    fn issue(&self, cx: &mut Cx<'_>, mut card: GiftCard) -> Result<CreatedGiftCard> {
        let booking = CardBooking {
            change: CardChange::Issue,
            amount: std::mem::take(&mut card.balance),
            order_id: self.sold_by_order.as_ref(),
            sold_as: self.sold_as.as_ref(),
            reverses: None,
            kept: None,
        };
        presented_card::book(cx, &mut card, booking)?;
        Ok(CreatedGiftCard { card: reply::shown(cx, &card), replayed: false })
    }
}
