use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::audit;
use crate::booking::cx::Cx;
use crate::ops::{Access, Operation};
use crate::store::members;
use crate::value::UserId;
use crate::{Error, Result};

/// Most problems that are listed.
pub(super) const MAX_PROBLEMS: usize = 100;
/// Rows that are read at once.
pub(super) const PAGE: i64 = 500;

/// Recomputes every sum from the ledger and compares: balances, chains of entries, lots, uses, counters,
/// and without a member also coupons and their budgets, and gift cards.
///
/// It reads all of a member's rows, or of all members without one. Nothing is changed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// Only this member.
    #[serde(default)]
    pub user_id: Option<UserId>,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verified {
    /// Whether everything adds up.
    pub ok: bool,
    /// Members looked at.
    pub members: i64,
    /// Entries looked at.
    pub entries: i64,
    /// What does not add up: the first hundred.
    pub problems: Vec<Problem>,
}

/// Something that does not add up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// The member; 0 for what belongs to nobody.
    pub user_id: i64,
    /// Which rule is broken, and where.
    pub what: String,
    /// What the rows give.
    pub expected: String,
    /// What is stored.
    pub found: String,
}

impl Operation for Verify {
    const NAME: &'static str = "verify";
    const ACCESS: Access = Access::Read;
    type Reply = Verified;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Verified> {
        let mut verified = Verified { ok: true, members: 0, entries: 0, problems: Vec::new() };
        if let Some(user_id) = self.user_id {
            let member = members::find(cx.store()?, user_id)?;
            let member = member.ok_or_else(|| Error::not_found("user_id", user_id))?;
            audit::member(cx, &member, &mut verified)?;
        } else {
            let mut after = 0;
            loop {
                let page = members::page(cx.store()?, after, PAGE)?;
                let Some(last) = page.last() else { break };
                after = last.id.get();
                for member in &page {
                    audit::member(cx, member, &mut verified)?;
                }
            }
            audit::rewards(cx, &mut verified)?;
            audit::coupons(cx, &mut verified)?;
            audit::gift_cards(cx, &mut verified)?;
            audit::others(cx, &mut verified)?;
        }
        verified.ok = verified.problems.is_empty();
        verified.problems.truncate(MAX_PROBLEMS);
        Ok(verified)
    }
}
