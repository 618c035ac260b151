//! What was done to a member and the entries do not tell in full, kept as it was asked for.

use serde::{Deserialize, Serialize};

use super::Account;
use crate::ops::member::TakenOver;
use crate::ops::{AmendOrder, Cx, RefundOrder, SetTier};
use crate::store::acts::{self, Act};
use crate::store::orders::Order;
use crate::value::{EntryId, OrderId};
use crate::{Error, Result};

/// What was done; nothing of it is personal. Moments are microseconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::ops) enum Noted {
    Refund(RefundOrder),
    Amend(AmendOrder),
    /// The points of an order, which would have begun at a moment.
    Release {
        order_id: OrderId,
        began: i64,
    },
    Reinstate {
        since: i64,
        end: i64,
    },
    /// A hold that was captured in part or in full, or voided.
    EndHold {
        hold: EntryId,
        captured: Option<i64>,
    },
    SetTier(SetTier),
    /// Another member became a part of this one: the other's last entry before it, since when this one was a member,
    /// and whether its birthday was known.
    Merge {
        from: EntryId,
        joined: i64,
        knew_birth_date: bool,
    },
    /// The member came over from another system.
    Import(TakenOver),
}

/// What an order was before it was changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::ops) struct OrderBefore {
    pub(in crate::ops) order_id: OrderId,
    /// Minor units.
    pub(in crate::ops) amount: i64,
    /// The lines, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::ops) items: Option<String>,
    /// How it was settled, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::ops) settlement: Option<String>,
}

impl OrderBefore {
    pub(in crate::ops) fn of(order: &Order) -> Self {
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
    pub(in crate::ops) const fn last_entry(&self) -> EntryId {
        EntryId::stored(self.member.id.entry_range().0 + self.member.entries)
    }

    /// Notes what was done behind the entry `after`.
    pub(in crate::ops) fn note(&self, cx: &mut Cx<'_>, after: EntryId, what: &Noted) -> Result<()> {
        self.note_change(cx, after, what, None)
    }

    /// The same for a change of an order.
    pub(in crate::ops) fn note_change(
        &self,
        cx: &mut Cx<'_>,
        after: EntryId,
        what: &Noted,
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
        acts::insert(cx.store()?, &act)
    }
}
