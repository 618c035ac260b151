//! What a guest reads about keeping a tier.

use super::date::{english_date, spanish_date};
use super::number;
use crate::value::{Day, Decimal, Locale};

/// What is missing to keep a tier.
#[derive(Debug, Clone, Copy)]
pub enum Missing<'a> {
    /// Points.
    Points(i64),
    /// Purchases.
    Visits(i64),
    /// Money, in major units of a currency.
    Amount(Decimal, &'a str),
    /// Parts of the score.
    Score(Decimal),
}

/// A sentence about a tier. `today` decides whether a date needs its year.
#[derive(Debug, Clone, Copy)]
pub enum Outlook<'a> {
    Keep { tier: &'a str, missing: Missing<'a>, until: Day, today: Day },
    Safe { tier: &'a str, until: Day, today: Day },
    Ends { tier: &'a str, until: Day, today: Day },
    Yours { tier: &'a str },
}

impl Outlook<'_> {
    /// The sentence in a language.
    #[must_use]
    pub fn say(self, locale: Locale) -> String {
        match locale {
            Locale::EsCl => self.spanish(),
            Locale::En => self.english(),
        }
    }

    fn spanish(self) -> String {
        match self {
            Self::Keep { tier, missing, until, today } => {
                format!("Con {} hasta el {} conservas {tier}", missing.spanish(), spanish_date(until, today))
            }
            Self::Safe { tier, until, today } => {
                format!("{tier} sigue siendo tuyo después del {}", spanish_date(until, today))
            }
            Self::Ends { tier, until, today } => format!("Tienes {tier} hasta el {}", spanish_date(until, today)),
            Self::Yours { tier } => format!("Conservas {tier}"),
        }
    }

    fn english(self) -> String {
        match self {
            Self::Keep { tier, missing, until, today } => {
                format!("{} {} {tier}", missing.english(&english_date(until, today)), missing.keep())
            }
            Self::Safe { tier, until, today } => format!("{tier} stays yours after {}", english_date(until, today)),
            Self::Ends { tier, until, today } => format!("You have {tier} until {}", english_date(until, today)),
            Self::Yours { tier } => format!("You keep {tier}"),
        }
    }
}

impl Missing<'_> {
    fn spanish(self) -> String {
        let of = |count: i64| number(Decimal::new(count, 0), Locale::EsCl);
        match self {
            Self::Points(1) => "1 punto más".to_owned(),
            Self::Points(points) => format!("{} puntos más", of(points)),
            Self::Visits(1) => "1 visita más".to_owned(),
            Self::Visits(visits) => format!("{} visitas más", of(visits)),
            Self::Amount(amount, currency) => format!("{} {currency} más", number(amount, Locale::EsCl)),
            Self::Score(score) => format!("{} más de puntaje", number(score, Locale::EsCl)),
        }
    }

    fn english(self, date: &str) -> String {
        let of = |count: i64| number(Decimal::new(count, 0), Locale::En);
        match self {
            Self::Points(1) => format!("1 more point by {date}"),
            Self::Points(points) => format!("{} more points by {date}", of(points)),
            Self::Visits(1) => format!("1 more visit by {date}"),
            Self::Visits(visits) => format!("{} more visits by {date}", of(visits)),
            Self::Amount(amount, currency) => {
                format!("Spending {} {currency} more by {date}", number(amount, Locale::En))
            }
            Self::Score(score) => format!("A score {} higher by {date}", number(score, Locale::En)),
        }
    }

    const fn keep(self) -> &'static str {
        match self {
            Self::Points(1) | Self::Visits(1) | Self::Amount(..) | Self::Score(_) => "keeps",
            Self::Points(_) | Self::Visits(_) => "keep",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_reads_what_keeps_the_tier() {
        let day = |text: &str| Day::parse(text).unwrap();
        let (until, today) = (day("2026-06-30"), day("2026-06-01"));
        let keep = |missing| Outlook::Keep { tier: "Oro", missing, until, today };
        for (text, spanish, english) in [
            (
                keep(Missing::Visits(2)),
                "Con 2 visitas más hasta el 30 de junio conservas Oro",
                "2 more visits by 30 June keep Oro",
            ),
            (
                keep(Missing::Visits(1)),
                "Con 1 visita más hasta el 30 de junio conservas Oro",
                "1 more visit by 30 June keeps Oro",
            ),
            (
                keep(Missing::Points(1_200)),
                "Con 1.200 puntos más hasta el 30 de junio conservas Oro",
                "1,200 more points by 30 June keep Oro",
            ),
            (
                keep(Missing::Amount("12990".parse().unwrap(), "CLP")),
                "Con 12.990 CLP más hasta el 30 de junio conservas Oro",
                "Spending 12,990 CLP more by 30 June keeps Oro",
            ),
            (
                Outlook::Ends { tier: "Oro", until: day("2027-01-31"), today },
                "Tienes Oro hasta el 31 de enero de 2027",
                "You have Oro until 31 January 2027",
            ),
        ] {
            assert_eq!(text.say(Locale::EsCl), spanish);
            assert_eq!(text.say(Locale::En), english);
        }
    }
}
