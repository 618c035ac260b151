//! What a coupon takes off an order.

use super::Coupon;
use super::cart::{Cart, Line, Share, spread};
use super::terms::Target;
use crate::Result;
use crate::domain::programme::{AmountBasis, DiscountType};
use crate::value::{Money, Percent, Rounding};

/// What the programme says about discounts.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// How a percentage becomes whole minor units.
    pub rounding: Rounding,
    /// Whether a percentage applies to the rest or to the order before any coupon.
    pub base: AmountBasis,
}

/// What the coupon takes off the order in its current state: never more than is left of it. All zero when there is
/// nothing to take off.
///
/// # Errors
/// `internal`, when amounts are beyond their bounds.
pub fn share(coupon: &Coupon, cart: &Cart, rules: Rules) -> Result<Share> {
    let cap = coupon.max_discount.map_or(i64::MAX, Money::get);
    match (coupon.discount_type, coupon.terms.target) {
        (DiscountType::FreeDelivery, _) => {
            let most = cart.delivery().min(cart.to_pay().max(0));
            Ok(Share { lines: Vec::new(), units: Vec::new(), delivery: most.min(cap) })
        }
        (DiscountType::Fixed, _) => Ok(over_lines(coupon, cart, coupon.amount.get().min(cap))),
        (DiscountType::Percent, Target::Order) => {
            let base = base(coupon, cart, rules.base);
            Ok(over_lines(coupon, cart, percent_of(base, coupon.percent, rules.rounding)?.min(cap)))
        }
        (DiscountType::Percent, Target::CheapestItem) => {
            let (lines, _) = cheapest(coupon, cart, 1);
            let price: i64 = lines.iter().sum();
            let off = percent_of(price, coupon.percent, rules.rounding)?.min(cap).min(cart.most_off());
            Ok(Share { lines: spread(off, &lines), units: Vec::new(), delivery: 0 })
        }
        (DiscountType::FreeItem, _) => {
            let (lines, units) = cheapest(coupon, cart, free_units(coupon, cart));
            let whole: i64 = lines.iter().sum();
            let percent = coupon.terms.item_percent.map_or(Percent::FULL, Percent::hundredths);
            let off = percent_of(whole, percent, rules.rounding)?.min(cap).min(cart.most_off());
            // A unit that is paid in part is not free.
            let units = if off == whole { units } else { Vec::new() };
            Ok(Share { lines: spread(off, &lines), units, delivery: 0 })
        }
    }
}

/// The most that the coupon can take off the order, now or after other coupons: the rest never grows.
pub(super) fn most(coupon: &Coupon, cart: &Cart, rules: Rules) -> Result<i64> {
    let cap = coupon.max_discount.map_or(i64::MAX, Money::get);
    let left: i64 = named(coupon, cart).map(|(_, line)| line.left).sum();
    let of_left = |percent| percent_of(left, percent, rules.rounding);
    let most = match (coupon.discount_type, coupon.terms.target) {
        (DiscountType::FreeDelivery, _) => cart.delivery().min(cart.to_pay().max(0)),
        (DiscountType::Fixed, _) => coupon.amount.get().min(left),
        (DiscountType::Percent, Target::Order) if rules.base == AmountBasis::Initial => {
            percent_of(base(coupon, cart, rules.base), coupon.percent, rules.rounding)?.min(left)
        }
        (DiscountType::Percent, _) => of_left(coupon.percent)?,
        (DiscountType::FreeItem, _) => of_left(coupon.terms.item_percent.map_or(Percent::FULL, Percent::hundredths))?,
    };
    let room = if coupon.discount_type == DiscountType::FreeDelivery { most } else { cart.most_off() };
    Ok(most.min(cap).min(room))
}

