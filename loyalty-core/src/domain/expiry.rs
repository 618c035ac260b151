//! When points begin and end.

use super::programme::{Expiry, MonthsEnd, PendingPolicy, Programme, RunsFrom};
use crate::value::{Day, Instant, Zone};
use crate::{Error, Result};

/// When points can first be spent, and when they end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First instant at which they can be spent; `NEVER` until they are released.
    pub begins: Instant,
    /// First instant after their end.
    pub ends: Instant,
}

/// The first instant at which points earned at `at` can be spent.
#[must_use]
pub fn available_at(programme: &Programme, at: Instant) -> Instant {
    match (programme.earn.pending, programme.earn.pending_days) {
        (PendingPolicy::UntilReleased, _) => Instant::NEVER,
        (PendingPolicy::Days, 0) => at,
        (PendingPolicy::Days, days) => programme.zone.start_of(programme.zone.day_of(at).plus_days(days)),
    }
}

/// The first instant after the end of points earned at `at`.
#[must_use]
pub fn expires_at(rule: Expiry, zone: Zone, at: Instant) -> Instant {
    let day = zone.day_of(at);
    let months = |months: i64| u32::try_from(months).unwrap_or(u32::MAX);
    match rule {
        Expiry::FixedDays(days) | Expiry::Inactivity(days) => zone.end_of(day.plus_days(days)),
        Expiry::Months(number, end) => months_end(zone, day.plus_months(months(number)), end),
        Expiry::CalendarDate(month, day_of_month) => zone.end_of(day.next_date(month, day_of_month)),
        Expiry::EndOfMonth(number) => zone.end_of(day.end_of_month(months(number))),
        Expiry::EndOfYear => zone.end_of(day.end_of_year()),
        Expiry::Never => Instant::NEVER,
    }
}

fn months_end(zone: Zone, day: Day, end: MonthsEnd) -> Instant {
    let last_of = |months: u32| zone.end_of(day.start_of_months(months).end_of_month(months.saturating_sub(1)));
    match end {
        MonthsEnd::StartOfDay => zone.start_of(day),
        MonthsEnd::EndOfDay => zone.end_of(day),
        MonthsEnd::EndOfMonth => last_of(1),
        MonthsEnd::EndOfQuarter => last_of(3),
        MonthsEnd::EndOfHalfYear => last_of(6),
        MonthsEnd::EndOfYear => last_of(12),
    }
}

/// The rule for points of a member who holds a tier.
#[must_use]
pub fn rule_for(programme: &Programme, tier: &str) -> Expiry {
    match (programme.expiry, programme.expiry_rules.days_by_tier.get(programme.tier_id(tier))) {
        (Expiry::FixedDays(_), Some(days)) => Expiry::FixedDays(*days),
        (Expiry::Inactivity(_), Some(days)) => Expiry::Inactivity(*days),
        (rule, _) => rule,
    }
}

/// The end of points that a member who holds `tier` gets at `at` and can spend from `begins` on. Points that wait for a
/// release lapse if it does not come within the programme's `pending_lapse_days`; the release sets their final end.
#[must_use]
pub fn ends(programme: &Programme, tier: &str, at: Instant, begins: Instant) -> Instant {
    if let Some(days) = programme.earn.pending_lapse_days.filter(|_| begins == Instant::NEVER) {
        let lapse = programme.zone.end_of(programme.zone.day_of(at).plus_days(days));
        return match programme.expiry_rules.runs_from {
            RunsFrom::Earning => lapse.min(expires_at(rule_for(programme, tier), programme.zone, at)),
            RunsFrom::Activation => lapse,
        };
    }
    let from = match programme.expiry_rules.runs_from {
        RunsFrom::Earning => at,
        // A release will set it.
        RunsFrom::Activation if begins == Instant::NEVER => return Instant::NEVER,
        RunsFrom::Activation => begins.max(at),
    };
    expires_at(rule_for(programme, tier), programme.zone, from)
}

