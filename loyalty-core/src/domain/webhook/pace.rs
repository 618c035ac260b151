//! When a try is repeated.

use crate::value::Instant;

/// Most tries of one event.
pub const MOST_TRIES: i64 = 10;
/// The pause after each try that failed, in seconds; after the last there is no further one.
const PAUSES: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// How long a receiver may wish to be left alone, in seconds: a day.
const LONGEST_WISH: i64 = 86_400;
/// Shortest and longest time for which a receiver that does not answer is held, in seconds.
const HOLD: (i64, i64) = (5, 7_200);

/// When an event is tried again after so many tries; nothing when it is given up. The pause is up to a fifth longer by
/// chance, so that what failed together is not repeated together.
#[must_use]
pub fn next_try(tries: i64, retry_after: Option<i64>, chance: i64, now: Instant) -> Option<Instant> {
    let place = usize::try_from(tries.saturating_sub(1)).ok()?;
    let pause = PAUSES.get(place)?.saturating_mul(1_000_000);
    let pause = pause.saturating_add(chance.rem_euclid(pause / 5));
    let wish = retry_after.unwrap_or(0).clamp(0, LONGEST_WISH).saturating_mul(1_000_000);
    Some(Instant::stored(now.micros().saturating_add(pause.max(wish))))
}

/// How long a receiver is held that does not answer: as long as it has already not taken anything.
pub(super) fn hold_seconds(since: Instant, now: Instant) -> i64 {
    let failing = now.micros().saturating_sub(since.micros()) / 1_000_000;
    failing.clamp(HOLD.0, HOLD.1)
}
