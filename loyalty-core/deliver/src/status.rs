//! Enhanced status codes of mail servers (RFC 3463).

use std::fmt;

/// A status code as `5.1.1`: class, subject, detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) class: u16,
    pub(crate) subject: u16,
    pub(crate) detail: u16,
}

impl Status {
    /// The status at the beginning of a text, followed by its end or by a space.
    pub(crate) fn leading(text: &str) -> Option<Self> {
        let word = text.split_whitespace().next()?.trim_end_matches([':', ';', ',']);
        let mut parts = word.split('.').map(|part| {
            let is_number = (1..=3).contains(&part.len()) && part.bytes().all(|sign| sign.is_ascii_digit());
            is_number.then(|| part.parse::<u16>().ok()).flatten()
        });
        let status = Self { class: parts.next()??, subject: parts.next()??, detail: parts.next()?? };
        (parts.next().is_none() && [2, 4, 5].contains(&status.class)).then_some(status)
    }

    /// The first status that stands anywhere in a text, as in `smtp; 550 5.1.1 no such user`.
    pub(crate) fn anywhere(text: &str) -> Option<Self> {
        text.split(|sign: char| sign.is_whitespace() || "-;()<>[]".contains(sign)).find_map(Self::leading)
    }

    /// The address does not exist, so that no mail may go there again: the recipient's 5.1.x, and a closed mailbox.
    ///
    /// 5.1.7 and 5.1.8 are about the sender's address, and 5.1.0 and 5.1.4 leave it open: an address is not given up
    /// for these.
    pub(crate) const fn is_of_a_dead_address(self) -> bool {
        self.class == 5 && matches!((self.subject, self.detail), (1, 1 | 2 | 3 | 6 | 10) | (2, 1))
    }

    /// Refused for policy or reputation, which says nothing about the address.
    pub(crate) const fn is_of_policy(self) -> bool {
        self.class == 5 && self.subject == 7
    }
}

impl fmt::Display for Status {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_three_numbers_at_the_beginning_of_a_text() {
        for (text, found) in [
            ("5.1.1 no such user", Some("5.1.1")),
            ("4.7.650", Some("4.7.650")),
            ("5.2.1: closed", Some("5.2.1")),
            ("550 5.1.1", None),
            ("5.1", None),
            ("5.1.1.1", None),
            ("9.1.1", None),
            ("5.1111.1", None),
            ("5..1", None),
            ("", None),
        ] {
            assert_eq!(Status::leading(text).map(|status| status.to_string()).as_deref(), found, "{text}");
        }
    }

    #[test]
    fn a_diagnostic_has_its_status_anywhere() {
        for (text, found) in [
            ("smtp; 550 5.1.1 no such user", Some("5.1.1")),
            ("smtp; 550-5.7.1 [1.2.3.4] blocked", Some("5.7.1")),
            ("smtp; 550 (5.2.2) full", Some("5.2.2")),
            ("smtp; 550 no such user", None),
        ] {
            assert_eq!(Status::anywhere(text).map(|status| status.to_string()).as_deref(), found, "{text}");
        }
    }
}
