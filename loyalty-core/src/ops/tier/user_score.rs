use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::calculate_score::ScoreReply;
use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::ops::{Access, Operation};
use crate::value::{Decimal, Instant, UserId};

/// Calculates a member's score, and returns the numbers that it comes from.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct UserScore {
    /// The member.
    pub user_id: UserId,
    /// For which moment; default now. Products and referrals count as they are now.
    #[serde(default)]
    #[new(default)]
    pub as_of: Option<Instant>,
}

/// A member's score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UserScoreReply {
    /// The member.
    pub user_id: i64,
    /// The score and its parts.
    #[serde(flatten)]
    pub score: ScoreReply,
    /// Visits in the frequency window.
    pub visits_90_days: i64,
    /// Money spent in the amount window, in major units.
    pub spent_365_days: Decimal,
    /// Whole local days since the last visit; null for a member who never came.
    pub days_since_last_visit: Option<i64>,
    /// Different products bought.
    pub distinct_products: i64,
    /// Referrals that led to a purchase.
    pub successful_referrals: i64,
}

impl Operation for UserScore {
    const NAME: &'static str = "user_score";
    const ACCESS: Access = Access::Read;
    type Reply = UserScoreReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<UserScoreReply> {
        let account = Account::get(cx, self.user_id)?;
        let (inputs, scored) = account.scored(cx, self.as_of.unwrap_or(cx.at))?;
        Ok(UserScoreReply {
            user_id: account.member.user_id.get(),
            score: ScoreReply::of(scored),
            visits_90_days: inputs.visits,
            spent_365_days: cx.shown(inputs.spent),
            days_since_last_visit: inputs.days_since_last_visit,
            distinct_products: inputs.distinct_products,
            successful_referrals: inputs.successful_referrals,
        })
    }
}
