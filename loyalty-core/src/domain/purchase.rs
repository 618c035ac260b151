//! What was bought.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::value::{Amount, Currency, Money, Sku, limit};
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

/// Sum of the lines' amounts, when every line has one. Only a discount line may have an amount below zero.
///
/// # Errors
/// `invalid` when an amount is not one of the currency.
pub fn total(items: &[Item], currency: Currency) -> Result<Option<Money>> {
    let mut sum = Money::ZERO;
    let mut complete = true;
    for (index, item) in items.iter().enumerate() {
        let Some(amount) = item.amount else {
            complete = false;
            continue;
        };
        let field = format!("items[{index}].amount");
        sum = match item.kind {
            ItemKind::Discount if amount.decimal().is_negative() => {
                sum.minus(Money::read(&field, amount.decimal().negated(), currency)?)?
            }
            _ => sum.plus(Money::read(&field, amount, currency)?)?,
        };
    }
    Ok(complete.then_some(sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(json: &str) -> Vec<Item> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn gifts_and_discounts_are_no_products_bought() {
        let items = items(
            r#"[{"sku":"A","quantity":2},{"sku":"B","kind":"gift"},{"sku":"P","kind":"discount","amount":-5},{"sku":"A"}]"#,
        );
        let counts: Vec<_> = bought(&items).into_iter().map(|(sku, count)| (sku.as_str(), count)).collect();
        assert_eq!(counts, [("A", 3)]);
    }

    #[test]
    fn only_a_discount_line_may_be_below_zero() {
        let clp = Currency::new("CLP").unwrap();
        let sum = |json| total(&items(json), clp);
        assert_eq!(
            sum(r#"[{"sku":"A","amount":100},{"sku":"P","kind":"discount","amount":-30}]"#),
            Ok(Some(Money::stored(70)))
        );
        assert_eq!(sum(r#"[{"sku":"A"},{"sku":"B","amount":1}]"#), Ok(None));
        let error = sum(r#"[{"sku":"B"},{"sku":"A","amount":-1}]"#).unwrap_err();
        assert_eq!(error.details()["field"], "items[1].amount");
    }
}
