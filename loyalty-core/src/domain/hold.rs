//! Holds: points set aside for an open bill, and then captured or given back.

use super::lot::{Lot, LotUse};
use crate::value::{EntryId, Instant, Points, UserId};
use crate::{Error, Refusal, Result};

/// What happened to a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldStatus {
    /// It stands, unless its end has come.
    Open,
    /// Points were captured.
    Captured,
    /// It was voided.
    Voided,
    /// Its time was over.
    Ended,
}

impl HoldStatus {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Captured => "captured",
            Self::Voided => "voided",
            Self::Ended => "ended",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Captured, Self::Voided, Self::Ended].into_iter().find(|status| status.word() == word)
    }
}

/// Points set aside. They have left their lots, so that nothing else can take them and they cannot end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// The entry that took the points; also the id of the hold.
    pub entry: EntryId,
    /// Whose points.
    pub user_id: UserId,
    /// How many.
    pub points: Points,
    /// What happened to it.
    pub status: HoldStatus,
    /// Since when it is open.
    pub occurred_at: Instant,
    /// First instant at which it no longer stands.
    pub until: Instant,
}

/// Whether a hold can still be captured or voided.
///
/// # Errors
/// `hold_closed` when it was captured or voided, `hold_expired` when its time is over.
pub fn check_open(hold: &Hold, now: Instant) -> Result<()> {
    let refusal = match hold.status {
        HoldStatus::Open if now < hold.until => return Ok(()),
        HoldStatus::Open | HoldStatus::Ended => Refusal::HoldExpired,
        HoldStatus::Captured | HoldStatus::Voided => Refusal::HoldClosed,
    };
    Err(Error::refused(refusal).with("hold_id", hold.entry.get()).with("status", hold.status.word()))
}

/// The points to capture: all by default, and never more than are held.
///
/// # Errors
/// `exceeds_hold` with what is held and what is missing.
pub fn captured(hold: &Hold, asked: Option<Points>) -> Result<Points> {
    let points = asked.unwrap_or(hold.points);
    if points > hold.points {
        return Err(Error::refused(Refusal::ExceedsHold)
            .with("held", hold.points.get())
            .with("needed", points.get())
            .with("missing", points.get().saturating_sub(hold.points.get())));
    }
    Ok(points)
}

/// What goes back when only `captured` of the points taken from `lots` are spent: those that end last.
///
/// # Errors
/// `invalid` when a sum is out of range.
pub fn given_back(mut taken: Vec<(Lot, Points)>, captured: Points) -> Result<Vec<LotUse>> {
    taken.sort_unstable_by_key(|(lot, _)| (lot.expires_at, lot.id));
    let mut left = captured;
    let mut back = Vec::new();
    for (lot, points) in taken {
        let spent = left.min(points);
        left = left.minus(spent)?;
        if spent < points {
            back.push(LotUse { lot: lot.id, points: points.minus(spent)? });
        }
    }
    Ok(back)
}

/// What goes back next, after `already` has gone back of the points taken from `lots`: those that end last first.
///
/// What has gone back is known lot by lot, because the ends of lots may have moved in between.
///
/// # Errors
/// `invalid` when a sum is out of range.
pub fn given_back_next(mut taken: Vec<(Lot, Points)>, already: &[LotUse], next: Points) -> Result<Vec<LotUse>> {
    taken.sort_unstable_by_key(|(lot, _)| std::cmp::Reverse((lot.expires_at, lot.id)));
    let mut left = next;
    let mut parts = Vec::with_capacity(taken.len());
    for (lot, points) in taken {
        let gone = already.iter().find(|part| part.lot == lot.id).map_or(Points::ZERO, |part| part.points);
        let back = left.min(points.minus(gone)?);
        left = left.minus(back)?;
        if back > Points::ZERO {
            parts.push(LotUse { lot: lot.id, points: back });
        }
    }
    Ok(parts)
}

