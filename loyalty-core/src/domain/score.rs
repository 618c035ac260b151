//! The score: five parts from 0 to 100, weighted. Exact: no floating point is involved.

use super::programme::ScoreRules;
use crate::value::{Money, Score};

/// What the score is calculated from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Purchases in the frequency window.
    pub visits: i64,
    /// Money spent in the amount window.
    pub spent: Money,
    /// Whole local days since the last visit; `None` for a member who never came.
    pub days_since_last_visit: Option<i64>,
    /// Different products bought.
    pub distinct_products: i64,
    /// Referrals that led to a purchase.
    pub successful_referrals: i64,
}

/// The score and its parts, each from 0 to 100, rounded half away from zero to 2 decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the parts of the score, named as in the programme")]
pub struct Scored {
    pub score: Score,
    pub frequency: Score,
    pub amount: Score,
    pub recency: Score,
    pub variety: Score,
    pub referral: Score,
}

/// A part of the score as a fraction: `have ÷ full`, at most 1.
#[derive(Clone, Copy)]
struct Part {
    have: i64,
    full: i64,
}

impl Part {
    const fn new(have: i64, full: i64) -> Self {
        let have = if have < 0 { 0 } else { have };
        Self { have: if have > full { full } else { have }, full }
    }

    /// In hundredths of a point, rounded half up.
    const fn rounded(self) -> Score {
        // `have` is at most 10^15, so the wide product is needed only for money.
        match self.have.checked_mul(20_000) {
            Some(scaled) => Score::hundredths((scaled + self.full) / (2 * self.full)),
            None => {
                let scaled = (self.have as i128 * 20_000 + self.full as i128) / (2 * self.full as i128);
                Score::hundredths(scaled as i64)
            }
        }
    }
}

/// The score of a member: each part limited to 0 to 100, the weighted sum rounded once.
#[must_use]
pub fn calculate(rules: &ScoreRules, inputs: &Inputs) -> Scored {
    let recent = inputs.days_since_last_visit.map_or(0, |days| rules.recency_days.saturating_sub(days.max(0)));
    let frequency = Part::new(inputs.visits, rules.frequency_days);
    let amount = Part::new(inputs.spent.get(), rules.amount_target.get());
    let recency = Part::new(recent, rules.recency_days);
    let variety = Part::new(inputs.distinct_products, rules.variety_products);
    let referral = Part::new(inputs.successful_referrals.saturating_mul(rules.referral_value), 100);
    let score = weighted([
        (frequency, rules.frequency_weight),
        (recency, rules.recency_weight),
        (variety, rules.variety_weight),
        (referral, rules.referral_weight),
        (amount, rules.amount_weight),
    ]);
    Scored {
        score,
        frequency: frequency.rounded(),
        amount: amount.rounded(),
        recency: recency.rounded(),
        variety: variety.rounded(),
        referral: referral.rounded(),
    }
}

/// Σ weight × have ÷ full, in hundredths of a point (weights are basis points), rounded half up.
///
/// The fractions are brought to one denominator, so that only the last step rounds.
fn weighted(parts: [(Part, i64); 5]) -> Score {
    narrow(&parts).unwrap_or_else(|| wide(&parts))
}

/// The sum in 64 bits, which are enough for the targets that shops set; `None` when they are not.
fn narrow(parts: &[(Part, i64); 5]) -> Option<Score> {
    // The weights sum to 10 000, so the doubled numerator is at most 20 000 times the denominator.
    let denominator = parts.iter().try_fold(1_i64, |product, (part, _)| product.checked_mul(part.full))?;
    denominator.checked_mul(40_000)?;
    let mut numerator = 0;
    let mut product = 1;
    for (part, weight) in parts {
        numerator = numerator * part.full + part.have * weight * product;
        product *= part.full;
    }
    Some(Score::hundredths((2 * numerator + denominator) / (2 * denominator)))
}

fn wide(parts: &[(Part, i64); 5]) -> Score {
    let mut numerator: i128 = 0;
    let mut denominator: i128 = 1;
    for (part, weight) in parts {
        let full = i128::from(part.full);
        numerator = numerator * full + i128::from(part.have) * i128::from(*weight) * denominator;
        denominator *= full;
    }
    Score::hundredths(((2 * numerator + denominator) / (2 * denominator)) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::programme::Programme;

    fn score(visits: i64, spent: i64, days: Option<i64>, products: i64, referrals: i64) -> [i64; 6] {
        let inputs = Inputs {
            visits,
            spent: Money::stored(spent),
            days_since_last_visit: days,
            distinct_products: products,
            successful_referrals: referrals,
        };
        let scored = calculate(&Programme::cafe_vt().unwrap().score, &inputs);
        [scored.score, scored.frequency, scored.amount, scored.recency, scored.variety, scored.referral].map(Score::get)
    }

    #[test]
    fn each_part_is_clamped_and_the_sum_rounded_once() {
        assert_eq!(score(0, 0, None, 0, 0), [0; 6]);
        assert_eq!(score(90, 10_000, Some(0), 20, 10), [10_000; 6]);
        assert_eq!(score(1_000, i64::MAX / 2, Some(-3), 99, 50), [10_000; 6]);
        assert_eq!(score(0, 0, Some(90), 0, 0), [0; 6]);
        assert_eq!(score(0, 0, Some(i64::MAX), 0, 0), [0; 6]);
        // 0.25 × 13.333 + 0.30 × 45.5 + 0.20 × 66.667 + 0.15 × 35 + 0.10 × 20 = 37.5666…
        assert_eq!(score(12, 4_550, Some(30), 7, 2), [3_757, 1_333, 4_550, 6_667, 3_500, 2_000]);
    }

    #[test]
    fn both_widths_give_the_same() {
        let rules = Programme::cafe_vt().unwrap().score;
        for seed in 0..2_000_i64 {
            let part = |have: i64, full: i64| Part::new(have, full);
            let parts = [
                (part(seed % 91, 90), rules.frequency_weight),
                (part(seed * 7 % 91, 90), rules.recency_weight),
                (part(seed * 3 % 21, 20), rules.variety_weight),
                (part(seed * 13 % 101, 100), rules.referral_weight),
                (part(seed * 31 % 10_001, 10_000), rules.amount_weight),
            ];
            assert_eq!(narrow(&parts), Some(wide(&parts)));
        }
    }

    #[test]
    fn a_half_of_a_hundredth_rounds_away_from_zero() {
        // 0.25 × 1/90 × 100 = 0.27777…; 0.30 × 1/10 000 × 100 = 0.003; 0.15 × 5 = 0.75.
        assert_eq!(score(1, 0, None, 0, 0)[0], 28);
        assert_eq!(score(0, 1, None, 0, 0)[0], 0);
        assert_eq!(score(0, 50, None, 0, 0)[0], 15);
        assert_eq!(score(0, 150, None, 0, 0)[2], 150);
        // 0.3 × 50/100 hundredths = 0.15; 5/3 of it is exactly the half: 0.005.
        assert_eq!(score(0, 2, None, 0, 0)[0], 1);
    }

    #[test]
    fn each_part_has_its_weight() {
        let rules = Programme::cafe_vt().unwrap().score;
        let visited_today = Inputs { visits: 9, days_since_last_visit: Some(0), ..Inputs::default() };
        // 0.25 × 10 + 0.20 × 100
        assert_eq!(calculate(&rules, &visited_today).score.get(), 2_250);
    }
}
