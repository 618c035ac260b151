//! Members: joined, changed, shown.
//!
//! ```
//! use loyalty_core::ops::{Enroll, FindMember, IdentityKind, ImportMember, MergeMembers, Profile, UpdateMember};
//! use loyalty_core::{Engine, Options, value::UserId};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! let (ana, old) = (UserId::new(7)?, UserId::new(8)?);
//!
//! let joined = engine.run(&Enroll { name: Some("Ana".to_owned()), ..Enroll::new(ana) })?;
//! assert!(joined.created);
//! let phone = "+56 9 1234 5678";
//! let changed = engine.run(&UpdateMember { phone: Some(phone.to_owned()), ..UpdateMember::new(ana) })?;
//! assert_eq!(changed.profile.user_name.as_deref(), Some("Ana"));
//! let found = engine.run(&FindMember::new(IdentityKind::Phone, "+56912345678".to_owned()))?;
//! assert_eq!(found.user_id, 7);
//!
//! // Her account in the old shop comes over, and becomes one with the new.
//! let imported = engine.run(&ImportMember::new(old, "old shop".to_owned(), 250))?;
//! assert_eq!(imported.balance, 250);
//! let merged = engine.run(&MergeMembers::new(ana, old))?;
//! assert_eq!((merged.points_moved, merged.balance), (250, 250));
//! assert_eq!(engine.run(&Profile::new(ana))?.current_points, 250);
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod enroll;
mod find_member;
mod import_member;
mod imported_entry;
mod imported_order;
mod merge_members;
mod profile;
mod update_member;

pub use enroll::{Enroll, Enrolled};
pub use find_member::{FindMember, Found};
pub use import_member::{ImportMember, Imported, ImportedClaim, ImportedRedemption};
pub use imported_entry::ImportedEntry;
pub use imported_order::ImportedOrder;
pub use merge_members::{MergeMembers, Merged};
pub use profile::{Profile, ProfileReply};
pub use update_member::{UpdateMember, Updated};

pub(super) use imported_order::keep;
