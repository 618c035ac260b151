//! What is told to other systems and to guests, as data.

use crate::domain::notice::OwnWords;
use crate::value::Points;

/// How long what was told is kept, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Events that every known reader has.
    pub events: i64,
    /// Events that a known reader does not have yet.
    pub unseen_events: i64,
    /// Notices of members.
    pub notices: i64,
}

/// What members are reminded of by the daily task. Each comes once for its occasion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminders {
    /// How many days before points end, each once: 0 on the last day.
    pub points_ending_days: Vec<i64>,
    /// The fewest points that are worth it.
    pub points_ending_at_least: Points,
    /// How many days before a coupon ends; none for never.
    pub coupon_ending_days: Option<i64>,
    /// How many days before a tier is lost; none for never.
    pub tier_in_danger_days: Option<i64>,
    /// How many points before the next tier; none for never.
    pub next_tier_points: Option<Points>,
    /// How many stamps before a card is full; none for never.
    pub stamps_left: Option<i64>,
    /// After how many days without a visit, and until when.
    pub missed_days: Option<(i64, i64)>,
    /// Whether a reward that can now be had is told.
    pub rewards: bool,
    /// How many days late a birthday is still wished; none for never.
    pub birthday_late_days: Option<i64>,
}

/// What members are told on their own pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRules {
    /// Balances that are worth a notice when they are passed, rising.
    pub thresholds: Vec<Points>,
    /// Facts that were recorded later than this many hours after they happened are no news to a guest.
    pub stale_hours: i64,
    /// What the shop says in its own words.
    pub texts: OwnWords,
}
