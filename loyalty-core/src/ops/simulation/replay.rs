//! Replays the history of a member, and of those who were merged into the member.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{self, Facts};
use super::recorded_entry::{RecordedEntry, Replayed};
use super::replay_database::ReplayDatabase;
use crate::booking::account::{Account, GIFT};
use crate::booking::cx::Cx;
use crate::booking::entry_details::parts_of;
use crate::domain::ledger::{Entry, EntryKind};
use crate::domain::member::Member;
use crate::ops::{EarnPoints, Enroll, RecordEvent, UpdateMember};
use crate::store::events::Event;
use crate::store::{ledger, members, redemptions};
use crate::value::{EntryId, Instant, MemberId, Points, UserId};
use crate::{Kind, Result};

/// The period whose purchases are counted: from the first moment, before the second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) from: Instant,
    pub(super) until: Instant,
}

/// The result for one member.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) purchases: i64,
    pub(super) same: i64,
    /// Entries of the ledger, from any time.
    pub(super) entries: i64,
    /// Those that are unchanged: in the same position, with the same points, moment and end.
    pub(super) same_entries: i64,
    /// Points that purchases and events earned in the period, including changes of orders.
    pub(super) recorded: i64,
    pub(super) simulated: i64,
    /// Facts that could not be replayed.
    pub(super) left_out: i64,
    /// Points that are open now, spendable or pending, minus points owed.
    pub(super) open: i64,
    pub(super) tier: String,
}

/// The values by which two entries are compared.
type Brief = (EntryKind, Points, Instant, Option<Instant>);

fn brief(entry: &Entry) -> Brief {
    (entry.kind, entry.points, entry.occurred_at, entry.expires_at)
}

/// One member in the middle of the replay.
pub(super) struct Replay<'s> {
    pub(super) scratch: &'s mut ReplayDatabase,
    pub(super) facts: Facts,
    window: Window,
    outcome: Outcome,
    pub(super) told: Replayed,
    /// Kinds and points of the entries so far.
    pub(super) seen: BTreeMap<EntryId, (EntryKind, Points)>,
    gifts: BTreeSet<EntryId>,
    /// The members by their numbers in the scratch database, with their recorded entries.
    recorded: Vec<(MemberId, Vec<Brief>)>,
}

/// Replays a member's history in the scratch database.
pub(super) fn member(
    cx: &mut Cx<'_>,
    scratch: &mut ReplayDatabase,
    member: &Member,
    window: Window,
) -> Result<Outcome> {
    let facts = Facts::of(cx, member)?;
    scratch.forgetting(|scratch| {
        let mut replay = Replay {
            scratch,
            facts,
            window,
            outcome: Outcome::default(),
            told: Replayed::default(),
            seen: BTreeMap::new(),
            gifts: BTreeSet::new(),
            recorded: Vec::new(),
        };
        replay.tell(cx, member, None)?;
        replay.end(member.user_id, cx.now)
    })
}

