//! Beginnings and ends that change: points that are released, extended or reinstated.

use std::collections::BTreeMap;

use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::domain::act::RecordedAct;
use crate::domain::catalogue::Text;
use crate::domain::expiry;
use crate::domain::ledger::EntryKind;
use crate::domain::lot::Lot;
use crate::domain::programme::RunsFrom;
use crate::store;
use crate::value::{EntryId, Instant, Points};
use crate::{Error, Result};

/// Accruals that changed.
pub(crate) struct Changed {
    pub(crate) entry: Option<EntryId>,
    pub(crate) lots: i64,
    pub(crate) points: Points,
}

impl Changed {
    /// None.
    pub(crate) const NOTHING: Self = Self { entry: None, lots: 0, points: Points::ZERO };

    fn add(&mut self, points: Points) -> Result<()> {
        self.lots += 1;
        self.points = self.points.plus(points)?;
        Ok(())
    }
}

impl Account {
    /// Gives the member's points that end sooner a new end: the points of one lot, or all. Held points follow their
    /// lot: what comes back from a hold ends with it.
    pub(crate) fn extend(&mut self, cx: &mut Cx<'_>, end: Instant, only: Option<EntryId>) -> Result<Changed> {
        let mut own: BTreeMap<EntryId, (Lot, Points)> = BTreeMap::new();
        for lot in self.lots(cx)?.iter().filter(|lot| lot.remaining > Points::ZERO) {
            own.insert(lot.id, (*lot, lot.remaining));
        }
        for (lot, held) in self.held_lots(cx)? {
            let (_, points) = own.entry(lot.id).or_insert((lot, Points::ZERO));
            *points = points.plus(held)?;
        }
        let mut changed = Changed::NOTHING;
        for (lot, points) in own.into_values() {
            if lot.expires_at < end && only.is_none_or(|entry| entry == lot.id) {
                self.move_lot(cx, &lot, lot.available_at, end)?;
                changed.add(points)?;
            }
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

    /// Points that open holds have set aside, lot by lot.
    fn held_lots(&mut self, cx: &mut Cx<'_>) -> Result<Vec<(Lot, Points)>> {
        let mut held = Vec::new();
        if self.member.held > Points::ZERO {
            for hold in store::holds::open(cx.store()?, self.member.user_id)? {
                held.extend(self.taken_by(cx, hold.entry)?);
            }
        }
        Ok(held)
    }

    /// Makes pending lots spendable that were earned at one moment with one tier. If their lifetime runs from
    /// activation, it begins now; points that would have ended before the release get the end that the programme gives.
    pub(crate) fn release(
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
                RunsFrom::Activation => self.end_from_activation(cx, &lot, tier),
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
    pub(crate) fn reinstate(&mut self, cx: &mut Cx<'_>, since: Instant, end: Instant) -> Result<Changed> {
        let mut changed = Changed::NOTHING;
        let last = self.last_entry();
        store::archive::reaches(&self.member, since)?;
        for ended in store::ledger::expired_since(cx.store()?, self.member.id, since)? {
            let lot = store::lots::find(cx.store()?, ended.lot)?;
            let lot = lot.ok_or_else(|| Error::internal(format_args!("lot {} is missing", ended.lot)))?;
            if lot.expires_at < since {
                // It ended earlier, and came back too late to be spent.
                continue;
            }
            // The part that is still held may have got a later end meanwhile.
            self.move_lot(cx, &lot, lot.available_at, end.max(lot.expires_at))?;
            let text = Text::Reinstated.say(cx.locale_of(&self.member));
            let mut draft = Draft::new(EntryKind::Reversal, ended.points, text, cx.at);
            draft.reverses = Some(ended.entry);
            changed.entry = Some(self.restore(cx, draft)?);
            changed.add(ended.points)?;
        }
        if changed.lots > 0 {
            self.note(cx, last, &RecordedAct::Reinstate { since: since.micros(), end: end.micros() })?;
        }
        Ok(changed)
    }

    /// The end of pending points that begin now. An end that staff moved to a later time stays.
    fn end_from_activation(&self, cx: &Cx<'_>, lot: &Lot, tier: &str) -> Instant {
        let usual = |begins: Instant| expiry::ends(cx.programme, tier, begins, begins);
        let is_extended = lot.expires_at != Instant::NEVER && lot.expires_at > usual(lot.available_at);
        if is_extended { usual(cx.at).max(lot.expires_at) } else { usual(cx.at) }
    }

    /// Brings back points that a clock ahead of the time ended early. They keep their end, which has not come yet.
    pub(crate) fn undo_early_ends(&mut self, cx: &mut Cx<'_>) -> Result<Changed> {
        let mut changed = Changed::NOTHING;
        let now = cx.now;
        store::archive::reaches(&self.member, now)?;
        for ended in store::ledger::expired_ahead(cx.store()?, self.member.id, now)? {
            let text = Text::Reinstated.say(cx.locale_of(&self.member));
            let mut draft = Draft::new(EntryKind::Reversal, ended.points, text, cx.at);
            draft.reverses = Some(ended.entry);
            changed.entry = Some(self.restore(cx, draft)?);
            changed.add(ended.points)?;
        }
        Ok(changed)
    }

    pub(crate) fn move_lot(&mut self, cx: &mut Cx<'_>, lot: &Lot, begins: Instant, ends: Instant) -> Result<()> {
        store::lots::set_span(cx.store()?, lot.id, begins, ends)?;
        if let Some(known) = self.lots(cx)?.iter_mut().find(|known| known.id == lot.id) {
            (known.available_at, known.expires_at) = (begins, ends);
        }
        Ok(())
    }
}
