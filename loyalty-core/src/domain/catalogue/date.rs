//! Dates and money as guests read them.

use chrono::Weekday;

use super::number;
use crate::value::{Currency, Day, Locale, Money};

const SPANISH_MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month(names: [&'static str; 12], day: Day) -> &'static str {
    let index = usize::try_from(day.month()).unwrap_or(1).saturating_sub(1);
    names.get(index).copied().unwrap_or_default()
}

pub(super) fn spanish_date(day: Day, today: Day) -> String {
    let date = format!("{} de {}", day.day_of_month(), month(SPANISH_MONTHS, day));
    if day.year() == today.year() { date } else { format!("{date} de {}", day.year()) }
}

pub(super) fn english_date(day: Day, today: Day) -> String {
    let date = format!("{} {}", day.day_of_month(), month(ENGLISH_MONTHS, day));
    if day.year() == today.year() { date } else { format!("{date} {}", day.year()) }
}

const fn spanish_weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "lunes",
        Weekday::Tue => "martes",
        Weekday::Wed => "miércoles",
        Weekday::Thu => "jueves",
        Weekday::Fri => "viernes",
        Weekday::Sat => "sábado",
        Weekday::Sun => "domingo",
    }
}

const fn english_weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

/// A day with its weekday, and with its year when that is not the year of `today`: `viernes 4 de diciembre`.
#[must_use]
pub fn long_date(day: Day, today: Day, locale: Locale) -> String {
    match locale {
        Locale::EsCl => format!("{} {}", spanish_weekday(day.weekday()), spanish_date(day, today)),
        Locale::En => format!("{} {}", english_weekday(day.weekday()), english_date(day, today)),
    }
}

/// An amount: pesos as `$12.990` in Chile and `$12,990 CLP` in English, another currency with its code.
#[must_use]
pub fn money(amount: Money, currency: Currency, locale: Locale) -> String {
    let shown = number(amount.to_decimal(currency), locale);
    let (sign, digits) = shown.strip_prefix('-').map_or(("", shown.as_str()), |digits| ("-", digits));
    match (currency.code(), locale) {
        ("CLP", Locale::EsCl) => format!("{sign}${digits}"),
        ("CLP", Locale::En) => format!("{sign}${digits} CLP"),
        (code, _) => format!("{shown} {code}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_its_weekday_and_another_year() {
        let day = |text: &str| Day::parse(text).unwrap();
        let today = day("2026-11-30");
        for (of, spanish, english) in [
            ("2026-12-04", "viernes 4 de diciembre", "Friday 4 December"),
            ("2027-01-02", "sábado 2 de enero de 2027", "Saturday 2 January 2027"),
        ] {
            assert_eq!(long_date(day(of), today, Locale::EsCl), spanish);
            assert_eq!(long_date(day(of), today, Locale::En), english);
        }
    }

    #[test]
    fn pesos_have_their_sign_and_another_currency_its_code() {
        for (minor, code, spanish, english) in [
            (12_990, "CLP", "$12.990", "$12,990 CLP"),
            (-500, "CLP", "-$500", "-$500 CLP"),
            (1_299_050, "USD", "12.990,50 USD", "12,990.50 USD"),
        ] {
            let (amount, currency) = (Money::minor(minor).unwrap(), Currency::new(code).unwrap());
            assert_eq!(money(amount, currency, Locale::EsCl), spanish);
            assert_eq!(money(amount, currency, Locale::En), english);
        }
    }
}
