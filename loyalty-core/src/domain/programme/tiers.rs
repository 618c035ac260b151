//! The ladder of tiers as data, and how tiers are reached and kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::ledger::EntryKind;
use crate::value::{Day, Instant, Percent, Points, Rate, Zone};

/// What a tier is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Qualifying points earned in a lifetime.
    LifetimePoints,
    /// Qualifying points earned in the window.
    WindowPoints,
    /// Money spent in a lifetime, refunds subtracted, in major units.
    LifetimeSpend,
    /// Money spent in the window, in major units.
    WindowSpend,
    /// Purchases in a lifetime, without refunded ones.
    LifetimeVisits,
    /// Purchases in the window.
    WindowVisits,
    /// The score, 0 to 100.
    Score,
    /// Points that can be spent, minus what is owed: the only metric that spending lowers.
    Balance,
}

/// What the periodic review may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Downgrade {
    /// A tier is never lost.
    Never,
    /// At most one tier down.
    OneLevel,
    /// Down to the tier that the metric gives.
    Recompute,
}

/// How tiers are reached and kept.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the keys of `[tier_rules]` in the programme file")]
pub struct TierRules {
    pub metric: Metric,
    pub window: Window,
    pub window_days: i64,
    pub qualifying: Vec<EntryKind>,
    pub downgrade: Downgrade,
    pub review: Review,
    pub review_days: i64,
    pub grace: Grace,
    pub grace_from: GraceFrom,
    pub min_stay_days: i64,
    pub current_order_counts: bool,
    pub gift_per: GiftPer,
}

/// What a tier gives in addition to its multiplier and discount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words are explained in the catalogue")]
pub enum Benefit {
    SpecialOffers,
    FreeDelivery,
    PrioritySupport,
    EarlyAccess,
}

/// One tier.
#[derive(Debug, Clone)]
pub struct Tier {
    /// Stable id, like `cafe_oro`.
    pub id: String,
    /// Its former ids.
    pub was: Vec<String>,
    /// Name for members.
    pub name: String,
    /// The value of the metric from which the tier is held: points, minor units, or hundredths of a score.
    pub threshold: i64,
    /// Factor on earned points.
    pub multiplier: Rate,
    /// Discount of the tier, also on birthdays.
    pub discount: Percent,
    /// Its other benefits.
    pub benefits: Vec<Benefit>,
    /// Points given once for reaching it.
    pub gift: Points,
}

/// The period of a window metric. It always ends with the day that is judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// The last `window_days` days.
    #[default]
    Days,
    /// The calendar month.
    Month,
    /// The calendar quarter.
    Quarter,
    /// The half of the calendar year.
    HalfYear,
    /// The calendar year.
    Year,
    /// The year that began with the last anniversary of the day on which the member joined.
    Anniversary,
}

/// When a tier is reviewed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// `review_days` after it was reached, and again after each further `review_days`.
    #[default]
    Days,
    /// At the end of each calendar month.
    Month,
    /// At the end of each calendar quarter.
    Quarter,
    /// At the end of each half of the calendar year.
    HalfYear,
    /// At the end of each calendar year.
    Year,
    /// On each anniversary of the day on which the member joined.
    Anniversary,
    /// All the time: a tier is lost as soon as the metric no longer justifies it.
    Always,
}

/// When the days of grace begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GraceFrom {
    /// At the review; under `always`, on the day on which the tier was reached.
    #[default]
    Entry,
    /// On the last day on which the metric justified the tier.
    Loss,
}

/// When grace ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GraceEnd {
    /// With its last day.
    #[default]
    Day,
    /// With the calendar month that contains its last day.
    Month,
}

/// How long a tier is kept after the metric no longer justifies it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Grace {
    /// Days.
    pub days: i64,
    /// Calendar months, instead of days.
    pub months: u32,
    /// When it ends.
    pub end: GraceEnd,
}

impl Grace {
    /// No grace at all.
    pub const NONE: Self = Self { days: 0, months: 0, end: GraceEnd::Day };

    /// The first instant after the grace that follows the day `last`. Months are counted from `first`, the day on which
    /// they begin, and limited to the last day of a shorter month.
    #[must_use]
    pub fn ends(self, zone: Zone, last: Day, first: Day) -> Instant {
        let after = if self.months > 0 { first.plus_months(self.months) } else { last.plus_days(self.days + 1) };
        match self.end {
            GraceEnd::Day => zone.start_of(after),
            GraceEnd::Month => zone.end_of(after.plus_days(-1).end_of_month(0)),
        }
    }

    /// Most days that it can take.
    #[must_use]
    pub const fn at_most_days(self) -> i64 {
        let to_the_end = match self.end {
            GraceEnd::Day => 0,
            GraceEnd::Month => 31,
        };
        self.days + self.months as i64 * 31 + to_the_end
    }
}

/// How often the gift of a tier is given to one member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GiftPer {
    /// Once for ever.
    #[default]
    Member,
    /// Once in a calendar year.
    Year,
}
