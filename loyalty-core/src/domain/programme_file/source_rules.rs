//! The earning rules as they are written in the programme file.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::condition::DayName;
use crate::domain::event::Wanted;
use crate::domain::programme::Lines;
use crate::value::{Day, Decimal, EventName, Rate, Shop, Sku};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub id: String,
    #[serde(default)]
    pub was: Vec<String>,
    pub name: String,
    #[serde(default)]
    pub when: When,
    pub effect: Effect,
    #[serde(default)]
    pub priority: i64,
    #[serde(default)]
    pub stop: bool,
    pub group: Option<String>,
    #[serde(default)]
    pub limit: Limit,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct When {
    pub event: Option<EventName>,
    pub properties: BTreeMap<String, Wanted>,
    pub tiers: Vec<String>,
    pub skus: Vec<Sku>,
    pub categories: Vec<String>,
    pub labels: Vec<String>,
    pub shops: Vec<Shop>,
    pub weekdays: Vec<DayName>,
    pub from: Option<String>,
    pub until: Option<String>,
    pub starts: Option<Day>,
    pub ends: Option<Day>,
    pub minimum_amount: Option<Decimal>,
    pub minimum_quantity: Option<i64>,
    pub first_purchase: bool,
    pub birthday_month: bool,
    pub birthday: bool,
    pub every_nth_visit: Option<i64>,
    pub streak_days: Option<i64>,
    pub streak_weeks: Option<i64>,
    pub segment: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    Multiply(Rate),
    MultiplyLabels(BTreeMap<String, Rate>),
    Add(i64),
    PerUnit(i64),
    PerVisit(i64),
    PerAmount(PerAmount),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PerAmount {
    pub points: i64,
    pub per: Decimal,
    #[serde(default)]
    pub whole_groups: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limit {
    pub times: Option<i64>,
    pub times_per_day: Option<i64>,
    pub times_per_week: Option<i64>,
    pub times_per_month: Option<i64>,
    pub points: Option<i64>,
    pub points_per_order: Option<i64>,
    pub points_per_day: Option<i64>,
    pub points_per_week: Option<i64>,
    pub points_per_month: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Basis {
    pub tax: Earns,
    pub gifts: Earns,
    pub discounts: Reduces,
    pub points_paid: Reduces,
    pub gift_card_paid: Reduces,
    pub order_discount: crate::domain::programme::Discounted,
    pub payments: crate::domain::programme::Payments,
    pub exclude: Lines,
}

impl Default for Basis {
    fn default() -> Self {
        Self {
            tax: Earns::Earns,
            gifts: Earns::EarnsNothing,
            discounts: Reduces::Reduces,
            points_paid: Reduces::Reduces,
            gift_card_paid: Reduces::Ignored,
            order_discount: crate::domain::programme::Discounted::Spread,
            payments: crate::domain::programme::Payments::Spread,
            exclude: Lines::default(),
        }
    }
}

/// Whether something earns points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Earns {
    Earns,
    EarnsNothing,
}

/// Whether something reduces what earns points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reduces {
    Reduces,
    Ignored,
}
