//! Whether two members are the same person, by their e-mail address and telephone number.

use crate::domain::member::Person;

/// Fewest digits of a telephone number that identify one line wherever it is called from.
const LOCAL_DIGITS: usize = 8;

/// Whether two members share an identifier after normalisation.
#[must_use]
pub fn same_person(one: &Person, other: &Person) -> bool {
    let mailboxes = one.email.as_deref().map(mailbox).zip(other.email.as_deref().map(mailbox));
    let phones = one.phone.as_deref().map(digits).zip(other.phone.as_deref().map(digits));
    mailboxes.is_some_and(|(one, other)| one == other) || phones.is_some_and(|(one, other)| same_line(&one, &other))
}

/// The mailbox of an address: without a `+tag`, and for Google's mail without dots.
pub(super) fn mailbox(email: &str) -> (String, String) {
    let email = email.to_lowercase();
    let (local, domain) = email.rsplit_once('@').unwrap_or((&email, ""));
    let local = local.split_once('+').map_or(local, |(before, _)| before);
    if matches!(domain, "gmail.com" | "googlemail.com") {
        return (local.replace('.', ""), "gmail.com".to_owned());
    }
    (local.to_owned(), domain.to_owned())
}

/// The digits of a telephone number, without the prefix for calls abroad.
pub(super) fn digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits.strip_prefix("00").map_or_else(|| digits.clone(), str::to_owned)
}

/// `+56 9 1234 5678`, `912345678` and `09 1234 5678` are the same line.
fn same_line(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim_start_matches('0'), other.trim_start_matches('0'));
    let shorter = one.len().min(other.len());
    one == other || (shorter >= LOCAL_DIGITS && (one.ends_with(other) || other.ends_with(one)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(email: &str, phone: &str) -> Person {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Person { email: given(email), phone: given(phone), ..Person::default() }
    }

    #[test]
    fn one_mailbox_or_one_line_is_one_person() {
        for (one, other) in [
            (("ana@example.cl", ""), ("ana@example.cl", "")),
            (("ana@example.cl", ""), ("Ana+promo@example.cl", "")),
            (("a.n.a@gmail.com", ""), ("ana@googlemail.com", "")),
            (("", "+56912345678"), ("", "912345678")),
            (("", "0056912345678"), ("", "+56912345678")),
            (("", "0912345678"), ("", "+56912345678")),
            (("eva@example.cl", "+56912345678"), ("ana@example.cl", "+56912345678")),
        ] {
            assert!(same_person(&person(one.0, one.1), &person(other.0, other.1)), "{one:?} {other:?}");
        }
    }

    #[test]
    fn neighbours_are_two_persons() {
        for (one, other) in [
            (("", ""), ("", "")),
            (("ana@example.cl", ""), ("", "+56912345678")),
            (("ana@example.cl", ""), ("ana@example.com", "")),
            (("a.na@example.cl", ""), ("ana@example.cl", "")),
            (("", "+56912345678"), ("", "+56912345679")),
            (("", "123456"), ("", "+56900123456")),
        ] {
            assert!(!same_person(&person(one.0, one.1), &person(other.0, other.1)), "{one:?} {other:?}");
        }
    }
}
