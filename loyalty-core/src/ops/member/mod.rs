//! Members: joined, changed, shown.

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
