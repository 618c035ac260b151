//! Base64 with padding (RFC 4648, section 4).

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes as base64.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for chunk in bytes.chunks(3) {
        let [first, second, third] = [0, 1, 2].map(|place| chunk.get(place).copied().unwrap_or(0));
        let sixes = [first >> 2, (first & 3) << 4 | second >> 4, (second & 15) << 2 | third >> 6, third & 63];
        for (place, six) in sixes.into_iter().enumerate() {
            let symbol = ALPHABET.get(usize::from(six)).copied().filter(|_| place <= chunk.len());
            text.push(symbol.map_or('=', char::from));
        }
    }
    text
}

/// The bytes of a text in its only right form: padded, and without bits that mean nothing.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for symbols in text.as_bytes().chunks(4) {
        let bare = symbols.iter().position(|symbol| *symbol == b'=').unwrap_or(4);
        let mut sixes = [0; 4];
        for (six, symbol) in sixes.iter_mut().zip(symbols).take(bare) {
            *six = u8::try_from(ALPHABET.iter().position(|known| known == symbol)?).ok()?;
        }
        let [first, second, third, fourth] = sixes;
        let whole = [first << 2 | second >> 4, second << 4 | third >> 2, third << 6 | fourth];
        bytes.extend(whole.into_iter().take(bare.saturating_sub(1)));
    }
    (encode(&bytes) == text).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_standard_are_read_and_written() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        assert_eq!(encode(&[0xfb, 0xff, 0xbf]), "+/+/");
        for text in ["Zg", "Zg=", "Zg===", "Zh==", "Z", "Zm9v\n", "Zm-v", " Zm9v", "Zm=v", "===="] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
