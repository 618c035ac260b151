//! What the clock does to a tier: booked by the first write that settles it, and undone for an act that is recorded
//! late.

use crate::booking::account::{Account, Cx, Looks};
use crate::domain::programme::{Metric, Programme};
use crate::domain::tier::{self, Cause, TierBefore, TierState, View};
use crate::value::Instant;
use crate::{Error, Result, store};

impl Account {
    /// The moment up to which a tier is settled. A backdated act comes before the reviews that followed it. A tier
    /// judged by the balance is always settled up to now, because points that have ended are gone for a backdated act
    /// too.
    pub(crate) fn settles_until(cx: &Cx<'_>) -> Instant {
        let is_late = cx.writing && cx.programme.tier_rules.metric != Metric::Balance;
        if is_late { cx.at } else { cx.now }
    }

    /// Moves the tier to where the clock has moved it: reviews that are due, tiers given by hand that have ended.
    ///
    /// Reads show it settled, and a write books it first, so nothing depends on a sweep.
    pub(crate) fn settle_tier(&mut self, cx: &mut Cx<'_>, until: Instant) -> Result<()> {
        if self.has_lost_tier(cx.programme) {
            self.judge_lost_tier(cx)?;
        }
        if let Some(end) = self.member.tier_state.hand.as_ref().and_then(|hand| hand.until).filter(|end| *end <= until)
        {
            self.review_until(cx, end)?;
            self.member.tier_state.hand = None;
            self.show_tier(cx, end, Cause::Hand, None)?;
        }
        self.review_until(cx, until)
    }

    /// Whether the member holds a tier that the programme no longer has and has not renamed.
    pub(crate) fn has_lost_tier(&self, programme: &Programme) -> bool {
        let TierState { earned, hand, .. } = &self.member.tier_state;
        let held = [Some(&self.member.current_tier), earned.as_ref().map(|earned| &earned.tier)];
        let held = held.into_iter().chain([hand.as_ref().map(|hand| &hand.tier)]);
        held.flatten().any(|id| programme.tier(id).is_none())
    }

    /// Judges again a tier that the programme no longer has, as of the moment when this programme was first used: so a
    /// read shows what a write books, at any time. A lost tier that was given by hand is over.
    fn judge_lost_tier(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        let programme = cx.programme;
        let id = cx.programme_id;
        let began = store::programmes::first_used_at(cx.store()?, id)?;
        if self.member.tier_state.hand.as_ref().is_some_and(|hand| programme.tier(&hand.tier).is_none()) {
            self.member.tier_state.hand = None;
        }
        let (earned, since) = self.earned_tier();
        let is_lost = programme.tier(earned).is_none();
        let at = began.unwrap_or(since).min(cx.now).max(since);
        if !is_lost {
            return self.show_tier(cx, at, Cause::Review, None);
        }
        let value = self.tier_value_at(cx, at)?;
        let reached = tier::tier_for(&programme.tiers, value)?;
        self.set_earned(cx, &reached.id, at, Cause::Review)
    }

    fn review_until(&mut self, cx: &mut Cx<'_>, until: Instant) -> Result<()> {
        let programme = cx.programme;
        let mut standing = self.standing(cx)?;
        let joined = self.joined(cx);
        if !tier::is_due(programme, joined, &standing, until) {
            return Ok(());
        }
        let mut measure = self.measure_for_review(cx, &standing, until)?;
        while let Some(step) = (View { programme, joined, measure: &measure }).next_step(&standing, until)? {
            let before = standing.place;
            standing = View { programme, joined, measure: &measure }.after(standing, step)?;
            if self.member.tier_state.seen_at.is_some() {
                self.member.tier_state.seen_at = Some(standing.seen_at);
            }
            let held = self.earned_tier().0.to_owned();
            if before != standing.place {
                let cause = if standing.place > before { Cause::Earn } else { Cause::Review };
                let reached = programme.tiers.get(standing.place);
                let id = &reached.ok_or_else(|| Error::internal("a step led out of the ladder"))?.id;
                self.set_earned(cx, id, step.at, cause)?;
            }
            self.member.tier_state.reviewed_at = standing.reviewed_at;
            self.member.tier_state.falls_at = standing.falls_at;
            if before < standing.place && self.give_by_clock(cx, &held, step.at)? {
                // A gift may itself count for the next tier.
                measure = self.measure_for_review(cx, &standing, until)?;
            }
        }
        if standing.falls_at.is_none() {
            // Noted with its own day, so that a write during the days of grace does not restart them.
            let view = View { programme, joined, measure: &measure };
            self.member.tier_state.falls_at = view.loss_ends(&standing, until)?;
        }
        if programme.tier_rules.metric == Metric::Balance {
            // What ends by then will be gone from the lots.
            self.member.tier_state.seen_at = Some(standing.seen_at.max(until));
        }
        Ok(())
    }

    /// Gives the gifts of the tiers that the clock has reached by a moment. A question that finds some is run again as
    /// a write; a reader that only shows the member, or looks ahead, leaves them out.
    fn give_by_clock(&mut self, cx: &mut Cx<'_>, held: &str, at: Instant) -> Result<bool> {
        let reached = self.earned_tier().0.to_owned();
        if self.looks == Looks::Only || at > cx.now || self.gifts_due(cx, held, &reached, at)?.is_empty() {
            return Ok(false);
        }
        if self.looks == Looks::ToTell {
            return Err(cx.needs_write());
        }
        // What ended earlier is booked first.
        self.settle_to(cx, at)?;
        self.give_gifts(cx, held, &reached, at)
    }

    /// Restores the tier that the last act left, when an act is recorded that happened before what only the clock has
    /// done since.
    pub(crate) fn go_back(&mut self, cx: &mut Cx<'_>, at: Instant) -> Result<bool> {
        if at >= self.before.until || cx.programme.tier_rules.metric == Metric::Balance {
            return Ok(false);
        }
        self.member.current_tier.clone_from(&self.before.tier);
        self.member.tier_since = self.before.since;
        self.member.tier_state = self.before.state.clone();
        if self.looks == Looks::ToBook {
            store::tier_changes::forget_last(cx.store()?, self.member.user_id, self.before.booked)?;
        }
        (self.before.until, self.before.booked) = (Instant::stored(i64::MIN), 0);
        Ok(true)
    }

    /// Stores what the clock did separately from acts, so that an act recorded late can undo it.
    pub(crate) fn keep(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        let (member, before) = (&self.member, &self.before);
        let is_same = (&member.current_tier, member.tier_since, &member.tier_state)
            == (&before.tier, before.since, &before.state);
        if cx.programme.tier_rules.metric != Metric::Balance && !is_same {
            let booked = before.booked.saturating_add(i64::try_from(self.tier_changes.len()).unwrap_or(i64::MAX));
            let until = before.until.max(Self::settles_until(cx));
            self.member.tier_state.before = Some(Box::new(TierBefore { until, booked, ..before.clone() }));
        }
        let written = self.write(cx);
        self.member.tier_state.before = None;
        written
    }
}
