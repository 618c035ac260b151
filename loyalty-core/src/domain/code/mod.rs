//! Codes that people read and type: Crockford base 32 with a check symbol.
//!
//! The check symbol is a Reed-Solomon parity over GF(32): it catches every single wrong symbol and every swap of two
//! neighbours, and it is itself one of the same 32 symbols.

mod accent;
mod bytes;

use crate::value::{Entropy, is_invisible};

pub use bytes::{of_bytes, to_bytes};

/// Crockford's 32 symbols: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Longest prefix.
const MAX_PREFIX: usize = 8;
/// Shortest and longest code chosen by a shop.
const MIN_OWN: usize = 4;
const MAX_OWN: usize = 24;
/// Longest code in total, within the reach of the check symbol (31 positions).
const MAX_CODE: usize = 31;

/// The shape of codes of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeShape {
    length: usize,
    prefix: String,
    check: bool,
}

/// How a code ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With a symbol that shows most mistypings.
    Check,
    /// With its last random symbol.
    Plain,
}

impl Ending {
    /// With a check symbol where the programme asks for one.
    #[must_use]
    pub const fn of(check: bool) -> Self {
        if check { Self::Check } else { Self::Plain }
    }
}

impl CodeShape {
    /// Codes of `length` random symbols after an optional prefix, with or without a check symbol at the end.
    ///
    /// # Errors
    /// What was expected of the prefix, in words.
    pub fn new(length: usize, prefix: &str, ending: Ending) -> Result<Self, String> {
        let check = ending == Ending::Check;
        let words = || {
            format!(
                "must have at most {MAX_PREFIX} letters and digits, but not U (it is no code symbol), got `{prefix}`"
            )
        };
        if prefix.len() > MAX_PREFIX {
            return Err(words());
        }
        let prefix = normalize(prefix).ok_or_else(words)?;
        if prefix.len() + length + usize::from(check) > MAX_CODE {
            return Err(format!("is too long for a code of {MAX_CODE} symbols in all"));
        }
        Ok(Self { length, prefix, check })
    }

    /// A new code in its normal form, without separators.
    #[must_use]
    pub fn generate(&self, entropy: &mut Entropy) -> String {
        let mut code = String::with_capacity(self.prefix.len() + self.length + 1);
        code.push_str(&self.prefix);
        let mut left = self.length;
        while left > 0 {
            for symbol in entropy.symbols().into_iter().take(left) {
                code.push(letter(symbol));
                left -= 1;
            }
        }
        if self.check {
            code.push(letter(parity(&code)));
        }
        code
    }

    /// Codes like these with another number of random symbols, and another prefix if one is given.
    ///
    /// # Errors
    /// As [`CodeShape::new`].
    pub fn with(&self, length: usize, prefix: Option<&str>) -> Result<Self, String> {
        Self::new(length, prefix.unwrap_or(&self.prefix), Ending::of(self.check))
    }

    /// Random symbols of a code; each carries 5 bits.
    #[must_use]
    pub const fn symbols(&self) -> usize {
        self.length
    }

    /// How many different codes there are.
    #[must_use]
    pub const fn bits(&self) -> usize {
        self.length * 5
    }
}

/// How hard it is to guess a code: one guess in 2 to the power of this number hits one of `live` codes with `symbols`
/// random symbols.
///
/// A prefix and a check symbol add nothing, because a guesser knows both. A shape below the programme's
/// `codes.minimum_bits` is refused.
#[must_use]
pub const fn guess_chance_bits(symbols: i64, live: i64) -> i64 {
    let bits = symbols.saturating_mul(5);
    if live <= 1 {
        return bits;
    }
    // The logarithm is rounded up, so the chance is never understated.
    bits.saturating_sub(64 - ((live - 1).leading_zeros() as i64))
}

/// The code for reading: groups of four, the last with up to five.
#[must_use]
pub fn grouped(code: &str) -> String {
    let mut shown = String::with_capacity(code.len() + code.len() / 4);
    for (index, symbol) in code.chars().enumerate() {
        if index > 0 && index.is_multiple_of(4) && code.len() - index > 1 {
            shown.push('-');
        }
        shown.push(symbol);
    }
    shown
}

