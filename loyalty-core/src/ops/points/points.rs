use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::lot;
use crate::domain::member::Member;
use crate::ops::{Access, Cx, Operation};
use crate::store::{ledger, lots, members};
use crate::value::{Day, Instant, Points as Count, UserId};
use crate::{Error, Result};

/// Tells a member's points, now or at another moment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// The member.
    pub user_id: UserId,
    /// At which moment, past or future; default now. For a future one, nothing is assumed to be earned or spent until then.
    #[serde(default)]
    pub as_of: Option<Instant>,
}

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
    /// Points earned ever, refunds taken off.
    pub lifetime: i64,
    /// The next points to end; null when none do.
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

impl Operation for Points {
    const NAME: &'static str = "points";
    const ACCESS: Access = Access::Read;
    type Reply = PointsReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<PointsReply> {
        let member = members::find(cx.store()?, self.user_id)?;
        let member = member.ok_or_else(|| Error::not_found("user_id", self.user_id))?;
        match self.as_of {
            Some(as_of) if as_of < cx.now => in_the_past(cx, &member, as_of),
            as_of => ahead(cx, &member, as_of.unwrap_or(cx.now)),
        }
    }
}

/// Now or in the future: what the open lots will be.
fn ahead(cx: &mut Cx<'_>, member: &Member, as_of: Instant) -> Result<PointsReply> {
    let open = lots::open(cx.store()?, member.user_id)?;
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
        held: 0,
        debt: member.debt.get(),
        lifetime: member.total_points.get(),
        next_expiry,
    })
}

/// In the past: what the entries up to then sum to.
fn in_the_past(cx: &mut Cx<'_>, member: &Member, as_of: Instant) -> Result<PointsReply> {
    let (balance, lifetime) = ledger::sums_until(cx.store()?, member.id, as_of)?;
    let (pending, unswept) = lots::pending_and_unswept(cx.store()?, member.id, as_of)?;
    let balance = balance.minus(unswept)?;
    Ok(PointsReply {
        user_id: member.user_id.get(),
        available: balance.minus(pending)?.or_zero().get(),
        pending: pending.get(),
        held: 0,
        debt: balance.negated().or_zero().get(),
        lifetime: lifetime.get(),
        next_expiry: lots::next_expiry_at(cx.store()?, member.id, as_of)?
            .map(|(points, end)| NextExpiry { points: Count::get(points), date: last_day(cx, end) }),
    })
}

/// The last local day on which points that end at `end` can be spent.
pub(in crate::ops) fn last_day(cx: &Cx<'_>, end: Instant) -> Day {
    cx.programme.zone.day_of(Instant::stored(end.micros() - 1))
}
