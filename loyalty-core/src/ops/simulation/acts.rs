//! Replays what no entry records in full: refunds, amendments, released points, tiers by hand, merges.

use super::facts::Fact;
use super::recorded_entry::RecordedEntry;
use super::replay::{Replay, copy_of};
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::enrolment::join_on;
use crate::domain::act::{OpeningBalance, RecordedAct};
use crate::domain::hold::HoldStatus;
use crate::domain::ledger::{Entry, EntryKind};
use crate::domain::member::Member;
use crate::ops::member::keep;
use crate::ops::{AmendOrder, MergeMembers, RefundOrder, ReleasePoints, SetTier};
use crate::store::acts::Act;
use crate::store::{holds, members};
use crate::value::{EntryId, Instant, Points, UserId};
use crate::{Error, Result};

/// A change of an order.
enum Change {
    Refund(RefundOrder),
    Amend(AmendOrder),
}

impl Replay<'_> {
    /// Replays a fact that no entry records in full. Returns the last entry that it wrote.
    pub(super) fn fact(&mut self, cx: &mut Cx<'_>, member: &Member, fact: Fact, rest: &[Entry]) -> Result<EntryId> {
        match fact {
            Fact::Event(event) => {
                self.count_friends(member.user_id, event.occurred_at, event.recorded_at)?;
                self.event(member.user_id, &event, Points::ZERO)?;
                Ok(event.after)
            }
            Fact::Act(act, what) => {
                self.count_friends(member.user_id, act.occurred_at, act.recorded_at)?;
                let booked: Vec<&Entry> = rest.iter().take_while(|entry| entry.id <= act.until).collect();
                self.act(cx, member, &act, what, &booked)?;
                Ok(act.until)
            }
        }
    }

    fn act(&mut self, cx: &mut Cx<'_>, member: &Member, act: &Act, what: RecordedAct, booked: &[&Entry]) -> Result<()> {
        let (at, now) = (act.occurred_at, act.recorded_at);
        let told = match what {
            RecordedAct::Refund(refund) => {
                return self.change(cx, act, booked, Change::Refund(RefundOrder::from_act(refund)));
            }
            RecordedAct::Amend(amend) => {
                return self.change(cx, act, booked, Change::Amend(AmendOrder::from_act(amend)));
            }
            RecordedAct::Import(taken) => return self.import(cx, member, act, &taken, booked),
            RecordedAct::Release { order_id, .. } => self.scratch.run(&ReleasePoints { order_id }, at, now).map(drop),
            RecordedAct::SetTier(set) => self.scratch.run(&SetTier::from_act(set), at, now).map(drop),
            RecordedAct::Merge { from, .. } => {
                let part = members::by_id(cx.store()?, from.member())?;
                let part = part.ok_or_else(|| Error::internal("a merged member is missing"))?;
                self.tell(cx, &part, Some(from))?;
                let merge = MergeMembers { into_user_id: member.user_id, from_user_id: part.user_id };
                self.scratch.run(&merge, at, now).map(drop)
            }
            RecordedAct::Reinstate { since, end } => self.with_account(member.user_id, at, now, |cx, account| {
                account.reinstate(cx, Instant::stored(since), Instant::stored(end)).map(drop)
            }),
            RecordedAct::EndHold { hold, captured } => {
                let Some(hold) = self.told.entries.get(&hold).copied() else { return Ok(()) };
                self.with_account(member.user_id, at, now, |cx, account| {
                    let Some(hold) = holds::find(cx.store()?, hold)? else { return Ok(()) };
                    let status = if captured.is_some() { HoldStatus::Captured } else { HoldStatus::Voided };
                    let spent = hold.points.min(Points::stored(captured.unwrap_or(0)));
                    account.end_hold(cx, &hold, status, spent)?;
                    if captured.is_some() { account.extend_on_activity(cx) } else { Ok(()) }
                })
            }
        };
        self.accepted(told).map(drop)
    }

    /// Replays how a member was imported from another system: the other programme judges the points and the tier anew.
    fn import(
        &mut self,
        cx: &mut Cx<'_>,
        member: &Member,
        act: &Act,
        taken: &OpeningBalance,
        booked: &[&Entry],
    ) -> Result<()> {
        let Some((opening, rest)) = booked.split_first() else { return Ok(()) };
        let rest: Vec<RecordedEntry> = rest.iter().map(|entry| copy_of(cx, entry)).collect::<Result<_>>()?;
        let orders = self.facts.changed_imports(cx, opening)?;
        let person = self.facts.person(cx, member)?;
        let told = &mut self.told;
        let done = self.scratch.at(act.occurred_at, act.recorded_at, |cx| {
            let mut account = if taken.created {
                join_on(cx, member.user_id, person, member.join_date)?
            } else {
                Account::get(cx, member.user_id)?
            };
            let entry = taken.open(cx, &mut account)?;
            told.entries.insert(opening.id, entry);
            rest.iter().try_for_each(|copy| copy.come_over(cx, &mut account, told))?;
            taken.close(cx, &mut account)?;
            orders.iter().try_for_each(|order| keep(cx, &account.member, order, entry, 0))
        });
        self.accepted(done).map(drop)
    }

    fn with_account(
        &mut self,
        user_id: UserId,
        at: Instant,
        now: Instant,
        job: impl FnOnce(&mut Cx<'_>, &mut Account) -> Result<()>,
    ) -> Result<()> {
        self.scratch.at(at, now, |cx| {
            let mut account = Account::get(cx, user_id)?;
            job(cx, &mut account)?;
            account.save(cx)
        })
    }

    /// Replays a refund or an amendment, with the referral that it paid or undid.
    fn change(&mut self, cx: &mut Cx<'_>, act: &Act, booked: &[&Entry], change: Change) -> Result<()> {
        let mut copies = Vec::new();
        for entry in booked {
            let reversed = entry.reverses.and_then(|id| self.seen.get(&id)).map(|(kind, _)| *kind);
            if entry.kind == EntryKind::Referral || reversed == Some(EntryKind::Referral) {
                copies.push(copy_of(cx, entry)?);
            }
        }
        // Only the change itself names its order.
        let own = booked.first().filter(|entry| entry.order_id.is_some());
        self.count(act.occurred_at, own.map_or(0, |entry| entry.points.get()), 0);
        let told = &mut self.told;
        let reply = self.scratch.at(act.occurred_at, act.recorded_at, |cx| {
            let with = |cx: &mut Cx<'_>, account: &mut Account| {
                copies.iter().try_for_each(|copy| copy.book(cx, account, told))
            };
            match change {
                Change::Refund(refund) => refund.refund(cx, with).map(|reply| -reply.points_reversed),
                Change::Amend(amend) => amend.amend(cx, with).map(|reply| reply.points_difference),
            }
        });
        if let Some(points) = self.accepted(reply)? {
            self.count(act.occurred_at, 0, points);
        }
        Ok(())
    }
}
