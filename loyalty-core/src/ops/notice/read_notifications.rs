use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::notifications::{earned, unread};
use crate::booking::cx::Cx;
use crate::ops::{Access, Operation};
use crate::store::{members, notices};
use crate::value::{UserId, limit};
use crate::{Error, Result};

/// Marks notices of a member as read: those that are named, or all.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ReadNotifications {
    /// The member.
    pub user_id: UserId,
    /// Numbers of notices, at most 100; 0 for points that were earned.
    #[serde(default)]
    #[new(default)]
    pub ids: Option<Vec<i64>>,
    /// Whether to mark all of them.
    #[serde(default)]
    #[new(default)]
    pub all: bool,
}

/// What is left to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotificationsRead {
    /// How many notices are still unread.
    pub unread: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for ReadNotifications {
    const NAME: &'static str = "read_notifications";
    const ACCESS: Access = Access::Write;
    type Reply = NotificationsRead;

    fn run(&self, cx: &mut Cx<'_>) -> Result<NotificationsRead> {
        let ids = self.ids.as_deref().unwrap_or_default();
        limit::within("ids", i64::try_from(ids.len()).unwrap_or(i64::MAX), 0, 100)?;
        if ids.is_empty() && !self.all {
            return Err(Error::invalid("ids", "must name notices, unless `all` is true"));
        }
        let member = members::find(cx.store()?, self.user_id)?;
        let member = member.ok_or_else(|| Error::not_found("user_id", self.user_id))?;
        let (user_id, now) = (member.user_id, cx.now);
        if self.all {
            notices::mark_all_read(cx.store()?, user_id, now)?;
        }
        if self.all || ids.contains(&0) {
            let newest = member.id.entry(member.entries.max(1))?;
            notices::mark_earned(cx.store()?, user_id, newest)?;
        }
        for (index, id) in ids.iter().enumerate().filter(|(_, id)| **id != 0) {
            if !notices::mark_read(cx.store()?, user_id, *id, now)? {
                return Err(Error::not_found(&format!("ids[{index}]"), id));
            }
        }
        let earned = earned(cx, &member)?.into_iter().count();
        Ok(NotificationsRead { unread: unread(cx, &member, earned)?, replayed: false })
    }
}
