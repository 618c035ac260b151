//! Bytes and digests as people and keys read them.

use sha2::{Digest as _, Sha256};

/// Two hexadecimal digits for each byte.
///
/// ```
/// assert_eq!(loyalty_core::value::hex(&[0, 171, 255]), "00abff");
/// ```
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    push_hex(&mut text, bytes);
    text
}

/// The same at the end of a text.
pub(crate) fn push_hex(text: &mut String, bytes: &[u8]) {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    text.extend(halves.filter_map(|half| char::from_digit(half.into(), 16)));
}

/// The first bytes of a SHA-256: at most 32.
pub(crate) fn fingerprint<const BYTES: usize>(data: impl AsRef<[u8]>) -> [u8; BYTES] {
    const { assert!(BYTES <= 32, "a SHA-256 has 32 bytes") };
    let mut first = [0; BYTES];
    for (byte, of_digest) in first.iter_mut().zip(Sha256::digest(data)) {
        *byte = of_digest;
    }
    first
}
