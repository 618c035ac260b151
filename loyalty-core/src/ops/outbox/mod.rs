//! Purchases that a shop's own tables recorded.

mod drain;

pub use drain::{Drain, Drained, FailedPurchase};
