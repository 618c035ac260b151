//! The tier of an account: raised at once, lost by refunds, reviewed by the clock, given by hand.

use crate::booking::account::{Account, Cx, Looks};
use crate::domain::lot::Lot;
use crate::domain::programme::{Downgrade, Grace, GraceFrom, Metric, Review, Tier, TierRules};
use crate::domain::tier::{self, Cause, Change, EarnedTier, Hand, Measure, TierStanding, TierState, Value};
use crate::store::holds::GivenBack;
use crate::value::{Day, EntryId, Instant, Points};
use crate::{Error, Result, store};

impl Account {
    /// Id of the tier that the metric gives, and since when; a tier given by hand may hide it.
    pub(crate) fn earned_tier(&self) -> (&str, Instant) {
        let member = &self.member;
        let own = (member.current_tier.as_str(), member.tier_since);
        member.tier_state.earned.as_ref().map_or(own, |earned| (&earned.tier, earned.since))
    }

    /// The tier that the metric gives, as a position in the ladder.
    pub(crate) fn standing(&self, cx: &Cx<'_>) -> Result<TierStanding> {
        let (held, since) = self.earned_tier();
        let (place, _) = tier::held_tier(cx.programme, held)?;
        let TierState { reviewed_at, falls_at, seen_at, .. } = self.member.tier_state;
        let seen = seen_at.unwrap_or(since).max(since).max(reviewed_at.unwrap_or(since));
        Ok(TierStanding { place, since, reviewed_at, falls_at, seen_at: seen })
    }

    /// The local day on which the member joined.
    pub(crate) fn joined(&self, cx: &Cx<'_>) -> Day {
        cx.programme.zone.day_of(self.member.join_date)
    }

    /// The member's value of the metric at each moment from `first` to `until`.
    pub(crate) fn measure(&mut self, cx: &mut Cx<'_>, first: Instant, until: Instant) -> Result<Measure> {
        let programme = cx.programme;
        let rules = &programme.tier_rules;
        let zone = programme.zone;
        let user_id = self.member.user_id;
        let last_day = zone.day_of(until);
        let window_day = tier::window_start(rules, self.joined(cx), zone.day_of(first));
        Ok(match rules.metric {
            Metric::LifetimePoints => Measure::Constant(self.member.qualifying_points.get()),
            Metric::LifetimeSpend => Measure::Constant(self.member.total_spent.get()),
            Metric::LifetimeVisits => Measure::Constant(self.member.total_visits),
            Metric::WindowPoints => {
                store::archive::reaches(&self.member, zone.start_of(window_day))?;
                let gains = store::ledger::gains(cx.store()?, self.member.id, zone.start_of(window_day))?;
                let gains = gains.into_iter().filter(|(_, kind, _)| rules.qualifying.contains(kind));
                Measure::Daily(gains.map(|(at, _, points)| (zone.day_of(at).number(), points)).collect())
            }
            Metric::WindowSpend | Metric::WindowVisits => {
                let days = store::visits::days(cx.store()?, user_id, window_day, last_day)?.into_iter();
                let spend = rules.metric == Metric::WindowSpend;
                Measure::Daily(days.map(|one| (one.day, if spend { one.spent.get() } else { one.visits })).collect())
            }
            Metric::Score => {
                let parts = &programme.score;
                let span = parts.frequency_days.max(parts.amount_days).max(parts.recency_days);
                let days = store::visits::days(cx.store()?, user_id, zone.day_of(first).plus_days(-span), last_day)?;
                let (products, referrals) = (self.member.distinct_products, self.member.successful_referrals);
                Measure::Score { days, products, referrals }
            }
            Metric::Balance => {
                Measure::Balance { lots: self.lots_to_come(cx)?, debt: self.member.debt, repaid: Vec::new() }
            }
        })
    }

