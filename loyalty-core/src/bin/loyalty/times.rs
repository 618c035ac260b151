//! When a row of a file happened: instants, or local times of the programme's zone, moved by whole days.

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use loyalty_core::value::{Instant, Zone};
use loyalty_core::{Error, Result};

/// Local times that are read without a format of their own.
const USUAL: [&str; 4] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"];

/// How times are read.
#[derive(Debug)]
pub(crate) struct Times {
    zone: Zone,
    format: Option<String>,
    shift_days: i64,
}

/// When something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Happened {
    /// The instant, moved.
    pub(crate) at: Instant,
    /// The local day before it was moved.
    pub(crate) day: NaiveDate,
}

/// What was written: with an offset or without.
enum Written {
    Instant(Instant),
    Local(NaiveDateTime),
}

impl Times {
    /// Checks the format.
    ///
    /// # Errors
    /// `invalid` for a format that cannot be.
    pub(crate) fn new(zone: Zone, format: Option<String>, shift_days: i64) -> Result<Self> {
        let broken = format.as_deref().is_some_and(|format| StrftimeItems::new(format).any(|item| item == Item::Error));
        if broken {
            return Err(Error::invalid("time_format", "must be a format like `%d.%m.%Y %H:%M`"));
        }
        Ok(Self { zone, format, shift_days })
    }

    /// Reads a time.
    ///
    /// # Errors
    /// What was expected, in words.
    pub(crate) fn read(&self, text: &str) -> std::result::Result<Happened, String> {
        let written = match &self.format {
            Some(format) => by_format(text, format),
            None => usual(text),
        };
        let written = written.ok_or_else(|| self.expected(text))?;
        let local = match written {
            Written::Instant(at) => self.zone.to_local(at),
            Written::Local(local) => local,
        };
        let out_of_range = || format!("must lie between 1970 and 9999, got `{text}` moved by {} days", self.shift_days);
        let at = match written {
            // Without a move the exact instant stays, also in an hour that comes twice.
            Written::Instant(at) if self.shift_days == 0 => at,
            _ => {
                let moved = TimeDelta::try_days(self.shift_days).and_then(|days| local.checked_add_signed(days));
                let moved = moved.ok_or_else(out_of_range)?;
                self.zone.from_local(moved).map_err(|_| out_of_range())?
            }
        };
        Ok(Happened { at, day: local.date() })
    }

    fn expected(&self, text: &str) -> String {
        let shown: String = text.chars().take(60).collect();
        match &self.format {
            Some(format) => format!("must be a time as `{format}`, got `{shown}`"),
            None => format!("must be a time like `2026-03-02 09:30` or RFC 3339, got `{shown}`"),
        }
    }
}

fn usual(text: &str) -> Option<Written> {
    if let Ok(instant) = Instant::parse(text) {
        return Some(Written::Instant(instant));
    }
    let local = USUAL.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    local.or_else(|| day(text, "%Y-%m-%d")).map(Written::Local)
}

fn by_format(text: &str, format: &str) -> Option<Written> {
    if let Ok(instant) = DateTime::parse_from_str(text, format) {
        return Instant::from_micros(instant.timestamp_micros()).ok().map(Written::Instant);
    }
    NaiveDateTime::parse_from_str(text, format).ok().or_else(|| day(text, format)).map(Written::Local)
}

fn day(text: &str, format: &str) -> Option<NaiveDateTime> {
    NaiveDate::parse_from_str(text, format).ok().map(|day| day.and_time(NaiveTime::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, format: Option<&str>, shift_days: i64) -> std::result::Result<String, String> {
        let zone = Zone::parse("America/Santiago").unwrap();
        let times = Times::new(zone, format.map(str::to_owned), shift_days).unwrap();
        times.read(text).map(|happened| zone.moment(happened.at).to_string())
    }

    #[test]
    fn local_times_are_those_of_the_zone_also_when_the_clocks_change() {
        for (text, moment) in [
            ("2026-03-02", "2026-03-02T00:00:00-03:00"),
            ("2026-03-02 09:30", "2026-03-02T09:30:00-03:00"),
            ("2026-03-02T09:30:15", "2026-03-02T09:30:15-03:00"),
            ("2026-03-02T09:30:00Z", "2026-03-02T06:30:00-03:00"),
            // Midnight to one is skipped.
            ("2026-09-06 00:00", "2026-09-06T01:00:00-03:00"),
            ("2026-09-06 00:59", "2026-09-06T01:59:00-03:00"),
            // Eleven to midnight comes twice.
            ("2026-04-04 23:30", "2026-04-04T23:30:00-03:00"),
            ("2026-04-04T23:30:00-04:00", "2026-04-04T23:30:00-04:00"),
        ] {
            assert_eq!(read(text, None, 0).as_deref(), Ok(moment), "{text}");
        }
        assert!(read("02.03.2026", None, 0).unwrap_err().contains("got `02.03.2026`"));
    }

    #[test]
    fn a_move_keeps_the_local_time_of_day() {
        assert_eq!(read("2026-03-02 09:30", None, 90).as_deref(), Ok("2026-05-31T09:30:00-04:00"));
        assert_eq!(read("2026-03-02T12:30:00Z", None, 90).as_deref(), Ok("2026-05-31T09:30:00-04:00"));
        assert_eq!(read("2026-09-05 00:30", None, 1).as_deref(), Ok("2026-09-06T01:30:00-03:00"));
        assert!(read("1970-01-02", None, -30).is_err());
        assert!(read("2026-03-02", None, i64::MAX).is_err());
    }

    #[test]
    fn a_format_may_have_an_offset_a_time_or_neither() {
        assert_eq!(read("19970101", Some("%Y%m%d"), 0).as_deref(), Ok("1997-01-01T00:00:00-03:00"));
        assert_eq!(read("2.3.2026 9.30", Some("%d.%m.%Y %H.%M"), 0).as_deref(), Ok("2026-03-02T09:30:00-03:00"));
        let with_offset = read("2.3.2026 9:30 +0000", Some("%d.%m.%Y %H:%M %z"), 0);
        assert_eq!(with_offset.as_deref(), Ok("2026-03-02T06:30:00-03:00"));
        let zone = Zone::parse("America/Santiago").unwrap();
        assert!(Times::new(zone, Some("%Q".to_owned()), 0).is_err());
    }
}
