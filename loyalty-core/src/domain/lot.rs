//! Lots: points of one accrual, with their own beginning and end.

use crate::value::{EntryId, Instant, Points};
use crate::{Error, Refusal, Result};

/// The points of one accrual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lot {
    /// The entry that made it.
    pub id: EntryId,
    /// Its size.
    pub points: Points,
    /// What is left of it.
    pub remaining: Points,
    /// First instant at which it can be spent.
    pub available_at: Instant,
    /// First instant after its end.
    pub expires_at: Instant,
}

impl Lot {
    /// Whether its end has passed.
    #[must_use]
    pub fn is_expired(&self, now: Instant) -> bool {
        self.expires_at <= now
    }

    /// Whether its points can be spent for something that happened at `at`, as of `now`.
    #[must_use]
    pub fn is_open(&self, at: Instant, now: Instant) -> bool {
        self.available_at <= at && !self.is_expired(now) && self.remaining > Points::ZERO
    }
}

/// Points taken from a lot (below zero), or put back into it (above).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LotUse {
    /// The lot.
    pub lot: EntryId,
    /// The change of what remains.
    pub points: Points,
}

/// Points that can be spent for something that happened at `at`, as of `now`.
///
/// # Errors
/// `invalid` when the sum is out of range.
pub fn spendable(lots: &[Lot], at: Instant, now: Instant) -> Result<Points> {
    lots.iter().filter(|lot| lot.is_open(at, now)).try_fold(Points::ZERO, |sum, lot| sum.plus(lot.remaining))
}

/// Points that have not ended but cannot yet be spent at `at`.
///
/// # Errors
/// `invalid` when the sum is out of range.
pub fn pending(lots: &[Lot], at: Instant, now: Instant) -> Result<Points> {
    let mut waiting = lots.iter().filter(|lot| lot.available_at > at && !lot.is_expired(now));
    waiting.try_fold(Points::ZERO, |sum, lot| sum.plus(lot.remaining))
}

/// Takes `wanted` points, those that end soonest first, then the oldest.
///
/// # Errors
/// `insufficient_points` when the open lots hold less; then nothing is taken.
pub fn spend(lots: &mut [Lot], wanted: Points, at: Instant, now: Instant) -> Result<Vec<LotUse>> {
    let available = spendable(lots, at, now)?;
    if available < wanted {
        return Err(insufficient(wanted, available));
    }
    take(lots, wanted, |lot| lot.is_open(at, now))
}

/// Takes up to `wanted` points from any lot that has not ended, its `own` lots before all others.
///
/// # Errors
/// `invalid` when a sum is out of range.
pub fn take_back(lots: &mut [Lot], wanted: Points, own: &[EntryId], now: Instant) -> Result<Vec<LotUse>> {
    let mut uses = take(lots, wanted, |lot| own.contains(&lot.id) && !lot.is_expired(now))?;
    let mut left = wanted;
    for taken in &uses {
        left = left.plus(taken.points)?;
    }
    uses.extend(take(lots, left, |lot| !own.contains(&lot.id) && !lot.is_expired(now))?);
    Ok(uses)
}

fn take(lots: &mut [Lot], wanted: Points, from: impl Fn(&Lot) -> bool) -> Result<Vec<LotUse>> {
    lots.sort_unstable_by_key(|lot| (lot.expires_at, lot.id));
    let mut uses = Vec::new();
    let mut left = wanted;
    for lot in lots.iter_mut().filter(|lot| lot.remaining > Points::ZERO && from(lot)) {
        if left <= Points::ZERO {
            break;
        }
        let taken = left.min(lot.remaining);
        lot.remaining = lot.remaining.minus(taken)?;
        left = left.minus(taken)?;
        uses.push(LotUse { lot: lot.id, points: taken.negated() });
    }
    Ok(uses)
}

/// The refusal of a debit that the balance does not cover.
#[must_use]
pub fn insufficient(wanted: Points, available: Points) -> Error {
    let missing = wanted.get().saturating_sub(available.get());
    Error::refused(Refusal::InsufficientPoints)
        .with("needed", wanted.get())
        .with("available", available.get())
        .with("missing", missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lot(id: i64, points: i64, available: i64, expires: i64) -> Lot {
        Lot {
            id: EntryId::stored(id),
            points: Points::stored(points),
            remaining: Points::stored(points),
            available_at: Instant::stored(available),
            expires_at: Instant::stored(expires),
        }
    }

    fn spent(lots: &mut [Lot], wanted: i64, now: i64) -> Option<Vec<(i64, i64)>> {
        let now = Instant::stored(now);
        let uses = spend(lots, Points::stored(wanted), now, now).ok()?;
        Some(uses.iter().map(|taken| (taken.lot.get(), taken.points.get())).collect())
    }

    #[test]
    fn spends_the_lot_that_expires_first_then_the_oldest() {
        let mut lots = [lot(1, 10, 0, 50), lot(2, 10, 0, 30), lot(3, 10, 0, 30)];
        assert_eq!(spent(&mut lots, 25, 1), Some(vec![(2, -10), (3, -10), (1, -5)]));
    }

    #[test]
    fn expired_and_pending_lots_are_never_spent() {
        let mut lots = [lot(1, 10, 0, 5), lot(2, 10, 7, 50)];
        assert_eq!(spent(&mut lots, 1, 5), None);
        assert_eq!(spent(&mut lots, 1, 7), Some(vec![(2, -1)]));
    }

    #[test]
    fn a_refused_spend_takes_nothing() {
        let mut lots = [lot(1, 10, 0, 5)];
        assert_eq!(spent(&mut lots, 11, 1), None);
        assert_eq!(lots[0].remaining, Points::stored(10));
    }

    #[test]
    fn taking_back_begins_with_the_order_s_own_lot() {
        let mut lots = [lot(1, 10, 0, 30), lot(2, 10, 0, 50)];
        let uses = take_back(&mut lots, Points::stored(25), &[EntryId::stored(2)], Instant::stored(1)).unwrap();
        let uses: Vec<_> = uses.iter().map(|taken| (taken.lot.get(), taken.points.get())).collect();
        assert_eq!(uses, [(2, -10), (1, -10)]);
    }
}
