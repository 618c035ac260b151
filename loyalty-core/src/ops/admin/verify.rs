use crate::ops::admin::audit::{MAX_PROBLEMS, PAGE, Problem, Verified};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::ops::admin::books;
use crate::ops::{Access, Operation};
use crate::store::{archive, members, tables};
use crate::value::UserId;
use crate::{Error, Result};

/// Recomputes every sum from the ledger and compares it with the stored one: balances, chains of entries, lots, uses
/// and counters. Without a member it also checks coupons, their budgets, and gift cards.
///
/// It reads all rows of the member, or of all members when none is given; of a SQLite file it first asks SQLite whether
/// the pages and the indexes of each table are whole, and if they are not, says only that. Nothing is changed.
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
        let mut verified = Verified { ok: true, members: 0, entries: 0, problems: Vec::new(), archived: 0 };
        if self.user_id.is_none() && cx.store()?.has_archive() && archive::is_used(cx.store()?)? {
            return Err(archive::needed(None));
        }
        if let Some(user_id) = self.user_id {
            let member = members::find(cx.store()?, user_id)?;
            let member = member.ok_or_else(|| Error::not_found("user_id", user_id))?;
            books::member(cx, &member, &mut verified)?;
        } else if is_sound(cx, &mut verified)? {
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

/// Whether the tables can be read as they were written. Sums over damaged pages would say nothing.
fn is_sound(cx: &mut Cx<'_>, verified: &mut Verified) -> Result<bool> {
    for table in tables::all()? {
        if let Some(found) = table.damage(cx.store()?)? {
            let what = format!("{}: its pages and its indexes are whole", table.name);
            verified.problems.push(Problem { user_id: 0, what, expected: "ok".to_owned(), found });
        }
    }
    Ok(verified.problems.is_empty())
}
