//! Tiers: which one is held, and how far away the next is.

mod measure;
mod outlook;
mod period;
mod review;
mod state;

use super::programme::Programme;
use crate::domain::programme::Tier;
use crate::value::{Instant, Percent};
use crate::{Error, Refusal, Result};

pub use measure::{Measure, VisitDay};
pub use outlook::Forecast;
pub use period::{just_before, window_start};
pub use review::{TierStanding, View, falls_at, is_due, stay_ends};
pub use state::{Cause, Change, EarnedTier, Hand, HandMode, TierBefore, TierState};

/// A member's value of the metric by which the programme judges tiers.
///
/// Points, minor units of money, or hundredths of a score: the same unit as the thresholds.
pub type Value = i64;

/// A position in the ladder and the way to the next tier.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// The tier held.
    pub tier: &'a Tier,
    /// The next one up; `None` at the top.
    pub next: Option<&'a Tier>,
    /// What is missing to reach the next, in the unit of the metric; 0 at the top.
    pub needed: i64,
    /// The progress from this tier to the next, with one decimal, never rounded up; 100 at the top.
    pub percent: Percent,
}

/// The tier that a value of the metric gives. A value exactly at a threshold reaches the tier.
///
/// # Errors
/// `internal`, which the check of the programme rules out.
pub fn tier_for(tiers: &[Tier], value: Value) -> Result<&Tier> {
    // A value below zero is below every threshold, but still gives the first tier.
    let reached = tiers.iter().rev().find(|tier| tier.threshold <= value);
    reached.or_else(|| tiers.first()).ok_or_else(|| Error::internal("the programme has no tiers"))
}

/// The way from the tier held to the next.
///
/// # Errors
/// `internal` when the tier is not one of the programme.
pub fn progress<'a>(programme: &'a Programme, held: &str, value: Value) -> Result<Progress<'a>> {
    let (place, tier) = held_tier(programme, held)?;
    let Some(next) = programme.tiers.get(place + 1) else {
        return Ok(Progress { tier, next: None, needed: 0, percent: Percent::FULL });
    };
    let span = i128::from(next.threshold) - i128::from(tier.threshold);
    let done = (i128::from(value) - i128::from(tier.threshold)).clamp(0, span);
    let tenths = i64::try_from(done * 1_000 / span).unwrap_or(0);
    let needed = next.threshold.saturating_sub(value).max(0);
    Ok(Progress { tier, next: Some(next), needed, percent: Percent::hundredths(tenths * 10) })
}

/// The tier with this id; an id that the programme no longer has counts as the first.
///
/// # Errors
/// `internal`, which the check of the programme rules out.
pub fn held_tier<'a>(programme: &'a Programme, id: &str) -> Result<(usize, &'a Tier)> {
    programme.tier(id).map_or_else(|| programme.first_tier().map(|tier| (0, tier)), Ok)
}

/// Refuses a member whose tier is below the required one. A required tier that the programme no longer has is held by
/// nobody, so it refuses everybody.
///
/// # Errors
/// `tier_too_low` with both.
pub fn check_required(programme: &Programme, required: &str, held: &str) -> Result<()> {
    let place = |id: &str| programme.tier(id).map(|(place, _)| place);
    if place(required).is_some_and(|required| place(held).unwrap_or(0) >= required) {
        return Ok(());
    }
    let error = Error::refused(Refusal::TierTooLow).with("tier", programme.tier_id(held));
    Err(error.with("tier_required", programme.tier_id(required)))
}

/// Renames a member's tiers to their current ids.
pub fn rename(programme: &Programme, current: &mut String, state: &mut TierState) {
    if let Some(before) = state.before.as_deref_mut() {
        rename(programme, &mut before.tier, &mut before.state);
    }
    let stored = [Some(current), state.earned.as_mut().map(|earned| &mut earned.tier)];
    let hand = state.hand.as_mut().map(|hand| &mut hand.tier);
    for id in stored.into_iter().chain([hand]).flatten() {
        let present = programme.tier_id(id);
        if present != id.as_str() {
            *id = present.to_owned();
        }
    }
}

/// The tier after a purchase or a credit: it rises at once, by as many tiers as were reached, and never falls.
///
/// # Errors
/// `internal`, which the check of the programme rules out.
pub fn after_credit<'a>(programme: &'a Programme, held: &str, value: Value) -> Result<&'a Tier> {
    let (place, tier) = held_tier(programme, held)?;
    let reached = tier_for(&programme.tiers, value)?;
    let (reached_place, _) = held_tier(programme, &reached.id)?;
    Ok(if reached_place > place { reached } else { tier })
}

