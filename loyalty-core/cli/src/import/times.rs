//! When a row of a file happened: an instant, or a local time in the programme's zone, moved by whole days.

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _};
use loyalty_core::value::{Instant, Zone};
use loyalty_core::{Error, Result};

/// Local times that are read when no format is given.
const USUAL: [&str; 4] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"];

/// Whether day or month is written first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum DateOrder {
    /// `31/12/2025`
    Day,
    /// `12/31/2025`
    Month,
}

/// How times are read.
#[derive(Debug)]
pub(super) struct Times {
    zone: Zone,
    format: Option<String>,
    order: DateOrder,
}

/// When something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Happened {
    /// The instant.
    pub(super) at: Instant,
    /// The local day.
    pub(super) day: NaiveDate,
}

/// What was written, with an offset or without.
enum Written {
    Instant(Instant),
    Local(NaiveDateTime),
}

impl Times {
    /// Checks the format.
    ///
    /// # Errors
    /// `invalid` for a format that is not valid.
    pub(super) fn new(zone: Zone, format: Option<String>, order: DateOrder) -> Result<Self> {
        let broken = format.as_deref().is_some_and(|format| StrftimeItems::new(format).any(|item| item == Item::Error));
        if broken {
            return Err(Error::invalid("time_format", "must be a format like `%d.%m.%Y %H:%M`"));
        }
        Ok(Self { zone, format, order })
    }

    /// Reads a time.
    ///
    /// # Errors
    /// Says what was expected.
    pub(super) fn read(&self, text: &str) -> std::result::Result<Happened, String> {
        let written = match &self.format {
            Some(format) => by_format(text, format),
            None => usual(text).or_else(|| numeric(text, self.order)),
        };
        match written.ok_or_else(|| self.expected(text))? {
            Written::Instant(at) => Ok(Happened { at, day: self.zone.to_local(at).date() }),
            Written::Local(local) => {
                let at = self.zone.from_local(local);
                let at = at.map_err(|_| format!("must be between 1970 and 9999, got `{}`", shortened(text)))?;
                Ok(Happened { at, day: local.date() })
            }
        }
    }

    fn expected(&self, text: &str) -> String {
        let shown = shortened(text);
        if let Some(format) = &self.format {
            return format!("must be a time as `{format}`, got `{shown}`");
        }
        match slashed(text) {
            Some((date, _)) if date.in_order(self.order).is_none() => {
                format!("must be a day of the calendar, got `{shown}`")
            }
            _ => format!("must be a time like `2026-03-02 09:30`, `02/03/2026 09:30` or RFC 3339, got `{shown}`"),
        }
    }
}

/// An instant moved by whole local days; without a move it stays exact, even in an hour that occurs twice.
///
/// # Errors
/// Says what was expected.
pub(super) fn moved(zone: Zone, at: Instant, days: i64) -> std::result::Result<Instant, String> {
    if days == 0 {
        return Ok(at);
    }
    let local = TimeDelta::try_days(days).and_then(|days| zone.to_local(at).checked_add_signed(days));
    let at = local.and_then(|local| zone.from_local(local).ok());
    at.ok_or_else(|| format!("must be between 1970 and 9999, also after the move by {days} days"))
}

/// What the dates of a file say about the order of day and month.
#[derive(Debug, Default)]
pub(super) struct DateEvidence {
    day: Option<(u64, String)>,
    month: Option<(u64, String)>,
    unclear: Option<(u64, String)>,
}

impl DateEvidence {
    /// Notes a time.
    pub(super) fn note(&mut self, line: u64, text: &str) {
        let Some((date, _)) = slashed(text).filter(|(date, _)| date.ends_with_year) else { return };
        let place = match (date.parts[0] > 12, date.parts[1] > 12) {
            (true, false) => &mut self.day,
            (false, true) => &mut self.month,
            (false, false) if date.parts[0] != date.parts[1] => &mut self.unclear,
            _ => return,
        };
        place.get_or_insert_with(|| (line, shortened(text)));
    }

