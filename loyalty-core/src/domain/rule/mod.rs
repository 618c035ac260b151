//! Earning rules: conditions and effects as data, judged at the time of the purchase or event.

mod judge;
mod streak;
mod unmet;

use crate::domain::programme::{Rule, Used};

use super::event::Properties;
use super::purchase::Bill;
use crate::domain::programme::Tier;
use crate::value::{Day, EventName, Instant, Points};

pub use judge::{Local, units, unmet};
pub use unmet::Unmet;

/// What rules see of a member's past. It is read only as far as the programme needs it.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Points that still fit into the programme's caps for the local day, week and month.
    pub room: Room,
    /// Days with a purchase before this one, for streaks.
    pub days: Vec<Day>,
    /// Uses of the limited rules, by id.
    pub used: Vec<(String, Used)>,
    /// The segments named by rules that the member is in.
    pub segments: Vec<String>,
}

/// Points that still fit into the programme's caps; `None` without a cap.
#[derive(Debug, Clone, Copy, Default)]
pub struct Room {
    pub day: Option<Points>,
    pub week: Option<Points>,
    pub month: Option<Points>,
    pub balance: Option<Points>,
}

impl History {
    /// How a rule was used before.
    #[must_use]
    pub fn used(&self, rule: &Rule) -> Used {
        self.used.iter().find(|(id, _)| *id == rule.id).map_or_else(Used::default, |(_, used)| *used)
    }
}

/// A purchase or an event as rules see it.
#[derive(Debug, Clone, Copy)]
pub struct Purchase<'a> {
    /// When it was paid, or happened.
    pub at: Instant,
    /// What was paid.
    pub bill: Bill<'a>,
    /// The event, if it is not a purchase.
    pub event: Option<(&'a EventName, &'a Properties)>,
    /// Tier held before.
    pub tier: &'a Tier,
    /// Number of this visit, from 1.
    pub visit: i64,
    /// Birthday of the member.
    pub birth_date: Option<Day>,
    /// The member's past.
    pub history: &'a History,
}
