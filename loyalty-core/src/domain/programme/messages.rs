//! What is told to other systems and to guests, as data.

use std::path::PathBuf;

use crate::domain::notice::OwnWords;
use crate::value::{Hours, Points};

/// How long what was told is kept, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Events that every known reader has.
    pub events: i64,
    /// Events that a known reader does not have yet.
    pub unseen_events: i64,
    /// Notices of members.
    pub notices: i64,
    /// Messages that are over.
    pub messages: i64,
}

/// Messages by e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRules {
    /// The shop as guests know it.
    pub shop: String,
    /// The sender: `Name <user@host>` or `user@host`.
    pub from: String,
    /// The domain of the sender.
    pub domain: String,
    /// The postal address, in offers.
    pub address: String,
    /// The beginning of every link, without a slash at its end.
    pub base_url: String,
    /// The pages behind it.
    pub paths: MessagePaths,
    /// When nothing is sent, by the clock of the shop.
    pub quiet: Option<Hours>,
    /// The folder with the shop's own templates.
    pub templates: Option<PathBuf>,
    /// Whether also messages of the service need the guest's consent.
    pub service_needs_consent: bool,
}

/// Pages of the shop, each a path that begins with a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the page of its name")]
pub struct MessagePaths {
    pub card: String,
    pub rewards: String,
    pub preferences: String,
    pub unsubscribe: String,
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
