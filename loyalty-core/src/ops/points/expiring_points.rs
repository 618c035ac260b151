use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::points_ahead::{NextExpiry, last_day};
use crate::ops::{Access, Operation};
use crate::store::lots;
use crate::value::{DayOrMoment, Instant, UserId};

/// Lists which points of a member will end and when, if none are spent before.
///
/// Pending points are included; held points are not.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ExpiringPoints {
    /// The member.
    pub user_id: UserId,
    /// Only points that end by then; default all that ever end. A date includes its whole local day.
    #[serde(default)]
    #[new(default)]
    pub until: Option<DayOrMoment>,
}

/// The points that will end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExpiringReply {
    /// The member.
    pub user_id: i64,
    /// Points by their last day, soonest first.
    pub items: Vec<NextExpiry>,
    /// Points in all.
    pub points: i64,
}

impl Operation for ExpiringPoints {
    const NAME: &'static str = "expiring_points";
    const ACCESS: Access = Access::Read;
    type Reply = ExpiringReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<ExpiringReply> {
        let account = Account::get(cx, self.user_id)?;
        let until = self.until.map_or(Instant::NEVER, |until| until.as_end(cx.programme.zone));
        let mut items: Vec<NextExpiry> = Vec::new();
        // They come in order of their end, soonest first.
        for lot in lots::open(cx.store()?, &account.member)? {
            if lot.is_expired(cx.now) || lot.expires_at == Instant::NEVER || lot.expires_at > until {
                continue;
            }
            let (points, date) = (lot.remaining.get(), last_day(cx, lot.expires_at));
            match items.last_mut() {
                Some(last) if last.date == date => last.points = last.points.saturating_add(points),
                _ => items.push(NextExpiry { points, date }),
            }
        }
        let points = items.iter().map(|item| item.points).sum();
        Ok(ExpiringReply { user_id: account.member.user_id.get(), items, points })
    }
}
