//! Local times of day and weeks: what a window of hours means on days when the clocks change.

use chrono::{Datelike as _, LocalResult, NaiveTime, Offset, TimeDelta, TimeZone as _};

use super::{Day, Instant, Zone};

/// Hours around an instant in which a clock change could make the local time ambiguous.
const NEAR_HOURS: i64 = 26;

impl Day {
    /// The day for a stored number.
    pub(crate) fn stored(number: i64) -> Self {
        Self(chrono::NaiveDate::default()).plus_days(number)
    }

    /// The Monday of this day's ISO week.
    #[must_use]
    pub fn start_of_week(self) -> Self {
        self.plus_days(i64::from(self.weekday().num_days_from_monday()).saturating_neg())
    }

    /// The ISO week of this day, like `2026-W53`.
    #[must_use]
    pub fn iso_week(self) -> String {
        let week = self.0.iso_week();
        format!("{}-W{:02}", week.year(), week.week())
    }

    /// The first day of the month after this day's.
    #[must_use]
    pub fn start_of_next_month(self) -> Self {
        self.start_of_month().plus_days(31).start_of_month()
    }

    /// Whether this is the anniversary of `origin`; in common years, 29 February falls on `substitute`.
    #[must_use]
    pub fn is_anniversary_of(self, origin: Self, substitute: LeapDay) -> bool {
        let Some(kept) = origin.0.with_year(self.0.year()) else {
            // Only the 29 February is missing in some years.
            let (month, day) = match substitute {
                LeapDay::Feb28 => (2, 28),
                LeapDay::Mar1 => (3, 1),
            };
            return (self.0.month(), self.0.day()) == (month, day);
        };
        self.0 == kept
    }

    /// Local days from this day to the next anniversary of `origin`; 0 on the anniversary itself.
    ///
    /// ```
    /// use loyalty_core::value::{Day, LeapDay};
    /// let (born, day) = (Day::parse("2024-02-29").unwrap(), Day::parse("2026-02-27").unwrap());
    /// assert_eq!(day.days_to_anniversary(born, LeapDay::Feb28), 1);
    /// assert_eq!(day.days_to_anniversary(born, LeapDay::Mar1), 2);
    /// assert_eq!(day.plus_days(2).days_to_anniversary(born, LeapDay::Feb28), 364);
    /// ```
    #[must_use]
    pub fn days_to_anniversary(self, origin: Self, substitute: LeapDay) -> i64 {
        let kept = |year: i32| {
            let substituted = match substitute {
                LeapDay::Feb28 => chrono::NaiveDate::from_ymd_opt(year, 2, 28),
                LeapDay::Mar1 => chrono::NaiveDate::from_ymd_opt(year, 3, 1),
            };
            Self(origin.0.with_year(year).or(substituted).unwrap_or(self.0))
        };
        let this_year = kept(self.0.year());
        let next = if this_year >= self { this_year } else { kept(self.0.year().saturating_add(1)) };
        next.days_since(self)
    }

    /// The month, 1 to 12, in which the anniversary of `origin` lies in this day's year.
    #[must_use]
    pub fn anniversary_month(self, origin: Self, substitute: LeapDay) -> u32 {
        match (origin.0.with_year(self.0.year()), substitute) {
            (None, LeapDay::Mar1) => 3,
            _ => origin.0.month(),
        }
    }
}

/// The day that replaces 29 February in common years.
///
/// ```
/// use loyalty_core::value::{Day, LeapDay};
/// let (born, day) = (Day::parse("2024-02-29").unwrap(), Day::parse("2026-03-01").unwrap());
/// assert!(day.is_anniversary_of(born, LeapDay::Mar1));
/// assert!(!day.is_anniversary_of(born, LeapDay::Feb28));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
pub enum LeapDay {
    /// 28 February.
    #[default]
    #[serde(rename = "feb_28")]
    Feb28,
    /// 1 March.
    #[serde(rename = "mar_1")]
    Mar1,
}

impl Zone {
    /// A minute of a local day, counted on a clock from 00:00. One that the clocks skip moves forward by the size of the
    /// gap; of one that comes twice, it is the first.
    ///
    /// ```
    /// use loyalty_core::value::{Day, Zone};
    /// let zone = Zone::parse("America/Santiago").unwrap();
    /// let at = |day: &str, minute| zone.moment(zone.at_minute(Day::parse(day).unwrap(), minute)).to_string();
    /// assert_eq!(at("2026-09-05", 600), "2026-09-05T10:00:00-04:00");
    /// assert_eq!(at("2026-09-06", 600), "2026-09-06T10:00:00-03:00");
    /// ```
    #[must_use]
    pub fn at_minute(self, day: Day, minute: u32) -> Instant {
        let local = day.0.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::minutes(minute.into()));
        local.and_then(|local| self.from_local(local).ok()).unwrap_or_else(|| self.start_of(day))
    }
}