    /// The values that reviews of a standing need up to a moment. For a review in the past, what the clock did since
    /// counts as if it had not been booked: points that ended, and what holds gave back.
    pub(crate) fn measure_for_review(
        &mut self,
        cx: &mut Cx<'_>,
        standing: &TierStanding,
        until: Instant,
    ) -> Result<Measure> {
        let looks_back = looks_back(&cx.programme.tier_rules);
        let first = if looks_back { standing.since } else { standing.seen_at };
        let mut measure = self.measure(cx, first, until)?;
        if let (true, Measure::Balance { lots, repaid, .. }) = (looks_back, &mut measure) {
            store::archive::reaches(&self.member, first)?;
            for ended in store::ledger::expired_since(cx.store()?, self.member.id, first)? {
                lots.push(Lot { remaining: ended.points, ..known(cx, ended.lot)? });
            }
            for back in store::holds::given_back_since(cx.store()?, self.member.user_id, self.member.id, first)? {
                repaid.push((back.at, unbook_return(cx, back, lots)?));
            }
        }
        Ok(measure)
    }

    /// The open lots, and those that holds will give back by the clock.
    pub(super) fn lots_to_come(&mut self, cx: &mut Cx<'_>) -> Result<Vec<Lot>> {
        let mut lots = self.lots(cx)?.clone();
        if self.member.held > Points::ZERO {
            for hold in store::holds::open(cx.store()?, self.member.user_id)? {
                for (lot, points) in self.taken_by(cx, hold.entry)? {
                    lots.push(Lot { remaining: points, available_at: lot.available_at.max(hold.until), ..lot });
                }
            }
        }
        Ok(lots)
    }

    /// The member's value of the metric by which tiers are judged.
    pub(crate) fn tier_value(&mut self, cx: &mut Cx<'_>) -> Result<Value> {
        self.tier_value_at(cx, cx.at)
    }

    /// The same at a moment.
    pub(crate) fn tier_value_at(&mut self, cx: &mut Cx<'_>, at: Instant) -> Result<Value> {
        let joined = self.joined(cx);
        self.measure(cx, at, at)?.at(cx.programme, joined, at)
    }

    /// The value that justifies the tier held: the metric now, or as it was when the tier was reached or passed its
    /// review.
    ///
    /// A refund of something in that window takes the tier back, even if the window has moved on since.
    pub(crate) fn carrying_value(&mut self, cx: &mut Cx<'_>) -> Result<Value> {
        let standing = self.standing(cx)?;
        let judged = standing.reviewed_at.map_or(standing.since, tier::just_before);
        let joined = self.joined(cx);
        let measure = self.measure(cx, judged.min(cx.at), cx.at.max(judged))?;
        let now = measure.at(cx.programme, joined, cx.at)?;
        if !matches!(measure, Measure::Daily(_)) {
            return Ok(now);
        }
        Ok(now.max(measure.at(cx.programme, joined, judged)?))
    }

    /// The value by which a credit may raise the tier: the metric when it happened.
    ///
    /// A credit that is recorded after the tier was judged again counts as if it had been there: at that judgement, and
    /// now.
    fn raising_value(&mut self, cx: &mut Cx<'_>) -> Result<Value> {
        let since = self.earned_tier().1;
        if cx.at >= since {
            return self.tier_value(cx);
        }
        let joined = self.joined(cx);
        let before = tier::just_before(since);
        let measure = self.measure(cx, before, cx.now)?;
        let mut value = measure.at(cx.programme, joined, cx.now)?;
        for judged in [before, since] {
            value = value.max(measure.at(cx.programme, joined, judged)?);
        }
        Ok(value)
    }

    /// Raises the tier to the one that the metric now gives, with the gifts of the tiers that were reached.
    pub(crate) fn raise_tier(&mut self, cx: &mut Cx<'_>) -> Result<Value> {
        self.raise_tier_by(cx, Cause::Earn)
    }

    /// The same for a cause other than a credit.
    pub(crate) fn raise_tier_by(&mut self, cx: &mut Cx<'_>, cause: Cause) -> Result<Value> {
        let (at, now) = (cx.at, cx.now);
        let value = self.raise_at(cx, at, cause)?;
        if cx.programme.tier_rules.metric == Metric::Balance && at < now {
            // What is recorded late is there now, together with what began meanwhile.
            self.raise_at(cx, now, cause)?;
        }
        Ok(value)
    }

    fn raise_at(&mut self, cx: &mut Cx<'_>, at: Instant, cause: Cause) -> Result<Value> {
        loop {
            let value = match cx.programme.tier_rules.metric {
                Metric::Balance => self.tier_value_at(cx, at)?,
                _ => self.raising_value(cx)?,
            };
            let held = self.earned_tier().0.to_owned();
            let reached = tier::after_credit(cx.programme, &held, value)?;
            if reached.id == held {
                return Ok(value);
            }
            self.set_earned(cx, &reached.id, at, cause)?;
            // A gift may itself count for the next tier.
            if !self.give_gifts(cx, &held, &reached.id, at)? {
                return Ok(value);
            }
            self.settle(cx)?;
        }
    }

