//! For the operator: is everything right, is everything up.

mod audit;
mod health;
mod verify;

pub use health::{Health, HealthCheck, HealthReport, HealthStatus};
pub use verify::{Problem, Verified, Verify};
