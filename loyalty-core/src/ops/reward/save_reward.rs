use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rewards::{self as listing, RewardReply};
use crate::domain::coupon::DiscountType;
use crate::domain::limits::Caps;
use crate::domain::reward::Reward;
use crate::ops::{Access, Cx, Operation};
use crate::store::rewards;
use crate::value::{Amount, DayOrMoment, Money, Percent, Points, RewardId, limit};
use crate::{Error, Result};

/// Adds a reward, or replaces the one with the given id as a whole.
///
/// For staff. Redemptions made before keep what they were promised.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveReward {
    /// The reward to replace; a new one without.
    #[serde(default)]
    pub id: Option<RewardId>,
    /// Name for guests, up to 120 characters.
    pub name: String,
    /// Text for guests, up to 500 characters.
    #[serde(default)]
    pub description: String,
    /// Price in points.
    pub points_cost: i64,
    /// What its coupon takes off.
    #[serde(default = "percent")]
    pub discount_type: DiscountType,
    /// Discount in percent; 100 for a free item.
    #[serde(default)]
    pub discount_percent: Percent,
    /// Highest discount in money, in major units.
    #[serde(default)]
    pub max_discount: Option<Amount>,
    /// Id of the lowest tier that may have it; default the first.
    #[serde(default)]
    pub tier_required: Option<String>,
    /// Money that a piece costs besides the points, in major units; default 0.
    #[serde(default)]
    pub price: Option<Amount>,
    /// Money that a piece costs the shop, in major units; default 0. Each redemption keeps it as it was.
    #[serde(default)]
    pub cost: Option<Amount>,
    /// How often all users together may have it.
    #[serde(default)]
    pub max_uses: Option<i64>,
    /// How often one user may have it.
    #[serde(default)]
    pub max_uses_per_user: Option<i64>,
    /// How often one user may have it in a local day.
    #[serde(default)]
    pub max_uses_per_user_per_day: Option<i64>,
    /// How often one user may have it in a local week, from Monday.
    #[serde(default)]
    pub max_uses_per_user_per_week: Option<i64>,
    /// How often one user may have it in a local month.
    #[serde(default)]
    pub max_uses_per_user_per_month: Option<i64>,
    /// How often one user may have it in a local year.
    #[serde(default)]
    pub max_uses_per_user_per_year: Option<i64>,
    /// Pieces in stock; not counted when left out.
    #[serde(default)]
    pub stock: Option<i64>,
    /// Whether it is switched on.
    #[serde(default = "yes")]
    pub active: bool,
    /// From when it can be had; a date means from its start.
    #[serde(default)]
    pub starts_at: Option<DayOrMoment>,
    /// Until when it can be had; a date means to the end of that local day.
    #[serde(default)]
    pub expiry_date: Option<DayOrMoment>,
}

const fn percent() -> DiscountType {
    DiscountType::Percent
}

const fn yes() -> bool {
    true
}

/// The reward as saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SavedReward {
    /// The reward.
    #[serde(flatten)]
    pub reward: RewardReply,
    /// Whether it is new.
    pub created: bool,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for SaveReward {
    const NAME: &'static str = "save_reward";
    const ACCESS: Access = Access::Write;
    type Reply = SavedReward;

    fn run(&self, cx: &mut Cx<'_>) -> Result<SavedReward> {
        let mut reward = self.checked(cx)?;
        if let Some(id) = self.id {
            let old = rewards::find(cx.store()?, id)?;
            reward.used = old.ok_or_else(|| Error::not_found("id", id))?.used;
        }
        let (now, actor) = (cx.now, cx.actor);
        reward.id = rewards::save(cx.store()?, self.id, &reward, now, actor)?;
        Ok(SavedReward { reward: listing::shown(cx, reward, true), created: self.id.is_none(), replayed: false })
    }
}

impl SaveReward {
    fn checked(&self, cx: &Cx<'_>) -> Result<Reward> {
        let zone = cx.programme.zone;
        let tier_required = match &self.tier_required {
            Some(tier) if cx.programme.tier(tier).is_some() => tier.clone(),
            Some(tier) => {
                let shown: String = tier.chars().take(40).collect();
                return Err(Error::invalid("tier_required", format_args!("must be the id of a tier, got `{shown}`")));
            }
            None => cx.programme.first_tier()?.id.clone(),
        };
        if matches!(self.discount_type, DiscountType::Fixed | DiscountType::FreeDelivery) {
            return Err(Error::invalid("discount_type", "must be percent or free_item for a reward"));
        }
        let description = match self.description.as_str() {
            "" => String::new(),
            text => limit::text("description", text, limit::MAX_DESCRIPTION)?,
        };
        let starts_at = self.starts_at.map(|start| start.as_start(zone));
        let expiry_date = self.expiry_date.map(|end| end.as_end(zone));
        if let (Some(start), Some(end)) = (starts_at, expiry_date)
            && end <= start
        {
            return Err(Error::invalid("expiry_date", "must lie after `starts_at`"));
        }
        let stock = self.stock.map(|stock| limit::within("stock", stock, 0, 1_000_000_000));
        let money = |field: &str, amount: Option<Amount>| amount.map(|amount| cx.money(field, amount)).transpose();
        Ok(Reward {
            id: self.id.unwrap_or(RewardId::stored(1)),
            name: limit::text("name", &self.name, limit::MAX_NAME)?,
            description,
            points_cost: limit::within("points_cost", self.points_cost, 0, limit::MAX_POINTS).map(Points::stored)?,
            discount_type: self.discount_type,
            discount_percent: self.discount_percent,
            max_discount: money("max_discount", self.max_discount)?,
            tier_required,
            caps: self.caps()?,
            used: 0,
            price: money("price", self.price)?.unwrap_or(Money::ZERO),
            cost: money("cost", self.cost)?.unwrap_or(Money::ZERO),
            stock: stock.transpose()?,
            active: self.active,
            starts_at,
            expiry_date,
        })
    }

    fn caps(&self) -> Result<Caps> {
        let cap =
            |field: &str, most: Option<i64>| most.map(|most| limit::within(field, most, 1, 1_000_000)).transpose();
        let in_all = self.max_uses.map(|most| limit::within("max_uses", most, 1, 1_000_000_000));
        Ok(Caps {
            in_all: in_all.transpose()?,
            by_user: cap("max_uses_per_user", self.max_uses_per_user)?,
            periods: [
                cap("max_uses_per_user_per_day", self.max_uses_per_user_per_day)?,
                cap("max_uses_per_user_per_week", self.max_uses_per_user_per_week)?,
                cap("max_uses_per_user_per_month", self.max_uses_per_user_per_month)?,
                cap("max_uses_per_user_per_year", self.max_uses_per_user_per_year)?,
            ],
        })
    }
}
