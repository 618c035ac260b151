//! A language for the texts that members read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language for the texts that members read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Locale {
    /// Spanish as written in Chile.
    #[default]
    #[serde(rename = "es-CL")]
    EsCl,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Locale {
    /// The language tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::EsCl => "es-CL",
            Self::En => "en",
        }
    }

    /// The locale with this tag.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        [Self::EsCl, Self::En].into_iter().find(|locale| locale.tag() == tag)
    }

    /// The locale for the language of a tag, in any spelling that pages use: `es`, `es_CL`, `en-US`. `None` for another
    /// language.
    ///
    /// ```
    /// use loyalty_core::value::Locale;
    /// assert_eq!(Locale::parse("es-CL"), Some(Locale::EsCl));
    /// assert_eq!(Locale::of_language("en_US"), Some(Locale::En));
    /// assert_eq!(Locale::of_language("fr"), None);
    /// ```
    #[must_use]
    pub fn of_language(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        let speaks =
            |locale: &Self| locale.tag().split('-').next().is_some_and(|own| own.eq_ignore_ascii_case(language));
        [Self::EsCl, Self::En].into_iter().find(speaks)
    }
}
