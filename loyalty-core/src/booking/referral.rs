//! A referral follows its purchase: paid with it, and taken back with it.

use crate::booking::account::{Account, Draft};
use crate::booking::announce::announce;
use crate::booking::cx::Cx;
use crate::booking::notify::notify;
use crate::domain::catalogue::Text;
use crate::domain::expiry;
use crate::domain::ledger::EntryKind;
use crate::domain::log_event::LogKind;
use crate::domain::notice::{NoticeDraft, NoticeKind};
use crate::domain::referral::{Decision, Referral, ReferralStatus, Step};
use crate::store::{members, referrals};
use crate::value::{EntryId, Instant, Money, OrderId, Points, UserId};
use crate::{Error, Result};

use crate::booking::invitation::{is_same_person, month_of};

/// Updates a member's referral when an order, paid at `at`, now stands at `kept`, or at an unknown amount. Most members
/// have no referral.
///
/// Only the member's row shows who the referrer is and whether the order pays, so a referrer with a lower id is locked
/// after the member. If this meets a write that locks both in ascending order, the server ends one of them, and it runs
/// again.
pub(crate) fn settle_referral(
    cx: &mut Cx<'_>,
    account: &mut Account,
    order: Option<&OrderId>,
    kept: Option<Money>,
    at: Instant,
) -> Result<()> {
    if account.member.referred_by.is_none() {
        return Ok(());
    }
    match referrals::find(cx.store()?, account.member.user_id)? {
        Some(referral) => follow(cx, account, referral, order, kept, at),
        None => Ok(()),
    }
}

/// The same for an order that changed. The order may belong to a member who was merged into this one, and may have paid
/// the referral that brought that member.
pub(crate) fn settle_changed_order(
    cx: &mut Cx<'_>,
    account: &mut Account,
    order: &OrderId,
    kept: Option<Money>,
    at: Instant,
) -> Result<()> {
    settle_referral(cx, account, Some(order), kept, at)?;
    for referral in referrals::of_parts(cx.store()?, account.member.id, order)? {
        follow(cx, account, referral, Some(order), kept, at)?;
    }
    Ok(())
}

fn follow(
    cx: &mut Cx<'_>,
    account: &mut Account,
    mut referral: Referral,
    order: Option<&OrderId>,
    kept: Option<Money>,
    at: Instant,
) -> Result<()> {
    let before = (referral.stored, referral.reversed_at);
    match referral.step(order, kept, at, &cx.programme.referral) {
        Step::Nothing => return Ok(()),
        Step::Expire => referral.stored = ReferralStatus::Expired,
        Step::Forget => (referral.order, referral.qualified_at) = (None, None),
        Step::Note => note(&mut referral, order, at),
        Step::Pay => {
            note(&mut referral, order, at);
            pay(cx, account, &mut referral)?;
        }
        Step::TakeBack => take_back(cx, account, &mut referral)?,
    }
    keep(cx, &referral, before, None)
}

/// Stores a referral, and tells how it ended.
pub(crate) fn keep(
    cx: &mut Cx<'_>,
    referral: &Referral,
    before: (ReferralStatus, Option<Instant>),
    decided_by: Option<&str>,
) -> Result<()> {
    referrals::update(cx.store()?, referral, decided_by)?;
    let kind = match (referral.stored, referral.reversed_at) {
        now if now == before => return Ok(()),
        (_, Some(_)) => LogKind::ReferralReversed,
        (ReferralStatus::Successful, None) => LogKind::ReferralCompleted,
        (ReferralStatus::Expired | ReferralStatus::Rejected, None) => LogKind::ReferralEnded,
        _ => return Ok(()),
    };
    let data = [("referrer_id", referral.referrer.get().into()), ("points", referral.referrer_points.get().into())];
    announce(cx, kind, Some(referral.referred), data)?;
    if kind != LogKind::ReferralCompleted || referral.referrer_points == Points::ZERO {
        return Ok(());
    }
    let friend = referral.referred.get().to_string();
    let mut notice = NoticeDraft::of(referral.referrer, NoticeKind::ReferralSuccessful, friend);
    notice.data.points = Some(referral.referrer_points.get());
    notify(cx, &notice).map(drop)
}

fn note(referral: &mut Referral, order: Option<&OrderId>, at: Instant) {
    referral.order = order.cloned();
    referral.qualified_at = Some(at);
}

/// A purchase that would pay a member for inviting themselves: staff decide, or without a review nothing happens.
fn doubt(referral: &mut Referral, has_review: bool) {
    if has_review {
        referral.decision = Some(Decision::Held);
    } else {
        referral.decision = Some(Decision::Rejected);
        referral.stored = ReferralStatus::Expired;
    }
}

