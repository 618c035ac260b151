//! Signed codes: a few facts and an Ed25519 signature, in symbols that a QR code packs densely.
//!
//! A code is `kind, fields, signature` in bytes, written with the 32 symbols of all codes. There is exactly one
//! encoding of a code: apart from case, blanks and invisible characters, any other text is not a code.

mod coupon;
mod pack;
mod stamp;

use crate::value::{PublicKey, SigningKey};

pub use coupon::SignedCoupon;
pub use stamp::{SignedStamp, StampKind};

use super::code;

/// Longest text of a signed code.
pub const MAX_TOKEN: usize = 512;
/// Symbols of an id: 60 random bits.
const ID_SYMBOLS: usize = 12;

/// What a signed code contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// Money off.
    Coupon(SignedCoupon),
    /// Stamps for a card.
    Stamp(SignedStamp),
}

impl Signed {
    /// The code, signed.
    #[must_use]
    pub fn write(&self, key: &SigningKey) -> String {
        let mut bytes = match self {
            Self::Coupon(coupon) => coupon.pack(),
            Self::Stamp(stamp) => stamp.pack(),
        };
        let signature = key.sign(&bytes);
        bytes.extend(signature);
        code::of_bytes(&bytes)
    }

    /// The content of a code, if one of the keys signed it. A code that was altered in any way is not valid.
    #[must_use]
    pub fn read(token: &str, keys: &[PublicKey]) -> Option<Self> {
        if token.len() > 4 * MAX_TOKEN {
            return None;
        }
        let token = code::compact(token);
        let bytes = Some(token).filter(|token| token.len() <= MAX_TOKEN).and_then(|token| code::to_bytes(&token))?;
        let (facts, signature) = bytes.split_last_chunk()?;
        if !keys.iter().any(|key| key.verifies(facts, signature)) {
            return None;
        }
        let (kind, fields) = facts.split_first()?;
        match *kind {
            coupon::KIND => SignedCoupon::unpack(fields).map(Self::Coupon),
            stamp::KIND => SignedStamp::unpack(fields).map(Self::Stamp),
            _ => None,
        }
    }
}

/// Whether a list of ids, as people write them, names this one.
#[must_use]
pub fn is_denied(id: &str, denied: &[String]) -> bool {
    denied.iter().any(|one| code::normalize(one).as_deref() == Some(id))
}

#[cfg(test)]
mod tests;
