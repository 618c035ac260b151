//! Gift cards as they are presented: looks a code up, and slows guessers down.

use crate::booking::announce::announce;
use crate::booking::cx::Cx;
use crate::booking::guess_guard::Guard;
use crate::domain::code;
use crate::domain::coupon::judge::for_stranger;
use crate::domain::gift_card::{self, CardChange, GiftCard, Payer};
use crate::domain::log_event::LogKind;
use crate::store::gift_cards::{self, CardEntry};
use crate::store::members;
use crate::value::{Instant, Money, OrderId, Sku, UserId};
use crate::{Error, Refusal, Result};

/// A code as it was presented.
pub(crate) struct PresentedCard {
    /// Who presented it; for merged members, the one who stays.
    user_id: Option<UserId>,
    guard: Guard,
    /// The card that has the code, locked in a write.
    pub(crate) card: Option<GiftCard>,
}

/// The verdict on a card that was presented.
pub(crate) enum CardVerdict<'a> {
    /// It can pay this much.
    Good(&'a GiftCard, Money),
    /// It cannot, and whether a guesser could learn from that.
    Refused(Error, bool),
}

impl PresentedCard {
    pub(crate) fn look(cx: &mut Cx<'_>, typed: &str, user_id: Option<UserId>, actor: Option<&str>) -> Result<Self> {
        let member = user_id.map(|user_id| members::find(cx.store()?, user_id)).transpose()?.flatten();
        let user_id = member.map(|member| member.user_id).or(user_id);
        let guard = Guard::of(cx.digests()?, user_id, actor);
        guard.lock(cx)?;
        let code = code::normalize(typed);
        let card = code.map(|code| gift_cards::by_code(cx.store()?, &code)).transpose()?.flatten();
        Ok(Self { user_id, guard, card })
    }

    /// Whether the card can pay, and how much.
    ///
    /// # Errors
    /// `too_many_tries`, and errors that are not refusals.
    pub(crate) fn judge(&self, cx: &mut Cx<'_>, at: Instant, added_by_order: Money) -> Result<CardVerdict<'_>> {
        self.guard.check(cx)?;
        let Some(card) = &self.card else { return Ok(CardVerdict::Refused(Error::refused(Refusal::NotUsable), true)) };
        let payer = Payer { user_id: self.user_id, at, added_by_order };
        match gift_card::spendable(card, &payer, cx.programme) {
            Ok(left) => Ok(CardVerdict::Good(card, left)),
            Err(error) if error.refusal() == Some(Refusal::NotYours) => Ok(CardVerdict::Refused(error, true)),
            Err(error) if self.user_id.is_some() || error.kind() != crate::Kind::Refused => {
                Ok(CardVerdict::Refused(error, false))
            }
            Err(error) => Ok(CardVerdict::Refused(for_stranger(error), true)),
        }
    }

    /// Counts a failed look-up for the caller who made it.
    pub(crate) fn count_failure(&self, cx: &mut Cx<'_>) -> Result<()> {
        self.guard.count(cx, 1)
    }
}

/// A use of a card by an order, as far as it stands.
pub(crate) struct OpenUse<'a> {
    pub(crate) used: &'a CardEntry,
    /// The use, or the last part of it that went back: the next part follows this entry.
    pub(crate) last: i64,
    /// What is left of what it paid.
    pub(crate) left: Money,
}

/// The use of a card among the entries of an order, unless it went back in full.
pub(crate) fn open_use<'a>(entries: &'a [CardEntry], card: &GiftCard) -> Result<Option<OpenUse<'a>>> {
    for used in entries.iter().filter(|entry| entry.card == card.id && entry.change == CardChange::Use) {
        let mut open = OpenUse { used, last: used.id, left: Money::ZERO.minus(used.amount)? };
        while let Some(part) = entries.iter().find(|entry| entry.reverses == Some(open.last)) {
            (open.last, open.left) = (part.id, open.left.minus(part.amount)?);
        }
        if open.left > Money::ZERO {
            return Ok(Some(open));
        }
    }
    Ok(None)
}

/// Books a change of a card: its balance and its entry. Afterwards `card` has the new state.
pub(crate) fn book(cx: &mut Cx<'_>, card: &mut GiftCard, booking: CardBooking<'_>) -> Result<()> {
    let balance_after = card.balance.plus(booking.amount)?;
    if booking.change != CardChange::Issue && !gift_cards::change(cx.store()?, card.id, booking.amount)? {
        return Err(Error::internal(format_args!("gift card {} changed meanwhile", card.id)));
    }
    card.balance = balance_after;
    let entry = CardEntry {
        id: 0,
        card: card.id,
        change: booking.change,
        amount: booking.amount,
        balance_after,
        order_id: booking.order_id.map(|order_id| order_id.as_str().to_owned()),
        reverses: booking.reverses,
        sold_as: booking.sold_as.map(|sku| sku.as_str().to_owned()),
        at: cx.at,
        request: booking.kept.map(|(request, _)| request.to_owned()),
        answer: booking.kept.map(|(_, answer)| answer.to_owned()),
    };
    let (now, actor) = (cx.now, cx.actor);
    gift_cards::append(cx.store()?, &entry, now, actor)?;
    let kind = match booking.change {
        CardChange::Issue => LogKind::GiftCardIssued,
        CardChange::TopUp => LogKind::GiftCardToppedUp,
        CardChange::Use => LogKind::GiftCardUsed,
        CardChange::Release => LogKind::GiftCardReleased,
        CardChange::Stop => LogKind::GiftCardStopped,
    };
    let data = [
        ("gift_card_id", card.id.get().into()),
        ("amount", cx.shown(entry.amount).to_string().into()),
        ("order_id", entry.order_id.into()),
    ];
    announce(cx, kind, card.user_id, data)
}

/// A change of a card.
pub(crate) struct CardBooking<'a> {
    pub(crate) change: CardChange,
    /// What it adds; below zero for a use.
    pub(crate) amount: Money,
    pub(crate) order_id: Option<&'a OrderId>,
    /// The article as which the order sold it.
    pub(crate) sold_as: Option<&'a Sku>,
    /// What it undoes.
    pub(crate) reverses: Option<i64>,
    /// Digests of the request and the answer, for a repeat.
    pub(crate) kept: Option<(&'a [u8], &'a str)>,
}

/// An amount that is above zero.
pub(crate) fn above_zero(amount: Money) -> Result<Money> {
    if amount == Money::ZERO { Err(Error::invalid("amount", "must be above zero, got `0`")) } else { Ok(amount) }
}

/// An article needs the order that sold it.
pub(crate) fn check_sale(field: &str, order_id: Option<&OrderId>, sold_as: Option<&Sku>) -> Result<()> {
    if sold_as.is_some() && order_id.is_none() {
        return Err(Error::invalid(field, "is required with `sold_as`: the order that sold it"));
    }
    Ok(())
}

/// What gift cards paid for an order, as far as it stands: their codes, in groups for reading; the one that paid last
/// comes first.
pub(crate) fn open_payments(cx: &mut Cx<'_>, order_id: &OrderId) -> Result<Vec<(String, Money)>> {
    let made = gift_cards::of_order(cx.store()?, order_id)?;
    let mut open = Vec::new();
    for used in made.iter().rev().filter(|entry| entry.change == CardChange::Use) {
        let card = gift_cards::find(cx.store()?, used.card)?;
        let card = card.ok_or_else(|| Error::internal("a used card is missing"))?;
        if let Some(stands) = open_use(&made, &card)?.filter(|stands| stands.used.id == used.id) {
            open.push((code::grouped(&card.code), stands.left));
        }
    }
    Ok(open)
}
