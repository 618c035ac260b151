use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::ops::{Access, Operation};
use crate::store::archive;
use crate::value::{Instant, UserId};
use crate::{Error, Result};

/// Merges two members: everything of the second moves to the first, and the second's id then stands for the first.
///
/// Points keep their beginning and end. Visits, money, products, orders, coupons, redemptions, referrals and debts are
/// joined. What may happen only once counts if either member did it. The tier is the higher of the two, or the one that
/// the joined history gives. A repeat changes nothing.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct MergeMembers {
    /// The member who stays.
    pub into_user_id: UserId,
    /// The member who is merged into the other.
    pub from_user_id: UserId,
}

/// The member who stayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Merged {
    /// The member who stayed.
    pub user_id: i64,
    /// Whether anything was merged: false when the two are already one.
    pub merged: bool,
    /// Points that moved.
    pub points_moved: i64,
    /// Spendable points after this call; below zero when points are owed.
    pub balance: i64,
    /// Tier after this call.
    pub tier: String,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for MergeMembers {
    const NAME: &'static str = "merge_members";
    const ACCESS: Access = Access::Write;
    type Reply = Merged;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Merged> {
        if self.into_user_id == self.from_user_id {
            return Err(Error::invalid("from_user_id", "must be another member"));
        }
        let pair = Account::pair(cx, ("into_user_id", self.into_user_id), ("from_user_id", self.from_user_id))?;
        let (mut account, moved) = match pair {
            Some((mut into, from)) => {
                // Two histories become one.
                archive::reaches(&into.member, Instant::stored(i64::MIN))?;
                archive::reaches(&from.member, Instant::stored(i64::MIN))?;
                let moved = into.absorb(cx, from)?;
                (into, Some(moved))
            }
            None => (Account::get(cx, self.into_user_id)?, None),
        };
        Ok(Merged {
            user_id: account.member.user_id.get(),
            merged: moved.is_some(),
            points_moved: moved.unwrap_or_default().get(),
            balance: account.balance(cx)?,
            tier: account.member.current_tier.clone(),
            replayed: false,
        })
    }
}
