//! What mail servers send back: that a message could not be delivered (RFC 3464), or that its reader complained
//! (RFC 5965).

mod complaint;
mod failure;
mod maildir;
mod mbox;
mod parts;

use std::fmt;

pub use maildir::{Maildir, Unread};
pub use mbox::Mbox;

use parts::Parts;

/// Larger reports are read up to here, in bytes: what matters stands in front of the returned message.
const MAX_REPORT: usize = 1 << 20;

/// What a report says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportKind {
    /// The address does not exist or is closed.
    Hard,
    /// The message did not arrive; the address may be good.
    Soft,
    /// The reader called it spam.
    Complaint,
}

/// A report about one message.
///
/// Anyone can write one: only a report whose `tag` the engine has given out, and can check, may change anything.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// What it says.
    pub kind: ReportKind,
    /// The address that it is about, if it says so. It names a person: not for logs.
    pub address: Option<String>,
    /// What the return path had behind its `+`; or the original Message-ID up to its `@`.
    pub tag: Option<String>,
    /// The status as `5.1.1`, or what the complaint is as `abuse`.
    pub status: Option<String>,
}

/// Without the address.
impl fmt::Debug for Report {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Report")
            .field("kind", &self.kind)
            .field("tag", &self.tag)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Why a message is no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotAReport {
    /// It is no message, or one that cannot be read.
    Unreadable,
    /// It is something else: an answer, an automatic reply.
    Other,
    /// It says that a message waits or has arrived.
    NoFailure,
}

impl fmt::Display for NotAReport {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Unreadable => "is no message that can be read",
            Self::Other => "is no report about a message",
            Self::NoFailure => "says that a message waits or has arrived",
        })
    }
}

impl std::error::Error for NotAReport {}

/// Reads a message that came to the return path, as the bytes that the server stored.
pub fn read_report(message: &[u8]) -> Result<Report, NotAReport> {
    let message = message.get(..MAX_REPORT).unwrap_or(message);
    let parsed = mailparse::parse_mail(message).map_err(|_| NotAReport::Unreadable)?;
    let parts = Parts::of(&parsed);
    if let Some(text) = parts.text("message/feedback-report") {
        return complaint::read(&text, &parts);
    }
    let text = parts.text("message/delivery-status").or_else(|| parts.text("message/global-delivery-status"));
    failure::read(&text.ok_or(NotAReport::Other)?, &parts)
}
