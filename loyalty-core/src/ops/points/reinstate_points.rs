use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::{Account, Changed};
use crate::booking::cx::Cx;
use crate::domain::expiry;
use crate::ops::{Access, Operation};
use crate::value::{DayOrMoment, Instant, Moment, UserId};
use crate::{Error, Refusal, Result};

/// Brings expired points back if their last day lies within the programme's window (`expiry.reinstate_days`).
///
/// They go back to the accruals that they came from, with a new end. Debts are repaid from them. A repeat finds nothing
/// more to bring back.
///
/// Points that expired early because a clock was ahead always come back and keep their end.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ReinstatePoints {
    /// The member.
    pub user_id: UserId,
    /// Their new end; default by the programme, as if earned now. A date includes its whole local day.
    #[serde(default)]
    #[new(default)]
    pub expires_at: Option<DayOrMoment>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reinstated {
    /// Accruals that came back.
    pub lots: i64,
    /// Points that came back.
    pub points_reinstated: i64,
    /// Their new end; null when they never end.
    pub expires_at: Option<Moment>,
    /// Spendable points after this call; below zero when points are still owed.
    pub balance: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for ReinstatePoints {
    const NAME: &'static str = "reinstate_points";
    const ACCESS: Access = Access::Write;
    type Reply = Reinstated;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Reinstated> {
        let zone = cx.programme.zone;
        let mut account = Account::get(cx, self.user_id)?;
        let end = match self.expires_at {
            Some(given) => given.as_end(zone),
            None => expiry::ends(cx.programme, &account.member.current_tier, cx.at, cx.at),
        };
        if end <= cx.now {
            return Err(Error::invalid("expires_at", "must lie in the future"));
        }
        let window = cx.programme.expiry_rules.reinstate_days;
        let early = account.undo_early_ends(cx)?;
        if window == 0 && early.lots == 0 {
            let reason = "the programme does not bring expired points back: `expiry.reinstate_days` is 0";
            return Err(Error::refused_because(Refusal::NotAllowed, reason).with("reinstate_days", 0));
        }
        // Points that ended at the first moment of a day had the day before as their last.
        let first_day = zone.start_of(zone.day_of(cx.at).plus_days(-window));
        let since = Instant::stored(first_day.micros().saturating_add(1));
        let changed = if window == 0 { Changed::NOTHING } else { account.reinstate(cx, since, end)? };
        account.save(cx)?;
        let moved = early.lots == 0 || changed.lots > 0;
        Ok(Reinstated {
            lots: early.lots + changed.lots,
            points_reinstated: early.points.plus(changed.points)?.get(),
            expires_at: (moved && end != Instant::NEVER).then(|| cx.moment(end)),
            balance: account.balance(cx)?,
            replayed: false,
        })
    }
}
