//! A member's value of the metric, at any moment since the last write.

use super::Value;
use super::period::window_start;
use crate::Result;
use crate::domain::lot::{self, Lot};
use crate::domain::programme::Programme;
use crate::domain::score::{self, Inputs};
use crate::value::{Day, Instant, Money, Points};

/// A local day with purchases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisitDay {
    /// The day's number.
    pub day: i64,
    /// Purchases.
    pub visits: i64,
    /// Money spent.
    pub spent: Money,
}

/// What the metric consists of, according to the ledger. Nothing is assumed to happen later.
#[derive(Debug, Clone)]
pub enum Measure {
    /// A sum over everything: time alone never changes it.
    Constant(Value),
    /// Numbers of days, and what each adds to a window.
    Daily(Vec<(i64, Value)>),
    /// The parts of the score.
    Score {
        /// Days with purchases, from the first that any part needs.
        days: Vec<VisitDay>,
        /// Different products, as of now.
        products: i64,
        /// Successful referrals, as of now.
        referrals: i64,
    },
    /// Points that can be spent.
    Balance {
        /// Open lots.
        lots: Vec<Lot>,
        /// Points owed.
        debt: Points,
        /// What else was owed, and until when.
        repaid: Vec<(Instant, Points)>,
    },
}

impl Measure {
    /// The value at a moment.
    ///
    /// # Errors
    /// `internal` when points overflow, which the bounds rule out.
    pub fn at(&self, programme: &Programme, joined: Day, at: Instant) -> Result<Value> {
        let today = programme.zone.day_of(at);
        match self {
            Self::Constant(value) => Ok(*value),
            Self::Daily(days) => {
                let first = window_start(&programme.tier_rules, joined, today).number();
                let inside = days.iter().filter(|(day, _)| (first..=today.number()).contains(day));
                Ok(inside.fold(0, |sum: Value, (_, value)| sum.saturating_add(*value)))
            }
            Self::Score { days, products, referrals } => {
                Ok(scored(programme, days, today, (*products, *referrals)).get())
            }
            Self::Balance { lots, debt, repaid } => {
                let mut owed = repaid.iter().filter(|(until, _)| at < *until);
                let owed = owed.try_fold(*debt, |sum, (_, points)| sum.plus(*points))?;
                Ok(lot::spendable(lots, at, at)?.minus(owed)?.get())
            }
        }
    }

    /// The first moment after `seen` and up to `until` at which the clock alone may have changed the value.
    pub(super) fn next_change(&self, programme: &Programme, seen: Instant, until: Instant) -> Option<Instant> {
        let next = match self {
            Self::Balance { lots, .. } => {
                let times = lots.iter().flat_map(|lot| [lot.available_at, lot.expires_at]);
                times.filter(|time| *time > seen).min()?
            }
            Self::Constant(_) | Self::Daily(_) | Self::Score { .. } => {
                programme.zone.end_of(programme.zone.day_of(seen))
            }
        };
        (next <= until && next < Instant::NEVER).then_some(next)
    }
}

fn scored(
    programme: &Programme,
    days: &[VisitDay],
    today: Day,
    (distinct_products, successful_referrals): (i64, i64),
) -> crate::value::Score {
    let rules = &programme.score;
    let since = |span: i64| {
        let first = today.plus_days(1 - span).number();
        days.iter().filter(move |one| (first..=today.number()).contains(&one.day))
    };
    let spent = since(rules.amount_days).fold(0_i64, |sum, one| sum.saturating_add(one.spent.get()));
    let last = days.iter().filter(|one| one.visits > 0 && one.day <= today.number()).map(|one| one.day).max();
    let inputs = Inputs {
        visits: since(rules.frequency_days).map(|one| one.visits).sum(),
        spent: Money::stored(spent),
        days_since_last_visit: last.map(|last| today.number() - last),
        distinct_products,
        successful_referrals,
    };
    score::calculate(rules, &inputs).score
}
