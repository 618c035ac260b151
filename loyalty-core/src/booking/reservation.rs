//! Reservations, as redeeming and releasing see them.

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::domain::hold::{self, HoldStatus};
use crate::store::reservations::{self, Reservation, ReservationState};
use crate::store::{holds, rewards};
use crate::value::{EntryId, Instant, Points, ReservationId, RewardId};
use crate::{Error, Refusal, Result};

/// Most ended reservations whose pieces one write gives back.
const AT_ONCE: i64 = 100;

/// The reservation with this id.
pub(crate) fn find(cx: &mut Cx<'_>, id: ReservationId) -> Result<Reservation> {
    reservations::find(cx.store()?, id)?.ok_or_else(|| Error::not_found("reservation_id", id))
}

/// Checks that it still stands. After its end it has expired, whether or not its pieces were given back in the store. A
/// reservation that was redeemed or released is closed for ever.
pub(crate) fn check_open(reservation: &Reservation, now: Instant) -> Result<()> {
    match reservation.state {
        ReservationState::Redeemed | ReservationState::Released => Err(closed(reservation)),
        ReservationState::Open if now < reservation.ends_at => Ok(()),
        ReservationState::Open | ReservationState::Ended => {
            Err(Error::refused(Refusal::HoldExpired).with("reservation_id", reservation.id.get()))
        }
    }
}

/// The refusal for a reservation that was redeemed or released.
pub(crate) fn closed(reservation: &Reservation) -> Error {
    Error::refused(Refusal::HoldClosed).with("reservation_id", reservation.id.get())
}

/// Takes for good what a reservation holds. Returns the entry that took the points and how many, if there were any.
pub(crate) fn capture(
    cx: &mut Cx<'_>,
    account: &mut Account,
    reservation: &Reservation,
) -> Result<Option<(EntryId, Points)>> {
    check_open(reservation, cx.now)?;
    let Some(entry) = reservation.hold else { return Ok(None) };
    let held = holds::find(cx.store()?, entry)?.ok_or_else(|| Error::internal("a reservation has no hold"))?;
    hold::check_open(&held, cx.now)?;
    account.end_hold(cx, &held, HoldStatus::Captured, held.points)?;
    Ok(Some((entry, held.points)))
}

/// Pieces of a reward whose reservation ended by the clock. A write gives them back for good, a limited number at a
/// time.
pub(crate) fn ended_pieces(cx: &mut Cx<'_>, reward: RewardId) -> Result<i64> {
    let now = cx.now;
    if !cx.writing {
        return reservations::ended_pieces(cx.store()?, reward, now);
    }
    let mut pieces = 0;
    for ended in reservations::ended(cx.store()?, reward, now, AT_ONCE)? {
        if reservations::close(cx.store()?, ended.id, ReservationState::Ended, None, now)? {
            rewards::give_back(cx.store()?, ended.reward, ended.quantity)?;
            pieces += ended.quantity;
        }
    }
    Ok(pieces)
}
