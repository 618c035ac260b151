//! Coupon codes at the till: looked up, judged for an order, and booked.

use crate::booking::announce::announce;
use crate::domain::log_event::LogKind;
use std::collections::BTreeMap;

use crate::booking::account::Account;
use crate::booking::coupon_reply::RejectedCode;
use crate::booking::cx::Cx;
use crate::booking::guess_guard::Guard;
use crate::booking::{owner, segment};
use crate::domain::code;
use crate::domain::coupon::cart::{Cart, CouponBill, Share};
use crate::domain::coupon::judge::{CouponClaim, Spent};
use crate::domain::coupon::stack::{self, Policy, Present, PresentedCode, Verdicts};
use crate::domain::coupon::{Coupon, MAX_CODES};
use crate::domain::member::Member;
use crate::domain::purchase::{self, Item};
use crate::store::coupon_uses::{self, CouponUse, UseState};
use crate::store::{coupons, members};
use crate::value::{Amount, CouponId, Day, Instant, Money, OrderId, UserId, limit};
use crate::{Error, Refusal, Result};

/// Most pieces of a coupon on one order.
const MAX_PIECES: i64 = 100;

/// An order with the codes that are presented for it, as the request gives them.
pub(crate) struct CouponRequest<'a> {
    pub(crate) codes: Vec<&'a str>,
    /// How many pieces of each coupon are used at once.
    pub(crate) pieces: i64,
    pub(crate) amount: Amount,
    pub(crate) items: &'a [Item],
    pub(crate) delivery: Amount,
    pub(crate) tax: Option<Amount>,
    pub(crate) user_id: Option<UserId>,
    pub(crate) order_id: Option<&'a OrderId>,
    pub(crate) policy: Policy,
    pub(crate) actor: Option<&'a str>,
    pub(crate) at: Instant,
}

/// A coupon with its uses so far.
pub(crate) struct Candidate {
    pub(crate) coupon: Coupon,
    uses: i64,
    uses_by_user: i64,
    spent: Spent,
    pieces: i64,
    in_segment: bool,
    /// The open hold of the coupon by this order.
    pub(crate) hold: Option<CouponUse>,
}

impl Candidate {
    /// The coupon as presented by a user.
    pub(crate) fn brought<'a>(
        &'a self,
        user_id: Option<UserId>,
        member: Option<&'a Member>,
        (at, order_id): (Instant, Option<&'a OrderId>),
    ) -> PresentedCode<'a> {
        // A hold belongs to the user who made it.
        let held = self.hold.as_ref().filter(|hold| hold.user_id == user_id).map_or(0, |hold| hold.pieces);
        let (uses, uses_by_user) = (self.uses, self.uses_by_user);
        let claim = CouponClaim {
            user_id,
            member,
            at,
            uses,
            uses_by_user,
            pieces: self.pieces,
            order_id,
            held,
            in_segment: self.in_segment,
        };
        PresentedCode::Coupon { coupon: &self.coupon, claim, spent: self.spent }
    }
}

/// What the till found, and the judgement on it.
pub(crate) struct JudgedCodes {
    /// The coupon of each code; `None` when no coupon has the code, or when an earlier code means the same coupon.
    pub(crate) found: Vec<Option<Candidate>>,
    pub(crate) verdicts: Verdicts,
    pub(crate) cart: Cart,
    pub(crate) amount: Money,
    pub(crate) user_id: Option<UserId>,
    /// Number of look-ups from which a guesser could learn.
    failures: usize,
    guard: Guard,
    is_all: bool,
}

