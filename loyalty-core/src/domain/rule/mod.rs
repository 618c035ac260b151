//! Earning rules: conditions and effects as data, judged at the time of the purchase.

mod judge;

use chrono::{NaiveTime, Weekday};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::programme::Tier;
use super::purchase::Item;
use crate::value::{Day, Instant, Money, Points, Rate, Sku};

pub use judge::{Local, Unmet, matches_line, unmet};

/// A rule that changes what a purchase earns.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Stable id: the `rule` of a reason. Rules are judged in the order of their ids.
    pub id: String,
    /// Name for guests.
    pub name: String,
    /// When it applies: all conditions together.
    pub when: When,
    /// What it does.
    pub effect: Effect,
}

/// The conditions of a rule. What is empty or `None` does not restrict.
#[derive(Debug, Clone, Default)]
pub struct When {
    /// Tiers held before the purchase.
    pub tiers: Vec<String>,
    /// Articles: one of them must be bought, and a multiplier works on their lines only.
    pub skus: Vec<Sku>,
    /// Categories, in the same way.
    pub categories: Vec<String>,
    /// Local days of the week.
    pub weekdays: Vec<Weekday>,
    /// Local hours, from the first and before the second; over midnight when the second is earlier.
    pub hours: Option<(NaiveTime, NaiveTime)>,
    /// First local day.
    pub starts: Option<Day>,
    /// Last local day.
    pub ends: Option<Day>,
    /// Smallest amount of the purchase.
    pub minimum_amount: Option<Money>,
    /// Only the first purchase.
    pub first_purchase: bool,
    /// Only in the local month of the member's birthday.
    pub birthday_month: bool,
    /// Only every n-th visit.
    pub every_nth_visit: Option<i64>,
}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Multiplies the points of the whole purchase, or of the lines that the rule names. Zero is legal.
    Multiply(Rate),
    /// Adds points once.
    Add(Points),
    /// Adds points for each unit of what the rule names, or of everything bought.
    PerUnit(Points),
}

/// Which of several rules count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stacking {
    /// The one that gives most.
    #[default]
    Best,
    /// All together.
    All,
}

/// A purchase as rules see it.
#[derive(Debug, Clone, Copy)]
pub struct Purchase<'a> {
    /// When it was paid.
    pub at: Instant,
    /// Amount paid.
    pub amount: Money,
    /// What was bought.
    pub items: &'a [Item],
    /// Tier held before.
    pub tier: &'a Tier,
    /// Number of this visit, from 1.
    pub visit: i64,
    /// Birthday of the member.
    pub birth_date: Option<Day>,
    /// Points that this local day still has room for, under a cap by day.
    pub room_today: Option<Points>,
}

impl When {
    /// Whether the rule names certain lines.
    #[must_use]
    pub const fn names_lines(&self) -> bool {
        !self.skus.is_empty() || !self.categories.is_empty()
    }
}
