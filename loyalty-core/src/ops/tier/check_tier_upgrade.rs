use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::domain::tier;
use crate::ops::{Access, Operation};
use crate::value::UserId;

/// Brings a member's tier up to date.
///
/// An upgrade takes effect at once. A review that was due but not yet booked may also have lowered the tier, as the
/// programme says; then `upgraded` is false and the two tiers differ. The call is never needed: every read shows, and
/// every write books, what the clock has done.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
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
    /// What is missing to reach the next tier, in the unit of the programme's metric; 0 at the top.
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
        // The due reviews have been booked by now; the tier before them was a different one.
        let turned = account.tier_changes.first().map(|change| change.before.clone());
        let tier_before = turned.unwrap_or_else(|| account.member.current_tier.clone());
        let place_before = cx.programme.tier(&tier_before).map(|(place, _)| place);
        let value = account.raise_tier(cx)?;
        account.member.score = account.scored(cx, cx.at)?.1.score;
        account.save(cx)?;
        let progress = tier::progress(cx.programme, &account.member.current_tier, value)?;
        let (place, _) = tier::held_tier(cx.programme, &progress.tier.id)?;
        Ok(TierCheck {
            tier: progress.tier.id.clone(),
            upgraded: place_before.is_some_and(|before| place > before),
            points_to_next_tier: progress.needed,
            tier_before,
            replayed: false,
        })
    }
}
