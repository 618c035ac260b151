use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::ops::{Access, Operation};
use crate::value::{DayOrMoment, EntryId, Moment, UserId};
use crate::{Error, Result};

/// Gives a member's points a later end: the points of one accrual, or all that end sooner.
///
/// For staff. Held points follow their accrual, and points that go back to an accrual end with it. The call never moves
/// an end to an earlier time, and it does not bring back expired points; use `reinstate_points` for that.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ExtendPoints {
    /// The member.
    pub user_id: UserId,
    /// The new end. A date includes its whole local day.
    pub expires_at: DayOrMoment,
    /// Only the points that this entry gave; default all.
    #[serde(default)]
    #[new(default)]
    pub transaction_id: Option<EntryId>,
}

/// What got a later end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Extended {
    /// The ledger entry of the change, with 0 points; null when nothing ended sooner.
    pub transaction_id: Option<i64>,
    /// Accruals that got a later end.
    pub lots: i64,
    /// Points in them, held points included.
    pub points: i64,
    /// The new end.
    pub expires_at: Moment,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for ExtendPoints {
    const NAME: &'static str = "extend_points";
    const ACCESS: Access = Access::Write;
    type Reply = Extended;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Extended> {
        let end = self.expires_at.as_end(cx.programme.zone);
        if end <= cx.now {
            return Err(Error::invalid("expires_at", "must lie in the future"));
        }
        let mut account = Account::get(cx, self.user_id)?;
        let changed = account.extend(cx, end, self.transaction_id)?;
        if self.transaction_id.is_some() && changed.lots == 0 {
            let expected = "must be an entry of the member with open points that end sooner";
            return Err(Error::invalid("transaction_id", expected));
        }
        account.save(cx)?;
        Ok(Extended {
            transaction_id: changed.entry.map(EntryId::get),
            lots: changed.lots,
            points: changed.points.get(),
            expires_at: cx.moment(end),
            replayed: false,
        })
    }
}
