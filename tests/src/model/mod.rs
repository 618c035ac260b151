//! A loyalty scheme written a second time, as plainly as possible, to be compared with the engine.
//!
//! It keeps everything in vectors, knows no database, and shares no code with the engine: only the operations' names
//! and arguments, as JSON.

mod apply;
mod hold;
mod member;
mod step;

use std::collections::BTreeMap;

use serde_json::Value;

pub use member::{Lot, Member};
pub use step::{Act, Step, steps};

use crate::calendar;

/// When points end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the policies of the programme file")]
pub enum Expiry {
    Fixed(u64),
    EndOfYear,
    Inactivity(u64),
    Never,
}

/// How the points of a purchase become whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the roundings of the programme file")]
pub enum Round {
    Floor,
    HalfUp,
    Ceil,
}

/// What the review of tiers may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the downgrades of the programme file")]
pub enum Downgrade {
    Never,
    OneLevel,
    Recompute,
}

/// The rules that vary from run to run.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the keys of the programme file")]
pub struct Rules {
    pub expiry: Expiry,
    pub pending_days: u64,
    pub forgive: bool,
    pub round: Round,
    pub downgrade: Downgrade,
}

/// Later than everything: points that never end.
pub const NEVER: i64 = i64::MAX;
/// Tiers: id, threshold, multiplier in tenths.
pub const TIERS: [(&str, i64, i64); 4] =
    [("cafe_bronze", 0, 10), ("cafe_plata", 150, 12), ("cafe_oro", 400, 15), ("cafe_diamante", 1_000, 20)];
/// Rewards: cost, place of the tier required, uses for one user, pieces in stock.
pub const REWARDS: [(i64, usize, Option<i64>, Option<i64>); 5] =
    [(100, 0, None, None), (160, 0, Some(2), None), (120, 1, None, None), (50, 0, None, None), (110, 0, None, Some(3))];
/// Days until the review of a tier, and of grace.
const REVIEW: (u64, u64) = (90, 10);

impl Rules {
    /// The changes that make the programme of Café-VT follow these rules.
    #[must_use]
    pub fn changes(&self) -> String {
        let (policy, days) = match self.expiry {
            Expiry::Fixed(days) => ("fixed_days", days.to_string()),
            Expiry::Inactivity(days) => ("inactivity", days.to_string()),
            // Points that wait into the next year live on with it.
            Expiry::EndOfYear => ("end_of_year\", runs_from = \"activation", "false".to_owned()),
            Expiry::Never => ("never", "false".to_owned()),
        };
        let rounding = match self.round {
            Round::Floor => "floor",
            Round::HalfUp => "half_up",
            Round::Ceil => "ceil",
        };
        let downgrade = match self.downgrade {
            Downgrade::Never => "never",
            Downgrade::OneLevel => "one_level",
            Downgrade::Recompute => "recompute",
        };
        let shortfall = if self.forgive { "forgive" } else { "debt" };
        let mut text = format!(
            "rounding = \"{rounding}\"\nearn = {{ pending_days = {} }}\nexpiry = {{ policy = \"{policy}\", days = {days} }}\n\
             refund = {{ shortfall = \"{shortfall}\" }}\n\
             tier_rules = {{ downgrade = \"{downgrade}\", review_days = {}, grace_days = {} }}\n",
            self.pending_days, REVIEW.0, REVIEW.1
        );
        for (id, threshold, tenths) in TIERS {
            text.push_str(&format!(
                "[[tiers]]\nid = \"{id}\"\nname = \"{id}\"\nthreshold = {threshold}\nmultiplier = {}.{}\n\
                 discount_percent = 5\nbenefits = []\n",
                tenths / 10,
                tenths % 10
            ));
        }
        for (number, (cost, tier, uses, _)) in REWARDS.iter().enumerate() {
            let uses = uses.map_or_else(String::new, |uses| format!("max_uses_per_user = {uses}\n"));
            text.push_str(&format!(
                "[[rewards]]\nname = \"reward {number}\"\npoints_cost = {cost}\ndiscount_type = \"free_item\"\n\
                 discount_percent = 100\ntier_required = \"{}\"\n{uses}",
                TIERS[*tier].0
            ));
        }
        text
    }

    /// When points end that are got at a moment and begin at another.
    fn ends(&self, at: i64, begins: i64) -> i64 {
        match self.expiry {
            Expiry::Fixed(days) | Expiry::Inactivity(days) => calendar::end_of_day_after(at, days),
            Expiry::EndOfYear => calendar::end_of_year(begins),
            Expiry::Never => NEVER,
        }
    }

    fn begins(&self, at: i64) -> i64 {
        if self.pending_days == 0 { at } else { calendar::end_of_day_after(at, self.pending_days - 1) }
    }

    fn points(&self, amount: i64, tier: usize) -> i64 {
        // One point for each 100, times the tier's tenths.
        let (numerator, denominator) = (amount * TIERS[tier].2, 1_000);
        match self.round {
            Round::Floor => numerator / denominator,
            Round::HalfUp => (2 * numerator + denominator) / (2 * denominator),
            Round::Ceil => (numerator + denominator - 1) / denominator,
        }
    }
}

/// The tier that a number of qualifying points gives.
fn tier_for(points: i64) -> usize {
    TIERS.iter().rposition(|tier| tier.1 <= points).unwrap_or(0)
}

/// What a call must answer: the fields of the reply that the model knows, or the code of the error.
pub type Outcome = Result<Value, String>;

/// A line of an order: article and quantity.
pub type Line = (String, i64);

/// An order as the model keeps it.
#[derive(Debug, Clone)]
struct Order {
    request: Value,
    receipt: Value,
    user: i64,
    amount: i64,
    refunded: i64,
    cancelled: bool,
    points: i64,
    reversed: i64,
    tier: usize,
    at: i64,
    lots: Vec<usize>,
    lines: Vec<Line>,
    /// What went back with lines, if the order has lines, and some went back.
    by_lines: Option<Option<i64>>,
}

/// A redemption as the model keeps it.
#[derive(Debug, Clone)]
struct Redemption {
    user: i64,
    reward: usize,
    taken: Vec<(usize, i64)>,
    /// When the points were taken.
    at: i64,
    cancelled: Option<(Value, Value)>,
}

/// The scheme.
#[derive(Debug)]
pub struct Model {
    rules: Rules,
    /// The members by user id.
    pub members: BTreeMap<i64, Member>,
    orders: BTreeMap<String, Order>,
    redemptions: Vec<Redemption>,
    /// Every hold: whose, and which of the member's.
    holds: Vec<(i64, usize)>,
    stock: i64,
    keys: BTreeMap<(String, String), (Value, Outcome, apply::Made)>,
}

impl Model {
    /// A scheme without members.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            members: BTreeMap::new(),
            orders: BTreeMap::new(),
            redemptions: Vec::new(),
            holds: Vec::new(),
            stock: REWARDS[4].3.unwrap_or(0),
            keys: BTreeMap::new(),
        }
    }

    /// What is left of an order's amount.
    #[must_use]
    pub fn left(&self, order: &str) -> i64 {
        self.orders.get(order).map_or(0, |order| order.amount - order.refunded)
    }

    /// How many redemptions there were.
    #[must_use]
    pub const fn redemptions(&self) -> usize {
        self.redemptions.len()
    }

    /// How many holds there were.
    #[must_use]
    pub const fn holds(&self) -> usize {
        self.holds.len()
    }
}
