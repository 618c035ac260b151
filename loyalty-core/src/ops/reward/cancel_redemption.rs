use crate::booking::announce::announce;
use crate::domain::log_event::LogKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::booking::order_coupons;
use crate::domain::catalogue::Text;
use crate::domain::hold;
use crate::domain::ledger::EntryKind;
use crate::ops::{Access, Operation};
use crate::store::redemptions::{self, Redemption};
use crate::store::{coupons, rewards};
use crate::value::{EntryId, RedemptionId, limit};
use crate::{Error, Refusal, Result};

/// Undoes a redemption whose coupon is unused, even if the coupon was switched off or has ended.
///
/// The points go back to the accruals that they came from and keep their end; points whose end has passed expire at
/// once. A repeat returns the first answer.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct CancelRedemption {
    /// The redemption.
    pub redemption_id: RedemptionId,
    /// Undo only this many unused pieces; the others stay and can be used. Default all pieces, and then none may have
    /// been used.
    #[serde(default)]
    #[new(default)]
    pub quantity: Option<i64>,
}

/// What was undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cancelled {
    /// The ledger entry.
    pub transaction_id: i64,
    /// Pieces given back.
    #[serde(default)]
    pub quantity: i64,
    /// Pieces that stay.
    #[serde(default)]
    pub quantity_left: i64,
    /// Points given back.
    pub points_restored: i64,
    /// The part of them that a returned order had given up: it was taken back at once.
    #[serde(default)]
    pub points_reversed: i64,
    /// Spendable points after this call; below zero when points are owed.
    pub balance: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for CancelRedemption {
    const NAME: &'static str = "cancel_redemption";
    const ACCESS: Access = Access::Write;
    type Reply = Cancelled;

    fn natural_key(&self) -> Option<String> {
        // Pieces may go back in several calls.
        self.quantity.is_none().then(|| self.redemption_id.to_string())
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Cancelled> {
        let id = EntryId::new(self.redemption_id.get())?;
        let redemption = redemptions::find(cx.store()?, id)?;
        let redemption = redemption.ok_or_else(|| Error::not_found("redemption_id", self.redemption_id))?;
        let mut account = Account::get(cx, redemption.user_id)?;
        let left = redemption.quantity - redemption.returned;
        let pieces = self.quantity.map_or(Ok(left), |pieces| limit::within("quantity", pieces, 1, left))?;
        if redemption.cancelled_by.is_some() || !free_coupon(cx, &redemption, pieces)? {
            return Err(Error::refused(Refusal::AlreadyUsed).with("redemption_id", self.redemption_id.get()));
        }
        let already = redemption.points_of(redemption.returned);
        let points = redemption.points_of(redemption.returned + pieces).minus(already)?;
        let reward = rewards::find(cx.store()?, redemption.reward)?;
        let name = reward.as_ref().map_or("", |reward| reward.name.as_str());
        let text = Text::RedemptionCancelled { reward: name }.say(cx.locale_of(&account.member));
        let mut draft = Draft::new(EntryKind::Reversal, points, text, cx.at);
        draft.order_id = redemption.order_id;
        draft.reverses = Some(id);
        let uses = account.next_part(cx, id, &redemption.returned_lots, points)?;
        let lots = hold::joined(&redemption.returned_lots, &uses)?;
        let entry = match redemption.returned {
            0 if pieces == left => account.restore(cx, draft)?,
            _ => account.restore_part(cx, draft, uses)?,
        };
        if pieces == left {
            redemptions::cancel(cx.store()?, id, entry)?;
        } else {
            redemptions::give_back(cx.store()?, id, pieces, &lots)?;
        }
        rewards::give_back(cx.store()?, redemption.reward, pieces)?;
        account.member.rewards_redeemed -= pieces;
        account.save(cx)?;
        let data = [("redemption_id", id.get().into()), ("quantity", pieces.into()), ("points", points.get().into())];
        announce(cx, LogKind::RewardCancelled, Some(account.member.user_id), data)?;
        Ok(Cancelled {
            transaction_id: entry.get(),
            quantity: pieces,
            quantity_left: left - pieces,
            points_restored: points.get(),
            points_reversed: account.reclaimed.get(),
            balance: account.balance(cx)?,
            replayed: false,
        })
    }
}

/// Takes unused pieces off the coupon, and switches it off with the last one. Returns whether that many pieces were
/// unused. It does not matter whether staff switched the coupon off meanwhile.
fn free_coupon(cx: &mut Cx<'_>, redemption: &Redemption, pieces: i64) -> Result<bool> {
    let is_free = order_coupons::is_free(cx, redemption.coupon)?;
    if pieces < redemption.quantity - redemption.returned {
        return coupons::take_pieces(cx.store()?, redemption.coupon, pieces);
    }
    if is_free {
        let actor = cx.actor;
        coupons::switch_off(cx.store()?, redemption.coupon, actor)?;
    }
    Ok(is_free)
}
