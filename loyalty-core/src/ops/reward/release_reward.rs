use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::reservation;
use crate::domain::hold::HoldStatus;
use crate::ops::{Access, Operation};
use crate::store::reservations::{self, ReservationState};
use crate::store::{holds, rewards};
use crate::value::{Points, ReservationId};
use crate::{Error, Result};

/// Cancels a reservation: points, pieces and uses go back at once.
///
/// The points go back to the accruals that they came from and keep their end. A repeat returns the first answer. A
/// reservation that was redeemed is refused with `hold_closed`, and one that ended by the clock with `hold_expired`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ReleaseReward {
    /// The reservation.
    pub reservation_id: ReservationId,
}

/// What was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReservationReleased {
    /// The reservation.
    pub reservation_id: i64,
    /// Pieces that went back.
    pub quantity: i64,
    /// Points that went back.
    pub points_returned: i64,
    /// Spendable points after this call; below zero when points are owed.
    pub balance: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for ReleaseReward {
    const NAME: &'static str = "release_reward";
    const ACCESS: Access = Access::Write;
    type Reply = ReservationReleased;

    fn natural_key(&self) -> Option<String> {
        Some(self.reservation_id.to_string())
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<ReservationReleased> {
        let kept = reservation::find(cx, self.reservation_id)?;
        let mut account = Account::get(cx, kept.user_id)?;
        // The reward is locked before the reservation, in the same order as calls that give back ended reservations.
        rewards::find(cx.store()?, kept.reward)?;
        reservation::check_open(&kept, cx.now)?;
        let now = cx.now;
        if !reservations::close(cx.store()?, kept.id, ReservationState::Released, None, now)? {
            return Err(reservation::closed(&kept));
        }
        rewards::give_back(cx.store()?, kept.reward, kept.quantity)?;
        let mut returned = Points::ZERO;
        if let Some(entry) = kept.hold {
            let hold = holds::find(cx.store()?, entry)?.ok_or_else(|| Error::internal("a reservation has no hold"))?;
            // A hold that ended separately has already given its points back.
            if hold.status == HoldStatus::Open {
                returned = account.end_hold(cx, &hold, HoldStatus::Voided, Points::ZERO)?.0;
            }
        }
        account.save(cx)?;
        Ok(ReservationReleased {
            reservation_id: kept.id.get(),
            quantity: kept.quantity,
            points_returned: returned.get(),
            balance: account.balance(cx)?,
            replayed: false,
        })
    }
}
