//! Members: joined, changed, shown, referred.

mod enroll;
mod profile;
mod referral;
mod update_member;

pub use enroll::{Enroll, Enrolled};
pub use profile::{Profile, ProfileReply};
pub use update_member::{UpdateMember, Updated};

pub(super) use enroll::join;
pub(super) use referral::complete_referral;
