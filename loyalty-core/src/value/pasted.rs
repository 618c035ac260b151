//! What people paste: drops invisible characters and surrounding blanks.

/// The pasted text without invisible characters and without surrounding blanks and line ends.
///
/// Use it for what people copy from messages, web pages and spreadsheets: codes, e-mail addresses, telephone and card
/// numbers. Do not use it for what programs compare byte by byte: ids of orders, keys, article numbers.
///
/// ```
/// use loyalty_core::value::pasted;
/// assert_eq!(pasted("\u{feff} ana@\u{200b}example.cl\u{a0}\r\n"), "ana@example.cl");
/// ```
#[must_use]
pub fn pasted(text: &str) -> String {
    let seen: String = text.chars().filter(|sign| !is_invisible(*sign)).collect();
    seen.trim().to_owned()
}

/// A name or text for people: without control characters and without characters that change the direction of the text
/// around it. A line end or a tab becomes a blank. Characters that join letters and emoji stay.
///
/// ```
/// use loyalty_core::value::readable;
/// assert_eq!(readable(" Ana\u{202e}\nSoto\0 "), "Ana Soto");
/// ```
#[must_use]
pub fn readable(text: &str) -> String {
    let signs = text.chars().filter_map(|sign| match sign {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}' => Some(sign),
        _ if sign.is_control() || is_invisible(sign) => None,
        _ => Some(sign),
    });
    signs.collect::<String>().trim().to_owned()
}

/// The form in which names are compared to keep something from being done twice: as pasted, in one case, with single
/// blanks. `ore`, ` ORE ` and `Ore` are equal.
///
/// ```
/// use loyalty_core::value::same_name;
/// assert_eq!(same_name(" Black\u{a0} FRIDAY\n"), same_name("black friday"));
/// ```
#[must_use]
pub fn same_name(text: &str) -> String {
    let folded = pasted(text).to_lowercase();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Characters that are invisible: joiners, soft hyphens, byte order marks, direction marks, tags.
pub(crate) const fn is_invisible(sign: char) -> bool {
    matches!(
        sign,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_dropped_and_what_is_seen_stays() {
        for sign in ['\u{ad}', '\u{200b}', '\u{200d}', '\u{200e}', '\u{202e}', '\u{2060}', '\u{2066}', '\u{feff}'] {
            assert_eq!(pasted(&format!("{sign}7Q2M{sign}9KX4D{sign}")), "7Q2M9KX4D", "{sign:?}");
        }
        for blank in [" ", "\t", "\n", "\r\n", "\u{a0}", "\u{202f}", "\u{3000}", "\u{2028}", " \u{200b}\u{a0} "] {
            assert_eq!(pasted(&format!("{blank}a b{blank}")), "a b", "{blank:?}");
        }
        for same in ["Zoë", "José Ñandú", "٧", "７"] {
            assert_eq!(pasted(same), same);
        }
    }

    #[test]
    fn a_name_keeps_its_letters_and_loses_what_turns_or_breaks_a_line() {
        for (given, name) in [
            ("Ana\u{202e}atoS", "AnaatoS"),
            ("\u{2066}Ana\u{2069}", "Ana"),
            ("Ana\r\nSoto", "Ana  Soto"),
            ("A\u{7}n\u{0}a\u{7f}", "Ana"),
            ("نمی\u{200c}دانم", "نمی\u{200c}دانم"),
            ("👩\u{200d}🌾❤\u{fe0f}", "👩\u{200d}🌾❤\u{fe0f}"),
            ("\u{200b}\u{feff}", ""),
        ] {
            assert_eq!(readable(given), name, "{given:?}");
        }
    }
}
