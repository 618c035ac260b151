use crate::booking::announce::announce;
use crate::domain::log_event::LogKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rewards::{self as listing, Reader, RewardReply};
use crate::booking::cx::Cx;
use crate::domain::coupon::terms::Target;
use crate::domain::limits::Caps;
use crate::domain::programme::DiscountType;
use crate::domain::reward::{Promise, Reward};
use crate::ops::{Access, Operation};
use crate::store::rewards;
use crate::value::{Amount, DayOrMoment, Money, Percent, Points, RewardId, Sku, limit};
use crate::{Error, Result};

/// Most articles that the coupon of a reward names.
const MAX_PRODUCTS: usize = 200;
/// Most categories that it names.
const MAX_CATEGORIES: usize = 50;

/// Adds a reward, or replaces the whole reward that has the given id.
///
/// For staff. Earlier redemptions keep what they were promised.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct SaveReward {
    /// The reward to replace; without one, a new reward is added.
    #[serde(default)]
    #[new(default)]
    pub id: Option<RewardId>,
    /// Name for members, up to 120 characters.
    pub name: String,
    /// Text for members, up to 500 characters.
    #[serde(default)]
    #[new(default)]
    pub description: String,
    /// Price in points.
    pub points_cost: i64,
    /// What its coupon takes off.
    #[serde(default = "percent")]
    #[new(value = "percent()")]
    pub discount_type: DiscountType,
    /// Discount in percent; 100 for a free item.
    #[serde(default)]
    #[new(default)]
    pub discount_percent: Percent,
    /// The discount: for `fixed`, money in major units, which is required; for `free_item`, the number of items,
    /// default 1.
    #[serde(default)]
    #[new(default)]
    pub discount_value: Option<Amount>,
    /// Highest discount in money, in major units.
    #[serde(default)]
    #[new(default)]
    pub max_discount: Option<Amount>,
    /// Smallest order that its coupon can be used for, in major units.
    #[serde(default)]
    #[new(default)]
    pub min_order_amount: Option<Amount>,
    /// Articles that its coupon is for: the discount applies to their lines only.
    #[serde(default)]
    #[new(default)]
    pub products: Vec<Sku>,
    /// Categories that its coupon is for, in the same way.
    #[serde(default)]
    #[new(default)]
    pub categories: Vec<String>,
    /// What a percentage applies to: the order, or one unit of the cheapest line that it is for. Default the order.
    #[serde(default)]
    #[new(default)]
    pub target: Option<Target>,
    /// Whether its coupon can be combined with others; default no.
    #[serde(default)]
    #[new(default)]
    pub stackable: Option<bool>,
    /// Whether its coupon is for later orders only: then it cannot be used on the order for which it was redeemed, or
    /// whose points `[auto_redeem]` took for it. Default no.
    #[serde(default)]
    #[new(default)]
    pub not_on_granting_order: Option<bool>,
    /// For how many local days its coupon is good after the first day; default the programme's
    /// `redemption.coupon_days`.
    #[serde(default)]
    #[new(default)]
    pub coupon_days: Option<i64>,
    /// After how many local days its coupon can first be used; default at once.
    #[serde(default)]
    #[new(default)]
    pub coupon_wait_days: Option<i64>,
    /// Id of the lowest tier that may get it; default the first.
    #[serde(default)]
    #[new(default)]
    pub tier_required: Option<String>,
    /// Money that a piece costs in addition to the points, in major units; default 0.
    #[serde(default)]
    #[new(default)]
    pub price: Option<Amount>,
    /// Money that a piece costs the shop, in major units; default 0. Each redemption keeps the cost of its time.
    #[serde(default)]
    #[new(default)]
    pub cost: Option<Amount>,
    /// How often all users together may get it.
    #[serde(default)]
    #[new(default)]
    pub max_uses: Option<i64>,
    /// How often one user may get it.
    #[serde(default)]
    #[new(default)]
    pub max_uses_per_user: Option<i64>,
    /// How often one user may get it in a local day.
    #[serde(default)]
    #[new(default)]
    pub max_uses_per_user_per_day: Option<i64>,
    /// How often one user may get it in a local week, from Monday.
    #[serde(default)]
    #[new(default)]
    pub max_uses_per_user_per_week: Option<i64>,
    /// How often one user may get it in a local month.
    #[serde(default)]
    #[new(default)]
    pub max_uses_per_user_per_month: Option<i64>,
    /// How often one user may get it in a local year.
    #[serde(default)]
    #[new(default)]
    pub max_uses_per_user_per_year: Option<i64>,
    /// Pieces in stock; when left out, they are not counted.
    #[serde(default)]
    #[new(default)]
    pub stock: Option<i64>,
    /// Whether it is switched on.
    #[serde(default = "yes")]
    #[new(value = "yes()")]
    pub active: bool,
    /// From when it is available; a date means from the start of that local day.
    #[serde(default)]
    #[new(default)]
    pub starts_at: Option<DayOrMoment>,
    /// Until when it is available; a date means until the end of that local day.
    #[serde(default)]
    #[new(default)]
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
        let (now, actor) = (cx.now, cx.actor);
        if let Some(id) = self.id {
            let old = rewards::find(cx.store()?, id)?;
            let old = old.ok_or_else(|| Error::not_found("id", id))?;
            (reward.used, reward.created_at) = (old.used, old.created_at);
            reward.id = id;
            rewards::replace(cx.store()?, id, &reward, actor)?;
        } else {
            reward.id = rewards::add(cx.store()?, &reward, now, actor)?;
        }
        announce(cx, LogKind::RewardSaved, None, [("reward_id", reward.id.get().into())])?;
        Ok(SavedReward {
            reward: listing::shown(cx, reward, Reader::Staff),
            created: self.id.is_none(),
            replayed: false,
        })
    }
}

