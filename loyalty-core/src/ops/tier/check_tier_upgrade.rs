use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::domain::tier::{self, Before};
use crate::ops::account::Account;
use crate::ops::{Access, Cx, Operation};
use crate::value::UserId;

/// Brings a member's tier up to date.
///
/// An upgrade happens at once. The periodic review, when it is due, may also lower the tier, as the programme says;
/// then `upgraded` is false and the two tiers differ.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckTierUpgrade {
    /// The member.
    pub user_id: UserId,
}

/// The tier before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TierCheck {
    /// Tier before.
    pub tier_before: String,
    /// Tier after.
    pub tier: String,
    /// Whether it rose.
    pub upgraded: bool,
    /// What is missing to the next tier, in the unit of the programme's metric; 0 at the top.
    pub points_to_next_tier: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for CheckTierUpgrade {
    const NAME: &'static str = "check_tier_upgrade";
    const ACCESS: Access = Access::Write;
    type Reply = TierCheck;

    fn run(&self, cx: &mut Cx<'_>) -> Result<TierCheck> {
        let mut account = Account::get(cx, self.user_id)?;
        let tier_before = account.member.current_tier.clone();
        let (place_before, _) = tier::held_tier(cx.programme, &tier_before)?;
        let value = account.tier_value(cx)?;
        let before = Before { held: &tier_before, since: account.member.tier_since, value };
        let (held, reviewed) = tier::review(cx.programme, &before, cx.at)?;
        let (place, _) = tier::held_tier(cx.programme, &held.id)?;
        account.set_tier(&held.id, cx.at);
        if reviewed {
            // Kept or lowered, the tier is held anew from this review on.
            account.member.tier_since = cx.at;
        }
        account.member.score = account.scored(cx, cx.at)?.1.score;
        account.save(cx)?;
        let progress = tier::progress(cx.programme, &account.member.current_tier, value)?;
        Ok(TierCheck {
            tier: progress.tier.id.clone(),
            upgraded: place > place_before,
            points_to_next_tier: progress.needed,
            tier_before,
            replayed: false,
        })
    }
}