impl CouponRequest<'_> {
    /// Looks up the codes and judges them. In a write, holds that have ended are booked first.
    pub(crate) fn judge(&self, cx: &mut Cx<'_>) -> Result<JudgedCodes> {
        check_codes(&self.codes)?;
        purchase::check(self.items)?;
        let amount = cx.bill("amount", self.amount, self.items)?;
        let delivery = cx.money("delivery", self.delivery)?;
        let tax = self.tax.map(|tax| cx.signed_money("tax", tax)).transpose()?;
        let bill = CouponBill { amount, items: self.items, delivery, tax };
        let mut cart = Cart::new(&bill, cx.programme.currency, cx.programme.coupons.line_price)?;
        let member = self.member(cx)?;
        let user_id = member.as_ref().map(|member| member.user_id).or(self.user_id);
        if let (Some(order_id), Some(user_id)) = (self.order_id, user_id) {
            owner::check(cx, order_id, user_id)?;
        }
        let guard = Guard::of(cx.digests()?, user_id, self.actor);
        guard.check(cx)?;
        let (found, twice) = self.find(cx, user_id)?;
        let beside = self.beside(cx, &found)?;
        cart.take_evenly(beside.iter().map(|(_, made)| made.discount.get()).sum());
        let present: Vec<_> = beside
            .iter()
            .map(|(coupon, _)| Present { stackable: coupon.stackable, group: coupon.terms.group.as_deref() })
            .collect();
        let brought = self.brought(&found, &twice, user_id, member.as_ref());
        let verdicts = stack::apply(&mut cart, &brought, &present, self.policy, cx.programme)?;
        let failures = failures(&verdicts, &found, &twice, user_id);
        Ok(JudgedCodes { found, verdicts, cart, amount, user_id, failures, guard, is_all: self.policy == Policy::All })
    }

    /// The member. A user who is not yet a member may use a coupon if buying makes them one.
    fn member(&self, cx: &mut Cx<'_>) -> Result<Option<Member>> {
        let Some(user_id) = self.user_id else { return Ok(None) };
        let member = members::find(cx.store()?, user_id)?;
        if member.is_none() && !cx.programme.earn.enroll_on_first_earn {
            return Err(Error::not_found("user_id", user_id));
        }
        member.map(|member| Account::for_display(cx, member)).transpose()
    }

    /// The coupon of each code, and whether an earlier code means the same one. All calls read them in the same order,
    /// so that no two calls wait for each other.
    fn find(&self, cx: &mut Cx<'_>, user_id: Option<UserId>) -> Result<(Vec<Option<Candidate>>, Vec<bool>)> {
        let normal: Vec<Option<String>> = self.codes.iter().map(|typed| code::key(typed)).collect();
        let mut by_code: BTreeMap<&str, Option<Candidate>> = BTreeMap::new();
        for code in normal.iter().flatten() {
            by_code.insert(code, None);
        }
        for (code, found) in &mut by_code {
            if let Some(coupon) = coupons::by_code(cx.store()?, code)? {
                *found = Some(self.look(cx, coupon, user_id)?);
            }
        }
        let mut seen = Vec::new();
        let mut all = Vec::with_capacity(normal.len());
        let mut twice = Vec::with_capacity(normal.len());
        for code in &normal {
            let is_again = code.is_some() && seen.contains(&code);
            seen.push(code);
            twice.push(is_again);
            all.push(code.as_deref().and_then(|code| by_code.get_mut(code)).and_then(Option::take));
        }
        Ok((all, twice))
    }

    /// What was used of a coupon so far, without the hold of this order.
    pub(crate) fn look(&self, cx: &mut Cx<'_>, mut coupon: Coupon, user_id: Option<UserId>) -> Result<Candidate> {
        let (now, day) = (cx.now, cx.programme.zone.day_of(self.at));
        let mut spent =
            if coupon.terms.has_budget() { coupon_uses::spent(cx.store()?, coupon.id, day)? } else { Spent::default() };
        if coupon.held_count > 0 {
            for ended in coupon_uses::due(cx.store()?, coupon.id, now)? {
                if cx.writing {
                    end(cx, &coupon, &ended, UseState::Lapsed)?;
                }
                coupon.held_count -= ended.pieces;
                take_off(&mut spent, &ended, day);
            }
        }
        let hold = self.hold(cx, &coupon)?;
        let held = hold.as_ref().map_or(0, |hold| hold.pieces);
        let by_user = match user_id {
            Some(user) if coupon.terms.max_uses_per_user.is_some() => {
                coupon_uses::by_user(cx.store()?, coupon.id, user, now)?
            }
            _ => 0,
        };
        if let Some(hold) = &hold {
            take_off(&mut spent, hold, day);
        }
        let in_segment = segment::may_use(cx, coupon.terms.segment.as_deref(), user_id, self.at)?;
        let own = hold.as_ref().filter(|hold| hold.user_id == user_id).map_or(0, |hold| hold.pieces);
        Ok(Candidate {
            uses: coupon.used_count + coupon.held_count - held,
            uses_by_user: by_user - own.min(by_user),
            spent,
            pieces: self.pieces,
            in_segment,
            hold,
            coupon,
        })
    }

    /// The open hold of a coupon by this order.
    fn hold(&self, cx: &mut Cx<'_>, coupon: &Coupon) -> Result<Option<CouponUse>> {
        let Some(order_id) = self.order_id.filter(|_| coupon.held_count > 0) else { return Ok(None) };
        let now = cx.now;
        let uses = coupon_uses::of_order(cx.store()?, order_id)?;
        Ok(uses.into_iter().find(|made| made.coupon == coupon.id && made.state == UseState::Held && made.is_live(now)))
    }

    /// Coupons that the order already uses, in addition to those presented now.
    fn beside(&self, cx: &mut Cx<'_>, found: &[Option<Candidate>]) -> Result<Vec<(Coupon, CouponUse)>> {
        let Some(order_id) = self.order_id else { return Ok(Vec::new()) };
        let now = cx.now;
        let mut beside = Vec::new();
        for made in coupon_uses::of_order(cx.store()?, order_id)? {
            let is_brought = found.iter().flatten().any(|found| found.coupon.id == made.coupon);
            if !made.is_live(now) || is_brought {
                continue;
            }
            let coupon = coupons::find(cx.store()?, made.coupon)?;
            beside.push((coupon.ok_or_else(|| Error::internal("a used coupon is missing"))?, made));
        }
        Ok(beside)
    }

    fn brought<'a>(
        &'a self,
        found: &'a [Option<Candidate>],
        twice: &[bool],
        user_id: Option<UserId>,
        member: Option<&'a Member>,
    ) -> Vec<PresentedCode<'a>> {
        let all = found.iter().zip(twice);
        all.map(|(found, is_again)| match found {
            None if *is_again => PresentedCode::Twice,
            None => PresentedCode::Unknown,
            Some(found) => found.brought(user_id, member, (self.at, self.order_id)),
        })
        .collect()
    }
}

