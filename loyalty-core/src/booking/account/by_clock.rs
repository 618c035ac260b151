//! What a member has once everything that the clock did is counted, without booking it.

use crate::booking::account::{Account, Cx};
use crate::domain::lot;
use crate::value::{Instant, Points};
use crate::{Result, store};

impl Account {
    /// Points that can be spent now. A hold that has ended counts as given back, even if nothing has booked that.
    pub(crate) fn available_by_clock(&mut self, cx: &mut Cx<'_>) -> Result<Points> {
        let now = cx.now;
        if !self.is_held_over(now) {
            return self.available(cx);
        }
        let lots = self.lots_to_come(cx)?;
        lot::spendable(&lots, now, now)?.minus(self.member.debt).map(Points::or_zero)
    }

    /// Points that end after now and up to a later moment.
    pub(crate) fn ending_by(&self, cx: &mut Cx<'_>, end: Instant) -> Result<Points> {
        let now = cx.now;
        if self.member.points_expiry_date > end {
            return Ok(Points::ZERO);
        }
        store::lots::ending_before(cx.store()?, &self.member, now, end)
    }
}
