use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::catalogue::Text;
use crate::domain::ledger::EntryKind;
use crate::ops::account::{Account, Draft};
use crate::ops::{Access, Cx, Operation, coupon};
use crate::store::{coupons, redemptions, rewards};
use crate::value::{EntryId, RedemptionId};
use crate::{Error, Refusal, Result};

/// Undoes a redemption whose coupon is unused, also when it was switched off or has ended.
///
/// The very points go back into the accruals they came from, and keep their own end: points whose time is over by
/// now expire at once. A repeat returns the first answer.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelRedemption {
    /// The redemption.
    pub redemption_id: RedemptionId,
}

/// What was undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cancelled {
    /// The ledger entry.
    pub transaction_id: i64,
    /// Points given back.
    pub points_restored: i64,
    /// Of them, points that a returned order had given up: taken back at once.
    #[serde(default)]
    pub points_reversed: i64,
    /// Spendable points after it; below zero when points are owed.
    pub balance: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for CancelRedemption {
    const NAME: &'static str = "cancel_redemption";
    const ACCESS: Access = Access::Write;
    type Reply = Cancelled;

    fn natural_key(&self) -> Option<String> {
        Some(self.redemption_id.to_string())
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Cancelled> {
        let id = EntryId::new(self.redemption_id.get())?;
        let redemption = redemptions::find(cx.store()?, id)?;
        let redemption = redemption.ok_or_else(|| Error::not_found("redemption_id", self.redemption_id))?;
        let mut account = Account::get(cx, redemption.user_id)?;
        // Whether staff switched the coupon off meanwhile makes no difference: it is not used.
        if redemption.cancelled_by.is_some() || !coupon::is_free(cx, redemption.coupon)? {
            return Err(Error::refused(Refusal::AlreadyUsed).with("redemption_id", self.redemption_id.get()));
        }
        let actor = cx.actor;
        coupons::switch_off(cx.store()?, redemption.coupon, actor)?;
        let reward = rewards::find(cx.store()?, redemption.reward)?;
        let name = reward.as_ref().map_or("", |reward| reward.name.as_str());
        let text = Text::RedemptionCancelled { reward: name }.say(cx.locale_of(&account.member));
        let mut draft = Draft::new(EntryKind::Reversal, redemption.points, text, cx.at);
        draft.order_id = redemption.order_id;
        draft.reverses = Some(id);
        let entry = account.restore(cx, draft)?;
        redemptions::cancel(cx.store()?, id, entry)?;
        rewards::give_back(cx.store()?, redemption.reward, redemption.quantity)?;
        account.member.rewards_redeemed -= redemption.quantity;
        account.save(cx)?;
        Ok(Cancelled {
            transaction_id: entry.get(),
            points_restored: redemption.points.get(),
            points_reversed: account.reclaimed.get(),
            balance: account.balance(cx)?,
            replayed: false,
        })
    }
}
