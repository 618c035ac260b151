//! `Retry-After`: when a receiver wants to be asked again.

use std::time::{Duration, SystemTime};

/// No receiver may ask for longer than a day.
const LONGEST: Duration = Duration::from_secs(86_400);

/// Seconds from now, from seconds or an HTTP date; nothing if it is neither.
pub(super) fn seconds(text: &str, now: SystemTime) -> Option<u64> {
    let text = text.trim();
    let wait = if !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_digit()) {
        text.parse().map_or(LONGEST, Duration::from_secs)
    } else {
        httpdate::parse_http_date(text).ok()?.duration_since(now).unwrap_or_default()
    };
    Some(wait.min(LONGEST).as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_seconds_or_a_date_and_a_day_at_most() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (text, wait) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("99999999999999999999999", Some(86_400)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
            ("Sunday, 06-Nov-94 08:50:37 GMT", Some(60)),
            ("Sat, 06 Nov 1993 08:49:37 GMT", Some(0)),
            ("Sat, 06 Nov 2094 08:49:37 GMT", Some(86_400)),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(seconds(text, now), wait, "{text}");
        }
    }
}
