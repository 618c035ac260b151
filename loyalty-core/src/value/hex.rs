//! Bytes as people and keys read them.

/// Two hexadecimal digits for each byte.
///
/// ```
/// assert_eq!(loyalty_core::value::hex(&[0, 171, 255]), "00abff");
/// ```
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.filter_map(|half| char::from_digit(half.into(), 16)).collect()
}