impl SaveReward {
    fn checked(&self, cx: &Cx<'_>) -> Result<Reward> {
        let zone = cx.programme.zone;
        let tier_required = match &self.tier_required {
            Some(tier) if cx.programme.tier(tier).is_some() => cx.programme.tier_id(tier).to_owned(),
            Some(tier) => {
                let shown = limit::beginning(tier);
                return Err(Error::invalid("tier_required", format_args!("must be the id of a tier, got `{shown}`")));
            }
            None => cx.programme.first_tier()?.id.clone(),
        };
        let description = match self.description.as_str() {
            "" => String::new(),
            text => limit::readable_text("description", text, limit::MAX_DESCRIPTION)?,
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
            name: limit::readable_text("name", &self.name, limit::MAX_NAME)?,
            description,
            points_cost: limit::within("points_cost", self.points_cost, 0, limit::MAX_POINTS).map(Points::stored)?,
            discount_type: self.discount_type,
            discount_percent: self.discount_percent,
            max_discount: money("max_discount", self.max_discount)?,
            coupon: self.promise(cx)?,
            tier_required,
            caps: self.caps()?,
            used: 0,
            price: money("price", self.price)?.unwrap_or(Money::ZERO),
            cost: money("cost", self.cost)?.unwrap_or(Money::ZERO),
            stock: stock.transpose()?,
            active: self.active,
            created_at: cx.now,
            starts_at,
            expiry_date,
        })
    }

    fn promise(&self, cx: &Cx<'_>) -> Result<Promise> {
        let mut promise = Promise::default();
        match (self.discount_type, self.discount_value) {
            (DiscountType::Fixed, Some(value)) => promise.amount = cx.money("discount_value", value)?,
            (DiscountType::Fixed, None) => return Err(Error::invalid("discount_value", "is required for this type")),
            (DiscountType::FreeItem, Some(value)) => {
                let units = value.decimal().in_units(0).ok_or_else(|| {
                    Error::invalid(
                        "discount_value",
                        format_args!("must be a number of items, got `{}`", value.decimal()),
                    )
                })?;
                promise.units = limit::within("discount_value", units, 1, limit::MAX_QUANTITY)?;
            }
            (DiscountType::FreeItem, None) | (_, None) => {}
            (_, Some(_)) => return Err(Error::invalid("discount_value", "has no meaning for this type")),
        }
        if self.discount_type == DiscountType::Fixed && promise.amount == Money::ZERO {
            return Err(Error::invalid("discount_value", "must be above zero"));
        }
        if let Some(amount) = self.min_order_amount {
            promise.min_order_amount = cx.money("min_order_amount", amount)?;
        }
        if self.products.len() > MAX_PRODUCTS {
            return Err(Error::invalid("products", format_args!("must have at most {MAX_PRODUCTS} articles")));
        }
        if self.categories.len() > MAX_CATEGORIES {
            return Err(Error::invalid("categories", format_args!("must have at most {MAX_CATEGORIES} categories")));
        }
        promise.terms.products.clone_from(&self.products);
        let category =
            |(place, name): (usize, &String)| limit::text(&format!("categories[{place}]"), name, limit::MAX_NAME);
        promise.terms.categories = self.categories.iter().enumerate().map(category).collect::<Result<_>>()?;
        promise.terms.target = self.target.unwrap_or_default();
        promise.stackable = self.stackable.unwrap_or(false);
        promise.not_on_granting_order = self.not_on_granting_order.unwrap_or(false);
        let days = |field: &str, days: Option<i64>| {
            days.map(|days| limit::within(field, days, 0, limit::MAX_SPAN_DAYS)).transpose()
        };
        promise.span.wait_days = days("coupon_wait_days", self.coupon_wait_days)?.unwrap_or(0);
        promise.span.days = days("coupon_days", self.coupon_days)?;
        Ok(promise)
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