    /// Sets the tier that was held in another system, or the higher one that the metric gives; no gifts are given.
    pub(crate) fn take_tier_over(&mut self, cx: &mut Cx<'_>, given: Option<&str>) -> Result<()> {
        let held = self.earned_tier().0.to_owned();
        let value = self.tier_value(cx)?;
        let mut reached = tier::after_credit(cx.programme, &held, value)?;
        if let Some(given) = given {
            let (place, given) = tier::held_tier(cx.programme, given)?;
            if place > tier::held_tier(cx.programme, &reached.id)?.0 {
                reached = given;
            }
        }
        if reached.id == held { Ok(()) } else { self.set_earned(cx, &reached.id, cx.at, Cause::Earn) }
    }

    /// Takes away a tier that a refund lost. `before` is the value that justified it until then.
    pub(crate) fn lower_tier(&mut self, cx: &mut Cx<'_>, before: Value) -> Result<()> {
        let value = self.carrying_value(cx)?;
        let (held, since) = self.earned_tier();
        let held = held.to_owned();
        let tier = tier::after_refund(cx.programme, &held, before, value)?;
        self.take_gifts(cx, before, value)?;
        if tier.id == held {
            return Ok(());
        }
        let stay_ends = tier::stay_ends(cx.programme, since);
        if stay_ends > since && cx.at < stay_ends {
            self.member.tier_state.falls_at = Some(stay_ends);
            return Ok(());
        }
        self.set_earned(cx, &tier.id, cx.at, Cause::Refund)
    }

