//! Members: joined, changed, shown.

mod enroll;
mod profile;
mod update_member;

pub use enroll::{Enroll, Enrolled};
pub use profile::{Profile, ProfileReply};
pub use update_member::{UpdateMember, Updated};

pub(super) use enroll::{free_referral_code, join};
