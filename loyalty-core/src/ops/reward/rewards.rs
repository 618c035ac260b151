use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::redemption::{self, History};
use crate::domain::coupon::terms::Target;
use crate::domain::programme::DiscountType;
use crate::domain::reward::{self, Claim, Reward};
use crate::ops::{Access, Operation};
use crate::store::rewards;
use crate::value::{Day, Decimal, Moment, Percent, UserId};
use crate::{Kind, Result};

/// Lists the rewards by cost; with a user, also which of them the user can get now, and what is missing for the others.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Rewards {
    /// The member who asks.
    #[serde(default)]
    #[new(default)]
    pub user_id: Option<UserId>,
    /// For staff: also lists rewards that are switched off, and what each costs the shop.
    #[serde(default)]
    #[new(default)]
    pub include_inactive: bool,
}

/// The catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RewardsReply {
    /// The rewards, cheapest first.
    pub items: Vec<RewardReply>,
}

/// One reward.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RewardReply {
    /// Its id.
    pub id: i64,
    /// Name for members. Escape it like any text.
    pub name: String,
    /// Text for members. Escape it like any text.
    pub description: String,
    /// Price in points.
    pub points_cost: i64,
    /// What its coupon takes off.
    pub discount_type: DiscountType,
    /// Discount in percent.
    pub discount_percent: Percent,
    /// Highest discount in money, in major units.
    pub max_discount: Option<Decimal>,
    /// The discount: money in major units for `fixed`, a number of items for `free_item`; null for other types.
    pub discount_value: Option<Decimal>,
    /// Smallest order that its coupon can be used for, in major units.
    pub min_order_amount: Decimal,
    /// Articles that its coupon is for; empty for all.
    pub products: Vec<String>,
    /// Categories that its coupon is for; empty for all.
    pub categories: Vec<String>,
    /// What a percentage applies to.
    pub target: Target,
    /// Whether its coupon can be combined with others.
    pub stackable: bool,
    /// Whether its coupon cannot be used on the order that granted it.
    #[serde(default)]
    pub not_on_granting_order: bool,
    /// For how many local days its coupon is good after the first day; null for the programme's default.
    #[serde(default)]
    pub coupon_days: Option<i64>,
    /// After how many local days its coupon can first be used; 0 for at once.
    #[serde(default)]
    pub coupon_wait_days: i64,
    /// Id of the lowest tier that may get it.
    pub tier_required: String,
    /// Money that one piece costs in addition, in major units.
    pub price: Decimal,
    /// For staff: money that one piece costs the shop, in major units; null otherwise.
    pub cost: Option<Decimal>,
    /// How often all users together may get it; null without a limit.
    pub max_uses: Option<i64>,
    /// How often all users together got it, reservations included.
    pub used: i64,
    /// How often one user may get it; null without a limit.
    pub max_uses_per_user: Option<i64>,
    /// How often one user may get it in a local day; null without a limit.
    pub max_uses_per_user_per_day: Option<i64>,
    /// The same for a local week, from Monday.
    pub max_uses_per_user_per_week: Option<i64>,
    /// The same for a local month.
    pub max_uses_per_user_per_month: Option<i64>,
    /// The same for a local year.
    pub max_uses_per_user_per_year: Option<i64>,
    /// Pieces left; null when they are not counted.
    pub stock: Option<i64>,
    /// Whether it is switched on.
    pub active: bool,
    /// Since when it has been in the catalogue.
    pub created_at: Moment,
    /// From when it is available.
    pub starts_at: Option<Moment>,
    /// Until when it is available.
    pub expiry_date: Option<Moment>,
    /// The last local day on which it is available, if it ends with a whole day: a form sends this back as
    /// `expiry_date`.
    #[serde(default)]
    pub last_day: Option<Day>,
    /// With a user: whether the user can get it now; null without one.
    pub available: Option<bool>,
    /// With a user: the refusal code if not.
    pub because: Option<String>,
    /// With a user: what is missing, that is, the details of that refusal.
    pub missing: Option<Map<String, Value>>,
}

