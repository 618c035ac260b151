//! Returned lines: which lines of an order they are, and what is left of it.

use super::purchase::Item;
use crate::value::{Amount, Currency, Money};
use crate::{Error, Result};

/// An order's lines, split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parted {
    /// What is left.
    pub rest: Vec<Item>,
    /// What is returned, with the price and tax that the order has for it.
    pub back: Vec<Item>,
}

/// Splits the returned lines from an order's lines.
///
/// A line may be named in parts and more than once. Among lines with the same article, the one whose price, category
/// and labels match the named ones is returned first. A part of a line has its part of the price, the most expensive
/// unit first, so that parts in any order leave the same.
///
/// # Errors
/// `invalid` naming the position, when a line is not in the order or more of it is returned than is left.
pub fn part(lines: Vec<Item>, named: &[Item], currency: Currency) -> Result<Parted> {
    let mut rest = lines;
    let mut back = Vec::new();
    for (index, item) in named.iter().enumerate() {
        let mut left = item.quantity;
        for place in candidates(&rest, item) {
            let Some(line) = rest.get_mut(place) else { continue };
            let units = left.min(line.quantity);
            if units > 0 {
                back.push(take(line, item, units, currency)?);
                left -= units;
            }
        }
        if left > 0 {
            let expected = format!("must be at most what is left of `{}` in the order, {left} too many", item.sku);
            return Err(Error::invalid(&format!("items[{index}].quantity"), expected));
        }
    }
    rest.retain(|line| line.quantity > 0);
    Ok(Parted { rest, back })
}

/// The positions of the matching lines, those most similar to the named one first.
fn candidates(lines: &[Item], named: &Item) -> Vec<usize> {
    let differs = |line: &Item| {
        let category = named.category.is_some() && named.category != line.category;
        let labels = !named.labels.is_empty() && named.labels != line.labels;
        category || labels
    };
    // Unit prices are equal when their products with the other's units are equal.
    let price = |amount: Option<Amount>, units: i64| {
        amount.and_then(|amount| amount.decimal().in_units(9)).map(|minor| i128::from(minor) * i128::from(units))
    };
    let is_other_price = |line: &Item| {
        named.amount.is_some() && price(named.amount, line.quantity) != price(line.amount, named.quantity)
    };
    let meant = lines.iter().enumerate().filter(|(_, line)| line.sku == named.sku && line.kind == named.kind);
    let mut places: Vec<_> = meant.map(|(place, line)| (differs(line), is_other_price(line), place)).collect();
    places.sort_unstable();
    places.into_iter().map(|(_, _, place)| place).collect()
}

/// Takes units out of a line, with their part of its price and tax.
fn take(line: &mut Item, named: &Item, units: i64, currency: Currency) -> Result<Item> {
    let mut taken = Item { quantity: units, ..line.clone() };
    let own = named.amount.filter(|_| named.quantity == units);
    (line.amount, taken.amount) = cut(line.amount, line.quantity, units, own, currency);
    (line.tax, taken.tax) =
        cut(line.tax, line.quantity, units, named.tax.filter(|_| named.quantity == units), currency);
    line.quantity -= units;
    Ok(taken)
}

/// Splits an amount for a number of units: what is left, and what is returned. If the named part is a whole number of
/// minor units, exactly it is returned.
fn cut(
    amount: Option<Amount>,
    of: i64,
    units: i64,
    named: Option<Amount>,
    currency: Currency,
) -> (Option<Amount>, Option<Amount>) {
    let minor = |amount: Amount| amount.decimal().in_units(currency.exponent());
    let Some(whole) = amount.and_then(minor) else { return (amount, amount) };
    let sign = whole.signum();
    let (each, dearer) = (whole.abs() / of.max(1), whole.abs() % of.max(1));
    let least = each * units;
    let fits = |part: &i64| *part >= least && *part <= least + dearer.min(units);
    let part = named.and_then(minor).map(i64::abs).filter(fits).unwrap_or(least + dearer.min(units));
    let shown = |minor: i64| Some(Amount::from(Money::stored(sign * minor).to_decimal(currency)));
    (shown(whole.abs() - part), shown(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(json: &str) -> Vec<Item> {
        serde_json::from_str(json).unwrap()
    }

    fn clp() -> Currency {
        Currency::new("CLP").unwrap()
    }

    fn shown(items: &[Item]) -> Vec<(String, i64, String)> {
        let amount = |item: &Item| item.amount.map(|amount| amount.decimal().to_string()).unwrap_or_default();
        items.iter().map(|item| (item.sku.to_string(), item.quantity, amount(item))).collect()
    }

    #[test]
    fn a_part_of_a_line_has_its_part_of_the_price() {
        let lines = items(r#"[{"sku":"A","quantity":3,"amount":1000},{"sku":"B","amount":500}]"#);
        let parted = part(lines.clone(), &items(r#"[{"sku":"A"},{"sku":"A"}]"#), clp()).unwrap();
        assert_eq!(shown(&parted.back), [("A".to_owned(), 1, "334".to_owned()), ("A".to_owned(), 1, "333".to_owned())]);
        assert_eq!(shown(&parted.rest), [("A".to_owned(), 1, "333".to_owned()), ("B".to_owned(), 1, "500".to_owned())]);
        let named = part(lines, &items(r#"[{"sku":"A","quantity":1,"amount":333}]"#), clp()).unwrap();
        assert_eq!(shown(&named.rest).first().unwrap().2, "667");
    }

    #[test]
    fn of_equal_articles_the_one_with_the_named_price_or_category_comes_back() {
        let lines = items(r#"[{"sku":"A","amount":500},{"sku":"A","amount":900,"category":"tea"}]"#);
        for named in [r#"[{"sku":"A","amount":900}]"#, r#"[{"sku":"A","category":"tea"}]"#] {
            assert_eq!(shown(&part(lines.clone(), &items(named), clp()).unwrap().rest).first().unwrap().2, "500");
        }
    }

    #[test]
    fn a_line_that_is_not_there_is_named_with_its_place() {
        let lines = items(r#"[{"sku":"A","quantity":2}]"#);
        for (named, field) in [
            (r#"[{"sku":"A"},{"sku":"B"}]"#, "items[1].quantity"),
            (r#"[{"sku":"A","quantity":3}]"#, "items[0].quantity"),
            (r#"[{"sku":"A"},{"sku":"A","quantity":2}]"#, "items[1].quantity"),
            (r#"[{"sku":"A","kind":"gift"}]"#, "items[0].quantity"),
        ] {
            assert_eq!(part(lines.clone(), &items(named), clp()).unwrap_err().details()["field"], field, "{named}");
        }
    }

    #[test]
    fn parts_in_any_order_leave_the_same() {
        for (amount, parts) in
            [(1_000, vec![1, 2]), (1_000, vec![2, 1]), (100, vec![3, 1, 1]), (7, vec![1; 5]), (0, vec![4])]
        {
            let all: i64 = parts.iter().sum();
            let line = |units: i64| items(&format!(r#"[{{"sku":"A","quantity":{units}}}]"#));
            let lines = items(&format!(r#"[{{"sku":"A","quantity":{},"amount":{amount}}}]"#, all + 2));
            let at_once = part(lines.clone(), &line(all), clp()).unwrap().rest;
            let mut left = lines;
            for units in &parts {
                left = part(left, &line(*units), clp()).unwrap().rest;
            }
            assert_eq!(left, at_once, "{amount} in {parts:?}");
        }
    }
}
