//! An embeddable loyalty engine: points with expiry, tiers, scores and rewards inside the shop's own process.
//!
//! ```
//! use loyalty_core::{Engine, Options, ops::EarnPoints, value::{OrderId, UserId}};
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
//! - [`Engine`] runs the operations of [`ops`] on a database that [`Options`] names; [`Engine::batch`] runs several in
//!   one transaction, and [`Engine::on`] works on a connection of the [`host`]. A [`Call`] says when it happened, under
//!   which key, and by whom.
//! - [`value`] has the checked values of arguments: a value that exists is valid.
//! - [`programme`] is the scheme of a shop, read from its file; [`message`] has the words of its e-mails.
//! - An [`Error`] has a [`Kind`], which says what to do next. It is a [`Refusal`] when the programme says no, and a
//!   [`Fault`] when the store cannot serve.
//!
//! Build an operation by its constructor and take the rest with `..`, as above: an argument that is added later does
//! not break such code. A literal that names every field is not promised to compile.
//!
//! Features: `sqlite` (databases that are files), `sqlite-bundled` (the same with SQLite compiled in), `mysql` (MySQL
//! and MariaDB) and `tls` (encrypted connections to them); all are on by default. `internals` is for this repository
//! only, and nothing in it is promised.
//!
//! The layers, each naming only those to its left: `value ← domain ← store ← booking ← ops ← engine`. `domain`, `store`
//! and `booking` are private, so nothing outside can write past the operations.

#![forbid(unsafe_code)]
#![cfg_attr(not(feature = "internals"), warn(unnameable_types))]

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
pub mod message;
pub mod ops;
mod options;
pub mod programme;
#[allow(unreachable_pub, reason = "what is public inside is public to the crate")]
mod store;
#[deny(clippy::arithmetic_side_effects)]
pub mod value;
mod wording;

pub use domain::catalogue::guest_message;
pub use engine::{Archived, Batch, Call, Copied, CopiedTable, Engine, Late, Migrated, read_arguments};
pub use error::{Error, Kind, Refusal, Result};
pub use fault::Fault;
pub use options::Options;
pub use store::Durability;
#[cfg(feature = "sqlite")]
pub use store::sqlite::version as sqlite_version;
