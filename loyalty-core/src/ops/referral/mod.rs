//! Referrals: a code made, used, followed through the first purchase, listed and decided.

mod follow;
mod generate_referral;
mod refer;
mod referrals;
mod resolve_referral;
mod use_referral;

pub use generate_referral::{GenerateReferral, GeneratedReferral};
pub use referrals::{ReferralReply, Referrals, ReferralsReply};
pub use resolve_referral::{ResolveReferral, ResolvedReferral};
pub use use_referral::{UseReferral, UsedReferral};

pub(super) use follow::{follow_change, follow_order};
pub(super) use refer::{Invitation, may_be_referred, refer};
