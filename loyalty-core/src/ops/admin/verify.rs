use crate::ops::admin::audit::{MAX_PROBLEMS, PAGE, Verified};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::ops::admin::books;
use crate::ops::{Access, Operation};
use crate::store::members;
use crate::value::UserId;
use crate::{Error, Result};

/// Recomputes every sum from the ledger and compares it with the stored one: balances, chains of entries, lots, uses
/// and counters. Without a member it also checks coupons, their budgets, and gift cards.
///
/// It reads all rows of the member, or of all members when none is given. Nothing is changed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// The member to check; default all members.
    #[serde(default)]
    #[new(default)]
    pub user_id: Option<UserId>,
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
            books::member(cx, &member, &mut verified)?;
        } else {
            let mut after = 0;
            loop {
                let page = members::page(cx.store()?, after, PAGE)?;
                let Some(last) = page.last() else { break };
                after = last.id.get();
                for member in &page {
                    books::member(cx, member, &mut verified)?;
                }
            }
            books::rewards(cx, &mut verified)?;
            books::coupons(cx, &mut verified)?;
            books::gift_cards(cx, &mut verified)?;
            books::others(cx, &mut verified)?;
        }
        verified.ok = verified.problems.is_empty();
        verified.problems.truncate(MAX_PROBLEMS);
        Ok(verified)
    }
}
