//! The best way to pay an order: which offers to use, and whether the tier's discount combines with them.

use crate::domain::programme::TierDiscount;

use super::best::{self, Best, Combination, Offer, Scope};
use super::cart::{Cart, CouponBill};
use super::discount;
use crate::Result;
use crate::domain::programme::Programme;
use crate::value::{Money, Percent, Points};

/// The choice.
#[derive(Debug, Clone)]
pub struct Choice<'a> {
    /// The order on which the offers are judged.
    pub cart: Cart,
    /// What applied to the search.
    pub scope: Scope<'a>,
    /// The offers that are used.
    pub combination: Combination,
    /// What the tier takes off.
    pub tier: Money,
    /// What the tier would take off alone.
    pub tier_alone: Money,
    /// Whether the tier's discount and offers exclude each other.
    pub apart: bool,
    /// Whether nothing else is better.
    pub exact: bool,
}

/// The cheapest way to pay an order, with the tier's discount as the programme says.
///
/// # Errors
/// `invalid` naming the field of the bill.
pub fn choose<'a>(bill: &CouponBill<'_>, offers: &[Offer<'_>], tier: Percent, scope: Scope<'a>) -> Result<Choice<'a>> {
    let programme = scope.programme;
    let cart = Cart::new(bill, programme.currency, programme.coupons.line_price)?;
    let off = discount::percent_of(cart.most_off(), tier, programme.rounding)?;
    let chosen = match programme.coupons.tier_discount {
        TierDiscount::After => {
            let scope = Scope { afterwards: tier, ..scope };
            let best = best::search(&cart, offers, scope)?;
            let tier = best.combination.afterwards;
            choice(cart, scope, best, tier)
        }
        TierDiscount::Before if off > 0 => {
            let half = Scope { steps: scope.steps / 2, ..scope };
            let less = less(bill, &cart, off, programme)?;
            let with = best::search(&less, offers, half)?;
            let without = best::search(&cart, offers, Scope { steps: half.steps + with.steps_left, ..scope })?;
            let with = choice(less, half, with, Money::stored(off));
            cheaper(with, choice(cart, half, without, Money::ZERO))
        }
        TierDiscount::Alone if off > 0 => {
            let without = best::search(&cart, offers, scope)?;
            let cost = Money::stored(cart.to_pay() - off);
            let nothing = Combination { used: Vec::new(), afterwards: Money::ZERO, cost, points: Points::ZERO };
            let with = Best { combination: nothing, exact: true, steps_left: 0 };
            let with = choice(cart.clone(), scope, with, Money::stored(off));
            cheaper(with, choice(cart, scope, without, Money::ZERO))
        }
        TierDiscount::Before | TierDiscount::Alone => {
            let best = best::search(&cart, offers, scope)?;
            choice(cart, scope, best, Money::ZERO)
        }
    };
    let apart = programme.coupons.tier_discount == TierDiscount::Alone;
    Ok(Choice { tier_alone: Money::stored(off), apart, ..chosen })
}

/// The order after the tier's discount; the tax decreases with the amount.
fn less(bill: &CouponBill<'_>, cart: &Cart, off: i64, programme: &Programme) -> Result<Cart> {
    let left = cart.left() - off;
    let tax = Some(Money::stored(left - cart.without_tax(left)));
    let less = CouponBill { amount: bill.amount.minus(Money::stored(off))?, tax, ..*bill };
    Cart::new(&less, programme.currency, programme.coupons.line_price)
}

fn choice(cart: Cart, scope: Scope<'_>, best: Best, tier: Money) -> Choice<'_> {
    let (combination, exact) = (best.combination, best.exact);
    Choice { cart, scope, combination, tier, tier_alone: tier, apart: false, exact }
}

/// The choice that costs less; among equals the first, unless the second takes fewer points.
fn cheaper<'a>(one: Choice<'a>, other: Choice<'a>) -> Choice<'a> {
    let exact = one.exact && other.exact;
    let cost = |choice: &Choice<'_>| (choice.combination.cost, choice.combination.points);
    let better = if cost(&other) < cost(&one) { other } else { one };
    Choice { exact, ..better }
}
