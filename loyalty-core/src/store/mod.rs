//! Storage: one set of SQL through [`Session`], a driver for each database, and a file for each table.

pub mod acts;
pub mod address;
pub mod archive;
pub mod attempts;
pub mod attributes;
pub mod campaigns;
pub mod checks;
pub mod chosen;
pub mod consents;
pub mod coupon_uses;
pub mod coupons;
pub mod currency;
pub mod database;
pub mod deliveries;
pub mod dialect;
mod durability;
#[cfg(feature = "internals")]
pub mod erasure;
pub mod event_log;
pub mod events;
pub mod first_version;
pub mod gift_cards;
pub mod guesses;
pub mod holds;
pub mod host;
pub mod identities;
pub mod keys;
pub mod ledger;
mod literals;
pub mod lots;
pub mod members;
pub mod merges;
pub mod messages;
#[cfg(feature = "mysql")]
pub mod mysql;
pub mod notices;
pub mod open;
pub mod orders;
pub mod outbox;
pub mod payments;
pub mod personal;
pub mod persons;
pub mod probe;
pub mod programmes;
pub mod redemptions;
pub mod referrals;
pub mod reminders;
pub mod reservations;
pub mod rewards;
pub mod rule_uses;
pub mod schema;
pub mod segments;
pub(crate) mod server;
pub mod session;
mod settings;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod sqlite_code;
pub mod stamps;
pub mod tables;
pub mod tasks;
pub mod texts;
pub mod tier_changes;
pub mod tier_gifts;
pub mod translate;
pub mod triggers;
pub mod visits;
pub mod webhooks;

pub use dialect::Dialect;
pub use durability::Durability;
pub use host::Host;
pub use session::{Row, Session, SqlParam, Transaction};
pub use translate::Translated;

/// A page of rows whose ids are above `after`, in order. In a damaged tree they are not, and pages would never end.
///
/// # Errors
/// `database_corrupt` when they are out of order.
pub fn in_order<T>(rows: Vec<T>, after: i64, id: impl Fn(&T) -> i64) -> crate::Result<Vec<T>> {
    let mut last = after;
    for row in &rows {
        if id(row) <= last {
            return Err(crate::Error::damaged(format_args!("row {} comes behind row {last}", id(row))));
        }
        last = id(row);
    }
    Ok(rows)
}

/// Reads a stored JSON text.
///
/// # Errors
/// `unavailable` when it is not what was written.
pub fn json<T: serde::de::DeserializeOwned>(text: &str) -> crate::Result<T> {
    serde_json::from_str(text).map_err(crate::Error::damaged)
}
