//! Amounts and quantities as people write them: `12.990,00`, `$1,299.00`, `(1,299.00)`.

use loyalty_core::value::{Currency, Decimal};

/// The decimal sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum DecimalSign {
    /// `1,299.00`
    #[value(name = ".", alias = "point")]
    Point,
    /// `1.299,00`
    #[value(name = ",", alias = "comma")]
    Comma,
}

impl DecimalSign {
    const fn other(self) -> char {
        match self {
            Self::Point => ',',
            Self::Comma => '.',
        }
    }

    pub(super) const fn sign(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

/// What the amounts of a file say about the decimal sign.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// The first amount that can only be read with a decimal point, and its line.
    point: Option<(u64, String)>,
    comma: Option<(u64, String)>,
    unclear: Option<(u64, String)>,
}

impl Evidence {
    /// Notes an amount.
    pub(super) fn note(&mut self, line: u64, text: &str) {
        let digits = bare(text);
        let points = digits.matches('.').count();
        let commas = digits.matches(',').count();
        let said = || (line, text.chars().take(40).collect());
        let place = match (points, commas) {
            (0, 0) => return,
            (1, 0) | (0, 1) => {
                let (whole, behind) = digits.split_once(['.', ',']).unwrap_or_default();
                let may_be_thousands = behind.len() == 3 && (1..=3).contains(&whole.len()) && whole != "0";
                match (may_be_thousands, points) {
                    (true, _) => &mut self.unclear,
                    (false, 1) => &mut self.point,
                    (false, _) => &mut self.comma,
                }
            }
            (_, 0) => &mut self.comma,
            (0, _) => &mut self.point,
            _ if digits.rfind('.') > digits.rfind(',') => &mut self.point,
            _ => &mut self.comma,
        };
        place.get_or_insert_with(said);
    }

    /// The sign, if the amounts show one.
    ///
    /// # Errors
    /// Says what is unclear.
    pub(super) fn sign(&self) -> Result<DecimalSign, String> {
        match (&self.point, &self.comma, &self.unclear) {
            (Some((one, point)), Some((other, comma)), _) => Err(format!(
                "amounts are written in two ways: `{point}` in line {one} and `{comma}` in line {other}; \
                 --decimal-sign gives the sign before decimals"
            )),
            (None, None, Some((line, text))) => Err(format!(
                "`{text}` in line {line} can be read in two ways, one a thousand times the other; --decimal-sign gives \
                 the sign before decimals, `,` or `.`"
            )),
            (_, Some(_), _) => Ok(DecimalSign::Comma),
            _ => Ok(DecimalSign::Point),
        }
    }
}

/// Digits, points and commas of an amount.
fn bare(text: &str) -> String {
    text.chars().filter(|sign| sign.is_ascii_digit() || matches!(sign, '.' | ',')).collect()
}

/// Currency signs, and their currencies.
const SIGNS: [(&str, &[&str]); 9] = [
    ("US$", &["USD"]),
    ("R$", &["BRL"]),
    ("S/.", &["PEN"]),
    ("S/", &["PEN"]),
    ("Bs", &["BOB", "VES"]),
    ("€", &["EUR"]),
    ("£", &["GBP"]),
    ("¥", &["JPY", "CNY"]),
    ("$", &["CLP", "USD", "MXN", "ARS", "COP", "CAD", "AUD", "NZD", "UYU", "SGD", "HKD", "TWD", "DOP", "BRL"]),
];

/// How numbers are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers {
    pub(super) decimal_sign: DecimalSign,
    /// The programme's currency, when amounts are in it: then the sign of another currency is an error, and so are
    /// three digits behind the sign that may be thousands.
    pub(super) currency: Option<Currency>,
    /// Whether an option gave the sign; false when it was worked out from the amounts.
    pub(super) sign_is_named: bool,
}

impl Numbers {
    /// Reads an amount, which may be negative.
    ///
    /// # Errors
    /// Says what was expected.
    pub(super) fn amount(&self, text: &str) -> Result<Decimal, String> {
        let decimal = self.number(self.without_currency(&text.replace('\u{2212}', "-"))).ok_or_else(|| {
            let example = if self.decimal_sign == DecimalSign::Point { "1,299.00" } else { "1.299,00" };
            format!("must be an amount like `12990` or `{example}`, got `{}`", shortened(text))
        })?;
        let is_amount = self.currency.is_none_or(|currency| currency.exponent() >= 3);
        if decimal.may_be_thousands() && !is_amount && !self.sign_is_named {
            return Err(format!(
                "must not have three digits after `{}`, which may be thousands, got `{}`; --decimal-sign decides",
                self.decimal_sign.sign(),
                shortened(text)
            ));
        }
        Ok(decimal)
    }

    /// Reads a whole number, which may be negative and may have zeros as decimals.
    pub(super) fn whole(&self, text: &str) -> Option<i64> {
        self.number(text.replace('\u{2212}', "-"))?.in_units(0)
    }

