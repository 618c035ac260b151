//! Points that are set aside, captured, or given back.

use crate::Result;
use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::domain::act::RecordedAct;
use crate::domain::catalogue::Text;
use crate::domain::hold::{self, Hold, HoldStatus};
use crate::domain::ledger::EntryKind;
use crate::domain::log_event::LogKind;
use crate::store;
use crate::value::{EntryId, Instant, Points};

impl Account {
    /// Sets points aside until a moment: they leave their lots, those that end soonest first.
    pub(crate) fn hold(&mut self, cx: &mut Cx<'_>, points: Points, until: Instant) -> Result<Hold> {
        let text = Text::Held.say(cx.locale_of(&self.member));
        let at = cx.at;
        let draft = Draft::new(EntryKind::Redeem, points.negated(), text, at);
        let entry = self.debit(cx, Draft { told_as: Some(LogKind::PointsHeld), ..draft })?;
        let hold =
            Hold { entry, user_id: self.member.user_id, points, status: HoldStatus::Open, occurred_at: at, until };
        store::holds::insert(cx.store()?, &hold)?;
        self.member.held = self.member.held.plus(points)?;
        self.member.held_until = self.member.held_until.min(until);
        Ok(hold)
    }

    /// Ends a hold and spends this many of its points. Returns how many went back, and the entry for them.
    pub(crate) fn end_hold(
        &mut self,
        cx: &mut Cx<'_>,
        hold: &Hold,
        status: HoldStatus,
        captured: Points,
    ) -> Result<(Points, Option<EntryId>)> {
        let last = self.last_entry();
        let rest = hold.points.minus(captured)?;
        let at = cx.at.max(hold.occurred_at);
        let entry = if rest > Points::ZERO {
            let back = hold::given_back(self.taken_by(cx, hold.entry)?, captured)?;
            Some(self.give_back(cx, hold, back, at)?)
        } else {
            None
        };
        self.close(cx, hold, status, captured, at)?;
        let captured = (status == HoldStatus::Captured).then(|| captured.get());
        self.note(cx, last, &RecordedAct::EndHold { hold: hold.entry, captured })?;
        Ok((rest, entry))
    }

    pub(crate) fn close(
        &mut self,
        cx: &mut Cx<'_>,
        hold: &Hold,
        status: HoldStatus,
        captured: Points,
        at: Instant,
    ) -> Result<()> {
        store::holds::close(cx.store()?, hold, status, captured, at)?;
        self.member.held = self.member.held.minus(hold.points)?;
        let open = store::holds::open(cx.store()?, self.member.user_id)?;
        self.member.held_until = open.first().map_or(Instant::NEVER, |next| next.until);
        Ok(())
    }
}
