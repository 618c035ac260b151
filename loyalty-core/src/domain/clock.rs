//! A clock that has jumped ahead: points that it ends would be lost for good, so it is not trusted at once.

use crate::value::{Instant, Zone};
use crate::{Error, Fault};

/// Seconds in a day, for a span that need not be exact.
const DAY: i64 = 86_400;

/// A clock that is too far ahead of the newest record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ahead {
    now: Instant,
    newest: Instant,
    days: i64,
}

/// A record after this moment shows that the clock has not jumped.
#[must_use]
pub fn earliest(now: Instant, days: i64) -> Instant {
    // If any jump is allowed, any record is enough.
    if days == 0 { Instant::stored(i64::MIN) } else { now.plus_seconds(-days.saturating_mul(DAY)) }
}

/// The latest time of the clock that a record allows.
#[must_use]
pub fn latest(newest: Instant, days: i64) -> Instant {
    newest.plus_seconds(days.saturating_mul(DAY))
}

/// Whether the clock can be trusted, given the newest record. If `days` is 0, any clock can.
///
/// # Errors
/// The jump.
pub fn check(now: Instant, newest: Option<Instant>, days: i64) -> Result<(), Ahead> {
    match newest {
        Some(newest) if days > 0 && now > latest(newest, days) => Err(Ahead { now, newest, days }),
        _ => Ok(()),
    }
}

impl Ahead {
    /// The error for the caller.
    #[must_use]
    pub fn error(self, zone: Zone) -> Error {
        let shown = |at: Instant| zone.moment(at).to_string();
        let (now, newest) = (shown(self.now), shown(self.newest));
        let message = format!(
            "the clock says {now}, more than {} days after the newest record ({newest}); nothing was written. Correct \
             the clock; if it is right, open the database once with `trust_clock=on`",
            self.days
        );
        Error::unavailable(Fault::ClockAhead, message).with("now", now).with("newest", newest).with("days", self.days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_of_more_than_the_days_is_told_and_none_without_records() {
        let at = |text: &str| Instant::parse(text).unwrap();
        let newest = Some(at("2026-03-02T12:00:00Z"));
        assert!(check(at("2027-04-06T12:00:00Z"), newest, 400).is_ok());
        let ahead = check(at("2027-04-06T12:00:01Z"), newest, 400).unwrap_err();
        assert!(check(at("2099-01-01T00:00:00Z"), None, 400).is_ok());
        assert!(check(at("2099-01-01T00:00:00Z"), newest, 0).is_ok());
        let error = ahead.error(Zone::parse("America/Santiago").unwrap());
        assert_eq!(
            (error.code(), error.details()["newest"].as_str()),
            ("clock_ahead", Some("2026-03-02T09:00:00-03:00"))
        );
    }
}
