//! The conditions of a coupon besides its value and its time. Stored as JSON; a batch stores them once.

use crate::domain::condition::{DayName, LineNames, Schedule};
use crate::domain::programme::AmountBasis;
use chrono::{NaiveTime, TimeDelta, Timelike as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::value::{Hours, Sku};

/// The terms of a coupon. A field that is empty or `None` does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CouponTerms {
    /// How often one user may use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_uses_per_user: Option<i64>,
    /// Articles that it is for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<Sku>,
    /// Categories that it is for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Labels of lines that it is for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Local days of the week.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<DayName>,
    /// Local minutes of the day, from the first (included) to the second (excluded); past midnight when the second is
    /// earlier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<(u32, u32)>,
    /// The lowest tier that may use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier_required: Option<String>,
    /// The segment whose members may use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// Only before the first purchase.
    #[serde(skip_serializing_if = "is_default")]
    pub first_order_only: bool,
    /// The amount that must reach the minimum.
    #[serde(skip_serializing_if = "is_default")]
    pub min_order_basis: AmountBasis,
    /// Whether the minimum includes the tax.
    #[serde(skip_serializing_if = "is_default")]
    pub min_order_tax: TaxBasis,
    /// Largest order, compared with the initial amount, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_order_minor: Option<i64>,
    /// What a percentage applies to.
    #[serde(skip_serializing_if = "is_default")]
    pub target: Target,
    /// For `free_item`: the part of the price that is taken off, in hundredths of a percent; default all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_percent: Option<i64>,
    /// Units to be bought; for `free_item`, for each set of free ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buy_quantity: Option<i64>,
    /// The articles whose units must be bought; default the lines that it is for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buy_products: Vec<Sku>,
    /// An order can use only one coupon of a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// An order on which it cannot be used: the one that granted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_on_order: Option<String>,
    /// The code as the shop prints it, if the shop chose it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printed: Option<String>,
    /// Most money in total, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<i64>,
    /// Most money in a local day, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_day: Option<i64>,
    /// Most money in a local month, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_month: Option<i64>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl CouponTerms {
    /// The lines that it is for.
    #[must_use]
    pub fn lines(&self) -> LineNames<'_> {
        LineNames { skus: &self.products, categories: &self.categories, labels: &self.labels }
    }

    /// When it is good.
    #[must_use]
    pub fn schedule(&self) -> Schedule<'_> {
        Schedule { weekdays: &self.weekdays, hours: self.hours.map(hours) }
    }

    /// Whether the coupon is only for certain lines of the order.
    #[must_use]
    pub fn names_lines(&self) -> bool {
        !self.lines().is_empty()
    }

    /// Whether it has a budget in money.
    #[must_use]
    pub const fn has_budget(&self) -> bool {
        self.budget.is_some() || self.budget_day.is_some() || self.budget_month.is_some()
    }
}

/// Whether an amount is compared with or without its tax.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaxBasis {
    /// With the tax, as it is paid.
    #[default]
    Included,
    /// Without the tax.
    Excluded,
}

/// What a percentage applies to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The order, or all lines that the coupon is for.
    #[default]
    Order,
    /// One unit: the cheapest of the lines that the coupon is for.
    CheapestItem,
}

/// The window of hours between two minutes of the day.
#[must_use]
pub fn hours((from, until): (u32, u32)) -> Hours {
    let time = |minutes: u32| NaiveTime::MIN + TimeDelta::minutes(minutes.into());
    Hours { from: time(from), until: time(until) }
}

/// Minutes of the day of a local time like `08:30`.
#[must_use]
pub fn minutes(text: &str) -> Option<u32> {
    NaiveTime::parse_from_str(text, "%H:%M").ok().map(|time| time.hour() * 60 + time.minute())
}

/// The local time for this many minutes of the day.
#[must_use]
pub fn clock(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Instant, Zone};

    #[test]
    fn terms_that_restrict_nothing_are_stored_as_nothing() {
        assert_eq!(serde_json::to_string(&CouponTerms::default()).unwrap(), "{}");
        assert_eq!(serde_json::from_str::<CouponTerms>("{}").unwrap(), CouponTerms::default());
    }

    #[test]
    fn hours_may_go_over_midnight_and_end_before_their_last_minute() {
        let zone = Zone::parse("America/Santiago").unwrap();
        let at = |text: &str| Instant::parse(&format!("2026-06-10T{text}-04:00")).unwrap();
        let morning = (minutes("08:00").unwrap(), minutes("11:00").unwrap());
        let night = (minutes("22:00").unwrap(), minutes("02:00").unwrap());
        for (window, time, inside) in [
            (morning, "08:00:00", true),
            (morning, "10:59:59", true),
            (morning, "11:00:00", false),
            (night, "23:30:00", true),
            (night, "01:59:59", true),
            (night, "02:00:00", false),
            (night, "21:59:59", false),
        ] {
            assert_eq!(hours(window).day_of(zone, at(time)).is_some(), inside, "{time}");
        }
        assert_eq!((minutes("8h"), clock(510)), (None, "08:30".to_owned()));
    }
}
