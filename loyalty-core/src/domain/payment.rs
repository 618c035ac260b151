//! Paying a part of a bill with points: how many points, worth how much, and never above the bill.

use crate::value::{Currency, Decimal, Money, Percent, Points, Rounding, limit};
use crate::{Error, Refusal, Result};

/// Decimals that the value of a point may have.
const SCALE: u8 = 8;

/// The exact value of a point: this many minor units for this many points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PointValue {
    minor: i64,
    points: i64,
}

impl PointValue {
    /// The value for the price of one point in major units, or what was expected.
    ///
    /// # Errors
    /// The text for an error, when it is not above 0, is above 1 000 000, or has more than 8 decimals.
    pub fn new(money: Decimal, currency: Currency) -> std::result::Result<Self, String> {
        let expected = || format!("must be above 0, at most 1000000, with at most {SCALE} decimals, got `{money}`");
        let scaled = money.in_units(SCALE).filter(|units| (1..=100_000_000_000_000).contains(units));
        let scaled = scaled.ok_or_else(expected)?;
        let points = 10_i64.checked_pow(u32::from(SCALE.saturating_sub(currency.exponent()))).ok_or_else(expected)?;
        Ok(Self { minor: scaled, points })
    }

    /// The value as minor units for a number of points.
    #[must_use]
    pub const fn ratio(self) -> (i64, i64) {
        (self.minor, self.points)
    }

    /// What this many points are worth, rounded once; a value beyond any bill becomes the largest amount.
    #[must_use]
    pub fn worth(self, points: Points, rounding: Rounding) -> Money {
        let whole = i128::from(points.get()).saturating_mul(i128::from(self.minor));
        let minor = rounding.divide(whole, i128::from(self.points)).unwrap_or(limit::MAX_MINOR);
        Money::stored(minor.min(limit::MAX_MINOR))
    }
}

/// How points pay: the keys of `[redemption]` about bills.
#[derive(Debug, Clone, Copy)]
pub struct PaymentTerms {
    /// What a point is worth; `None` when points do not pay bills.
    pub value: Option<PointValue>,
    /// Points are taken in multiples of this.
    pub multiple_of: i64,
    /// Fewest points of one payment.
    pub minimum: Points,
    /// Most points of one payment.
    pub maximum: Option<Points>,
    /// Largest part of a bill.
    pub share: Percent,
    /// How a value becomes whole minor units.
    pub rounding: Rounding,
}

/// What a member wants to pay.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// The bill; `None` to value points without one.
    pub bill: Option<Money>,
    /// The points wanted; `None` for as many as can pay for the bill.
    pub points: Option<Points>,
    /// Whether too many points are reduced to what is allowed.
    pub clamp: bool,
    /// Points that can be spent.
    pub spendable: Points,
}

/// A payment that is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PointPayment {
    /// Points taken.
    pub points: Points,
    /// What they pay.
    pub discount: Money,
}

impl PaymentTerms {
    /// Most points that a bill can take, whoever pays: the smallest multiple that covers it, or the largest that stays
    /// within the allowed share and number.
    #[must_use]
    pub fn most(&self, bill: Option<Money>) -> Points {
        let (Some(value), step) = (self.value, self.multiple_of.max(1)) else { return Points::ZERO };
        let all = self.maximum.map_or(limit::MAX_POINTS, Points::get).checked_div(step).unwrap_or(0);
        let Some(bill) = bill else { return Points::stored(all.saturating_mul(step)) };
        let worth = |steps: i64| value.worth(Points::stored(steps.saturating_mul(step)), self.rounding);
        let share = self.share_of(bill);
        let steps = if share < bill {
            // The largest number of steps whose value does not exceed the share.
            last(all, |steps| worth(steps) <= share)
        } else {
            // One more than the largest that does not cover the bill.
            let below = last(all, |steps| worth(steps) < bill);
            if bill == Money::ZERO { 0 } else { below.saturating_add(1).min(all) }
        };
        Points::stored(steps.saturating_mul(step))
    }

