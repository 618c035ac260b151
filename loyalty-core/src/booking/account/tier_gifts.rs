//! Gifts for reaching a tier: given once for a member or a year, and taken back when a refund loses the tier.

use crate::Result;
use crate::booking::account::{Account, Cx, Draft};
use crate::domain::catalogue::Text;
use crate::domain::earning::Reason;
use crate::domain::expiry;
use crate::domain::ledger::EntryKind;
use crate::domain::programme::{GiftPer, Tier};
use crate::domain::tier::{self, Value};
use crate::store::tier_gifts::{self, Gift};
use crate::value::{Instant, Points};

/// The reason of a tier gift; it stands beside the ids of rules.
pub(crate) const GIFT: &str = "tier_gift";

impl Account {
    /// Gives the gifts of all tiers above `before` up to `reached`, unless they were given. Returns whether any was
    /// given.
    pub(crate) fn give_gifts(&mut self, cx: &mut Cx<'_>, before: &str, reached: &str, at: Instant) -> Result<bool> {
        let due = self.gifts_due(cx, before, reached, at)?;
        let given = !due.is_empty();
        for (tier, mut gift, known) in due {
            let text = Text::TierGift { tier: &tier.name }.say(cx.locale_of(&self.member));
            let expires_at = expiry::ends(cx.programme, &self.member.current_tier, at, at);
            let expires_at = if at < cx.now { self.lived_end(cx, expires_at, at)? } else { expires_at };
            let because = [Reason { rule: GIFT.to_owned(), points: gift.points.get(), why: text.clone() }];
            let mut draft = Draft::new(EntryKind::Bonus, gift.points, text, at);
            draft.details = Some(serde_json::json!({ "because": because }).to_string());
            self.fit(cx, &mut draft, Some(GIFT))?;
            gift.points = draft.points;
            gift.entry = Some(self.add_lot(cx, draft, at, expires_at)?);
            if known {
                tier_gifts::update(cx.store()?, self.member.user_id, &gift)?;
            } else {
                tier_gifts::insert(cx.store()?, self.member.user_id, &gift)?;
            }
        }
        Ok(given)
    }

    /// The gifts of all tiers above `before` up to `reached` that were not given, and whether an earlier one is known
    /// for each.
    pub(crate) fn gifts_due<'a>(
        &self,
        cx: &mut Cx<'a>,
        before: &str,
        reached: &str,
        at: Instant,
    ) -> Result<Vec<(&'a Tier, Gift, bool)>> {
        let programme = cx.programme;
        let (from, _) = tier::held_tier(programme, before)?;
        let (to, _) = tier::held_tier(programme, reached)?;
        let period = match programme.tier_rules.gift_per {
            GiftPer::Member => 0,
            GiftPer::Year => i64::from(programme.zone.day_of(at).year()),
        };
        let mut due = Vec::new();
        for tier in programme.tiers.iter().take(to + 1).skip(from + 1).filter(|tier| tier.gift > Points::ZERO) {
            let known = self.known_gift(cx, tier, period)?;
            let lost = known.as_ref().map_or(Points::ZERO, |gift| gift.lost);
            let points = tier.gift.minus(lost)?.or_zero();
            if points > Points::ZERO && known.as_ref().is_none_or(|gift| gift.entry.is_none()) {
                // A row keeps the id under which it was made.
                let row = known.as_ref().map(|gift| (gift.tier.clone(), gift.period));
                let (id, period) = row.unwrap_or_else(|| (tier.id.clone(), period));
                let gift = Gift { tier: id, period, entry: None, points, lost };
                due.push((tier, gift, known.is_some()));
            }
        }
        Ok(due)
    }

    /// The gift for a tier that the member has had: in the period, or ever if the gift is given once for a member.
    fn known_gift(&self, cx: &mut Cx<'_>, tier: &Tier, period: i64) -> Result<Option<Gift>> {
        let programme = cx.programme;
        let mut gifts = tier_gifts::all(cx.store()?, self.member.user_id)?;
        gifts.retain(|gift| programme.tier_id(&gift.tier) == tier.id);
        // Also a gift of a year, if the programme gave them by the year before.
        let counts = |gift: &Gift| gift.period == period || programme.tier_rules.gift_per == GiftPer::Member;
        let place = gifts.iter().position(|gift| counts(gift) && gift.entry.is_some());
        let place = place.or_else(|| gifts.iter().position(|gift| gift.period == period));
        Ok(place.map(|place| gifts.swap_remove(place)))
    }

    /// Takes back the gifts of tiers that a refund lost; what was already spent is owed, or marked as a loss.
    pub(crate) fn take_gifts(&mut self, cx: &mut Cx<'_>, before: Value, after: Value) -> Result<()> {
        let programme = cx.programme;
        if after >= before || programme.tiers.iter().all(|tier| tier.gift == Points::ZERO) {
            return Ok(());
        }
        for mut gift in tier_gifts::standing(cx.store()?, self.member.user_id)? {
            let Some((_, tier)) = programme.tier(&gift.tier) else { continue };
            let lost_now = before >= tier.threshold && after < tier.threshold;
            let Some(entry) = gift.entry.filter(|_| lost_now) else { continue };
            let text = Text::TierGiftTaken { tier: &tier.name }.say(cx.locale_of(&self.member));
            let mut draft = Draft::new(EntryKind::Reversal, gift.points.negated(), text, cx.at);
            draft.reverses = Some(entry);
            let (_, taken) = self.take_back_kind(cx, draft, &[entry], EntryKind::Bonus)?;
            gift.lost = gift.lost.plus(gift.points.minus(taken)?)?;
            (gift.entry, gift.points) = (None, Points::ZERO);
            tier_gifts::update(cx.store()?, self.member.user_id, &gift)?;
        }
        Ok(())
    }
}
