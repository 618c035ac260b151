use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::redemption;
use crate::ops::{Access, Operation};
use crate::store::reservations::{self, Reservation, ReservationState};
use crate::value::{Decimal, Moment, Points, ReservationId, RewardId, UserId, limit};
use crate::{Error, Result};

/// Longest time for which a reward can be reserved: 30 days.
const MAX_TTL_SECONDS: i64 = 30 * 24 * 60 * 60;

/// Reserves a reward for a member for some time: the points, the pieces in stock and the uses, all or none.
///
/// It makes the same checks as `redeem_reward`, and an open reservation counts against every limit. `redeem_reward`
/// with its id then cannot be refused for lack of points or pieces, even if the reward is switched off meanwhile. The
/// reservation ends with `redeem_reward`, with `release_reward`, or by the clock.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ReserveReward {
    /// The member.
    pub user_id: UserId,
    /// The reward.
    pub reward_id: RewardId,
    /// For how many seconds, 1 to 2592000 (30 days).
    pub ttl_seconds: i64,
    /// How many pieces; default 1.
    #[serde(default)]
    #[new(default)]
    pub quantity: Option<i64>,
}

/// A reservation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reserved {
    /// Its id, for `redeem_reward` or `release_reward`.
    pub reservation_id: i64,
    /// Pieces that are reserved.
    pub quantity: i64,
    /// Points that are held.
    pub points_held: i64,
    /// Money to be paid in addition when it is redeemed, in major units.
    pub money_due: Decimal,
    /// First moment at which it no longer stands.
    pub ends_at: Moment,
    /// Spendable points after this call.
    pub balance: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for ReserveReward {
    const NAME: &'static str = "reserve_reward";
    const ACCESS: Access = Access::Write;
    type Reply = Reserved;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Reserved> {
        let quantity = redemption::quantity(self.quantity)?;
        let ttl = limit::within("ttl_seconds", self.ttl_seconds, 1, MAX_TTL_SECONDS)?;
        let (at, ends_at) = (cx.at, cx.at.plus_seconds(ttl));
        if ends_at <= cx.now {
            return Err(Error::invalid("ttl_seconds", "must end after now"));
        }
        let mut account = Account::active(cx, self.user_id)?;
        let reward = redemption::find(cx, self.reward_id)?;
        let price = redemption::check(cx, &mut account, &reward, quantity)?;
        redemption::take_pieces(cx, &reward, quantity)?;
        let hold = match price.points {
            Points::ZERO => None,
            points => Some(account.hold(cx, points, ends_at)?.entry),
        };
        account.save(cx)?;
        let reservation = Reservation {
            id: ReservationId::stored(1),
            user_id: account.member.user_id,
            reward: reward.id,
            quantity,
            hold,
            state: ReservationState::Open,
            ends_at,
            created_at: at,
        };
        let id = reservations::insert(cx.store()?, &reservation)?;
        Ok(Reserved {
            reservation_id: id.get(),
            quantity,
            points_held: price.points.get(),
            money_due: cx.shown(price.money),
            ends_at: cx.moment(ends_at),
            balance: account.balance(cx)?,
            replayed: false,
        })
    }

    /// A reservation that ended by the clock is returned again: the answer says when it ended.
    fn stands(&self, cx: &mut Cx<'_>, reserved: &Reserved) -> Result<bool> {
        let kept = reservations::find(cx.store()?, ReservationId::new(reserved.reservation_id)?)?;
        Ok(kept.is_some_and(|kept| kept.state != ReservationState::Released))
    }
}