impl Operation for Rewards {
    const NAME: &'static str = "rewards";
    const ACCESS: Access = Access::Read;
    type Reply = RewardsReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<RewardsReply> {
        let reader = if self.include_inactive { Reader::Staff } else { Reader::Member };
        let all = rewards::all(cx.store()?)?;
        let listed = all.into_iter().filter(|reward| reward.active || self.include_inactive);
        let listed: Vec<Reward> = listed.map(|reward| redemption::standing(cx, reward)).collect::<Result<_>>()?;
        let Some(user_id) = self.user_id else {
            return Ok(RewardsReply { items: listed.into_iter().map(|reward| shown(cx, reward, reader)).collect() });
        };
        let mut account = Account::get(cx, user_id)?;
        let spendable = account.spendable(cx)?;
        let history = History::read(cx, &account)?;
        let mut items = Vec::new();
        for reward in listed {
            let uses = history.of(reward.id);
            let claim = Claim {
                blocked: account.member.blocked,
                tier: &account.member.current_tier,
                quantity: 1,
                uses,
                spendable,
                at: cx.at,
            };
            let checked = reward::check(&reward, &claim, cx.programme);
            let mut reply = shown(cx, reward, reader);
            match checked {
                Ok(()) => reply.available = Some(true),
                Err(error) if error.kind() == Kind::Refused => {
                    reply.available = Some(false);
                    reply.because = Some(error.code().to_owned());
                    reply.missing = Some(error.details().clone());
                }
                Err(error) => return Err(error),
            }
            items.push(reply);
        }
        Ok(RewardsReply { items })
    }
}

/// Who reads about a reward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// A member, who is not shown its cost.
    Member,
    /// The shop's staff.
    Staff,
}

/// A reward in the form of a reply; for staff with its cost.
pub(super) fn shown(cx: &Cx<'_>, reward: Reward, reader: Reader) -> RewardReply {
    let [by_day, by_week, by_month, by_year] = reward.caps.periods;
    let promise = reward.coupon;
    RewardReply {
        id: reward.id.get(),
        name: reward.name,
        description: reward.description,
        points_cost: reward.points_cost.get(),
        discount_type: reward.discount_type,
        discount_percent: reward.discount_percent,
        max_discount: reward.max_discount.map(|amount| cx.shown(amount)),
        discount_value: match reward.discount_type {
            DiscountType::Fixed => Some(cx.shown(promise.amount)),
            DiscountType::FreeItem => Some(Decimal::new(promise.units, 0)),
            DiscountType::Percent | DiscountType::FreeDelivery => None,
        },
        min_order_amount: cx.shown(promise.min_order_amount),
        products: promise.terms.products.iter().map(|sku| sku.as_str().to_owned()).collect(),
        categories: promise.terms.categories,
        target: promise.terms.target,
        stackable: promise.stackable,
        not_on_granting_order: promise.not_on_granting_order,
        coupon_days: promise.span.days,
        coupon_wait_days: promise.span.wait_days,
        tier_required: cx.programme.tier_id(&reward.tier_required).to_owned(),
        price: cx.shown(reward.price),
        cost: (reader == Reader::Staff).then(|| cx.shown(reward.cost)),
        max_uses: reward.caps.in_all,
        used: reward.used,
        max_uses_per_user: reward.caps.by_user,
        max_uses_per_user_per_day: by_day,
        max_uses_per_user_per_week: by_week,
        max_uses_per_user_per_month: by_month,
        max_uses_per_user_per_year: by_year,
        stock: reward.stock,
        active: reward.active,
        created_at: cx.moment(reward.created_at),
        starts_at: reward.starts_at.map(|start| cx.moment(start)),
        expiry_date: reward.expiry_date.map(|end| cx.moment(end)),
        last_day: reward.expiry_date.and_then(|end| cx.last_day(end)),
        available: None,
        because: None,
        missing: None,
    }
}
