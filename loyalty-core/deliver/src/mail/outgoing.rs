//! A message as the engine hands it out.

use std::fmt;

use serde::Deserialize;

/// An item of `next_messages`: one message to one recipient.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Outgoing {
    /// The id of the message in the engine.
    pub id: i64,
    /// What kind of message it is, as `points_expiring`.
    pub kind: String,
    /// The recipient: `user@host` or `Name <user@host>`.
    pub to: String,
    /// The sender: `user@host` or `Name <user@host>`.
    pub from: String,
    /// The subject, in clear text of one line.
    pub subject: String,
    /// The text for who reads no HTML.
    pub text: String,
    /// The HTML; without it the message is only text.
    #[serde(default)]
    pub html: Option<String>,
    /// Further headers, as `List-Unsubscribe`: name and value.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The Message-ID with its angle brackets, the same on each try.
    pub message_id: String,
    /// Which try it is, from 1.
    pub attempt: u32,
    /// What the return path carries after a `+`, so that a bounce leads to the message.
    #[serde(default)]
    pub return_path_tag: Option<String>,
}

/// Without what says who is written to, and what.
impl fmt::Debug for Outgoing {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Outgoing")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}
