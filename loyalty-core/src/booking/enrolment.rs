//! A new member: the initial row, with a unique referral code.

use crate::booking::account::Account;
use crate::booking::announce::announce;
use crate::booking::cx::Cx;
use crate::booking::mail;
use crate::booking::notify::notify;
use crate::domain::ledger::FIRST_LINK;
use crate::domain::log_event::LogKind;
use crate::domain::member::{Member, Person};
use crate::domain::notice::{NoticeDraft, NoticeKind};
use crate::domain::tier::TierState;
use crate::store::{members, persons};
use crate::value::{Instant, MemberId, Money, Points, Score, UserId, limit};
use crate::{Error, Fault, Result};

/// Adds a member that is known to be new.
pub(crate) fn join(cx: &mut Cx<'_>, user_id: UserId, person: Person) -> Result<Account> {
    let at = cx.at;
    join_on(cx, user_id, person, at)
}

/// Adds a member that is known to be new here and joined at an earlier moment.
pub(crate) fn join_on(cx: &mut Cx<'_>, user_id: UserId, person: Person, joined: Instant) -> Result<Account> {
    let zone = cx.programme.zone;
    let mut member = Member {
        id: MemberId::stored(1),
        user_id,
        locale: person.locale,
        balance: Points::ZERO,
        debt: Points::ZERO,
        total_points: Points::ZERO,
        qualifying_points: Points::ZERO,
        current_tier: cx.programme.first_tier()?.id.clone(),
        tier_since: cx.at,
        tier_state: TierState::default(),
        score: Score::ZERO,
        join_date: joined,
        last_visit: None,
        total_visits: 0,
        total_spent: Money::ZERO,
        distinct_products: 0,
        favorite_products: "[]".to_owned(),
        rewards_redeemed: 0,
        successful_referrals: 0,
        referral_code: free_referral_code(cx)?,
        referral_code_expires_at: zone.end_of(zone.day_of(cx.at).plus_days(cx.programme.referral.code_days)),
        referred_by: None,
        points_expiry_date: Instant::NEVER,
        ending_points: None,
        pending_until: Instant::stored(limit::FIRST_MICROS),
        held: Points::ZERO,
        held_until: Instant::NEVER,
        merged_into: None,
        blocked: false,
        entries: 0,
        last_link: FIRST_LINK,
        last_recorded_at: cx.now,
        lots_from: 0,
        text_salt: Some(cx.entropy.bytes()),
        attributes: 0,
        archived_to: None,
        offers: 0,
    };
    member.id = members::insert(cx.store()?, &member)?;
    persons::insert(cx.store()?, user_id, &person)?;
    announce(cx, LogKind::MemberEnrolled, Some(user_id), [])?;
    mail::note_consents(cx, user_id, &Person::default(), &person)?;
    notify(cx, &NoticeDraft::of(user_id, NoticeKind::Welcome, ""))?;
    Account::of(cx, member)
}

/// A unique referral code. On a collision it tries again; running out of free codes is an error.
pub(crate) fn free_referral_code(cx: &mut Cx<'_>) -> Result<String> {
    for _ in 0..16 {
        let code = cx.programme.referral_code.generate(cx.entropy);
        if members::by_referral_code(cx.store()?, &code)?.is_none() {
            return Ok(code);
        }
    }
    Err(Error::unavailable(
        Fault::CodesExhausted,
        "no free referral code was found; make `codes.referral.length` longer",
    ))
}
