use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::entry_details::{description_of, details_of};
use crate::domain::earning::{Missed, Reason};
use crate::domain::ledger::EntryKind;
use crate::ops::{Access, Operation};
use crate::store::{ledger, lots, programmes};
use crate::value::{EntryId, Moment};
use crate::{Error, Result};

/// Explains a ledger entry: every part of its points, each rule that did not apply, and the lots it moved.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Explain {
    /// The entry.
    pub transaction_id: EntryId,
}

/// Why an entry is as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    /// The entry.
    pub transaction_id: i64,
    /// The member.
    pub user_id: i64,
    /// What it did.
    pub transaction_type: String,
    /// Points, signed.
    pub points_amount: i64,
    /// The description in the history.
    pub description: String,
    /// When it happened.
    pub occurred_at: Moment,
    /// Who did it, if it was given.
    pub actor: Option<String>,
    /// The parts of the points. Their sum is the points of the entry; `before` is what an amended order had given up to
    /// then.
    pub because: Vec<Reason>,
    /// Rules that did not apply, and what was missing.
    pub missed: Vec<Missed>,
    /// Points it took from earlier accruals, or put back into them.
    pub lots: Vec<LotChange>,
    /// Version of the programme that judged it.
    pub program: String,
}

/// A change of an accrual.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LotChange {
    /// The entry that made the accrual.
    pub transaction_id: i64,
    /// Points put back, or taken when below zero.
    pub points: i64,
    /// When the accrual ends; null when never.
    pub expires_at: Option<Moment>,
}

impl Operation for Explain {
    const NAME: &'static str = "explain";
    const ACCESS: Access = Access::Read;
    type Reply = Explanation;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Explanation> {
        let entry = ledger::find(cx.store()?, self.transaction_id)?;
        let entry = entry.ok_or_else(|| Error::not_found("transaction_id", self.transaction_id))?;
        let description = description_of(cx, &entry)?;
        let mut details = details_of(cx, &entry)?;
        if details.because.is_empty() && entry.kind != EntryKind::Earn {
            let (rule, why) = (entry.kind.word().to_owned(), description.clone());
            details.because.push(Reason { rule, points: entry.points.get(), why });
        }
        let mut changes = Vec::new();
        for change in lots::uses_of(cx.store()?, entry.id)? {
            let ends = lots::find(cx.store()?, change.lot)?.map(|lot| lot.expires_at);
            changes.push(LotChange {
                transaction_id: change.lot.get(),
                points: change.points.get(),
                expires_at: ends.filter(|end| *end != crate::value::Instant::NEVER).map(|end| cx.moment(end)),
            });
        }
        Ok(Explanation {
            transaction_id: entry.id.get(),
            user_id: entry.user_id.get(),
            transaction_type: entry.kind.word().to_owned(),
            points_amount: entry.points.get(),
            description,
            occurred_at: cx.moment(entry.occurred_at),
            actor: entry.actor,
            because: details.because,
            missed: details.missed,
            lots: changes,
            program: programmes::hash(cx.store()?, entry.programme)?.unwrap_or_default(),
        })
    }
}
