use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::domain::lot::{self, Lot};
use crate::domain::member::Member;
use crate::ops::account::Account;
use crate::ops::{Access, Cx, Operation};
use crate::store::{holds, ledger, lots, members};
use crate::value::{Day, Instant, Points as Count, UserId};

/// Tells a member's points, now or at another moment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// The member.
    pub user_id: UserId,
    /// At which moment, past or future; default now. For a future one, nothing is assumed to be earned or spent until then.
    #[serde(default)]
    pub as_of: Option<Instant>,
    /// Also tell the points earned from this moment on (`earned`).
    #[serde(default)]
    pub earned_since: Option<Instant>,
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
    /// Points gained from `earned_since` on, refunds of them taken off; null when that was not asked for.
    pub earned: Option<i64>,
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
        let account = Account::get(cx, self.user_id)?;
        let member = &account.member;
        let mut told = match self.as_of {
            Some(as_of) if as_of < cx.now => in_the_past(cx, member, as_of)?,
            as_of => ahead(cx, member, as_of.unwrap_or(cx.now))?,
        };
        if let Some(since) = self.earned_since {
            told.earned = Some(earned_since(cx, member, since)?);
        }
        Ok(told)
    }
}

/// Points of every kind gained since a moment.
fn earned_since(cx: &mut Cx<'_>, member: &Member, since: Instant) -> Result<i64> {
    let gains = ledger::gains(cx.store()?, member.id, since)?;
    Ok(gains.into_iter().fold(0_i64, |sum, (_, _, points)| sum.saturating_add(points)))
}

/// Now or in the future: what the open lots will be.
pub(in crate::ops) fn ahead(cx: &mut Cx<'_>, member: &Member, as_of: Instant) -> Result<PointsReply> {
    let mut open = lots::open(cx.store()?, member.user_id)?;
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

/// Puts the points of holds that end by then back into the lots. Returns what is still held, and owed.
fn holds_ahead(cx: &mut Cx<'_>, member: &Member, as_of: Instant, open: &mut Vec<Lot>) -> Result<(Count, Count)> {
    let (mut held, mut debt) = (member.held, member.debt);
    if member.held_until > as_of {
        return Ok((held, debt));
    }
    let account = Account::unsettled(cx, member.clone());
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

/// In the past: what the entries up to then sum to.
fn in_the_past(cx: &mut Cx<'_>, member: &Member, as_of: Instant) -> Result<PointsReply> {
    let (balance, lifetime) = ledger::sums_until(cx.store()?, member.id, as_of)?;
    let (pending, unswept) = lots::pending_and_unswept(cx.store()?, member.id, as_of)?;
    let balance = balance.minus(unswept)?;
    let mut lifetime = lifetime;
    for part in members::parts(cx.store()?, member.id)?.into_iter().skip(1) {
        lifetime = lifetime.plus(ledger::sums_until(cx.store()?, part, as_of)?.1)?;
    }
    Ok(PointsReply {
        user_id: member.user_id.get(),
        available: balance.minus(pending)?.or_zero().get(),
        pending: pending.get(),
        held: holds::held_at(cx.store()?, member.user_id, as_of)?.get(),
        debt: balance.negated().or_zero().get(),
        lifetime: lifetime.get(),
        earned: None,
        next_expiry: lots::next_expiry_at(cx.store()?, member.id, as_of)?
            .map(|(points, end)| NextExpiry { points: Count::get(points), date: last_day(cx, end) }),
    })
}

/// The last local day on which points that end at `end` can be spent.
pub(in crate::ops) fn last_day(cx: &Cx<'_>, end: Instant) -> Day {
    cx.programme.zone.day_of(Instant::stored(end.micros() - 1))
}