/// Checks a list of codes as texts.
pub(crate) fn check_codes(codes: &[&str]) -> Result<()> {
    if codes.is_empty() || codes.len() > MAX_CODES {
        return Err(Error::invalid("codes", format_args!("must have 1 to {MAX_CODES} codes, got `{}`", codes.len())));
    }
    let mut named = codes.iter().enumerate();
    named.try_for_each(|(place, code)| limit::typed(&format!("codes[{place}]"), code, limit::MAX_TYPED).map(drop))
}

/// How many pieces of a coupon a request uses; default one.
pub(crate) fn pieces(wanted: Option<i64>) -> Result<i64> {
    wanted.map_or(Ok(1), |pieces| limit::within("quantity", pieces, 1, MAX_PIECES))
}

/// Checks one code as a text.
pub(crate) fn check_code(code: &str) -> Result<()> {
    limit::typed("code", code, limit::MAX_TYPED).map(drop)
}

/// Whether a guesser could learn from an answer: from a code that no coupon has, from a coupon of another member, and
/// from any refusal that strangers do not get to see.
fn failures(verdicts: &Verdicts, found: &[Option<Candidate>], twice: &[bool], user_id: Option<UserId>) -> usize {
    let tells = |error: &Error| match error.refusal() {
        Some(Refusal::NotYours) => true,
        Some(Refusal::NotUsable) => user_id.is_none(),
        _ => false,
    };
    let all = verdicts.iter().zip(found).zip(twice);
    all.filter(|((verdict, found), is_again)| match verdict {
        Err(error) => (found.is_none() && !**is_again) || tells(error),
        Ok(_) => false,
    })
    .count()
}

