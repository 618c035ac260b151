//! Limits by local calendar period: a day, an ISO week, a month, a year, ever.

use crate::value::{Day, Instant, Zone};
use crate::{Error, Refusal};

/// A calendar period in the programme's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// From midnight to midnight.
    Day,
    /// From Monday to Sunday.
    Week,
    /// From the first to the last day.
    Month,
    /// From 1 January to 31 December.
    Year,
}

impl Period {
    /// Every period, the shortest first: the order of [`Caps::periods`] and [`Uses::periods`].
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Year];

    /// The word in refusals.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The first day of the period that contains `day`, and the first day after it.
    #[must_use]
    pub fn around(self, day: Day) -> (Day, Day) {
        match self {
            Self::Day => (day, day.plus_days(1)),
            Self::Week => {
                let monday = day.plus_days(-i64::from(day.weekday().num_days_from_monday()));
                (monday, monday.plus_days(7))
            }
            Self::Month => {
                let first = day.start_of_month();
                // The 32nd day from the first always lies in the next month.
                (first, first.plus_days(31).start_of_month())
            }
            Self::Year => {
                let mut first = day.start_of_month();
                while first.month() > 1 {
                    first = first.plus_days(-1).start_of_month();
                }
                (first, day.end_of_year().plus_days(1))
            }
        }
    }

    /// The same as instants: the first inside and the first after.
    #[must_use]
    pub fn bounds(self, zone: Zone, at: Instant) -> (Instant, Instant) {
        let (first, after) = self.around(zone.day_of(at));
        (zone.start_of(first), zone.start_of(after))
    }
}

/// How often something may be used; `None` means no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caps {
    /// By all members together, ever.
    pub in_all: Option<i64>,
    /// By one member, ever.
    pub by_user: Option<i64>,
    /// By one member in a day, a week, a month and a year.
    pub periods: [Option<i64>; 4],
}

/// How often something was used, including open reservations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Uses {
    /// By the member, ever.
    pub ever: i64,
    /// By the member in the day, week, month and year around the moment.
    pub periods: [i64; 4],
}

impl Caps {
    /// Whether `wanted` more uses are allowed; `everyone` is the number of uses by all members together.
    ///
    /// The limit that frees up last is reported first.
    ///
    /// # Errors
    /// `limit_reached` with whose limit it is, its period, what is left of it, and when it begins again.
    pub fn check(&self, uses: &Uses, everyone: i64, wanted: i64, zone: Zone, at: Instant) -> crate::Result<()> {
        let over = |used: i64, limit: Option<i64>| limit.filter(|limit| used.saturating_add(wanted) > *limit);
        if let Some(limit) = over(everyone, self.in_all) {
            return Err(reached("everyone", "ever", limit, everyone));
        }
        if let Some(limit) = over(uses.ever, self.by_user) {
            return Err(reached("user", "ever", limit, uses.ever));
        }
        let periods = Period::ALL.into_iter().zip(self.periods.into_iter().zip(uses.periods));
        for (period, (limit, used)) in periods.rev() {
            if let Some(limit) = over(used, limit) {
                let again = zone.moment(period.bounds(zone, at).1);
                return Err(reached("user", period.word(), limit, used).with("available_again_at", again.to_string()));
            }
        }
        Ok(())
    }
}

fn reached(of: &str, period: &str, limit: i64, used: i64) -> Error {
    Error::refused(Refusal::LimitReached)
        .with("limit", limit)
        .with("used", used)
        .with("left", limit.saturating_sub(used).max(0))
        .with("limit_of", of)
        .with("period", period)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_holds_whole_local_days() {
        for (period, day, first, after) in [
            (Period::Day, "2026-03-02", "2026-03-02", "2026-03-03"),
            (Period::Week, "2026-03-02", "2026-03-02", "2026-03-09"),
            (Period::Week, "2026-03-01", "2026-02-23", "2026-03-02"),
            (Period::Month, "2028-02-29", "2028-02-01", "2028-03-01"),
            (Period::Month, "2026-12-31", "2026-12-01", "2027-01-01"),
            (Period::Year, "2028-12-31", "2028-01-01", "2029-01-01"),
            (Period::Year, "2026-01-01", "2026-01-01", "2027-01-01"),
        ] {
            let around = period.around(Day::parse(day).unwrap());
            assert_eq!(around, (Day::parse(first).unwrap(), Day::parse(after).unwrap()), "{period:?} of {day}");
        }
    }

    #[test]
    fn the_limit_that_frees_up_last_is_named_first() {
        let zone = Zone::parse("America/Santiago").unwrap();
        // The day before the clocks go forward at midnight: the next day begins at 01:00.
        let at = Instant::parse("2026-09-05T12:00:00-04:00").unwrap();
        let caps = Caps { in_all: None, by_user: None, periods: [Some(1), Some(2), None, Some(5)] };
        let judged = |uses: [i64; 4]| caps.check(&Uses { ever: 9, periods: uses }, 0, 1, zone, at);
        assert!(judged([0, 1, 9, 4]).is_ok());
        let error = judged([1, 1, 1, 1]).unwrap_err();
        assert_eq!(error.details()["period"], "day");
        assert_eq!(error.details()["available_again_at"], "2026-09-06T01:00:00-03:00");
        let error = judged([1, 2, 2, 5]).unwrap_err();
        assert_eq!(error.details()["period"], "year");
        assert_eq!(error.details()["available_again_at"], "2027-01-01T00:00:00-03:00");
    }
}