impl Replay<'_> {
    /// Replays what was recorded for one member; for a merged member, up to its last entry before the merge.
    pub(super) fn tell(&mut self, cx: &mut Cx<'_>, member: &Member, last: Option<EntryId>) -> Result<()> {
        let entries = facts::entries(cx, member.id)?;
        let mut untold = self.facts.untold(member.id).into_iter().peekable();
        let member = &self.facts.before_merges(member);
        let person = self.facts.enrolment(cx, member)?;
        let joined = member.join_date;
        let by_purchase = |first: &Entry| first.kind == EntryKind::Earn && first.occurred_at == joined;
        let mut is_unknown = entries.first().is_some_and(by_purchase)
            && untold.peek().is_none_or(|(after, _)| after.get() > member.id.entry_range().0);
        let came_over = untold.peek().is_some_and(|(_, fact)| fact.makes_a_member());
        if !is_unknown && !came_over {
            self.join(&person, joined)?;
        }
        let mut covered = EntryId::stored(0);
        let mut rest = entries.as_slice();
        while let Some(entry) = rest.first() {
            while let Some((_, fact)) = untold.next_if(|(after, _)| *after < entry.id) {
                covered = covered.max(self.fact(cx, member, fact, rest)?);
            }
            let is_told = entry.id <= covered || last.is_some_and(|last| entry.id > last);
            let told = if is_told { 1 } else { self.entry(cx, member, rest)? };
            if std::mem::take(&mut is_unknown) {
                self.introduce(&person, entry)?;
            }
            let (done, left) = rest.split_at_checked(told).unwrap_or((rest, &[]));
            for entry in done {
                self.remember(entry)?;
            }
            rest = left;
        }
        for (_, fact) in untold {
            self.fact(cx, member, fact, &[])?;
        }
        let (user_id, now) = (member.user_id, cx.now);
        let id = self.scratch.at(now, now, |cx| Ok(members::find(cx.store()?, user_id)?.map(|told| told.id)))?;
        // A member whose only purchase is refused by the other programme never joined.
        self.recorded.extend(id.map(|id| (id, entries.iter().map(brief).collect())));
        self.outcome.entries += i64::try_from(entries.len()).unwrap_or(i64::MAX);
        Ok(())
    }

    fn remember(&mut self, entry: &Entry) -> Result<()> {
        self.seen.insert(entry.id, (entry.kind, entry.points));
        if entry.kind == EntryKind::Bonus && parts_of(entry)?.iter().any(|(rule, _)| rule == GIFT) {
            self.gifts.insert(entry.id);
        }
        Ok(())
    }

    fn join(&mut self, enroll: &Enroll, at: Instant) -> Result<()> {
        self.scratch.run(enroll, at, at).map(drop)
    }

    /// Supplies the data of a member who was created by a first purchase.
    fn introduce(&mut self, person: &Enroll, entry: &Entry) -> Result<()> {
        let update = UpdateMember {
            user_id: person.user_id,
            name: None,
            email: None,
            phone: None,
            card: None,
            remove_card: None,
            birth_date: person.birth_date,
            locale: person.locale,
            consents: person.consents.clone(),
            attributes: person.attributes.clone(),
            remove: Vec::new(),
            blocked: None,
        };
        let told = self.scratch.run(&update, entry.occurred_at, entry.recorded_at);
        self.accepted(told).map(drop)
    }

    /// Replays an entry from what caused it. Returns how many entries were replayed with it.
    fn entry(&mut self, cx: &mut Cx<'_>, member: &Member, rest: &[Entry]) -> Result<usize> {
        let Some(entry) = rest.first() else { return Ok(0) };
        self.count_friends(member.user_id, entry.occurred_at, entry.recorded_at)?;
        if let Some(event) = self.facts.event(entry.id) {
            return self.event(member.user_id, &event, entry.points).map(|()| 1);
        }
        match entry.kind {
            EntryKind::Earn => match self.facts.purchase(cx, entry)? {
                Some(purchase) => self.purchase(cx, &purchase, rest),
                None => self.as_it_was(cx, member, rest),
            },
            // Expiry follows from the clock of the scratch database, and joining and tiers give their points there.
            EntryKind::Expire => Ok(1),
            // Points that an order had given up and that were taken once they came back.
            EntryKind::Adjustment if entry.points < Points::ZERO && entry.reverses.is_some() => Ok(1),
            EntryKind::Bonus if !parts_of(entry)?.is_empty() => Ok(1),
            EntryKind::Reversal if self.comes_by_itself(cx, entry)? => Ok(1),
            _ => self.as_it_was(cx, member, rest),
        }
    }

    /// Whether a reversal follows from something else that is replayed: points given up, a hold that ended, a gift.
    fn comes_by_itself(&self, cx: &mut Cx<'_>, entry: &Entry) -> Result<bool> {
        let Some(reversed) = entry.reverses else { return Ok(false) };
        if self.gifts.contains(&reversed) {
            return Ok(true);
        }
        let given_up = self.seen.get(&reversed).is_some_and(|(kind, _)| *kind == EntryKind::Reversal);
        let is_redemption = redemptions::find(cx.store()?, reversed)?.is_some();
        Ok(given_up || (!is_redemption && facts::held_until(cx, reversed)?.is_some()))
    }

    fn purchase(&mut self, cx: &mut Cx<'_>, purchase: &EarnPoints, rest: &[Entry]) -> Result<usize> {
        let Some((entry, others)) = rest.split_first() else { return Ok(0) };
        let (copies, with) = self.at_once(cx, entry, others)?;
        let told = &mut self.told;
        let receipt = self.scratch.at(entry.occurred_at, entry.recorded_at, |cx| {
            purchase.earn(cx, |cx, account| {
                copies.iter().try_for_each(|copy| copy.book(cx, account, told))?;
                Ok(Vec::new())
            })
        });
        let Some(receipt) = self.accepted(receipt)? else {
            self.count(entry.occurred_at, entry.points.get(), 0);
            return Ok(1 + with);
        };
        self.told.entries.insert(entry.id, EntryId::new(receipt.transaction_id)?);
        if self.counts(entry.occurred_at) {
            self.outcome.purchases += 1;
            self.outcome.same += i64::from(receipt.points_earned == entry.points.get());
        }
        self.count(entry.occurred_at, entry.points.get(), receipt.points_earned);
        Ok(1 + with)
    }

    /// What else a purchase did before its tier was judged: a referral that it paid, automatic redemptions. Also
    /// returns how many entries that is, including what joining gave in between.
    fn at_once(&self, cx: &mut Cx<'_>, entry: &Entry, others: &[Entry]) -> Result<(Vec<RecordedEntry>, usize)> {
        let mut copies = Vec::new();
        let mut with = 0;
        for other in others {
            if (other.occurred_at, other.recorded_at) != (entry.occurred_at, entry.recorded_at) {
                break;
            }
            let joining = other.kind == EntryKind::Bonus
                && self.facts.event(other.id).is_none()
                && parts_of(other)?.first().is_some_and(|(rule, _)| rule != GIFT);
            let redeemed = other.kind == EntryKind::Redeem
                && redemptions::find(cx.store()?, other.id)?.map(|one| one.reward)
                    == cx.programme.auto_redeem.map(|rule| rule.reward);
            if redeemed || other.kind == EntryKind::Referral {
                copies.push(copy_of(cx, other)?);
            } else if !joining {
                break;
            }
            with += 1;
        }
        Ok((copies, with))
    }

    fn counts(&self, at: Instant) -> bool {
        self.window.from <= at && at < self.window.until
    }

    pub(super) fn count(&mut self, at: Instant, recorded: i64, simulated: i64) {
        if self.counts(at) {
            self.outcome.recorded += recorded;
            self.outcome.simulated += simulated;
        }
    }

    /// The reply, or nothing when the other programme refuses: that fact is left out.
    pub(super) fn accepted<T>(&mut self, told: Result<T>) -> Result<Option<T>> {
        match told {
            Ok(reply) => Ok(Some(reply)),
            Err(error) if matches!(error.kind(), Kind::Unavailable | Kind::Internal) => Err(error),
            Err(_) => {
                self.outcome.left_out += 1;
                Ok(None)
            }
        }
    }

    pub(super) fn event(&mut self, user_id: UserId, event: &Event, recorded: Points) -> Result<()> {
        let properties = crate::store::json(&event.properties)?;
        let properties = Some(properties);
        let happened = RecordEvent { user_id, event: event.name.clone(), properties, shop: event.shop.clone() };
        let told = self.scratch.run(&happened, event.occurred_at, event.recorded_at);
        let reply = self.accepted(told)?;
        if let (Some(entry), Some(told)) = (event.entry, reply.as_ref().and_then(|reply| reply.transaction_id)) {
            self.told.entries.insert(entry, EntryId::new(told)?);
        }
        self.count(event.occurred_at, recorded.get(), reply.map_or(0, |reply| reply.points_earned));
        Ok(())
    }

    /// Books an entry unchanged. Returns how many entries were replayed with it.
    fn as_it_was(&mut self, cx: &mut Cx<'_>, member: &Member, rest: &[Entry]) -> Result<usize> {
        let Some((entry, others)) = rest.split_first() else { return Ok(0) };
        let mut copy = copy_of(cx, entry)?;
        let parts = if entry.kind == EntryKind::Reversal && entry.points > Points::ZERO {
            parts_of_a_return(cx, entry, others)?
        } else {
            Vec::new()
        };
        copy.points = parts.iter().try_fold(copy.points, |sum, part| sum.plus(part.points))?;
        let reverses = entry.reverses.and_then(|id| self.seen.get(&id)).map(|(kind, _)| *kind);
        let unreferred = entry.points < Points::ZERO && reverses == Some(EntryKind::Referral);
        let earns = entry.kind.is_credit() && entry.points > Points::ZERO;
        let told = &mut self.told;
        let booked = self.scratch.at(entry.occurred_at, entry.recorded_at, |cx| {
            let mut account = Account::get(cx, member.user_id)?;
            let before = if unreferred { Some(account.carrying_value(cx)?) } else { None };
            copy.book(cx, &mut account, told)?;
            if let Some(before) = before {
                account.lower_tier(cx, before)?;
            } else if earns {
                account.raise_tier(cx)?;
            }
            account.save(cx)
        });
        self.accepted(booked)?;
        Ok(1 + parts.len())
    }

    /// Sets how many friends a member has referred so far: referrals are replayed unchanged.
    pub(super) fn count_friends(&mut self, user_id: UserId, at: Instant, now: Instant) -> Result<()> {
        let Some(friends) = self.facts.friends(at) else { return Ok(()) };
        self.scratch.at(at, now, |cx| {
            let Some(mut account) = Account::find(cx, user_id)? else { return Ok(()) };
            if account.member.successful_referrals != friends {
                account.member.successful_referrals = friends;
                account.member.score = account.scored(cx, at)?.1.score;
                account.save(cx)?;
            }
            Ok(())
        })
    }

    /// What the member has now under the other programme.
    fn end(mut self, user_id: UserId, now: Instant) -> Result<Outcome> {
        let found = self.scratch.at(now, now, |cx| {
            let Some(mut account) = Account::find(cx, user_id)? else { return Ok(None) };
            let open = account.balance(cx)? + account.pending(cx)?.get();
            Ok(Some((open, account.member.current_tier)))
        })?;
        (self.outcome.open, self.outcome.tier) = match found {
            Some(found) => found,
            None => (0, self.scratch.programme.first_tier()?.id.clone()),
        };
        for (id, recorded) in &self.recorded {
            let mut recorded = recorded.iter();
            let mut same = 0;
            self.scratch.at(now, now, |cx| {
                ledger::walk(cx.store()?, *id, |entry| {
                    same += i64::from(recorded.next() == Some(&brief(&entry)));
                    Ok(())
                })
            })?;
            self.outcome.same_entries += same;
        }
        Ok(self.outcome)
    }
}

