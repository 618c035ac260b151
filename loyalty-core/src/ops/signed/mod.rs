//! Signed codes: made with the secret key, and checked with the public key without a network.

mod check_signed_coupon;
mod generate_signing_key;
mod public_keys;
mod sign_coupon;

pub use check_signed_coupon::{CheckSignedCoupon, CheckedSignedCoupon};
pub use generate_signing_key::{GenerateSigningKey, GeneratedSigningKey};
pub use public_keys::{PublicKeys, PublicKeysReply};
pub use sign_coupon::{SignCoupon, SignedCouponReply};
