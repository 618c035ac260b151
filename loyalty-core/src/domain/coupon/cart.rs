//! An order as coupons see it: lines with what is left of each, in minor units, and the delivery.

use crate::domain::programme::LinePrice;

use crate::domain::coupon::terms::CouponTerms;
use crate::domain::purchase::{Item, ItemKind};
use crate::value::{Currency, Money, Sku};
use crate::{Error, Result};

/// An order to be discounted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    lines: Vec<Line>,
    delivery: i64,
    /// The goods before any coupon.
    initial: i64,
    /// Tax inside the amount of the goods before any coupon.
    tax: i64,
}

/// A line that was bought, or the part that belongs to no line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its position in the request; `None` for the part that belongs to no line.
    pub place: Option<usize>,
    /// The line of the request.
    item: Option<Item>,
    /// Units that still have to be paid.
    pub units: i64,
    /// What it cost at first; below zero when it takes money off the bill.
    pub first: i64,
    /// What is left to pay of it.
    pub left: i64,
}

/// What a request says about an order.
#[derive(Debug, Clone, Copy)]
pub struct CouponBill<'a> {
    /// The whole amount, delivery and tax included, before any coupon.
    pub amount: Money,
    /// What is bought.
    pub items: &'a [Item],
    /// The part of the amount that is for the delivery.
    pub delivery: Money,
    /// The tax inside the amount; default the sum of the tax of the lines.
    pub tax: Option<Money>,
}

/// What a discount takes off each line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Share {
    /// Minor units for each line of the cart.
    pub lines: Vec<i64>,
    /// Units of each line that it makes free.
    pub units: Vec<i64>,
    /// Minor units off the delivery.
    pub delivery: i64,
}

impl Share {
    /// Adds another discount.
    pub fn add(&mut self, other: &Self) {
        let add = |sums: &mut Vec<i64>, parts: &[i64]| {
            sums.resize(sums.len().max(parts.len()), 0);
            sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
        };
        add(&mut self.lines, &other.lines);
        add(&mut self.units, &other.units);
        self.delivery += other.delivery;
    }

    /// The total discount.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.lines.iter().sum::<i64>() + self.delivery
    }
}

