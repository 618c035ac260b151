//! The programme file: its TOML, read key by key and checked as a whole into a [`Programme`].

mod check;
mod check_campaigns;
mod check_earn;
mod check_mail;
mod check_messages;
mod check_names;
mod check_points;
mod check_redemption;
mod check_rules;
mod check_segments;
mod check_signing;
mod check_stamps;
mod field;
mod source;
mod source_rules;

pub use self::check_segments::{
    BoughtArticles, Conditions, EndingBounds, NumberBounds, ScoreBounds, SpentBounds, StampBounds, VisitBounds,
};
pub(crate) use self::check_segments::{Names, criteria};

use super::programme::Programme;
use crate::value::{fingerprint, hex};
use crate::wording::wrong_value;
use crate::{Error, Result};

/// The compiled-in programme of Café-VT.
const CAFE_VT: &str = include_str!("../../../programmes/cafe-vt.toml");

impl Programme {
    /// The compiled-in default.
    ///
    /// # Errors
    /// `invalid`, which a test rules out.
    pub fn cafe_vt() -> Result<Self> {
        Self::parse(CAFE_VT)
    }

    /// Reads and checks a programme file.
    ///
    /// # Errors
    /// `invalid` naming the key, the value and what was expected.
    ///
    /// ```
    /// use loyalty_core::programme::Programme;
    /// let error = Programme::parse("name = 'x'\ncurrency = 'PESO'").unwrap_err();
    /// assert_eq!(error.details()["field"], "program.currency");
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        let reader = toml::Deserializer::parse(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            Error::invalid("program", format_args!("must be TOML, line {line}: {}", error.message()))
        })?;
        let source: source::Source = serde_path_to_error::deserialize(reader).map_err(|error| {
            let path = error.path().to_string();
            let inside = if path == "." { "program".to_owned() } else { format!("program.{path}") };
            wrong_value(&inside, error.into_inner().message(), "key")
        })?;
        check::build(source, text.to_owned(), hash_of(text))
    }
}

/// The version of a programme with this text.
#[must_use]
pub(crate) fn hash_of(text: &str) -> String {
    hex(&fingerprint::<8>(text))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_points;
