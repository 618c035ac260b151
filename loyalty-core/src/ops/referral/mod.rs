//! Referrals: make a code, use it, follow it to the first purchase, list and decide.

mod generate_referral;
mod referrals;
mod resolve_referral;
mod use_referral;

pub use generate_referral::{GenerateReferral, GeneratedReferral};
pub use referrals::{ReferralReply, Referrals, ReferralsReply};
pub use resolve_referral::{ResolveReferral, ResolvedReferral};
pub use use_referral::{UseReferral, UsedReferral};
