use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::tier;
use crate::ops::{Access, Operation};

/// Returns the tier that a number of points gives. Needs no database.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct TierFor {
    /// Points, or another value of the programme's metric.
    pub points: i64,
}

/// The tier of a number of points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TierForReply {
    /// Id of the tier.
    pub tier: String,
    /// Name for members.
    pub tier_name: String,
}

impl Operation for TierFor {
    const NAME: &'static str = "tier_for";
    const ACCESS: Access = Access::Pure;
    type Reply = TierForReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<TierForReply> {
        let points = super::tier_progress::metric(self.points)?;
        let tier = tier::tier_for(&cx.programme.tiers, points)?;
        Ok(TierForReply { tier: tier.id.clone(), tier_name: tier.name.clone() })
    }
}
