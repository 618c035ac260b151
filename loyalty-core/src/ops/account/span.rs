//! Beginnings and ends that change: released, extended and reinstated points.

use super::{Account, Draft, Noted};
use crate::domain::catalogue::Text;
use crate::domain::expiry;
use crate::domain::ledger::EntryKind;
use crate::domain::lot::Lot;
use crate::domain::programme::RunsFrom;
use crate::ops::Cx;
use crate::store;
use crate::value::{EntryId, Instant, Points};
use crate::{Error, Result};

/// Accruals that changed.
pub(in crate::ops) struct Changed {
    pub(in crate::ops) entry: Option<EntryId>,
    pub(in crate::ops) lots: i64,
    pub(in crate::ops) points: Points,
}

impl Changed {
    const NOTHING: Self = Self { entry: None, lots: 0, points: Points::ZERO };

    fn add(&mut self, points: Points) -> Result<()> {
        self.lots += 1;
        self.points = self.points.plus(points)?;
        Ok(())
    }
}

impl Account {
    /// Gives open lots that end sooner a new end: one of them, or all.
    pub(in crate::ops) fn extend(&mut self, cx: &mut Cx<'_>, end: Instant, only: Option<EntryId>) -> Result<Changed> {
        let wanted = |lot: &&Lot| {
            lot.remaining > Points::ZERO && lot.expires_at < end && only.is_none_or(|entry| entry == lot.id)
        };
        let sooner: Vec<Lot> = self.lots(cx)?.iter().filter(wanted).copied().collect();
        let mut changed = Changed::NOTHING;
        for lot in sooner {
            self.move_lot(cx, &lot, lot.available_at, end)?;
            changed.add(lot.remaining)?;
        }
        if changed.lots > 0 {
            let text = Text::ExpiryExtended.say(cx.locale_of(&self.member));
            let mut draft = Draft::new(EntryKind::Adjustment, Points::ZERO, text, cx.at);
            draft.reverses = only;
            draft.expires_at = Some(end);
            changed.entry = Some(self.append(cx, draft)?);
        }
        self.refresh_expiry();
        Ok(changed)
    }

    /// Makes pending lots spendable that were earned at a moment with a tier. A time that runs from activation begins
    /// now; points that would have lapsed without the release get the end that they have by the programme.
    pub(in crate::ops) fn release(
        &mut self,
        cx: &mut Cx<'_>,
        own: &[EntryId],
        (tier, earned): (&str, Instant),
    ) -> Result<Points> {
        let at = cx.at;
        let waits = |lot: &&Lot| own.contains(&lot.id) && lot.available_at > at && lot.remaining > Points::ZERO;
        let pending: Vec<Lot> = self.lots(cx)?.iter().filter(waits).copied().collect();
        let mut released = Points::ZERO;
        for lot in pending {
            let end = match cx.programme.expiry_rules.runs_from {
                RunsFrom::Earning if cx.programme.earn.pending_lapse_days.is_some() => {
                    expiry::ends(cx.programme, tier, earned, at).max(lot.expires_at)
                }
                RunsFrom::Earning => lot.expires_at,
                RunsFrom::Activation => expiry::ends(cx.programme, tier, at, at),
            };
            self.move_lot(cx, &lot, at, end)?;
            released = released.plus(lot.remaining)?;
        }
        self.refresh_expiry();
        let begins = self.lots(cx)?.iter().filter(|lot| lot.remaining > Points::ZERO).map(|lot| lot.available_at);
        self.member.pending_until = begins.max().unwrap_or(at).max(at);
        Ok(released)
    }

    /// Brings back what ended since a moment, with a new end.
    pub(in crate::ops) fn reinstate(&mut self, cx: &mut Cx<'_>, since: Instant, end: Instant) -> Result<Changed> {
        let mut changed = Changed::NOTHING;
        let last = self.last_entry();
        for ended in store::ledger::expired_since(cx.store()?, self.member.id, since)? {
            let lot = store::lots::find(cx.store()?, ended.lot)?;
            let lot = lot.ok_or_else(|| Error::internal(format_args!("lot {} is missing", ended.lot)))?;
            if lot.expires_at < since {
                // It ended earlier, and came back too late to be spent.
                continue;
            }
            self.move_lot(cx, &lot, lot.available_at, end)?;
            let text = Text::Reinstated.say(cx.locale_of(&self.member));
            let mut draft = Draft::new(EntryKind::Reversal, ended.points, text, cx.at);
            draft.reverses = Some(ended.entry);
            changed.entry = Some(self.restore(cx, draft)?);
            changed.add(ended.points)?;
        }
        if changed.lots > 0 {
            self.note(cx, last, &Noted::Reinstate { since: since.micros(), end: end.micros() })?;
        }
        Ok(changed)
    }

    fn move_lot(&mut self, cx: &mut Cx<'_>, lot: &Lot, begins: Instant, ends: Instant) -> Result<()> {
        store::lots::set_span(cx.store()?, lot.id, begins, ends)?;
        if let Some(known) = self.lots(cx)?.iter_mut().find(|known| known.id == lot.id) {
            (known.available_at, known.expires_at) = (begins, ends);
        }
        Ok(())
    }
}
