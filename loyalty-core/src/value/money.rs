//! Money: minor units of a currency, never a float.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::decimal::THOUSANDS;
use super::{Amount, Decimal, limit};
use crate::{Error, Result};

/// An ISO 4217 currency with its number of decimals.
///
/// ```
/// use loyalty_core::value::Currency;
/// assert_eq!(Currency::new("CLP").unwrap().exponent(), 0);
/// assert_eq!(Currency::new("USD").unwrap().exponent(), 2);
/// assert!(Currency::new("XYZ").is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency {
    iso: iso_currency::Currency,
    exponent: u8,
}

impl Currency {
    /// The currency with this code, if ISO 4217 lists it with a minor unit.
    #[must_use]
    pub fn new(code: &str) -> Option<Self> {
        let iso = iso_currency::Currency::from_code(code)?;
        let exponent = u8::try_from(iso.exponent()?).ok()?;
        Some(Self { iso, exponent })
    }

    /// The three letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.iso.code()
    }

    /// Digits after the point: 0 for CLP, 2 for USD, 3 for KWD.
    #[must_use]
    pub const fn exponent(self) -> u8 {
        self.exponent
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::new(&code).ok_or_else(|| {
            de::Error::custom(format_args!("must be an ISO 4217 currency code like `CLP`, got `{code}`"))
        })
    }
}

