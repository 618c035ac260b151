//! The local days of the last instants: a call asks for those of the same few again and again.

use std::cell::Cell;

use chrono::NaiveDate;
use chrono_tz::Tz;

/// How many are remembered.
const SLOTS: usize = 4;

type Known = Option<(Tz, i64, NaiveDate)>;

thread_local! {
    static DAYS: Cell<([Known; SLOTS], usize)> = const { Cell::new(([None; SLOTS], 0)) };
}

/// The local day of an instant in microseconds: remembered, or as `find` says.
pub(super) fn day(zone: Tz, micros: i64, find: impl FnOnce() -> NaiveDate) -> NaiveDate {
    let (mut known, next) = DAYS.get();
    let same = known.iter().flatten().find(|(of, at, _)| *of == zone && *at == micros);
    if let Some((_, _, day)) = same {
        return *day;
    }
    let day = find();
    if let Some(slot) = known.get_mut(next % SLOTS) {
        *slot = Some((zone, micros, day));
    }
    DAYS.set((known, next.wrapping_add(1)));
    day
}
