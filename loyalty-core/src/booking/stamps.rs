//! How stamps are added and removed: the only place where a card changes.

use crate::booking::announce::announce;
use crate::booking::cx::Cx;
use crate::booking::former_cards::{self, Followed};
use crate::domain::log_event::LogKind;
use crate::domain::programme::{StampCard, StampReward};
use crate::domain::purchase::Item;
use crate::domain::stamp::HeldStamps;
use crate::store::members;
use crate::store::stamps::{self, StampCause, StampChange, StampsOfOrder};
use crate::value::limit;
use crate::value::{Instant, Money, OrderId, UserId};
use crate::{Error, Result};

/// What changes a card.
pub(crate) struct StampBooking<'a> {
    pub(crate) user_id: UserId,
    pub(crate) cause: StampCause,
    /// Stamps added; below zero for stamps taken.
    pub(crate) quantity: i64,
    /// Stamps that were requested, or rewards used.
    pub(crate) asked: i64,
    pub(crate) order: Option<&'a OrderId>,
    /// When it happened: the limit of that local day applies.
    pub(crate) at: Instant,
}

/// A card of the programme.
pub(crate) fn card_of<'a>(cx: &Cx<'a>, id: &str) -> Result<&'a StampCard> {
    cx.programme.stamp_card(id).ok_or_else(|| Error::not_found("card", limit::beginning(id)))
}

/// What an order did to the card that has this id or had it before.
pub(crate) fn of_order(cx: &mut Cx<'_>, order: &OrderId, id: &str) -> Result<Option<StampsOfOrder>> {
    let all = stamps::of_order(cx.store()?, order)?;
    Ok(match cx.programme.stamp_card(id) {
        Some(card) => StampsOfOrder::of(&all, card),
        None => all.into_iter().find(|(card, _)| card == id).map(|(_, known)| known),
    })
}

/// Books a change. Returns what the member holds afterwards.
pub(crate) fn book(cx: &mut Cx<'_>, card: &StampCard, booking: &StampBooking<'_>) -> Result<HeldStamps> {
    let mut held = stamps::held(cx.store()?, booking.user_id, card)?;
    stamps::rename(cx.store()?, booking.user_id, card)?;
    held.stamps = held.stamps.saturating_add(booking.quantity);
    match booking.cause {
        StampCause::Stamp => held.last_stamped_at = held.last_stamped_at.max(Some(booking.at)),
        StampCause::Refund => {}
        StampCause::Reward => held.rewards = held.rewards.saturating_add(booking.asked),
    }
    let (now, actor) = (cx.now, cx.actor);
    let change = StampChange {
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
    let kind = match booking.cause {
        StampCause::Stamp => LogKind::StampGiven,
        StampCause::Refund => LogKind::StampTakenBack,
        StampCause::Reward => LogKind::StampRewardUsed,
    };
    let data = [
        ("card", card.id.as_str().into()),
        ("quantity", booking.quantity.into()),
        ("stamps", held.stamps.into()),
        ("order_id", booking.order.map(OrderId::as_str).into()),
    ];
    announce(cx, kind, Some(booking.user_id), data)?;
    Ok(held)
}

/// How many of `asked` stamps still fit into the limit of the local day.
pub(crate) fn room(cx: &mut Cx<'_>, card: &StampCard, user_id: UserId, asked: i64, at: Instant) -> Result<i64> {
    if card.daily_limit.is_none() || asked <= 0 {
        return Ok(asked);
    }
    let day = cx.programme.zone.day_of(at);
    let today = stamps::on_day(cx.store()?, user_id, card, day)?;
    Ok(card.within_day(asked, today))
}

/// Stamps a purchase on every card that the programme stamps automatically.
pub(crate) fn stamp_purchase(
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
            book(cx, card, &StampBooking { user_id, cause: StampCause::Stamp, quantity, asked, order, at })?;
        }
    }
    Ok(())
}

/// What is left of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Nothing: it was cancelled.
    Nothing,
    /// It stands, and this much of it is paid with money.
    Paid(Money),
}

/// Updates the cards when an order, paid at `at`, now has these lines and stands at `kept`.
///
/// A card that is stamped automatically has the stamps of the lines that are kept. When nothing of the order is kept,
/// stamps by hand are taken back, and units that the order had free are given back. A card that the programme no longer
/// has follows the rules that the order had, so that it is right when it returns; it never gets more stamps.
pub(crate) fn adjust_stamps(
    cx: &mut Cx<'_>,
    order: &OrderId,
    user_id: UserId,
    items: &[Item],
    kept: Kept,
    at: Instant,
) -> Result<()> {
    let programme = cx.programme;
    let all = stamps::of_order(cx.store()?, order)?;
    for (id, _) in all.iter().filter(|(id, _)| programme.stamp_card(id).is_none()) {
        let card = former_cards::card(cx, order, id)?;
        former_cards::follow(cx, &card, StampsOfOrder::of(&all, &card), &Followed { order, items, kept, at })?;
    }
    for card in &programme.stamp_cards {
        let known = StampsOfOrder::of(&all, card);
        let (stamped, spent, rewards) = known.map_or((0, 0, 0), |known| (known.stamps, known.spent, known.rewards));
        let user_id = match known {
            // Stamped before another member bought the order: its stamps stay with the member who got them.
            Some(known) if known.user_id != user_id => {
                members::find(cx.store()?, known.user_id)?;
                known.user_id
            }
            _ => user_id,
        };
        let gone = kept == Kept::Nothing;
        let wanted = match (kept, card.automatic) {
            (Kept::Nothing, _) => 0,
            (Kept::Paid(paid), true) => card.earned(items, paid),
            (Kept::Paid(_), false) => stamped,
        };
        let more = room(cx, card, user_id, wanted.saturating_sub(stamped), at)?;
        let booking = |cause, quantity, asked| StampBooking { user_id, cause, quantity, asked, order: Some(order), at };
        if more > 0 {
            book(cx, card, &booking(StampCause::Stamp, more, wanted))?;
        } else if more < 0 {
            book(cx, card, &booking(StampCause::Refund, more, more))?;
        }
        if gone && spent > 0 && matches!(card.reward, StampReward::FreeItem(_)) {
            book(cx, card, &booking(StampCause::Reward, spent, -rewards))?;
        }
    }
    Ok(())
}
