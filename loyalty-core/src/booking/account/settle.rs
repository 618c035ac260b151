//! What time does to an account: points past their end expire, and holds past theirs give points back.

use crate::booking::account::given_up::CameBack;
use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::domain::catalogue::Text;
use crate::domain::hold::{self, HoldStatus};
use crate::domain::ledger::EntryKind;
use crate::domain::lot::{self, Lot, LotUse};
use crate::domain::programme::Expiry;
use crate::store;
use crate::value::{EntryId, Instant, OrderId, Points};
use crate::{Error, Result};

/// Points that go back, as an entry shows it.
struct Return {
    uses: Vec<LotUse>,
    /// Lots that end up to this moment are over when the points come back.
    until: Instant,
}

impl Account {
    /// Whether some points, or a hold, are past their end and no entry has booked it yet.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.member.points_expiry_date <= now || self.is_held_over(now)
    }

    /// Whether a hold is past its end and no entry has booked it yet.
    pub(crate) fn is_held_over(&self, now: Instant) -> bool {
        self.member.held_until <= now
    }

    /// Books what is past its end.
    pub(crate) fn settle(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        let now = cx.now;
        if self.is_due(now) { self.settle_to(cx, now) } else { Ok(()) }
    }

    /// Books what has ended by a moment, in the order in which it ended: lots expire, and holds give points back.
    pub(crate) fn settle_to(&mut self, cx: &mut Cx<'_>, until: Instant) -> Result<()> {
        if self.is_held_over(until) {
            for hold in store::holds::open(cx.store()?, self.member.user_id)? {
                if hold.until > until {
                    break;
                }
                self.expire(cx, hold.until, None)?;
                let uses = self.taken_by(cx, hold.entry)?;
                let uses = uses.iter().map(|(lot, points)| LotUse { lot: lot.id, points: *points }).collect();
                self.give_back(cx, &hold, uses, hold.until)?;
                self.close(cx, &hold, HoldStatus::Ended, Points::ZERO, hold.until)?;
            }
        }
        self.expire(cx, until, None)
    }

    /// Appends an `expire` entry for each lot that ends up to `until`, dated `not_before` or later.
    fn expire(&mut self, cx: &mut Cx<'_>, until: Instant, not_before: Option<Instant>) -> Result<()> {
        if self.lots.is_none() && self.member.points_expiry_date > until {
            return Ok(());
        }
        let is_over = |lot: &&Lot| lot.is_expired(until) && lot.remaining > Points::ZERO;
        let mut over: Vec<Lot> = self.lots(cx)?.iter().filter(is_over).copied().collect();
        // A reopened lot is the last in memory; the history must not depend on whether a sweep ran before.
        over.sort_unstable_by_key(|lot| (lot.expires_at, lot.id));
        let description = Text::Expired.say(cx.locale_of(&self.member));
        let lapsed = Text::Lapsed.say(cx.locale_of(&self.member));
        for lot in &over {
            // Points that came back late were not there when their lot ended.
            let at = not_before.map_or(lot.expires_at, |first| first.max(lot.expires_at));
            let text = if lot.available_at == Instant::NEVER { &lapsed } else { &description };
            let mut draft = Draft::new(EntryKind::Expire, lot.remaining.negated(), text.clone(), at);
            draft.reverses = Some(lot.id);
            let entry = self.append(cx, draft)?;
            self.change(cx, entry, LotUse { lot: lot.id, points: lot.remaining.negated() })?;
            self.expired = (self.expired.0 + 1, self.expired.1.plus(lot.remaining)?);
        }
        self.refresh_expiry();
        Ok(())
    }

    /// What an entry took, and from which lots, with the ends that these have now.
    pub(crate) fn taken_by(&mut self, cx: &mut Cx<'_>, entry: EntryId) -> Result<Vec<(Lot, Points)>> {
        let uses = store::lots::uses_of(cx.store()?, entry)?;
        let mut taken = Vec::with_capacity(uses.len());
        for part in uses.iter().filter(|part| part.points < Points::ZERO) {
            taken.push((self.out_of(cx, part.lot, entry)?, part.points.negated()));
        }
        Ok(taken)
    }

    /// The order of the last points that a debit would take, if they come from an order.
    pub(crate) fn order_spent_last(&mut self, cx: &mut Cx<'_>, points: Points) -> Result<Option<OrderId>> {
        let (at, now) = (cx.at, cx.now);
        let uses = lot::spend(&mut self.lots(cx)?.clone(), points, at, now)?;
        let Some(last) = uses.last() else { return Ok(None) };
        Ok(store::ledger::find(cx.store()?, last.lot)?.and_then(|entry| entry.order_id))
    }

    /// A lot that an entry took points from. It may have been empty while the member was active.
    pub(crate) fn out_of(&self, cx: &mut Cx<'_>, lot: EntryId, entry: EntryId) -> Result<Lot> {
        let found = store::lots::find(cx.store()?, lot)?;
        let mut lot = found.ok_or_else(|| Error::internal(format_args!("lot {lot} is missing")))?;
        if !matches!(cx.programme.expiry, Expiry::Inactivity(_)) {
            return Ok(lot);
        }
        match store::ledger::happened(cx.store()?, entry)? {
            // Points that come back after their lot ended get the end that is given.
            None | Some((EntryKind::Expire, _)) => {}
            Some((_, since)) => lot.expires_at = self.lived_end(cx, lot.expires_at, since)?,
        }
        Ok(lot)
    }

    /// Appends the reversal of a debit: the points go back to the lots that they came from. Debts are repaid from them.
    pub(crate) fn restore(&mut self, cx: &mut Cx<'_>, draft: Draft) -> Result<EntryId> {
        let original = draft.reverses.ok_or_else(|| Error::internal("a reversal names no entry"))?;
        let taken = self.taken_by(cx, original)?;
        let uses = taken.iter().map(|(lot, points)| LotUse { lot: lot.id, points: *points }).collect();
        let until = cx.now;
        self.put_back(cx, draft, Return { uses, until })
    }

    /// What goes back next from a debit of which `already` points went back, lot by lot: those that end last first.
    pub(crate) fn next_part(
        &mut self,
        cx: &mut Cx<'_>,
        original: EntryId,
        already: &[LotUse],
        points: Points,
    ) -> Result<Vec<LotUse>> {
        hold::given_back_next(self.taken_by(cx, original)?, already, points)
    }

    /// Appends the return of a part of a debit, into the lots that `next_part` chose.
    pub(crate) fn restore_part(&mut self, cx: &mut Cx<'_>, draft: Draft, uses: Vec<LotUse>) -> Result<EntryId> {
        let until = cx.now;
        self.put_back(cx, draft, Return { uses, until })
    }

    /// Appends the return of points that a hold set aside and that were not captured.
    pub(crate) fn give_back(
        &mut self,
        cx: &mut Cx<'_>,
        hold: &crate::domain::hold::Hold,
        uses: Vec<LotUse>,
        at: Instant,
    ) -> Result<EntryId> {
        let points = uses.iter().try_fold(Points::ZERO, |sum, back| sum.plus(back.points))?;
        let text = Text::HoldReturned.say(cx.locale_of(&self.member));
        let mut draft = Draft::new(EntryKind::Reversal, points, text, at);
        draft.reverses = Some(hold.entry);
        self.put_back(cx, draft, Return { uses, until: at })
    }

    /// Dates an entry not before the one that it undoes, nor before the merge that brought that one's member here: so
    /// no moment in between shows points that were never there.
    pub(crate) fn date_behind(&self, cx: &mut Cx<'_>, draft: &mut Draft) -> Result<()> {
        let Some(undone) = draft.reverses else { return Ok(()) };
        let mut first = store::ledger::happened(cx.store()?, undone)?.map(|(_, at)| at);
        if undone.member() != self.member.id {
            first = first.max(store::merges::last_at(cx.store()?, self.member.id)?);
        }
        draft.occurred_at = draft.occurred_at.max(first.unwrap_or(draft.occurred_at));
        Ok(())
    }

    fn put_back(&mut self, cx: &mut Cx<'_>, mut draft: Draft, back: Return) -> Result<EntryId> {
        self.lots(cx)?;
        self.date_behind(cx, &mut draft)?;
        let at = draft.occurred_at;
        let undone = draft.reverses.ok_or_else(|| Error::internal("a return names no entry"))?;
        let own = self.member.id;
        let (own, others): (Vec<LotUse>, Vec<LotUse>) =
            back.uses.into_iter().partition(|part| part.lot.member() == own);
        let (mut last, mut came_back) = (None, Vec::new());
        for part in others {
            // The lot stayed with the merged member: its points come back as a separate lot.
            let lot = self.out_of(cx, part.lot, undone)?;
            draft.points = part.points;
            let made = self.add_lot(cx, draft.clone(), lot.available_at, lot.expires_at)?;
            let points = self.remaining_of(cx, made)?;
            came_back.push(CameBack { lot: made, from: part.lot, points });
            last = Some(made);
        }
        if let (Some(id), true) = (last, own.is_empty()) {
            self.take_given_up(cx, &came_back, at)?;
            self.refresh_expiry();
            return self.expire(cx, back.until, Some(at)).map(|()| id);
        }
        draft.points = own.iter().try_fold(Points::ZERO, |sum, part| sum.plus(part.points))?;
        let id = self.append(cx, draft)?;
        for part in own {
            let repaid = self.member.debt.min(part.points);
            self.member.debt = self.member.debt.minus(repaid)?;
            let net = LotUse { lot: part.lot, points: part.points.minus(repaid)? };
            if net.points > Points::ZERO {
                if matches!(cx.programme.expiry, Expiry::Inactivity(_)) {
                    let lot = self.out_of(cx, part.lot, undone)?;
                    self.move_lot(cx, &lot, lot.available_at, lot.expires_at)?;
                }
                self.reopen(cx, net)?;
                store::lots::apply(cx.store()?, self.member.user_id, id, net)?;
                came_back.push(CameBack { lot: part.lot, from: part.lot, points: net.points });
            }
        }
        self.take_given_up(cx, &came_back, at)?;
        self.refresh_expiry();
        self.expire(cx, back.until, Some(at))?;
        Ok(id)
    }

    /// Puts points back into a lot in memory; reads the lot if it was closed.
    fn reopen(&mut self, cx: &mut Cx<'_>, back: LotUse) -> Result<()> {
        let place = back.lot.get() - self.member.id.entry_range().0;
        self.member.lots_from = self.member.lots_from.min(place);
        let lots = self.lots(cx)?;
        if let Some(lot) = lots.iter_mut().find(|lot| lot.id == back.lot) {
            lot.remaining = lot.remaining.plus(back.points)?;
            return Ok(());
        }
        let closed = store::lots::find(cx.store()?, back.lot)?;
        let mut lot = closed.ok_or_else(|| Error::internal(format_args!("lot {} is missing", back.lot)))?;
        lot.remaining = lot.remaining.plus(back.points)?;
        self.lots(cx)?.push(lot);
        Ok(())
    }
}
