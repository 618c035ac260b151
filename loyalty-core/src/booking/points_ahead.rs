//! A member's points, now and at a future moment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::domain::lot::{self, Lot};
use crate::domain::member::Member;
use crate::store::{holds, lots};
use crate::value::{Day, Instant, Points};

/// A member's points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PointsReply {
    /// The member.
    pub user_id: i64,
    /// Points that can be spent.
    pub available: i64,
    /// Points earned that cannot be spent yet.
    pub pending: i64,
    /// Points set aside for an open bill.
    pub held: i64,
    /// Points owed.
    pub debt: i64,
    /// Points earned in a lifetime, refunds subtracted.
    pub lifetime: i64,
    /// Points gained from `earned_since` on, with refunds of them subtracted; null when it was not given.
    pub earned: Option<i64>,
    /// The points that end next; null when no points end.
    pub next_expiry: Option<NextExpiry>,
}

/// Points that end together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NextExpiry {
    /// How many.
    pub points: i64,
    /// Last local day on which they can be spent.
    pub date: Day,
}

/// Now: from the member's row alone, when nothing is due or pending and the points that end next were counted.
pub(crate) fn at_once(cx: &Cx<'_>, member: &Member) -> Result<Option<PointsReply>> {
    let end = Some(member.points_expiry_date).filter(|end| *end != Instant::NEVER);
    let is_due = member.points_expiry_date <= cx.now || member.held_until <= cx.now;
    if is_due || cx.now < member.pending_until || (end.is_some() && member.ending_points.is_none()) {
        return Ok(None);
    }
    let ending = end.zip(member.ending_points);
    Ok(Some(PointsReply {
        user_id: member.user_id.get(),
        available: member.balance.plus(member.debt)?.get(),
        pending: 0,
        held: member.held.get(),
        debt: member.debt.get(),
        lifetime: member.total_points.get(),
        earned: None,
        next_expiry: ending.map(|(end, points)| NextExpiry { points: points.get(), date: last_day(cx, end) }),
    }))
}

/// Now or in the future: what the open lots will be.
pub(crate) fn ahead(cx: &mut Cx<'_>, member: &Member, as_of: Instant) -> Result<PointsReply> {
    let mut open = lots::open(cx.store()?, member)?;
    let (held, debt) = holds_ahead(cx, member, as_of, &mut open)?;
    let mut left: Vec<_> = open.into_iter().filter(|lot| !lot.is_expired(as_of)).collect();
    left.sort_unstable_by_key(|lot| (lot.expires_at, lot.id));
    let next = left.first().map(|lot| lot.expires_at).filter(|end| *end != Instant::NEVER);
    let next_expiry = match next {
        Some(end) => {
            let ending = left.iter().take_while(|lot| lot.expires_at == end);
            let points = ending.map(|lot| lot.remaining.get()).sum();
            Some(NextExpiry { points, date: last_day(cx, end) })
        }
        None => None,
    };
    Ok(PointsReply {
        user_id: member.user_id.get(),
        available: lot::spendable(&left, as_of, as_of)?.get(),
        pending: lot::pending(&left, as_of, as_of)?.get(),
        held: held.get(),
        debt: debt.get(),
        lifetime: member.total_points.get(),
        earned: None,
        next_expiry,
    })
}

/// Puts the points of holds that end by then back into the lots. Returns what is still held, and what is owed.
fn holds_ahead(cx: &mut Cx<'_>, member: &Member, as_of: Instant, open: &mut Vec<Lot>) -> Result<(Points, Points)> {
    let (mut held, mut debt) = (member.held, member.debt);
    if member.held_until > as_of {
        return Ok((held, debt));
    }
    let account = Account::as_stored(cx, member.clone());
    let holds = holds::open(cx.store()?, member.user_id)?;
    for hold in holds.iter().filter(|hold| hold.until <= as_of) {
        held = held.minus(hold.points)?;
        for part in lots::uses_of(cx.store()?, hold.entry)? {
            let back = part.points.negated();
            let repaid = debt.min(back);
            debt = debt.minus(repaid)?;
            let mut lot = account.out_of(cx, part.lot, hold.entry)?;
            lot.remaining = back.minus(repaid)?;
            open.push(lot);
        }
    }
    Ok((held, debt))
}

/// The last local day on which points that end at `end` can be spent.
pub(crate) fn last_day(cx: &Cx<'_>, end: Instant) -> Day {
    cx.programme.zone.day_of(Instant::stored(end.micros() - 1))
}
