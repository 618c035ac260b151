//! Several coupons on one order: which can be combined, in which order, and what each takes off.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Coupon;
use super::cart::{Cart, Share};
use super::discount::{self, Rules};
use super::judge::{self, CouponClaim, Spent};
use crate::domain::programme::Programme;
use crate::{Error, Refusal, Result};

/// What happens to the other codes of an order when one is refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// The others are used.
    #[default]
    Partial,
    /// None is used.
    All,
}

/// A code that is presented for an order.
#[derive(Debug, Clone)]
pub enum PresentedCode<'a> {
    /// No coupon has it.
    Unknown,
    /// It is the code of an earlier coupon in the list.
    Twice,
    /// A coupon, with what is known about the user.
    Coupon {
        /// The coupon.
        coupon: &'a Coupon,
        /// Who presents it.
        claim: CouponClaim<'a>,
        /// Money that it has taken off so far.
        spent: Spent,
    },
}

/// A coupon that the order already uses.
#[derive(Debug, Clone, Copy)]
pub struct Present<'a> {
    /// Whether others may be combined with it.
    pub stackable: bool,
    /// Its group.
    pub group: Option<&'a str>,
}

/// What happens to each code, in the order of the list: what it takes off, or why nothing.
pub type Verdicts = Vec<std::result::Result<Share, Error>>;

/// Judges codes in their order, each on what the earlier codes left, and takes their discounts off the cart.
///
/// A coupon that is not stackable must be used alone: the first such coupon that fits the order excludes the others.
///
/// # Errors
/// `internal`, when amounts are beyond their bounds.
pub fn apply(
    cart: &mut Cart,
    brought: &[PresentedCode<'_>],
    present: &[Present<'_>],
    policy: Policy,
    programme: &Programme,
) -> Result<Verdicts> {
    let rules = Rules { rounding: programme.rounding, base: programme.coupons.stacking_base };
    let untouched = cart.clone();
    let alone = alone(cart, brought, present, programme, rules)?;
    let mut groups: Vec<&str> = present.iter().filter_map(|coupon| coupon.group).collect();
    let mut verdicts = Vec::with_capacity(brought.len());
    for (place, code) in brought.iter().enumerate() {
        let verdict = match alone {
            _ if !present.is_empty() && !may_join(code, present) => Err(Error::refused(Refusal::NotStackable)),
            Some(first) if first != place => {
                judged(code, cart, programme, rules).and_then(|_| Err(Error::refused(Refusal::NotStackable)))
            }
            _ => of_group(code, &groups).and_then(|()| judged(code, cart, programme, rules)),
        };
        match verdict {
            Ok(share) => {
                cart.take(&share);
                groups.extend(group_of(code));
                verdicts.push(Ok(share));
            }
            Err(error) if error.kind() == crate::Kind::Refused => verdicts.push(Err(error)),
            Err(error) => return Err(error),
        }
    }
    if policy == Policy::All && verdicts.iter().any(std::result::Result::is_err) {
        *cart = untouched;
    }
    Ok(verdicts)
}

/// The position of the coupon that must be used alone, if there is one.
fn alone(
    cart: &Cart,
    brought: &[PresentedCode<'_>],
    present: &[Present<'_>],
    programme: &Programme,
    rules: Rules,
) -> Result<Option<usize>> {
    if brought.len() < 2 || !present.is_empty() {
        return Ok(None);
    }
    for (place, code) in brought.iter().enumerate() {
        if !matches!(code, PresentedCode::Coupon { coupon, .. } if !coupon.stackable) {
            continue;
        }
        match judged(code, cart, programme, rules) {
            Ok(_) => return Ok(Some(place)),
            Err(error) if error.kind() == crate::Kind::Refused => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn may_join(code: &PresentedCode<'_>, present: &[Present<'_>]) -> bool {
    match code {
        PresentedCode::Coupon { coupon, .. } => coupon.stackable && present.iter().all(|other| other.stackable),
        PresentedCode::Unknown | PresentedCode::Twice => true,
    }
}

fn group_of<'a>(code: &PresentedCode<'a>) -> Option<&'a str> {
    match code {
        PresentedCode::Coupon { coupon, .. } => coupon.terms.group.as_deref(),
        PresentedCode::Unknown | PresentedCode::Twice => None,
    }
}

fn of_group(code: &PresentedCode<'_>, groups: &[&str]) -> Result<()> {
    match group_of(code).filter(|group| groups.contains(group)) {
        Some(group) => Err(Error::refused(Refusal::NotStackable).with("group", group)),
        None => Ok(()),
    }
}

/// Whether two codes may be used for one order, whatever they take off.
pub(super) fn go_together(one: &PresentedCode<'_>, other: &PresentedCode<'_>) -> bool {
    let stackable =
        |code: &PresentedCode<'_>| !matches!(code, PresentedCode::Coupon { coupon, .. } if !coupon.stackable);
    let group = group_of(one);
    stackable(one) && stackable(other) && (group.is_none() || group != group_of(other))
}

/// One code on the order in its current state: what it takes off, or the refusal.
pub(super) fn judged(code: &PresentedCode<'_>, cart: &Cart, programme: &Programme, rules: Rules) -> Result<Share> {
    let (coupon, claim, spent) = match code {
        PresentedCode::Unknown => return Err(Error::refused(Refusal::NotUsable)),
        PresentedCode::Twice => return Err(Error::refused(Refusal::AlreadyUsed)),
        PresentedCode::Coupon { coupon, claim, spent } => (*coupon, claim, *spent),
    };
    let checked = one(coupon, claim, spent, cart, programme, rules);
    if claim.user_id.is_some() { checked } else { checked.map_err(judge::for_stranger) }
}

/// What this many pieces of a coupon take off, each from what the earlier pieces left.
fn pieces(coupon: &Coupon, wanted: i64, cart: &Cart, rules: Rules) -> Result<Share> {
    let mut all = discount::share(coupon, cart, rules)?;
    let nothing = || Error::refused(Refusal::ConditionNotMet).with("condition", "amount");
    if all.total() == 0 {
        return Err(nothing());
    }
    let mut rest = cart.clone();
    rest.take(&all);
    for used in 1..wanted {
        let next = discount::share(coupon, &rest, rules)?;
        if next.total() == 0 {
            return Err(nothing().with("pieces", used));
        }
        rest.take(&next);
        all.add(&next);
    }
    Ok(all)
}

fn one(
    coupon: &Coupon,
    claim: &CouponClaim<'_>,
    spent: Spent,
    cart: &Cart,
    programme: &Programme,
    rules: Rules,
) -> Result<Share> {
    judge::check_state(coupon, claim, programme)?;
    judge::check_order(coupon, cart, programme)?;
    let share = pieces(coupon, claim.pieces, cart, rules)?;
    judge::check_budget(coupon, spent, share.total(), programme)?;
    Ok(share)
}
