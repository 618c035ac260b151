//! Instants in UTC, and the programme's time zone, which decides days.

mod day_memo;
mod known;
mod months;

use std::borrow::Cow;
use std::fmt;

use chrono::{
    DateTime, Days, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, Offset, SecondsFormat, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::limit;
use crate::{Error, Result};

/// A moment in time: microseconds since 1970-01-01T00:00:00Z.
///
/// ```
/// use loyalty_core::value::Instant;
/// let noon = Instant::parse("2026-03-02T09:00:00-03:00").unwrap();
/// assert_eq!(noon, Instant::parse("2026-03-02T12:00:00Z").unwrap());
/// assert_eq!(noon.plus_seconds(1).micros() - noon.micros(), 1_000_000);
/// assert!(Instant::parse("2026-03-02 12:00").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub(super) i64);

impl Instant {
    /// Later than every accepted instant: "never".
    pub const NEVER: Self = Self(i64::MAX);

    /// The instant this many microseconds after 1970.
    ///
    /// # Errors
    /// `invalid` outside 1970 to 9999.
    pub fn from_micros(micros: i64) -> Result<Self> {
        limit::within("at", micros, limit::FIRST_MICROS, limit::LAST_MICROS).map(Self)
    }

    /// Reads RFC 3339, with an offset (`2026-03-02T09:30:00-03:00`).
    ///
    /// # Errors
    /// What was expected, in words.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        let expected = || {
            let got = if text.len() <= 40 { format!(", got `{text}`") } else { String::new() };
            format!(
                "must be an RFC 3339 instant with its offset, like `2026-03-02T09:30:00-03:00`, from 1970 to 9999{got}"
            )
        };
        if text.len() > 40 {
            return Err(expected());
        }
        let read = DateTime::parse_from_rfc3339(text);
        let micros = read.map_err(|_| known::not_in_calendar(text).unwrap_or_else(expected))?.timestamp_micros();
        Self::from_micros(micros).map_err(|_| expected())
    }

    /// A number that was checked before it was stored.
    pub(crate) const fn stored(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The instant this many seconds later, or earlier when negative; it stops at the first and last instant.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    pub(super) fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.utc().to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl JsonSchema for Instant {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Instant".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// An instant with the offset in which it is shown: what replies contain.
///
/// ```
/// use loyalty_core::value::{Instant, Zone};
/// let noon = Instant::parse("2026-03-02T12:00:00Z").unwrap();
/// let moment = Zone::parse("America/Santiago").unwrap().moment(noon);
/// assert_eq!(moment.to_string(), "2026-03-02T09:00:00-03:00");
/// assert_eq!(moment.instant(), noon);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(DateTime<FixedOffset>);

impl Moment {
    /// The instant itself.
    #[must_use]
    pub fn instant(self) -> Instant {
        Instant(self.0.timestamp_micros())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, false))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text).map(Self).map_err(de::Error::custom)
    }
}

impl JsonSchema for Moment {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// A calendar day in the programme's zone, written `YYYY-MM-DD`.
///
/// ```
/// use loyalty_core::value::Day;
/// let leap = Day::parse("2024-02-29").unwrap();
/// assert_eq!(leap.plus_days(1).to_string(), "2024-03-01");
/// assert_eq!(leap.end_of_year().days_since(leap), 306);
/// assert!(Day::parse("2026-02-29").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub(super) NaiveDate);

impl Day {
    /// Reads `YYYY-MM-DD`, from 1900 to 9999.
    ///
    /// # Errors
    /// What was expected, in words.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        let expected = || "must be a date like `2026-03-02`".to_owned();
        let first = NaiveDate::from_ymd_opt(1900, 1, 1).ok_or_else(expected)?;
        if text.len() != 10 || !text.is_ascii() {
            return Err(expected());
        }
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d");
        let date = date.map_err(|_| known::not_in_calendar(text).unwrap_or_else(expected))?;
        if date < first { Err("must be a date from 1900-01-01 to 9999-12-31".to_owned()) } else { Ok(Self(date)) }
    }

    /// Days since 1970-01-01, the form in which days are stored.
    #[must_use]
    pub fn number(self) -> i64 {
        self.0.signed_duration_since(NaiveDate::default()).num_days()
    }

