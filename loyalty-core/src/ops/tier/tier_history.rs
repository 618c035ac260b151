use std::cmp::Reverse;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::domain::member::Member;
use crate::domain::tier::{self, Cause, Change};
use crate::ops::{Access, Operation};
use crate::store::{members, tier_changes};
use crate::value::{Instant, Moment, UserId, limit};

/// Lists how a member's tier changed, including the changes of members who were merged into the member, and which tier
/// was held at a moment.
///
/// The answer includes what the clock has done, whether or not a write has booked it yet.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct TierHistory {
    /// The member.
    pub user_id: UserId,
    /// The moment up to which the history is listed, past or future; default now. For a future moment, the answer
    /// assumes that nothing but time passes until then.
    #[serde(default)]
    #[new(default)]
    pub as_of: Option<Instant>,
    /// Most changes to list, 1 to 200.
    #[serde(default = "default_limit")]
    #[new(value = "default_limit()")]
    pub limit: i64,
}

const fn default_limit() -> i64 {
    20
}

/// A member's tiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TierHistoryReply {
    /// The member.
    pub user_id: i64,
    /// Id of the tier held at that moment.
    pub tier: String,
    /// Its name for members.
    pub tier_name: String,
    /// Since when it has been held; the day of joining for the first tier.
    pub since: Moment,
    /// The changes up to that moment, newest first.
    pub items: Vec<TierChange>,
}

/// A change of tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TierChange {
    /// The member; in changes from before a merge, the member at that time.
    pub user_id: i64,
    /// Id of the tier before.
    pub tier_before: String,
    /// Id of the tier after.
    pub tier: String,
    /// Name of the tier after, for members.
    pub tier_name: String,
    /// When it took effect.
    pub at: Moment,
    /// Why: reached by earning, lost by a refund or at a review, given by hand, or after a merge of members.
    pub cause: Cause,
    /// Who made the change, when it was made by hand.
    pub actor: Option<String>,
    /// The reason that was given.
    pub reason: Option<String>,
}

impl Operation for TierHistory {
    const NAME: &'static str = "tier_history";
    const ACCESS: Access = Access::Read;
    type Reply = TierHistoryReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<TierHistoryReply> {
        let limit = limit::within("limit", self.limit, 1, limit::MAX_PAGE)?;
        let as_of = self.as_of.unwrap_or(cx.now);
        let mut account = Account::told(cx, self.user_id)?;
        account.settle_tier(cx, as_of)?;
        let mut changes: Vec<Change> = std::mem::take(&mut account.tier_changes);
        changes.reverse();
        changes.extend(tier_changes::newest(cx.store()?, account.member.user_id, as_of, limit)?);
        let held = account.tier_when(cx, as_of)?;
        let (_, held) = tier::held_tier(cx.programme, &held.id)?;
        let first =
            if as_of < account.member.tier_since { account.member.join_date } else { account.member.tier_since };
        for change in &mut changes {
            change.rename(cx.programme);
        }
        let since = changes.iter().find(|change| change.before != change.after).map_or(first, |change| change.at);
        Ok(TierHistoryReply {
            user_id: account.member.user_id.get(),
            tier: held.id.clone(),
            tier_name: held.name.clone(),
            since: cx.moment(since),
            items: with_parts(cx, &account.member, changes, as_of, limit)?,
        })
    }
}

/// The changes of a member and of those who were merged into the member, newest first.
fn with_parts(
    cx: &mut Cx<'_>,
    member: &Member,
    own: Vec<Change>,
    as_of: Instant,
    limit: i64,
) -> Result<Vec<TierChange>> {
    let mut all: Vec<(UserId, Change)> = own.into_iter().map(|change| (member.user_id, change)).collect();
    for part in members::parts(cx.store()?, member.id)?.into_iter().skip(1) {
        let Some(part) = members::by_id(cx.store()?, part)? else { continue };
        let changes = tier_changes::newest(cx.store()?, part.user_id, as_of, limit)?;
        all.extend(changes.into_iter().map(|mut change| {
            change.rename(cx.programme);
            (part.user_id, change)
        }));
    }
    all.sort_by_key(|(_, change)| Reverse(change.at));
    all.truncate(usize::try_from(limit).unwrap_or(0));
    all.into_iter().map(|(user_id, change)| shown(cx, user_id, change)).collect()
}

fn shown(cx: &Cx<'_>, user_id: UserId, change: Change) -> Result<TierChange> {
    let Change { at, before, after, cause, actor, reason } = change;
    let tier_name = cx.programme.tier(&after).map_or_else(|| after.clone(), |(_, tier)| tier.name.clone());
    Ok(TierChange {
        user_id: user_id.get(),
        tier_before: before,
        tier: after,
        tier_name,
        at: cx.moment(at),
        cause,
        actor,
        reason,
    })
}