/// The tier after a refund: the one that the remaining ledger gives, if the refund lost the one held.
///
/// # Errors
/// `internal`, which the check of the programme rules out.
pub fn after_refund<'a>(programme: &'a Programme, held: &str, before: Value, value: Value) -> Result<&'a Tier> {
    let (_, tier) = held_tier(programme, held)?;
    let was_earned = before >= tier.threshold;
    if was_earned && value < tier.threshold { tier_for(&programme.tiers, value) } else { Ok(tier) }
}

/// The tier that applies: the one given by hand as a floor or fixed, or the one that the metric gives.
///
/// # Errors
/// `internal`, which the check of the programme rules out.
pub fn standing_tier<'a>(programme: &'a Programme, earned: &str, hand: Option<&Hand>) -> Result<&'a Tier> {
    let (place, tier) = held_tier(programme, earned)?;
    let Some(hand) = hand else { return Ok(tier) };
    // A tier that the programme no longer has does not count as given.
    let Some((given_place, given)) = programme.tier(&hand.tier) else { return Ok(tier) };
    Ok(if hand.fixed || given_place > place { given } else { tier })
}

/// The tier by hand after a merge of two members: the higher one, or for the same tier, the one that lasts longer. One
/// that keeps a member below what the joined history gives is dropped.
#[must_use]
pub fn joined_hand<'a>(
    programme: &Programme,
    earned: &str,
    own: Option<&'a Hand>,
    other: Option<&'a Hand>,
) -> Option<&'a Hand> {
    let place = |id: &str| programme.tier(id).map(|(place, _)| place);
    let other = other.filter(|hand| !hand.fixed || place(&hand.tier) >= place(earned));
    let rank = |hand: &&Hand| (place(&hand.tier), hand.until.unwrap_or(Instant::NEVER));
    match (own, other) {
        (Some(own), Some(other)) => Some(if rank(&other) > rank(&own) { other } else { own }),
        (own, other) => own.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_at_a_threshold_is_in_the_tier() {
        let programme = Programme::cafe_vt().unwrap();
        for (points, expected) in [
            (-5, "cafe_bronze"),
            (0, "cafe_bronze"),
            (4_999, "cafe_bronze"),
            (5_000, "cafe_plata"),
            (24_999, "cafe_plata"),
            (25_000, "cafe_oro"),
            (75_000, "cafe_diamante"),
            (i64::MAX, "cafe_diamante"),
        ] {
            assert_eq!(tier_for(&programme.tiers, points).unwrap().id, expected, "{points}");
        }
    }

    #[test]
    fn of_two_tiers_by_hand_the_higher_and_longer_one_stays_after_a_merge() {
        let programme = Programme::cafe_vt().unwrap();
        let hand = |tier: &str, fixed, until: Option<i64>| {
            Some(Hand { tier: format!("cafe_{tier}"), fixed, until: until.map(Instant::stored) })
        };
        for (earned, own, other, joined) in [
            ("cafe_bronze", None, None, None),
            ("cafe_bronze", None, hand("oro", false, None), hand("oro", false, None)),
            ("cafe_bronze", hand("plata", false, None), hand("oro", false, Some(9)), hand("oro", false, Some(9))),
            ("cafe_bronze", hand("oro", false, Some(8)), hand("oro", true, Some(9)), hand("oro", true, Some(9))),
            ("cafe_bronze", hand("oro", false, None), hand("oro", false, Some(9)), hand("oro", false, None)),
            // A fixed tier that kept the other member down does not keep both down.
            ("cafe_oro", None, hand("plata", true, None), None),
            ("cafe_oro", hand("plata", true, None), hand("bronze", true, None), hand("plata", true, None)),
        ] {
            assert_eq!(joined_hand(&programme, earned, own.as_ref(), other.as_ref()), joined.as_ref(), "{earned}");
        }
    }

    #[test]
    fn progress_is_never_rounded_up_to_what_is_not_reached() {
        let programme = Programme::cafe_vt().unwrap();
        for (held, points, percent, needed) in [
            ("cafe_bronze", 2_717, 5_430, 2_283),
            ("cafe_bronze", 4_999, 9_990, 1),
            ("cafe_plata", 5_000, 0, 20_000),
            ("cafe_plata", 100, 0, 24_900),
            ("cafe_diamante", 80_000, 10_000, 0),
        ] {
            let progress = progress(&programme, held, points).unwrap();
            assert_eq!((progress.percent.get(), progress.needed), (percent, needed), "{held} {points}");
        }
    }
}
