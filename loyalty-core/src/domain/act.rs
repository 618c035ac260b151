//! Acts on a member that the ledger entries do not record in full: stored beside the entries, to be replayed and
//! verified.
//!
//! These are stored forms. A field of an operation becomes a field here only when it is added on purpose, with a
//! default, so that earlier records can still be read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::purchase::Item;
use super::tier::HandMode;
use crate::value::{Amount, DayOrMoment, EntryId, OrderId, Points, UserId};

/// What was done. Its lines are the only personal data in it: they are emptied when the member is forgotten. Moments are
/// microseconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordedAct {
    /// An order was refunded.
    Refund(RefundAct),
    /// An order was amended.
    Amend(AmendAct),
    /// The pending points of an order were released.
    Release {
        /// The order.
        order_id: OrderId,
        /// When they would have begun.
        began: i64,
    },
    /// Points that had ended were reinstated.
    Reinstate {
        /// Lots that ended from then on.
        since: i64,
        /// Their new end.
        end: i64,
    },
    /// A hold was captured in part or in full, or voided.
    EndHold {
        /// The entry of the hold.
        hold: EntryId,
        /// Points that were captured; `None` for a void.
        captured: Option<i64>,
    },
    /// A tier was given by hand, or taken back.
    SetTier(TierAct),
    /// Another member was merged into this one.
    Merge {
        /// The other member's last entry before the merge.
        from: EntryId,
        /// Since when this member was one.
        joined: i64,
        /// Whether this member's birthday was known.
        knew_birth_date: bool,
    },
    /// The member was imported from another system.
    Import(OpeningBalance),
}

/// A refund as requested, with the resulting fee.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundAct {
    /// The order.
    pub order_id: OrderId,
    /// Amount refunded, if it was given.
    #[serde(default)]
    pub amount: Option<Amount>,
    /// Lines that were returned.
    #[serde(default)]
    pub items: Vec<Item>,
    /// Part of the amount that went back as points.
    #[serde(default)]
    pub points_back: Option<Amount>,
    /// Part of the amount that went back to gift cards.
    #[serde(default)]
    pub gift_card_back: Option<Amount>,
    /// The part of the lines' price that did not go back.
    #[serde(default)]
    pub fee: Option<Amount>,
    /// Whether points and gift cards were paid back in the same step.
    #[serde(default)]
    pub pay_back: bool,
}

/// An amendment as requested.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendAct {
    /// The order.
    pub order_id: OrderId,
    /// What is kept.
    pub amount: Amount,
    /// The lines that are kept.
    #[serde(default)]
    pub items: Vec<Item>,
    /// Tax inside the amount.
    #[serde(default)]
    pub tax: Option<Amount>,
    /// Part of the amount that is paid with points.
    #[serde(default)]
    pub points_paid: Option<Amount>,
    /// Part of the amount that is paid with gift cards.
    #[serde(default)]
    pub gift_card_paid: Option<Amount>,
    /// Points for what is kept, when the host calculated them.
    #[serde(default)]
    pub points: Option<i64>,
}

/// A tier given by hand, as requested; the reason, a free text, is stored with the change of the tier.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierAct {
    /// The member.
    pub user_id: UserId,
    /// Id of the tier; `None` takes back the one given by hand.
    #[serde(default)]
    pub tier: Option<String>,
    /// Until when.
    #[serde(default)]
    pub until: Option<DayOrMoment>,
    /// What it does to the tier that the metric gives.
    #[serde(default)]
    pub mode: HandMode,
    /// Not stored here any more; in older records it may be null.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What a member had in another system, without orders and open redemptions.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct OpeningBalance {
    /// Name of the other system.
    pub source: String,
    /// Points earned there in a lifetime, without those already known here and those with their own entries.
    pub lifetime: Points,
    /// Entries of their own that earned points.
    #[serde(default)]
    pub earning: i64,
    /// Id of the tier held there.
    pub tier: Option<String>,
    /// Visits and money, in minor units, by the number of the local day.
    pub days: BTreeMap<i64, (i64, i64)>,
    /// The last visit there.
    pub last_visit: Option<i64>,
    /// Whether the user was not a member before.
    pub created: bool,
}

/// An order in its state before it was changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderBefore {
    /// The order.
    pub order_id: OrderId,
    /// Minor units.
    pub amount: i64,
    /// The lines, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<String>,
    /// How it was settled, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement: Option<String>,
}