impl Cart {
    /// Reads an order.
    ///
    /// When the lines cost more than was paid, what was already taken off is spread over them by value. `price` says
    /// how a line that takes money off counts. Lines that are gifts, or that have no amount, take no part.
    ///
    /// # Errors
    /// `invalid` naming the field.
    pub fn new(bill: &CouponBill<'_>, currency: Currency, price: LinePrice) -> Result<Self> {
        let reduced = reductions(bill.items, currency)?;
        let is_plain = reduced == 0 && !bill.amount.is_negative();
        if is_plain && bill.delivery > bill.amount {
            return Err(Error::invalid("delivery", "must not be above `amount`, which it is a part of"));
        }
        let tax = bill.tax.map_or_else(|| tax_of(bill.items, currency), Ok)?;
        if is_plain && (tax.is_negative() || tax > bill.amount) {
            return Err(Error::invalid("tax", "must not be above `amount`, which it is a part of"));
        }
        let goods = bill.amount.get() - bill.delivery.get();
        let mut lines = Vec::new();
        for (place, item) in bill.items.iter().enumerate().filter(|(_, item)| item.kind == ItemKind::Sale) {
            let Some(amount) = item.amount.filter(|_| !item.comes_back()) else { continue };
            let minor = Money::read(&format!("items[{place}].amount"), amount, currency)?.get();
            lines.push(Line {
                place: Some(place),
                item: Some(item.clone()),
                units: item.quantity,
                first: minor,
                left: minor,
            });
        }
        let sum: i64 = lines.iter().map(|line| line.first).sum();
        // The part that lines with a negative amount account for is kept apart; the rest is spread over the other
        // lines.
        let apart = if price == LinePrice::Own { reduced.min(sum - goods).max(0) } else { 0 };
        let shared = (goods + apart).max(0);
        if sum > shared {
            let weights: Vec<i64> = lines.iter().map(|line| line.first).collect();
            for (line, part) in lines.iter_mut().zip(spread(shared, &weights)) {
                line.first = part;
                line.left = part;
            }
        }
        let rest = goods - sum.min(shared);
        if rest != 0 {
            lines.push(Line { place: None, item: None, units: 1, first: rest, left: rest });
        }
        Ok(Self { lines, delivery: bill.delivery.get(), initial: goods, tax: tax.get() })
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// What is left to pay of the delivery.
    #[must_use]
    pub const fn delivery(&self) -> i64 {
        self.delivery
    }

    /// The goods before any coupon.
    #[must_use]
    pub const fn initial(&self) -> i64 {
        self.initial
    }

    /// What is left to pay of the goods; below zero when more was returned.
    #[must_use]
    pub fn left(&self) -> i64 {
        self.lines.iter().map(|line| line.left).sum()
    }

    /// The most that can still be taken off the goods.
    #[must_use]
    pub fn most_off(&self) -> i64 {
        self.left().max(0)
    }

    /// What is left to pay in total.
    #[must_use]
    pub fn to_pay(&self) -> i64 {
        self.left() + self.delivery
    }

    /// An amount of goods without its tax: the tax decreases in proportion to the amount.
    #[must_use]
    pub fn without_tax(&self, amount: i64) -> i64 {
        if self.initial <= 0 {
            return amount;
        }
        let tax = i128::from(self.tax) * i128::from(amount) / i128::from(self.initial);
        amount - i64::try_from(tax).unwrap_or(0)
    }

    /// Takes a discount off.
    pub fn take(&mut self, share: &Share) {
        for (line, off) in self.lines.iter_mut().zip(&share.lines) {
            line.left -= off;
        }
        for (line, units) in self.lines.iter_mut().zip(&share.units) {
            line.units -= units;
        }
        self.delivery -= share.delivery;
    }

    /// Adds back a discount that was taken off.
    pub fn give_back(&mut self, share: &Share) {
        for (line, off) in self.lines.iter_mut().zip(&share.lines) {
            line.left += off;
        }
        for (line, units) in self.lines.iter_mut().zip(&share.units) {
            line.units += units;
        }
        self.delivery += share.delivery;
    }

    /// The state of an order that matters for coupons: units and money that are left of each line, and the delivery.
    #[must_use]
    pub fn state(&self) -> Vec<i64> {
        let lines = self.lines.iter().flat_map(|line| [line.units, line.left]);
        lines.chain([self.delivery]).collect()
    }

    /// Takes off what coupons took before: money off the goods, spread in proportion to what is left of each line.
    pub fn take_evenly(&mut self, amount: i64) {
        let goods = amount.min(self.most_off());
        let weights: Vec<i64> = self.lines.iter().map(|line| line.left.max(0)).collect();
        self.take(&Share { lines: spread(goods, &weights), units: Vec::new(), delivery: 0 });
        self.delivery -= (amount - goods).min(self.delivery);
    }
}

impl Line {
    /// Whether a coupon with these terms is for the line.
    #[must_use]
    pub fn is_named_by(&self, terms: &CouponTerms) -> bool {
        if self.first < 0 {
            return false;
        }
        let Some(item) = &self.item else { return !terms.names_lines() };
        !terms.names_lines() || terms.lines().has(item)
    }