    /// The tier that was held at a moment in the past or now: its rate applies to that moment.
    pub(crate) fn tier_when<'a>(&self, cx: &mut Cx<'a>, at: Instant) -> Result<&'a Tier> {
        let programme = cx.programme;
        let member = &self.member;
        let mut past =
            if at < member.tier_since { store::tier_changes::tier_at(cx.store()?, member.user_id, at)? } else { None };
        if past.is_none() && at < member.tier_since {
            // Changes by the clock that a read does not book.
            past = self.tier_changes.first().map(|change| change.before.clone());
        }
        tier::held_tier(programme, past.as_deref().unwrap_or(&member.current_tier)).map(|(_, tier)| tier)
    }

    /// Gives a tier by hand, or takes such a tier back.
    pub(crate) fn give_tier(&mut self, cx: &mut Cx<'_>, hand: Option<Hand>, reason: Option<String>) -> Result<()> {
        self.member.tier_state.hand = hand;
        let before = self.tier_changes.len();
        self.show_tier(cx, cx.at, Cause::Hand, reason.clone())?;
        if self.tier_changes.len() > before {
            return Ok(());
        }
        // A floor below the tier held is recorded too, with who gave it and why.
        let held = self.member.current_tier.clone();
        let at = cx.at.max(self.member.tier_since);
        let actor = cx.actor.map(str::to_owned);
        let change = Change { at, before: held.clone(), after: held, cause: Cause::Hand, actor, reason };
        let (user_id, now) = (self.member.user_id, cx.now);
        store::tier_changes::insert(cx.store()?, user_id, &change, now)
    }

    /// Whether the clock may have changed the tier since the member was last written.
    pub(crate) fn tier_is_due(&self, cx: &Cx<'_>, until: Instant) -> Result<bool> {
        let ended = self.member.tier_state.hand.as_ref().and_then(|hand| hand.until).is_some_and(|end| end <= until);
        if self.has_lost_tier(cx.programme) {
            return Ok(true);
        }
        Ok(ended || tier::is_due(cx.programme, self.joined(cx), &self.standing(cx)?, until))
    }

    /// Sets the tier that the metric gives.
    pub(crate) fn set_earned(&mut self, cx: &mut Cx<'_>, id: &str, at: Instant, cause: Cause) -> Result<()> {
        let since = at.max(self.earned_tier().1);
        self.member.tier_state.earned = Some(EarnedTier { tier: id.to_owned(), since });
        self.member.tier_state.reviewed_at = None;
        self.member.tier_state.falls_at = None;
        self.show_tier(cx, since, cause, None)
    }

    /// Makes the tier that stands visible: the earned one, or the one given by hand. A change is recorded with its
    /// cause.
    pub(crate) fn show_tier(
        &mut self,
        cx: &mut Cx<'_>,
        at: Instant,
        cause: Cause,
        reason: Option<String>,
    ) -> Result<()> {
        let (earned, since) = self.earned_tier();
        let earned = EarnedTier { tier: earned.to_owned(), since };
        let shown = tier::standing_tier(cx.programme, &earned.tier, self.member.tier_state.hand.as_ref())?;
        let member = &mut self.member;
        if shown.id != member.current_tier {
            let at = at.max(member.tier_since);
            let before = std::mem::replace(&mut member.current_tier, shown.id.clone());
            member.tier_since = at;
            let actor = cx.actor.filter(|_| cause == Cause::Hand).map(str::to_owned);
            let change = Change { at, before, after: shown.id.clone(), cause, actor, reason };
            if self.looks == Looks::ToBook {
                let (user_id, now) = (member.user_id, cx.now);
                store::tier_changes::insert(cx.store()?, user_id, &change, now)?;
            }
            self.tier_changes.push(change);
        }
        let member = &mut self.member;
        let same = earned.tier == member.current_tier && earned.since == member.tier_since;
        member.tier_state.earned = (!same).then_some(earned);
        Ok(())
    }

    /// Notes what an act did to a metric that is watched all the time. Other acts cost nothing here.
    pub(crate) fn note_tier_metric(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        let rules = &cx.programme.tier_rules;
        let always = rules.review == Review::Always && rules.downgrade != Downgrade::Never;
        if !always && rules.metric != Metric::Balance {
            return Ok(());
        }
        let is_balance = rules.metric == Metric::Balance;
        let at = if is_balance { cx.now.max(cx.at) } else { cx.at };
        if is_balance {
            self.raise_tier(cx)?;
        }
        let value = self.tier_value_at(cx, at)?;
        let standing = self.standing(cx)?;
        if always {
            let carried = cx.programme.tiers.get(standing.place).is_none_or(|tier| value >= tier.threshold);
            let lost = standing.falls_at.unwrap_or_else(|| tier::falls_at(cx.programme, &standing, at));
            self.member.tier_state.falls_at = (!carried).then_some(lost);
        }
        self.member.tier_state.seen_at = Some(standing.seen_at.max(at));
        Ok(())
    }
}

/// Whether a review needs to know the last day on which the metric justified the tier.
fn looks_back(rules: &TierRules) -> bool {
    rules.review != Review::Always && rules.grace_from == GraceFrom::Loss && rules.grace != Grace::NONE
}

/// A lot that an entry names.
fn known(cx: &mut Cx<'_>, id: EntryId) -> Result<Lot> {
    let lot = store::lots::find(cx.store()?, id)?;
    lot.ok_or_else(|| Error::internal(format_args!("lot {id} is missing")))
}

/// Points that a hold gave back by the clock were not there before. Returns what they repaid, which was owed until
/// then.
fn unbook_return(cx: &mut Cx<'_>, back: GivenBack, lots: &mut Vec<Lot>) -> Result<Points> {
    for made in lots.iter_mut().filter(|lot| lot.id == back.entry) {
        made.available_at = made.available_at.max(back.at);
    }
    let uses = store::lots::uses_of(cx.store()?, back.entry)?;
    if store::lots::find(cx.store()?, back.entry)?.is_some() {
        // They came back as a separate lot.
        return uses.iter().try_fold(Points::ZERO, |sum, part| sum.minus(part.points));
    }
    let mut repaid = back.points;
    for part in uses {
        repaid = repaid.minus(part.points)?;
        let mut late = part.points;
        for place in 0..lots.len() {
            let Some(lot) = lots.get_mut(place).filter(|lot| lot.id == part.lot) else { continue };
            let moved = late.min(lot.remaining);
            late = late.minus(moved)?;
            lot.remaining = lot.remaining.minus(moved)?;
            let lot = Lot { remaining: moved, available_at: lot.available_at.max(back.at), ..*lot };
            lots.push(lot);
        }
    }
    Ok(repaid)
}
