//! Segments as data: which members belong together.

use crate::domain::attribute::AttributeValue;
use crate::domain::condition::Between;
use crate::value::{Locale, Sku};

/// A named group of members, by what is known of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberSegment {
    /// Stable id.
    pub id: String,
    /// Name for staff.
    pub name: Option<String>,
    /// Who is in it.
    pub when: Criteria,
}

/// Conditions that must all hold; without any, everybody is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Criteria(pub Vec<Criterion>);

/// One condition. What is not known of a member meets none but a `Not`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Criterion {
    /// A number lies between bounds.
    Figure(Figure, Between),
    /// The tier held is one of these, by their current ids.
    Tiers(Vec<String>),
    /// Whether the member has never bought anything.
    NeverVisited(bool),
    /// The language of texts to the member.
    Locale(Locale),
    /// A consent that was given.
    Consent(String),
    /// An attribute has this value.
    Attribute(String, AttributeValue),
    /// One of these.
    Any(Vec<Criteria>),
    /// The opposite.
    Not(Criteria),
}

/// A number that is known of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figure {
    /// Points that can be spent now.
    Points,
    /// Points earned ever, refunds subtracted.
    LifetimePoints,
    /// What is missing to the next tier, in the unit of the metric; unknown at the top.
    PointsToNextTier,
    /// The score, in hundredths.
    Score,
    /// Purchases, in the last so many local days or ever.
    Visits(Option<i64>),
    /// Money spent in minor units, in the last so many local days or ever.
    Spent(Option<i64>),
    /// Local days since the last purchase.
    DaysSinceVisit,
    /// Local days since joining.
    DaysSinceJoining,
    /// Local days to the next birthday; 0 on the day itself.
    BirthdayInDays,
    /// Units of these articles together.
    Bought(Vec<Sku>),
    /// Referrals that led to a purchase.
    Referrals,
    /// Coupons of the member's own that can be used now.
    CouponsOpen,
    /// Points that end within so many local days.
    PointsEnding(i64),
    /// Stamps that are missing to fill a card.
    StampsLeft(String),
}
