//! Gifts for reaching a tier: once for a member or a year, and taken back with the refund that lost the tier.

use super::{Account, Cx, Draft};
use crate::Result;
use crate::domain::catalogue::Text;
use crate::domain::earning::Reason;
use crate::domain::expiry;
use crate::domain::ledger::EntryKind;
use crate::domain::tier::{self, GiftPer, Value};
use crate::store::tier_gifts::{self, Gift};
use crate::value::Points;

/// The reason of a gift for reaching a tier, beside the ids of rules.
pub(in crate::ops) const GIFT: &str = "tier_gift";

impl Account {
    /// Gives the gifts of all tiers above `before` up to `reached`, unless they were given. Returns whether any was.
    pub(super) fn give_gifts(&mut self, cx: &mut Cx<'_>, before: &str, reached: &str) -> Result<bool> {
        let programme = cx.programme;
        let (from, _) = tier::held_tier(programme, before)?;
        let (to, _) = tier::held_tier(programme, reached)?;
        let period = match programme.tier_rules.gift_per {
            GiftPer::Member => 0,
            GiftPer::Year => i64::from(programme.zone.day_of(cx.at).year()),
        };
        let mut given = false;
        for (_, tier) in programme.tiers.iter().enumerate().filter(|(place, _)| (from + 1..=to).contains(place)) {
            if tier.gift == Points::ZERO {
                continue;
            }
            let known = tier_gifts::find(cx.store()?, self.member.user_id, &tier.id, period)?;
            let lost = known.as_ref().map_or(Points::ZERO, |gift| gift.lost);
            let points = tier.gift.minus(lost)?.or_zero();
            if points == Points::ZERO || known.as_ref().is_some_and(|gift| gift.entry.is_some()) {
                continue;
            }
            let text = Text::TierGift { tier: &tier.name }.say(cx.locale_of(&self.member));
            let expires_at = expiry::ends(programme, &self.member.current_tier, cx.at, cx.at);
            let because = [Reason { rule: GIFT.to_owned(), points: points.get(), why: text.clone() }];
            let mut draft = Draft::new(EntryKind::Bonus, points, text, cx.at);
            draft.details = Some(serde_json::json!({ "because": because }).to_string());
            self.fit(cx, &mut draft, Some(GIFT))?;
            let points = draft.points;
            let entry = self.credit(cx, draft, cx.at, expires_at)?;
            let gift = Gift { tier: tier.id.clone(), period, entry: Some(entry), points, lost };
            tier_gifts::save(cx.store()?, self.member.user_id, &gift, known.is_some())?;
            given = true;
        }
        Ok(given)
    }

    /// Takes back the gifts of tiers that a refund lost; what was spent already is owed, or marked as a loss.
    pub(super) fn take_gifts(&mut self, cx: &mut Cx<'_>, before: Value, after: Value) -> Result<()> {
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
            tier_gifts::save(cx.store()?, self.member.user_id, &gift, true)?;
        }
        Ok(())
    }
}
