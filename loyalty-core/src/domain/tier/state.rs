//! What is stored about a member's tier besides its id and its start.

use serde::{Deserialize, Serialize};

use crate::domain::programme::Programme;
use crate::value::Instant;

/// Stored with the member; empty for nearly all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierState {
    /// The last review that the tier passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<Instant>,
    /// When the tier is lost, unless the metric justifies it again by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub falls_at: Option<Instant>,
    /// Up to when the metric was watched, for reviews that happen all the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Instant>,
    /// The tier given by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand: Option<Hand>,
    /// The tier that the metric gives, while another one is given by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earned: Option<EarnedTier>,
    /// The state before the clock moved on without an act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<TierBefore>>,
}

/// A tier as the last act left it, while only the clock has moved on since. An act that is recorded late returns to
/// this state, so its result does not depend on whether a sweep ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierBefore {
    /// Id of the tier that was held.
    pub tier: String,
    /// Since when.
    pub since: Instant,
    /// Further data about it.
    pub state: TierState,
    /// Up to when the clock has been booked since.
    pub until: Instant,
    /// How many changes of the tier were booked for that.
    pub booked: i64,
}

/// A tier given by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hand {
    /// Its id.
    pub tier: String,
    /// Whether it replaces the tier that the metric gives, even a higher one.
    pub fixed: bool,
    /// The first instant at which it no longer stands; `NEVER` when it has no end.
    pub until: Option<Instant>,
}

/// What a tier given by hand does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandMode {
    /// The member has at least this tier.
    #[default]
    Floor,
    /// The member has exactly this tier.
    Fixed,
}

/// The tier that the metric gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarnedTier {
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
    /// A review, or the metric no longer justified it.
    Review,
    /// It was given by hand, or its time by hand ended.
    Hand,
    /// Two members were merged.
    Merge,
}

impl Cause {
    /// The stored word.
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

    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Earn, Self::Refund, Self::Review, Self::Hand, Self::Merge].into_iter().find(|one| one.word() == word)
    }
}

impl Change {
    /// Renames the tiers to their current ids.
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
    /// Who did it, if somebody did.
    pub actor: Option<String>,
    /// The reason that was given.
    pub reason: Option<String>,
}
