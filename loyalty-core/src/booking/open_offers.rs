//! What a member's own act makes pointless: a campaign that wanted a visit ends with the purchase, in its transaction.

use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::member::Member;
use crate::domain::programme::EndsWith;
use crate::store::{chosen, notices};
use crate::value::Instant;

/// Ends what something that happened at a moment ends. A member for whom nothing is open costs no query. A coupon that
/// was given stays good.
pub(crate) fn end_offers(cx: &mut Cx<'_>, member: &mut Member, ends_with: EndsWith, at: Instant) -> Result<()> {
    if member.offers == 0 {
        return Ok(());
    }
    let (user_id, now) = (member.user_id, cx.now);
    let open = chosen::open(cx.store()?, user_id, ends_with)?;
    let before = member.offers;
    // What is recorded late was before the shop spoke.
    for choice in open.iter().filter(|choice| choice.at <= at) {
        chosen::end(cx.store()?, user_id, choice, now)?;
        if let Some(notice) = choice.notice {
            notices::end(cx.store()?, user_id, notice, now)?;
        }
        member.offers -= 1;
    }
    let offers = member.offers;
    if offers == before { Ok(()) } else { chosen::set_open(cx.store()?, user_id, offers) }
}
