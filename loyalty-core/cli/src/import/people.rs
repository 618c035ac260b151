//! Whose order it is: a user number of the host, or an identity that finds a member.

use loyalty_core::ops::IdentityKind as Kind;
use loyalty_core::value::UserId;
use loyalty_core::{Error, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::columns::folded;

/// What the column of users holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum UserKind {
    /// The host's user ids: whole numbers above zero.
    Number,
    /// E-mail addresses.
    Email,
    /// Telephone numbers.
    Phone,
    /// Ids that are not numbers, stored as card numbers.
    Card,
}

/// Who a user is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Who {
    /// A user of the host.
    User(i64),
    /// Whoever is found by this identity.
    Found(Kind, String),
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::User(number) => number.fmt(f),
            Self::Found(_, value) => f.write_str(value),
        }
    }
}

/// A user of a file, with every identity that can find the user.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Contact {
    pub(super) who: Option<Who>,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) card: Option<String>,
    pub(super) name: Option<String>,
}

/// Words for an anonymous guest.
const NOBODY: &str = "guest,invitado,invitada,anonymous,anonimo,anonima,consumidor final,cliente final,walk in,\
    walk in customer,publico general,publico en general,cliente general,cliente generico,sin cliente,no customer,n a,na,\
    none,null,nil,unknown,sin registro";

/// The text, unless it means nobody.
pub(super) fn somebody(text: &str) -> Option<&str> {
    let folded = folded(text);
    // A text without letters and digits, like `-`, means nobody too.
    let nobody = folded.is_empty() || NOBODY.split(',').any(|word| word == folded);
    (!nobody).then_some(text)
}

/// Reads the text of a column of users.
///
/// # Errors
/// Says what was expected.
pub(super) fn read(text: &str, kind: UserKind) -> std::result::Result<Who, String> {
    let wrong = |expected: &str| format!("must be {expected}, got `{}`", text.chars().take(60).collect::<String>());
    match kind {
        UserKind::Number => {
            // Spreadsheets write whole numbers with a decimal point and a zero.
            let digits = text.strip_suffix(".0").unwrap_or(text);
            let number = digits.parse::<i64>().ok().and_then(|number| UserId::new(number).ok());
            let expected = "a whole number above zero (or give --user-kind)";
            number.map(|number| Who::User(number.get())).ok_or_else(|| wrong(expected))
        }
        UserKind::Email if text.contains('@') => Ok(Who::Found(Kind::Email, text.to_lowercase())),
        UserKind::Email => Err(wrong("an e-mail address")),
        UserKind::Phone if text.chars().any(|sign| sign.is_ascii_digit()) => {
            Ok(Who::Found(Kind::Phone, text.to_owned()))
        }
        UserKind::Phone => Err(wrong("a telephone number")),
        UserKind::Card => {
            card(text).map(|card| Who::Found(Kind::Card, card)).ok_or_else(|| wrong("an id of letters and digits"))
        }
    }
}

/// A text id as a card number: capital letters and digits.
pub(super) fn card(text: &str) -> Option<String> {
    let plain = |sign: char| matches!(sign, ' ' | '-' | '_' | '.' | '/' | '#' | ':');
    let number: String = text.chars().filter(|sign| !plain(*sign)).collect();
    let sane = (1..=64).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    sane.then(|| number.to_ascii_uppercase())
}

/// The first of the ids for users without a number: far above any shop's own ids, and below 2^53, up to which
/// JavaScript counts exactly.
const FIRST_GIVEN: i64 = 1 << 52;

/// The id of a user who is known only by an identity: 2^52 and the first 52 bits of the SHA-256 of `kind:value`.
///
/// It depends only on the identity: it is the same in any order of a file, in a second import and in another database.
///
/// # Errors
/// Never; the number is above zero.
pub(super) fn given_id(kind: Kind, value: &str) -> Result<UserId> {
    let hash = Sha256::digest(format!("{}:{value}", kind.word()));
    let bits = hash.iter().take(7).fold(0_i64, |bits, byte| (bits << 8) | i64::from(*byte)) >> 4;
    UserId::new(FIRST_GIVEN + bits).map_err(Error::internal)
}

