//! What was bought.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::value::{Amount, Currency, Money, Rounding, Shop, Sku, limit};
use crate::{Error, Result};

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Article number.
    pub sku: Sku,
    /// How many, 1 to 9999.
    #[serde(default = "one")]
    #[new(value = "one()")]
    pub quantity: i64,
    /// What the line cost; below zero for a return: a deposit, a returned article in an exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[new(default)]
    pub amount: Option<Amount>,
    /// Tax inside the amount; below zero together with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[new(default)]
    pub tax: Option<Amount>,
    /// Category of the article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[new(default)]
    pub category: Option<String>,
    /// Labels of the article, like `vegan` or `colour:red`: at most 20. A rule names a whole label, or the part after
    /// the colon.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[new(default)]
    pub labels: Vec<String>,
    /// Whether it was bought, is a gift or is a discount.
    #[serde(default)]
    #[new(default)]
    pub kind: ItemKind,
}

impl Item {
    /// Whether the line is a return: it was bought before, and its amount is below zero.
    #[must_use]
    pub fn comes_back(&self) -> bool {
        self.kind == ItemKind::Sale && self.amount.is_some_and(|amount| amount.decimal().is_negative())
    }

    /// Units that are bought; below zero for returned ones.
    #[must_use]
    pub fn bought_units(&self) -> i64 {
        if self.comes_back() { -self.quantity } else { self.quantity }
    }

    /// Whether the line has a label, as a whole or after its colon.
    #[must_use]
    pub fn has_label(&self, label: &str) -> bool {
        self.labels.iter().any(|own| own == label || own.split_once(':').is_some_and(|(_, value)| value == label))
    }
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
    /// A gift: it does not count as a product bought.
    Gift,
    /// A discount line: it does not count as a product bought.
    Discount,
}

/// How and where a bill was settled: what an order stores besides its amount and lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// The shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<Shop>,
    /// Tax inside the amount, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<i64>,
    /// Part of the amount that was paid with points, in minor units.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub points_paid: i64,
    /// Part of the amount that was paid with gift cards, in minor units.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub gift_card_paid: i64,
    /// What the shop paid out, in minor units: the bill was below zero, and its amount counts as 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub paid_out: i64,
    /// Points that the host has calculated for the whole amount: then the programme's rules give none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<i64>,
    /// Money that went back with lines, in minor units, and what was spent from gift cards among them; `None` until a
    /// line has gone back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<i64>,
}

impl Settlement {
    /// The settlement of the rest of a bill: of its `amount`, `left` is still paid.
    ///
    /// Points and gift cards stay with the rest, as far as it goes. Tax that no line of the rest carries decreases in
    /// proportion to the money.
    ///
    /// # Errors
    /// `invalid` when a line's tax is not an amount of the currency.
    pub fn of_rest(&self, amount: Money, left: Money, rest: &[Item], currency: Currency) -> Result<Self> {
        let points_paid = self.points_paid.min(left.get());
        let gift_card_paid = self.gift_card_paid.min(left.get() - points_paid);
        let of_lines = tax(rest, currency)?.get();
        let tax = match self.tax {
            Some(tax) => {
                let apart = i128::from((tax - of_lines).max(0)) * i128::from(left.get());
                let apart = Rounding::Floor.divide(apart, i128::from(amount.get().max(1)))?;
                Some((tax.min(of_lines) + apart).min(left.get()))
            }
            None => None,
        };
        let (shop, paid_out) = (self.shop.clone(), self.paid_out);
        let given = self.given_of(amount, left)?;
        Ok(Self { tax, points_paid, gift_card_paid, shop, paid_out, given, returned: self.returned })
    }

    /// What counts as paid for an order of `amount`, of which `paid` stands: when the host gave only points, nothing is
    /// known about the money.
    #[must_use]
    pub fn known_paid(&self, amount: Money, paid: Money) -> Option<Money> {
        let is_unsaid = amount == Money::ZERO && self.given.is_some_and(|given| given > 0);
        (!is_unsaid).then_some(paid)
    }

    /// The given points when the amount that they were given for changes: in proportion to the money, rounded in the
    /// member's favour. For an order that cost nothing, no amount defines a part.
    ///
    /// # Errors
    /// `invalid` when they are out of range.
    pub fn given_of(&self, amount: Money, becomes: Money) -> Result<Option<i64>> {
        let Some(given) = self.given.filter(|_| amount > Money::ZERO) else { return Ok(self.given) };
        let share = i128::from(given) * i128::from(becomes.get());
        let points = Rounding::Ceil.divide(share, i128::from(amount.get()))?;
        limit::within("points", points, 0, limit::MAX_POINTS).map(Some)
    }
}

/// The tax inside the lines that were bought.
///
/// # Errors
/// `invalid` when a line's tax is not an amount of the currency.
pub fn tax(items: &[Item], currency: Currency) -> Result<Money> {
    let bought = items.iter().enumerate().filter(|(_, item)| item.kind == ItemKind::Sale);
    bought.filter_map(|(index, item)| Some((index, item.tax?))).try_fold(Money::ZERO, |sum, (index, tax)| {
        sum.plus(Money::read_signed(&format!("items[{index}].tax"), tax, currency)?)
    })
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// A bill: what was paid, for what, and how.
#[derive(Debug, Clone, Copy)]
pub struct Bill<'a> {
    /// The whole amount, with the parts paid by points and gift cards.
    pub amount: Money,
    /// The lines.
    pub items: &'a [Item],
    /// How and where it was settled.
    pub settlement: &'a Settlement,
}

