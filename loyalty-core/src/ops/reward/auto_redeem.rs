use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::redemption;
use crate::ops::{Access, Operation};
use crate::value::{EntryId, UserId};

/// Gives a member the reward of `[auto_redeem]` when the points suffice.
///
/// `earn_points` does this automatically; this call is for a nightly job, for points that became spendable since. A
/// reward that the member cannot get is skipped, and the points stay. The redemption belongs to the order whose points
/// it takes last, if they come from one: `cancel_order` undoes it with that order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct AutoRedeem {
    /// The member.
    pub user_id: UserId,
}

/// What was redeemed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AutoRedeemed {
    /// Ids of the redemptions; empty when the points do not suffice.
    pub redemptions: Vec<i64>,
    /// Spendable points after this call; below zero when points are owed.
    pub balance: i64,
    /// Tier after this call.
    pub tier: String,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for AutoRedeem {
    const NAME: &'static str = "auto_redeem";
    const ACCESS: Access = Access::Write;
    type Reply = AutoRedeemed;

    fn run(&self, cx: &mut Cx<'_>) -> Result<AutoRedeemed> {
        let mut account = Account::get(cx, self.user_id)?;
        let redeemed = redemption::redeem_automatically(cx, &mut account, None)?;
        account.raise_tier(cx)?;
        account.save(cx)?;
        Ok(AutoRedeemed {
            redemptions: redeemed.into_iter().map(EntryId::get).collect(),
            balance: account.balance(cx)?,
            tier: account.member.current_tier.clone(),
            replayed: false,
        })
    }
}
