//! What an entry stores besides points: the reasons, and the purchase when no order stores it.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::domain::earning::{Missed, Reason};
use crate::domain::ledger::Entry;
use crate::domain::purchase::{Item, Settlement};

/// What an entry stores for its explanation.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Details {
    #[serde(default)]
    pub(crate) because: Vec<Reason>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) missed: Vec<Missed>,
    /// What was paid for, when no order stores it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) paid: Option<Paid>,
}

/// A purchase without an order, as its entry stores it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Paid {
    /// Minor units.
    pub(crate) amount: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) items: Vec<Item>,
    #[serde(flatten)]
    pub(crate) settlement: Settlement,
}

/// The purchase without an order that an entry booked, if the entry stores one.
pub(crate) fn paid_of(entry: &Entry) -> Result<Option<Paid>> {
    Ok(details_of(entry)?.paid)
}

/// The reasons that an entry stores.
pub(crate) fn reasons_of(entry: &Entry) -> Result<Vec<Reason>> {
    Ok(details_of(entry)?.because)
}

fn details_of(entry: &Entry) -> Result<Details> {
    let json = entry.details.as_deref();
    json.map_or_else(|| Ok(Details::default()), crate::store::json)
}