/// Beginning and end of points that a member who holds `tier` earns at `at`.
///
/// # Errors
/// `invalid` naming `available_at`, when the points would end before the requested beginning.
pub fn span(programme: &Programme, tier: &str, at: Instant, begins: Option<Instant>) -> Result<Span> {
    let asked = begins.is_some();
    let begins = begins.unwrap_or_else(|| available_at(programme, at));
    let ends = ends(programme, tier, at, begins);
    if asked && ends <= begins {
        return Err(Error::invalid("available_at", "must lie before the end of the points"));
    }
    Ok(Span { begins, ends })
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
    fn thirty_days_and_one_month_from_20_july_end_together() {
        assert_eq!(expires(Expiry::FixedDays(30), "2026-07-20T12:00:00-04:00"), "2026-08-20T00:00:00-04:00");
        assert_eq!(
            expires(Expiry::Months(1, MonthsEnd::StartOfDay), "2026-07-20T12:00:00-04:00"),
            "2026-08-20T00:00:00-04:00"
        );
    }

    #[test]
    fn months_are_clamped_from_the_first_day() {
        for (months, end) in [(1, "2026-02-28"), (2, "2026-03-31"), (13, "2027-02-28"), (25, "2028-02-29")] {
            let ends = expires(Expiry::Months(months, MonthsEnd::StartOfDay), "2026-01-31T23:59:59-03:00");
            assert_eq!(ends.get(..10), Some(end), "{months}");
        }
    }

    #[test]
    fn months_may_last_to_the_end_of_their_day_or_of_the_span_that_holds_it() {
        for (months, end, earned, ends) in [
            (1, MonthsEnd::EndOfDay, "2026-01-25", "2026-02-26"),
            (0, MonthsEnd::EndOfDay, "2026-01-01", "2026-01-02"),
            (1, MonthsEnd::EndOfDay, "2026-01-31", "2026-03-01"),
            (1, MonthsEnd::EndOfMonth, "2026-01-25", "2026-03-01"),
            (1, MonthsEnd::EndOfQuarter, "2026-01-25", "2026-04-01"),
            (3, MonthsEnd::EndOfQuarter, "2026-08-31", "2027-01-01"),
            (1, MonthsEnd::EndOfHalfYear, "2026-01-25", "2026-07-01"),
            (6, MonthsEnd::EndOfHalfYear, "2026-01-25", "2027-01-01"),
            (1, MonthsEnd::EndOfYear, "2026-12-25", "2028-01-01"),
        ] {
            let found = expires(Expiry::Months(months, end), &format!("{earned}T12:00:00-03:00"));
            assert_eq!(found.get(..10), Some(ends), "{months} {end:?} {earned}");
        }
    }

    #[test]
    fn a_month_or_a_date_ends_with_its_last_local_day() {
        assert_eq!(expires(Expiry::EndOfMonth(0), "2026-01-31T23:59:59-03:00"), "2026-02-01T00:00:00-03:00");
        assert_eq!(expires(Expiry::EndOfMonth(1), "2026-01-31T23:59:59-03:00"), "2026-03-01T00:00:00-03:00");
        let march = Expiry::CalendarDate(3, 31);
        assert_eq!(expires(march, "2026-03-31T23:59:59-03:00"), "2026-04-01T00:00:00-03:00");
        assert_eq!(expires(march, "2026-04-01T00:00:00-03:00"), "2027-04-01T00:00:00-03:00");
        assert_eq!(expires(Expiry::CalendarDate(2, 29), "2026-01-05T12:00:00-03:00"), "2026-03-01T00:00:00-03:00");
        assert_eq!(expires(Expiry::CalendarDate(2, 29), "2028-01-05T12:00:00-03:00"), "2028-03-01T00:00:00-03:00");
    }

    #[test]
    fn the_year_ends_with_its_last_local_day() {
        assert_eq!(expires(Expiry::EndOfYear, "2026-12-31T23:59:59-03:00"), "2027-01-01T00:00:00-03:00");
        assert_eq!(expires(Expiry::EndOfYear, "2027-01-01T00:00:00-03:00"), "2028-01-01T00:00:00-03:00");
    }
}