/// Everything that has gone back, including `next`.
///
/// # Errors
/// `invalid` when a sum is out of range.
pub fn joined(already: &[LotUse], next: &[LotUse]) -> Result<Vec<LotUse>> {
    let mut all = already.to_vec();
    for part in next {
        match all.iter_mut().find(|one| one.lot == part.lot) {
            Some(one) => one.points = one.points.plus(part.points)?,
            None => all.push(*part),
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(status: HoldStatus) -> Hold {
        Hold {
            entry: EntryId::stored(1),
            user_id: UserId::stored(1),
            points: Points::stored(123),
            status,
            occurred_at: Instant::stored(0),
            until: Instant::stored(100),
        }
    }

    #[test]
    fn a_hold_ends_once_and_by_the_clock() {
        let code = |status, now| check_open(&hold(status), Instant::stored(now)).err().map(|error| error.code());
        assert_eq!(code(HoldStatus::Open, 99), None);
        assert_eq!(code(HoldStatus::Open, 100), Some("hold_expired"));
        assert_eq!(code(HoldStatus::Ended, 99), Some("hold_expired"));
        assert_eq!(code(HoldStatus::Voided, 100), Some("hold_closed"));
        assert_eq!(code(HoldStatus::Captured, 1), Some("hold_closed"));
    }

    #[test]
    fn less_may_be_captured_but_not_more() {
        let held = hold(HoldStatus::Open);
        assert_eq!(captured(&held, None).unwrap().get(), 123);
        assert_eq!(captured(&held, Some(Points::stored(100))).unwrap().get(), 100);
        let error = captured(&held, Some(Points::stored(124))).unwrap_err();
        assert_eq!((error.code(), &error.details()["missing"]), ("exceeds_hold", &1.into()));
    }

    #[test]
    fn parts_that_go_back_add_up_to_the_whole_lot_by_lot_also_when_ends_move_in_between() {
        let taken = |ends: [i64; 3]| -> Vec<(Lot, Points)> {
            let lot = |id: i64, points: i64| {
                let lot = Lot {
                    id: EntryId::stored(id),
                    points: Points::stored(points),
                    remaining: Points::ZERO,
                    available_at: Instant::stored(0),
                    expires_at: Instant::stored(ends[usize::try_from(id - 1).unwrap()]),
                };
                (lot, Points::stored(points))
            };
            vec![lot(1, 50), lot(2, 40), lot(3, 10)]
        };
        for moved in [[30, 20, 25], [90, 90, 90], [30, 99, 25], [30, 20, 99]] {
            let mut back = Vec::new();
            for (number, part) in [7, 44, 1, 20, 28].into_iter().enumerate() {
                let ends = if number < 2 { [30, 20, 25] } else { moved };
                let uses = given_back_next(taken(ends), &back, Points::stored(part)).unwrap();
                assert_eq!(uses.iter().map(|one| one.points.get()).sum::<i64>(), part);
                back = joined(&back, &uses).unwrap();
            }
            back.sort_unstable_by_key(|one| one.lot);
            let back: Vec<_> = back.iter().map(|one| (one.lot.get(), one.points.get())).collect();
            assert_eq!(back, [(1, 50), (2, 40), (3, 10)], "{moved:?}");
        }
    }

    #[test]
    fn the_points_that_end_first_are_captured_first() {
        let lot = |id: i64, expires: i64| Lot {
            id: EntryId::stored(id),
            points: Points::stored(50),
            remaining: Points::ZERO,
            available_at: Instant::stored(0),
            expires_at: Instant::stored(expires),
        };
        let taken = vec![(lot(1, 30), Points::stored(50)), (lot(2, 20), Points::stored(50))];
        let back = given_back(taken, Points::stored(70)).unwrap();
        assert_eq!(back, [LotUse { lot: EntryId::stored(1), points: Points::stored(30) }]);
    }
}
