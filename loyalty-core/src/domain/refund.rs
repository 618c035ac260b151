//! Refunds: points go back in proportion to the money, summed up, so that parts end as the whole.

use crate::value::{Money, Points, Rounding};
use crate::{Error, Refusal, Result};

/// What an order stands at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Amount of the order.
    pub amount: Money,
    /// Money refunded so far.
    pub refunded: Money,
    /// Points the order earned.
    pub points: Points,
    /// Points taken back so far.
    pub reversed: Points,
}

impl Standing {
    /// Counts a refund, and the points that it took, or gave when below zero.
    ///
    /// # Errors
    /// `invalid` when a sum is out of range.
    pub fn take_back(&mut self, refund: Money, back: Points) -> Result<()> {
        self.refunded = self.refunded.plus(refund)?;
        let reversed = self.reversed.plus(back)?;
        self.points = self.points.plus(reversed.negated().or_zero())?;
        self.reversed = reversed.or_zero();
        Ok(())
    }
}

/// What went back with lines, when it is known which lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByLines {
    /// Money that went back with lines, with what goes back now.
    pub money: Money,
    /// What the lines that are left earn.
    pub earned: Points,
}

/// Points to take back when `refund` more is refunded; below zero when what is left earns more alone.
///
/// Lines take back what they earned: what is left keeps what it earns by itself. Money that went back without lines takes its share of that: of a part the guest keeps the advantage of rounding, the
/// last part takes the rest. What is kept follows from what is left alone, so parts in any order end as the whole.
///
/// # Errors
/// `nothing_left_to_refund` when all is refunded, `invalid` when more than the rest is asked for.
pub fn points_back(order: &Standing, refund: Money, by_lines: Option<ByLines>) -> Result<Points> {
    let left = order.amount.minus(order.refunded)?;
    if left == Money::ZERO {
        return Err(Error::refused(Refusal::NothingLeftToRefund));
    }
    if refund > left {
        return Err(
            Error::invalid("amount", "must be at most what is left of the order").with("left_minor", left.get())
        );
    }
    let refunded = order.refunded.plus(refund)?;
    let kept = if refunded == order.amount {
        Points::ZERO
    } else {
        let (money, earned) = by_lines.map_or((Money::ZERO, order.points), |lines| (lines.money, lines.earned));
        let (apart, bill) = (refunded.minus(money)?, order.amount.minus(money)?);
        let share = i128::from(earned.get()) * i128::from(apart.get());
        earned.minus(Points::new(Rounding::Floor.divide(share, i128::from(bill.get()))?)?)?
    };
    order.points.minus(order.reversed)?.minus(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_split_ends_as_one_full_refund() {
        for parts in [vec![12_990], vec![1, 12_989], vec![4_330; 3], vec![1_000, 2_000, 3_000, 6_990]] {
            let mut order = Standing {
                amount: Money::stored(12_990),
                refunded: Money::ZERO,
                points: Points::stored(155),
                reversed: Points::ZERO,
            };
            for part in &parts {
                let back = points_back(&order, Money::stored(*part), None).unwrap();
                order.take_back(Money::stored(*part), back).unwrap();
            }
            assert_eq!(order.reversed, order.points, "{parts:?}");
            let again = points_back(&order, Money::stored(1), None).unwrap_err();
            assert_eq!(again.code(), "nothing_left_to_refund");
        }
    }

    #[test]
    fn lines_take_what_they_earned_and_money_its_share_in_any_order() {
        // The first line of 10 000 earned 500, the second 100.
        let whole = Standing {
            amount: Money::stored(20_000),
            refunded: Money::ZERO,
            points: Points::stored(600),
            reversed: Points::ZERO,
        };
        let line = |earned| Some(ByLines { money: Money::stored(10_000), earned: Points::stored(earned) });
        let after = |refunded, reversed| Standing {
            refunded: Money::stored(refunded),
            reversed: Points::stored(reversed),
            ..whole
        };
        for (order, refund, lines, expected) in [
            (whole, 10_000, line(100), 500),
            (whole, 5_000, None, 150),
            // The dear line, then half of the rest as money, and the other way round.
            (after(10_000, 500), 5_000, line(100), 50),
            (after(5_000, 150), 10_000, line(100), 400),
            (after(15_000, 550), 5_000, line(0), 50),
            // What is left earns more alone: a line took from it.
            (whole, 10_000, line(900), -300),
        ] {
            let back = points_back(&order, Money::stored(refund), lines).unwrap();
            assert_eq!(back.get(), expected, "{order:?} {refund} {lines:?}");
        }
    }

    #[test]
    fn more_than_the_rest_is_refused_with_the_rest() {
        let order = Standing {
            amount: Money::stored(100),
            refunded: Money::stored(40),
            points: Points::stored(10),
            reversed: Points::stored(4),
        };
        let error = points_back(&order, Money::stored(61), None).unwrap_err();
        assert_eq!(error.details()["left_minor"], 60);
    }
}