fn take_off(spent: &mut Spent, ended: &CouponUse, today: Day) {
    let day = day_of(ended);
    let discount = ended.discount.get();
    spent.all -= discount;
    spent.month -= if day.start_of_month() == today.start_of_month() { discount } else { 0 };
    spent.day -= if day == today { discount } else { 0 };
}

fn day_of(made: &CouponUse) -> Day {
    Day::stored(made.day)
}

impl JudgedCodes {
    /// What each used code takes off, by its position.
    pub(crate) fn applied(&self) -> Vec<(usize, &Share)> {
        if self.is_all && self.verdicts.iter().any(std::result::Result::is_err) {
            return Vec::new();
        }
        let all = self.verdicts.iter().enumerate();
        all.filter_map(|(place, verdict)| Some((place, verdict.as_ref().ok()?))).collect()
    }

    /// The first refusal.
    pub(crate) fn refusal(&self) -> Option<&Error> {
        self.verdicts.iter().find_map(|verdict| verdict.as_ref().err())
    }

    /// The codes that are not used, and why.
    pub(crate) fn rejected(&self, codes: &[&str]) -> Vec<RejectedCode> {
        let all = codes.iter().zip(&self.verdicts);
        all.filter_map(|(code, verdict)| {
            let error = verdict.as_ref().err()?;
            let shown = limit::beginning(code);
            Some(RejectedCode { code: shown, because: error.code().to_owned(), missing: error.details().clone() })
        })
        .collect()
    }

    /// The discount in all.
    pub(crate) fn discount(&self) -> Money {
        Money::stored(self.applied().iter().map(|(_, share)| share.total()).sum())
    }

    /// Counts failed look-ups for the callers who made them.
    pub(crate) fn count_failures(&self, cx: &mut Cx<'_>) -> Result<()> {
        self.guard.count(cx, self.failures)
    }

    /// The refusal of a command. The count of failed guesses stays even though the command fails.
    pub(crate) fn refuse(&self, cx: &mut Cx<'_>) -> Result<Error> {
        let error = self.refusal().cloned().unwrap_or_else(|| Error::refused(Refusal::NotUsable));
        if self.failures == 0 {
            return Ok(error);
        }
        self.count_failures(cx)?;
        Ok(cx.keep_writes(error))
    }

