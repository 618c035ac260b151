//! Rewards: what points buy, and who may get it.

use serde::{Deserialize, Serialize};

use super::coupon::Coupon;
use super::coupon::terms::CouponTerms;
use super::limits::{Caps, Uses};
use super::programme::Programme;
use crate::domain::programme::DiscountType;
use crate::value::{CouponId, EntryId, Instant, Money, Percent, Points, RewardId, UserId, limit};
use crate::{Error, Refusal, Result};

/// A reward of the catalogue.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the fields of the plan's `loyalty_rewards`")]
pub struct Reward {
    pub id: RewardId,
    pub name: String,
    pub description: String,
    pub points_cost: Points,
    pub discount_type: DiscountType,
    pub discount_percent: Percent,
    pub max_discount: Option<Money>,
    /// The other terms of its coupon.
    pub coupon: Promise,
    pub tier_required: String,
    /// How often it can be redeemed, in total and by one user.
    pub caps: Caps,
    /// How often all users together have redeemed it, including reservations.
    pub used: i64,
    /// Money that one piece costs in addition to the points.
    pub price: Money,
    /// What one piece costs the shop.
    pub cost: Money,
    /// Pieces left, if they are counted.
    pub stock: Option<i64>,
    pub active: bool,
    /// Since when it is stored; the first moment for a reward that is not stored yet.
    pub created_at: Instant,
    pub starts_at: Option<Instant>,
    /// First instant at which it can no longer be redeemed.
    pub expiry_date: Option<Instant>,
}

/// The terms of a reward's coupon besides its percentage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// For `fixed`: how much.
    pub amount: Money,
    /// For `free_item`: how many.
    pub units: i64,
    /// Smallest order it can be used for.
    pub min_order_amount: Money,
    /// Whether it can be combined with other coupons.
    pub stackable: bool,
    /// Whether it cannot be used on the order that granted it.
    pub not_on_granting_order: bool,
    /// What it is for, and what a percentage applies to.
    pub terms: CouponTerms,
    /// When it is good.
    pub span: CouponSpan,
}

impl Default for Promise {
    fn default() -> Self {
        let (amount, min_order_amount) = (Money::ZERO, Money::ZERO);
        let (terms, span) = (CouponTerms::default(), CouponSpan::default());
        Self { amount, units: 1, min_order_amount, stackable: false, not_on_granting_order: false, terms, span }
    }
}

/// When the coupon of a reward is good, in local days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CouponSpan {
    /// Days until it begins; 0 for at once.
    #[serde(default, rename = "coupon_wait_days", skip_serializing_if = "is_zero")]
    pub wait_days: i64,
    /// Days that it lasts after the day on which it begins; default the programme's.
    #[serde(default, rename = "coupon_days", skip_serializing_if = "Option::is_none")]
    pub days: Option<i64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_zero(days: &i64) -> bool {
    *days == 0
}

impl CouponSpan {
    /// The first moment at which it is good, and the first at which it is over.
    fn of(self, at: Instant, programme: &Programme) -> (Instant, Instant) {
        let zone = programme.zone;
        let first = zone.day_of(at).plus_days(self.wait_days);
        let from = if self.wait_days == 0 { at } else { zone.start_of(first) };
        (from, zone.end_of(first.plus_days(self.days.unwrap_or(programme.coupon_days))))
    }
}

/// What a member brings to a reward.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Whether the member is blocked.
    pub blocked: bool,
    /// Id of the tier held.
    pub tier: &'a str,
    /// How many the member wants.
    pub quantity: i64,
    /// How often the member redeemed this reward, including reservations.
    pub uses: Uses,
    /// Points the member can spend.
    pub spendable: Points,
    /// When.
    pub at: Instant,
}

impl Reward {
    /// What this many pieces cost: points, additional money, and the shop's own cost.
    ///
    /// # Errors
    /// `invalid` naming `quantity` when a sum is out of range.
    pub fn price_of(&self, quantity: i64) -> Result<Price> {
        let times = |amount: i64| {
            let product = amount.checked_mul(quantity).filter(|product| *product <= limit::MAX_POINTS);
            product.ok_or_else(|| Error::invalid("quantity", "the price is out of range"))
        };
        Ok(Price {
            points: Points::stored(times(self.points_cost.get())?),
            money: Money::stored(times(self.price.get())?),
            cost: Money::stored(times(self.cost.get())?),
        })
    }
}

impl Reward {
    /// The coupon for this many pieces: for this member, usable once for each piece. It has no code yet.
    #[must_use]
    pub fn issued(
        &self,
        user_id: UserId,
        redemption: Option<EntryId>,
        quantity: i64,
        at: Instant,
        programme: &Programme,
    ) -> Coupon {
        let promise = &self.coupon;
        let (valid_from, valid_until) = promise.span.of(at, programme);
        Coupon {
            id: CouponId::stored(1),
            code: String::new(),
            user_id: Some(user_id),
            redemption,
            batch: None,
            discount_type: self.discount_type,
            percent: self.discount_percent,
            amount: promise.amount,
            units: promise.units,
            max_discount: self.max_discount,
            min_order_amount: promise.min_order_amount,
            max_uses: quantity,
            used_count: 0,
            held_count: 0,
            valid_from,
            valid_until,
            stackable: promise.stackable,
            active: true,
            terms: CouponTerms { item_percent: self.partial(), ..promise.terms.clone() },
        }
    }

    /// The part of an item's price that it takes off, if not the whole price.
    fn partial(&self) -> Option<i64> {
        let is_part = self.discount_percent != Percent::ZERO && self.discount_percent != Percent::FULL;
        (self.discount_type == DiscountType::FreeItem && is_part).then(|| self.discount_percent.get())
    }
}

/// What some pieces of a reward cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// Points.
    pub points: Points,
    /// Money that the member pays in addition.
    pub money: Money,
    /// Money that it costs the shop.
    pub cost: Money,
}

/// Whether the member may redeem the reward.
///
/// # Errors
/// The refusal, with what is missing: what no member can change comes first, points last.
pub fn check(reward: &Reward, claim: &Claim<'_>, programme: &Programme) -> Result<()> {
    if claim.blocked {
        return Err(Error::refused(Refusal::MemberBlocked));
    }
    if !reward.active {
        return Err(Error::refused(Refusal::Inactive));
    }
    let shown = |at: Instant| programme.zone.moment(at).to_string();
    if let Some(start) = reward.starts_at.filter(|start| claim.at < *start) {
        return Err(Error::refused(Refusal::NotStarted).with("valid_from", shown(start)));
    }
    if let Some(end) = reward.expiry_date.filter(|end| claim.at >= *end) {
        return Err(Error::refused(Refusal::Expired).with("valid_until", shown(end)));
    }
    if let Some(stock) = reward.stock.filter(|stock| *stock < claim.quantity) {
        return Err(Error::refused(Refusal::OutOfStock).with("stock", stock));
    }
    super::tier::check_required(programme, &reward.tier_required, claim.tier)?;
    reward.caps.check(&claim.uses, reward.used, claim.quantity, programme.zone, claim.at)?;
    let points = reward.price_of(claim.quantity)?.points;
    if points < programme.minimum_points {
        let error = Error::refused(Refusal::BelowMinimum).with("minimum", programme.minimum_points.get());
        return Err(error.with("missing", programme.minimum_points.minus(points)?.get()));
    }
    if claim.spendable < points {
        return Err(super::lot::insufficient(points, claim.spendable));
    }
    Ok(())
}
