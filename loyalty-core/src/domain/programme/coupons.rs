//! What coupons take off and how they combine, as data.

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
    /// Free delivery.
    FreeDelivery,
}

impl DiscountType {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::Fixed => "fixed",
            Self::FreeItem => "free_item",
            Self::FreeDelivery => "free_delivery",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Percent, Self::Fixed, Self::FreeItem, Self::FreeDelivery].into_iter().find(|kind| kind.word() == word)
    }
}

/// How the discount of a tier combines with coupons.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierDiscount {
    /// It is taken off first, and coupons are judged on the rest.
    #[default]
    Before,
    /// It applies to what coupons leave.
    After,
    /// Either the tier's discount is used, or coupons are.
    Alone,
}

/// How a line counts for a coupon that is for it, when another line takes money off: a discount by hand, a returned
/// deposit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinePrice {
    /// Its own price; the discount is at most the bill.
    #[default]
    Own,
    /// Its share of the bill: what the other line takes off is spread over all lines by value.
    Reduced,
}

/// Which amount of an order must reach a minimum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AmountBasis {
    /// What is left after earlier coupons.
    #[default]
    Left,
    /// The order before any coupon.
    Initial,
}
