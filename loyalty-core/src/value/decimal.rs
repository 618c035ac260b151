//! A decimal number as it crosses the border: given as an integer, a string, or a number in its shortest form.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Most digits in total, and most after the point.
const MAX_DIGITS: usize = 18;

/// Digits between two thousands separators.
pub(super) const THOUSANDS: u8 = 3;

/// An exact decimal number: `digits × 10^-scale`.
///
/// ```
/// use loyalty_core::value::Decimal;
/// assert_eq!("129.90".parse::<Decimal>()?.to_string(), "129.90");
/// assert!("1e3".parse::<Decimal>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Decimal {
    digits: i64,
    scale: u8,
}

impl Decimal {
    /// The number `digits × 10^-scale`; scales above 18 are cut to 18.
    #[must_use]
    pub const fn new(digits: i64, scale: u8) -> Self {
        Self { digits, scale: if scale > 18 { 18 } else { scale } }
    }

    /// The number in units of `10^-scale`, or `None` when digits would be lost or it does not fit.
    #[must_use]
    pub fn in_units(self, scale: u8) -> Option<i64> {
        if scale >= self.scale {
            let factor = 10_i64.checked_pow(u32::from(scale.abs_diff(self.scale)))?;
            return self.digits.checked_mul(factor);
        }
        let factor = 10_i64.checked_pow(u32::from(self.scale.abs_diff(scale)))?;
        (self.digits.checked_rem(factor)? == 0).then(|| self.digits.checked_div(factor)).flatten()
    }

    /// The number in units of `10^-scale`, half a unit and more rounded away from zero, or `None` when it does not fit.
    ///
    /// ```
    /// use loyalty_core::value::Decimal;
    /// let rounded = |text: &str| text.parse::<Decimal>().unwrap().rounded(0);
    /// assert_eq!([rounded("12990.50"), rounded("12990.4999"), rounded("-0.5")], [Some(12_991), Some(12_990), Some(-1)]);
    /// ```
    #[must_use]
    pub fn rounded(self, scale: u8) -> Option<i64> {
        if scale >= self.scale {
            return self.in_units(scale);
        }
        let unit = 10_i128.checked_pow(u32::from(self.scale.abs_diff(scale)))?;
        let digits = i128::from(self.digits);
        let half = unit.checked_div(2)?.checked_mul(digits.signum())?;
        i64::try_from(digits.checked_add(half)?.checked_div(unit)?).ok()
    }

    /// The same number without zeros at its end.
    #[must_use]
    pub fn shortest(self) -> Self {
        let Self { mut digits, mut scale } = self;
        while scale > 0 && digits.checked_rem(10) == Some(0) {
            digits = digits.checked_div(10).unwrap_or(digits);
            scale = scale.saturating_sub(1);
        }
        Self { digits, scale }
    }

    /// The same number with the other sign.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { digits: self.digits.wrapping_neg(), scale: self.scale }
    }

    /// Whether it is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.digits < 0
    }

    /// Whether exactly three digits follow the point, which in half of the world marks thousands: `12.000`.
    #[must_use]
    pub const fn may_be_thousands(self) -> bool {
        self.scale == THOUSANDS
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let digits = self.digits.unsigned_abs();
        if self.scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let width = usize::from(self.scale);
        let padded = format!("{digits:0>min$}", min = width.saturating_add(1));
        let (whole, fraction) = padded.split_at(padded.len().saturating_sub(width));
        write!(f, "{sign}{whole}.{fraction}")
    }
}

