//! Exact fractions, for sums that are rounded once.

/// A fraction of whole numbers; the denominator is above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fraction {
    pub(crate) over: i128,
    pub(crate) under: i128,
}

impl Fraction {
    pub(crate) const ZERO: Self = Self { over: 0, under: 1 };
    pub(crate) const ONE: Self = Self { over: 1, under: 1 };

    /// The fraction in its lowest terms, so that many of them fit together.
    pub(crate) const fn lowest(self) -> Self {
        let divisor = common_divisor(self.over, self.under);
        if divisor <= 1 {
            return self;
        }
        Self { over: self.over / divisor, under: self.under / divisor }
    }

    /// The product, in its lowest terms; `None` when it does not fit.
    pub(crate) fn times(self, other: Self) -> Option<Self> {
        let over = self.over.checked_mul(other.over)?;
        Some(Self { over, under: self.under.checked_mul(other.under)? }.lowest())
    }

    /// The sum; `None` when it does not fit.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        if self.under == other.under {
            return Some(Self { over: self.over.checked_add(other.over)?, under: self.under });
        }
        let shared = common_divisor(self.under, other.under);
        let (mine, theirs) = (other.under / shared, self.under / shared);
        let over = self.over.checked_mul(mine)?.checked_add(other.over.checked_mul(theirs)?)?;
        Some(Self { over, under: self.under.checked_mul(mine)? })
    }
}

/// The greatest common divisor of two numbers; of zero and a number it is the number.
pub(crate) const fn common_divisor(one: i128, other: i128) -> i128 {
    let (mut divisor, mut rest) = (one.unsigned_abs(), other.unsigned_abs());
    while rest > 0 {
        // One machine division is enough for most numbers; the wide one is ten times slower.
        let over = if divisor <= u64::MAX as u128 && rest <= u64::MAX as u128 {
            (divisor as u64 % rest as u64) as u128
        } else {
            divisor % rest
        };
        (divisor, rest) = (rest, over);
    }
    if divisor > i128::MAX.unsigned_abs() { 1 } else { divisor.cast_signed() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_products_are_exact() {
        let of = |over, under| Fraction { over, under };
        assert_eq!(of(1, 6).plus(of(1, 4)).map(Fraction::lowest), Some(of(5, 12)));
        assert_eq!(of(1, 3).plus(of(-1, 3)), Some(of(0, 3)));
        assert_eq!(of(3, 4).times(of(2, 3)), Some(of(1, 2)));
        assert_eq!(of(i128::MAX, 1).times(of(2, 1)), None);
        assert_eq!(common_divisor(-12, 18), 6);
        assert_eq!(common_divisor(0, 7), 7);
    }
}
