//! Conditions that rules, coupons, stamp cards and segments share: days and hours, lines of an order, and bounds.

use chrono::Weekday;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::purchase::Item;
use crate::value::{Day, Hours, Instant, Sku, Zone};

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the days")]
pub enum DayName {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl DayName {
    /// The name of a local day.
    #[must_use]
    pub fn of(day: Day) -> Self {
        match day.weekday() {
            Weekday::Mon => Self::Mon,
            Weekday::Tue => Self::Tue,
            Weekday::Wed => Self::Wed,
            Weekday::Thu => Self::Thu,
            Weekday::Fri => Self::Fri,
            Weekday::Sat => Self::Sat,
            Weekday::Sun => Self::Sun,
        }
    }
}

/// When something holds: on these local days, in these hours. No days are all days.
#[derive(Debug, Clone, Copy)]
pub struct Schedule<'a> {
    /// Days. Hours past midnight belong to the day on which they began.
    pub weekdays: &'a [DayName],
    /// Hours.
    pub hours: Option<Hours>,
}

/// Which part of a schedule a moment misses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    /// The days.
    Weekday,
    /// The hours of such a day.
    Hours,
}

impl Schedule<'_> {
    /// What a moment misses; nothing when it is inside.
    #[must_use]
    pub fn outside(&self, zone: Zone, at: Instant) -> Option<Outside> {
        let opened = self.hours.map(|hours| hours.day_of(zone, at));
        let day = opened.flatten().unwrap_or_else(|| zone.day_of(at));
        if !self.is_on(day) {
            return Some(Outside::Weekday);
        }
        (opened == Some(None)).then_some(Outside::Hours)
    }

    /// Whether a local day is one of the days.
    #[must_use]
    pub fn is_on(&self, day: Day) -> bool {
        self.weekdays.is_empty() || self.weekdays.contains(&DayName::of(day))
    }
}

/// Lines of an order, by what they are; a line matches if any of these names it.
#[derive(Debug, Clone, Copy)]
pub struct LineNames<'a> {
    /// Articles.
    pub skus: &'a [Sku],
    /// Categories.
    pub categories: &'a [String],
    /// Labels, as a whole or the part after the colon.
    pub labels: &'a [String],
}

impl LineNames<'_> {
    /// Whether nothing is named.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.skus.is_empty() && self.categories.is_empty() && self.labels.is_empty()
    }

    /// Whether a line is named.
    #[must_use]
    pub fn has(&self, item: &Item) -> bool {
        self.skus.contains(&item.sku)
            || item.category.as_ref().is_some_and(|category| self.categories.contains(category))
            || self.labels.iter().any(|label| item.has_label(label))
    }
}

/// Bounds of a number, both included. One that is `None` does not restrict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Between {
    /// The least number.
    pub at_least: Option<i64>,
    /// The greatest number.
    pub at_most: Option<i64>,
}

impl Between {
    /// Whether a number is inside.
    #[must_use]
    pub fn has(&self, number: i64) -> bool {
        self.at_least.is_none_or(|least| number >= least) && self.at_most.is_none_or(|most| number <= most)
    }

    /// What is inside of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let at_most = self.at_most.into_iter().chain(other.at_most).min();
        Self { at_least: self.at_least.max(other.at_least), at_most }
    }
}
