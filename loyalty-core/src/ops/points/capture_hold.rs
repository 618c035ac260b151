use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::hold_points::above_zero;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::domain::hold::{self, Hold, HoldStatus};
use crate::ops::{Access, Operation};
use crate::store::holds;
use crate::value::{EntryId, HoldId};
use crate::{Error, Result};

/// Takes held points for good: all of them, or fewer; the rest goes back.
///
/// A hold ends only once. A second capture or void is refused with `hold_closed`, or with `hold_expired` after the
/// hold's time has run out.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct CaptureHold {
    /// The hold.
    pub hold_id: HoldId,
    /// How many points to take, above zero; default all that are held.
    #[serde(default)]
    #[new(default)]
    pub points: Option<i64>,
}

/// What happened to the held points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Captured {
    /// The hold.
    pub hold_id: i64,
    /// The ledger entry that gave the rest back; null when all were taken.
    pub transaction_id: Option<i64>,
    /// Points taken for good.
    pub points_captured: i64,
    /// Points that went back.
    pub points_returned: i64,
    /// Spendable points after this call; below zero when points are owed.
    pub balance: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for CaptureHold {
    const NAME: &'static str = "capture_hold";
    const ACCESS: Access = Access::Write;
    type Reply = Captured;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Captured> {
        let asked = self.points.map(above_zero).transpose()?;
        let (mut account, hold) = open(cx, self.hold_id)?;
        let captured = hold::captured(&hold, asked)?;
        let (returned, entry) = account.end_hold(cx, &hold, HoldStatus::Captured, captured)?;
        account.extend_on_activity(cx)?;
        account.save(cx)?;
        Ok(Captured {
            hold_id: self.hold_id.get(),
            transaction_id: entry.map(EntryId::get),
            points_captured: captured.get(),
            points_returned: returned.get(),
            balance: account.balance(cx)?,
            replayed: false,
        })
    }
}

/// A hold that still stands, and its member's account.
pub(super) fn open(cx: &mut Cx<'_>, id: HoldId) -> Result<(Account, Hold)> {
    let not_found = || Error::not_found("hold_id", id);
    let entry = EntryId::new(id.get())?;
    let found = holds::find(cx.store()?, entry)?.ok_or_else(not_found)?;
    let account = Account::get(cx, found.user_id)?;
    // Read again after locking: another till may have ended it meanwhile.
    let hold = holds::find(cx.store()?, entry)?.ok_or_else(not_found)?;
    hold::check_open(&hold, cx.now)?;
    Ok((account, hold))
}
