//! What was bought.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::value::{Amount, Money, Sku, limit};
use crate::{Error, Result};

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Article number.
    pub sku: Sku,
    /// How many, 1 to 9999.
    #[serde(default = "one")]
    pub quantity: i64,
    /// What the line cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// Category of the article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Whether it was bought, given or is a discount.
    #[serde(default)]
    pub kind: ItemKind,
}

const fn one() -> i64 {
    1
}

/// What a line of an order stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// Bought.
    #[default]
    Sale,
    /// Given: counts as no product bought.
    Gift,
    /// A discount line: counts as no product bought.
    Discount,
}

/// Checks the lines of an order.
///
/// # Errors
/// `invalid` naming the line and the field.
pub fn check(items: &[Item]) -> Result<()> {
    if items.len() > limit::MAX_ITEMS {
        return Err(Error::invalid(
            "items",
            format_args!("must have at most {} lines, got `{}`", limit::MAX_ITEMS, items.len()),
        ));
    }
    for (index, item) in items.iter().enumerate() {
        limit::within(&format!("items[{index}].quantity"), item.quantity, 1, limit::MAX_QUANTITY)?;
        if let Some(category) = &item.category {
            limit::text(&format!("items[{index}].category"), category, limit::MAX_NAME)?;
        }
    }
    Ok(())
}

/// How many of each product were bought; gifts and discounts are none.
#[must_use]
pub fn bought(items: &[Item]) -> BTreeMap<&Sku, i64> {
    let mut counts = BTreeMap::new();
    for item in items.iter().filter(|item| item.kind == ItemKind::Sale) {
        let count: &mut i64 = counts.entry(&item.sku).or_default();
        *count = count.saturating_add(item.quantity);
    }
    counts
}

/// Sum of the lines' amounts, when every line has one.
///
/// # Errors
/// `invalid` when an amount is not one of the currency.
pub fn total(items: &[Item], currency: crate::value::Currency) -> Result<Option<Money>> {
    let mut sum = Money::ZERO;
    for (index, item) in items.iter().enumerate() {
        let Some(amount) = item.amount else { return Ok(None) };
        sum = sum.plus(Money::read(&format!("items[{index}].amount"), amount, currency)?)?;
    }
    Ok(Some(sum))
}