/// The normal form of what was typed or pasted: upper case, no hyphens, spaces or invisible characters, O as 0, I and L
/// as 1, full-width characters as plain ones.
///
/// `None` when a character is not a code symbol, or there are too many.
#[must_use]
pub fn normalize(typed: &str) -> Option<String> {
    if typed.len() > 16 * MAX_CODE {
        return None;
    }
    let symbols = typed.chars().map(half_width).filter(|sign| !is_separator(*sign) && !is_invisible(*sign));
    let code: Option<String> = symbols.map(|sign| value(sign).map(letter)).collect();
    code.filter(|code| code.len() <= MAX_CODE)
}

/// The pasted text without blanks, line ends and invisible characters: for a long code that was broken over lines.
#[must_use]
pub fn compact(typed: &str) -> String {
    typed.chars().filter(|sign| !sign.is_whitespace() && !is_invisible(*sign)).collect()
}

/// The key by which a coupon's code is looked up: as [`normalize`]; in a code chosen by a shop, U is also allowed, and
/// accents are removed. So a code is found as it is typed, and no two codes can be confused.
#[must_use]
pub fn key(typed: &str) -> Option<String> {
    if typed.len() > 16 * MAX_CODE {
        return None;
    }
    let is_sign = |sign: &char| !is_separator(*sign) && !is_invisible(*sign) && !accent::is_mark(*sign);
    let signs = typed.chars().map(half_width).filter(is_sign);
    let code: Option<String> = signs.map(|sign| own_letter(accent::without(sign))).collect();
    code.filter(|code| code.len() <= MAX_CODE)
}

/// The key of a code chosen by a shop.
///
/// # Errors
/// What was expected of it, in words.
pub fn own(printed: &str) -> Result<String, String> {
    let words = || format!("must have {} to {MAX_OWN} letters and digits, got `{printed}`", MIN_OWN);
    key(printed).filter(|key| (MIN_OWN..=MAX_OWN).contains(&key.len())).ok_or_else(words)
}

fn own_letter(sign: char) -> Option<char> {
    if sign.eq_ignore_ascii_case(&'U') { Some('U') } else { value(sign).map(letter) }
}

/// Whether the check symbol at the end of a normal form is right.
#[must_use]
pub fn is_checked(normal: &str) -> bool {
    let last = normal.len().saturating_sub(1);
    let Some((body, check)) = normal.split_at_checked(last) else { return false };
    !body.is_empty() && check.chars().next().and_then(value) == Some(parity(body))
}

/// Keyboards for Chinese and Japanese type a form of ASCII that is as wide as their own characters.
fn half_width(sign: char) -> char {
    match u32::from(sign) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(sign),
        _ => sign,
    }
}

/// Spaces, line ends and dashes of every kind, as messages and word processors produce them.
pub(crate) fn is_separator(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

pub(super) fn letter(symbol: u8) -> char {
    ALPHABET.get(usize::from(symbol & 31)).map_or('0', |byte| char::from(*byte))
}

pub(super) fn value(sign: char) -> Option<u8> {
    let sign = match sign.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|byte| char::from(*byte) == sign).and_then(|index| u8::try_from(index).ok())
}

/// The symbol that makes the sum of all symbols, each multiplied by its own power of a generator of GF(32), zero.
pub(super) fn parity(body: &str) -> u8 {
    body.bytes().fold(0, |sum, byte| times_generator(sum ^ VALUES.get(usize::from(byte)).copied().unwrap_or(0)))
}

/// Multiplication by x in GF(32) = GF(2)[x] / (x^5 + x^2 + 1).
const fn times_generator(symbol: u8) -> u8 {
    let shifted = symbol << 1;
    if shifted & 32 == 0 { shifted } else { (shifted ^ 0b10_0101) & 31 }
}