/// A window of local hours: from the first (included) to the second (excluded); past midnight when the second is
/// earlier.
///
/// ```
/// use loyalty_core::value::{Day, Hours, Instant, Zone};
/// let zone = Zone::parse("America/Santiago").unwrap();
/// let night = Hours { from: "22:00".parse().unwrap(), until: "02:00".parse().unwrap() };
/// // At one o'clock in the night, the window of the day before is open.
/// let late = Instant::parse("2026-03-03T01:00:00-03:00").unwrap();
/// assert_eq!(night.day_of(zone, late), Day::parse("2026-03-02").ok());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// The first local time inside.
    pub from: NaiveTime,
    /// The first local time that is no longer inside.
    pub until: NaiveTime,
}

impl Hours {
    /// The local day whose window contains the instant: the day on which the window opened. `None` outside.
    ///
    /// A local time that the clocks skip moves forward to the first that exists. When a time occurs twice, the first
    /// occurrence opens the window and the second closes it.
    ///
    /// ```
    /// use loyalty_core::value::{Hours, Instant, Zone};
    /// let madrid = Zone::parse("Europe/Madrid").unwrap();
    /// let hours = Hours { from: "02:30".parse().unwrap(), until: "02:45".parse().unwrap() };
    /// // On 25 October 2026 the clocks of Madrid show 02:30 twice: the window is open in between.
    /// let inside = |text: &str| hours.day_of(madrid, Instant::parse(text).unwrap()).is_some();
    /// assert!(inside("2026-10-25T02:30:00+02:00") && inside("2026-10-25T02:10:00+01:00"));
    /// assert!(!inside("2026-10-25T02:45:00+01:00"));
    /// ```
    #[must_use]
    pub fn day_of(self, zone: Zone, at: Instant) -> Option<Day> {
        let (day, time) = (zone.day_of(at), zone.time_of(at));
        if zone.is_regular_around(at) {
            return self.by_the_clock(day, time);
        }
        [day.plus_days(-1), day].into_iter().find(|opened| {
            let closes = if self.from < self.until { *opened } else { opened.plus_days(1) };
            (zone.first_of(*opened, self.from)..zone.last_of(closes, self.until)).contains(&at)
        })
    }

    /// Whether a window that opens on this day contains any moment: the clocks may skip all of it.
    #[must_use]
    pub fn are_open_on(self, zone: Zone, day: Day) -> bool {
        let closes = if self.from < self.until { day } else { day.plus_days(1) };
        zone.first_of(day, self.from) < zone.last_of(closes, self.until)
    }

    /// The same on days whose clocks do not change.
    fn by_the_clock(self, day: Day, time: NaiveTime) -> Option<Day> {
        if self.from < self.until {
            return (self.from..self.until).contains(&time).then_some(day);
        }
        if time >= self.from {
            return Some(day);
        }
        (time < self.until).then(|| day.plus_days(-1))
    }
}

impl Zone {
    /// Whether the clocks do not change within a day before and after.
    fn is_regular_around(self, at: Instant) -> bool {
        let offset = |hours: i64| {
            let moment = at.plus_seconds(hours.saturating_mul(3_600));
            self.0.offset_from_utc_datetime(&moment.utc().naive_utc()).fix().local_minus_utc()
        };
        offset(NEAR_HOURS.saturating_neg()) == offset(NEAR_HOURS)
    }

    /// The first instant at which a day's clocks show a time or have passed it.
    fn first_of(self, day: Day, time: NaiveTime) -> Instant {
        self.shown(day, time, true)
    }

    /// The last instant at which a day's clocks begin to show a time.
    pub(crate) fn last_of(self, day: Day, time: NaiveTime) -> Instant {
        self.shown(day, time, false)
    }

