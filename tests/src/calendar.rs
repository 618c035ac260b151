//! Local days of Santiago, reckoned without the engine's own calendar.

use chrono::{DateTime, Datelike as _, Days, Duration, LocalResult, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::America::Santiago;

/// Microseconds of an hour.
pub const HOUR: i64 = 3_600_000_000;
/// Microseconds of a day that has 24 hours.
pub const DAY: i64 = 24 * HOUR;

/// Microseconds since 1970 as an RFC 3339 text.
#[must_use]
pub fn text(micros: i64) -> String {
    utc(micros).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

/// An RFC 3339 text as microseconds since 1970.
///
/// # Panics
/// For a text that is none.
#[must_use]
pub fn micros(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).expect("an RFC 3339 instant").timestamp_micros()
}

fn utc(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).expect("an instant that a calendar knows")
}

/// The local day of an instant.
#[must_use]
pub fn day(micros: i64) -> NaiveDate {
    utc(micros).with_timezone(&Santiago).date_naive()
}

/// The first instant of a local day: 01:00 on the days whose midnight the clocks of Chile skip.
///
/// # Panics
/// For a day beyond the calendar.
#[must_use]
pub fn start(day: NaiveDate) -> i64 {
    let midnight = day.and_time(NaiveTime::MIN);
    match Santiago.from_local_datetime(&midnight) {
        LocalResult::Single(one) | LocalResult::Ambiguous(one, _) => one.timestamp_micros(),
        LocalResult::None => {
            let later = Santiago.from_local_datetime(&(midnight + Duration::hours(1)));
            later.earliest().expect("clocks skip one hour").timestamp_micros()
        }
    }
}

/// The first instant after the local day that lies `days` after that of `micros`.
#[must_use]
pub fn end_of_day_after(micros: i64, days: u64) -> i64 {
    start(day(micros) + Days::new(days + 1))
}

/// The first instant after the local year of `micros`.
///
/// # Panics
/// For a year beyond the calendar.
#[must_use]
pub fn end_of_year(micros: i64) -> i64 {
    start(NaiveDate::from_ymd_opt(day(micros).year() + 1, 1, 1).expect("a first of January"))
}
