//! What coupons take off and how they stand beside each other, as data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a coupon takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiscountType {
    /// A percentage of the order.
    Percent,
    /// An amount of money.
    Fixed,
    /// One item or set, free.
    FreeItem,
    /// The delivery.
    FreeDelivery,
}

impl DiscountType {
    /// The word that is stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::Fixed => "fixed",
            Self::FreeItem => "free_item",
            Self::FreeDelivery => "free_delivery",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Percent, Self::Fixed, Self::FreeItem, Self::FreeDelivery].into_iter().find(|kind| kind.word() == word)
    }
}

/// Where the discount of a tier stands beside coupons.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierDiscount {
    /// It is taken off first, and coupons are judged on what it leaves.
    #[default]
    Before,
    /// It is taken of what coupons leave.
    After,
    /// Either it is taken, or coupons are.
    Alone,
}

/// What a line counts as, for a coupon that is for it, beside a line that takes money off: a discount by hand, a deposit
/// that comes back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinePrice {
    /// Its own price; the discount is at most the bill.
    #[default]
    Own,
    /// What it bears of the bill: what the other line takes off is spread over all by value.
    Reduced,
}

/// Which amount of an order a minimum is judged on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AmountBasis {
    /// What is left after the coupons before it.
    #[default]
    Left,
    /// The order before any coupon.
    Initial,
}
