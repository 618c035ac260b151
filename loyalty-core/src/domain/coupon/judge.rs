//! Whether a coupon may be used, and what is missing if not.

use super::cart::Cart;
use super::terms::{self, TaxBasis};
use super::{Coupon, discount};
use crate::domain::condition::Outside;
use crate::domain::member::Member;
use crate::domain::programme::{AmountBasis, DiscountType, Programme};
use crate::domain::tier;
use crate::value::{Instant, Money, OrderId, UserId};
use crate::{Error, Refusal, Result};

/// Who wants to use a coupon, when, and how often it was used so far. Held uses count; ended holds do not.
#[derive(Debug, Clone, Copy)]
pub struct CouponClaim<'a> {
    /// The user, if one is known.
    pub user_id: Option<UserId>,
    /// The same user as a member.
    pub member: Option<&'a Member>,
    /// When.
    pub at: Instant,
    /// Uses in all.
    pub uses: i64,
    /// Uses by this user.
    pub uses_by_user: i64,
    /// Pieces of the coupon that are to be used at once.
    pub pieces: i64,
    /// The order, if it already has a number.
    pub order_id: Option<&'a OrderId>,
    /// Pieces that the order holds: conditions that were met at the time of the hold stay met.
    pub held: i64,
    /// Whether the user is in the segment that the coupon is for, if it is for one.
    pub in_segment: bool,
}

/// Money that a coupon has taken off so far: in total, in the local month and in the local day.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spent {
    pub all: i64,
    pub month: i64,
    pub day: i64,
}

fn condition(what: &str) -> Error {
    Error::refused(Refusal::ConditionNotMet).with("condition", what)
}

/// Whether the coupon is good for this user now, whatever the order is.
///
/// # Errors
/// The refusal, with what is missing: what no user can change comes first.
pub fn check_state(coupon: &Coupon, claim: &CouponClaim<'_>, programme: &Programme) -> Result<()> {
    check_owner(coupon, claim.user_id)?;
    let shown = |instant: Instant| programme.zone.moment(instant).to_string();
    if !coupon.active {
        return Err(Error::refused(Refusal::Inactive));
    }
    if let Some(granting) = coupon.terms.not_on_order.as_deref()
        && claim.order_id.is_some_and(|order_id| order_id.as_str() == granting)
    {
        return Err(condition("granting_order").with("order_id", granting));
    }
    if claim.held >= claim.pieces {
        return Ok(());
    }
    if claim.at < coupon.valid_from {
        return Err(Error::refused(Refusal::NotStarted).with("valid_from", shown(coupon.valid_from)));
    }
    if claim.at >= coupon.valid_until {
        return Err(Error::refused(Refusal::Expired).with("valid_until", shown(coupon.valid_until)));
    }
    if claim.uses + claim.pieces > coupon.max_uses {
        return Err(Error::refused(Refusal::LimitReached).with("limit", coupon.max_uses).with("used", claim.uses));
    }
    if let Some(limit) = coupon.terms.max_uses_per_user {
        known(claim)?;
        if claim.uses_by_user + claim.pieces > limit {
            let error = Error::refused(Refusal::UserLimitReached).with("limit", limit);
            return Err(error.with("used", claim.uses_by_user));
        }
    }
    check_member(coupon, claim, programme)?;
    check_time(coupon, claim, programme)
}

fn check_owner(coupon: &Coupon, user_id: Option<UserId>) -> Result<()> {
    match (coupon.user_id, user_id) {
        (Some(owner), Some(user)) if owner != user => Err(Error::refused(Refusal::NotYours)),
        (Some(_), None) => Err(Error::refused(Refusal::NotUsable)),
        _ => Ok(()),
    }
}

fn known(claim: &CouponClaim<'_>) -> Result<()> {
    if claim.user_id.is_some() { Ok(()) } else { Err(Error::sign_in()) }
}

fn check_member(coupon: &Coupon, claim: &CouponClaim<'_>, programme: &Programme) -> Result<()> {
    claim.member.map_or(Ok(()), Member::may_act)?;
    if let Some(required) = &coupon.terms.tier_required {
        known(claim)?;
        let first = programme.first_tier()?.id.as_str();
        let held = claim.member.map_or(first, |member| member.current_tier.as_str());
        tier::check_required(programme, required, held)?;
    }
    if let Some(segment) = &coupon.terms.segment {
        known(claim)?;
        if !claim.in_segment {
            return Err(condition("segment").with("segment", segment.clone()));
        }
    }
    if coupon.terms.first_order_only {
        known(claim)?;
        if claim.member.is_some_and(|member| member.total_visits > 0) {
            return Err(Error::refused(Refusal::NotFirstPurchase));
        }
    }
    Ok(())
}

