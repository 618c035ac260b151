//! The basis of a bill: which part of it earns points, line by line.

use super::fraction::common_divisor;
use super::programme::{Basis, Discounted, Payments, Programme};
use super::purchase::{Bill, Item, ItemKind};
use crate::domain::programme::Lines as Named;
use crate::value::{Amount, Currency};

/// Which part of a bill earns. A line's part is `share ÷ whole × amount`.
#[derive(Debug)]
pub struct Parts<'a> {
    /// The lines, the part that belongs to no line, and an order's discount that belongs to no line.
    pub lines: Vec<BasisLine<'a>>,
    /// The sum of the shares; above zero.
    pub whole: i128,
    /// The part of it that earns, in the same measure; never below zero.
    pub amount: i128,
}

/// A part of the bill.
#[derive(Debug, Clone, Copy)]
pub struct BasisLine<'a> {
    /// Its share; below zero for a discount.
    pub share: i128,
    /// The line; `None` for the part that belongs to no line.
    pub item: Option<&'a Item>,
    /// Whether the programme excludes it from earning.
    pub excluded: bool,
}

impl BasisLine<'_> {
    /// Whether conditions name this part; conditions that name no lines match all.
    #[must_use]
    pub fn is_named_by(&self, named: &Named) -> bool {
        if self.excluded {
            return false;
        }
        named.is_empty() || self.item.is_some_and(|item| named.names(item))
    }
}

/// The sums of a bill's lines, in minor units.
#[derive(Default)]
struct Sums {
    sales: i128,
    gifts: i128,
    discounts: i128,
    taxes: i128,
}

/// Which part of a bill earns, by the programme's `[earn.basis]`.
#[must_use]
pub fn parts<'a>(programme: &Programme, bill: &Bill<'a>) -> Parts<'a> {
    let basis = &programme.earn.basis;
    let (lines, sums) = priced(basis, bill.items, programme.currency);
    let paid = i128::from(bill.amount.get());
    let settlement = bill.settlement;
    let mut gross = paid;
    if !basis.discounts_reduce {
        let implied = (sums.sales - paid).max(0);
        gross += if sums.discounts > 0 { sums.discounts } else { implied };
    }
    gross += sums.gifts;
    if !basis.tax_earns {
        gross -= sums.taxes;
    }
    let mut amount = gross;
    if !basis.tax_earns {
        // Tax that no line carries is spread over all of them.
        amount -= settlement.tax.map_or(0, |tax| (i128::from(tax) - sums.taxes).max(0));
    }
    let by_points = if basis.points_paid_reduce { settlement.points_paid } else { 0 };
    let by_cards = if basis.gift_cards_reduce { settlement.gift_card_paid } else { 0 };
    let payments = i128::from(by_points) + i128::from(by_cards);
    let mut parts = Parts { lines, whole: 0, amount: amount.max(0) };
    parts.balance(basis, gross.max(0));
    match basis.payments {
        Payments::Spread => parts.amount = (amount - payments).max(0),
        Payments::EarningFirst => parts.pay_what_earns(payments),
    }
    parts
}

impl Parts<'_> {
    /// Takes payments off the lines that earn; the rest of the payments paid the other lines.
    fn pay_what_earns(&mut self, payments: i128) {
        let earning: i128 = self.lines.iter().filter(|line| !line.excluded).map(|line| line.share).sum();
        if payments == 0 || earning <= 0 {
            return;
        }
        // Of the shares that earn, `amount ÷ whole` was paid, minus the payments.
        let divisor = common_divisor(self.amount, self.whole).max(1);
        let (amount, whole) = (self.amount / divisor, self.whole / divisor);
        self.amount = (earning * amount - payments * whole).max(0);
        self.whole = earning * whole;
    }

    /// Adds the difference between the lines and the bill.
    fn balance(&mut self, basis: &Basis, gross: i128) {
        let sum: i128 = self.lines.iter().map(|line| line.share).sum();
        let rest = gross - sum;
        // A difference above zero belongs to no line. Below zero it is a discount on the order; it is spread when no
        // line carries it.
        if rest > 0 || (rest < 0 && basis.order_discount == Discounted::Apart) {
            self.lines.push(BasisLine { share: rest, item: None, excluded: false });
            self.whole = gross.max(1);
        } else {
            self.whole = sum.max(1);
        }
    }
}

/// The lines with a price that take part, and the sums.
fn priced<'a>(basis: &Basis, items: &'a [Item], currency: Currency) -> (Vec<BasisLine<'a>>, Sums) {
    let minor = |amount: Option<Amount>| {
        amount.and_then(|amount| amount.decimal().in_units(currency.exponent())).map_or(0, i128::from)
    };
    let mut lines = Vec::with_capacity(items.len() + 1);
    let mut sums = Sums::default();
    for item in items {
        let (amount, tax) = (minor(item.amount), minor(item.tax));
        let share = match item.kind {
            ItemKind::Sale => {
                sums.sales += amount;
                sums.taxes += tax;
                if basis.tax_earns { amount } else { amount - tax }
            }
            ItemKind::Gift if basis.gifts_earn => {
                sums.gifts += amount;
                amount
            }
            ItemKind::Gift => 0,
            ItemKind::Discount => {
                sums.discounts += amount.abs();
                // A discount line reduces the lines of its article or category, when discounts are separate.
                let apart = basis.discounts_reduce && basis.order_discount == Discounted::Apart;
                if apart { -amount.abs() } else { 0 }
            }
        };
        if share != 0 {
            lines.push(BasisLine { share, item: Some(item), excluded: basis.exclude.names(item) });
        }
    }
    (lines, sums)
}