pub(super) fn copy_of(cx: &mut Cx<'_>, entry: &Entry) -> Result<RecordedEntry> {
    let began = facts::began(cx, entry)?;
    let held_until = facts::held_until(cx, entry.id)?;
    let cancels = match entry.reverses {
        Some(reversed) => redemptions::find(cx.store()?, reversed)?.is_some_and(|taken| taken.returned == 0),
        None => false,
    };
    let redeems = redemptions::find(cx.store()?, entry.id)?.is_some();
    Ok(RecordedEntry { entry: entry.clone(), points: entry.points, began, held_until, cancels, redeems })
}

/// When a member took over the one who had spent the points, points that came back stand in several entries: one lot
/// for each that had stayed behind.
fn parts_of_a_return(cx: &mut Cx<'_>, entry: &Entry, others: &[Entry]) -> Result<Vec<Entry>> {
    let mut parts = Vec::new();
    let mut last = entry;
    for other in others {
        let same = other.reverses == entry.reverses
            && (other.kind, other.occurred_at, other.recorded_at) == (entry.kind, entry.occurred_at, entry.recorded_at);
        if !same || crate::store::lots::find(cx.store()?, last.id)?.is_none() {
            break;
        }
        parts.push(other.clone());
        last = other;
    }
    Ok(parts)
}
