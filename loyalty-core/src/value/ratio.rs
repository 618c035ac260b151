//! Rates in basis points, and the only place where a share of something is rounded.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, Serializer};

use crate::{Error, Result};

/// How the last step of a calculation becomes a whole number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Towards zero.
    #[default]
    Floor,
    /// Halves away from zero.
    HalfUp,
    /// Away from zero.
    Ceil,
}

impl Rounding {
    /// `numerator ÷ denominator`, rounded once. The numerator must be 0 or more, the denominator above 0.
    ///
    /// # Errors
    /// `invalid` when the result does not fit, `internal` for a denominator of zero.
    ///
    /// ```
    /// use loyalty_core::value::Rounding;
    /// assert_eq!(Rounding::Floor.divide(5, 2)?, 2);
    /// assert_eq!(Rounding::HalfUp.divide(5, 2)?, 3);
    /// assert_eq!(Rounding::Ceil.divide(9, 4)?, 3);
    /// # Ok::<(), loyalty_core::Error>(())
    /// ```
    pub fn divide(self, numerator: i128, denominator: i128) -> Result<i64> {
        // One machine division is enough for all amounts that a shop sees; the wide one is ten times slower.
        let (quotient, rest) = match (i64::try_from(numerator), i64::try_from(denominator)) {
            (Ok(n), Ok(d)) if n >= 0 && d > 0 => {
                (i128::from(n.checked_div(d).unwrap_or(0)), i128::from(n.checked_rem(d).unwrap_or(0)))
            }
            _ => match (numerator.checked_div_euclid(denominator), numerator.checked_rem_euclid(denominator)) {
                (Some(quotient), Some(rest)) => (quotient, rest),
                _ => return Err(Error::internal("division by zero")),
            },
        };
        let up = match self {
            Self::Floor => false,
            Self::HalfUp => rest.saturating_mul(2) >= denominator,
            Self::Ceil => rest > 0,
        };
        let rounded = quotient.saturating_add(i128::from(up));
        i64::try_from(rounded).map_err(|_| Error::invalid("amount", "the result is out of range"))
    }
}

/// A factor in basis points: 1.2 is 12 000.
///
/// ```
/// use loyalty_core::value::Rate;
/// assert_eq!(serde_json::to_string(&Rate::basis_points(12_000)).unwrap(), "1.2");
/// assert_eq!(serde_json::from_str::<Rate>("1.0").unwrap(), Rate::ONE);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(u32);

impl Rate {
    /// The factor 1.
    pub const ONE: Self = Self(10_000);

    /// A factor from basis points.
    #[must_use]
    pub const fn basis_points(basis_points: u32) -> Self {
        Self(basis_points)
    }

    /// The factor in basis points.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The factor as a number, for replies only.
    #[must_use]
    pub fn as_number(self) -> f64 {
        hundredths_as_number(i64::from(self.0), 10_000)
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_number())
    }
}

/// A number with at most two decimals, stored as hundredths: a percentage, or a part of a score.
///
/// Replies show it as a number (`54.3`).
///
/// ```
/// use loyalty_core::value::Percent;
/// assert_eq!(serde_json::to_string(&Percent::hundredths(5_430)).unwrap(), "54.3");
/// assert_eq!(serde_json::from_str::<Percent>("100").unwrap(), Percent::FULL);
/// assert!(serde_json::from_str::<Percent>("100.01").is_err());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(i64);

impl Percent {
    /// 100 %.
    pub const FULL: Self = Self(10_000);
    /// 0 %.
    pub const ZERO: Self = Self(0);

    /// From hundredths of a percent: 5 % is 500.
    #[must_use]
    pub const fn hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// In hundredths of a percent.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// As a number, for replies only.
    #[must_use]
    pub fn as_number(self) -> f64 {
        hundredths_as_number(self.0, 100)
    }
}

/// A score from 0 to 100 in hundredths.
///
/// ```
/// use loyalty_core::value::Score;
/// let (half, full) = (Score::hundredths(5_000), Score::FULL);
/// assert!(half < full && half.get() == 5_000);
/// ```
pub type Score = Percent;

#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "shown, never calculated with")]
fn hundredths_as_number(units: i64, per: i32) -> f64 {
    units as f64 / f64::from(per)
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_number())
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let decimal = super::Decimal::deserialize(deserializer)?;
        let hundredths = decimal.in_units(2).filter(|hundredths| (0..=10_000).contains(hundredths));
        hundredths.map(Self).ok_or_else(|| {
            serde::de::Error::custom(format_args!("must be between 0 and 100 with at most 2 decimals, got `{decimal}`"))
        })
    }
}

impl JsonSchema for Percent {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Percent".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": 0, "maximum": 100 })
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let decimal = super::Decimal::deserialize(deserializer)?;
        let units = decimal.in_units(4).and_then(|units| u32::try_from(units).ok()).filter(|units| *units <= 1_000_000);
        units.map(Self).ok_or_else(|| {
            serde::de::Error::custom(format_args!("must be between 0 and 100 with at most 4 decimals, got `{decimal}`"))
        })
    }
}

impl JsonSchema for Rate {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Rate".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": 0, "maximum": 100 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rounding_says_what_it_does_at_the_half() {
        let row = |n, d| [Rounding::Floor, Rounding::HalfUp, Rounding::Ceil].map(|r| r.divide(n, d).unwrap());
        assert_eq!(row(10, 4), [2, 3, 3]);
        assert_eq!(row(9, 4), [2, 2, 3]);
        assert_eq!(row(8, 4), [2, 2, 2]);
        assert_eq!(row(i128::from(i64::MAX) * 3, 3), [i64::MAX; 3]);
        assert!(Rounding::Floor.divide(i128::MAX, 1).is_err());
        assert!(Rounding::Floor.divide(1, 0).is_err());
    }
}
