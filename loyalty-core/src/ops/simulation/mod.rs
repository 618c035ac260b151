//! What another programme would have given: replays the recorded history under other rules in a database in memory.

mod acts;
mod facts;
mod recorded_entry;
mod replay;
mod replay_database;
mod simulate;

pub use simulate::{Changed, Simulate, Simulated, TierMove};
