//! Runs of local days and ISO weeks with a purchase.

use crate::value::Day;

/// Length of the run of days that ends with `today`: today and the days directly before it, all in `visited`.
pub(super) fn run_of_days(today: Day, visited: &[Day]) -> i64 {
    let mut run = 1;
    while visited.contains(&today.plus_days(-run)) {
        run += 1;
    }
    run
}

/// Length of the run of ISO weeks that ends with the week of `today`, which is included.
pub(super) fn run_of_weeks(today: Day, visited: &[Day]) -> i64 {
    let this = today.start_of_week();
    let mut run = 1;
    while visited.iter().any(|day| day.start_of_week() == this.plus_days(-7 * run)) {
        run += 1;
    }
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn a_run_ends_with_today_and_has_no_gap() {
        let visited = ["2026-03-01", "2026-03-02", "2026-03-04", "2026-02-17"].map(day);
        assert_eq!(run_of_days(day("2026-03-03"), &visited), 3);
        assert_eq!(run_of_days(day("2026-03-05"), &visited), 2);
        assert_eq!(run_of_weeks(day("2026-03-05"), &visited), 3);
        assert_eq!(run_of_weeks(day("2026-03-12"), &visited), 4);
        assert_eq!(run_of_days(day("2026-03-04").plus_days(0), &[]), 1);
    }
}
