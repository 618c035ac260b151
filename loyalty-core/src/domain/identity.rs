//! What identifies a member, apart from the host's id.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// A telephone number.
    Phone,
    /// The number of a card; a member may have several.
    Card,
    /// An e-mail address.
    Email,
    /// The member's referral code.
    Code,
}

impl IdentityKind {
    /// The stored word, which is also the name of the argument.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Card => "card",
            Self::Email => "email",
            Self::Code => "code",
        }
    }
}

/// A telephone number in its international form (E.164) when the country is known: `calling_code` applies to numbers
/// that name no country.
///
/// A number that begins with a plus or two zeros names its country. So does a number that begins with the programme's
/// own code and is longer than any national number.
#[must_use]
pub fn international(number: &str, calling_code: Option<&str>) -> String {
    if number.starts_with('+') {
        return number.to_owned();
    }
    if let Some(rest) = number.strip_prefix("00") {
        return format!("+{rest}");
    }
    match calling_code {
        Some(code) if number.len() > LONGEST_NATIONAL && number.starts_with(code) => format!("+{number}"),
        Some(code) => format!("+{code}{}", number.trim_start_matches('0')),
        None => number.to_owned(),
    }
}

/// Most digits of a number within a country.
const LONGEST_NATIONAL: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_form_however_it_is_written() {
        for written in ["+56912345678", "0056912345678", "56912345678", "912345678", "0912345678"] {
            assert_eq!(international(written, Some("56")), "+56912345678", "{written}");
        }
        assert_eq!(international("912345678", None), "912345678");
        assert_eq!(international("+34600111222", Some("56")), "+34600111222");
    }
}
