use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::catalogue::benefit_texts;
use crate::domain::programme::Metric;
use crate::ops::{Access, Operation};
use crate::value::{Percent, Rate};

/// Lists the tiers of the programme, lowest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Tiers {}

/// The ladder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TiersReply {
    /// What tiers are judged by.
    pub metric: Metric,
    /// The tiers, lowest first.
    pub items: Vec<TierReply>,
}

/// One tier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TierReply {
    /// Stable id.
    pub id: String,
    /// Name for members.
    pub name: String,
    /// The value of the metric from which the tier is held: points, minor units of money, or hundredths of a score.
    pub threshold: i64,
    /// Factor on earned points.
    pub points_multiplier: Rate,
    /// Discount in percent.
    pub discount_percent: Percent,
    /// What the tier gives, in the programme's language.
    pub benefits: Vec<String>,
}

impl Operation for Tiers {
    const NAME: &'static str = "tiers";
    const ACCESS: Access = Access::Pure;
    type Reply = TiersReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<TiersReply> {
        let items = cx.programme.tiers.iter().map(|tier| TierReply {
            id: tier.id.clone(),
            name: tier.name.clone(),
            threshold: tier.threshold,
            points_multiplier: tier.multiplier,
            discount_percent: tier.discount,
            benefits: benefit_texts(tier, cx.programme.locale),
        });
        Ok(TiersReply { metric: cx.programme.tier_rules.metric, items: items.collect() })
    }
}
