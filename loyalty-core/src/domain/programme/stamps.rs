//! Stamp cards as data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::coupons::DiscountType;
use super::rules::Lines;
use crate::value::{Decimal, Points};

/// A card of the programme.
#[derive(Debug, Clone)]
pub struct StampCard {
    /// Stable id.
    pub id: String,
    /// Its former ids.
    pub was: Vec<String>,
    /// Name for members.
    pub name: String,
    /// Stamps that fill a card.
    pub stamps: i64,
    /// What earns a stamp.
    pub per: StampPer,
    /// Lines that count; all when nothing is named.
    pub lines: Lines,
    /// Whether `earn_points` stamps it automatically.
    pub automatic: bool,
    /// What a full card gives.
    pub reward: StampReward,
    /// Seconds between two stamps by hand or by scan.
    pub cooldown_seconds: i64,
    /// Most stamps on a local day.
    pub daily_limit: Option<i64>,
}

/// What earns a stamp.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StampPer {
    /// Each unit bought.
    #[default]
    Unit,
    /// Each purchase.
    Visit,
}

/// What a full card gives.
#[derive(Debug, Clone)]
pub enum StampReward {
    /// This many free units: the till books them as lines of kind `gift`.
    FreeItem(i64),
    /// Points.
    Points(Points),
    /// A coupon.
    Coupon(StampCoupon),
}

/// The coupon that a full card gives.
#[derive(Debug, Clone)]
pub struct StampCoupon {
    /// What it takes off.
    pub discount_type: DiscountType,
    /// How much: percent or money in major units.
    pub discount_value: Decimal,
    /// Highest discount in money.
    pub max_discount: Option<Decimal>,
    /// Local days for which it is good.
    pub days: i64,
    /// Whether it cannot be used for the order that filled the card.
    pub not_on_granting_order: bool,
}
