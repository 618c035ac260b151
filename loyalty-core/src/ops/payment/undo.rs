//! The parts of an order, and how to undo all of them in one step.

use super::cancel_order::{KeptRedemption, StampsTaken};
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::order_coupons;
use crate::booking::payment::release;
use crate::booking::redemption::is_automatic;
use crate::booking::sold_cards::{Sold, StoppedGiftCard, stop_sold};
use crate::booking::stamps::{Kept, adjust_stamps};
use crate::domain::gift_card::CardChange;
use crate::ops::{
    CancelRedemption, KeptUse, Operation as _, RefundOrder, ReleaseCoupon, ReleaseGiftCard, ReleasedGiftCard,
};
use crate::store::coupon_uses::{self, UseState};
use crate::store::orders::{self, Order};
use crate::store::payments::{self, Payment};
use crate::store::redemptions::{self, Redemption};
use crate::store::{gift_cards, referrals, rule_uses, stamps, tier_gifts};
use crate::value::{Decimal, EntryId, OrderId, RedemptionId, UserId};
use crate::{Refusal, Result};

/// Everything that belongs to an order.
pub(super) struct Parts<'a> {
    order_id: &'a OrderId,
    /// The members concerned: who bought, paid, redeemed, was stamped or used a coupon.
    pub(super) owner: Option<UserId>,
    order: Option<Order>,
    payment: Option<Payment>,
    claimed: Vec<Redemption>,
    has_uses: bool,
    has_cards: bool,
    has_sold_cards: bool,
    stamped: Vec<Stamped>,
}

/// A stamp card, its member, and the order's stamps and rewards that still stand on it.
type Stamped = (String, UserId, i64, i64);

/// What was undone.
#[derive(Default)]
pub(super) struct Undone {
    pub(super) points_reversed: i64,
    pub(super) points_restored: i64,
    pub(super) points_written_off: i64,
    pub(super) redemptions: Vec<i64>,
    pub(super) redemptions_kept: Vec<KeptRedemption>,
    pub(super) coupons: Vec<String>,
    pub(super) coupon_discount: Option<Decimal>,
    pub(super) coupons_kept: Vec<KeptUse>,
    pub(super) gift_cards: Vec<ReleasedGiftCard>,
    pub(super) gift_card_amount: Option<Decimal>,
    pub(super) gift_cards_stopped: Vec<StoppedGiftCard>,
    pub(super) stamps: Vec<StampsTaken>,
    pub(super) referral_reversed: bool,
    pub(super) tier_gifts: Vec<String>,
    pub(super) rules: Vec<String>,
}

/// What a refund changes apart from points, in its current state.
struct Besides {
    has_referral: bool,
    gifts: Vec<(String, EntryId)>,
    rules: Vec<String>,
    stamps: Vec<Stamped>,
}

impl<'a> Parts<'a> {
    /// Finds the parts of an order, including those that were undone, with the member locked; nothing when the order is
    /// unknown.
    ///
    /// Locks are taken in the order of the parts' own operations: the order, its redemptions, the member, coupons by id,
    /// gift cards by id.
    pub(super) fn find(cx: &mut Cx<'_>, order_id: &'a OrderId) -> Result<Option<Self>> {
        let order = orders::find(cx.store()?, order_id)?;
        for claimed in redemptions::of_order(cx.store()?, order_id)? {
            redemptions::find(cx.store()?, claimed.entry)?;
        }
        let owner = Self::owner(cx, order_id, order.as_ref())?;
        if let Some(owner) = owner {
            Account::find(cx, owner)?;
        }
        // Read after the member is locked, so it includes what another till did meanwhile.
        let cards = gift_cards::of_order(cx.store()?, order_id)?;
        let parts = Self {
            order_id,
            owner,
            order,
            payment: payments::find(cx.store()?, order_id)?,
            claimed: redemptions::of_order(cx.store()?, order_id)?,
            has_uses: !coupon_uses::of_order(cx.store()?, order_id)?.is_empty(),
            has_cards: cards.iter().any(|made| made.change == CardChange::Use),
            has_sold_cards: cards.iter().any(|made| matches!(made.change, CardChange::Issue | CardChange::TopUp)),
            stamped: stamps::all_of_order(cx.store()?, order_id)?,
        };
        let has_none = parts.order.is_none() && parts.payment.is_none() && parts.claimed.is_empty();
        let has_cards = parts.has_cards || parts.has_sold_cards;
        let is_unknown = has_none && !parts.has_uses && !has_cards && parts.stamped.is_empty();
        Ok((!is_unknown).then_some(parts))
    }

    fn owner(cx: &mut Cx<'_>, order_id: &OrderId, order: Option<&Order>) -> Result<Option<UserId>> {
        if let Some(order) = order {
            return Ok(Some(order.user_id));
        }
        if let Some(payment) = payments::find(cx.store()?, order_id)? {
            return Ok(Some(payment.user_id));
        }
        if let Some(claimed) = redemptions::of_order(cx.store()?, order_id)?.first() {
            return Ok(Some(claimed.user_id));
        }
        if let Some((_, user_id, ..)) = stamps::all_of_order(cx.store()?, order_id)?.first() {
            return Ok(Some(*user_id));
        }
        Ok(coupon_uses::of_order(cx.store()?, order_id)?.iter().find_map(|made| made.user_id))
    }

