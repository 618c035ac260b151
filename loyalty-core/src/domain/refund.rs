//! Refunds: points go back in proportion to the money, cumulatively, so that parts add up to the whole.

use crate::value::{Money, Points, Rounding};
use crate::{Error, Refusal, Result};

/// The current state of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderStanding {
    /// Amount of the order.
    pub amount: Money,
    /// Money refunded so far.
    pub refunded: Money,
    /// Points the order earned.
    pub points: Points,
    /// Points taken back so far.
    pub reversed: Points,
    /// Whether all of it was returned: then it does not count as a purchase. For an order that cost nothing, no amount
    /// would show it.
    pub cancelled: bool,
}

/// How much of an order is returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Something is kept.
    Part,
    /// All that was left.
    Whole,
}

impl OrderStanding {
    /// An order of which nothing was returned.
    #[must_use]
    pub const fn of(amount: Money, points: Points) -> Self {
        Self { amount, refunded: Money::ZERO, points, reversed: Points::ZERO, cancelled: false }
    }

    /// What is left of the money.
    ///
    /// # Errors
    /// `invalid` when a sum is out of range.
    pub fn left(&self) -> Result<Money> {
        self.amount.minus(self.refunded)
    }

    /// How much is returned after a further `refund`: something is kept if money is left, or for an order that cost
    /// nothing, if lines are.
    ///
    /// # Errors
    /// `invalid` when a sum is out of range.
    pub fn extent(&self, refund: Money, lines_kept: usize) -> Result<Extent> {
        let all_money = refund == self.left()?;
        let keeps_lines = self.amount == Money::ZERO && lines_kept > 0;
        Ok(if all_money && !keeps_lines { Extent::Whole } else { Extent::Part })
    }

    /// Counts a refund of this extent, and the points that it took (below zero: gave).
    ///
    /// # Errors
    /// `invalid` when a sum is out of range.
    pub fn take_back(&mut self, refund: Money, extent: Extent, back: Points) -> Result<()> {
        self.cancelled = extent == Extent::Whole;
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
    /// Money that went back with lines, including what goes back now and the part of their price that did not go back.
    pub money: Money,
    /// What the remaining lines earn.
    pub earned: Points,
}

/// Points to take back when a further `refund` is made; below zero when the rest earns more alone.
///
/// Lines take back what they earned: the rest keeps what it earns alone. Money that went back without lines takes its
/// share of that; for a partial refund, rounding favours the member, and the last part takes the rest. What is kept
/// depends only on what is left, so parts in any order lead to the same result.
///
/// # Errors
/// `nothing_left_to_refund` when the order is cancelled, `invalid` when more than the rest is requested.
pub fn points_back(order: &OrderStanding, refund: Money, extent: Extent, by_lines: Option<ByLines>) -> Result<Points> {
    let left = order.left()?;
    if order.cancelled {
        return Err(Error::refused(Refusal::NothingLeftToRefund));
    }
    if refund > left {
        return Err(
            Error::invalid("amount", "must be at most what is left of the order").with("left_minor", left.get())
        );
    }
    let refunded = order.refunded.plus(refund)?;
    let kept = if extent == Extent::Whole {
        Points::ZERO
    } else if order.amount == Money::ZERO {
        by_lines.map_or(order.points, |lines| lines.earned)
    } else {
        let (money, earned) = by_lines.map_or((Money::ZERO, order.points), |lines| (lines.money, lines.earned));
        let (apart, bill) = (refunded.minus(money)?.max(Money::ZERO), order.amount.minus(money)?);
        let share = i128::from(earned.get()) * i128::from(apart.get());
        earned.minus(Points::new(Rounding::Floor.divide(share, i128::from(bill.get().max(1)))?)?)?
    };
    order.points.minus(order.reversed)?.minus(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refunded(order: &mut OrderStanding, part: i64, lines_kept: usize) -> Result<Points> {
        let part = Money::stored(part);
        let extent = order.extent(part, lines_kept)?;
        let back = points_back(order, part, extent, None)?;
        order.take_back(part, extent, back)?;
        Ok(back)
    }

    #[test]
    fn an_order_that_cost_nothing_comes_back_with_its_last_line_and_once() {
        let mut order = OrderStanding::of(Money::ZERO, Points::stored(50));
        assert_eq!(refunded(&mut order, 0, 2), Ok(Points::ZERO));
        assert!(!order.cancelled);
        assert_eq!(refunded(&mut order, 0, 0), Ok(Points::stored(50)));
        assert!(order.cancelled);
        assert_eq!(refunded(&mut order, 0, 0).unwrap_err().code(), "nothing_left_to_refund");
    }

    #[test]
    fn any_split_ends_as_one_full_refund() {
        for parts in [vec![12_990], vec![1, 12_989], vec![4_330; 3], vec![1_000, 2_000, 3_000, 6_990]] {
            let mut order = OrderStanding::of(Money::stored(12_990), Points::stored(155));
            for part in &parts {
                refunded(&mut order, *part, 1).unwrap();
            }
            assert!(order.cancelled && order.reversed == order.points, "{parts:?}");
            assert_eq!(refunded(&mut order, 1, 0).unwrap_err().code(), "nothing_left_to_refund");
        }
    }

    #[test]
    fn lines_take_what_they_earned_and_money_its_share_in_any_order() {
        // The first line of 10 000 earned 500, the second 100.
        let whole = OrderStanding::of(Money::stored(20_000), Points::stored(600));
        let line = |earned| Some(ByLines { money: Money::stored(10_000), earned: Points::stored(earned) });
        let after = |refunded, reversed| OrderStanding {
            refunded: Money::stored(refunded),
            reversed: Points::stored(reversed),
            ..whole
        };
        for (order, refund, lines, expected) in [
            (whole, 10_000, line(100), 500),
            (whole, 5_000, None, 150),
            // The expensive line, then half of the rest as money, and the other way round.
            (after(10_000, 500), 5_000, line(100), 50),
            (after(5_000, 150), 10_000, line(100), 400),
            (after(15_000, 550), 5_000, line(0), 50),
            // The rest earns more alone: a line reduced it.
            (whole, 10_000, line(900), -300),
        ] {
            let refund = Money::stored(refund);
            let back = points_back(&order, refund, order.extent(refund, 1).unwrap(), lines).unwrap();
            assert_eq!(back.get(), expected, "{order:?} {refund:?} {lines:?}");
        }
    }

    #[test]
    fn more_than_the_rest_is_refused_with_the_rest() {
        let mut order = OrderStanding::of(Money::stored(100), Points::stored(10));
        refunded(&mut order, 40, 1).unwrap();
        let error = refunded(&mut order, 61, 1).unwrap_err();
        assert_eq!(error.details()["left_minor"], 60);
    }
}
