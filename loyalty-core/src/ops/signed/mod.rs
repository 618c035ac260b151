//! Signed codes: made with the secret key, checked with the public one, without a network.

mod check_signed_coupon;
mod generate_signing_key;
mod public_keys;
mod sign_coupon;

pub use check_signed_coupon::{CheckSignedCoupon, CheckedSignedCoupon};
pub use generate_signing_key::{GenerateSigningKey, GeneratedSigningKey};
pub use public_keys::{PublicKeys, PublicKeysReply};
pub use sign_coupon::{SignCoupon, SignedCouponReply};

use crate::ops::Cx;
use crate::value::{PublicKey, SigningKey};
use crate::{Error, Result};

/// The secret key, which the operator set.
pub(super) fn signing_key<'a>(cx: &Cx<'a>) -> Result<&'a SigningKey> {
    cx.signing_key.ok_or_else(|| {
        Error::unavailable(
            "no_signing_key",
            "no key is set: make one with `generate_signing_key` and set `signing_key`",
        )
    })
}

/// The keys whose codes are good: those of the programme, and that of the secret key.
pub(super) fn trusted_keys(cx: &Cx<'_>) -> Vec<PublicKey> {
    let mut keys = cx.programme.signing.public_keys.clone();
    if let Some(own) = cx.signing_key.map(SigningKey::public).filter(|own| !keys.contains(own)) {
        keys.push(own);
    }
    keys
}
