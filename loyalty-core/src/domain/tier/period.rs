//! The words for windows, reviews and grace, and the days they stand for.

use crate::domain::programme::{Review, Window};

use crate::domain::programme::TierRules;
use crate::value::{Day, Instant, Zone};

const fn months(review: Review) -> Option<u32> {
    match review {
        Review::Month => Some(1),
        Review::Quarter => Some(3),
        Review::HalfYear => Some(6),
        Review::Year => Some(12),
        Review::Days | Review::Anniversary | Review::Always => None,
    }
}

/// The first day of the window that ends with `day`.
#[must_use]
pub fn window_start(rules: &TierRules, joined: Day, day: Day) -> Day {
    match rules.window {
        Window::Days => day.plus_days(1 - rules.window_days),
        Window::Month => day.start_of_months(1),
        Window::Quarter => day.start_of_months(3),
        Window::HalfYear => day.start_of_months(6),
        Window::Year => day.start_of_months(12),
        Window::Anniversary => joined.last_anniversary(day),
    }
}

/// The next review of a tier that has been held since `since` and passed its last review at `reviewed`.
///
/// A review is the first instant after a period: it judges the period that has ended.
#[must_use]
pub fn next_review(rules: &TierRules, zone: Zone, joined: Day, since: Instant, reviewed: Option<Instant>) -> Instant {
    let anchor = reviewed.map_or(since, |at| at.max(since));
    let day = zone.day_of(anchor);
    if let Some(months) = months(rules.review) {
        return zone.start_of(day.start_of_months(months).plus_months(months));
    }
    match rules.review {
        Review::Anniversary => zone.start_of(joined.next_anniversary(day)),
        // The first period has the day of entry in addition to its days; the next ones follow without a gap.
        Review::Days if anchor > since => zone.end_of(zone.day_of(just_before(anchor)).plus_days(rules.review_days)),
        _ => zone.end_of(day.plus_days(rules.review_days)),
    }
}

/// The last instant before another.
#[must_use]
pub const fn just_before(at: Instant) -> Instant {
    Instant::stored(at.micros().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::programme::Programme;
    use crate::domain::programme::{Grace, GraceEnd};

    fn rules(window: Window, review: Review) -> TierRules {
        TierRules { window, review, window_days: 30, review_days: 30, ..Programme::cafe_vt().unwrap().tier_rules }
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn grace_in_months_ends_where_the_same_day_begins_or_with_its_month() {
        let zone = Zone::parse("America/Santiago").unwrap();
        for (days, months, end, last, ends) in [
            (0, 0, GraceEnd::Day, "2026-01-31", "2026-02-01"),
            (10, 0, GraceEnd::Day, "2026-01-31", "2026-02-11"),
            (0, 1, GraceEnd::Day, "2026-01-31", "2026-03-01"),
            (0, 1, GraceEnd::Day, "2026-01-30", "2026-02-28"),
            (0, 1, GraceEnd::Day, "2026-02-28", "2026-04-01"),
            (0, 0, GraceEnd::Month, "2026-01-31", "2026-02-01"),
            (0, 0, GraceEnd::Month, "2026-01-15", "2026-02-01"),
            (10, 0, GraceEnd::Month, "2026-01-31", "2026-03-01"),
            (0, 1, GraceEnd::Month, "2026-01-15", "2026-03-01"),
            (0, 12, GraceEnd::Month, "2026-12-31", "2028-01-01"),
        ] {
            let grace = Grace { days, months, end };
            let first = day(last).plus_days(1);
            assert_eq!(grace.ends(zone, day(last), first), zone.start_of(day(ends)), "{grace:?} after {last}");
            assert!(zone.start_of(day(ends)) <= zone.end_of(day(last).plus_days(grace.at_most_days())), "{grace:?}");
        }
    }

    #[test]
    fn a_window_begins_with_its_period() {
        for (window, on, first) in [
            (Window::Days, "2026-03-31", "2026-03-02"),
            (Window::Month, "2026-03-31", "2026-03-01"),
            (Window::Quarter, "2026-03-31", "2026-01-01"),
            (Window::Quarter, "2026-04-01", "2026-04-01"),
            (Window::HalfYear, "2026-12-31", "2026-07-01"),
            (Window::Year, "2026-12-31", "2026-01-01"),
            (Window::Anniversary, "2026-02-27", "2025-02-28"),
            (Window::Anniversary, "2026-02-28", "2026-02-28"),
        ] {
            let start = window_start(&rules(window, Review::Days), day("2024-02-29"), day(on));
            assert_eq!(start, day(first), "{window:?} on {on}");
        }
    }

    #[test]
    fn a_review_is_the_first_instant_after_its_period_in_every_zone() {
        let joined = day("2024-02-29");
        for (zone, review, since, expected) in [
            // Thirty days from 20 July, and a month from it, end together.
            ("UTC", Review::Days, "2026-07-20T15:00:00Z", "2026-08-20T00:00:00+00:00"),
            ("UTC", Review::Month, "2026-07-20T15:00:00Z", "2026-08-01T00:00:00+00:00"),
            ("UTC", Review::Month, "2026-01-31T23:59:59Z", "2026-02-01T00:00:00+00:00"),
            ("UTC", Review::Quarter, "2026-03-31T23:59:59Z", "2026-04-01T00:00:00+00:00"),
            ("UTC", Review::HalfYear, "2026-07-01T00:00:00Z", "2027-01-01T00:00:00+00:00"),
            ("UTC", Review::Anniversary, "2027-03-01T00:00:00Z", "2028-02-29T00:00:00+00:00"),
            ("UTC", Review::Anniversary, "2024-03-01T00:00:00Z", "2025-02-28T00:00:00+00:00"),
            // The midnights that the clocks of Chile skip, and the hour that comes twice.
            ("America/Santiago", Review::Days, "2026-08-06T12:00:00-04:00", "2026-09-06T01:00:00-03:00"),
            ("America/Santiago", Review::Days, "2026-03-05T12:00:00-03:00", "2026-04-05T00:00:00-04:00"),
            ("America/Santiago", Review::Year, "2026-12-31T23:59:59-03:00", "2027-01-01T00:00:00-03:00"),
            ("Europe/Madrid", Review::Days, "2026-02-27T12:00:00+01:00", "2026-03-30T00:00:00+02:00"),
            ("Europe/Madrid", Review::Days, "2026-09-25T12:00:00+02:00", "2026-10-26T00:00:00+01:00"),
            // The clocks of Lord Howe move by half an hour.
            ("Australia/Lord_Howe", Review::Days, "2026-03-05T12:00:00+11:00", "2026-04-05T00:00:00+11:00"),
            ("Australia/Lord_Howe", Review::Month, "2026-09-30T23:59:59+10:30", "2026-10-01T00:00:00+10:30"),
        ] {
            let zone = Zone::parse(zone).unwrap();
            let since = Instant::parse(since).unwrap();
            let at = next_review(&rules(Window::Days, review), zone, joined, since, None);
            assert_eq!(zone.moment(at).to_string(), expected, "{review:?} since {since:?}");
        }
    }

    #[test]
    fn reviews_follow_each_other_without_a_gap() {
        let zone = Zone::parse("America/Santiago").unwrap();
        let rules = rules(Window::Days, Review::Days);
        let since = Instant::parse("2026-03-02T12:00:00-03:00").unwrap();
        let first = next_review(&rules, zone, day("2026-03-02"), since, None);
        let second = next_review(&rules, zone, day("2026-03-02"), since, Some(first));
        assert_eq!(zone.day_of(first), day("2026-04-02"));
        assert_eq!(zone.day_of(second), day("2026-05-02"));
    }
}