    fn share_of(&self, bill: Money) -> Money {
        let part = i128::from(bill.get()).saturating_mul(i128::from(self.share.get()));
        let whole = i128::from(Percent::FULL.get());
        Money::stored(Rounding::Floor.divide(part, whole).unwrap_or(0))
    }

    /// Judges a payment.
    ///
    /// # Errors
    /// The refusal: `inactive`, `condition_not_met` when it is not a multiple, `above_maximum`, `insufficient_points`,
    /// `below_minimum`; each with what is missing.
    pub(crate) fn judge(&self, wish: &Wish) -> Result<PointPayment> {
        let Some(value) = self.value else {
            let reason = "points cannot pay bills here: the programme has no `redemption.point_value`";
            return Err(Error::refused_because(Refusal::Inactive, reason));
        };
        let most = self.most(wish.bill);
        let points = match wish.points {
            Some(points) if wish.clamp => self.whole(points.min(most).min(wish.spendable)),
            Some(points) => self.asked(points, most, wish.spendable)?,
            None => self.whole(most.min(wish.spendable)),
        };
        self.enough(points, most, wish)?;
        let worth = value.worth(points, self.rounding);
        let discount = wish.bill.map_or(worth, |bill| worth.min(bill));
        if discount == Money::ZERO {
            return Err(self.too_few(points));
        }
        Ok(PointPayment { points, discount })
    }

    /// Exactly this many points, or the refusal.
    fn asked(&self, points: Points, most: Points, spendable: Points) -> Result<Points> {
        let whole = self.whole(points);
        if whole != points {
            let error = Error::refused(Refusal::ConditionNotMet).with("multiple_of", self.multiple_of);
            return Err(error.with("points_below", whole.get()));
        }
        if points > most {
            let excess = points.get().saturating_sub(most.get());
            return Err(Error::refused(Refusal::AboveMaximum).with("maximum", most.get()).with("excess", excess));
        }
        if points > spendable {
            return Err(super::lot::insufficient(points, spendable));
        }
        Ok(points)
    }

    fn enough(&self, points: Points, most: Points, wish: &Wish) -> Result<()> {
        let least = self.minimum.max(Points::stored(1));
        if points >= least {
            return Ok(());
        }
        let asked_enough = wish.points.is_none_or(|asked| asked >= least);
        if asked_enough && most >= least && wish.spendable < least.max(Points::stored(self.multiple_of)) {
            return Err(super::lot::insufficient(least.max(Points::stored(self.multiple_of)), wish.spendable));
        }
        Err(self.too_few(points))
    }

    fn too_few(&self, points: Points) -> Error {
        let minimum = self.minimum.get().max(1);
        let missing = minimum.saturating_sub(points.get());
        Error::refused(Refusal::BelowMinimum).with("minimum", minimum).with("missing", missing.max(0))
    }

    /// The largest multiple that does not exceed this many points.
    fn whole(&self, points: Points) -> Points {
        let rest = points.get().checked_rem(self.multiple_of.max(1)).unwrap_or(0);
        Points::stored(points.get().saturating_sub(rest))
    }
}