impl Bill<'_> {
    /// Checks that the parts fit into the amount.
    ///
    /// # Errors
    /// `invalid` naming the field.
    pub fn check(&self) -> Result<()> {
        let settlement = self.settlement;
        if settlement.tax.is_some_and(|tax| tax > self.amount.get()) {
            return Err(Error::invalid("tax", "must be at most the amount"));
        }
        let field = if settlement.points_paid > self.amount.get() { "points_paid" } else { "gift_card_paid" };
        if settlement.points_paid.saturating_add(settlement.gift_card_paid) > self.amount.get() {
            return Err(Error::invalid(field, "must be at most what is left of the amount"));
        }
        Ok(())
    }

    /// What was paid with money, gift cards included: the amount minus what points paid.
    ///
    /// # Errors
    /// `invalid`, which the check of the parts rules out.
    pub fn paid(&self) -> Result<Money> {
        self.amount.minus(Money::minor(self.settlement.points_paid)?)
    }
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
        let labels = i64::try_from(item.labels.len()).unwrap_or(i64::MAX);
        limit::within(&format!("items[{index}].labels"), labels, 0, limit::MAX_LABELS as i64)?;
        for label in &item.labels {
            limit::text(&format!("items[{index}].labels"), label, limit::MAX_NAME)?;
        }
    }
    Ok(())
}

/// How many of each product were bought; gifts and discounts do not count, and returns are subtracted.
#[must_use]
pub fn bought(items: &[Item]) -> BTreeMap<&Sku, i64> {
    let mut counts = BTreeMap::new();
    for item in items.iter().filter(|item| item.kind == ItemKind::Sale) {
        let count: &mut i64 = counts.entry(&item.sku).or_default();
        *count = count.saturating_add(item.bought_units());
    }
    counts.retain(|_, count| *count > 0);
    counts
}

/// Sum of the lines' amounts, when every line has one. A gift must not be below zero.
///
/// # Errors
/// `invalid` when an amount is not one of the currency.
pub fn total(items: &[Item], currency: Currency) -> Result<Option<Money>> {
    let mut sum = Money::ZERO;
    let mut complete = true;
    for (index, item) in items.iter().enumerate() {
        let is_below_zero = item.amount.is_some_and(|amount| amount.decimal().is_negative());
        let read = |tax: Amount| {
            let field = format!("items[{index}].tax");
            if is_below_zero { Money::read_signed(&field, tax, currency) } else { Money::read(&field, tax, currency) }
        };
        let tax = item.tax.map(read).transpose()?;
        let Some(amount) = item.amount else {
            complete = false;
            continue;
        };
        let field = format!("items[{index}].amount");
        sum = match item.kind {
            ItemKind::Gift => sum.plus(Money::read(&field, amount, currency)?)?,
            ItemKind::Sale | ItemKind::Discount => sum.plus(Money::read_signed(&field, amount, currency)?)?,
        };
        if let Some(tax) = tax.map(Money::get) {
            let whole = Money::read_signed(&field, amount, currency)?.get();
            if !(whole.min(0)..=whole.max(0)).contains(&tax) {
                return Err(Error::invalid(&format!("items[{index}].tax"), "must be a part of the amount of the line"));
            }
        }
    }
    Ok(complete.then_some(sum))
}

/// Sum of lines that are returned. A line that was itself a return cannot be returned again.
///
/// # Errors
/// As [`total`], and for a line below zero.
pub fn total_returned(items: &[Item], currency: Currency) -> Result<Option<Money>> {
    for (index, item) in items.iter().enumerate().filter(|(_, item)| item.comes_back()) {
        if let Some(amount) = item.amount {
            Money::read(&format!("items[{index}].amount"), amount, currency)?;
        }
    }
    total(items, currency)
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
        let exchanged = r#"[{"sku":"A","amount":9},{"sku":"A","amount":-8},{"sku":"B","quantity":2,"amount":-4}]"#;
        assert!(bought(&super::tests::items(exchanged)).is_empty());
    }

    #[test]
    fn given_points_follow_the_money_and_stay_where_there_is_none() {
        let of = |amount, becomes| {
            let settlement = Settlement { given: Some(333), ..Settlement::default() };
            settlement.given_of(Money::stored(amount), Money::stored(becomes)).unwrap()
        };
        for (amount, becomes, expected) in [
            (10_000, 10_000, 333),
            (10_000, 6_000, 200),
            (10_000, 1, 1),
            (10_000, 0, 0),
            (10_000, 20_001, 667),
            (0, 500, 333),
        ] {
            assert_eq!(of(amount, becomes), Some(expected), "{amount} becomes {becomes}");
        }
        let by_rules = Settlement::default().given_of(Money::stored(10), Money::stored(5)).unwrap();
        assert_eq!(by_rules, None);
    }

    #[test]
    fn all_lines_but_gifts_may_be_below_zero() {
        let clp = Currency::new("CLP").unwrap();
        let sum = |json: &str| total(&items(json), clp);
        assert_eq!(
            sum(r#"[{"sku":"A","amount":100},{"sku":"P","kind":"discount","amount":-30}]"#),
            Ok(Some(Money::stored(70)))
        );
        assert_eq!(sum(r#"[{"sku":"A"},{"sku":"B","amount":1}]"#), Ok(None));
        assert_eq!(sum(r#"[{"sku":"B","amount":5},{"sku":"A","amount":-7,"tax":-1}]"#), Ok(Some(Money::stored(-2))));
        let error = sum(r#"[{"sku":"B"},{"sku":"A","kind":"gift","amount":-1}]"#).unwrap_err();
        assert_eq!(error.details()["field"], "items[1].amount");
        for tax in ["1", "-8"] {
            let error = sum(&format!(r#"[{{"sku":"A","amount":-7,"tax":{tax}}}]"#)).unwrap_err();
            assert_eq!(error.details()["field"], "items[0].tax");
        }
    }
}
