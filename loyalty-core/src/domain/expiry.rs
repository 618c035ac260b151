//! When points begin and end.

use super::programme::{Expiry, Programme};
use crate::value::{Instant, Zone};

/// The first instant at which points earned at `at` can be spent.
#[must_use]
pub fn available_at(programme: &Programme, at: Instant) -> Instant {
    match programme.earn.pending_days {
        0 => at,
        days => programme.zone.start_of(programme.zone.day_of(at).plus_days(days)),
    }
}

/// The first instant at which points earned at `at` are gone.
#[must_use]
pub fn expires_at(rule: Expiry, zone: Zone, at: Instant) -> Instant {
    let day = zone.day_of(at);
    match rule {
        Expiry::FixedDays(days) | Expiry::Inactivity(days) => zone.end_of(day.plus_days(days)),
        Expiry::EndOfYear => zone.end_of(day.end_of_year()),
        Expiry::Never => Instant::NEVER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expires(rule: Expiry, earned: &str) -> String {
        let zone = Zone::parse("America/Santiago").unwrap();
        zone.moment(expires_at(rule, zone, Instant::parse(earned).unwrap())).to_string()
    }

    #[test]
    fn points_of_day_d_are_usable_all_of_day_d_plus_365() {
        let rule = Expiry::FixedDays(365);
        assert_eq!(expires(rule, "2026-01-05T23:59:59-03:00"), "2027-01-06T00:00:00-03:00");
        assert_eq!(expires(rule, "2026-01-06T00:00:00-03:00"), "2027-01-07T00:00:00-03:00");
        // The clocks of Chile skip the midnight on which these would end.
        assert_eq!(expires(Expiry::FixedDays(10), "2026-08-26T12:00:00-04:00"), "2026-09-06T01:00:00-03:00");
    }

    #[test]
    fn the_year_ends_with_its_last_local_day() {
        assert_eq!(expires(Expiry::EndOfYear, "2026-12-31T23:59:59-03:00"), "2027-01-01T00:00:00-03:00");
        assert_eq!(expires(Expiry::EndOfYear, "2027-01-01T00:00:00-03:00"), "2028-01-01T00:00:00-03:00");
    }
}
