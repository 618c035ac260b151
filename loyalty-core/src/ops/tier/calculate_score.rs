use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::score::{self, Inputs, Scored};
use crate::ops::{Access, Operation};
use crate::value::{Amount, Score, limit};

/// Calculates a score from given numbers. Needs no database.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct CalculateScore {
    /// Visits in the last 90 days (the programme's frequency window).
    pub visits_90_days: i64,
    /// Money spent in the last 365 days (the programme's amount window), in major units.
    pub spent_365_days: Amount,
    /// Whole local days since the last visit; null for a user who never came.
    #[serde(default)]
    #[new(default)]
    pub days_since_last_visit: Option<i64>,
    /// Different products bought.
    pub distinct_products: i64,
    /// Referrals that led to a purchase.
    pub successful_referrals: i64,
}

/// A score and its parts, each 0 to 100 with 2 decimals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreReply {
    /// The weighted sum.
    pub score: Score,
    /// Visits.
    pub frequency: Score,
    /// Money.
    pub amount: Score,
    /// How recent the last visit is.
    pub recency: Score,
    /// Different products.
    pub variety: Score,
    /// Successful referrals.
    pub referral: Score,
}

impl ScoreReply {
    pub(super) fn of(scored: Scored) -> Self {
        let Scored { score, frequency, amount, recency, variety, referral } = scored;
        Self { score, frequency, amount, recency, variety, referral }
    }
}

impl Operation for CalculateScore {
    const NAME: &'static str = "calculate_score";
    const ACCESS: Access = Access::Pure;
    type Reply = ScoreReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<ScoreReply> {
        let count = |field: &str, number: i64| limit::within(field, number, 0, limit::MAX_POINTS);
        let days = self.days_since_last_visit.map(|days| count("days_since_last_visit", days)).transpose()?;
        let inputs = Inputs {
            visits: count("visits_90_days", self.visits_90_days)?,
            spent: cx.money("spent_365_days", self.spent_365_days)?,
            days_since_last_visit: days,
            distinct_products: count("distinct_products", self.distinct_products)?,
            successful_referrals: count("successful_referrals", self.successful_referrals)?,
        };
        Ok(ScoreReply::of(score::calculate(&cx.programme.score, &inputs)))
    }
}
