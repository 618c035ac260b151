use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::stamp_cards::{StampCardReply, shown};
use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::booking::owner;
use crate::booking::stamps::{StampBooking, book, card_of, of_order};
use crate::domain::catalogue::Text;
use crate::domain::expiry;
use crate::domain::ledger::EntryKind;
use crate::domain::programme::{StampCard, StampCoupon, StampReward};
use crate::ops::{Access, GenerateDiscountCode, Operation};
use crate::store::keys;
use crate::store::stamps::{self, StampCause};
use crate::value::{Key, OrderId, Points, UserId, limit};
use crate::{Error, Refusal, Result};

/// Uses the reward of full stamp cards: free units, points, or a coupon.
///
/// A free unit goes on the bill as a line of kind `gift`, which earns neither points nor stamps. With an order, a
/// repeat changes nothing, and the free units come back when the whole order is returned.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct UseStampReward {
    /// The member.
    pub user_id: UserId,
    /// The card.
    pub card: String,
    /// How many full cards, 1 to 100.
    #[serde(default = "one")]
    #[new(value = "one()")]
    pub quantity: i64,
    /// The order whose bill has the free units; it must not belong to another member. It is the idempotency key when no
    /// other is given.
    #[serde(default)]
    #[new(default)]
    pub order_id: Option<OrderId>,
    /// Uses it again for an order whose free units came back when it was returned. Without this, such a call is
    /// refused, because it may be a late retry.
    #[serde(default)]
    #[new(default)]
    pub reopened: bool,
}

const fn one() -> i64 {
    1
}

/// What the full cards gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StampRewardUsed {
    /// Units that are now free.
    pub free_units: i64,
    /// Points that were given.
    pub points: i64,
    /// Points that exceed the programme's cap on the balance (`earn.max_balance`) and were not given.
    pub points_cut: i64,
    /// The ledger entry of the points.
    pub transaction_id: Option<i64>,
    /// Codes of the coupons that were made.
    pub coupons: Vec<String>,
    /// The card after this call.
    pub card: StampCardReply,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for UseStampReward {
    const NAME: &'static str = "use_stamp_reward";
    const ACCESS: Access = Access::Write;
    type Reply = StampRewardUsed;

    fn natural_key(&self) -> Option<String> {
        // Any other name is not the name of a card, and a key has room for 128 bytes only.
        let is_name = self.card.len() <= 40 && !self.card.chars().any(char::is_control);
        let order = self.order_id.as_ref().filter(|_| is_name)?;
        Some(format!("{order} {}", self.card))
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<StampRewardUsed> {
        let card = card_of(cx, &self.card)?;
        let quantity = limit::within("quantity", self.quantity, 1, 100)?;
        self.check_former(cx, card)?;
        let mut account = Account::active(cx, self.user_id)?;
        let user_id = account.member.user_id;
        if let Some(order_id) = &self.order_id {
            owner::check(cx, order_id, user_id)?;
        }
        let held = stamps::held(cx.store()?, user_id, card)?;
        let wanted = card.stamps * quantity;
        if held.stamps < wanted {
            return Err(Error::refused(Refusal::ConditionNotMet)
                .with("condition", "stamps")
                .with("missing", wanted - held.stamps));
        }
        let (order, at) = (self.order_id.as_ref(), cx.at);
        let booking =
            StampBooking { user_id, cause: StampCause::Reward, quantity: -wanted, asked: quantity, order, at };
        let held = book(cx, card, &booking)?;
        let mut used = StampRewardUsed {
            free_units: 0,
            points: 0,
            points_cut: 0,
            transaction_id: None,
            coupons: Vec::new(),
            card: shown(cx, card, &held),
            replayed: false,
        };
        match &card.reward {
            StampReward::FreeItem(units) => used.free_units = units * quantity,
            StampReward::Points(points) => credit(cx, &mut account, card, points.get() * quantity, &mut used)?,
            StampReward::Coupon(coupon) => {
                for _ in 0..quantity {
                    used.coupons.push(issue(cx, user_id, coupon, order)?);
                }
            }
        }
        account.save(cx)?;
        Ok(used)
    }

    fn stands(&self, cx: &mut Cx<'_>, used: &StampRewardUsed) -> Result<bool> {
        let Some(order) = self.order_id.as_ref().filter(|_| used.free_units > 0) else { return Ok(true) };
        let made = of_order(cx, order, &self.card)?;
        Ok(made.is_some_and(|made| made.rewards > 0))
    }

    fn reopens(&self) -> bool {
        self.reopened
    }
}

impl UseStampReward {
    /// The same call under a former name of the card has its own key: this check prevents a second booking.
    fn check_former(&self, cx: &mut Cx<'_>, card: &StampCard) -> Result<()> {
        let Some(order) = self.order_id.as_ref().filter(|_| !self.reopened) else { return Ok(()) };
        for name in card.names().filter(|name| *name != self.card) {
            let key = Key::new(format!("{order} {name}"))?;
            if keys::find(cx.store()?, "use_stamp_reward.natural", &key)?.is_some() {
                return Err(Error::refused(Refusal::AlreadyUsed).with("field", "order_id"));
            }
        }
        Ok(())
    }
}

fn credit(
    cx: &mut Cx<'_>,
    account: &mut Account,
    card: &StampCard,
    points: i64,
    used: &mut StampRewardUsed,
) -> Result<()> {
    let text = Text::FullCard { card: &card.name }.say(cx.locale_of(&account.member));
    let expires_at = expiry::expires_at(cx.programme.expiry, cx.programme.zone, cx.at);
    let mut draft = Draft::new(EntryKind::Bonus, Points::named("points", points)?, text, cx.at);
    used.points_cut = account.fit(cx, &mut draft, None)?.get();
    let points = draft.points.get();
    let entry = account.credit(cx, draft, cx.at, expires_at)?;
    account.raise_tier(cx)?;
    (used.points, used.transaction_id) = (points, Some(entry.get()));
    Ok(())
}

/// Makes the coupon of a full card, for this member, to be used once.
fn issue(cx: &mut Cx<'_>, user_id: UserId, coupon: &StampCoupon, order: Option<&OrderId>) -> Result<String> {
    let zone = cx.programme.zone;
    let offer = json!({
        "user_id": user_id,
        "discount_type": coupon.discount_type,
        "discount_value": coupon.discount_value,
        "max_discount": coupon.max_discount,
        "valid_from": cx.moment(cx.at),
        "valid_until": zone.day_of(cx.at).plus_days(coupon.days),
        "not_on_order": order.filter(|_| coupon.not_on_granting_order),
    });
    let generate: GenerateDiscountCode = serde_json::from_value(offer).map_err(Error::internal)?;
    Ok(generate.run(cx)?.coupon.code)
}
