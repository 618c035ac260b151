//! For the operator: checks whether the stored data agree and whether the engine can serve.
//!
//! ```
//! use loyalty_core::ops::{AllocateRevenue, EarnPoints, Health, HealthStatus, LintProgram, Verify};
//! use loyalty_core::{Engine, Options, value::UserId};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! engine.run(&EarnPoints::new(UserId::new(7)?, 12_990.into()))?;
//!
//! assert_ne!(engine.run(&Health {})?.status, HealthStatus::Failed);
//! let verified = engine.run(&Verify::new())?;
//! assert!(verified.ok && verified.members == 1);
//! assert!(engine.run(&LintProgram::new())?.ok);
//! let revenue = engine.run(&AllocateRevenue {
//!     goods_price: Some(12_990.into()),
//!     point_value: Some(1.into()),
//!     ..AllocateRevenue::new(12_990.into(), 129)
//! })?;
//! assert_eq!(revenue.deferred, revenue.liability);
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod allocate_revenue;
mod audit;
mod books;
mod health;
mod lint_program;
mod purchases;
mod requests;
mod rule_uses;
mod shop;
mod spans;
mod stored;
mod texts;
mod verify;

pub use allocate_revenue::{AllocateRevenue, RevenueReply};
pub use audit::{Problem, Verified};
pub use health::{Health, HealthCheck, HealthReport, HealthStatus};
pub use lint_program::{LintProgram, Linted};
pub use verify::Verify;
