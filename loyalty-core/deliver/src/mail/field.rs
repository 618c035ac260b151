//! What may stand in a header, so that no field of a message writes another.

use std::fmt;

/// A field of a message that may not be sent as it is. The value is not told: it may name a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field, as `subject`, `to`, or `headers.List-Unsubscribe`.
    pub field: String,
    /// What is wrong with it.
    pub because: Because,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Because {
    /// It holds a line break or another control character.
    Control,
    /// It holds a character that turns the direction of reading, which lets a text show as another.
    Direction,
    /// It holds an encoded word of RFC 2047, which a reader would decode to what was not checked.
    EncodedWord,
    /// It is no address of the form `user@host`.
    Address,
    /// It is longer than mail allows.
    Length,
    /// It is not of the form that the field has, or empty.
    Form,
    /// It is a header that the message has already.
    Taken,
}

impl Because {
    /// The word for it in reasons, as `control`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Direction => "direction",
            Self::EncodedWord => "encoded_word",
            Self::Address => "address",
            Self::Length => "length",
            Self::Form => "form",
            Self::Taken => "taken",
        }
    }
}

impl FieldError {
    pub(crate) fn new(field: &str, because: Because) -> Self {
        Self { field: field.to_owned(), because }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let because = match self.because {
            Because::Control => "must be one line without control characters",
            Because::Direction => "must not hold characters that turn the direction of reading",
            Because::EncodedWord => "must not hold an encoded word",
            Because::Address => "must be an address as `user@host`",
            Because::Length => "is too long for mail",
            Because::Form => "has not the form that it needs",
            Because::Taken => "is written by the message itself",
        };
        write!(to, "`{}` {because}", self.field)
    }
}

impl std::error::Error for FieldError {}

/// Characters that embed, override or isolate a direction.
const fn turns(sign: char) -> bool {
    matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn breaks(sign: char) -> bool {
    sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}')
}

/// An encoded word is `=?charset?b?text?=`; a question as `2+2=?` is none.
fn has_encoded_word(text: &str) -> bool {
    text.match_indices("=?").any(|(at, mark)| {
        let mut parts = text.get(at + mark.len()..).unwrap_or_default().split('?');
        let charset = parts.next().unwrap_or_default();
        let encoding = parts.next().unwrap_or_default();
        !charset.is_empty() && !charset.contains(' ') && matches!(encoding, "b" | "B" | "q" | "Q")
    })
}

/// Refuses a text that would not stay one line of its own header.
pub(crate) fn checked<'a>(field: &str, text: &'a str) -> Result<&'a str, FieldError> {
    let because = if text.chars().any(breaks) {
        Because::Control
    } else if text.chars().any(turns) {
        Because::Direction
    } else if has_encoded_word(text) {
        Because::EncodedWord
    } else {
        return Ok(text);
    };
    Err(FieldError::new(field, because))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_write_another_header_or_show_another_text_is_refused() {
        for (text, because) in [
            ("a\r\nBcc: b@example.com", Because::Control),
            ("a\nb", Because::Control),
            ("a\rb", Because::Control),
            ("a\0b", Because::Control),
            ("a\tb", Because::Control),
            ("a\u{7f}b", Because::Control),
            ("a\u{85}b", Because::Control),
            ("a\u{2028}b", Because::Control),
            ("a\u{202e}b", Because::Direction),
            ("a\u{2066}b", Because::Direction),
            ("=?utf-8?b?4oCu?=", Because::EncodedWord),
            ("x =?iso-8859-1?Q?=0D=0A?=", Because::EncodedWord),
        ] {
            assert_eq!(checked("subject", text), Err(FieldError::new("subject", because)), "{text:?}");
        }
        for text in ["", "¿Café? 2+2=?", "=? ?b?", "شكرا\u{200f}", "José 😀", "a=?b"] {
            assert_eq!(checked("subject", text), Ok(text));
        }
    }

    #[test]
    fn the_error_names_the_field_and_not_its_value() {
        let error = checked("to", "ana@example.com\n").unwrap_err();
        assert_eq!(error.to_string(), "`to` must be one line without control characters");
    }
}