/// Gives both members their points, once. A referrer who is blocked or beyond the programme's limits gets none.
pub(crate) fn pay(cx: &mut Cx<'_>, account: &mut Account, referral: &mut Referral) -> Result<()> {
    let rules = cx.programme.referral;
    let Some(mut referrer) = other(cx, account, referral.referrer)? else {
        // The two were merged: nobody is paid for inviting themselves.
        if referral.stored == ReferralStatus::Pending {
            referral.stored = ReferralStatus::Expired;
        }
        return Ok(());
    };
    if referral.decision.is_none() && is_same_person(cx, &account.member, &referrer.member)? {
        // An identifier that was added after the code was used shows that they are the same person.
        doubt(referral, rules.review_risk.is_some());
        return Ok(());
    }
    let (from, until) = month_of(cx, cx.at);
    let in_month = referrals::successes(cx.store()?, referral.referrer, from, until)?;
    let in_all = referrer.member.successful_referrals;
    let within = !referrer.member.blocked
        && in_month < rules.monthly_limit
        && rules.total_limit.is_none_or(|limit| in_all < limit);
    referral.stored = ReferralStatus::Successful;
    referral.completed_at = Some(cx.at);
    referral.qualified_at = None;
    referral.reversed_at = None;
    (referral.referred_entry, _) = bonus(cx, account, rules.referred_points, Text::WasReferred)?;
    referrer.member.successful_referrals += 1;
    if within {
        (referral.referrer_entry, referral.referrer_points) =
            bonus(cx, &mut referrer, rules.referrer_points, Text::ReferredFriend)?;
    } else {
        referral.referrer_points = Points::ZERO;
        referral.referrer_entry = None;
    }
    referrer.member.score = referrer.scored(cx, cx.at)?.1.score;
    referrer.raise_tier(cx)?;
    referrer.save(cx)
}

/// The account of the referrer; nothing when it is the friend's own account, because the two were merged.
fn other(cx: &mut Cx<'_>, account: &Account, referrer: UserId) -> Result<Option<Account>> {
    let found = members::find(cx.store()?, referrer)?;
    let found = found.ok_or_else(|| Error::internal(format_args!("the referrer {referrer} is missing")))?;
    if found.id == account.member.id { Ok(None) } else { Account::of(cx, found).map(Some) }
}

/// Gives a bonus, as far as it fits below the cap on the balance. Returns its entry and the points given.
fn bonus(cx: &mut Cx<'_>, account: &mut Account, points: Points, text: Text<'_>) -> Result<(Option<EntryId>, Points)> {
    if points == Points::ZERO {
        return Ok((None, points));
    }
    let description = text.say(cx.locale_of(&account.member));
    let expires_at = expiry::ends(cx.programme, &account.member.current_tier, cx.at, cx.at);
    let mut draft = Draft::new(EntryKind::Referral, points, description, cx.at);
    account.fit(cx, &mut draft, Some(EntryKind::Referral.word()))?;
    let given = draft.points;
    Ok((Some(account.credit(cx, draft, cx.at, expires_at)?), given))
}

/// Takes both bonuses back. What was already spent is owed or written off, as the programme says for refunds.
fn take_back(cx: &mut Cx<'_>, account: &mut Account, referral: &mut Referral) -> Result<()> {
    referral.reversed_at = Some(cx.at);
    take_bonus(cx, account, referral.referred_entry)?;
    let Some(mut referrer) = other(cx, account, referral.referrer)? else {
        // The two were merged. The caller that changed the order judges the tier.
        account.member.successful_referrals -= 1;
        return take_bonus(cx, account, referral.referrer_entry);
    };
    let tier_value = referrer.carrying_value(cx)?;
    take_bonus(cx, &mut referrer, referral.referrer_entry)?;
    referrer.member.successful_referrals -= 1;
    referrer.member.score = referrer.scored(cx, cx.at)?.1.score;
    referrer.lower_tier(cx, tier_value)?;
    referrer.save(cx)
}

fn take_bonus(cx: &mut Cx<'_>, account: &mut Account, entry: Option<EntryId>) -> Result<()> {
    let Some(given) = entry else { return Ok(()) };
    let points = crate::store::ledger::points_of(cx.store()?, given)?;
    if points == Points::ZERO {
        return Ok(());
    }
    let text = Text::ReferralTakenBack.say(cx.locale_of(&account.member));
    let mut draft = Draft::new(EntryKind::Reversal, points.negated(), text, cx.at);
    draft.reverses = Some(given);
    account.take_back_kind(cx, draft, &[given], EntryKind::Referral)?;
    Ok(())
}
