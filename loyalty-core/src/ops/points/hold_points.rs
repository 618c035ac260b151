use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::domain::hold::HoldStatus;
use crate::ops::{Access, Operation};
use crate::store::holds;
use crate::value::{EntryId, Moment, Points, UserId, limit};
use crate::{Error, Result};

/// Longest time that points can be held: 30 days.
const MAX_TTL_SECONDS: i64 = 30 * 24 * 60 * 60;

/// Sets points aside for an open bill until they are captured or voided, or until the time runs out.
///
/// The points leave the spendable balance at once, those that end soonest first, and nothing else can take them. Points
/// that end while they are held can still be captured until the hold ends. A hold ends by the clock. Points that it
/// gives back keep their end.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct HoldPoints {
    /// The member.
    pub user_id: UserId,
    /// How many points, above zero.
    pub points: i64,
    /// For how many seconds, 1 to 2592000 (30 days).
    pub ttl_seconds: i64,
}

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Held {
    /// Id of the hold, and of the ledger entry.
    pub hold_id: i64,
    /// Points that it holds.
    pub points: i64,
    /// First moment at which the points are no longer held.
    pub ends_at: Moment,
    /// Spendable points after this call.
    pub balance: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for HoldPoints {
    const NAME: &'static str = "hold_points";
    const ACCESS: Access = Access::Write;
    type Reply = Held;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Held> {
        let points = above_zero(self.points)?;
        let ttl = limit::within("ttl_seconds", self.ttl_seconds, 1, MAX_TTL_SECONDS)?;
        let until = cx.at.plus_seconds(ttl);
        if until <= cx.now {
            return Err(Error::invalid("ttl_seconds", "must end after now"));
        }
        let mut account = Account::active(cx, self.user_id)?;
        let hold = account.hold(cx, points, until)?;
        account.save(cx)?;
        Ok(Held {
            hold_id: hold.entry.get(),
            points: points.get(),
            ends_at: cx.moment(until),
            balance: account.balance(cx)?,
            replayed: false,
        })
    }

    fn stands(&self, cx: &mut Cx<'_>, held: &Held) -> Result<bool> {
        let hold = holds::find(cx.store()?, EntryId::new(held.hold_id)?)?;
        Ok(hold.is_some_and(|hold| hold.status != HoldStatus::Voided))
    }
}

/// The points that an act moves.
pub(in crate::ops) fn above_zero(points: i64) -> Result<Points> {
    limit::within("points", points, 1, limit::MAX_POINTS).map(Points::stored)
}
