//! Purchases that a shop's own tables noted.

mod drain;

pub use drain::{Drain, Drained, FailedPurchase};
