//! Rewards: what points buy, and who may have it.

use super::coupon::DiscountType;
use super::programme::Programme;
use crate::value::{Instant, Money, Percent, Points, RewardId};
use crate::{Error, Refusal, Result};

/// A reward of the catalogue.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the plan's `loyalty_rewards`")]
pub struct Reward {
    pub id: RewardId,
    pub name: String,
    pub description: String,
    pub points_cost: Points,
    pub discount_type: DiscountType,
    pub discount_percent: Percent,
    pub max_discount: Option<Money>,
    pub tier_required: String,
    pub max_uses_per_user: Option<i64>,
    /// Pieces left in all, if they are counted.
    pub stock: Option<i64>,
    pub active: bool,
    pub starts_at: Option<Instant>,
    /// First instant at which it can no longer be redeemed.
    pub expiry_date: Option<Instant>,
}

/// What a member brings to a reward.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Id of the tier held.
    pub tier: &'a str,
    /// How often the member redeemed this reward.
    pub uses: i64,
    /// Points the member can spend.
    pub spendable: Points,
    /// When.
    pub at: Instant,
}

/// Whether the member may redeem the reward.
///
/// # Errors
/// The refusal, with what is missing: what no guest can mend first, points last.
pub fn check(reward: &Reward, claim: &Claim<'_>, programme: &Programme) -> Result<()> {
    if !reward.active {
        return Err(Error::refused(Refusal::Inactive));
    }
    if reward.starts_at.is_some_and(|start| claim.at < start) {
        return Err(Error::refused(Refusal::NotStarted));
    }
    if reward.expiry_date.is_some_and(|end| claim.at >= end) {
        return Err(Error::refused(Refusal::Expired));
    }
    if reward.stock == Some(0) {
        return Err(Error::refused(Refusal::OutOfStock));
    }
    check_tier(&reward.tier_required, claim.tier, programme)?;
    if let Some(limit) = reward.max_uses_per_user.filter(|limit| claim.uses >= *limit) {
        return Err(Error::refused(Refusal::LimitReached).with("limit", limit).with("used", claim.uses));
    }
    if reward.points_cost < programme.minimum_points {
        let error = Error::refused(Refusal::BelowMinimum).with("minimum", programme.minimum_points.get());
        return Err(error.with("missing", programme.minimum_points.minus(reward.points_cost)?.get()));
    }
    if claim.spendable < reward.points_cost {
        return Err(super::lot::insufficient(reward.points_cost, claim.spendable));
    }
    Ok(())
}

fn check_tier(required: &str, held: &str, programme: &Programme) -> Result<()> {
    let place = |tier: &str| programme.tier(tier).map_or(0, |(place, _)| place);
    if place(held) >= place(required) {
        return Ok(());
    }
    Err(Error::refused(Refusal::TierTooLow).with("tier", held).with("tier_required", required))
}
