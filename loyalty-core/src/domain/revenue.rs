//! Revenue that is deferred for points, as IFRS 15 and ASC 606 require: a sale that gives points sells both.

use crate::domain::payment::PointValue;
use crate::value::{Money, Points, Rounding};
use crate::{Error, Result};

/// A sale, or the sales of a period, and the points that they gave.
#[derive(Debug, Clone, Copy)]
pub struct Sale {
    /// What was paid for goods and points together.
    pub paid: Money,
    /// What the goods cost on their own.
    pub goods: Money,
    /// What a point is worth when it is redeemed.
    pub value: PointValue,
    /// How many of the points were expected to be redeemed.
    pub expected: Points,
}

/// The parts of a sale: goods and points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocated {
    /// What the points are worth on their own.
    pub points_alone: Money,
    /// Revenue from the goods, recognised at once.
    pub goods: Money,
    /// Revenue deferred for the points.
    pub points: Money,
}

/// How far the points of a sale have been redeemed.
#[derive(Debug, Clone, Copy)]
pub struct RevenueProgress {
    /// Redeemed so far.
    pub redeemed: Points,
    /// How many are now expected to be redeemed in all.
    pub expected: Points,
    /// Revenue from the points that was recognised before.
    pub before: Money,
}

/// The part of the deferred revenue that has been recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recognised {
    /// In total so far.
    pub total: Money,
    /// Now, signed, in minor units: a higher expectation may take some back.
    pub now: i64,
    /// What is still owed in points.
    pub liability: Money,
}

fn out_of_range() -> Error {
    Error::invalid("amount", "the sums are out of range")
}

/// Divides what was paid in proportion to what goods and points are worth on their own, exact to the minor unit.
///
/// # Errors
/// `invalid` when nothing of it has a value or sums are out of range.
pub fn allocate(sale: &Sale) -> Result<Allocated> {
    let points_alone = sale.value.worth(sale.expected, Rounding::HalfUp);
    // The exact value of the points, not the one that is shown.
    let (minor, for_points) = sale.value.ratio();
    let worth = i128::from(sale.expected.get()).checked_mul(minor.into()).ok_or_else(out_of_range)?;
    let goods = i128::from(sale.goods.get()).checked_mul(for_points.into()).ok_or_else(out_of_range)?;
    let whole = goods.checked_add(worth).ok_or_else(out_of_range)?;
    if whole == 0 {
        return Err(Error::invalid("amount", "must be above zero when no points are expected to be redeemed"));
    }
    let part = i128::from(sale.paid.get()).checked_mul(worth).ok_or_else(out_of_range)?;
    let points = Money::stored(Rounding::HalfUp.divide(part, whole)?);
    Ok(Allocated { points_alone, goods: sale.paid.minus(points)?, points })
}

/// Recognises deferred revenue in the proportion in which the points were redeemed: all of it once all were redeemed,
/// or once no more are expected.
///
/// # Errors
/// `invalid` when more were redeemed than are expected.
pub fn recognise(kept_back: Money, progress: &RevenueProgress) -> Result<Recognised> {
    let (redeemed, expected) = (progress.redeemed.get(), progress.expected.get());
    if redeemed > expected {
        return Err(Error::invalid("expected_points", "must not be below the points that were redeemed"));
    }
    let total = match expected {
        0 => kept_back,
        _ => {
            let part = i128::from(kept_back.get()).checked_mul(redeemed.into()).ok_or_else(out_of_range)?;
            Money::stored(Rounding::HalfUp.divide(part, expected.into())?)
        }
    };
    Ok(Recognised { total, now: total.get() - progress.before.get(), liability: kept_back.minus(total)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Currency;

    fn value(money: &str) -> PointValue {
        PointValue::new(money.parse().unwrap(), Currency::new("CLP").unwrap()).unwrap()
    }

    #[test]
    fn the_example_52_of_the_standard_is_followed_to_the_unit() {
        let (paid, goods, expected) = (Money::stored(100_000), Money::stored(100_000), Points::stored(9_500));
        let sale = Sale { paid, goods, value: value("1"), expected };
        let allocated = allocate(&sale).unwrap();
        assert_eq!((allocated.goods.get(), allocated.points.get()), (91_324, 8_676));
        let after = |redeemed, expected, before| {
            let progress = RevenueProgress {
                redeemed: Points::stored(redeemed),
                expected: Points::stored(expected),
                before: Money::stored(before),
            };
            let recognised = recognise(allocated.points, &progress).unwrap();
            (recognised.total.get(), recognised.now, recognised.liability.get())
        };
        assert_eq!(after(4_500, 9_500, 0), (4_110, 4_110, 4_566));
        assert_eq!(after(8_500, 9_700, 4_110), (7_603, 3_493, 1_073));
        assert_eq!(after(9_700, 9_700, 7_603), (8_676, 1_073, 0));
        assert_eq!(after(0, 0, 0), (8_676, 8_676, 0), "nothing more is expected");
    }

    #[test]
    fn a_higher_expectation_may_take_revenue_back_and_the_parts_are_the_whole() {
        let half =
            Sale { paid: Money::stored(1), goods: Money::stored(1), value: value("0.5"), expected: Points::stored(1) };
        let allocated = allocate(&half).unwrap();
        assert_eq!(allocated.goods.get() + allocated.points.get(), 1);
        let progress =
            RevenueProgress { redeemed: Points::stored(1), expected: Points::stored(4), before: Money::stored(50) };
        let recognised = recognise(Money::stored(100), &progress).unwrap();
        assert_eq!((recognised.total.get(), recognised.now, recognised.liability.get()), (25, -25, 75));
        assert!(recognise(Money::stored(100), &RevenueProgress { expected: Points::ZERO, ..progress }).is_err());
        let nothing = Sale { goods: Money::ZERO, expected: Points::ZERO, ..half };
        assert!(allocate(&nothing).is_err());
    }
}