    /// Undoes every part that stands. Points are given back before others are taken, so that no debt arises which the
    /// returned points would repay.
    pub(super) fn undo(&self, cx: &mut Cx<'_>) -> Result<Undone> {
        let mut undone = Undone::default();
        let before = self.besides(cx)?;
        if self.has_uses {
            let released = ReleaseCoupon { order_id: self.order_id.clone(), code: None }.run(cx)?;
            undone.coupons = released.codes;
            undone.coupon_discount = Some(released.discount);
            undone.coupons_kept = released.kept;
        }
        for redemption in self.claimed.iter().filter(|redemption| redemption.cancelled_by.is_none()) {
            self.cancel_redemption(cx, redemption, &mut undone)?;
        }
        if let Some(payment) = self.payment.as_ref().filter(|payment| payment.released_by.is_none()) {
            let released = release(cx, payment, None)?;
            undone.points_restored += released.points_restored;
            undone.points_reversed += released.points_reversed;
        }
        match &self.order {
            Some(order) if !order.standing.cancelled => {
                let refund = RefundOrder::whole(self.order_id.clone());
                let refunded = refund.run(cx)?;
                undone.points_reversed += refunded.points_reversed;
                undone.points_written_off = refunded.points_written_off;
                undone.gift_cards_stopped = refunded.gift_cards_stopped;
            }
            // Stamps or gift cards of an order without a purchase, or added after its cancellation.
            _ => {
                self.take_stamps(cx)?;
                undone.gift_cards_stopped = stop_sold(cx, self.order_id, &Sold::All)?;
            }
        }
        if self.has_cards {
            let released = ReleaseGiftCard::all(self.order_id.clone()).run(cx)?;
            undone.gift_cards = released.cards;
            undone.gift_card_amount = Some(released.amount);
        }
        let after = self.besides(cx)?;
        before.tell(&after, &mut undone);
        Ok(undone)
    }

    /// Undoes a redemption whose coupon is now free. When it is not free, an automatic redemption stays, and so does
    /// one whose coupon this order used for good.
    fn cancel_redemption(&self, cx: &mut Cx<'_>, redemption: &Redemption, undone: &mut Undone) -> Result<()> {
        let id = redemption.entry.get();
        let because = |refusal: Refusal| KeptRedemption { redemption_id: id, because: refusal.code().to_owned() };
        if !order_coupons::is_free(cx, redemption.coupon)? {
            let own = coupon_uses::of_order(cx.store()?, self.order_id)?;
            let used_here = own.iter().any(|made| made.coupon == redemption.coupon && made.state == UseState::Used);
            if used_here {
                undone.redemptions_kept.push(because(Refusal::Expired));
                return Ok(());
            }
            if is_automatic(cx, redemption)? {
                undone.redemptions_kept.push(because(Refusal::AlreadyUsed));
                return Ok(());
            }
        }
        let cancelled = CancelRedemption { redemption_id: RedemptionId::new(id)?, quantity: None }.run(cx)?;
        undone.points_restored += cancelled.points_restored;
        undone.points_reversed += cancelled.points_reversed;
        undone.redemptions.push(id);
        Ok(())
    }

    fn take_stamps(&self, cx: &mut Cx<'_>) -> Result<()> {
        let Some((_, user_id, ..)) = self.stamped.first() else { return Ok(()) };
        let at = self.order.as_ref().map_or(cx.at, |order| order.occurred_at);
        adjust_stamps(cx, self.order_id, *user_id, &[], Kept::Nothing, at)
    }

    fn besides(&self, cx: &mut Cx<'_>) -> Result<Besides> {
        let stamps =
            if self.stamped.is_empty() { Vec::new() } else { stamps::all_of_order(cx.store()?, self.order_id)? };
        let mut besides = Besides { has_referral: false, gifts: Vec::new(), rules: Vec::new(), stamps };
        let Some(order) = &self.order else { return Ok(besides) };
        let member = Account::get(cx, order.user_id)?.member;
        if member.referred_by.is_some() {
            let referral = referrals::find(cx.store()?, member.user_id)?;
            besides.has_referral = referral.is_some_and(|referral| referral.stands_on(self.order_id));
        }
        let gifts = tier_gifts::standing(cx.store()?, member.user_id)?;
        besides.gifts = gifts.into_iter().filter_map(|gift| Some((gift.tier, gift.entry?))).collect();
        if cx.programme.counts_uses() {
            besides.rules = rule_uses::of_entry(cx.store()?, member.user_id, order.entry)?;
        }
        Ok(besides)
    }
}

impl Besides {
    /// Reports the parts that are gone.
    fn tell(self, after: &Self, undone: &mut Undone) {
        undone.referral_reversed = self.has_referral && !after.has_referral;
        let gifts = self.gifts.into_iter().filter(|gift| !after.gifts.contains(gift));
        undone.tier_gifts = gifts.map(|(tier, _)| tier).collect();
        undone.rules = self.rules.into_iter().filter(|rule| !after.rules.contains(rule)).collect();
        for (card, user_id, stamps, rewards) in self.stamps {
            let now = after.stamps.iter().find(|left| left.0 == card && left.1 == user_id);
            let (stamps_left, rewards_left) = now.map_or((0, 0), |left| (left.2, left.3));
            let taken = StampsTaken { card, stamps: stamps - stamps_left, rewards: rewards - rewards_left };
            if taken.stamps != 0 || taken.rewards != 0 {
                undone.stamps.push(taken);
            }
        }
    }
}
