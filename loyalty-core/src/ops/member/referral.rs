//! Referrals: taken up at enrolment, ended by the first purchase.

use crate::domain::catalogue::Text;
use crate::domain::ledger::EntryKind;
use crate::domain::{code, expiry};
use crate::ops::Cx;
use crate::ops::account::{Account, Draft};
use crate::store::{members, referrals};
use crate::value::{Money, Points};
use crate::{Error, Refusal, Result};

/// Most steps up the line of referrers that are looked at for a circle.
const CIRCLE_STEPS: usize = 32;

/// Notes that a member came by another's code: before the first purchase, once, not by one's own code, not in a circle.
pub(super) fn refer(cx: &mut Cx<'_>, account: &mut Account, typed: &str) -> Result<()> {
    if account.member.referred_by.is_some() {
        return Err(Error::refused(Refusal::AlreadyReferred));
    }
    if account.member.total_visits > 0 {
        return Err(Error::refused(Refusal::NotFirstPurchase));
    }
    let not_usable = || Error::refused(Refusal::NotUsable).with("field", "referral_code");
    let code = code::normalize(typed).ok_or_else(not_usable)?;
    if code == account.member.referral_code {
        return Err(Error::refused(Refusal::SelfReferral));
    }
    let referrer = members::by_referral_code(cx.store()?, &code)?.ok_or_else(not_usable)?;
    if cx.at >= referrer.referral_code_expires_at {
        return Err(Error::refused(Refusal::Expired).with("field", "referral_code"));
    }
    let mut above = referrer.referred_by;
    for _ in 0..CIRCLE_STEPS {
        let Some(user_id) = above else { break };
        if user_id == account.member.user_id {
            return Err(Error::refused(Refusal::SelfReferral));
        }
        above = members::find(cx.store()?, user_id)?.and_then(|member| member.referred_by);
    }
    let zone = cx.programme.zone;
    let expires_at = zone.end_of(zone.day_of(cx.at).plus_days(cx.programme.referral.pending_days));
    let pending = referrals::Pending { referrer: referrer.user_id, expires_at };
    let at = cx.at;
    referrals::insert(cx.store()?, account.member.user_id, pending, at)?;
    account.member.referred_by = Some(referrer.user_id);
    members::update_referrer(cx.store()?, &account.member)
}

/// Ends a waiting referral at the first purchase: both get their points once, or its time was over.
pub(in crate::ops) fn complete_referral(cx: &mut Cx<'_>, account: &mut Account, amount: Money) -> Result<()> {
    if account.member.referred_by.is_none() {
        return Ok(());
    }
    let referred = account.member.user_id;
    let Some(pending) = referrals::pending(cx.store()?, referred)? else { return Ok(()) };
    let rules = cx.programme.referral;
    if cx.at >= pending.expires_at {
        return referrals::end(cx.store()?, referred, None);
    }
    if amount == Money::ZERO || amount < rules.minimum_amount {
        return Ok(());
    }
    let zone = cx.programme.zone;
    let first_day = zone.day_of(cx.at).start_of_month();
    let next_month = first_day.plus_days(31).start_of_month();
    let (from, until) = (zone.start_of(first_day), zone.start_of(next_month));
    let in_month = referrals::successes(cx.store()?, pending.referrer, from, until)?;
    let at = cx.at;
    referrals::end(cx.store()?, referred, Some(at))?;
    bonus(cx, account, rules.referred_points, Text::WasReferred)?;
    if let Some(mut referrer) = Account::find(cx, pending.referrer)? {
        referrer.member.successful_referrals += 1;
        if in_month < rules.monthly_limit {
            bonus(cx, &mut referrer, rules.referrer_points, Text::ReferredFriend)?;
            referrer.raise_tier(cx)?;
        }
        referrer.save(cx)?;
    }
    Ok(())
}

fn bonus(cx: &mut Cx<'_>, account: &mut Account, points: Points, text: Text<'_>) -> Result<()> {
    if points == Points::ZERO {
        return Ok(());
    }
    let description = text.say(cx.locale_of(&account.member));
    let expires_at = expiry::expires_at(cx.programme.expiry, cx.programme.zone, cx.at);
    account.credit(cx, Draft::new(EntryKind::Referral, points, description, cx.at), cx.at, expires_at)?;
    Ok(())
}
