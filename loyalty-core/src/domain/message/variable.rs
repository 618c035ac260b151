//! What each kind of message needs to know.

use super::kind::{MessageClass, MessageKind};

/// What a variable holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableShape {
    /// A text.
    Text,
    /// A person's first name; it is left out when it looks like an address of the web.
    FirstName,
    /// A whole number, of points or days.
    Count,
    /// What is missing to something: points, visits, money or score.
    Missing,
    /// A day.
    Day,
    /// An address of the web.
    Link,
    /// Texts.
    Texts,
    /// The figures of a report.
    Figures,
}

impl VariableShape {
    /// What is expected, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::FirstName => "a name",
            Self::Count => "a whole number, 0 or more",
            Self::Missing => "a number of points or visits, money, or a score",
            Self::Day => "a day",
            Self::Link => {
                "an address that begins with `https://` or `http://`, without blanks and marks that need coding"
            }
            Self::Texts => "a list of texts",
            Self::Figures => "a list of figures",
        }
    }
}

/// Whether a message can do without a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is always there.
    Required,
    /// It may be missing: a template uses it inside `{% if … %}`.
    Optional,
}

/// A variable that a kind of message takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VariableSpec {
    /// Its name in templates.
    pub name: &'static str,
    /// What it holds.
    pub shape: VariableShape,
    /// Whether it can be missing.
    pub presence: Presence,
}

const fn must(name: &'static str, shape: VariableShape) -> VariableSpec {
    VariableSpec { name, shape, presence: Presence::Required }
}

const fn may(name: &'static str, shape: VariableShape) -> VariableSpec {
    VariableSpec { name, shape, presence: Presence::Optional }
}

use VariableShape::{Count, Day, Figures, FirstName, Link, Missing, Text, Texts};

/// What every message has.
const OF_ALL: [VariableSpec; 3] = [must("shop", Text), must("address", Text), must("links.preferences", Link)];

/// What every message to a guest has besides. `points` can be spent now; `tier_level` counts the levels from 1.
const OF_GUESTS: [VariableSpec; 6] = [
    may("first_name", FirstName),
    must("points", Count),
    must("tier_name", Text),
    may("tier_level", Count),
    must("links.card", Link),
    must("links.rewards", Link),
];

/// What an offer has besides.
const OF_OFFERS: [VariableSpec; 1] = [must("links.unsubscribe", Link)];

impl MessageKind {
    /// The variables that it takes.
    pub fn variables(self) -> impl Iterator<Item = VariableSpec> {
        let of_guests: &[VariableSpec] = if self == Self::OwnerReport { &[] } else { &OF_GUESTS };
        let of_offers: &[VariableSpec] = if self.class() == MessageClass::Promotional { &OF_OFFERS } else { &[] };
        [&OF_ALL[..], of_guests, of_offers, self.own()].into_iter().flatten().copied()
    }

    /// The variables that are its own.
    const fn own(self) -> &'static [VariableSpec] {
        match self {
            Self::Welcome => &const { [must("card_number", Text)] },
            Self::PointsEarned => &const { [must("n", Count), may("order", Text), may("because", Texts)] },
            Self::TierUpgraded => &const { [must("tier", Text), must("benefits", Texts), may("gift", Count)] },
            Self::TierInDanger => &const { [must("n", Missing), must("tier", Text), must("until", Day)] },
            Self::PointsExpiring => &const { [must("n", Count), must("date", Day), must("days", Count)] },
            Self::RewardRedeemed => &const { [must("reward", Text), must("code", Text), must("until", Day)] },
            Self::CouponEnding => &const { [must("name", Text), may("code", Text), must("date", Day)] },
            Self::ReferralSuccessful => &const { [must("n", Count)] },
            Self::RewardAvailable => &const { [must("reward", Text), must("cost", Count)] },
            Self::Birthday => &const { [must("discount", Text), must("code", Text), must("until", Day)] },
            Self::WeMissYou => {
                &const { [may("discount", Text), may("code", Text), may("until", Day), may("usual", Text)] }
            }
            Self::CloseToNextTier => &const { [must("n", Count), must("next", Text), must("benefits", Texts)] },
            Self::PersonalOffer => {
                &const { [must("title", Text), must("text", Text), may("code", Text), may("until", Day)] }
            }
            Self::OwnerReport => &const { [must("week", Day), must("figures", Figures), may("links.metrics", Link)] },
        }
    }
}