impl std::str::FromStr for Decimal {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || "must be a decimal number like `12990` or `129.90`".to_owned();
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let ends_in_point = unsigned.ends_with('.');
        if whole.is_empty() || ends_in_point || !all_digits(whole) || !all_digits(fraction) {
            return Err(bad());
        }
        // Zeros at either end carry no value; a scale is kept as far as it fits.
        let whole = whole.trim_start_matches('0');
        let fraction = if fraction.len() > MAX_DIGITS { fraction.trim_end_matches('0') } else { fraction };
        if whole.len().saturating_add(fraction.len()) > MAX_DIGITS {
            return Err(format!("is out of range: at most {MAX_DIGITS} digits"));
        }
        let joined = format!("{whole}{fraction}");
        let digits: i64 = if joined.is_empty() { 0 } else { joined.parse().map_err(|_| bad())? };
        let scale = u8::try_from(fraction.len()).map_err(|_| bad())?;
        let negative = unsigned.len() != text.len();
        Ok(Self { digits: if negative { digits.wrapping_neg() } else { digits }, scale })
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyNumber;
        impl de::Visitor<'_> for AnyNumber {
            type Value = Decimal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a decimal string")
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Decimal, E> {
                Ok(Decimal::new(number, 0))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Decimal, E> {
                i64::try_from(number).map(|n| Decimal::new(n, 0)).map_err(|_| E::custom("is out of range"))
            }
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Decimal, E> {
                if !number.is_finite() {
                    return Err(E::custom("must be a finite number"));
                }
                // Rust prints the shortest digits that read back as the same number.
                number.to_string().parse().map_err(E::custom)
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(AnyNumber)
    }
}

impl JsonSchema for Decimal {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number"], "format": "decimal" })
    }
}

/// An amount in a request: a decimal in its shortest form, so `12990` and `"12990.00"` are equal.
///
/// It remembers whether it was written with exactly three digits after the point, which [`Money::read`] refuses: in
/// `12.000` they may be thousands. Equality and the stored request ignore how it was written.
///
/// ```
/// use loyalty_core::value::Amount;
/// assert_eq!("12990.00".parse::<Amount>()?, Amount::from(12990));
/// # Ok::<(), String>(())
/// ```
///
/// [`Money::read`]: super::Money::read
#[derive(Debug, Clone, Copy, Default)]
pub struct Amount {
    number: Decimal,
    may_be_thousands: bool,
}

impl Amount {
    /// The number.
    #[must_use]
    pub const fn decimal(self) -> Decimal {
        self.number
    }

    /// The same amount with the other sign.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { number: self.number.negated(), may_be_thousands: self.may_be_thousands }
    }

    /// Whether it was written with exactly three digits after the point.
    #[must_use]
    pub const fn may_be_thousands(self) -> bool {
        self.may_be_thousands
    }

    /// The number with as many digits as it was written with, if they may be thousands.
    pub(super) fn as_written(self) -> Decimal {
        let thousandths = self.number.in_units(THOUSANDS).filter(|_| self.may_be_thousands);
        thousandths.map_or(self.number, |digits| Decimal::new(digits, THOUSANDS))
    }
}

impl PartialEq for Amount {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Amount {}

impl std::hash::Hash for Amount {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.number.serialize(serializer)
    }
}

impl JsonSchema for Amount {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        Decimal::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Decimal::json_schema(generator)
    }
}

impl From<Decimal> for Amount {
    fn from(decimal: Decimal) -> Self {
        Self { number: decimal.shortest(), may_be_thousands: decimal.may_be_thousands() }
    }
}

impl From<i64> for Amount {
    fn from(whole: i64) -> Self {
        Decimal::new(whole, 0).into()
    }
}

impl std::str::FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse::<Decimal>().map(Self::from)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Decimal::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_refuses_the_rest() {
        for good in ["0", "12990", "-5", "0.1", "-0.05", "129.90", "123456789012345.678"] {
            assert_eq!(good.parse::<Decimal>().unwrap().to_string(), good);
        }
        for bad in ["", "-", ".5", "5.", "1e3", "+1", " 1", "1,5", "0x1", "NaN", "١", &"9".repeat(19)] {
            assert!(bad.parse::<Decimal>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_float_is_read_by_its_shortest_decimal_form() {
        let read = |json: &str| serde_json::from_str::<Decimal>(json).map(|d| d.to_string());
        assert_eq!(read("12.5").unwrap(), "12.5");
        assert_eq!(read("12990.0").unwrap(), "12990");
        assert_eq!(read("0.1").unwrap(), "0.1");
        assert_eq!(read("0.30000000000000004").unwrap(), "0.30000000000000004");
        assert!(read("1e300").is_err());
    }

    #[test]
    fn changing_units_never_loses_a_digit() {
        let decimal: Decimal = "12.50".parse().unwrap();
        assert_eq!(decimal.in_units(2), Some(1250));
        assert_eq!(decimal.in_units(1), Some(125));
        assert_eq!(decimal.in_units(0), None);
        assert_eq!(decimal.in_units(3), Some(12500));
        assert_eq!(Decimal::new(i64::MAX, 0).in_units(2), None);
    }
}
