use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::domain::programme::{StampCard, StampPer, StampReward};
use crate::domain::stamp::HeldStamps;
use crate::ops::{Access, Operation};
use crate::store::{members, stamps};
use crate::value::{Moment, UserId};
use crate::{Error, Result};

/// Lists the stamp cards of a member: those of the programme, with the stamps on each.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct StampCards {
    /// The member.
    pub user_id: UserId,
}

/// The stamp cards of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StampCardsReply {
    /// The cards, in the order of the programme.
    pub items: Vec<StampCardReply>,
    /// Stamps on cards that the programme no longer has. They stay, and count again when the card returns to the
    /// programme or another card names it in `was`.
    pub gone: Vec<GoneStampCard>,
}

/// Stamps on a card that the programme no longer has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GoneStampCard {
    /// Id of the card.
    pub card: String,
    /// Stamps on it, below zero when they are owed.
    pub stamps: i64,
    /// Rewards used so far.
    pub rewards_used: i64,
}

/// What a full card gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StampRewardKind {
    /// Free units.
    FreeItem,
    /// Points.
    Points,
    /// A coupon.
    Coupon,
}

/// A stamp card of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StampCardReply {
    /// Id of the card.
    pub card: String,
    /// Its name.
    pub name: String,
    /// What earns a stamp: each unit or each visit.
    pub per: StampPer,
    /// Stamps on the card that is being filled.
    pub stamps: i64,
    /// Stamps that fill a card.
    pub stamps_needed: i64,
    /// Stamps that are missing to fill the card.
    pub missing: i64,
    /// Full cards whose reward can be used.
    pub full_cards: i64,
    /// What a full card gives.
    pub reward: StampRewardKind,
    /// Units that are free now; 0 when the reward is something else.
    pub free_units: i64,
    /// Rewards used so far.
    pub rewards_used: i64,
    /// Stamps that are owed because their order was returned after the reward was used.
    pub owed: i64,
    /// When the last stamp was given.
    pub last_stamped_at: Option<Moment>,
}

impl Operation for StampCards {
    const NAME: &'static str = "stamp_cards";
    const ACCESS: Access = Access::Read;
    type Reply = StampCardsReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<StampCardsReply> {
        let member = members::find(cx.store()?, self.user_id)?;
        let member = member.ok_or_else(|| Error::not_found("user_id", self.user_id))?;
        let mut items = Vec::new();
        for card in &cx.programme.stamp_cards {
            let held = stamps::held(cx.store()?, member.user_id, card)?;
            items.push(shown(cx, card, &held));
        }
        let all = stamps::all_held(cx.store()?, member.user_id)?;
        let gone = all.into_iter().filter(|(card, held)| cx.programme.stamp_card(card).is_none() && held.stamps != 0);
        let gone = gone.map(|(card, held)| GoneStampCard { card, stamps: held.stamps, rewards_used: held.rewards });
        let gone = gone.collect();
        Ok(StampCardsReply { items, gone })
    }
}

/// A card for a reply.
pub(super) fn shown(cx: &Cx<'_>, card: &StampCard, held: &HeldStamps) -> StampCardReply {
    let (full_cards, stamps, owed) = (held.full(card), held.open(card), held.owed());
    let (reward, units) = match &card.reward {
        StampReward::FreeItem(units) => (StampRewardKind::FreeItem, *units),
        StampReward::Points(_) => (StampRewardKind::Points, 0),
        StampReward::Coupon(_) => (StampRewardKind::Coupon, 0),
    };
    StampCardReply {
        card: card.id.clone(),
        name: card.name.clone(),
        per: card.per,
        stamps,
        stamps_needed: card.stamps,
        missing: card.stamps - stamps + owed,
        full_cards,
        reward,
        free_units: full_cards.saturating_mul(units),
        rewards_used: held.rewards,
        owed,
        last_stamped_at: held.last_stamped_at.map(|last| cx.moment(last)),
    }
}