    /// The order, if the dates show one.
    ///
    /// # Errors
    /// Says what is unclear.
    pub(super) fn order(&self) -> std::result::Result<DateOrder, String> {
        match (&self.day, &self.month, &self.unclear) {
            (Some((one, day)), Some((other, month)), _) => Err(format!(
                "dates are written in two ways: `{day}` in line {one} and `{month}` in line {other}; \
                 --date-order says whether `day` or `month` comes first"
            )),
            (None, None, Some((line, text))) => Err(format!(
                "the month of `{text}` in line {line} may be either number, as on all lines; \
                 --date-order says whether `day` or `month` comes first"
            )),
            (_, Some(_), _) => Ok(DateOrder::Month),
            _ => Ok(DateOrder::Day),
        }
    }

    /// Whether the order matters.
    pub(super) const fn matters(&self) -> bool {
        self.day.is_some() || self.month.is_some() || self.unclear.is_some()
    }
}

/// A date of three numbers.
struct Slashed {
    parts: [u32; 3],
    /// Whether the year comes last.
    ends_with_year: bool,
}

impl Slashed {
    fn in_order(&self, order: DateOrder) -> Option<NaiveDate> {
        let [first, second, third] = self.parts;
        let (year, month, day) = match (self.ends_with_year, order) {
            (false, _) => (first, second, third),
            (true, DateOrder::Day) => (third, second, first),
            (true, DateOrder::Month) => (third, first, second),
        };
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    }
}

/// A date of three numbers with one sign between them, and the text after it.
fn slashed(text: &str) -> Option<(Slashed, &str)> {
    let end = text.find(|sign: char| !(sign.is_ascii_digit() || matches!(sign, '/' | '-' | '.'))).unwrap_or(text.len());
    let (date, rest) = text.split_at(end);
    let sign = date.chars().find(|sign| !sign.is_ascii_digit())?;
    let mut parts = date.split(sign);
    let [first, second, third] = [parts.next()?, parts.next()?, parts.next()?];
    let sane = parts.next().is_none() && [first, second, third].iter().all(|part| (1..=4).contains(&part.len()));
    let number = |part: &str| part.parse::<u32>().ok();
    let ends_with_year = first.len() <= 2 && second.len() <= 2 && (third.len() == 4 || third.len() == 2);
    let begins_with_year = first.len() == 4 && second.len() <= 2 && third.len() <= 2;
    if !sane || !(ends_with_year || begins_with_year) {
        return None;
    }
    let mut parts = [number(first)?, number(second)?, number(third)?];
    if ends_with_year && third.len() == 2 {
        parts[2] = parts[2].checked_add(2000)?;
    }
    Some((Slashed { parts, ends_with_year }, rest))
}

