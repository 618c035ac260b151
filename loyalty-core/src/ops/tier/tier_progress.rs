use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::tier;
use crate::ops::{Access, Operation};
use crate::value::{Percent, limit};

/// Returns how far a number of points is from the next tier. Needs no database.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct TierProgress {
    /// Points, or another value of the programme's metric.
    pub points: i64,
}

/// The way to the next tier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TierProgressReply {
    /// Id of the tier held.
    pub current_tier: String,
    /// Id of the next tier; null at the top.
    pub next_tier: Option<String>,
    /// What is missing to reach it; 0 at the top.
    pub points_to_next_tier: i64,
    /// The same value under its former name; other replies have only `points_to_next_tier`.
    pub points_needed: i64,
    /// The progress, 0 to 100 with one decimal, never rounded up; 100 at the top.
    pub progress_percentage: Percent,
}

impl Operation for TierProgress {
    const NAME: &'static str = "tier_progress";
    const ACCESS: Access = Access::Pure;
    type Reply = TierProgressReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<TierProgressReply> {
        let points = metric(self.points)?;
        let held = tier::tier_for(&cx.programme.tiers, points)?;
        let progress = tier::progress(cx.programme, &held.id, points)?;
        Ok(TierProgressReply {
            current_tier: progress.tier.id.clone(),
            next_tier: progress.next.map(|next| next.id.clone()),
            points_to_next_tier: progress.needed,
            points_needed: progress.needed,
            progress_percentage: progress.percent,
        })
    }
}

/// A value of the metric from a request.
pub(super) fn metric(points: i64) -> Result<i64> {
    limit::within("points", points, 0, limit::MAX_POINTS)
}