    /// The day this many days later.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let moved = if days < 0 {
            self.0.checked_sub_days(Days::new(days.unsigned_abs()))
        } else {
            self.0.checked_add_days(Days::new(days.unsigned_abs()))
        };
        Self(moved.unwrap_or(if days < 0 { NaiveDate::MIN } else { NaiveDate::MAX }))
    }

    /// Whole days from `earlier` to this day.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.signed_duration_since(earlier.0).num_days()
    }

    /// The 31 December of this day's year.
    #[must_use]
    pub fn end_of_year(self) -> Self {
        use chrono::Datelike as _;
        Self(NaiveDate::from_ymd_opt(self.0.year(), 12, 31).unwrap_or(NaiveDate::MAX))
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(self) -> chrono::Weekday {
        use chrono::Datelike as _;
        self.0.weekday()
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u32 {
        use chrono::Datelike as _;
        self.0.month()
    }

    /// The first day of this day's month.
    #[must_use]
    pub fn start_of_month(self) -> Self {
        use chrono::Datelike as _;
        Self(self.0.with_day(1).unwrap_or(self.0))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl JsonSchema for Day {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

/// An end or a start as a request gives it: an instant, or a date that means the whole local day.
///
/// ```
/// use loyalty_core::value::{Day, DayOrMoment, Zone};
/// let (day, zone) = (Day::parse("2026-03-02").unwrap(), Zone::parse("America/Santiago").unwrap());
/// let given: DayOrMoment = serde_json::from_str("\"2026-03-02\"").unwrap();
/// assert_eq!(given, DayOrMoment::Day(day));
/// assert_eq!(given.as_end(zone), zone.start_of(day.plus_days(1)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrMoment {
    /// The whole local day.
    Day(Day),
    /// The exact instant.
    Moment(Instant),
}

impl DayOrMoment {
    /// The first instant after the end: the start of the next day, or the instant itself.
    #[must_use]
    pub fn as_end(self, zone: Zone) -> Instant {
        match self {
            // The year after 9999 has no RFC 3339 form, and hosts write 9999-12-31 for "never".
            Self::Day(day) => zone.end_of(day).min(Instant(limit::LAST_MICROS)),
            Self::Moment(instant) => instant,
        }
    }

    /// The first instant of the span: the start of the day, or the instant itself.
    #[must_use]
    pub fn as_start(self, zone: Zone) -> Instant {
        match self {
            Self::Day(day) => zone.start_of(day),
            Self::Moment(instant) => instant,
        }
    }
}

impl<'de> Deserialize<'de> for DayOrMoment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let day = Day::parse(&text).map(Self::Day);
        day.or_else(|_| Instant::parse(&text).map(Self::Moment)).map_err(|_| {
            let either = "must be a date like `2026-03-02` or an RFC 3339 instant like `2026-03-02T09:30:00-03:00`";
            de::Error::custom(known::not_in_calendar(&text).unwrap_or_else(|| either.to_owned()))
        })
    }
}

impl Serialize for DayOrMoment {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Day(day) => day.serialize(serializer),
            Self::Moment(instant) => instant.serialize(serializer),
        }
    }
}

impl JsonSchema for DayOrMoment {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "DayOrMoment".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// The programme's time zone (IANA): it decides days, months and birthdays.
///
/// ```
/// use loyalty_core::value::{Day, Zone};
/// let santiago = Zone::parse("America/Santiago").unwrap();
/// // On 6 September 2026 the clocks jump from midnight to one: the day starts at 01:00.
/// let start = santiago.start_of(Day::parse("2026-09-06").unwrap());
/// assert_eq!(santiago.moment(start).to_string(), "2026-09-06T01:00:00-03:00");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(pub(super) Tz);

impl Zone {
    /// Its name, like `America/Santiago`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The zone with this IANA name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    /// The local day that holds the instant.
    #[must_use]
    pub fn day_of(self, instant: Instant) -> Day {
        Day(day_memo::day(self.0, instant.0, || self.0.from_utc_datetime(&instant.utc().naive_utc()).date_naive()))
    }

    /// The local time of day.
    #[must_use]
    pub fn time_of(self, instant: Instant) -> chrono::NaiveTime {
        self.0.from_utc_datetime(&instant.utc().naive_utc()).time()
    }

    /// The first instant of the local day.
    #[must_use]
    pub fn start_of(self, day: Day) -> Instant {
        let midnight = day.0.and_time(chrono::NaiveTime::MIN);
        match self.0.from_local_datetime(&midnight) {
            LocalResult::Single(start) | LocalResult::Ambiguous(start, _) => Instant(start.timestamp_micros()),
            LocalResult::None => self.after_gap(midnight),
        }
    }

