use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::points_ahead::{NextExpiry, PointsReply, ahead, at_once, last_day};
use crate::domain::member::Member;
use crate::ops::{Access, Operation};
use crate::store::{archive, holds, ledger, lots, members};
use crate::value::{Instant, Points as Count, UserId};

/// Returns a member's points, now or at another moment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// The member.
    pub user_id: UserId,
    /// The moment, past or future; default now. For a future moment, the answer assumes that nothing is earned or spent
    /// until then.
    #[serde(default)]
    #[new(default)]
    pub as_of: Option<Instant>,
    /// Also return the points earned from this moment on (`earned`).
    #[serde(default)]
    #[new(default)]
    pub earned_since: Option<Instant>,
}

impl Operation for Points {
    const NAME: &'static str = "points";
    const ACCESS: Access = Access::Read;
    type Reply = PointsReply;

    fn at_once(&self, cx: &mut Cx<'_>) -> Result<Option<PointsReply>> {
        if self.as_of.is_some() || self.earned_since.is_some() {
            return Ok(None);
        }
        let Some(member) = members::own(cx.store()?, self.user_id)?.filter(|member| member.merged_into.is_none())
        else {
            return Ok(None);
        };
        let told = cx.without_store(|cx| {
            let account = Account::of(cx, member)?;
            at_once(cx, &account.member)
        })?;
        Ok(told.flatten())
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<PointsReply> {
        let account = Account::get(cx, self.user_id)?;
        let member = &account.member;
        let mut told = match self.as_of {
            Some(as_of) if as_of < cx.now => in_the_past(cx, member, as_of)?,
            Some(as_of) => ahead(cx, member, as_of)?,
            None => match at_once(cx, member)? {
                Some(told) => told,
                None => ahead(cx, member, cx.now)?,
            },
        };
        if let Some(since) = self.earned_since {
            told.earned = Some(earned_since(cx, member, since)?);
        }
        Ok(told)
    }
}

/// Points of every kind gained since a moment.
fn earned_since(cx: &mut Cx<'_>, member: &Member, since: Instant) -> Result<i64> {
    archive::reaches(member, since)?;
    let gains = ledger::gains(cx.store()?, member.id, since)?;
    Ok(gains.into_iter().fold(0_i64, |sum, (_, _, points)| sum.saturating_add(points)))
}

/// In the past: the sum of the entries up to then.
fn in_the_past(cx: &mut Cx<'_>, member: &Member, as_of: Instant) -> Result<PointsReply> {
    archive::reaches(member, Instant::stored(i64::MIN))?;
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
