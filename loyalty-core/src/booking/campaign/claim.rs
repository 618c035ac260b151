//! Chooses one member, under the member's lock: what was true when the page was read is judged again.

use super::Round;
use super::plan::{Plan, plan};
use crate::booking::account::{Account, Draft};
use crate::booking::announce::announce;
use crate::booking::codes;
use crate::booking::cx::Cx;
use crate::booking::notify::notify;
use crate::booking::segment::facts_of;
use crate::domain::campaign::{Arm, PassedOver, Verdict, choose};
use crate::domain::expiry;
use crate::domain::ledger::EntryKind;
use crate::domain::log_event::LogKind;
use crate::domain::programme::Campaign;
use crate::store::chosen::{self, ChosenOutcome, Given, NewChoice};
use crate::store::{campaigns, notices};
use crate::value::{EntryId, Money, Points, UserId};
use crate::{Error, Result};

/// Chooses a member, unless that is no longer right. A member gets all of it or nothing.
pub(super) fn claim(cx: &mut Cx<'_>, round: &mut Round<'_>, user_id: UserId) -> Result<()> {
    let mut account = Account::get(cx, user_id)?;
    let (user_id, now, campaign) = (account.member.user_id, cx.now, round.campaign);
    if account.member.blocked {
        round.tally.pass(PassedOver::Blocked);
        return Ok(());
    }
    let past = chosen::between(cx.store()?, user_id, user_id)?.remove(&user_id).unwrap_or_default();
    let facts = facts_of(cx, &account.member, &round.needs, now)?;
    let choice = match choose(cx.programme, campaign, (&facts, &past), user_id, (round.occasion, now)) {
        Verdict::NotForThem => return Ok(()),
        Verdict::PassedOver(reason) => {
            round.tally.pass(reason);
            return Ok(());
        }
        Verdict::Chosen(choice) => choice,
    };
    let (campaign_id, period) = (campaign.id.as_str(), choice.period.as_str());
    let chosen_for = |outcome| NewChoice { user_id, campaign: campaign_id, period, outcome, at: now };
    if choice.arm == Arm::Control {
        return not_spoken_to(cx, round, &chosen_for(ChosenOutcome::Control));
    }
    let planned = plan(cx, campaign, (&account.member, &facts), (period, round.occasion, now))?;
    if planned.outcome != ChosenOutcome::Reached {
        return not_spoken_to(cx, round, &chosen_for(planned.outcome));
    }
    if let Some(reason) = round.refusal(planned.cost)? {
        round.tally.pass(reason);
        return Ok(());
    }
    give(cx, round, &mut account, &chosen_for(ChosenOutcome::Reached), planned)
}

fn not_spoken_to(cx: &mut Cx<'_>, round: &mut Round<'_>, choice: &NewChoice<'_>) -> Result<()> {
    if !chosen::add(cx.store()?, choice)? {
        round.tally.pass(PassedOver::Already);
        return Ok(());
    }
    let counts = match choice.outcome {
        ChosenOutcome::LeftOut(reason) => {
            *round.tally.left_out.entry(reason).or_default() += 1;
            (0, 1)
        }
        _ => {
            round.tally.control += 1;
            (1, 0)
        }
    };
    round.row.control += counts.0;
    round.row.left_out += counts.1;
    campaigns::count(cx.store()?, choice.campaign, counts)
}

fn give(
    cx: &mut Cx<'_>,
    round: &mut Round<'_>,
    account: &mut Account,
    choice: &NewChoice<'_>,
    plan: Plan,
) -> Result<()> {
    let campaign = round.campaign;
    if !chosen::add(cx.store()?, choice)? {
        round.tally.pass(PassedOver::Already);
        return Ok(());
    }
    let most = (campaign.budget.unwrap_or(Money::stored(i64::MAX)), campaign.members.unwrap_or(i64::MAX));
    let cost = plan.cost.unwrap_or_default();
    if !campaigns::reserve(cx.store()?, &campaign.id, cost, most)? {
        return Err(Error::internal("the budget of a campaign changed under its lock"));
    }
    let coupon = match plan.coupon {
        Some(coupon) => {
            let shape = codes::shape(cx, None, None, 1)?;
            Some(codes::issue(cx, &shape, coupon)?.id)
        }
        None => None,
    };
    let entry = plan.points.map(|points| credit(cx, account, campaign, points)).transpose()?;
    notify(cx, &plan.notice)?;
    let ending = match campaign.ends_with {
        Some(ends_with) => Some((ends_with, notices::number(cx.store()?, &plan.notice)?)),
        None => None,
    };
    chosen::note(cx.store()?, choice, Given { coupon, entry, cost, ending })?;
    let data = [
        ("campaign_id", campaign.id.as_str().into()),
        ("period", choice.period.into()),
        ("coupon_id", coupon.map(|coupon| coupon.get()).into()),
        ("transaction_id", entry.map(|entry| entry.get()).into()),
    ];
    announce(cx, LogKind::CampaignReached, Some(choice.user_id), data)?;
    round.tally.reach(&mut round.row, plan.cost)
}

fn credit(cx: &mut Cx<'_>, account: &mut Account, campaign: &Campaign, points: Points) -> Result<EntryId> {
    let title = campaign.notice.words.as_ref().map(|[title, _]| title);
    let said = title.or(campaign.name.as_ref()).unwrap_or(&campaign.id).clone();
    let mut draft = Draft::new(EntryKind::Bonus, points, said, cx.at);
    account.fit(cx, &mut draft, None)?;
    let ends = expiry::ends(cx.programme, &account.member.current_tier, cx.at, cx.at);
    let entry = account.credit(cx, draft, cx.at, ends)?;
    account.raise_tier(cx)?;
    account.save(cx)?;
    Ok(entry)
}
