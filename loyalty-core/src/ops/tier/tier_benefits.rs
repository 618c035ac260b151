use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::domain::catalogue::benefit_texts;
use crate::domain::coupon::discount::percent_of;
use crate::domain::programme::Benefit;
use crate::ops::{Access, Operation};
use crate::value::limit;
use crate::value::{Amount, Decimal, Locale, Money, Percent, Rate};
use crate::{Error, Result};

/// Returns what a tier gives, and what its discount takes off an amount: the same money that `best_offers` takes off.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct TierBenefits {
    /// Id of the tier.
    pub tier: String,
    /// Language of the texts; default the programme's.
    #[serde(default)]
    #[new(default)]
    pub locale: Option<Locale>,
    /// A bill to compute the discount for, in major units.
    #[serde(default)]
    #[new(default)]
    pub amount: Option<Amount>,
}

/// What a tier gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TierBenefitsReply {
    /// Id of the tier.
    pub tier: String,
    /// Name for members.
    pub tier_name: String,
    /// Factor on earned points.
    pub points_multiplier: Rate,
    /// Discount in percent.
    pub discount_percent: Percent,
    /// Discount on the member's birthday in percent.
    pub birthday_discount_percent: Percent,
    /// Whether there are special offers for this tier and above.
    pub special_offers: bool,
    /// Whether delivery is free.
    pub free_delivery: bool,
    /// Whether questions are answered with priority.
    pub priority_support: bool,
    /// Whether members see new products before others.
    pub early_access: bool,
    /// The same benefits as texts for members.
    pub benefits: Vec<String>,
    /// What the discount takes off `amount`, rounded as the programme rounds; null without an amount.
    pub discount: Option<Decimal>,
    /// What is left to pay of `amount`; null without one.
    pub amount_left: Option<Decimal>,
}

impl Operation for TierBenefits {
    const NAME: &'static str = "tier_benefits";
    const ACCESS: Access = Access::Pure;
    type Reply = TierBenefitsReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<TierBenefitsReply> {
        let (_, tier) = cx.programme.tier(&self.tier).ok_or_else(|| {
            let shown = limit::beginning(&self.tier);
            Error::not_found("tier", shown)
        })?;
        let amount = self.amount.map(|amount| cx.money("amount", amount)).transpose()?;
        let off = amount.map(|amount| percent_of(amount.get(), tier.discount, cx.programme.rounding)).transpose()?;
        let left = amount.zip(off).map(|(amount, off)| amount.minus(Money::stored(off))).transpose()?;
        let has = |benefit| tier.benefits.contains(&benefit);
        Ok(TierBenefitsReply {
            tier: tier.id.clone(),
            tier_name: tier.name.clone(),
            points_multiplier: tier.multiplier,
            discount_percent: tier.discount,
            birthday_discount_percent: tier.discount,
            special_offers: has(Benefit::SpecialOffers),
            free_delivery: has(Benefit::FreeDelivery),
            priority_support: has(Benefit::PrioritySupport),
            early_access: has(Benefit::EarlyAccess),
            benefits: benefit_texts(tier, self.locale.unwrap_or(cx.programme.locale)),
            discount: off.map(|off| cx.shown(Money::stored(off))),
            amount_left: left.map(|left| cx.shown(left)),
        })
    }
}
