//! What a database promises for writes that it has answered.

use crate::{Error, Result};

/// What "committed" means if the power fails. If only a process is killed, no answered write is ever lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Durability {
    /// Each answered write is on the disk; writers share the sync of the log. The default.
    #[default]
    Shared,
    /// Each commit has its own sync, as with SQLite's `synchronous = FULL`.
    Full,
    /// The operating system decides when to write: a power failure may lose the last answered writes, in order.
    Relaxed,
}

impl Durability {
    /// The word of the setting.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Full => "full",
            Self::Relaxed => "relaxed",
        }
    }

    /// Reads the word of the setting.
    ///
    /// # Errors
    /// `invalid` naming the setting and its words.
    pub fn parse(word: &str) -> Result<Self> {
        let known = [Self::Shared, Self::Full, Self::Relaxed].into_iter().find(|durability| durability.word() == word);
        known.ok_or_else(|| Error::invalid("durability", format_args!("must be shared, full or relaxed, got `{word}`")))
    }
}
