//! The keys of signed codes.

use crate::booking::cx::Cx;
use crate::value::{PublicKey, SigningKey};
use crate::{Error, Fault, Result};

/// The secret key, which the operator set.
pub(crate) fn signing_key<'a>(cx: &Cx<'a>) -> Result<&'a SigningKey> {
    cx.signing_key.ok_or_else(|| {
        Error::unavailable(
            Fault::NoSigningKey,
            "no key is set: make one with `generate_signing_key` and set `signing_key`",
        )
    })
}

/// The keys whose codes are valid: those of the programme, and the one that belongs to the secret key.
pub(crate) fn trusted_keys(cx: &Cx<'_>) -> Vec<PublicKey> {
    let mut keys = cx.programme.signing.public_keys.clone();
    if let Some(own) = cx.signing_key.map(SigningKey::public).filter(|own| !keys.contains(own)) {
        keys.push(own);
    }
    keys
}
