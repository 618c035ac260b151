//! Why a text that looks like a date is not a day.

use chrono::NaiveDate;

/// What is wrong with a text that begins like `2026-03-02` when the calendar has no such day: 29 February of a common
/// year, a thirteenth month. `None` for a day that exists, and for text in another format.
pub(super) fn not_in_calendar(text: &str) -> Option<String> {
    let date = text.get(..10)?;
    let (year, rest) = date.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let number = |part: &str, digits: usize| {
        let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| part.parse::<u32>().ok()).flatten()
    };
    let (year_number, month_number, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let first = |year: u32, month: u32| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1);
    let Some(begins) = first(year_number, month_number) else {
        return Some(format!("must be a day of the calendar: there is no month `{month}`"));
    };
    let next = if month_number == 12 {
        first(year_number.saturating_add(1), 1)
    } else {
        first(year_number, month_number.saturating_add(1))
    };
    let days = next?.signed_duration_since(begins).num_days();
    let known = (1..=days).contains(&i64::from(day));
    (!known).then(|| format!("must be a day of the calendar: {year}-{month} has days 01 to {days}, and not `{day:02}`"))
}

#[cfg(test)]
mod tests {
    use super::not_in_calendar;

    #[test]
    fn a_day_that_the_calendar_lacks_is_told_from_what_is_no_date() {
        for (text, said) in [
            ("2027-02-29", Some("2027-02 has days 01 to 28, and not `29`")),
            ("2027-02-29T10:00:00Z", Some("2027-02 has days 01 to 28, and not `29`")),
            ("1900-02-29", Some("1900-02 has days 01 to 28, and not `29`")),
            ("2026-04-31", Some("2026-04 has days 01 to 30, and not `31`")),
            ("2026-04-00", Some("2026-04 has days 01 to 30, and not `00`")),
            ("2026-13-01", Some("there is no month `13`")),
            ("2028-02-29", None),
            ("2026-12-31", None),
            ("29.02.2027", None),
            ("2027-2-29", None),
            ("soon", None),
        ] {
            let told = not_in_calendar(text);
            assert_eq!(
                told.as_deref().map(|told| told.trim_start_matches("must be a day of the calendar: ")),
                said,
                "{text}"
            );
        }
    }
}
