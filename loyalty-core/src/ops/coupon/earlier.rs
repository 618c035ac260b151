//! What an order did earlier with codes: uses and holds that still stand (a call may repeat them), and those that it
//! gave back.

use std::collections::{BTreeMap, BTreeSet};

use crate::booking::cx::Cx;
use crate::booking::guess_guard::Guard;
use crate::booking::order_coupons::CouponRequest;
use crate::booking::request::{Request, is_repeat};
use crate::domain::code;
use crate::store::coupon_uses::{self, CouponUse, UseState};
use crate::store::{coupons, members};
use crate::value::{CouponId, OrderId};
use crate::{Error, Refusal, Result};

/// What an order did with its codes.
pub(super) struct Earlier {
    /// Open uses and holds.
    live: Vec<CouponUse>,
    /// Uses and holds that were given back, with the code in groups for reading.
    given_back: Vec<(String, CouponUse)>,
}

impl Earlier {
    /// Reads what the order did with these codes.
    ///
    /// The order's uses are read after the codes are locked, so of two simultaneous calls the later one sees what the
    /// first made. The locks are taken in the order of [`CouponRequest::judge`].
    pub(super) fn of(cx: &mut Cx<'_>, till: &CouponRequest<'_>, order_id: &OrderId) -> Result<Self> {
        let member = till.user_id.map(|user_id| members::find(cx.store()?, user_id)).transpose()?.flatten();
        Guard::of(cx.digests()?, member.map(|member| member.user_id).or(till.user_id), till.actor).lock(cx)?;
        let codes: BTreeSet<String> = till.codes.iter().filter_map(|typed| code::key(typed)).collect();
        let mut wanted = BTreeMap::new();
        for code in &codes {
            if let Some(coupon) = coupons::by_code(cx.store()?, code)? {
                wanted.insert(coupon.id, coupon.shown_code());
            }
        }
        let now = cx.now;
        let mut earlier = Self { live: Vec::new(), given_back: Vec::new() };
        for made in coupon_uses::of_order(cx.store()?, order_id)? {
            let Some(code) = wanted.get(&made.coupon) else { continue };
            match made.state {
                UseState::Released => earlier.given_back.push((code.clone(), made)),
                _ if made.is_live(now) => earlier.live.push(made),
                _ => {}
            }
        }
        Ok(earlier)
    }

    /// Checks whether a call with this digest may take the codes. A call that took one of them and was undone may be a
    /// late repeat and must take nothing. A hold that ended by the clock does not count as given back.
    ///
    /// # Errors
    /// `already_used` with the code, unless the caller says that the order was opened again.
    pub(super) fn check(&self, order_id: &OrderId, request: &Request, again: Again) -> Result<()> {
        match self.given_back.iter().find(|(_, made)| is_repeat(&made.request, request)) {
            Some((code, _)) if again == Again::Repeat => {
                let error = Error::refused(Refusal::AlreadyUsed).with("order_id", order_id.as_str());
                Err(error.with("code", code.as_str()))
            }
            _ => Ok(()),
        }
    }

    /// The use that stands, which this call may repeat.
    pub(super) fn used(&self) -> Option<&CouponUse> {
        self.live.iter().find(|made| made.state == UseState::Used)
    }

    /// The hold that stands.
    pub(super) fn held(&self) -> Option<&CouponUse> {
        self.live.iter().find(|made| made.state == UseState::Held)
    }
}

/// How to treat a call whose act was undone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// As a late repeat of what was undone.
    Repeat,
    /// As a new act: the order was opened again.
    Reopened,
}

impl Again {
    pub(super) const fn of(reopened: bool) -> Self {
        if reopened { Self::Reopened } else { Self::Repeat }
    }
}

/// Whether the uses that a call with this digest made for the order still stand: the last use of each of its codes.
pub(super) fn uses_stand(cx: &mut Cx<'_>, order_id: &OrderId, request: &Request) -> Result<bool> {
    let uses = coupon_uses::of_order(cx.store()?, order_id)?;
    let last: BTreeMap<CouponId, UseState> =
        uses.iter().filter(|made| is_repeat(&made.request, request)).map(|made| (made.coupon, made.state)).collect();
    Ok(!last.is_empty() && last.values().all(|state| *state == UseState::Used))
}

/// Whether the order still holds a code: it did not give it back.
pub(super) fn hold_stands(cx: &mut Cx<'_>, order_id: &OrderId, typed: &str) -> Result<bool> {
    let Some(code) = code::key(typed) else { return Ok(true) };
    let Some(coupon) = coupons::by_code(cx.store()?, &code)? else { return Ok(true) };
    let uses = coupon_uses::of_order(cx.store()?, order_id)?;
    let last = uses.iter().rev().find(|made| made.coupon == coupon.id);
    Ok(last.is_none_or(|made| made.state != UseState::Released))
}
