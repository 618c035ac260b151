//! Acts on a member that the entries do not record in full, stored as they were requested.

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::domain::act::{OrderBefore, RecordedAct};
use crate::store::acts::{self, Act};
use crate::store::orders::Order;
use crate::value::EntryId;
use crate::{Error, Result};

impl OrderBefore {
    pub(crate) fn of(order: &Order) -> Self {
        Self {
            order_id: order.id.clone(),
            amount: order.standing.amount.get(),
            items: order.items.clone(),
            settlement: order.settlement.clone(),
        }
    }
}

impl Account {
    /// The member's last entry so far; its number is 0 when there is none.
    pub(crate) const fn last_entry(&self) -> EntryId {
        EntryId::stored(self.member.id.entry_range().0 + self.member.entries)
    }

    /// Notes an act that follows the entry `after`.
    pub(crate) fn note(&self, cx: &mut Cx<'_>, after: EntryId, what: &RecordedAct) -> Result<()> {
        self.note_change(cx, after, what, None)
    }

    /// The same for a change of an order.
    pub(crate) fn note_change(
        &self,
        cx: &mut Cx<'_>,
        after: EntryId,
        what: &RecordedAct,
        before: Option<&OrderBefore>,
    ) -> Result<()> {
        let json = |before| serde_json::to_string(before).map_err(Error::internal);
        let act = Act {
            after,
            until: self.last_entry(),
            what: serde_json::to_string(what).map_err(Error::internal)?,
            order_before: before.map(json).transpose()?,
            occurred_at: cx.at,
            recorded_at: cx.now,
        };
        acts::insert(cx.store()?, self.member.user_id, &act)
    }
}