    /// Books a code as used or held: the limit, the budgets and the use itself; an error undoes all of it.
    pub(crate) fn book(&self, cx: &mut Cx<'_>, place: usize, share: &Share, booking: &CodeBooking<'_>) -> Result<()> {
        let found = self.found.get(place).and_then(Option::as_ref);
        let Candidate { coupon, hold, .. } = found.ok_or_else(|| Error::internal("no coupon is booked"))?;
        let pieces = found.map_or(1, |found| found.pieces);
        // A hold of the order changes with the order's basket, and becomes its use.
        let moved = hold.as_ref().filter(|_| booking.state == UseState::Held);
        match (moved, hold) {
            (Some(moved), _) => give_budget_back(cx, coupon, moved)?,
            (None, Some(hold)) => end(cx, coupon, hold, UseState::Released)?,
            (None, None) => {}
        }
        let counted = match booking.state {
            UseState::Held => {
                coupons::count_hold(cx.store()?, coupon.id, pieces - moved.map_or(0, |moved| moved.pieces))?
            }
            _ => coupons::count_use(cx.store()?, coupon.id, pieces)?,
        };
        if !counted {
            return Err(Error::refused(Refusal::LimitReached).with("limit", coupon.max_uses));
        }
        let day = cx.programme.zone.day_of(cx.at);
        let terms = &coupon.terms;
        let most = [terms.budget, terms.budget_month, terms.budget_day];
        if terms.has_budget() && !coupon_uses::spend(cx.store()?, coupon.id, day, share.total(), most)? {
            return Err(
                Error::refused(Refusal::BudgetExhausted).with("code", crate::domain::code::grouped(&coupon.code))
            );
        }
        let made = CouponUse {
            id: moved.map_or(0, |moved| moved.id),
            coupon: coupon.id,
            order_id: booking.order_id.as_str().to_owned(),
            user_id: self.user_id,
            state: booking.state,
            pieces,
            amount: self.amount,
            discount: Money::stored(share.total()),
            day: day.number(),
            hold_ends: booking.hold_ends,
            used_at: cx.at,
            actor: cx.actor.map(str::to_owned),
            request: booking.request.to_owned(),
            answer: booking.answer.to_owned(),
        };
        let now = cx.now;
        match moved {
            Some(_) => coupon_uses::move_hold(cx.store()?, &made)?,
            None => coupon_uses::insert(cx.store()?, &made, now).map(drop)?,
        }
        let kind = if made.state == UseState::Held { LogKind::CouponHeld } else { LogKind::CouponUsed };
        tell_use(cx, kind, &made)
    }
}

/// How a code is booked.
pub(crate) struct CodeBooking<'a> {
    pub(crate) order_id: &'a OrderId,
    pub(crate) state: UseState,
    pub(crate) hold_ends: Instant,
    pub(crate) request: &'a [u8],
    pub(crate) answer: &'a str,
}

/// Tells of a use of a coupon.
fn tell_use(cx: &mut Cx<'_>, kind: LogKind, made: &CouponUse) -> Result<()> {
    let data = [
        ("coupon_id", made.coupon.get().into()),
        ("order_id", made.order_id.as_str().into()),
        ("discount", cx.shown(made.discount).to_string().into()),
    ];
    announce(cx, kind, made.user_id, data)
}

/// Whether nothing of a coupon is used or held; holds that ended by the clock are booked first.
pub(crate) fn is_free(cx: &mut Cx<'_>, id: CouponId) -> Result<bool> {
    let coupon =
        coupons::find(cx.store()?, id)?.ok_or_else(|| Error::internal(format_args!("coupon {id} is missing")))?;
    let now = cx.now;
    let ended = if coupon.held_count > 0 { coupon_uses::due(cx.store()?, id, now)? } else { Vec::new() };
    let mut held = coupon.held_count;
    for hold in ended {
        end(cx, &coupon, &hold, UseState::Lapsed)?;
        held -= hold.pieces;
    }
    Ok(coupon.used_count == 0 && held == 0)
}

/// Ends a use or a hold, and gives it back to the limits and the budgets.
pub(crate) fn end(cx: &mut Cx<'_>, coupon: &Coupon, ended: &CouponUse, state: UseState) -> Result<()> {
    let now = cx.now;
    if !coupon_uses::end(cx.store()?, ended, state, now)? {
        return Err(Error::internal(format_args!("use {} of coupon {} ended meanwhile", ended.id, coupon.id)));
    }
    let (uses, holds) = if ended.state == UseState::Used { (-ended.pieces, 0) } else { (0, -ended.pieces) };
    coupons::recount(cx.store()?, coupon.id, uses, holds)?;
    tell_use(cx, LogKind::CouponReleased, ended)?;
    give_budget_back(cx, coupon, ended)
}

fn give_budget_back(cx: &mut Cx<'_>, coupon: &Coupon, ended: &CouponUse) -> Result<()> {
    if coupon.terms.has_budget() {
        coupon_uses::spend(cx.store()?, coupon.id, day_of(ended), -ended.discount.get(), [None; 3])?;
    }
    Ok(())
}
