//! How stamps come and go: the one place where a card changes.

use crate::domain::purchase::Item;
use crate::domain::stamp::{Held, StampCard, StampReward};
use crate::ops::Cx;
use crate::store::stamps::{self, Cause, Change};
use crate::value::{Instant, Money, OrderId, UserId};
use crate::{Error, Result};

/// What changes a card.
pub(super) struct Booking<'a> {
    pub(super) user_id: UserId,
    pub(super) cause: Cause,
    /// Stamps added, or taken below zero.
    pub(super) quantity: i64,
    /// Stamps that were asked for, or rewards used.
    pub(super) asked: i64,
    pub(super) order: Option<&'a OrderId>,
    /// When it happened: its local day is the one whose limit counts.
    pub(super) at: Instant,
}

/// A card of the programme.
pub(super) fn card_of<'a>(cx: &Cx<'a>, id: &str) -> Result<&'a StampCard> {
    let known = cx.programme.stamp_cards.iter().find(|card| card.id == id);
    known.ok_or_else(|| Error::not_found("card", id.chars().take(40).collect::<String>()))
}

/// Books a change. Returns what the member holds after it.
pub(super) fn book(cx: &mut Cx<'_>, card: &StampCard, booking: &Booking<'_>) -> Result<Held> {
    let mut held = stamps::held(cx.store()?, booking.user_id, &card.id)?;
    held.stamps = held.stamps.saturating_add(booking.quantity);
    match booking.cause {
        Cause::Stamp => held.last_stamped_at = held.last_stamped_at.max(Some(booking.at)),
        Cause::Refund => {}
        Cause::Reward => held.rewards = held.rewards.saturating_add(booking.asked),
    }
    let (now, actor) = (cx.now, cx.actor);
    let change = Change {
        user_id: booking.user_id,
        card: &card.id,
        cause: booking.cause,
        quantity: booking.quantity,
        asked: booking.asked,
        order: booking.order,
        day: cx.programme.zone.day_of(booking.at),
        at: booking.at,
        actor,
    };
    stamps::book(cx.store()?, &change, now, &held)?;
    Ok(held)
}

/// How many of `asked` stamps the local day has room for.
pub(super) fn room(cx: &mut Cx<'_>, card: &StampCard, user_id: UserId, asked: i64, at: Instant) -> Result<i64> {
    if card.daily_limit.is_none() || asked <= 0 {
        return Ok(asked);
    }
    let day = cx.programme.zone.day_of(at);
    let today = stamps::on_day(cx.store()?, user_id, &card.id, day)?;
    Ok(card.within_day(asked, today))
}

/// Stamps a purchase on every card that the programme stamps by itself.
pub(in crate::ops) fn stamp_purchase(
    cx: &mut Cx<'_>,
    user_id: UserId,
    order: Option<&OrderId>,
    items: &[Item],
    paid: Money,
) -> Result<()> {
    let (programme, at) = (cx.programme, cx.at);
    for card in programme.stamp_cards.iter().filter(|card| card.automatic) {
        let asked = card.earned(items, paid);
        let quantity = room(cx, card, user_id, asked, at)?;
        if quantity > 0 {
            book(cx, card, &Booking { user_id, cause: Cause::Stamp, quantity, asked, order, at })?;
        }
    }
    Ok(())
}

/// Tells the cards that an order, paid at `at`, now has these lines and stands at `paid`.
///
/// A card that is stamped by itself has the stamps of the lines that are kept. Stamps by hand are taken back, and units
/// that the order had free are given back, when nothing of it is kept.
pub(in crate::ops) fn stamps_follow(
    cx: &mut Cx<'_>,
    order: &OrderId,
    user_id: UserId,
    items: &[Item],
    paid: Money,
    at: Instant,
) -> Result<()> {
    let programme = cx.programme;
    for card in &programme.stamp_cards {
        let known = stamps::of_order(cx.store()?, order, &card.id)?;
        let (stamped, spent, rewards) = known.map_or((0, 0, 0), |known| (known.stamps, known.spent, known.rewards));
        let gone = paid <= Money::ZERO;
        let wanted = match (gone, card.automatic) {
            (true, _) => 0,
            (false, true) => card.earned(items, paid),
            (false, false) => stamped,
        };
        let more = room(cx, card, user_id, wanted.saturating_sub(stamped), at)?;
        let booking = |cause, quantity, asked| Booking { user_id, cause, quantity, asked, order: Some(order), at };
        if more > 0 {
            book(cx, card, &booking(Cause::Stamp, more, wanted))?;
        } else if more < 0 {
            book(cx, card, &booking(Cause::Refund, more, more))?;
        }
        if gone && spent > 0 && matches!(card.reward, StampReward::FreeItem(_)) {
            book(cx, card, &booking(Cause::Reward, spent, -rewards))?;
        }
    }
    Ok(())
}
