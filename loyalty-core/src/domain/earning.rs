//! What a purchase earns, and why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalogue::{Locale, Text};
use super::programme::{Programme, Tier};
use crate::Result;
use crate::value::{Money, Points, Rate};

/// One part of the points of an entry. The parts sum to the entry's points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// The rule: `base`, `tier`, `lot` or another word of the reference.
    pub rule: String,
    /// Points that this rule gave, or took when negative.
    pub points: i64,
    /// The reason in the guest's language.
    pub why: String,
}

/// A rule that did not apply, and what was missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Missed {
    /// The rule.
    pub rule: String,
    /// What would have made it apply, in the guest's language.
    pub missing: String,
}

/// What a purchase earns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earned {
    /// The points, rounded once.
    pub points: Points,
    /// The parts of the points.
    pub because: Vec<Reason>,
}

/// Points for a purchase: `amount × points ÷ per × tier multiplier`, rounded once at the end.
///
/// # Errors
/// `invalid` when the points are out of range.
pub fn points_for(programme: &Programme, amount: Money, multiplier: Rate) -> Result<Points> {
    let numerator = i128::from(amount.get()) * i128::from(programme.earn.points) * i128::from(multiplier.get());
    let denominator = i128::from(programme.earn.per.get()) * i128::from(Rate::ONE.get());
    Points::named("amount", programme.rounding.divide(numerator, denominator)?)
}

/// The same with its reasons.
///
/// # Errors
/// `invalid` when the points are out of range.
pub fn earn(programme: &Programme, amount: Money, tier: &Tier, locale: Locale) -> Result<Earned> {
    let points = points_for(programme, amount, tier.multiplier)?;
    let base = points_for(programme, amount, Rate::ONE)?;
    let text = Text::EarningBase {
        points: programme.earn.points,
        per: programme.earn.per.to_decimal(programme.currency),
        currency: programme.currency.code(),
    };
    let mut because = vec![Reason { rule: "base".to_owned(), points: base.get(), why: text.say(locale) }];
    if tier.multiplier != Rate::ONE {
        let text = Text::TierMultiplier { tier: &tier.name, rate: tier.multiplier };
        let part = points.minus(base)?;
        because.push(Reason { rule: "tier".to_owned(), points: part.get(), why: text.say(locale) });
    }
    Ok(Earned { points, because })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_is_taken_once_of_the_whole_product() {
        let programme = Programme::cafe_vt().unwrap();
        // CVT-02 of the cases from other systems, and the example of the rules: 1 990 at x1.2 is 23, not 22.
        for (amount, tier, expected) in [
            (4_990, "cafe_bronze", 49),
            (4_990, "cafe_plata", 59),
            (4_990, "cafe_oro", 74),
            (4_990, "cafe_diamante", 99),
            (1_990, "cafe_plata", 23),
            (12_990, "cafe_plata", 155),
            (99, "cafe_bronze", 0),
            (0, "cafe_diamante", 0),
        ] {
            let (_, tier) = programme.tier(tier).unwrap();
            let earned = earn(&programme, Money::stored(amount), tier, Locale::En).unwrap();
            assert_eq!(earned.points.get(), expected, "{amount} at {}", tier.id);
            assert_eq!(earned.because.iter().map(|part| part.points).sum::<i64>(), expected);
        }
    }
}
