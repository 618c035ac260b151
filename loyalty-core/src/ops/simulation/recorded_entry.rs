//! Entries that are replayed unchanged: bookings by hand, redemptions, referrals, transfers, and what went back from
//! them.

use std::collections::BTreeMap;

use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::domain::hold;
use crate::domain::ledger::{Entry, EntryKind};
use crate::domain::lot::LotUse;
use crate::store::ledger;
use crate::value::{EntryId, Instant, Points, limit};
use crate::{Kind, Result};

/// Maps recorded entries to those of the scratch database, with what went back from them.
#[derive(Debug, Default)]
pub(super) struct Replayed {
    pub(super) entries: BTreeMap<EntryId, EntryId>,
    returned: BTreeMap<EntryId, Vec<LotUse>>,
}

/// An entry to be booked unchanged.
#[derive(Debug, Clone)]
pub(super) struct RecordedEntry {
    pub(super) entry: Entry,
    /// Its points, and those of the entries that are replayed with it.
    pub(super) points: Points,
    /// When its points began.
    pub(super) began: Instant,
    /// The end of the hold, when it set points aside for one.
    pub(super) held_until: Option<Instant>,
    /// Whether it undoes a whole redemption.
    pub(super) cancels: bool,
    /// Whether it is a redemption of a reward.
    pub(super) redeems: bool,
}

impl RecordedEntry {
    fn draft(&self, points: Points) -> Draft {
        let entry = &self.entry;
        let mut draft = Draft::new(entry.kind, points, entry.description.clone(), entry.occurred_at);
        draft.order_id.clone_from(&entry.order_id);
        draft
    }

    /// Books the entry, as far as the member has the points. The caller judges the tier and saves the account.
    pub(super) fn book(&self, cx: &mut Cx<'_>, account: &mut Account, told: &mut Replayed) -> Result<()> {
        let kind = self.entry.kind;
        let original = self.entry.reverses.and_then(|id| told.entries.get(&id)).copied();
        let booked = match (kind, self.points > Points::ZERO) {
            (EntryKind::Reversal, true) if original.is_some() => self.give_back(cx, account, told, original)?,
            (_, true) => {
                let ends = self.entry.expires_at.unwrap_or(Instant::NEVER);
                Some(account.credit(cx, self.draft(self.points), self.began, ends)?)
            }
            (EntryKind::Adjustment, _) if self.points == Points::ZERO => {
                let end = self.entry.expires_at.unwrap_or(Instant::NEVER);
                account.extend(cx, end, original)?.entry
            }
            (EntryKind::Reversal, _) if original.is_some() => self.take_back(cx, account, original)?,
            _ => self.take(cx, account)?,
        };
        if let Some(booked) = booked {
            told.entries.insert(self.entry.id, booked);
        }
        Ok(())
    }

    /// Books points that were earned or spent in another system: what those points do not cover is owed.
    pub(super) fn come_over(&self, cx: &mut Cx<'_>, account: &mut Account, told: &mut Replayed) -> Result<()> {
        let draft = self.draft(self.points);
        let entry = if self.points > Points::ZERO {
            account.take_points_over(cx, draft, self.entry.expires_at.unwrap_or(Instant::NEVER))?
        } else {
            account.overdraw(cx, draft, Points::new(limit::MAX_POINTS)?)?
        };
        told.entries.insert(self.entry.id, entry);
        if self.redeems { account.extend_on_activity(cx) } else { Ok(()) }
    }

    /// Takes the points that the member has; those that the other programme did not give cannot be taken.
    fn take(&self, cx: &mut Cx<'_>, account: &mut Account) -> Result<Option<EntryId>> {
        let wanted = self.points.negated();
        let limit = cx.programme.debt.adjustments;
        let there = account.spendable(cx)?;
        if self.entry.kind == EntryKind::Adjustment && wanted > there && limit > Points::ZERO {
            match account.overdraw(cx, self.draft(self.points), limit) {
                Err(error) if error.kind() == Kind::Refused => {}
                booked => return booked.map(Some),
            }
        }
        let points = wanted.min(there);
        if points == Points::ZERO && wanted > Points::ZERO {
            return Ok(None);
        }
        if let Some(until) = self.held_until {
            return account.hold(cx, points, until).map(|hold| Some(hold.entry));
        }
        let entry = account.debit(cx, self.draft(points.negated()))?;
        if self.entry.kind == EntryKind::Redeem {
            account.extend_on_activity(cx)?;
        }
        Ok(Some(entry))
    }

    /// Gives points of a redemption back: never more than it took.
    fn give_back(
        &self,
        cx: &mut Cx<'_>,
        account: &mut Account,
        told: &mut Replayed,
        original: Option<EntryId>,
    ) -> Result<Option<EntryId>> {
        let Some(original) = original else { return Ok(None) };
        let already = told.returned.remove(&original).unwrap_or_default();
        let back = already.iter().try_fold(Points::ZERO, |sum, part| sum.plus(part.points))?;
        let left = ledger::points_of(cx.store()?, original)?.negated().minus(back)?;
        let points = self.points.min(left.or_zero());
        if points == Points::ZERO {
            told.returned.insert(original, already);
            return Ok(None);
        }
        let uses = account.next_part(cx, original, &already, points)?;
        told.returned.insert(original, hold::joined(&already, &uses)?);
        let mut draft = self.draft(points);
        draft.reverses = Some(original);
        if self.cancels {
            return account.restore(cx, draft).map(Some);
        }
        account.restore_part(cx, draft, uses).map(Some)
    }

    /// Takes the points of a referral back.
    fn take_back(&self, cx: &mut Cx<'_>, account: &mut Account, original: Option<EntryId>) -> Result<Option<EntryId>> {
        let Some(original) = original else { return Ok(None) };
        let given = ledger::points_of(cx.store()?, original)?;
        let mut draft = self.draft(given.negated());
        draft.reverses = Some(original);
        account.take_back_kind(cx, draft, &[original], EntryKind::Referral).map(|(entry, _)| Some(entry))
    }
}
