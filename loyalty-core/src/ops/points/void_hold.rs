use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::capture_hold::open;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::domain::hold::HoldStatus;
use crate::ops::{Access, Operation};
use crate::value::{EntryId, HoldId, Points};
use crate::{Error, Result};

/// Gives held points back to the accruals that they came from; they keep their end.
///
/// Points whose end has passed expire at once. A hold ends only once: a second end is refused.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct VoidHold {
    /// The hold.
    pub hold_id: HoldId,
}

/// What was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Voided {
    /// The hold.
    pub hold_id: i64,
    /// The ledger entry.
    pub transaction_id: i64,
    /// Points that went back.
    pub points_returned: i64,
    /// Spendable points after this call; below zero when points are owed.
    pub balance: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for VoidHold {
    const NAME: &'static str = "void_hold";
    const ACCESS: Access = Access::Write;
    type Reply = Voided;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Voided> {
        let (mut account, hold): (Account, _) = open(cx, self.hold_id)?;
        let (returned, entry) = account.end_hold(cx, &hold, HoldStatus::Voided, Points::ZERO)?;
        let entry = entry.ok_or_else(|| Error::internal("a voided hold gave nothing back"))?;
        account.save(cx)?;
        Ok(Voided {
            hold_id: self.hold_id.get(),
            transaction_id: EntryId::get(entry),
            points_returned: returned.get(),
            balance: account.balance(cx)?,
            replayed: false,
        })
    }
}