/// `31/12/2025 23:50`, `12/31/2025 11:50:00 PM`, `2025-12-31 23:50:00 -0300`, and the like.
fn numeric(text: &str, order: DateOrder) -> Option<Written> {
    let (date, rest) = slashed(text)?;
    let day = date.in_order(order)?;
    let rest = rest.trim_start_matches([' ', 'T', ',']).trim();
    if rest.is_empty() {
        return Some(Written::Local(day.and_time(NaiveTime::MIN)));
    }
    let end = rest.find(|sign: char| !(sign.is_ascii_digit() || matches!(sign, ':' | '.'))).unwrap_or(rest.len());
    let (clock, rest) = rest.split_at(end);
    let mut time =
        ["%H:%M:%S%.f", "%H:%M", "%H.%M"].iter().find_map(|form| NaiveTime::parse_from_str(clock, form).ok())?;
    let mut rest = rest.trim().to_lowercase();
    for (sign, noon) in [("a", 0), ("p", 12)] {
        for half in [format!("{sign}m"), format!("{sign}.m."), format!("{sign}. m."), format!("{sign}.\u{a0}m.")] {
            if let Some(behind) = rest.strip_prefix(&half) {
                let hour = Some(time.hour()).filter(|hour| (1..=12).contains(hour))? % 12 + noon;
                (time, rest) = (time.with_hour(hour)?, behind.trim().to_owned());
                break;
            }
        }
    }
    let local = day.and_time(time);
    let offset = match rest.as_str() {
        "" => return Some(Written::Local(local)),
        "z" | "utc" | "gmt" => FixedOffset::east_opt(0)?,
        other => {
            let digits = other.get(1..)?.replace(':', "");
            let seconds = i32::from(digits.len() == 4) * (digits.get(..2)?.parse::<i32>().ok()? * 3_600)
                + digits.get(2..4)?.parse::<i32>().ok()? * 60;
            FixedOffset::east_opt(if other.starts_with('-') { -seconds } else { seconds })?
        }
    };
    let at = local.and_local_timezone(offset).single()?;
    Instant::from_micros(at.timestamp_micros()).ok().map(Written::Instant)
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
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
        let times = Times::new(zone, format.map(str::to_owned), DateOrder::Day).unwrap();
        let at = moved(zone, times.read(text)?.at, shift_days)?;
        Ok(zone.moment(at).to_string())
    }

    #[test]
    fn local_times_are_those_of_the_zone_also_when_the_clocks_change() {
        for (text, moment) in [
            ("2026-03-02", "2026-03-02T00:00:00-03:00"),
            ("2026-03-02 09:30", "2026-03-02T09:30:00-03:00"),
            ("2026-03-02T09:30:15", "2026-03-02T09:30:15-03:00"),
            ("2026-03-02T09:30:00Z", "2026-03-02T06:30:00-03:00"),
            // The clocks skip the hour from midnight to one.
            ("2026-09-06 00:00", "2026-09-06T01:00:00-03:00"),
            ("2026-09-06 00:59", "2026-09-06T01:59:00-03:00"),
            // The hour from eleven to midnight occurs twice.
            ("2026-04-04 23:30", "2026-04-04T23:30:00-03:00"),
            ("2026-04-04T23:30:00-04:00", "2026-04-04T23:30:00-04:00"),
        ] {
            assert_eq!(read(text, None, 0).as_deref(), Ok(moment), "{text}");
        }
        assert!(read("2 March", None, 0).unwrap_err().contains("got `2 March`"));
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
        assert!(Times::new(zone, Some("%Q".to_owned()), DateOrder::Day).is_err());
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        let zone = Zone::parse("America/Santiago").unwrap();
        for (text, order, moment) in [
            ("31/12/2025 23:50", DateOrder::Day, Some("2025-12-31T23:50:00-03:00")),
            ("12/31/2025 11:50 PM", DateOrder::Month, Some("2025-12-31T23:50:00-03:00")),
            ("31-12-2025 12:05 a. m.", DateOrder::Day, Some("2025-12-31T00:05:00-03:00")),
            ("1.2.25", DateOrder::Day, Some("2025-02-01T00:00:00-03:00")),
            ("1/2/2025, 9:30:15", DateOrder::Month, Some("2025-01-02T09:30:15-03:00")),
            ("2025-12-31 23:50:00 -0300", DateOrder::Day, Some("2025-12-31T23:50:00-03:00")),
            ("2025-12-31 23:50:00 UTC", DateOrder::Day, Some("2025-12-31T20:50:00-03:00")),
            ("2025/12/31 23:50 +01:00", DateOrder::Month, Some("2025-12-31T19:50:00-03:00")),
            ("31/12/2025", DateOrder::Month, None),
            ("29/02/2025", DateOrder::Day, None),
            ("2025-02-29", DateOrder::Day, None),
            ("31/12/2025 25:00", DateOrder::Day, None),
            ("31/12/2025 noon", DateOrder::Day, None),
            ("1/2/3/4", DateOrder::Day, None),
        ] {
            let times = Times::new(zone, None, order).unwrap();
            let read = times.read(text).ok().map(|happened| zone.moment(happened.at).to_string());
            assert_eq!(read.as_deref(), moment, "{text}");
        }
        let times = Times::new(zone, None, DateOrder::Day).unwrap();
        assert!(times.read("2025-02-29").unwrap_err().contains("a day of the calendar"));
    }

    #[test]
    fn the_order_of_day_and_month_is_told_by_dates_that_have_one_only() {
        for (texts, order) in [
            (&["01/02/2025", "31/12/2025"][..], Some(DateOrder::Day)),
            (&["01/02/2025", "12/31/2025"][..], Some(DateOrder::Month)),
            (&["01/01/2025", "2025-12-31"][..], Some(DateOrder::Day)),
            (&["01/02/2025"][..], None),
            (&["31/12/2025", "12/31/2025"][..], None),
        ] {
            let mut evidence = DateEvidence::default();
            texts.iter().zip(2..).for_each(|(text, line)| evidence.note(line, text));
            assert_eq!(evidence.order().ok(), order, "{texts:?}");
        }
    }
}
