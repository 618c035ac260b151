//! What another programme would have done: the recorded history, told to a database in memory under other rules.

mod acts;
mod copy;
mod facts;
mod replay;
mod scratch;
mod simulate;

pub use simulate::{Changed, Simulate, Simulated, TierMove};