/// An amount of money in minor units, at most 10^15 either way.
///
/// ```
/// use loyalty_core::value::{Currency, Money};
/// let (pesos, dollars) = (Currency::new("CLP").unwrap(), Currency::new("USD").unwrap());
/// assert_eq!(Money::read("amount", 12_990, pesos)?.get(), 12_990);
/// assert_eq!(Money::read("amount", 129, dollars)?.plus(Money::minor(90)?)?.to_decimal(dollars).to_string(), "129.90");
/// assert!(Money::read("amount", -1, pesos).is_err());
/// # Ok::<(), loyalty_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount from minor units.
    ///
    /// # Errors
    /// `invalid` when it is beyond 10^15 minor units either way.
    pub fn minor(minor: i64) -> Result<Self> {
        limit::within("amount", minor, -limit::MAX_MINOR, limit::MAX_MINOR).map(Self)
    }

    /// An amount from a request, in major units: not negative, with no more decimals than the currency has.
    ///
    /// Extra zeros are accepted, because a database column gives them (`12990.00`). Exactly three decimals are refused
    /// for a currency with fewer: in `12.000` they may be thousands.
    ///
    /// # Errors
    /// `invalid` naming the field.
    pub fn read(field: &str, amount: impl Into<Amount>, currency: Currency) -> Result<Self> {
        let given = amount.into();
        let amount = given.decimal();
        if amount.is_negative() {
            return Err(Error::invalid(field, format_args!("must not be negative, got `{amount}`")));
        }
        let (code, decimals) = (currency.code(), currency.exponent());
        if given.may_be_thousands() && decimals < THOUSANDS {
            let like = if decimals == 0 { "`12000`" } else { "`12000` or `12.50`" };
            let written = given.as_written();
            let expected =
                format!("must be an amount of {code} like {like}, without a thousands separator, got `{written}`");
            return Err(Error::invalid(field, expected));
        }
        let Some(minor) = amount.in_units(decimals) else {
            let expected = match decimals {
                0 => format!("must be a whole number of {code} in range, got `{amount}`"),
                n => format!("must have at most {n} decimals ({code}) and be in range, got `{amount}`"),
            };
            return Err(Error::invalid(field, expected));
        };
        limit::within(field, minor, 0, limit::MAX_MINOR).map(Self)
    }

    /// An amount from a request that may be below zero: a line that reduces the bill, a bill that is paid out.
    ///
    /// # Errors
    /// `invalid` naming the field.
    pub fn read_signed(field: &str, amount: impl Into<Amount>, currency: Currency) -> Result<Self> {
        let amount = amount.into();
        if !amount.decimal().is_negative() {
            return Self::read(field, amount, currency);
        }
        Self::ZERO.minus(Self::read(field, amount.negated(), currency)?)
    }

    /// Whether it is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// An amount that was checked before it was stored.
    pub(crate) const fn stored(minor: i64) -> Self {
        Self(minor)
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The amount as the border shows it: a decimal in major units.
    #[must_use]
    pub const fn to_decimal(self, currency: Currency) -> Decimal {
        Decimal::new(self.0, currency.exponent())
    }

    /// The sum.
    ///
    /// # Errors
    /// `invalid` when the sum is beyond the limit.
    pub fn plus(self, other: Self) -> Result<Self> {
        self.0.checked_add(other.0).ok_or_else(Self::overflow).and_then(Self::minor)
    }

    /// The difference.
    ///
    /// # Errors
    /// `invalid` when the difference is beyond the limit.
    pub fn minus(self, other: Self) -> Result<Self> {
        self.0.checked_sub(other.0).ok_or_else(Self::overflow).and_then(Self::minor)
    }

    fn overflow() -> Error {
        Error::invalid("amount", "the sum is out of range")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(amount: &str, currency: &str) -> Result<i64> {
        let currency = Currency::new(currency).unwrap();
        Money::read("amount", amount.parse::<Amount>().unwrap(), currency).map(Money::get)
    }

    #[test]
    fn more_decimals_than_the_currency_are_refused_zeros_aside() {
        assert_eq!(read("12990", "CLP"), Ok(12_990));
        assert_eq!(read("12990.00", "CLP"), Ok(12_990));
        assert!(read("12990.5", "CLP").is_err());
        assert_eq!(read("129.90", "USD"), Ok(12_990));
        assert_eq!(read("129.9", "USD"), Ok(12_990));
        assert!(read("129.905", "USD").is_err());
        assert_eq!(read("1.234", "KWD"), Ok(1_234));
        assert!(read("-1", "USD").is_err());
        assert!(read("1000000000000001", "CLP").is_err());
        let clp = Currency::new("CLP").unwrap();
        let signed = |text: &str| Money::read_signed("amount", text.parse::<Amount>().unwrap(), clp).map(Money::get);
        assert_eq!((signed("-114"), signed("114"), signed("-0")), (Ok(-114), Ok(114), Ok(0)));
        assert!(signed("-0.5").is_err());
    }

    #[test]
    fn three_digits_behind_a_point_are_no_amount_where_they_may_be_thousands() {
        for (written, in_clp, in_usd, in_kwd) in [
            // What a column with 2, 3, 4 or 6 decimals gives.
            ("12990.00", Some(12_990), Some(1_299_000), Some(12_990_000)),
            ("12990.000", None, None, Some(12_990_000)),
            ("12990.0000", Some(12_990), Some(1_299_000), Some(12_990_000)),
            ("12990.000000", Some(12_990), Some(1_299_000), Some(12_990_000)),
            ("12990.0", Some(12_990), Some(1_299_000), Some(12_990_000)),
            ("12.990", None, None, Some(12_990)),
            ("12.000", None, None, Some(12_000)),
            ("5.000", None, None, Some(5_000)),
            ("0.000", None, None, Some(0)),
            ("12.500", None, None, Some(12_500)),
            ("12.5000", None, Some(1_250), Some(12_500)),
            ("12.5", None, Some(1_250), Some(12_500)),
            ("12.50", None, Some(1_250), Some(12_500)),
            ("12.505", None, None, Some(12_505)),
        ] {
            for (currency, minor) in [("CLP", in_clp), ("JPY", in_clp), ("USD", in_usd), ("KWD", in_kwd)] {
                assert_eq!(read(written, currency).ok(), minor, "{written} {currency}");
            }
        }
        // The error shows what was written and what it may mean.
        let error = read("12.000", "CLP").unwrap_err();
        assert!(error.message().contains("like `12000`") && error.message().contains("got `12.000`"), "{error}");
    }

    #[test]
    fn a_number_of_json_is_its_value() {
        let clp = Currency::new("CLP").unwrap();
        for (json, minor) in
            [("12990", Some(12_990)), ("12990.0", Some(12_990)), ("12.990", None), ("\"12.000\"", None)]
        {
            let amount: Amount = serde_json::from_str(json).unwrap();
            assert_eq!(Money::read("amount", amount, clp).map(Money::get).ok(), minor, "{json}");
        }
    }

    #[test]
    fn an_amount_is_shown_with_all_its_decimals() {
        let usd = Currency::new("USD").unwrap();
        assert_eq!(Money::stored(12_990).to_decimal(usd).to_string(), "129.90");
        assert_eq!(Money::stored(5).to_decimal(usd).to_string(), "0.05");
    }
}
