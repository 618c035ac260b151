use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::domain::tier;
use crate::ops::{Access, Operation};
use crate::store::members;
use crate::value::limit;

/// Books what the clock has done to tiers: reviews that were due, and tiers given by hand that ended.
///
/// Run it at night; the answers of all other operations do not depend on it. It goes through the members in the order
/// of their numbers. Repeat the call with `after` set to `next_after` until that is null. Each call is one transaction.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ReviewTiers {
    /// Most members to check in one call, 1 to 10000.
    #[serde(default = "default_limit")]
    #[new(value = "default_limit()")]
    pub limit: i64,
    /// Where the previous call ended; 0 to begin.
    #[serde(default)]
    #[new(default)]
    pub after: i64,
}

const fn default_limit() -> i64 {
    1_000
}

impl Default for ReviewTiers {
    fn default() -> Self {
        Self { limit: default_limit(), after: 0 }
    }
}

/// What was booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TiersReviewed {
    /// Members that were checked.
    pub members: i64,
    /// Members whose tier rose.
    pub raised: i64,
    /// Members whose tier fell.
    pub lowered: i64,
    /// Where to continue; null at the end.
    pub next_after: Option<i64>,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for ReviewTiers {
    const NAME: &'static str = "review_tiers";
    const ACCESS: Access = Access::Write;
    type Reply = TiersReviewed;

    fn run(&self, cx: &mut Cx<'_>) -> Result<TiersReviewed> {
        let limit = limit::within("limit", self.limit, 1, 10_000)?;
        let after = limit::within("after", self.after, 0, limit::MAX_MEMBERS)?;
        let page = members::page(cx.store()?, after, limit)?;
        let members = i64::try_from(page.len()).unwrap_or(limit);
        let next_after = page.last().filter(|_| members == limit).map(|last| last.id.get());
        let mut reviewed = TiersReviewed { members, raised: 0, lowered: 0, next_after, replayed: false };
        let mut due = Vec::new();
        for known in page {
            let account = Account::as_stored(cx, known);
            if account.tier_is_due(cx, cx.at)? {
                due.push(account.member.user_id);
            }
        }
        due.sort_unstable();
        for user_id in due {
            let Some(mut account) = Account::find(cx, user_id)? else { continue };
            let before = account.tier_changes.first().map_or(&account.member.current_tier, |change| &change.before);
            // A tier that the programme no longer has was neither higher nor lower.
            let before = cx.programme.tier(before).map(|(place, _)| place);
            let (place, _) = tier::held_tier(cx.programme, &account.member.current_tier)?;
            reviewed.raised += i64::from(before.is_some_and(|before| place > before));
            reviewed.lowered += i64::from(before.is_some_and(|before| place < before));
            account.keep(cx)?;
        }
        Ok(reviewed)
    }
}
