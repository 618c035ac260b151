//! The programme of a shop: currency, earning rules, tiers, stamp cards and the rest, read from its file.
//!
//! ```
//! use loyalty_core::programme::Programme;
//! let programme = Programme::cafe_vt()?;
//! assert_eq!(programme.tiers[0].id, "cafe_bronze");
//! # Ok::<(), loyalty_core::Error>(())
//! ```

pub use crate::domain::code::{CodeShape, Ending};
pub use crate::domain::condition::{Between, DayName};
pub use crate::domain::event::Wanted;
pub use crate::domain::guessing::GuessRules;
pub use crate::domain::ledger::EntryKind;
pub use crate::domain::notice::{NoticeKind, NoticeLink};
pub use crate::domain::payment::{PaymentTerms, PointValue};
pub use crate::domain::programme::*;
