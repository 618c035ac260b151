//! Points that move from one member to another.

use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::domain::ledger::EntryKind;
use crate::domain::lot::Lot;
use crate::store;
use crate::value::{EntryId, Instant, Points, UserId};
use crate::{Error, Result};

impl Account {
    /// Two members, named by the fields that gave them, locked in ascending order; nothing when they are the same
    /// member.
    pub(crate) fn pair(cx: &mut Cx<'_>, one: (&str, UserId), other: (&str, UserId)) -> Result<Option<(Self, Self)>> {
        let get = |cx: &mut Cx<'_>, (field, user_id): (&str, UserId)| {
            store::members::find(cx.store()?, user_id)?.ok_or_else(|| Error::not_found(field, user_id))
        };
        let swapped = one.1 > other.1;
        let (low, high) = if swapped { (other, one) } else { (one, other) };
        let (low, high) = (get(cx, low)?, get(cx, high)?);
        if low.id == high.id {
            return Ok(None);
        }
        let (low, high) = (Self::of(cx, low)?, Self::of(cx, high)?);
        Ok(Some(if swapped { (high, low) } else { (low, high) }))
    }

    /// What an entry took, grouped by beginning and end: the accruals that the receiver gets.
    pub(crate) fn moved_by(&mut self, cx: &mut Cx<'_>, entry: EntryId) -> Result<Vec<(Instant, Instant, Points)>> {
        let mut moved: Vec<(Instant, Instant, Points)> = Vec::new();
        let mut taken: Vec<(Lot, Points)> = self.taken_by(cx, entry)?;
        taken.sort_unstable_by_key(|(lot, _)| (lot.expires_at, lot.available_at, lot.id));
        for (lot, points) in taken {
            match moved.last_mut() {
                Some((begins, ends, sum)) if *begins == lot.available_at && *ends == lot.expires_at => {
                    *sum = sum.plus(points)?;
                }
                _ => moved.push((lot.available_at, lot.expires_at, points)),
            }
        }
        Ok(moved)
    }

    /// Appends a credit for points that came from another member; they keep their beginning and end.
    pub(crate) fn receive(
        &mut self,
        cx: &mut Cx<'_>,
        points: Points,
        description: String,
        (begins, ends): (Instant, Instant),
    ) -> Result<EntryId> {
        let draft = Draft::new(EntryKind::Transfer, points, description, cx.at);
        self.credit(cx, draft, begins, ends)
    }
}
