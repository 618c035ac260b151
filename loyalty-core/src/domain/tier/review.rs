//! What the clock does to a tier: reviews, grace, and the end of a tier that is lost.

use super::Value;
use super::measure::Measure;
use super::period::{just_before, next_review};
use crate::Result;
use crate::domain::programme::{Downgrade, Grace, GraceFrom, Metric, Programme, Review};
use crate::value::{Day, Instant};

/// The tier that the metric gives a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierStanding {
    /// Its position in the ladder, from 0.
    pub place: usize,
    /// Since when.
    pub since: Instant,
    /// The last review that it passed.
    pub reviewed_at: Option<Instant>,
    /// When it is lost, unless the metric justifies it again by then.
    pub falls_at: Option<Instant>,
    /// Up to when the metric was watched.
    pub seen_at: Instant,
}

/// What the clock does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewStep {
    /// When.
    pub at: Instant,
    /// The position after it.
    pub place: usize,
    /// The review that the tier passed, when the position stays.
    pub reviewed_at: Option<Instant>,
}

impl TierStanding {
    #[must_use]
    fn after(self, step: ReviewStep) -> Self {
        if step.place == self.place {
            let reviewed_at = step.reviewed_at.or(self.reviewed_at);
            return Self { reviewed_at, falls_at: None, seen_at: self.seen_at.max(step.at), ..self };
        }
        Self { place: step.place, since: step.at, reviewed_at: None, falls_at: None, seen_at: step.at }
    }
}

/// Whose tier is judged, and by what.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// The local day on which the member joined.
    pub joined: Day,
    /// The member's value of the metric.
    pub measure: &'a Measure,
}

/// Whether the clock may have changed a tier by `until`: a cheap check, made before anything is read.
#[must_use]
pub fn is_due(programme: &Programme, joined: Day, standing: &TierStanding, until: Instant) -> bool {
    let rules = &programme.tier_rules;
    let zone = programme.zone;
    if standing.falls_at.is_some_and(|at| at <= until) || rules.metric == Metric::Balance {
        return true;
    }
    if standing.place == 0 || rules.downgrade == Downgrade::Never {
        return false;
    }
    match rules.review {
        Review::Always => zone.day_of(until) > zone.day_of(standing.seen_at),
        _ => next_review(rules, zone, joined, standing.since, standing.reviewed_at) <= until,
    }
}

/// When a tier that the metric stopped justifying at `lost` falls: a local midnight after grace and minimum stay.
///
/// It is never on the local day on which the tier was reached, so that a tier does not change back and forth within a
/// day.
#[must_use]
pub fn falls_at(programme: &Programme, standing: &TierStanding, lost: Instant) -> Instant {
    let rules = &programme.tier_rules;
    let after = |at: Instant, days: i64| programme.zone.end_of(programme.zone.day_of(at).plus_days(days));
    let zone = programme.zone;
    let (last, reached) = (zone.day_of(just_before(lost)), zone.day_of(standing.since));
    let grace = match rules.grace_from {
        GraceFrom::Loss => rules.grace.ends(zone, last, last.plus_days(1)),
        GraceFrom::Entry => zone.end_of(last).max(rules.grace.ends(zone, reached, reached)),
    };
    grace.max(after(standing.since, rules.min_stay_days))
}

/// The end of the minimum stay of a tier held since `since`; `since` itself when there is none.
#[must_use]
pub fn stay_ends(programme: &Programme, since: Instant) -> Instant {
    let rules = &programme.tier_rules;
    match rules.min_stay_days {
        0 => since,
        days => programme.zone.end_of(programme.zone.day_of(since).plus_days(days)),
    }
}

