//! What happens to points that must be taken back but are no longer there.

use super::lot;
use super::programme::{DebtRules, Shortfall};
use crate::Result;
use crate::value::Points;

/// How to handle the points that are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortage {
    /// The entry takes all points; a part is owed, and what exceeds the limit is written off by a separate entry.
    Owed {
        /// Points to be repaid by later ones.
        owed: Points,
        /// Points given up.
        written_off: Points,
    },
    /// The entry takes only the points that are there; this many are lost.
    Cut(Points),
}

/// Decides about `wanted` points of which `taken` were there, for a member who already owes `debt`.
///
/// # Errors
/// `insufficient_points` when the programme refuses to take back what was spent.
pub fn shortage(rules: &DebtRules, wanted: Points, taken: Points, debt: Points) -> Result<Shortage> {
    let short = wanted.minus(taken)?;
    match rules.shortfall {
        Shortfall::Refuse if short > Points::ZERO => Err(lot::insufficient(wanted, taken)),
        Shortfall::Refuse => Ok(Shortage::Cut(Points::ZERO)),
        Shortfall::Forgive => Ok(Shortage::Cut(short)),
        Shortfall::Debt => {
            let room = rules.limit.map_or(Ok(short), |limit| limit.minus(debt).map(Points::or_zero))?;
            let owed = short.min(room);
            Ok(Shortage::Owed { owed, written_off: short.minus(owed)? })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_spent_is_owed_up_to_the_limit_cut_or_refused() {
        // 150 earned, 100 spent, all taken back.
        let decide = |shortfall, limit: Option<i64>, debt| {
            let rules = DebtRules { shortfall, limit: limit.map(Points::stored), adjustments: Points::ZERO };
            shortage(&rules, Points::stored(150), Points::stored(50), Points::stored(debt))
                .map_err(|error| error.code().to_owned())
        };
        let owed = |owed, off| Ok(Shortage::Owed { owed: Points::stored(owed), written_off: Points::stored(off) });
        assert_eq!(decide(Shortfall::Debt, None, 7), owed(100, 0));
        assert_eq!(decide(Shortfall::Debt, Some(80), 0), owed(80, 20));
        assert_eq!(decide(Shortfall::Debt, Some(80), 70), owed(10, 90));
        assert_eq!(decide(Shortfall::Debt, Some(80), 90), owed(0, 100));
        assert_eq!(decide(Shortfall::Forgive, None, 0), Ok(Shortage::Cut(Points::stored(100))));
        assert_eq!(decide(Shortfall::Refuse, None, 0), Err("insufficient_points".to_owned()));
    }
}
