//! What another programme would have given: replays the recorded history under other rules in a database in memory.

mod acts;
mod copy;
mod facts;
mod replay;
mod scratch;
mod simulate;

pub use simulate::{Changed, Simulate, Simulated, TierMove};