impl View<'_> {
    fn at(&self, at: Instant) -> Result<Value> {
        self.measure.at(self.programme, self.joined, at)
    }

    fn reached(&self, value: Value) -> usize {
        self.programme.tiers.iter().rposition(|tier| tier.threshold <= value).unwrap_or(0)
    }

    /// One step down, or down to what the metric gives.
    fn lower(&self, place: usize, reached: usize) -> usize {
        match self.programme.tier_rules.downgrade {
            Downgrade::OneLevel => place.saturating_sub(1),
            Downgrade::Never | Downgrade::Recompute => reached.min(place),
        }
    }

    /// What the clock does next to a standing, up to `until`.
    ///
    /// # Errors
    /// `internal` when points overflow, which the bounds rule out.
    pub fn next_step(&self, standing: &TierStanding, until: Instant) -> Result<Option<ReviewStep>> {
        let rules = &self.programme.tier_rules;
        let falls = standing.place > 0 && rules.downgrade != Downgrade::Never;
        let loss = match standing.falls_at.filter(|at| *at <= until) {
            Some(at) => Some(self.end_of_loss(standing, at)?),
            None if standing.falls_at.is_none() => match self.loss_ends(standing, until)? {
                Some(at) if at <= until => Some(self.end_of_loss(standing, at)?),
                _ => None,
            },
            None => None,
        };
        let review = if falls && rules.review != Review::Always { self.next_review(standing, until)? } else { None };
        let rise = if rules.metric == Metric::Balance { self.next_rise(standing, until)? } else { None };
        Ok([rise, loss, review].into_iter().flatten().min_by_key(|step| step.at))
    }

    /// The standing after a step. A tier that fell by one level and is still not justified continues to fall.
    ///
    /// # Errors
    /// `internal` when points overflow, which the bounds rule out.
    pub fn after(&self, standing: TierStanding, step: ReviewStep) -> Result<TierStanding> {
        let next = standing.after(step);
        let watched = self.programme.tier_rules.review == Review::Always;
        if !watched || next.place == 0 || next.place >= standing.place || self.reached(self.at(step.at)?) >= next.place
        {
            return Ok(next);
        }
        Ok(TierStanding { falls_at: Some(falls_at(self.programme, &next, step.at)), ..next })
    }

    /// A recorded loss comes to its end: the tier falls, or is justified again.
    fn end_of_loss(&self, standing: &TierStanding, at: Instant) -> Result<ReviewStep> {
        let judged = if self.programme.tier_rules.review == Review::Always { at } else { just_before(at) };
        let reached = self.reached(self.at(judged)?);
        let place = if reached >= standing.place { standing.place } else { self.lower(standing.place, reached) };
        Ok(ReviewStep { at, place, reviewed_at: None })
    }

    /// When a tier that is watched all the time falls: the end of the first loss by the clock up to `until`; this end
    /// may itself lie after it.
    ///
    /// # Errors
    /// `internal` when points overflow, which the bounds rule out.
    pub fn loss_ends(&self, standing: &TierStanding, until: Instant) -> Result<Option<Instant>> {
        let rules = &self.programme.tier_rules;
        if rules.review != Review::Always || rules.downgrade == Downgrade::Never || standing.place == 0 {
            return Ok(None);
        }
        let mut seen = standing.seen_at;
        while let Some(lost) = self.measure.next_change(self.programme, seen, until) {
            if self.reached(self.at(lost)?) < standing.place {
                return Ok(Some(falls_at(self.programme, standing, lost)));
            }
            if matches!(self.measure, Measure::Constant(_)) {
                return Ok(None);
            }
            seen = lost;
        }
        Ok(None)
    }

    /// The next periodic review, and what it does.
    fn next_review(&self, standing: &TierStanding, until: Instant) -> Result<Option<ReviewStep>> {
        let programme = self.programme;
        let rules = &programme.tier_rules;
        let at = next_review(rules, programme.zone, self.joined, standing.since, standing.reviewed_at);
        if at > until {
            return Ok(None);
        }
        let ended = self.at(just_before(at))?;
        let reached = self.reached(ended);
        if reached >= standing.place {
            return Ok(Some(ReviewStep { at, place: reached, reviewed_at: Some(at) }));
        }
        let last = match rules.grace_from {
            GraceFrom::Entry => just_before(at),
            GraceFrom::Loss if rules.grace == Grace::NONE => just_before(at),
            GraceFrom::Loss => self.last_carried(standing, at)?,
        };
        let last = programme.zone.day_of(last);
        let grace = rules.grace.ends(programme.zone, last, last.plus_days(1));
        let end = grace.max(at).max(stay_ends(programme, standing.since));
        if end > until {
            return Ok(None);
        }
        // Points gained in the days of grace count too.
        let reached = reached.max(self.reached(self.at(just_before(end))?));
        if reached >= standing.place {
            return Ok(Some(ReviewStep { at: end, place: standing.place, reviewed_at: Some(at) }));
        }
        Ok(Some(ReviewStep { at: end, place: self.lower(standing.place, reached), reviewed_at: None }))
    }

    /// An instant of the last local day before a failed review on which the metric justified the tier.
    fn last_carried(&self, standing: &TierStanding, review: Instant) -> Result<Instant> {
        let zone = self.programme.zone;
        let first = zone.day_of(standing.since);
        let mut last = just_before(review);
        while zone.day_of(last) > first && self.reached(self.at(last)?) < standing.place {
            last = just_before(zone.start_of(zone.day_of(last)));
        }
        Ok(last)
    }

    /// The first rise that needs no act: pending points become spendable. Points that are redeemed at once raise
    /// nothing.
    fn next_rise(&self, standing: &TierStanding, until: Instant) -> Result<Option<ReviewStep>> {
        let mut seen = standing.seen_at;
        while let Some(at) = self.measure.next_change(self.programme, seen, until) {
            seen = at;
            let value = self.at(at)?;
            let place = self.reached(value);
            let redeemed = self.programme.auto_redeem.is_some_and(|rule| value >= rule.threshold.get());
            if place > standing.place && !redeemed {
                return Ok(Some(ReviewStep { at, place, reviewed_at: None }));
            }
        }
        Ok(None)
    }
}
