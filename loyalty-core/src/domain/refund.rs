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

/// Points to take back when `refund` more is refunded.
///
/// Of a part the guest keeps the advantage of rounding; the last part takes the rest.
///
/// # Errors
/// `nothing_left_to_refund` when all is refunded, `invalid` when more than the rest is asked for.
pub fn points_back(order: &Standing, refund: Money) -> Result<Points> {
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
    let due = if refunded == order.amount {
        order.points
    } else {
        let share = i128::from(order.points.get()) * i128::from(refunded.get());
        Points::new(Rounding::Floor.divide(share, i128::from(order.amount.get()))?)?
    };
    due.minus(order.reversed)
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
                let back = points_back(&order, Money::stored(*part)).unwrap();
                order.refunded = order.refunded.plus(Money::stored(*part)).unwrap();
                order.reversed = order.reversed.plus(back).unwrap();
            }
            assert_eq!(order.reversed, order.points, "{parts:?}");
            let again = points_back(&order, Money::stored(1)).unwrap_err();
            assert_eq!(again.code(), "nothing_left_to_refund");
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
        let error = points_back(&order, Money::stored(61)).unwrap_err();
        assert_eq!(error.details()["left_minor"], 60);
    }
}
