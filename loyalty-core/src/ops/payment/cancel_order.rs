use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::undo::{Parts, Undone};
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::sold_cards::StoppedGiftCard;
use crate::ops::{Access, KeptUse, Operation, ReleasedGiftCard};
use crate::value::{Decimal, OrderId};
use crate::{Error, Result};

/// Cancels an order as a whole, in one step: all or nothing.
///
/// Every part of it is undone as by the operation of its own: what it earned, with its visit, its referral, the gift of
/// a tier that it reached and the uses of limited rules (`refund_order`); the points that paid a part of it
/// (`release_payment`); the rewards that were claimed for it or given by it (`cancel_redemption`); uses and holds of
/// coupons (`release_coupon`); money of gift cards (`release_gift_card`); cards that it sold; its stamps, and the free units it had. An order
/// that has only some of these is cancelled as well, and parts that were undone before stay as they are: a repeat finds
/// nothing left and changes nothing.
///
/// A reward that `[auto_redeem]` gave stays when its coupon was used elsewhere, and so does one whose coupon this order
/// used and that has ended since; one that was claimed by hand and used elsewhere refuses the whole with
/// `already_used`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelOrder {
    /// The order.
    pub order_id: OrderId,
}

/// What was undone by this call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderCancelled {
    /// The member of the order; null when it is of none that is known.
    pub user_id: Option<i64>,
    /// Earned points taken back.
    pub points_reversed: i64,
    /// Spent points given back: those that paid, and those of the rewards.
    pub points_restored: i64,
    /// Points already spent that are neither taken back nor owed: what the programme gives up.
    pub points_written_off: i64,
    /// Redemptions undone.
    pub redemptions: Vec<i64>,
    /// Redemptions that stay, and why.
    pub redemptions_kept: Vec<KeptRedemption>,
    /// Codes whose uses and holds were given back.
    pub coupons: Vec<String>,
    /// The money that they took off, in major units.
    pub coupon_discount: Decimal,
    /// Uses that stay, and why.
    pub coupons_kept: Vec<KeptUse>,
    /// Gift cards that got their money back.
    pub gift_cards: Vec<ReleasedGiftCard>,
    /// Their money, in major units.
    pub gift_card_amount: Decimal,
    /// Gift cards that the order had sold: what was left on them is taken off.
    pub gift_cards_stopped: Vec<StoppedGiftCard>,
    /// Stamp cards that changed.
    pub stamps: Vec<StampsTaken>,
    /// Whether a referral that this order had paid was taken back, from both.
    pub referral_reversed: bool,
    /// Ids of the tiers whose gift was taken back.
    pub tier_gifts: Vec<String>,
    /// Ids of the limited rules of which a use was given back.
    pub rules: Vec<String>,
    /// Spendable points after it; below zero when points are owed, 0 when the order is of no member.
    pub balance: i64,
    /// Points owed.
    pub debt: i64,
    /// Tier after it; null when the order is of no member.
    pub tier: Option<String>,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

/// A redemption that stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeptRedemption {
    /// The redemption.
    pub redemption_id: i64,
    /// The refusal code.
    pub because: String,
}

/// What an order lost on a stamp card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StampsTaken {
    /// The card.
    pub card: String,
    /// Stamps taken back.
    pub stamps: i64,
    /// Rewards that it had used, given back.
    pub rewards: i64,
}

impl Operation for CancelOrder {
    const NAME: &'static str = "cancel_order";
    const ACCESS: Access = Access::Write;
    type Reply = OrderCancelled;

    fn run(&self, cx: &mut Cx<'_>) -> Result<OrderCancelled> {
        let parts = Parts::find(cx, &self.order_id)?;
        let parts = parts.ok_or_else(|| Error::not_found("order_id", &self.order_id))?;
        let undone = parts.undo(cx)?;
        reply(cx, &parts, undone)
    }
}

fn reply(cx: &mut Cx<'_>, parts: &Parts<'_>, undone: Undone) -> Result<OrderCancelled> {
    let mut reply = OrderCancelled {
        user_id: None,
        points_reversed: undone.points_reversed,
        points_restored: undone.points_restored,
        points_written_off: undone.points_written_off,
        redemptions: undone.redemptions,
        redemptions_kept: undone.redemptions_kept,
        coupons: undone.coupons,
        coupon_discount: undone.coupon_discount.unwrap_or_else(|| cx.shown(crate::value::Money::ZERO)),
        coupons_kept: undone.coupons_kept,
        gift_cards: undone.gift_cards,
        gift_card_amount: undone.gift_card_amount.unwrap_or_else(|| cx.shown(crate::value::Money::ZERO)),
        gift_cards_stopped: undone.gift_cards_stopped,
        stamps: undone.stamps,
        referral_reversed: undone.referral_reversed,
        tier_gifts: undone.tier_gifts,
        rules: undone.rules,
        balance: 0,
        debt: 0,
        tier: None,
        replayed: false,
    };
    let Some(user_id) = parts.owner else { return Ok(reply) };
    if let Some(mut account) = Account::find(cx, user_id)? {
        reply.user_id = Some(account.member.user_id.get());
        reply.balance = account.balance(cx)?;
        reply.debt = account.member.debt.get();
        reply.tier = Some(account.member.current_tier);
    }
    Ok(reply)
}
