//! How guessing of codes is slowed down.

use crate::value::Instant;

/// How guessing is slowed down.
#[derive(Debug, Clone, Copy)]
pub struct GuessRules {
    /// Failed tries after which look-ups are refused for a time.
    pub tries: i64,
    /// Minutes in which they are counted.
    pub window_minutes: i64,
    /// Minutes for which look-ups are refused then.
    pub pause_minutes: i64,
}

/// Failed look-ups of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// When the first of them was.
    pub since: Instant,
    /// How many there were.
    pub failures: i64,
    /// Until when further look-ups are refused.
    pub paused_until: Instant,
}

impl Tries {
    /// A source that has not failed yet.
    #[must_use]
    pub const fn none(now: Instant) -> Self {
        Self { since: now, failures: 0, paused_until: now }
    }

    /// The same after one more failure.
    #[must_use]
    pub fn after_failure(self, rules: &GuessRules, now: Instant) -> Self {
        let window_is_over = now >= self.since.plus_seconds(rules.window_minutes * 60);
        let start = if window_is_over { Self::none(now) } else { self };
        let failures = start.failures + 1;
        if failures < rules.tries {
            return Self { failures, ..start };
        }
        Self { since: now, failures: 0, paused_until: now.plus_seconds(rules.pause_minutes * 60) }
    }

    /// Whether look-ups are refused now. When there is no pause, its end is the beginning of the window, which may lie
    /// after the moment of a call that had to wait.
    #[must_use]
    pub fn is_paused(&self, now: Instant) -> bool {
        self.since < self.paused_until && now < self.paused_until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: GuessRules = GuessRules { tries: 3, window_minutes: 15, pause_minutes: 30 };

    fn minute(minute: i64) -> Instant {
        Instant::stored(0).plus_seconds(minute * 60)
    }

    #[test]
    fn a_first_failure_pauses_nobody_who_asked_a_moment_before() {
        let once = Tries::none(minute(1)).after_failure(&RULES, minute(1));
        assert!(!once.is_paused(minute(0)));
    }

    #[test]
    fn the_third_failure_within_the_window_pauses() {
        let twice = Tries::none(minute(0)).after_failure(&RULES, minute(0)).after_failure(&RULES, minute(14));
        assert!(!twice.is_paused(minute(14)));
        let paused = twice.after_failure(&RULES, minute(14));
        assert!(paused.is_paused(minute(14)) && paused.is_paused(minute(43)) && !paused.is_paused(minute(44)));
        assert!(!twice.after_failure(&RULES, minute(15)).is_paused(minute(15)), "a new window");
    }
}