    /// An amount without the sign or code of its currency.
    fn without_currency(&self, text: &str) -> String {
        let ours = |codes: &[&str]| self.currency.is_none_or(|currency| codes.contains(&currency.code()));
        for (sign, codes) in SIGNS {
            if text.contains(sign) {
                // The sign of another currency is kept, and then refused.
                return if ours(codes) { text.replacen(sign, "", 1) } else { text.to_owned() };
            }
        }
        let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
        let code = letters.to_ascii_uppercase();
        if letters.len() == 3 && Currency::new(&code).is_some() && ours(&[&code]) {
            return text.replacen(&letters, "", 1);
        }
        text.to_owned()
    }

    fn number(&self, text: String) -> Option<Decimal> {
        let mut text = text.trim();
        let mut negative = false;
        if let Some(inside) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
            (text, negative) = (inside.trim(), true);
        }
        if let Some(rest) = text.strip_prefix('-').or_else(|| text.strip_suffix('-')).filter(|_| !negative) {
            (text, negative) = (rest.trim(), true);
        }
        let text = text.strip_prefix('+').unwrap_or(text);
        let (whole, behind) = match text.rsplit_once(self.decimal_sign.sign()) {
            Some((whole, behind)) => (whole, Some(behind)),
            None => (text, None),
        };
        let whole = ungrouped(whole, self.decimal_sign.other())?;
        let plain = behind.map_or_else(|| whole.clone(), |behind| format!("{whole}.{behind}"));
        let decimal = plain.parse::<Decimal>().ok().filter(|decimal| !decimal.is_negative())?;
        Some(if negative { decimal.negated() } else { decimal })
    }
}

/// The digits without the signs between thousands, each of which must come before three digits.
fn ungrouped(whole: &str, usual: char) -> Option<String> {
    let is_group = |sign: char| sign == usual || matches!(sign, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’');
    let Some(sign) = whole.chars().find(|sign| is_group(*sign)) else { return Some(whole.to_owned()) };
    let mut groups = whole.split(sign);
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, decimal_sign: DecimalSign, code: &str) -> Option<String> {
        let numbers = Numbers { decimal_sign, currency: Currency::new(code), sign_is_named: false };
        numbers.amount(text).ok().map(|decimal| decimal.to_string())
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        use DecimalSign::{Comma, Point};
        for (text, sign, code, read_as) in [
            ("12990", Point, "CLP", Some("12990")),
            ("$1,299.00", Point, "USD", Some("1299.00")),
            ("(1,299.00)", Point, "USD", Some("-1299.00")),
            ("($1,299.00)", Point, "USD", Some("-1299.00")),
            ("-$5.00", Point, "USD", Some("-5.00")),
            ("$ -5.00", Point, "USD", Some("-5.00")),
            ("5.00-", Point, "USD", Some("-5.00")),
            ("−5", Point, "USD", Some("-5")),
            ("12.990,00", Comma, "CLP", Some("12990.00")),
            ("$ 12.990", Comma, "CLP", Some("12990")),
            ("1.234.567", Comma, "CLP", Some("1234567")),
            ("CLP 12.990", Comma, "CLP", Some("12990")),
            ("1 299,50 €", Comma, "EUR", Some("1299.50")),
            ("1'299.50", Point, "CHF", Some("1299.50")),
            ("1.234", Point, "KWD", Some("1.234")),
            // Not ours, not grouped in threes, or maybe a thousand times as much.
            ("£100", Point, "CLP", None),
            ("USD 100", Point, "CLP", None),
            ("12,99", Point, "CLP", None),
            ("1,2990", Point, "CLP", None),
            ("12.990", Point, "CLP", None),
            ("12,000", Comma, "USD", None),
            ("1.299.00", Point, "USD", None),
            ("--5", Point, "USD", None),
            ("free", Point, "USD", None),
            ("", Point, "USD", None),
        ] {
            assert_eq!(read(text, sign, code).as_deref(), read_as, "{text}");
        }
    }

    #[test]
    fn the_sign_before_decimals_is_told_by_what_can_be_read_in_one_way_only() {
        for (texts, sign) in [
            (&["12990", "5000"][..], Some(DecimalSign::Point)),
            (&["12.990", "1.290.500"][..], Some(DecimalSign::Comma)),
            (&["12.990", "3.500,00"][..], Some(DecimalSign::Comma)),
            (&["12.990", "5.50"][..], Some(DecimalSign::Point)),
            (&["0.125"][..], Some(DecimalSign::Point)),
            (&["$1,299.00"][..], Some(DecimalSign::Point)),
            (&["12990.00"][..], Some(DecimalSign::Point)),
            (&["12.990", "5.000"][..], None),
            (&["1,299"][..], None),
            (&["1,50", "1.50"][..], None),
        ] {
            let mut evidence = Evidence::default();
            texts.iter().zip(2..).for_each(|(text, line)| evidence.note(line, text));
            assert_eq!(evidence.sign().ok(), sign, "{texts:?}");
        }
    }
}
