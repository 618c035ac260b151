//! Months and years of the calendar: what a period is, and what follows it.

use chrono::Datelike as _;

use super::Day;

impl Day {
    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day_of_month(self) -> u32 {
        self.0.day()
    }

    /// The first day of the period that contains this day. A period has this many months of the year: 1, 3, 6 or 12.
    #[must_use]
    pub fn start_of_months(self, months: u32) -> Self {
        let spans = self.0.month0().checked_div(months).unwrap_or(0);
        let first = spans.saturating_mul(months);
        Self(self.0.with_day(1).and_then(|day| day.with_month0(first)).unwrap_or(self.0))
    }

    /// The last anniversary of this day that is not after `day`; before the first anniversary, this day itself.
    ///
    /// In common years, the anniversary of 29 February is 28 February.
    #[must_use]
    pub fn last_anniversary(self, day: Self) -> Self {
        let years = self.years_to(day);
        let this_year = self.plus_years(years);
        if this_year <= day { this_year } else { self.plus_years(years.saturating_sub(1)) }
    }

    /// The first anniversary of this day that is after `day`.
    #[must_use]
    pub fn next_anniversary(self, day: Self) -> Self {
        let years = self.years_to(day).max(1);
        let this_year = self.plus_years(years);
        if this_year > day { this_year } else { self.plus_years(years.saturating_add(1)) }
    }

    fn years_to(self, day: Self) -> u32 {
        u32::try_from(day.year().saturating_sub(self.year())).unwrap_or(0)
    }

    fn plus_years(self, years: u32) -> Self {
        self.plus_months(years.saturating_mul(12))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn spans_begin_with_the_months_of_the_year() {
        for (months, inside, first) in [
            (1, "2026-02-28", "2026-02-01"),
            (3, "2026-06-30", "2026-04-01"),
            (3, "2026-07-01", "2026-07-01"),
            (6, "2026-12-31", "2026-07-01"),
            (12, "2026-12-31", "2026-01-01"),
        ] {
            assert_eq!(day(inside).start_of_months(months), day(first), "{inside}");
        }
    }

    #[test]
    fn a_leap_day_has_an_anniversary_every_year() {
        let joined = day("2024-02-29");
        for (on, last, next) in [
            ("2024-02-29", "2024-02-29", "2025-02-28"),
            ("2025-02-27", "2024-02-29", "2025-02-28"),
            ("2025-02-28", "2025-02-28", "2026-02-28"),
            ("2028-02-28", "2027-02-28", "2028-02-29"),
            ("2028-02-29", "2028-02-29", "2029-02-28"),
        ] {
            assert_eq!(joined.last_anniversary(day(on)), day(last), "{on}");
            assert_eq!(joined.next_anniversary(day(on)), day(next), "{on}");
        }
    }
}
