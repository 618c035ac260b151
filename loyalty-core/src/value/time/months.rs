//! Months and years of the calendar: computed from the first day, and limited to the last day of a shorter month.

use chrono::{Datelike as _, Months, NaiveDate};

use super::Day;

impl Day {
    /// The same day this many months later, or the last day of a month that is too short.
    ///
    /// ```
    /// use loyalty_core::value::Day;
    /// let day = |text: &str| Day::parse(text).unwrap();
    /// // From the first day on, not from step to step: 31 January, 28 February, 31 March.
    /// assert_eq!(day("2026-01-31").plus_months(1), day("2026-02-28"));
    /// assert_eq!(day("2026-01-31").plus_months(2), day("2026-03-31"));
    /// assert_eq!(day("2024-01-31").plus_months(1), day("2024-02-29"));
    /// ```
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        Self(self.0.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX))
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> u32 {
        self.0.day()
    }

    /// The last day of the month this many months later.
    #[must_use]
    pub fn end_of_month(self, months: u32) -> Self {
        self.start_of_month().plus_months(months.saturating_add(1)).plus_days(-1)
    }

    /// The first day with this month and day of the month that is not before this one; 29 February is the 28th in
    /// common years.
    #[must_use]
    pub fn next_date(self, month: u32, day: u32) -> Self {
        let in_year = |year: i32| {
            NaiveDate::from_ymd_opt(year, month, day)
                .or_else(|| NaiveDate::from_ymd_opt(year, month, day.saturating_sub(1)))
                .map_or(Self(NaiveDate::MAX), Self)
        };
        let this = in_year(self.0.year());
        if this >= self { this } else { in_year(self.0.year().saturating_add(1)) }
    }
}
