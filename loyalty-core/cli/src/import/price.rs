//! What a row of a file cost, exactly, in the programme's currency.

use loyalty_core::value::{Currency, Decimal};

/// How the prices of a file become money of the programme.
#[derive(Debug)]
pub(super) struct Prices {
    /// Factor for every price; without one nothing is rounded.
    pub(super) factor: Option<Decimal>,
    /// The programme's currency.
    pub(super) currency: Currency,
}

impl Prices {
    /// The price of this many pieces, in minor units: rounded once, half up, if there is a factor.
    ///
    /// # Errors
    /// Says what was expected. The price and the quantity must not be negative.
    pub(super) fn amount(&self, price: Decimal, quantity: i64) -> Result<i64, String> {
        let out_of_range = || format!("is out of range, got `{price}`");
        let one = Decimal::new(1, 0);
        let (price_units, price_scale) = units(price).ok_or_else(out_of_range)?;
        let (factor_units, factor_scale) = units(self.factor.unwrap_or(one)).ok_or_else(out_of_range)?;
        let product = price_units.checked_mul(i128::from(quantity)).and_then(|units| units.checked_mul(factor_units));
        let product = product.ok_or_else(out_of_range)?;
        let scale = price_scale.saturating_add(factor_scale);
        let wanted = u32::from(self.currency.exponent());
        let minor = if scale <= wanted {
            product.checked_mul(power(wanted.saturating_sub(scale)))
        } else {
            let divisor = power(scale.saturating_sub(wanted));
            let rest = product.checked_rem(divisor).ok_or_else(out_of_range)?;
            if rest != 0 && self.factor.is_none() {
                return Err(self.too_fine(price, quantity));
            }
            let up = i128::from(rest.saturating_mul(2) >= divisor);
            product.checked_div(divisor).and_then(|whole| whole.checked_add(up))
        };
        minor.and_then(|minor| i64::try_from(minor).ok()).ok_or_else(out_of_range)
    }

    fn too_fine(&self, price: Decimal, quantity: i64) -> String {
        let (code, decimals) = (self.currency.code(), self.currency.exponent());
        let pieces = if quantity == 1 { String::new() } else { format!(" × {quantity}") };
        format!(
            "must be an amount of {code} with at most {decimals} decimals, got `{price}`{pieces}; \
             --price-factor converts and rounds"
        )
    }
}

/// A decimal as whole units of `10^-scale`, with the smallest scale.
fn units(decimal: Decimal) -> Option<(i128, u32)> {
    (0..=18_u8).find_map(|scale| decimal.in_units(scale).map(|units| (i128::from(units), u32::from(scale))))
}

fn power(exponent: u32) -> i128 {
    10_i128.saturating_pow(exponent)
}

/// Splits money into parts of at most `most` pieces, each with its share; the shares add up to the whole.
pub(super) fn split(minor: i64, quantity: i64, most: i64) -> Vec<(i64, i64)> {
    let share = |pieces: i64| {
        let part = i128::from(minor).saturating_mul(i128::from(pieces)).checked_div(i128::from(quantity));
        part.and_then(|part| i64::try_from(part).ok()).unwrap_or(minor)
    };
    let mut parts = Vec::new();
    let mut done = 0;
    while done < quantity {
        let next = quantity.min(done + most);
        parts.push((next - done, share(next) - share(done)));
        done = next;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(price: &str, quantity: i64, factor: Option<&str>, currency: &str) -> Result<i64, String> {
        let factor = factor.map(|factor| factor.parse().unwrap());
        let prices = Prices { factor, currency: Currency::new(currency).unwrap() };
        prices.amount(price.parse().unwrap(), quantity)
    }

    #[test]
    fn a_factor_is_exact_and_rounds_half_up_once() {
        for (price, quantity, factor, currency, minor) in [
            ("5.95", 10, "1000", "CLP", 59_500),
            ("0.5", 1, "1", "CLP", 1),
            ("0.4999999999", 1, "1", "CLP", 0),
            // In binary floating point, 1.005 is below one and a half hundredths.
            ("1.005", 1, "1", "USD", 101),
            ("0.15", 3, "1", "CLP", 0),
            ("0.15", 4, "1", "CLP", 1),
            ("0.1", 3, "1234.5678", "CLP", 370),
            ("1", 1, "0.000000000000000001", "CLP", 0),
            ("123456789.123", 1, "1", "KWD", 123_456_789_123),
        ] {
            assert_eq!(amount(price, quantity, Some(factor), currency), Ok(minor), "{price} × {quantity} × {factor}");
        }
    }

    #[test]
    fn without_a_factor_nothing_is_rounded() {
        assert_eq!(amount("5.95", 20, None, "CLP"), Ok(119));
        assert_eq!(amount("5.95", 1, None, "USD"), Ok(595));
        assert!(amount("5.95", 1, None, "CLP").unwrap_err().contains("--price-factor"));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(amount("999999999999999999", 9_999, Some("999999999999999999"), "CLP").is_err());
        assert!(amount("999999999999999999", 100, None, "CLP").is_err());
    }

    #[test]
    fn parts_sum_to_the_whole() {
        assert_eq!(split(80_995, 20_000, 9_999), [(9_999, 40_493), (9_999, 40_493), (2, 9)]);
        assert_eq!(split(7, 3, 9_999), [(3, 7)]);
        assert_eq!(split(0, 10_000, 9_999), [(9_999, 0), (1, 0)]);
    }
}
