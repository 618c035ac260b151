//! The regular work of a shop, for cron or any other caller.
//!
//! ```
//! use loyalty_core::{Engine, Options, ops::{RunTasks, Tasks}};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! while engine.run(&RunTasks::new())?.more {}
//! assert!(engine.run(&Tasks::new())?.items.iter().all(|run| run.state == "done"));
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod reminders;
mod retention;
mod run_tasks;
mod tasks;

pub use run_tasks::{RunTasks, TaskPeriod, TaskStep, TasksDone};
pub use tasks::{LastRun, Tasks, TasksReply};
