//! What a message is told: values with their names, checked against what its kind takes.

use std::collections::BTreeMap;

use super::kind::MessageKind;
use super::variable::{Presence, VariableShape, VariableSpec};
use crate::value::{Currency, Day, Money, Score};
use crate::{Error, Result};

/// Longest text, in characters.
const MAX_TEXT: usize = 1_000;
/// Longest link, in bytes.
const MAX_LINK: usize = 1_000;
/// Most texts or figures of a list.
const MAX_LIST: usize = 50;

/// A value of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A text or a name.
    Text(String),
    /// Points or days.
    Count(i64),
    /// Visits that are missing.
    Visits(i64),
    /// An amount.
    Money(Money, Currency),
    /// A score that is missing.
    Score(Score),
    /// A day.
    Day(Day),
    /// An address of the web.
    Link(String),
    /// Texts.
    Texts(Vec<String>),
    /// The figures of a report.
    Figures(Vec<ReportFigure>),
}

/// A figure of a report: what it is, and now and before as a text, a count or money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFigure {
    /// What it is.
    pub label: String,
    /// What it is now.
    pub value: Content,
    /// What it was before.
    pub before: Option<Content>,
}

/// The values of one message, by the names of its kind's variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variables {
    today: Day,
    values: BTreeMap<String, Content>,
}

impl Variables {
    /// No values yet. A date of another year than `today` is written with its year.
    #[must_use]
    pub const fn new(today: Day) -> Self {
        Self { today, values: BTreeMap::new() }
    }

    /// The same with one value more.
    #[must_use]
    pub fn with(mut self, name: &str, content: Content) -> Self {
        self.values.insert(name.to_owned(), content);
        self
    }

    /// The same without the value of this name.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.values.remove(name);
        self
    }

    /// The local day on which the message is written.
    #[must_use]
    pub const fn today(&self) -> Day {
        self.today
    }

    /// The values with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Content)> {
        self.values.iter().map(|(name, content)| (name.as_str(), content))
    }

    /// The value with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Content> {
        self.values.get(name)
    }

    /// Checks that these are the values of a message of that kind.
    ///
    /// # Errors
    /// `invalid` naming the variable, when it is missing, unknown or of another shape.
    pub fn check(&self, kind: MessageKind) -> Result<()> {
        for spec in kind.variables() {
            match self.get(spec.name) {
                None if spec.presence == Presence::Required => {
                    return Err(Error::invalid(spec.name, format_args!("is required for `{}`", kind.word())));
                }
                Some(content) if !content.fits(spec.shape) => {
                    let bounds = "of a usual length";
                    return Err(Error::invalid(spec.name, format_args!("must be {}, {bounds}", spec.shape.words())));
                }
                _ => {}
            }
        }
        let known = |name: &str| kind.variables().any(|spec| spec.name == name);
        match self.values.keys().find(|name| !known(name)) {
            Some(name) => {
                Err(Error::invalid(name, format_args!("is unknown for `{}`; {}", kind.word(), names_of(kind))))
            }
            None => Ok(()),
        }
    }
}

/// The names of a kind's variables, for an error.
pub(super) fn names_of(kind: MessageKind) -> String {
    let names: Vec<String> = kind.variables().map(|VariableSpec { name, .. }| format!("`{name}`")).collect();
    format!("there are {}", names.join(", "))
}

impl Content {
    fn fits(&self, shape: VariableShape) -> bool {
        let is_text = |text: &String| text.len() <= MAX_TEXT * 4 && text.chars().count() <= MAX_TEXT;
        match (shape, self) {
            (VariableShape::Text, Self::Text(text)) => is_text(text) && !text.trim().is_empty(),
            (VariableShape::FirstName, Self::Text(text)) => is_text(text),
            (VariableShape::Count, Self::Count(count))
            | (VariableShape::Missing, Self::Count(count) | Self::Visits(count)) => *count >= 0,
            (VariableShape::Day, Self::Day(_)) | (VariableShape::Missing, Self::Money(..) | Self::Score(_)) => true,
            (VariableShape::Link, Self::Link(link)) => is_link(link),
            (VariableShape::Texts, Self::Texts(texts)) => texts.len() <= MAX_LIST && texts.iter().all(is_text),
            (VariableShape::Figures, Self::Figures(figures)) => {
                figures.len() <= MAX_LIST && figures.iter().all(ReportFigure::fits)
            }
            _ => false,
        }
    }
}

impl ReportFigure {
    fn fits(&self) -> bool {
        let one = |content: &Content| match content {
            Content::Text(_) => content.fits(VariableShape::Text),
            Content::Count(_) | Content::Money(..) => true,
            _ => false,
        };
        one(&self.value) && self.before.as_ref().is_none_or(one)
    }
}

/// Whether it is an address of the web that needs no further coding in a text, and none but `&` in HTML.
fn is_link(link: &str) -> bool {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    let is_plain = |sign: u8| sign.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&()*+,;=%".contains(&sign);
    rest.is_some_and(|rest| !rest.is_empty() && link.len() <= MAX_LINK && rest.bytes().all(is_plain))
}