    /// Its article.
    #[must_use]
    pub fn sku(&self) -> Option<&Sku> {
        self.item.as_ref().map(|item| &item.sku)
    }
}

/// The tax inside the lines that are bought.
fn tax_of(items: &[Item], currency: Currency) -> Result<Money> {
    let bought = items.iter().enumerate().filter(|(_, item)| item.kind == ItemKind::Sale);
    bought.filter_map(|(place, item)| Some((place, item.tax?))).try_fold(Money::ZERO, |sum, (place, tax)| {
        sum.plus(Money::read_signed(&format!("items[{place}].tax"), tax, currency)?)
    })
}

/// What lines take off the bill: discounts by hand, and returns.
fn reductions(items: &[Item], currency: Currency) -> Result<i64> {
    let mut sum = 0_i64;
    for (place, item) in items.iter().enumerate() {
        let Some(amount) = item.amount.filter(|_| item.kind == ItemKind::Discount || item.comes_back()) else {
            continue;
        };
        let minor = Money::read_signed(&format!("items[{place}].amount"), amount, currency)?.get();
        sum = sum.saturating_add(minor.abs());
    }
    Ok(sum)
}

/// Parts of a total in proportion to weights, exact to the minor unit: what is cut off goes to the largest remainders;
/// among equals, to the first. No part exceeds its weight when the total does not exceed their sum.
#[must_use]
pub fn spread(total: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut rests = Vec::with_capacity(weights.len());
    for (place, weight) in weights.iter().enumerate() {
        let product = i128::from(total) * i128::from(*weight);
        parts.push(i64::try_from(product / sum).unwrap_or(0));
        rests.push((product % sum, place));
    }
    let missing = total - parts.iter().sum::<i64>();
    rests.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    for (_, place) in rests.into_iter().take(usize::try_from(missing).unwrap_or(0)) {
        if let Some(part) = parts.get_mut(place) {
            *part += 1;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cart(amount: i64, items: &str) -> Cart {
        priced(amount, items, LinePrice::Own)
    }

    fn priced(amount: i64, items: &str, price: LinePrice) -> Cart {
        let items: Vec<Item> = serde_json::from_str(items).unwrap();
        let bill = CouponBill { amount: Money::stored(amount), items: &items, delivery: Money::ZERO, tax: None };
        Cart::new(&bill, Currency::new("CLP").unwrap(), price).unwrap()
    }

    #[test]
    fn what_a_line_takes_off_stays_apart_or_is_spread() {
        let lefts = |cart: Cart| cart.lines().iter().map(|line| line.left).collect::<Vec<_>>();
        let back = r#"[{"sku":"a","amount":120},{"sku":"b","amount":-114}]"#;
        let hand = r#"[{"sku":"a","amount":120},{"sku":"b","kind":"discount","amount":-114}]"#;
        for items in [back, hand] {
            assert_eq!(lefts(priced(6, items, LinePrice::Own)), [120, -114]);
            assert_eq!(lefts(priced(6, items, LinePrice::Reduced)), [6]);
            // The line accounts for only 114 of 117.
            assert_eq!(lefts(priced(3, items, LinePrice::Own)), [117, -114]);
            assert_eq!(lefts(priced(130, items, LinePrice::Own)), [120, 10]);
        }
        let more_back = r#"[{"sku":"a","amount":50},{"sku":"b","amount":-114}]"#;
        assert_eq!(lefts(priced(-64, more_back, LinePrice::Own)), [50, -114]);
        assert_eq!(lefts(priced(-64, more_back, LinePrice::Reduced)), [0, -64]);
        assert_eq!(lefts(priced(-64, "[]", LinePrice::Own)), [-64]);
    }

    #[test]
    fn a_total_is_spread_to_the_last_unit() {
        assert_eq!(spread(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(spread(5, &[0, 10, 10]), [0, 3, 2]);
        assert_eq!(spread(7, &[0, 0]), [0, 0]);
        assert_eq!(spread(1_000_000_000_000_000, &[1, 1_000_000_000_000_000 - 1]), [1, 1_000_000_000_000_000 - 1]);
    }

    #[test]
    fn what_no_line_accounts_for_is_a_line_and_what_was_taken_off_before_is_spread() {
        let lefts = |cart: &Cart| cart.lines().iter().map(|line| line.left).collect::<Vec<_>>();
        assert_eq!(lefts(&cart(1_000, "[]")), [1_000]);
        assert_eq!(lefts(&cart(1_000, r#"[{"sku":"a","amount":600},{"sku":"b"}]"#)), [600, 400]);
        assert_eq!(lefts(&cart(900, r#"[{"sku":"a","amount":600},{"sku":"b","amount":400}]"#)), [540, 360]);
        assert_eq!(lefts(&cart(600, r#"[{"sku":"a","amount":600},{"sku":"b","kind":"gift","amount":400}]"#)), [600]);
    }

    #[test]
    fn the_tax_falls_with_the_amount() {
        let bill =
            CouponBill { amount: Money::stored(119), items: &[], delivery: Money::ZERO, tax: Some(Money::stored(19)) };
        let mut cart = Cart::new(&bill, Currency::new("CLP").unwrap(), LinePrice::Own).unwrap();
        assert_eq!(cart.without_tax(cart.left()), 100);
        cart.take_evenly(60);
        assert_eq!((cart.left(), cart.without_tax(cart.left())), (59, 50));
    }
}
