//! What another programme would have given: replays the recorded history under other rules in a database in memory.
//!
//! ```
//! use loyalty_core::{Engine, Options, ops::{EarnPoints, Simulate}, value::UserId};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! engine.run(&EarnPoints::new(UserId::new(7)?, 12_990.into()))?;
//! // Under the rules of today, the history stays what it was.
//! let simulated = engine.run(&Simulate::new())?;
//! assert_eq!((simulated.purchases, simulated.points_recorded, simulated.points_difference), (1, 129, 0));
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod acts;
mod facts;
mod recorded_entry;
mod replay;
mod replay_database;
mod simulate;

pub use simulate::{Changed, Simulate, Simulated, TierMove};
