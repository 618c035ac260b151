//! For the operator: checks whether the stored data agree and whether the engine can serve.

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
