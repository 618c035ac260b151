//! What is told to other systems and to guests, as data.

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

/// What members are told on their own pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRules {
    /// Balances that are worth a notice when they are passed, rising.
    pub thresholds: Vec<Points>,
    /// Facts that were recorded later than this many hours after they happened are no news to a guest.
    pub stale_hours: i64,
}
