//! Using a referral code: the only path, at enrolment and later.

use crate::booking::account::Account;
use crate::booking::announce::announce;
use crate::booking::cx::Cx;
use crate::booking::guess_guard::Guard;
use crate::booking::notify::notify;
use crate::domain::code;
use crate::domain::log_event::LogKind;
use crate::domain::member::{Member, Person};
use crate::domain::notice::{NoticeDraft, NoticeKind};
use crate::domain::referral::risk::{Hints, Side};
use crate::domain::referral::{self, Decision, Referral, ReferralStatus, Risk};
use crate::store::{members, persons, referrals};
use crate::value::{Instant, Points, UserId, limit, same_name};
use crate::{Error, Refusal, Result};

/// How many days to look back for other friends of the same referrer.
pub(crate) const LOOK_BACK_DAYS: i64 = 30;
/// Seconds in a day, to detect hurried referrals; no calendar rule depends on it.
const A_DAY_SECONDS: i64 = 86_400;

/// A code as it was typed, and from where.
pub(crate) struct Invitation<'a> {
    field: &'static str,
    code: &'a str,
    hints: Hints,
}

impl<'a> Invitation<'a> {
    /// The code of an argument; errors name the argument.
    pub(crate) fn new(
        cx: &Cx<'_>,
        field: &'static str,
        code: &'a str,
        network: Option<&str>,
        device: Option<&str>,
    ) -> Result<Self> {
        limit::typed(field, code, limit::MAX_TYPED)?;
        Ok(Self { field, code, hints: hints(cx, network, device)? })
    }

    /// The member whose code was typed. A wrong code counts as a failed guess, as with coupons, and this count stays
    /// even though the command fails.
    pub(crate) fn referrer(&self, cx: &mut Cx<'_>, user_id: UserId) -> Result<Member> {
        let guard = Guard::of(cx.digests()?, Some(user_id), cx.actor);
        guard.check(cx)?;
        let code = code::normalize(self.code);
        let found = code.map(|code| members::by_referral_code(cx.store()?, &code)).transpose()?.flatten();
        let refusal = match found {
            Some(referrer) if referrer.user_id == user_id => return Err(Error::refused(Refusal::SelfReferral)),
            Some(referrer) if referrer.blocked => Refusal::NotUsable,
            Some(referrer) if cx.at < referrer.referral_code_expires_at => return Ok(referrer),
            Some(_) => Refusal::Expired,
            None => Refusal::NotUsable,
        };
        guard.count(cx, 1)?;
        Err(cx.keep_writes(Error::refused(refusal).with("field", self.field)))
    }
}

/// Whether a member may still name who invited them: once, and before the first purchase.
pub(crate) fn may_be_referred(friend: &Member) -> Result<()> {
    if friend.referred_by.is_some() {
        return Err(Error::refused(Refusal::AlreadyReferred));
    }
    if friend.total_visits > 0 {
        return Err(Error::refused(Refusal::NotFirstPurchase));
    }
    Ok(())
}

/// Records that a member came with another member's code: not their own, and not in a circle.
pub(crate) fn refer(
    cx: &mut Cx<'_>,
    account: &mut Account,
    invitation: &Invitation<'_>,
    referrer: &Member,
) -> Result<Referral> {
    let hints = &invitation.hints;
    let friend = &account.member;
    let (person, referrers) = (persons::find(cx.store()?, friend)?, persons::find(cx.store()?, referrer)?);
    if referral::same_person(&person, &referrers) || closes_a_circle(cx, friend, referrer)? {
        return Err(Error::refused(Refusal::SelfReferral));
    }
    has_room(cx, referrer)?;
    let risk = risk(cx, (&person, &referrers), referrer.user_id, hints)?;
    let zone = cx.programme.zone;
    let referral = Referral {
        referred: friend.user_id,
        referrer: referrer.user_id,
        stored: ReferralStatus::Pending,
        created_at: cx.at,
        expires_at: zone.end_of(zone.day_of(cx.at).plus_days(cx.programme.referral.pending_days)),
        completed_at: None,
        order: None,
        qualified_at: None,
        referrer_entry: None,
        referred_entry: None,
        referrer_points: Points::ZERO,
        reversed_at: None,
        decision: risk.holds(cx.programme.referral.review_risk).then_some(Decision::Held),
        risk,
    };
    referrals::insert(cx.store()?, &referral)?;
    let now = cx.now;
    referrals::note_hints(cx.store()?, referral.referred, hints, now)?;
    account.member.referred_by = Some(referral.referrer);
    members::update_referrer(cx.store()?, &account.member)?;
    let data = [("referrer_id", referral.referrer.get().into())];
    announce(cx, LogKind::ReferralJoined, Some(referral.referred), data)?;
    let friend = referral.referred.get().to_string();
    notify(cx, &NoticeDraft::of(referral.referrer, NoticeKind::ReferralJoined, friend))?;
    Ok(referral)
}

