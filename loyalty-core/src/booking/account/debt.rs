//! Points that are taken although the member does not have them: owed, written off, or refused.

use crate::Result;
use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::domain::catalogue::Text;
use crate::domain::debt::{self, Shortage};
use crate::domain::ledger::EntryKind;
use crate::domain::lot;
use crate::value::{EntryId, Points};

impl Account {
    /// Takes back points that an order earned: first from its own lots, then from others. Points that are no longer
    /// there are owed, written off or refused, as the programme says.
    ///
    /// Returns the entry and the points that it took.
    pub(crate) fn take_back(&mut self, cx: &mut Cx<'_>, draft: Draft, own: &[EntryId]) -> Result<(EntryId, Points)> {
        self.take_back_kind(cx, draft, own, EntryKind::Earn)
    }

    /// The same for points that came from entries of another kind.
    pub(crate) fn take_back_kind(
        &mut self,
        cx: &mut Cx<'_>,
        mut draft: Draft,
        own: &[EntryId],
        kind: EntryKind,
    ) -> Result<(EntryId, Points)> {
        self.date_behind(cx, &mut draft)?;
        let (wanted, now) = (draft.points.negated(), cx.now);
        let uses = lot::take_back(self.lots(cx)?, wanted, own, now)?;
        let taken = uses.iter().try_fold(Points::ZERO, |sum, taken| sum.minus(taken.points))?;
        let shortage = debt::shortage(&cx.programme.debt, wanted, taken, self.member.debt)?;
        if let Shortage::Cut(lost) = shortage {
            draft.points = taken.negated();
            if lost > Points::ZERO {
                draft.details = Some(cut(cx, self, &draft, lost));
                self.written_off = self.written_off.plus(lost)?;
            }
        }
        self.member.total_points = self.member.total_points.minus(wanted)?;
        if cx.programme.tier_rules.qualifying.contains(&kind) {
            self.member.qualifying_points = self.member.qualifying_points.minus(wanted)?;
        }
        let (booked, at) = (draft.points.negated(), draft.occurred_at);
        let entry = self.append_uses(cx, draft, &uses)?;
        if let Shortage::Owed { owed, written_off } = shortage {
            self.member.debt = self.member.debt.plus(owed)?;
            self.write_off(cx, written_off, entry, at)?;
        }
        Ok((entry, booked))
    }

    /// Gives up what is owed beyond the programme's limit, with an entry of its own.
    fn write_off(&mut self, cx: &mut Cx<'_>, points: Points, entry: EntryId, at: crate::value::Instant) -> Result<()> {
        if points == Points::ZERO {
            return Ok(());
        }
        self.written_off = self.written_off.plus(points)?;
        let text = Text::WrittenOff { points: points.get() }.say(cx.locale_of(&self.member));
        let mut draft = Draft::new(EntryKind::Reversal, points, text, at);
        draft.reverses = Some(entry);
        self.append(cx, draft).map(drop)
    }

    /// Appends a debit that may exceed the balance: the rest is owed, up to the limit on the total debt.
    pub(crate) fn overdraw(&mut self, cx: &mut Cx<'_>, draft: Draft, limit: Points) -> Result<EntryId> {
        let (wanted, now) = (draft.points.negated(), cx.now);
        let uses = lot::take_back(self.lots(cx)?, wanted, &[], now)?;
        let taken = uses.iter().try_fold(Points::ZERO, |sum, taken| sum.minus(taken.points))?;
        let owed = self.member.debt.plus(wanted.minus(taken)?)?;
        if owed > limit {
            let room = taken.plus(limit)?.minus(self.member.debt)?.or_zero();
            return Err(lot::insufficient(wanted, room).with("debt_limit", limit.get()));
        }
        self.member.debt = owed;
        self.append_uses(cx, draft, &uses)
    }
}

/// The reasons of an entry that took less than it should: its points do not include the loss.
fn cut(cx: &Cx<'_>, account: &Account, draft: &Draft, lost: Points) -> String {
    let why = Text::WrittenOff { points: lost.get() }.say(cx.locale_of(&account.member));
    let taken = serde_json::json!({"rule": "reversal", "points": draft.points.get(), "why": draft.description});
    let lost = serde_json::json!({"rule": "written_off", "points": 0, "why": why});
    serde_json::json!({ "because": [taken, lost] }).to_string()
}
