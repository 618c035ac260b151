//! Points of a returned order that were given up because they had been spent. When such points later come back, they
//! are taken after all.

use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::domain::catalogue::Text;
use crate::domain::ledger::EntryKind;
use crate::domain::lot::LotUse;
use crate::store::{ledger, orders};
use crate::value::{EntryId, Instant, OrderId, Points};
use crate::{Error, Result};

/// Points that came back into a lot.
pub(crate) struct CameBack {
    /// The lot that has them.
    pub(crate) lot: EntryId,
    /// The lot that they were spent from: the same lot, or one of a member who was merged into this one.
    pub(crate) from: EntryId,
    pub(crate) points: Points,
}

impl Account {
    /// Takes the returned points that their order had given up.
    pub(crate) fn take_given_up(&mut self, cx: &mut Cx<'_>, back: &[CameBack], at: Instant) -> Result<()> {
        let mut by_order: Vec<(OrderId, Vec<&CameBack>)> = Vec::new();
        for part in back {
            let entry = ledger::find(cx.store()?, part.from)?;
            let Some(order_id) = entry.and_then(|entry| entry.order_id) else { continue };
            match by_order.iter_mut().find(|(known, _)| *known == order_id) {
                Some((_, parts)) => parts.push(part),
                None => by_order.push((order_id, vec![part])),
            }
        }
        for (order_id, parts) in by_order {
            let Some(order) = orders::find(cx.store()?, &order_id)? else { continue };
            let stands = order.standing.points.minus(order.standing.reversed)?;
            let mut left = ledger::booked_for(cx.store()?, self.member.id, &order_id)?.minus(stands)?.or_zero();
            let mut uses = Vec::new();
            for part in parts {
                let points = left.min(part.points);
                left = left.minus(points)?;
                if points > Points::ZERO {
                    uses.push(LotUse { lot: part.lot, points: points.negated() });
                }
            }
            self.take_after_all(cx, order.entry, &order_id, &uses, at)?;
        }
        Ok(())
    }

    fn take_after_all(
        &mut self,
        cx: &mut Cx<'_>,
        earned: EntryId,
        order_id: &OrderId,
        uses: &[LotUse],
        at: Instant,
    ) -> Result<()> {
        let points = uses.iter().try_fold(Points::ZERO, |sum, taken| sum.minus(taken.points))?;
        if points == Points::ZERO {
            return Ok(());
        }
        let text = Text::Refund { order: order_id.as_str() }.say(cx.locale_of(&self.member));
        // Not a reversal: the sums of gained points lost these points when the order was returned.
        let mut draft = Draft::new(EntryKind::Adjustment, points.negated(), text, at);
        draft.order_id = Some(order_id.clone());
        draft.reverses = Some(earned);
        let entry = self.append(cx, draft)?;
        uses.iter().try_for_each(|taken| self.change(cx, entry, *taken))?;
        self.reclaimed = self.reclaimed.plus(points)?;
        Ok(())
    }

    /// What remains in a lot in memory.
    pub(crate) fn remaining_of(&mut self, cx: &mut Cx<'_>, lot: EntryId) -> Result<Points> {
        let lots = self.lots(cx)?;
        let found = lots.iter().find(|open| open.id == lot);
        found.map_or_else(|| Ok(Points::ZERO), |open| Ok::<_, Error>(open.remaining))
    }
}
