//! Storage: one set of SQL through [`Session`]; a driver for each database; one file a table.

pub mod attempts;
pub mod coupon_uses;
pub mod coupons;
pub mod dialect;
mod durability;
pub mod events;
pub mod gift_cards;
pub mod guesses;
pub mod holds;
pub mod identities;
pub mod keys;
pub mod ledger;
pub mod lots;
pub mod members;
pub mod merges;
pub mod mysql;
pub mod orders;
pub mod payments;
pub mod programmes;
pub mod redemptions;
pub mod referrals;
pub mod reservations;
pub mod rewards;
pub mod rule_uses;
pub mod schema;
pub mod session;
pub mod sqlite;
pub mod stamps;
pub mod tier_changes;
pub mod tier_gifts;
pub mod translate;
pub mod visits;

pub use dialect::Dialect;
pub use durability::Durability;
pub use session::{Cell, Columns, Row, Session, Transaction};
pub use translate::Translated;
