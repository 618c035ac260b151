//! Cards that the programme no longer has: what an order gave them still follows the order.

use crate::Result;
use crate::booking::cx::Cx;
use crate::booking::stamps::{Kept, StampBooking, book};
use crate::domain::programme::{Lines, Programme, StampCard, StampPer, StampReward};
use crate::domain::purchase::Item;
use crate::store::stamps::{StampCause, StampsOfOrder};
use crate::store::{members, orders, programmes};
use crate::value::{Instant, OrderId};

/// An order in its current state.
pub(crate) struct Followed<'a> {
    pub(crate) order: &'a OrderId,
    pub(crate) items: &'a [Item],
    pub(crate) kept: Kept,
    pub(crate) at: Instant,
}

/// The card as it was in the programme of the order; a card stamped by hand if that programme did not have it either.
pub(crate) fn card(cx: &mut Cx<'_>, order: &OrderId, id: &str) -> Result<StampCard> {
    let source = match orders::find(cx.store()?, order)? {
        Some(order) => programmes::source(cx.store()?, order.programme)?,
        None => None,
    };
    let card = source.and_then(|source| Programme::parse(&source).ok()?.stamp_card(id).cloned());
    Ok(card.map_or_else(|| by_hand(id), |card| StampCard { id: id.to_owned(), was: Vec::new(), ..card }))
}

fn by_hand(id: &str) -> StampCard {
    StampCard {
        id: id.to_owned(),
        was: Vec::new(),
        name: id.to_owned(),
        stamps: 1,
        per: StampPer::Visit,
        lines: Lines::default(),
        automatic: false,
        reward: StampReward::FreeItem(1),
        cooldown_seconds: 0,
        daily_limit: None,
    }
}

/// Takes back stamps that the order no longer gives, and gives free units back when nothing of the order is kept.
pub(crate) fn follow(
    cx: &mut Cx<'_>,
    card: &StampCard,
    known: Option<StampsOfOrder>,
    now: &Followed<'_>,
) -> Result<()> {
    let Some(known) = known else { return Ok(()) };
    let gone = now.kept == Kept::Nothing;
    let wanted = match (now.kept, card.automatic) {
        (Kept::Nothing, _) => 0,
        (Kept::Paid(paid), true) => card.earned(now.items, paid),
        (Kept::Paid(_), false) => known.stamps,
    };
    let less = wanted.saturating_sub(known.stamps).min(0);
    // The member who now has them, who may not be the buyer.
    members::find(cx.store()?, known.user_id)?;
    let (user_id, order, at) = (known.user_id, Some(now.order), now.at);
    let booking = |cause, quantity, asked| StampBooking { user_id, cause, quantity, asked, order, at };
    if less < 0 {
        book(cx, card, &booking(StampCause::Refund, less, less))?;
    }
    if gone && known.spent > 0 && matches!(card.reward, StampReward::FreeItem(_)) {
        book(cx, card, &booking(StampCause::Reward, known.spent, known.rewards.saturating_neg()))?;
    }
    Ok(())
}
