//! Messages on their way: when they may go, how often they are tried, and who agreed to what.

use std::collections::BTreeMap;

use super::message::{MessageClass, MessageKind};
use crate::value::{Hours, Instant, Zone};

/// Hours after which an offer is no longer sent, and a message of the service.
const OFFER_HOURS: i64 = 24;
const SERVICE_HOURS: i64 = 72;
/// Waits between tries, in seconds: 1, 5, 30 minutes, 2, 6, 12, 24 hours.
const WAITS: [i64; 7] = [60, 300, 1_800, 7_200, 21_600, 43_200, 86_400];
/// How often a message may be handed out without an answer.
pub const MOST_CLAIMS: i64 = 5;

/// The class to which one can agree as a whole.
#[must_use]
pub const fn class_word(class: MessageClass) -> &'static str {
    match class {
        MessageClass::Service => "service",
        MessageClass::Promotional => "promotional",
    }
}

/// Whether a word names something that one can agree to: a kind of message or a class, alone for every channel or with
/// `.email`.
#[must_use]
pub fn is_consent(word: &str) -> bool {
    let what = word.strip_suffix(".email").unwrap_or(word);
    let is_class = [MessageClass::Service, MessageClass::Promotional].iter().any(|class| class_word(*class) == what);
    is_class || MessageKind::parse(what).is_some_and(|kind| kind != MessageKind::OwnerReport)
}

/// What a member has agreed to, each with the moment since when.
pub type Consents = BTreeMap<String, String>;

/// Whether a member has agreed to a kind of message by e-mail.
#[must_use]
pub fn has_agreed(consents: &Consents, kind: MessageKind) -> bool {
    let class = class_word(kind.class());
    [class, kind.word()]
        .iter()
        .any(|what| consents.contains_key(*what) || consents.contains_key(&format!("{what}.email")))
}

/// What is taken back when a member wants no more of a class by e-mail.
#[must_use]
pub fn without_class(consents: &Consents, class: MessageClass) -> Consents {
    let is_of_class = |word: &str| {
        let what = word.strip_suffix(".email").unwrap_or(word);
        what == class_word(class) || MessageKind::parse(what).is_some_and(|kind| kind.class() == class)
    };
    consents.iter().filter(|(word, _)| !is_of_class(word)).map(|(word, since)| (word.clone(), since.clone())).collect()
}

/// Until when a message that is written now is worth sending.
#[must_use]
pub const fn expires_at(class: MessageClass, now: Instant) -> Instant {
    let hours = match class {
        MessageClass::Service => SERVICE_HOURS,
        MessageClass::Promotional => OFFER_HOURS,
    };
    now.plus_seconds(hours * 3_600)
}

/// When the next try is, after so many: the wait, up to a fifth longer or shorter by chance (0 to 999).
#[must_use]
pub fn next_try(tries: i64, chance: i64, now: Instant) -> Instant {
    let index = usize::try_from(tries.saturating_sub(1)).unwrap_or_default().min(WAITS.len() - 1);
    let wait = WAITS.get(index).copied().unwrap_or(86_400);
    now.plus_seconds(wait * (800 + chance.rem_euclid(1_000) * 400 / 1_000) / 1_000)
}

/// The end of the quiet hours in which a moment lies; none outside of them.
#[must_use]
pub fn quiet_until(quiet: Option<Hours>, zone: Zone, now: Instant) -> Option<Instant> {
    let quiet = quiet?;
    let opened = quiet.day_of(zone, now)?;
    let closes = if quiet.from < quiet.until { opened } else { opened.plus_days(1) };
    Some(zone.last_of(closes, quiet.until).max(now.plus_seconds(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn consents(words: &[&str]) -> Consents {
        words.iter().map(|word| ((*word).to_owned(), "2026-03-02".to_owned())).collect()
    }

    #[test]
    fn one_agrees_to_a_kind_or_to_a_class_for_all_channels_or_for_one() {
        for (given, kind, agreed) in [
            (vec![], MessageKind::WeMissYou, false),
            (vec!["promotional"], MessageKind::WeMissYou, true),
            (vec!["promotional.email"], MessageKind::Birthday, true),
            (vec!["promotional"], MessageKind::PointsExpiring, false),
            (vec!["service"], MessageKind::PointsExpiring, true),
            (vec!["points_expiring.email"], MessageKind::PointsExpiring, true),
            (vec!["we_miss_you"], MessageKind::Birthday, false),
        ] {
            assert_eq!(has_agreed(&consents(&given), kind), agreed, "{given:?} {kind:?}");
        }
        for (word, known) in
            [("service", true), ("birthday.email", true), ("owner_report", false), ("birthday.sms", false)]
        {
            assert_eq!(is_consent(word), known, "{word}");
        }
    }

    #[test]
    fn who_wants_no_more_offers_keeps_the_service() {
        let left = without_class(
            &consents(&["promotional", "birthday", "we_miss_you.email", "service", "welcome"]),
            MessageClass::Promotional,
        );
        assert_eq!(left.keys().collect::<Vec<_>>(), ["service", "welcome"]);
    }

    #[test]
    fn quiet_hours_end_in_the_morning_also_on_a_day_of_23_hours() {
        let zone = Zone::parse("America/Santiago").unwrap();
        let quiet = Some(Hours { from: "21:00".parse().unwrap(), until: "09:00".parse().unwrap() });
        let until = |now: &str| quiet_until(quiet, zone, Instant::parse(now).unwrap());
        let at = |text: &str| Some(Instant::parse(text).unwrap());
        assert_eq!(until("2026-03-02T20:59:59-03:00"), None);
        assert_eq!(until("2026-03-02T21:00:00-03:00"), at("2026-03-03T09:00:00-03:00"));
        assert_eq!(until("2026-03-03T08:59:59-03:00"), at("2026-03-03T09:00:00-03:00"));
        // The clocks of Chile go forward at midnight of 6 September 2026.
        assert_eq!(until("2026-09-05T23:30:00-04:00"), at("2026-09-06T09:00:00-03:00"));
    }

    #[test]
    fn tries_come_later_and_later_with_some_chance() {
        let now = Instant::stored(0);
        let wait = |tries, chance| next_try(tries, chance, now).micros() / 1_000_000;
        assert_eq!((wait(1, 500), wait(2, 500), wait(7, 500), wait(99, 500)), (60, 300, 86_400, 86_400));
        assert_eq!((wait(1, 0), wait(1, 999)), (48, 71));
    }
}