fn check_time(coupon: &Coupon, claim: &CouponClaim<'_>, programme: &Programme) -> Result<()> {
    let asked = &coupon.terms;
    match (asked.schedule().outside(programme.zone, claim.at), asked.hours) {
        (Some(Outside::Weekday), _) => {
            let names = serde_json::to_value(&asked.weekdays).map_err(Error::internal)?;
            Err(condition("weekdays").with("weekdays", names))
        }
        (Some(Outside::Hours), Some((from, until))) => {
            Err(condition("hours").with("hours_from", terms::clock(from)).with("hours_until", terms::clock(until)))
        }
        _ => Ok(()),
    }
}

/// Whether the coupon is for the order in its current state.
///
/// # Errors
/// The refusal, with what is missing.
pub fn check_order(coupon: &Coupon, cart: &Cart, programme: &Programme) -> Result<()> {
    let shown = |minor: i64| Money::stored(minor).to_decimal(programme.currency).to_string();
    let terms = &coupon.terms;
    if terms.names_lines() && !cart.lines().iter().any(|line| line.is_named_by(terms)) {
        let mut error = condition("products");
        if !terms.products.is_empty() {
            error = error.with("products", serde_json::to_value(&terms.products).map_err(Error::internal)?);
        }
        if !terms.categories.is_empty() {
            error = error.with("categories", terms.categories.clone());
        }
        if !terms.labels.is_empty() {
            error = error.with("labels", terms.labels.clone());
        }
        return Err(error);
    }
    let judged = if terms.min_order_basis == AmountBasis::Left { cart.left() } else { cart.initial() };
    let judged = if terms.min_order_tax == TaxBasis::Included { judged } else { cart.without_tax(judged) };
    let (judged, minimum) = (judged.max(0), coupon.min_order_amount.get());
    if judged < minimum {
        let error = Error::refused(Refusal::BelowMinimum).with("minimum", shown(minimum));
        return Err(error.with("missing", shown(minimum - judged)));
    }
    if let Some(maximum) = terms.max_order_minor.filter(|maximum| cart.initial() > *maximum) {
        return Err(Error::refused(Refusal::AboveMaximum).with("maximum", shown(maximum)));
    }
    let asks = coupon.discount_type != DiscountType::FreeItem || !terms.buy_products.is_empty();
    if let Some(buy) = terms.buy_quantity.filter(|_| asks) {
        let bought = discount::bought(coupon, cart);
        if bought < buy {
            return Err(condition("buy_quantity").with("buy_quantity", buy).with("missing", buy - bought));
        }
    }
    let takes_units = coupon.discount_type == DiscountType::FreeItem || terms.target == terms::Target::CheapestItem;
    if takes_units && !discount::named(coupon, cart).any(|(_, line)| line.place.is_some()) {
        return Err(condition("items"));
    }
    if coupon.discount_type == DiscountType::FreeDelivery && cart.delivery() == 0 {
        return Err(condition("delivery"));
    }
    Ok(())
}

/// Whether the coupon's budgets have room for a discount.
///
/// # Errors
/// The refusal, with the budget and what is left of it.
pub fn check_budget(coupon: &Coupon, spent: Spent, discount: i64, programme: &Programme) -> Result<()> {
    let terms = &coupon.terms;
    let budgets = [
        ("budget", terms.budget, spent.all),
        ("budget_month", terms.budget_month, spent.month),
        ("budget_day", terms.budget_day, spent.day),
    ];
    for (name, most, spent) in budgets {
        if let Some(most) = most.filter(|most| spent + discount > *most) {
            let left = Money::stored((most - spent).max(0)).to_decimal(programme.currency).to_string();
            return Err(Error::refused(Refusal::BudgetExhausted).with("budget", name).with("left", left));
        }
    }
    Ok(())
}

/// The single answer to an unknown caller, for everything that a guesser could learn from.
#[must_use]
pub fn for_stranger(error: Error) -> Error {
    let tells = [
        Refusal::Inactive,
        Refusal::NotStarted,
        Refusal::Expired,
        Refusal::LimitReached,
        Refusal::BudgetExhausted,
        Refusal::NotYours,
        Refusal::NotUsable,
    ];
    if error.refusal().is_some_and(|refusal| tells.contains(&refusal)) {
        Error::refused(Refusal::NotUsable)
    } else {
        error
    }
}
