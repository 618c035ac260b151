//! Whole points.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::limit;
use crate::{Error, Result};

/// A whole number of points, at most 10^15 either way. Sums are checked.
///
/// ```
/// use loyalty_core::value::Points;
/// let sum = Points::new(120)?.plus(Points::new(23)?)?;
/// assert_eq!(sum.get(), 143);
/// assert!(Points::new(i64::MAX).is_err());
/// # Ok::<(), loyalty_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(i64);

impl Points {
    /// No points.
    pub const ZERO: Self = Self(0);

    /// Checks the number.
    ///
    /// # Errors
    /// `invalid` when it is beyond 10^15 either way.
    pub fn new(points: i64) -> Result<Self> {
        Self::named("points", points)
    }

    /// The same check, with the field's name for the error.
    ///
    /// # Errors
    /// `invalid` when the number is beyond 10^15 either way.
    pub fn named(field: &str, points: i64) -> Result<Self> {
        limit::within(field, points, -limit::MAX_POINTS, limit::MAX_POINTS).map(Self)
    }

    /// A number that was checked before it was stored.
    pub(crate) const fn stored(points: i64) -> Self {
        Self(points)
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum.
    ///
    /// # Errors
    /// `invalid` when the sum is beyond the limit.
    pub fn plus(self, other: Self) -> Result<Self> {
        self.0.checked_add(other.0).ok_or_else(Self::overflow).and_then(Self::new)
    }

    /// The difference.
    ///
    /// # Errors
    /// `invalid` when the difference is beyond the limit.
    pub fn minus(self, other: Self) -> Result<Self> {
        self.0.checked_sub(other.0).ok_or_else(Self::overflow).and_then(Self::new)
    }

    /// The same number with the other sign.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(self.0.wrapping_neg())
    }

    /// The number, or zero when it is below zero.
    #[must_use]
    pub fn or_zero(self) -> Self {
        self.max(Self::ZERO)
    }

    fn overflow() -> Error {
        Error::invalid("points", "the sum is out of range")
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
