//! What a preview warns of.

use std::collections::BTreeSet;

use super::content::{Content, Variables};
use super::kind::{MessageClass, MessageKind};
use super::templates::Rendered;

/// Largest HTML, in bytes: Gmail cuts a message at 102 kB.
const MAX_HTML: usize = 80_000;
/// Longest line, in bytes (RFC 5322).
const MAX_LINE: usize = 998;
/// Longest subject that a list of messages on a screen shows, in characters.
const MAX_SUBJECT: usize = 78;
/// What a mail program removes, or distrusts the message for.
const ACTIVE: [&str; 9] =
    ["<script", "<form", "<iframe", "<object", "<embed", "<link", "@import", "@font-face", "<img"];

/// Something that a message should not have, or lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageProblem {
    /// The HTML has more than 80 kB.
    HtmlTooLarge(usize),
    /// A line of a part has more than 998 bytes.
    LineTooLong(&'static str),
    /// There is no subject.
    SubjectMissing,
    /// The subject has more than 78 characters.
    SubjectTooLong(usize),
    /// There is no preheader.
    PreheaderMissing,
    /// An offer has no link to unsubscribe in a part.
    UnsubscribeMissing(&'static str),
    /// An offer has no postal address in a part.
    AddressMissing(&'static str),
    /// There is no link to the preferences in a part.
    PreferencesMissing(&'static str),
    /// A link is in one part only.
    LinkInOnePart(String),
    /// The HTML has what mail programs remove or distrust: scripts, forms, fonts, images from elsewhere.
    Active(&'static str),
}

impl MessageProblem {
    /// Whether an offer with it must not be sent.
    #[must_use]
    pub const fn is_unlawful(&self) -> bool {
        matches!(self, Self::UnsubscribeMissing(_) | Self::AddressMissing(_))
    }

    /// The part that has it: `html` or `txt`.
    #[must_use]
    pub const fn part(&self) -> &'static str {
        match self {
            Self::LineTooLong(part)
            | Self::UnsubscribeMissing(part)
            | Self::AddressMissing(part)
            | Self::PreferencesMissing(part) => part,
            Self::SubjectMissing | Self::SubjectTooLong(_) | Self::PreheaderMissing => "txt",
            Self::HtmlTooLarge(_) | Self::LinkInOnePart(_) | Self::Active(_) => "html",
        }
    }

    /// What it is, in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::HtmlTooLarge(bytes) => format!("has {bytes} bytes of HTML; Gmail cuts what has more than {MAX_HTML}"),
            Self::LineTooLong(part) => format!("has a line of more than {MAX_LINE} bytes in its {part}"),
            Self::SubjectMissing => "has no subject".to_owned(),
            Self::SubjectTooLong(signs) => format!("has a subject of {signs} characters; {MAX_SUBJECT} are seen"),
            Self::PreheaderMissing => "has no preheader".to_owned(),
            Self::UnsubscribeMissing(part) => format!("an offer must have `links.unsubscribe` in its {part}"),
            Self::AddressMissing(part) => format!("an offer must have `address` in its {part}"),
            Self::PreferencesMissing(part) => format!("has no `links.preferences` in its {part}"),
            Self::LinkInOnePart(link) => format!("has `{link}` in only one of its parts"),
            Self::Active(what) => format!("has `{what}`, which mail programs remove or distrust"),
        }
    }
}

/// What is wrong with a message.
#[must_use]
pub fn problems(kind: MessageKind, rendered: &Rendered, variables: &Variables) -> Vec<MessageProblem> {
    let Rendered { subject, preheader, text, html } = rendered;
    let lower = html.to_lowercase();
    let signs = subject.chars().count();
    let too_long = |text: &str| text.lines().any(|line| line.len() > MAX_LINE);
    let mut found: Vec<MessageProblem> = [
        (html.len() > MAX_HTML).then_some(MessageProblem::HtmlTooLarge(html.len())),
        too_long(html).then_some(MessageProblem::LineTooLong("html")),
        too_long(text).then_some(MessageProblem::LineTooLong("txt")),
        subject.is_empty().then_some(MessageProblem::SubjectMissing),
        (signs > MAX_SUBJECT).then_some(MessageProblem::SubjectTooLong(signs)),
        preheader.is_empty().then_some(MessageProblem::PreheaderMissing),
    ]
    .into_iter()
    .flatten()
    .collect();
    found.extend(missing(kind, rendered, variables));
    let (in_html, in_text) = (links(html), links(text));
    found.extend(in_html.symmetric_difference(&in_text).cloned().map(MessageProblem::LinkInOnePart));
    found.extend(ACTIVE.into_iter().filter(|what| lower.contains(what)).map(MessageProblem::Active));
    found
}

/// What a message must say and does not.
fn missing(kind: MessageKind, rendered: &Rendered, variables: &Variables) -> Vec<MessageProblem> {
    let is_offer = kind.class() == MessageClass::Promotional;
    let mut found = Vec::new();
    for (part, text) in [("html", &rendered.html), ("txt", &rendered.text)] {
        let links = links(text);
        let has_link = |name: &str| matches!(variables.get(name), Some(Content::Link(link)) if links.contains(link));
        let address = variables.get("address");
        let plain = text.replace("&amp;", "&").replace("&#39;", "'").replace("&quot;", "\"");
        let has_address = matches!(address, Some(Content::Text(address)) if plain.contains(address.trim()));
        found.extend((is_offer && !has_link("links.unsubscribe")).then_some(MessageProblem::UnsubscribeMissing(part)));
        found.extend((is_offer && !has_address).then_some(MessageProblem::AddressMissing(part)));
        found.extend((!has_link("links.preferences")).then_some(MessageProblem::PreferencesMissing(part)));
    }
    found
}

/// The addresses of the web in a part.
fn links(part: &str) -> BTreeSet<String> {
    let mut links = BTreeSet::new();
    for scheme in ["https://", "http://"] {
        for (at, _) in part.match_indices(scheme) {
            let rest = part.get(at..).unwrap_or_default();
            let end = rest.find(|sign: char| sign.is_whitespace() || "\"'<>".contains(sign)).unwrap_or(rest.len());
            links.insert(rest.get(..end).unwrap_or_default().replace("&amp;", "&"));
        }
    }
    links
}
