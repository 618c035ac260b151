//! Purchases that a shop's own tables recorded.
//!
//! ```
//! use loyalty_core::{Engine, Options, ops::Drain};
//!
//! // Without purchases of a first application, nothing waits.
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! let drained = engine.run(&Drain::new())?;
//! assert_eq!((drained.earned, drained.waiting), (0, 0));
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod drain;

pub use drain::{Drain, Drained, FailedPurchase};