/// The value of each symbol of a normal form, by its byte.
const VALUES: [u8; 256] = {
    let mut values = [0; 256];
    let mut symbol = 0;
    #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
    while symbol < 32 {
        values[ALPHABET[symbol as usize] as usize] = symbol;
        symbol += 1;
    }
    values
};

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(count: usize) -> Vec<String> {
        let shape = CodeShape::new(10, "", Ending::Check).unwrap();
        let mut entropy = Entropy::from_seed([7; 32]);
        (0..count).map(|_| shape.generate(&mut entropy)).collect()
    }

    #[test]
    fn every_single_wrong_symbol_is_caught() {
        for code in codes(200) {
            assert!(is_checked(&code), "{code}");
            for place in 0..code.len() {
                for wrong in ALPHABET {
                    let mut typed = code.clone().into_bytes();
                    if typed[place] == *wrong {
                        continue;
                    }
                    typed[place] = *wrong;
                    assert!(!is_checked(&String::from_utf8(typed).unwrap()), "{code} at {place}");
                }
            }
        }
    }

    #[test]
    fn every_swap_of_neighbours_is_caught() {
        for code in codes(2_000) {
            for place in 1..code.len() {
                let mut typed = code.clone().into_bytes();
                typed.swap(place - 1, place);
                let typed = String::from_utf8(typed).unwrap();
                assert!(typed == code || !is_checked(&typed), "{code} at {place}");
            }
        }
    }

    #[test]
    fn reading_forgives_case_separators_and_look_alikes() {
        assert_eq!(normalize("7q2m-9kx4 d").as_deref(), Some("7Q2M9KX4D"));
        assert_eq!(normalize("oOiIlL").as_deref(), Some("001111"));
        assert_eq!(normalize("７ｑ２ｍ－９ＫＸ４\u{3000}Ｄ").as_deref(), Some("7Q2M9KX4D"));
        assert_eq!(normalize("7Q2M\u{2013}9KX4\u{a0}D ").as_deref(), Some("7Q2M9KX4D"));
        assert_eq!(normalize("\u{feff}7Q2M\u{ad}9KX\u{200b}4\u{2060}D\r\n").as_deref(), Some("7Q2M9KX4D"));
        for bad in ["U", "ñ", "A_B", "٧", &"A".repeat(32), &"A".repeat(10_000_000)] {
            assert_eq!(normalize(bad), None);
        }
    }

    #[test]
    fn a_code_of_the_shops_own_is_found_as_it_is_typed() {
        for (printed, typed) in [
            ("WELCOME10", "welcome 1O"),
            ("AÑO-NUEVO", "ano nuevo"),
            ("AÑO-NUEVO", "An\u{303}o\u{a0}nuevo"),
            ("CAFÉ-ÜBER", "cafeuber"),
            ("7Q2M-9KX4-D", "7q2m9kx4d"),
        ] {
            assert_eq!(key(printed), key(typed), "{printed}");
            assert!(own(printed).is_ok());
        }
        assert_eq!((key("7Q2M9KX4D"), key("A_B"), key("٧٧٧٧")), (normalize("7Q2M9KX4D"), None, None));
        for bad in ["ABC", "", "DIEZ%", "A234567890123456789012345"] {
            assert!(own(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_prefix_may_be_any_letters_but_u() {
        let shape = CodeShape::new(8, "cafe", Ending::Check).unwrap();
        assert!(shape.generate(&mut Entropy::from_seed([1; 32])).starts_with("CAFE"));
        assert!(CodeShape::new(8, "CLUB", Ending::Check).is_err());
        assert!(CodeShape::new(24, "CAFECAFE", Ending::Check).is_err());
    }

    #[test]
    fn the_chance_to_guess_a_code_grows_with_the_codes_that_live() {
        for (symbols, live, bits) in
            [(8, 0, 40), (8, 1, 40), (8, 2, 39), (8, 3, 38), (10, 1_024, 40), (10, 1_025, 39), (6, 1, 30)]
        {
            assert_eq!(guess_chance_bits(symbols, live), bits, "{symbols} {live}");
        }
    }

    #[test]
    fn no_symbol_is_favoured() {
        let mut counts = [0_u32; 32];
        let all = codes(20_000);
        for byte in all.iter().flat_map(|code| code.bytes().take(10)) {
            counts[usize::from(VALUES[usize::from(byte)])] += 1;
        }
        let expected = 20_000.0 * 10.0 / 32.0;
        let chi_square: f64 = counts.iter().map(|n| (f64::from(*n) - expected).powi(2) / expected).sum();
        // 31 degrees of freedom: above 61.1 once in a thousand seeds; the seed is fixed.
        assert!(chi_square < 61.1, "{chi_square}");
    }

    #[test]
    fn a_code_is_read_in_groups_and_found_as_it_is_typed() {
        assert_eq!((guess_chance_bits(8, 1), guess_chance_bits(10, 1_000_000)), (40, 30));
        assert_eq!(grouped("7Q2M9KX4D"), "7Q2M-9KX4D");
        assert_eq!(grouped("7Q2M9KX4DAB"), "7Q2M-9KX4-DAB");
        assert_eq!(key("año nuevo"), key("ANO-NUEVO"));
        assert_eq!(key("welcome1O"), key("WELC0MEl0"));
    }
}
