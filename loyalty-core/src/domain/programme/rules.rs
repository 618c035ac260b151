//! Earning rules as data: conditions, effects, limits.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::condition::{DayName, LineNames};
use crate::domain::event::Wanted;
use crate::domain::purchase::Item;
use crate::value::{Day, EventName, Hours, Money, Points, Rate, Shop, Sku};

/// A rule that changes what a purchase earns, or gives points for an event.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Stable id: the `rule` of a reason. Rules of the same priority are judged in the order of their ids.
    pub id: String,
    /// Its former ids.
    pub was: Vec<String>,
    /// Name for members.
    pub name: String,
    /// When it applies: all conditions must be met.
    pub when: When,
    /// What it does.
    pub effect: Effect,
    /// Rules of a higher priority come first; this matters for `stop` and among equals.
    pub priority: i64,
    /// Whether rules of a lower priority are left out when this one applies.
    pub stop: bool,
    /// Of the rules of one group, only the one that gives most counts.
    pub group: Option<String>,
    /// How often and for how much it may apply to one member.
    pub limits: Limits,
}

impl Rule {
    /// Its id and its former ids.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.id.as_str()).chain(self.was.iter().map(String::as_str))
    }
}

/// The conditions of a rule. A condition that is empty or `None` does not restrict.
#[derive(Debug, Clone, Default)]
pub struct When {
    /// The event that the rule is for; without one it is for purchases.
    pub event: Option<EventName>,
    /// What the event's properties must be.
    pub properties: Vec<(String, Wanted)>,
    /// Tiers held before the purchase.
    pub tiers: Vec<String>,
    /// Lines: one of them must be bought, and a multiplier or an accrual applies only to them.
    pub lines: Lines,
    /// Shops.
    pub shops: Vec<Shop>,
    /// Local days of the week. Hours past midnight belong to the day on which they began.
    pub weekdays: Vec<DayName>,
    /// Local hours.
    pub hours: Option<Hours>,
    /// First local day.
    pub starts: Option<Day>,
    /// Last local day.
    pub ends: Option<Day>,
    /// Smallest amount of the purchase.
    pub minimum_amount: Option<Money>,
    /// Smallest number of units of what the rule names, or of everything.
    pub minimum_quantity: Option<i64>,
    /// Only the first purchase.
    pub first_purchase: bool,
    /// Only in the local month of the member's birthday.
    pub birthday_month: bool,
    /// Only on the member's birthday.
    pub birthday: bool,
    /// Only every n-th visit.
    pub every_nth_visit: Option<i64>,
    /// Only when this is at least the n-th local day in a row with a purchase.
    pub streak_days: Option<i64>,
    /// Only when this is at least the n-th ISO week in a row with a purchase.
    pub streak_weeks: Option<i64>,
    /// Only for members who are in this segment before the purchase or event.
    pub segment: Option<String>,
}

/// Lines of an order, by what they are; a line matches if any of these names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lines {
    /// Articles.
    pub skus: Vec<Sku>,
    /// Categories.
    pub categories: Vec<String>,
    /// Labels, as a whole or the part after the colon.
    pub labels: Vec<String>,
}

impl Lines {
    /// Whether nothing is named.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.skus.is_empty() && self.categories.is_empty() && self.labels.is_empty()
    }

    /// Whether a line is named.
    #[must_use]
    pub fn names(&self, item: &Item) -> bool {
        LineNames { skus: &self.skus, categories: &self.categories, labels: &self.labels }.has(item)
    }
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Multiplies the points of the whole purchase, or of the lines that the rule names. Zero is legal.
    Multiply(Rate),
    /// Multiplies the points of each line by the factors of all the labels that it carries.
    MultiplyLabels(Vec<(String, Rate)>),
    /// Adds points once.
    Add(Points),
    /// Adds points for each unit of what the rule names, or of everything bought.
    PerUnit(Points),
    /// An additional base: this many points for this much money, on the lines that the rule names.
    PerAmount(Accrual),
}

impl Effect {
    /// Whether it can only take points: no factor is above 1.
    #[must_use]
    pub fn only_takes(&self) -> bool {
        match self {
            Self::Multiply(rate) => *rate <= Rate::ONE,
            Self::MultiplyLabels(factors) => factors.iter().all(|(_, rate)| *rate <= Rate::ONE),
            _ => false,
        }
    }
}

/// This many points for this much money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accrual {
    /// Points ...
    pub points: i64,
    /// ... for this much money.
    pub per: Money,
    /// Whether only whole groups of this much money count.
    pub whole_groups: bool,
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

/// How often a rule may apply to one member, and for how many points. `None` does not restrict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the keys of `limit` in a rule of the programme file")]
pub struct Limits {
    pub times: Windowed,
    pub points: Windowed,
    pub points_per_order: Option<i64>,
}

impl Limits {
    /// Whether the rule's uses must be counted.
    #[must_use]
    pub fn need_counting(&self) -> bool {
        !self.times.is_none() || !self.points.is_none()
    }

    /// Points that the rule may still give; `None` without a limit.
    #[must_use]
    pub fn room(&self, used: &Used) -> Option<i64> {
        [self.points_per_order, self.points.left(&used.points)].into_iter().flatten().min()
    }
}

/// A number for each window of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Windowed {
    /// In the local day.
    pub day: Option<i64>,
    /// In the ISO week.
    pub week: Option<i64>,
    /// In the local month.
    pub month: Option<i64>,
    /// Ever.
    pub ever: Option<i64>,
}

impl Windowed {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// What is left in the narrowest window after `used`; `None` without a limit.
    #[must_use]
    pub fn left(&self, used: &Counts) -> Option<i64> {
        let pairs = [(self.day, used.day), (self.week, used.week), (self.month, used.month), (self.ever, used.ever)];
        pairs.iter().filter_map(|(limit, used)| limit.map(|limit| limit.saturating_sub(*used).max(0))).min()
    }
}

/// The count in each window of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the windows of `Windowed`")]
pub struct Counts {
    pub day: i64,
    pub week: i64,
    pub month: i64,
    pub ever: i64,
}

impl Counts {
    const fn plus(self, other: Self) -> Self {
        Self {
            day: self.day.saturating_add(other.day),
            week: self.week.saturating_add(other.week),
            month: self.month.saturating_add(other.month),
            ever: self.ever.saturating_add(other.ever),
        }
    }
}

/// How often a rule has applied to a member, and for how many points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by their types")]
pub struct Used {
    pub times: Counts,
    pub points: Counts,
}

impl Used {
    /// The counts under two ids of one rule together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self { times: self.times.plus(other.times), points: self.points.plus(other.points) }
    }
}

impl Rule {
    /// Whether the rule depends on the member's birthday.
    #[must_use]
    pub const fn asks_birthday(&self) -> bool {
        self.when.birthday || self.when.birthday_month
    }
}