/// The largest number from 0 to `most` that fits, if all smaller ones fit too; 0 also when none fits.
fn last(most: i64, fits: impl Fn(i64) -> bool) -> i64 {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = high.saturating_sub(high.saturating_sub(low) >> 1);
        if fits(middle) { low = middle } else { high = middle.saturating_sub(1) }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(value: &str, multiple_of: i64) -> PaymentTerms {
        let usd = Currency::new("USD").unwrap();
        PaymentTerms {
            value: Some(PointValue::new(value.parse().unwrap(), usd).unwrap()),
            multiple_of,
            minimum: Points::ZERO,
            maximum: None,
            share: Percent::FULL,
            rounding: Rounding::Floor,
        }
    }

    fn wish(bill: i64, spendable: i64, points: Option<i64>) -> Wish {
        let points = points.map(Points::stored);
        Wish { bill: Some(Money::stored(bill)), points, clamp: false, spendable: Points::stored(spendable) }
    }

    fn paid(terms: &PaymentTerms, wish: &Wish) -> (i64, i64) {
        let payment = terms.judge(wish).unwrap();
        (payment.points.get(), payment.discount.get())
    }

    #[test]
    fn the_least_multiple_that_covers_the_bill_pays_it() {
        for (value, multiple, bill, spendable, expected) in [
            ("10", 1, 2_000, 30, (2, 2_000)),
            ("1.5", 3, 10_000, 10, (9, 1_350)),
            ("2", 1, 10_000, 20, (20, 4_000)),
            ("0.1", 1, 100_000, 290, (290, 2_900)),
            // 7 does not divide 20: three points cover it, and pay no more than it.
            ("7", 1, 2_000, 30, (3, 2_000)),
            ("7", 2, 2_000, 30, (4, 2_000)),
            // A third of a cent, nearly: 3 points give no whole cent, 4 do.
            ("0.0033", 1, 1, 9, (4, 1)),
        ] {
            assert_eq!(paid(&terms(value, multiple), &wish(bill, spendable, None)), expected, "{value} × {multiple}");
        }
    }

    #[test]
    fn a_share_of_the_bill_is_never_passed() {
        let half = PaymentTerms { share: Percent::hundredths(5_000), ..terms("7", 1) };
        assert_eq!(paid(&half, &wish(2_000, 30, None)), (1, 700));
        let capped = PaymentTerms { maximum: Some(Points::stored(10)), ..terms("1", 4) };
        assert_eq!(paid(&capped, &wish(100_000, 30, None)), (8, 800));
    }

    #[test]
    fn what_cannot_be_paid_is_refused_with_what_is_missing() {
        let refused = |terms: &PaymentTerms, wish: &Wish, code: &str, detail: &str, value: i64| {
            let error = terms.judge(wish).unwrap_err();
            assert_eq!((error.code(), error.details()[detail].as_i64()), (code, Some(value)), "{error:?}");
        };
        let tens = terms("10", 1);
        refused(&tens, &wish(2_000, 30, Some(3)), "above_maximum", "maximum", 2);
        refused(&tens, &wish(2_000, 1, Some(2)), "insufficient_points", "missing", 1);
        refused(&tens, &wish(2_000, 0, None), "insufficient_points", "missing", 1);
        refused(&tens, &wish(2_000, 30, Some(0)), "below_minimum", "missing", 1);
        refused(&tens, &wish(0, 30, None), "below_minimum", "minimum", 1);
        refused(&terms("1", 3), &wish(2_000, 30, Some(10)), "condition_not_met", "points_below", 9);
        refused(&terms("1", 3), &wish(2_000, 2, None), "insufficient_points", "missing", 1);
        let from_hundred = PaymentTerms { minimum: Points::stored(100), ..terms("1", 1) };
        refused(&from_hundred, &wish(5_000, 900, None), "below_minimum", "missing", 50);
        refused(&from_hundred, &wish(50_000, 60, None), "insufficient_points", "missing", 40);
        refused(&from_hundred, &wish(50_000, 900, Some(60)), "below_minimum", "missing", 40);
        let off = PaymentTerms { value: None, ..tens };
        assert_eq!(off.judge(&wish(2_000, 30, None)).unwrap_err().code(), "inactive");
    }

    #[test]
    fn too_many_points_are_cut_when_that_is_asked_for() {
        let clamped = |points| Wish { clamp: true, ..wish(2_000, 30, Some(points)) };
        assert_eq!(paid(&terms("10", 1), &clamped(25)), (2, 2_000));
        assert_eq!(paid(&terms("10", 1), &clamped(1)), (1, 1_000));
        assert_eq!(paid(&terms("1", 7), &clamped(20)), (14, 1_400));
    }

    #[test]
    fn points_are_worth_what_one_is_worth_rounded_once() {
        let usd = Currency::new("USD").unwrap();
        let tenth = PointValue::new("0.1".parse().unwrap(), usd).unwrap();
        let worth = tenth.worth(Points::new(290).unwrap(), Rounding::Floor);
        assert_eq!(worth.to_decimal(usd).to_string(), "29.00");
    }
}
