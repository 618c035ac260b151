//! What happens to a tier if nothing more happens, judged by the same steps that the clock will take.

use super::Value;
use super::period::{just_before, next_review, window_start};
use super::review::{TierStanding, View};
use crate::Result;
use crate::domain::programme::Review;
use crate::value::Instant;

/// The next thing that the clock does to a tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// The position in the ladder after it.
    pub place: usize,
    /// When it happens; `None` when the clock does nothing.
    pub at: Option<Instant>,
    /// The last moment at which an act still counts for it.
    pub deadline: Option<Instant>,
    /// What is missing to keep the tier; `None` when it is kept, or when nothing could keep it.
    pub missing: Option<Value>,
}

impl View<'_> {
    /// What the clock will do to a standing after `now`.
    ///
    /// # Errors
    /// `internal` when points overflow, which the bounds rule out.
    pub fn forecast(&self, standing: &TierStanding, now: Instant) -> Result<Forecast> {
        let horizon = self.horizon(now);
        let Some(step) = self.next_step(standing, horizon)? else {
            return Ok(Forecast { place: standing.place, at: None, deadline: None, missing: None });
        };
        let judged = self.judged(standing, step.at, now);
        let deadline = Some(just_before(step.at).min(judged));
        if step.place >= standing.place {
            return Ok(Forecast { place: step.place, at: Some(step.at), deadline, missing: None });
        }
        let threshold = self.programme.tiers.get(standing.place).map_or(0, |tier| tier.threshold);
        let missing = threshold.saturating_sub(self.measure.at(self.programme, self.joined, judged)?);
        Ok(Forecast { place: step.place, at: Some(step.at), deadline, missing: self.counts(judged).then_some(missing) })
    }

    /// How far ahead the clock is followed. A review has a date; a metric that is watched all the time becomes empty at
    /// some point.
    fn horizon(&self, now: Instant) -> Instant {
        let rules = &self.programme.tier_rules;
        if rules.review != Review::Always {
            return Instant::NEVER;
        }
        let parts = &self.programme.score;
        let spans = [rules.window_days, 366, parts.frequency_days, parts.amount_days, parts.recency_days];
        let days = spans.into_iter().max().unwrap_or(0) + rules.grace.at_most_days() + rules.min_stay_days + 2;
        self.programme.zone.end_of(self.programme.zone.day_of(now).plus_days(days))
    }

    /// The moment whose metric decides a fall at `at`: the review itself while it is ahead, or the end of its grace.
    fn judged(&self, standing: &TierStanding, at: Instant, now: Instant) -> Instant {
        let rules = &self.programme.tier_rules;
        if rules.review == Review::Always {
            return at;
        }
        let review = next_review(rules, self.programme.zone, self.joined, standing.since, standing.reviewed_at);
        let noted = standing.falls_at.is_some_and(|falls_at| falls_at == at);
        if noted || review <= now { just_before(at) } else { just_before(review.min(at)) }
    }

    /// Whether something that happens just before the judged moment still counts for it.
    fn counts(&self, judged: Instant) -> bool {
        let zone = self.programme.zone;
        let day = zone.day_of(judged);
        let last_act = zone.day_of(just_before(judged));
        window_start(&self.programme.tier_rules, self.joined, day) <= last_act
            || !matches!(self.measure, super::Measure::Daily(_))
    }
}
