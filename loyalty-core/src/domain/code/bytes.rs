//! Bytes as symbols of a code: five bits per symbol, with exactly one encoding.

use super::{ALPHABET, letter};

/// Bytes written with the 32 symbols, the last filled up with zero bits.
#[must_use]
pub fn of_bytes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0_u16, 0_u32);
    for byte in bytes {
        held = (held << 8) | u16::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter((held >> bits) as u8));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(letter((held << (5 - bits)) as u8));
    }
    text
}

/// Reads them back. Case does not matter; any other encoding of the same bytes is refused.
#[must_use]
pub fn to_bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut held, mut bits) = (0_u16, 0_u32);
    for sign in text.bytes() {
        let symbol = ALPHABET.iter().position(|symbol| *symbol == sign.to_ascii_uppercase())?;
        held = (held << 5) | u16::try_from(symbol).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
        held &= (1 << bits) - 1;
    }
    (bits < 5 && held == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_back_from_one_text_only() {
        for length in 0..40_u8 {
            let bytes: Vec<u8> = (0..length).map(|place| place.wrapping_mul(73) ^ 0xA5).collect();
            let text = of_bytes(&bytes);
            assert_eq!(to_bytes(&text), Some(bytes.clone()), "{text}");
            assert_eq!(to_bytes(&text.to_lowercase()), Some(bytes.clone()));
            assert_ne!(to_bytes(&format!("{text}0")), Some(bytes));
        }
        assert_eq!(of_bytes(b"\xff"), "ZW");
        for bad in ["ZX", "Z", "OO", "U0", "ÑÑ", "0 0"] {
            assert_eq!(to_bytes(bad), None, "{bad}");
        }
    }
}
