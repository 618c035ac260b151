use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::coupon::DiscountType;
use crate::domain::reward::{self, Claim, Reward};
use crate::ops::account::Account;
use crate::ops::{Access, Cx, Operation};
use crate::store::{redemptions, rewards};
use crate::value::{Decimal, Moment, Percent, UserId};
use crate::{Kind, Result};

/// Lists the rewards by cost; with a user also which of them the user can have now, and what is missing.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rewards {
    /// The member who asks.
    #[serde(default)]
    pub user_id: Option<UserId>,
    /// Whether rewards that are switched off are listed too.
    #[serde(default)]
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
    /// Name for guests. Escape it like any text.
    pub name: String,
    /// Text for guests. Escape it like any text.
    pub description: String,
    /// Price in points.
    pub points_cost: i64,
    /// What its coupon takes off.
    pub discount_type: DiscountType,
    /// Discount in percent.
    pub discount_percent: Percent,
    /// Highest discount in money, in major units.
    pub max_discount: Option<Decimal>,
    /// Id of the lowest tier that may have it.
    pub tier_required: String,
    /// How often one user may have it; null without a limit.
    pub max_uses_per_user: Option<i64>,
    /// Pieces left; null when they are not counted.
    pub stock: Option<i64>,
    /// Whether it is switched on.
    pub active: bool,
    /// From when it can be had.
    pub starts_at: Option<Moment>,
    /// Until when it can be had.
    pub expiry_date: Option<Moment>,
    /// With a user: whether the user can have it now; null without one.
    pub available: Option<bool>,
    /// With a user: the refusal code when not.
    pub because: Option<String>,
    /// With a user: what is missing, as the details of that refusal.
    pub missing: Option<Map<String, Value>>,
}

impl Operation for Rewards {
    const NAME: &'static str = "rewards";
    const ACCESS: Access = Access::Read;
    type Reply = RewardsReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<RewardsReply> {
        let all = rewards::all(cx.store()?)?;
        let listed = all.into_iter().filter(|reward| reward.active || self.include_inactive);
        let Some(user_id) = self.user_id else {
            return Ok(RewardsReply { items: listed.map(|reward| shown(cx, reward)).collect() });
        };
        let mut account = Account::get(cx, user_id)?;
        let spendable = account.spendable(cx)?;
        let uses = redemptions::uses(cx.store()?, account.member.id)?;
        let mut items = Vec::new();
        for reward in listed {
            let used = uses.iter().find(|(id, _)| *id == reward.id).map_or(0, |(_, used)| *used);
            let claim = Claim { tier: &account.member.current_tier, uses: used, spendable, at: cx.at };
            let checked = reward::check(&reward, &claim, cx.programme);
            let mut reply = shown(cx, reward);
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

/// A reward as replies show it.
pub(super) fn shown(cx: &Cx<'_>, reward: Reward) -> RewardReply {
    RewardReply {
        id: reward.id.get(),
        name: reward.name,
        description: reward.description,
        points_cost: reward.points_cost.get(),
        discount_type: reward.discount_type,
        discount_percent: reward.discount_percent,
        max_discount: reward.max_discount.map(|amount| cx.shown(amount)),
        tier_required: reward.tier_required,
        max_uses_per_user: reward.max_uses_per_user,
        stock: reward.stock,
        active: reward.active,
        starts_at: reward.starts_at.map(|start| cx.moment(start)),
        expiry_date: reward.expiry_date.map(|end| cx.moment(end)),
        available: None,
        because: None,
        missing: None,
    }
}
