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
/// Each part is undone as by its own operation: what the order earned, with its visit, referral, tier gift and uses of
/// limited rules (`refund_order`); the points that paid a part of it (`release_payment`); the rewards that were
/// redeemed for it or granted by it (`cancel_redemption`); coupon uses and holds (`release_coupon`); gift card payments
/// (`release_gift_card`); gift cards that it sold; its stamps, and the free units that it used. An order may have only
/// some of these parts. Parts that were undone before stay as they are, so a repeat finds nothing left and changes
/// nothing.
///
/// A reward that `[auto_redeem]` granted stays if its coupon was used for another order, or if this order used the
/// coupon and the coupon has since ended. If a reward that was redeemed by hand was used for another order, the whole
/// call is refused with `already_used`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct CancelOrder {
    /// The order.
    pub order_id: OrderId,
}

/// What this call undid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderCancelled {
    /// The member of the order; null when no known member has it.
    pub user_id: Option<i64>,
    /// Earned points taken back.
    pub points_reversed: i64,
    /// Spent points given back: those that paid a part of the order, and those of the rewards.
    pub points_restored: i64,
    /// Points that were already spent and are neither taken back nor owed: the programme gives them up.
    pub points_written_off: i64,
    /// Redemptions that were undone.
    pub redemptions: Vec<i64>,
    /// Redemptions that stay, and why.
    pub redemptions_kept: Vec<KeptRedemption>,
    /// Codes whose uses and holds were given back.
    pub coupons: Vec<String>,
    /// The money that these codes took off, in major units.
    pub coupon_discount: Decimal,
    /// Uses that stay, and why.
    pub coupons_kept: Vec<KeptUse>,
    /// Gift cards that got their money back.
    pub gift_cards: Vec<ReleasedGiftCard>,
    /// The money that went back to them, in major units.
    pub gift_card_amount: Decimal,
    /// Gift cards that the order had sold: the rest of their balance was taken off.
    pub gift_cards_stopped: Vec<StoppedGiftCard>,
    /// Stamp cards that changed.
    pub stamps: Vec<StampsTaken>,
    /// Whether the referral that this order paid for was taken back from both members.
    pub referral_reversed: bool,
    /// Ids of the tiers whose gift was taken back.
    pub tier_gifts: Vec<String>,
    /// Ids of the limited rules that got a use back.
    pub rules: Vec<String>,
    /// Spendable points after this call; below zero when points are owed, 0 when the order belongs to no member.
    pub balance: i64,
    /// Points owed.
    pub debt: i64,
    /// Tier after this call; null when the order belongs to no member.
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
    /// Rewards that the order had used and that were given back.
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
