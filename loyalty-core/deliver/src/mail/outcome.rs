//! What became of a message, from what the server answered.

use crate::status::Status;

/// What became of a message. A reason is a code, as `smtp_550_5.1.1`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The server took it.
    Sent {
        /// What the server calls it, as a queue's id, if its answer says so.
        receipt: Option<String>,
    },
    /// Not now; another try may help.
    Temporary {
        /// Why.
        reason: String,
    },
    /// Never, whoever tries.
    Permanent {
        /// Why.
        reason: String,
        /// The address does not exist: nothing may go there again.
        suppress: bool,
    },
    /// Refused by a rule or for the sender's reputation (5.7.x): nothing is wrong with the address.
    Policy {
        /// Why.
        reason: String,
    },
    /// The message was on its way and no answer came: it may have arrived.
    Unknown,
    /// The server could not be reached, or serves this sender nothing: it is not about this message.
    Unreachable {
        /// Why.
        reason: String,
    },
}

/// What a server was asked when it refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// `MAIL FROM`: about the sender and the size.
    Sender,
    /// `RCPT TO`: about the address.
    Recipient,
    /// `DATA`, or after it: about the message.
    Content,
}

/// The outcome of a refusal.
pub(super) fn judge(stage: Stage, code: u16, text: &str) -> Outcome {
    let status = Status::leading(text).filter(|status| status.class == code / 100);
    let reason = status.map_or_else(|| format!("smtp_{code}"), |status| format!("smtp_{code}_{status}"));
    if code < 500 {
        return Outcome::Temporary { reason };
    }
    // Without a sign-in nothing goes, whatever the message.
    if matches!(code, 530 | 534 | 535 | 538) {
        return Outcome::Unreachable { reason };
    }
    if status.is_some_and(Status::is_of_policy) {
        return Outcome::Policy { reason };
    }
    let is_of_the_message =
        matches!(code, 552) || status.is_some_and(|status| matches!((status.subject, status.detail), (3, 4) | (6, _)));
    if stage == Stage::Sender && !is_of_the_message {
        return Outcome::Unreachable { reason };
    }
    let is_dead = status.is_some_and(Status::is_of_a_dead_address);
    Outcome::Permanent { reason, suppress: is_dead && stage != Stage::Sender }
}

/// The server's name for a message it took, without anything that looks like an address.
pub(super) fn receipt<'a>(lines: impl Iterator<Item = &'a str>) -> Option<String> {
    let line = lines.last()?;
    let is_plain = |word: &&str| word.bytes().all(|sign| sign.is_ascii_graphic()) && !word.contains(['@', '<', '>']);
    let words: Vec<&str> = line.split_whitespace().filter(is_plain).collect();
    let text: String = words.join(" ").chars().take(100).collect();
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permanent(reason: &str, suppress: bool) -> Outcome {
        Outcome::Permanent { reason: reason.to_owned(), suppress }
    }

    #[test]
    fn what_a_server_refuses_is_judged_by_stage_and_code() {
        let temporary = |reason: &str| Outcome::Temporary { reason: reason.to_owned() };
        let policy = |reason: &str| Outcome::Policy { reason: reason.to_owned() };
        let unreachable = |reason: &str| Outcome::Unreachable { reason: reason.to_owned() };
        for (stage, code, text, outcome) in [
            (Stage::Recipient, 450, "4.2.1 greylisted", temporary("smtp_450_4.2.1")),
            (Stage::Recipient, 451, "try later", temporary("smtp_451")),
            (Stage::Content, 421, "4.7.0 slow down", temporary("smtp_421_4.7.0")),
            (Stage::Recipient, 550, "5.1.1 no such user", permanent("smtp_550_5.1.1", true)),
            (Stage::Recipient, 550, "5.1.10 null MX", permanent("smtp_550_5.1.10", true)),
            (Stage::Content, 550, "5.2.1 closed", permanent("smtp_550_5.2.1", true)),
            (Stage::Recipient, 552, "5.2.2 full", permanent("smtp_552_5.2.2", false)),
            (Stage::Recipient, 550, "no such user here", permanent("smtp_550", false)),
            (Stage::Recipient, 550, "5.1.8 bad sender", permanent("smtp_550_5.1.8", false)),
            // The class of the status and that of the code differ: the code counts.
            (Stage::Recipient, 550, "4.1.1 what", permanent("smtp_550", false)),
            (Stage::Recipient, 550, "5.7.1 your reputation is bad", policy("smtp_550_5.7.1")),
            (Stage::Content, 554, "5.7.26 no DMARC", policy("smtp_554_5.7.26")),
            (Stage::Sender, 550, "5.1.1 unknown sender", unreachable("smtp_550_5.1.1")),
            (Stage::Sender, 553, "not your address", unreachable("smtp_553")),
            (Stage::Sender, 530, "5.7.0 sign in first", unreachable("smtp_530_5.7.0")),
            (Stage::Sender, 552, "5.3.4 too big", permanent("smtp_552_5.3.4", false)),
        ] {
            assert_eq!(judge(stage, code, text), outcome, "{code} {text}");
        }
    }

    #[test]
    fn a_receipt_has_no_address() {
        assert_eq!(receipt(["2.0.0 Ok: queued as 4XyZ"].into_iter()).as_deref(), Some("2.0.0 Ok: queued as 4XyZ"));
        assert_eq!(receipt(["OK for ana@example.com <x@y>"].into_iter()).as_deref(), Some("OK for"));
        assert_eq!(receipt(std::iter::empty()), None);
    }
}