/// Whether the chain of referrers above leads back here. Only a member who referred somebody can be above anybody. The
/// chain is read under lock, so of simultaneous referrals that would close a circle, one is refused.
fn closes_a_circle(cx: &mut Cx<'_>, friend: &Member, referrer: &Member) -> Result<bool> {
    if referrer.user_id == friend.user_id {
        return Ok(true);
    }
    if !referrals::has_referred(cx.store()?, friend.user_id)? {
        return Ok(false);
    }
    // There is no circle yet, so the chain ends.
    let mut above = referrer.referred_by;
    while let Some(user_id) = above {
        if user_id == friend.user_id {
            return Ok(true);
        }
        above = members::referrer_of(cx.store()?, user_id)?;
    }
    Ok(false)
}

/// Refuses a code whose owner has reached the number of friends that the programme pays for.
fn has_room(cx: &mut Cx<'_>, referrer: &Member) -> Result<()> {
    let rules = cx.programme.referral;
    let full = |limit: i64| Error::refused(Refusal::ReferralLimitReached).with("limit", limit);
    if let Some(limit) = rules.total_limit.filter(|limit| referrer.successful_referrals >= *limit) {
        return Err(full(limit).with("period", "ever"));
    }
    let (from, until) = month_of(cx, cx.at);
    let in_month = referrals::successes(cx.store()?, referrer.user_id, from, until)?;
    if in_month < rules.monthly_limit {
        return Ok(());
    }
    Err(full(rules.monthly_limit).with("period", "month").with("again_at", cx.moment(until).to_string()))
}

/// The local month of a moment.
pub(crate) fn month_of(cx: &Cx<'_>, at: Instant) -> (Instant, Instant) {
    let zone = cx.programme.zone;
    let first = zone.day_of(at).start_of_month();
    (zone.start_of(first), zone.start_of(first.plus_days(31).start_of_month()))
}

fn risk(cx: &mut Cx<'_>, (friend, referrer): (&Person, &Person), user_id: UserId, hints: &Hints) -> Result<Risk> {
    let zone = cx.programme.zone;
    let since = zone.start_of(zone.day_of(cx.at).plus_days(-LOOK_BACK_DAYS));
    let day_before = cx.at.plus_seconds(-A_DAY_SECONDS);
    let lately = referrals::lately(cx.store()?, user_id, since, day_before, hints)?;
    let theirs = referrals::hints(cx.store()?, user_id, since)?;
    let side = |person, hints| Side { person, hints };
    Ok(Risk::of(side(friend, hints), side(referrer, &theirs), lately))
}

/// Whether two members are the same person, by what is known of them.
pub(crate) fn is_same_person(cx: &mut Cx<'_>, one: &Member, other: &Member) -> Result<bool> {
    let (one, other) = (persons::find(cx.store()?, one)?, persons::find(cx.store()?, other)?);
    Ok(referral::same_person(&one, &other))
}

/// Digests of what the host saw: enough to compare, but not the address itself.
pub(crate) fn hints(cx: &Cx<'_>, network: Option<&str>, device: Option<&str>) -> Result<Hints> {
    let key = cx.digests()?;
    let digest = |field: &str, seen: Option<&str>| {
        seen.map(|seen| {
            let seen = limit::typed(field, seen, limit::MAX_NAME)?;
            Ok(key.digest(&[field.as_bytes(), same_name(&seen).as_bytes()]))
        })
        .transpose()
    };
    Ok(Hints { network: digest("network", network)?, device: digest("device", device)? })
}