    fn shown(self, day: Day, time: NaiveTime, first: bool) -> Instant {
        let local = day.0.and_time(time);
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(one) => Instant(one.timestamp_micros()),
            LocalResult::Ambiguous(early, late) => {
                Instant(if first { early.timestamp_micros() } else { late.timestamp_micros() })
            }
            LocalResult::None => {
                // The first minute that exists: gaps begin and end at whole minutes.
                let later = (1..=180).find_map(|minutes| {
                    self.0.from_local_datetime(&local.checked_add_signed(TimeDelta::minutes(minutes))?).earliest()
                });
                Instant(later.map_or_else(|| local.and_utc().timestamp_micros(), |start| start.timestamp_micros()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn open(zone: &str, from: &str, until: &str, at: &str) -> Option<String> {
        let hours = Hours { from: from.parse().unwrap(), until: until.parse().unwrap() };
        hours.day_of(Zone::parse(zone).unwrap(), Instant::parse(at).unwrap()).map(|day| day.to_string())
    }

    #[test]
    fn hours_are_right_when_the_clocks_jump_forward() {
        // Santiago skips 00:00 to 01:00 on 6 September 2026, Lord Howe 02:00 to 02:30 on 4 October.
        let opens = |from, until, at| open("America/Santiago", from, until, at);
        assert_eq!(opens("00:30", "01:10", "2026-09-06T01:00:00-03:00").as_deref(), Some("2026-09-06"));
        assert_eq!(opens("00:30", "01:10", "2026-09-06T01:10:00-03:00"), None);
        assert_eq!(opens("00:00", "01:00", "2026-09-06T01:00:00-03:00"), None);
        assert_eq!(opens("22:00", "02:00", "2026-09-06T01:59:59-03:00").as_deref(), Some("2026-09-05"));
        let opens = |from, until, at| open("Australia/Lord_Howe", from, until, at);
        assert_eq!(opens("02:10", "03:00", "2026-10-04T02:30:00+11:00").as_deref(), Some("2026-10-04"));
        assert_eq!(opens("02:10", "03:00", "2026-10-04T01:59:59+10:30"), None);
        assert_eq!(open("Europe/Madrid", "02:15", "04:00", "2026-03-29T03:00:00+02:00").as_deref(), Some("2026-03-29"));
    }

    #[test]
    fn hours_are_right_when_the_clocks_go_back() {
        // Santiago shows 23:00 to 24:00 twice on 4 April 2026, Lord Howe 01:30 to 02:00 on 5 April.
        let opens = |from, until, at| open("America/Santiago", from, until, at).is_some();
        assert!(opens("23:30", "23:40", "2026-04-04T23:30:00-03:00"));
        assert!(opens("23:30", "23:40", "2026-04-04T23:10:00-04:00"));
        assert!(!opens("23:30", "23:40", "2026-04-04T23:40:00-04:00"));
        assert!(!opens("23:30", "23:40", "2026-04-04T23:10:00-03:00"));
        let opens = |from, until, at| open("Australia/Lord_Howe", from, until, at).is_some();
        assert!(opens("01:40", "01:50", "2026-04-05T01:45:00+11:00"));
        assert!(opens("01:40", "01:50", "2026-04-05T01:35:00+10:30"));
        assert!(!opens("01:40", "01:50", "2026-04-05T01:50:00+10:30"));
    }

    #[test]
    fn hours_over_midnight_belong_to_the_day_on_which_they_began() {
        let opens = |at| open("America/Santiago", "22:00", "02:00", at);
        assert_eq!(opens("2026-03-10T22:00:00-03:00").as_deref(), Some("2026-03-10"));
        assert_eq!(opens("2026-03-11T01:59:59-03:00").as_deref(), Some("2026-03-10"));
        assert_eq!(opens("2026-03-11T02:00:00-03:00"), None);
    }

    #[test]
    fn weeks_begin_on_monday() {
        assert_eq!(day("2026-01-01").start_of_week(), day("2025-12-29"));
        assert_eq!(day("2026-03-01").start_of_week(), day("2026-02-23"));
        assert_eq!(day("2026-03-02").start_of_week(), day("2026-03-02"));
    }

    #[test]
    fn the_29_february_is_kept_on_the_declared_day() {
        let born = day("2004-02-29");
        for (today, feb, mar) in [
            ("2026-02-28", true, false),
            ("2026-03-01", false, true),
            ("2028-02-28", false, false),
            ("2028-02-29", true, true),
            ("2028-03-01", false, false),
        ] {
            assert_eq!(day(today).is_anniversary_of(born, LeapDay::Feb28), feb, "{today}");
            assert_eq!(day(today).is_anniversary_of(born, LeapDay::Mar1), mar, "{today}");
        }
        assert_eq!(day("2026-07-01").anniversary_month(born, LeapDay::Mar1), 3);
        assert_eq!(day("2028-07-01").anniversary_month(born, LeapDay::Mar1), 2);
    }
}
