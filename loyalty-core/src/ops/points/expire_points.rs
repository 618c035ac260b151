use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::invitation::LOOK_BACK_DAYS;
use crate::ops::{Access, Operation};
use crate::store::{guesses, holds, members, referrals};
use crate::value::limit;

/// Books expired points: points past their end, member by member, soonest first, and points that ended holds give back.
///
/// It also deletes failed look-ups of codes that no longer slow anybody down. Run it at night; the answers of all other
/// operations do not depend on it. Call it again while `more` is true; each call is one transaction. On the command
/// line, `loyalty sweep` runs this and `review_tiers` until nothing is left.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ExpirePoints {
    /// Most members in one call, 1 to 10000.
    #[serde(default = "default_limit")]
    #[new(value = "default_limit()")]
    pub limit: i64,
}

const fn default_limit() -> i64 {
    1_000
}

impl Default for ExpirePoints {
    fn default() -> Self {
        Self { limit: default_limit() }
    }
}

/// What expired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Expired {
    /// Members whose points ended.
    pub members: i64,
    /// Accruals that ended.
    pub lots: i64,
    /// Points that ended.
    pub points: i64,
    /// Whether there is more to do.
    pub more: bool,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for ExpirePoints {
    const NAME: &'static str = "expire_points";
    const ACCESS: Access = Access::Write;
    type Reply = Expired;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Expired> {
        let limit = limit::within("limit", self.limit, 1, 10_000)?;
        let now = cx.now;
        let mut due = members::due(cx.store()?, now, limit)?;
        due.extend(holds::due(cx.store()?, now, limit)?);
        let more = i64::try_from(due.len()).is_ok_and(|found| found >= limit);
        let mut expired = Expired { members: 0, lots: 0, points: 0, more, replayed: false };
        for user_id in due {
            let Some(member) = members::find(cx.store()?, user_id)? else { continue };
            let mut account = Account::of(cx, member)?;
            account.keep(cx)?;
            // Holds that gave all points back, and members who were found twice, make nothing expire.
            expired.members += i64::from(account.expired.0 > 0);
            expired.lots += account.expired.0;
            expired.points += account.expired.1.get();
        }
        // A failed look-up counts for one window.
        let window = cx.programme.guessing.window_minutes;
        guesses::forget(cx.store()?, now.plus_seconds(-60 * window))?;
        let zone = cx.programme.zone;
        let hinted_since = zone.start_of(zone.day_of(now).plus_days(-LOOK_BACK_DAYS));
        referrals::forget_hints(cx.store()?, hinted_since)?;
        Ok(expired)
    }
}
