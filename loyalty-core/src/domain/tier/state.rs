//! What is kept of a member's tier besides its id and since when.

use serde::{Deserialize, Serialize};

use crate::domain::programme::Programme;
use crate::value::Instant;

/// Kept with the member, and nothing for nearly all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierState {
    /// The last review that the tier passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<Instant>,
    /// When the tier is lost, unless the metric carries it again by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub falls_at: Option<Instant>,
    /// Up to when the metric was watched, for reviews that happen all the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Instant>,
    /// The tier given by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand: Option<Hand>,
    /// The tier that the metric gives, while another is given by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earned: Option<Earned>,
    /// What it was before the clock went on without an act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Before>>,
}

/// A tier as the last act left it, while only the clock has gone on since: an act that comes late goes back to it, so
/// that it finds the same whether or not a sweep ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// Id of the tier that stood.
    pub tier: String,
    /// Since when.
    pub since: Instant,
    /// What else was known of it.
    pub state: TierState,
    /// Up to when the clock was booked since.
    pub until: Instant,
    /// How many changes of the tier were booked for that.
    pub booked: i64,
}

/// A tier given by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hand {
    /// Its id.
    pub tier: String,
    /// Whether it stands instead of the tier that the metric gives, also of a higher one.
    pub fixed: bool,
    /// The first instant at which it stands no longer; `NEVER` when it has no end.
    pub until: Option<Instant>,
}

/// What a tier given by hand does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandMode {
    /// The member has at least this tier.
    #[default]
    Floor,
    /// The member has this very tier.
    Fixed,
}

/// The tier that the metric gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earned {
    /// Its id.
    pub tier: String,
    /// Since when.
    pub since: Instant,
}

/// Why a tier changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Points, a purchase or a credit reached it.
    Earn,
    /// A refund or an amendment took back what had reached it.
    Refund,
    /// A review, or the metric lost it.
    Review,
    /// It was given by hand, or that ended.
    Hand,
    /// Two members became one.
    Merge,
}

impl Cause {
    /// The word that is stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Earn => "earn",
            Self::Refund => "refund",
            Self::Review => "review",
            Self::Hand => "hand",
            Self::Merge => "merge",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Earn, Self::Refund, Self::Review, Self::Hand, Self::Merge].into_iter().find(|one| one.word() == word)
    }
}

impl Change {
    /// Calls the tiers by their present ids.
    pub fn rename(&mut self, programme: &Programme) {
        for id in [&mut self.before, &mut self.after] {
            let present = programme.tier_id(id);
            if present != id.as_str() {
                *id = present.to_owned();
            }
        }
    }
}

/// A change of a member's tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When it took effect.
    pub at: Instant,
    /// Id of the tier before.
    pub before: String,
    /// Id of the tier after.
    pub after: String,
    /// Why.
    pub cause: Cause,
    /// Who did it, when someone did.
    pub actor: Option<String>,
    /// What was said about it.
    pub reason: Option<String>,
}
