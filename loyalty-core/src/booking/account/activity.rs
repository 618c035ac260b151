//! Expiry by inactivity: how the activity of a member moves the ends of points.

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::domain::expiry;
use crate::domain::programme::Expiry;
use crate::store;
use crate::value::Instant;

impl Account {
    /// Under the inactivity policy, an earn or a redemption gives all open points a new end.
    pub(crate) fn extend_on_activity(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        let rule = expiry::rule_for(cx.programme, &self.member.current_tier);
        if !matches!(rule, Expiry::Inactivity(_)) {
            return Ok(());
        }
        let end = expiry::expires_at(rule, cx.programme.zone, cx.at);
        let later = self.member.points_expiry_date < end && self.member.points_expiry_date != Instant::NEVER;
        if !later {
            return Ok(());
        }
        store::lots::move_ends(cx.store()?, &self.member, end)?;
        self.lots = None;
        self.member.points_expiry_date = end;
        self.member.ending_points = None;
        Ok(())
    }

    /// The end of points that would have ended at `ends`, as if they had been in their lot during all activity of the
    /// member from `since` on. Used for points that were out of their lot, and for points that are booked late.
    ///
    /// Activity that was undone counts too: the member was active, and the points that stayed in their lots got their
    /// end from it.
    pub(crate) fn lived_end(&self, cx: &mut Cx<'_>, ends: Instant, since: Instant) -> Result<Instant> {
        let programme = cx.programme;
        if !matches!(programme.expiry, Expiry::Inactivity(_)) {
            return Ok(ends);
        }
        let mut end = ends;
        store::archive::reaches(&self.member, since)?;
        for at in store::ledger::activity(cx.store()?, self.member.id, since)? {
            if at >= end {
                break;
            }
            let rule = expiry::rule_for(programme, &self.tier_when(cx, at)?.id);
            end = end.max(expiry::expires_at(rule, programme.zone, at));
        }
        Ok(end)
    }
}