/// What the values of a column of users look like.
#[derive(Debug, Default)]
pub(super) struct UserEvidence {
    numbers: u64,
    emails: u64,
    phones: u64,
    ids: u64,
    name: Option<(u64, String)>,
}

impl UserEvidence {
    /// Notes a value.
    pub(super) fn note(&mut self, line: u64, text: &str) {
        let Some(text) = somebody(text) else { return };
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let dialled =
            text.starts_with('+') && text.chars().all(|sign| sign.is_ascii_digit() || "+ -().".contains(sign));
        if text.strip_suffix(".0").unwrap_or(text).parse::<i64>().is_ok() && !text.starts_with('+') {
            self.numbers += 1;
        } else if text.contains('@') {
            self.emails += 1;
        } else if dialled && digits >= 6 {
            self.phones += 1;
        } else if digits > 0 {
            self.ids += 1;
        } else {
            self.name.get_or_insert_with(|| (line, text.chars().take(40).collect()));
        }
    }

    /// What the column holds. When some values are numbers, all must be.
    ///
    /// # Errors
    /// Says what is unclear.
    pub(super) fn kind(&self) -> std::result::Result<UserKind, String> {
        match (self.numbers, self.emails, self.phones, self.ids, &self.name) {
            (1.., ..) | (0, 0, 0, 0, None) => Ok(UserKind::Number),
            (0, 1.., 0, 0, None) => Ok(UserKind::Email),
            (0, 0, 1.., 0, None) => Ok(UserKind::Phone),
            (0, 0, 0, 1.., None) => Ok(UserKind::Card),
            (.., Some((line, name))) => Err(format!(
                "`{name}` in line {line} may be a user's name and not an id; --user-column names another column, \
                 --user-kind card accepts it as an id"
            )),
            _ => Err("users are written in several ways; give --user-kind as `number`, `email`, `phone` or `card`"
                .to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_users_are_is_told_by_all_of_them() {
        for (texts, kind) in [
            (&["12", "13.0", "-"][..], Some(UserKind::Number)),
            (&["12", "Ana"][..], Some(UserKind::Number)),
            (&["ana@example.cl", "guest"][..], Some(UserKind::Email)),
            (&["+56 9 1234 5678"][..], Some(UserKind::Phone)),
            (&["C-0042", "cus_17"][..], Some(UserKind::Card)),
            (&["Ana Soto"][..], None),
            (&["C-1", "ana@example.cl"][..], None),
        ] {
            let mut evidence = UserEvidence::default();
            texts.iter().zip(2..).for_each(|(text, line)| evidence.note(line, text));
            assert_eq!(evidence.kind().ok(), kind, "{texts:?}");
        }
    }

    #[test]
    fn a_given_id_depends_on_the_identity_alone() {
        let id = given_id(Kind::Email, "ana@example.cl").unwrap().get();
        // The first 13 digits of `printf email:ana@example.cl | sha256sum`.
        assert_eq!(id, (1 << 52) + 0xf_9a3e_7841_05d9);
        assert_ne!(id, given_id(Kind::Email, "eva@example.cl").unwrap().get());
        assert_ne!(id, given_id(Kind::Card, "ana@example.cl").unwrap().get());
    }

    #[test]
    fn nobody_has_many_names() {
        for nobody in ["", " ", "-", "Guest", "Consumidor Final", "N/A"] {
            assert_eq!(somebody(nobody), None, "{nobody}");
        }
        assert_eq!(somebody("Ana"), Some("Ana"));
        assert_eq!(card("C-0042").as_deref(), Some("C0042"));
        assert_eq!(card("ñandú"), None);
    }
}