    /// The first instant after the local day.
    #[must_use]
    pub fn end_of(self, day: Day) -> Instant {
        self.start_of(day.plus_days(1))
    }

    /// The instant of a local time. A time that the clocks skip moves forward by the size of the gap, as in PHP and
    /// Java. When a time occurs twice, it means the first occurrence.
    ///
    /// # Errors
    /// `invalid` outside 1970 to 9999.
    ///
    /// ```
    /// use loyalty_core::value::Zone;
    /// let santiago = Zone::parse("America/Santiago").unwrap();
    /// let local = |text: &str| santiago.from_local(text.parse().unwrap()).map(|at| santiago.moment(at).to_string());
    /// assert_eq!(local("2026-09-06T00:20:00")?, "2026-09-06T01:20:00-03:00");
    /// assert_eq!(local("2026-04-04T23:30:00")?, "2026-04-04T23:30:00-03:00");
    /// # Ok::<(), loyalty_core::Error>(())
    /// ```
    pub fn from_local(self, local: NaiveDateTime) -> Result<Instant> {
        let micros = match self.0.from_local_datetime(&local) {
            LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => instant.timestamp_micros(),
            LocalResult::None => {
                // One day earlier the clocks have not jumped yet: read the time with the offset of that moment.
                let before = local.checked_sub_days(Days::new(1)).unwrap_or(local);
                let offset = self.0.offset_from_utc_datetime(&before).fix().local_minus_utc();
                local.and_utc().timestamp_micros().saturating_sub(i64::from(offset).saturating_mul(1_000_000))
            }
        };
        Instant::from_micros(micros)
    }

    /// The local time of an instant.
    #[must_use]
    pub fn to_local(self, instant: Instant) -> NaiveDateTime {
        self.0.from_utc_datetime(&instant.utc().naive_utc()).naive_local()
    }

    /// The instant as it is shown: with the zone's offset at that moment.
    #[must_use]
    pub fn moment(self, instant: Instant) -> Moment {
        Moment(self.0.from_utc_datetime(&instant.utc().naive_utc()).fixed_offset())
    }

    // A local time that the clocks skip moves forward to the first that exists; gaps are whole quarters of an hour.
    fn after_gap(self, skipped: NaiveDateTime) -> Instant {
        let later = (15..=120).step_by(15).find_map(|minutes| {
            let local = skipped.checked_add_signed(TimeDelta::minutes(minutes))?;
            self.0.from_local_datetime(&local).earliest()
        });
        Instant(later.map_or_else(|| skipped.and_utc().timestamp_micros(), |start| start.timestamp_micros()))
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| {
            de::Error::custom(format_args!("must be an IANA time zone like `America/Santiago`, got `{name}`"))
        })
    }
}

/// The error for an `at` that is too far ahead of the clock.
pub(crate) fn in_the_future(now: Instant) -> Error {
    Error::invalid("at", format_args!("must not lie in the future; it is {}", now.utc().to_rfc3339()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn a_local_day_is_its_own_length_when_the_clocks_change() {
        for (zone, date, hours) in [
            ("America/Santiago", "2026-09-06", 23),
            ("America/Santiago", "2026-04-04", 25),
            ("Europe/Madrid", "2026-03-29", 23),
            ("Europe/Madrid", "2026-10-25", 25),
            ("Australia/Lord_Howe", "2026-01-15", 24),
        ] {
            let zone = Zone::parse(zone).unwrap();
            let micros = zone.end_of(day(date)).micros() - zone.start_of(day(date)).micros();
            assert_eq!(micros, hours * 3_600_000_000, "{zone:?} {date}");
            assert_eq!(zone.day_of(zone.start_of(day(date))), day(date));
            assert_eq!(zone.day_of(Instant::stored(zone.end_of(day(date)).micros() - 1)), day(date));
        }
    }

    #[test]
    fn an_instant_needs_an_offset_and_a_sane_year() {
        assert!(Instant::parse("2026-03-02T09:30:00-03:00").is_ok());
        for bad in ["2026-03-02", "2026-03-02T09:30:00", "1969-12-31T23:59:59Z", "soon", "99999-01-01T00:00:00Z", ""] {
            assert!(Instant::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_date_is_read_strictly() {
        for bad in ["2026-2-3", "2026-02-30", "1899-12-31", "20260302", "２０２６-03-02"] {
            assert!(Day::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(day("2024-02-29").to_string(), "2024-02-29");
        assert_eq!(day("2026-03-02").end_of_year(), day("2026-12-31"));
    }
}
