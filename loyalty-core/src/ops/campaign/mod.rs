//! Groups of members.
//!
//! ```
//! use loyalty_core::{Engine, Options, ops::{Conditions, EarnPoints, NumberBounds, Segment}, value::{Amount, UserId}};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! engine.run(&EarnPoints::new(UserId::new(7)?, Amount::from(12_990)))?;
//! let points = NumberBounds { at_least: Some(100), at_most: None };
//! let conditions = Conditions { points: Some(points), ..Conditions::default() };
//! let ask = Segment { conditions: Some(conditions), user_id: Some(UserId::new(7)?), ..Segment::new() };
//! let found = engine.run(&ask)?;
//! assert_eq!((found.count, found.items[0].user_id), (1, 7));
//! assert!(found.member.is_some_and(|member| member.in_it && member.because[0].condition == "points"));
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod segment;

pub use segment::*;
