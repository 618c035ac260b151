//! An embeddable loyalty engine: points with expiry, tiers, scores and rewards inside the shop's own process.
//!
//! ```
//! use loyalty_core::{Engine, FoundLine, Options, ops::EarnPoints, value::{OrderId, UserId}};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! let receipt = engine.run(&EarnPoints {
//!     order_id: Some(OrderId::new("A-17")?),
//!     ..EarnPoints::new(UserId::new(7)?, 12_990.into())
//! })?;
//! assert_eq!((receipt.points_earned, receipt.balance), (129, 129));
//! # Ok::<(), loyalty_core::Error>(())
//! ```
//!
//! The layers, each naming only those to its left: `value ← domain ← store ← booking ← ops ← engine`.

#![forbid(unsafe_code)]

mod booking;
#[allow(unreachable_pub, reason = "what is public inside is public to the crate")]
mod domain;
mod engine;
mod error;
mod fault;
pub mod host;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals;
pub mod ops;
mod options;
pub mod programme;
#[allow(unreachable_pub, reason = "what is public inside is public to the crate")]
mod store;
#[deny(clippy::arithmetic_side_effects)]
pub mod value;
mod wording;

pub use domain::catalogue::guest_message;
pub use engine::{Batch, Call, Copied, CopiedTable, Engine, Late, Migrated, read_arguments};
pub use error::{Error, Kind, Refusal, Result};
pub use fault::Fault;
pub use options::Options;
pub use store::Durability;
#[cfg(feature = "sqlite")]
pub use store::sqlite::version as sqlite_version;