/// The base of a percentage: the lines that the coupon is for; for the whole order, what is left to pay, including
/// lines that take money off.
fn base(coupon: &Coupon, cart: &Cart, basis: AmountBasis) -> i64 {
    let amount = |line: &Line| if basis == AmountBasis::Left { line.left } else { line.first };
    let of_lines: i64 = named(coupon, cart).map(|(_, line)| amount(line)).sum();
    if coupon.terms.names_lines() {
        return of_lines;
    }
    let off: i64 = cart.lines().iter().filter(|line| line.first < 0).map(|line| line.first).sum();
    (of_lines + off).max(0)
}

/// A percentage of an amount, in whole minor units.
pub fn percent_of(base: i64, percent: Percent, rounding: Rounding) -> Result<i64> {
    rounding.divide(i128::from(base) * i128::from(percent.get()), i128::from(Percent::FULL.get()))
}

/// The lines that the coupon is for and that are not fully discounted, with their positions.
pub(super) fn named<'a>(coupon: &'a Coupon, cart: &'a Cart) -> impl Iterator<Item = (usize, &'a Line)> {
    let lines = cart.lines().iter().enumerate();
    lines.filter(|(_, line)| line.left > 0 && line.is_named_by(&coupon.terms))
}

/// Spreads an amount over the lines that the coupon is for, at most what is left of them.
fn over_lines(coupon: &Coupon, cart: &Cart, amount: i64) -> Share {
    let mut weights = vec![0; cart.lines().len()];
    for (place, line) in named(coupon, cart) {
        if let Some(weight) = weights.get_mut(place) {
            *weight = line.left;
        }
    }
    let amount = amount.min(weights.iter().sum()).min(cart.most_off());
    Share { lines: spread(amount, &weights), units: Vec::new(), delivery: 0 }
}

/// How many units are free: those of the coupon, or that many for each group that is bought; never more than there are.
fn free_units(coupon: &Coupon, cart: &Cart) -> i64 {
    let there: i64 = named(coupon, cart).filter(|(_, line)| line.place.is_some()).map(|(_, line)| line.units).sum();
    match coupon.terms.buy_quantity {
        None => coupon.units.min(there),
        Some(buy) if coupon.terms.buy_products.is_empty() => there / (buy + coupon.units) * coupon.units,
        Some(buy) => (bought(coupon, cart) / buy).saturating_mul(coupon.units).min(there),
    }
}

/// The units that count for `buy_quantity`: a unit that may be free does not count as bought.
pub(super) fn bought(coupon: &Coupon, cart: &Cart) -> i64 {
    let terms = &coupon.terms;
    let may_be_free = |line: &Line| coupon.discount_type == DiscountType::FreeItem && line.is_named_by(terms);
    let counts = |line: &Line| match line.sku() {
        Some(sku) if !terms.buy_products.is_empty() => terms.buy_products.contains(sku) && !may_be_free(line),
        _ => line.is_named_by(terms),
    };
    let bought = cart.lines().iter().filter(|line| line.place.is_some() && line.left > 0 && counts(line));
    bought.map(|line| line.units).sum()
}

/// The price of the cheapest units, line by line, and how many they are. Among equal prices, the first line comes
/// first.
fn cheapest(coupon: &Coupon, cart: &Cart, wanted: i64) -> (Vec<i64>, Vec<i64>) {
    let mut prices = vec![0; cart.lines().len()];
    let mut units = prices.clone();
    let mut by_price: Vec<_> = named(coupon, cart).filter(|(_, line)| line.place.is_some() && line.units > 0).collect();
    by_price.sort_by(|(_, one), (_, other)| {
        let price = |line: &Line, units: i64| i128::from(line.left) * i128::from(units);
        price(one, other.units).cmp(&price(other, one.units))
    });
    let mut missing = wanted;
    for (place, line) in by_price {
        let taken = missing.min(line.units);
        missing -= taken;
        let price = if taken == line.units { line.left } else { line.left / line.units * taken };
        if let (Some(slot), Some(count)) = (prices.get_mut(place), units.get_mut(place)) {
            *slot = price;
            *count = taken;
        }
    }
    (prices, units)
}
