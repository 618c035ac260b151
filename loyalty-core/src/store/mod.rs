//! Storage: one set of SQL through [`Session`], a driver for each database, and a file for each table.

pub mod acts;
pub mod attempts;
pub mod checks;
pub mod coupon_uses;
pub mod coupons;
pub mod currency;
pub mod dialect;
mod durability;
pub mod events;
pub mod first_version;
pub mod gift_cards;
pub mod guesses;
pub mod holds;
pub mod host;
pub mod identities;
pub mod keys;
pub mod ledger;
pub mod lots;
pub mod members;
pub mod merges;
pub mod mysql;
pub mod orders;
pub mod outbox;
pub mod payments;
pub mod probe;
pub mod programmes;
pub mod redemptions;
pub mod referrals;
pub mod reservations;
pub mod rewards;
pub mod rule_uses;
pub mod schema;
pub mod session;
mod settings;
pub mod sqlite;
pub mod stamps;
pub mod tables;
pub mod texts;
pub mod tier_changes;
pub mod tier_gifts;
pub mod translate;
pub mod triggers;
pub mod visits;

pub use dialect::Dialect;
pub use durability::Durability;
pub use host::Host;
pub use session::{Cell, Columns, Row, Session, Transaction};
pub use translate::Translated;

/// Reads a stored JSON text.
///
/// # Errors
/// `unavailable` when it is not what was written.
pub fn json<T: serde::de::DeserializeOwned>(text: &str) -> crate::Result<T> {
    serde_json::from_str(text).map_err(crate::Error::damaged)
}

/// The code of a database without a table that was asked for.
pub const TABLE_MISSING: &str = "database_table_missing";
