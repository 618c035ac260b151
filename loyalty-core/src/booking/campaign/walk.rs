//! Goes through the members, by user id, for all campaigns that run at once.

use super::Round;
use super::plan::plan;
use crate::Result;
use crate::booking::cx::Cx;
use crate::booking::segment::{Examined, complete, known};
use crate::domain::campaign::{Arm, ArmChoice, PassedOver, Verdict, choose};
use crate::domain::segment::{Narrow, Needs, holds};
use crate::store::chosen::ChosenOutcome;
use crate::store::{chosen, members};
use crate::value::{Instant, Points, UserId};

/// Members that are read at once.
const PAGE: i64 = 500;

/// How far a page has come.
pub(super) struct Page {
    /// Members that were looked at.
    pub(super) members: i64,
    /// Where to go on; none at the end.
    pub(super) next: Option<i64>,
}

/// What a campaign would do for a member.
pub(crate) struct Previewed {
    pub(crate) user_id: UserId,
    pub(crate) outcome: ChosenOutcome,
    pub(crate) points: Option<Points>,
    /// What a coupon takes off, and the most.
    pub(crate) coupon: Option<crate::domain::coupon::Coupon>,
}

/// What is done with a member who is chosen.
type OnChosen<'f> = &'f mut dyn FnMut(&mut Cx<'_>, &mut Round<'_>, &Examined, &ArmChoice) -> Result<()>;

/// Judges a page of members behind `after`, for each campaign, and hands on those who are chosen.
pub(super) fn page(
    cx: &mut Cx<'_>,
    rounds: &mut [Round<'_>],
    (after, limit): (i64, i64),
    at: Instant,
    on_chosen: OnChosen<'_>,
) -> Result<Page> {
    let now = cx.now;
    let page = members::narrowed(cx.store()?, &Narrow::NOTHING, now, (after, limit))?;
    let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(Page { members: 0, next: None }) };
    let (first, last) = (first.user_id, last.user_id);
    let looked_at = i64::try_from(page.len()).unwrap_or(limit);
    let past = chosen::between(cx.store()?, first, last)?;
    let examined = examine(cx, rounds, page, at)?;
    let programme = cx.programme;
    for one in &examined {
        let user_id = one.member.user_id;
        let past = past.get(&user_id).map_or(&[][..], Vec::as_slice);
        for round in &mut *rounds {
            match choose(programme, round.campaign, (&one.facts, past), user_id, (round.occasion, at)) {
                Verdict::NotForThem => {}
                Verdict::PassedOver(reason) => round.tally.pass(reason),
                Verdict::Chosen(_) if one.member.blocked => round.tally.pass(PassedOver::Blocked),
                Verdict::Chosen(choice) => on_chosen(cx, round, one, &choice)?,
            }
        }
    }
    Ok(Page { members: looked_at, next: (looked_at == limit).then_some(last.get()) })
}

/// What must be known of the members for all campaigns: windows are as wide as the widest.
fn all_needs(cx: &Cx<'_>, rounds: &[Round<'_>]) -> Needs {
    let mut all = Needs::default();
    for round in rounds {
        all.join(&round.needs);
    }
    if all.score {
        all.days = all.days.max(cx.programme.score.frequency_days).max(cx.programme.score.amount_days);
    }
    all
}

/// The members with what each campaign needs to know of those who may be meant.
fn examine(
    cx: &mut Cx<'_>,
    rounds: &[Round<'_>],
    page: Vec<crate::domain::member::Member>,
    at: Instant,
) -> Result<Vec<Examined>> {
    let (programme, all) = (cx.programme, all_needs(cx, rounds));
    let today = programme.zone.day_of(at);
    let examined = page.into_iter().map(|member| known(cx, member, &all, at));
    let mut examined = examined.collect::<Result<Vec<_>>>()?;
    for round in rounds {
        let own = &round.needs;
        let looks_back = own.days > 0 || own.score;
        let ending = if own.ending.is_empty() { own.ending.clone() } else { all.ending.clone() };
        let needs = Needs { days: if looks_back { all.days } else { 0 }, ending, ..own.clone() };
        let may = |one: &Examined| holds(&round.campaign.who, &one.facts, programme, today) != Some(false);
        let (mut open, rest): (Vec<_>, Vec<_>) = examined.into_iter().partition(may);
        complete(cx, &mut open, &needs, at)?;
        examined = rest;
        examined.append(&mut open);
    }
    examined.sort_by_key(|one| one.member.user_id);
    Ok(examined)
}

/// What a run would do, over all members.
pub(super) fn preview<'a>(
    cx: &mut Cx<'a>,
    round: Round<'a>,
    at: Instant,
    sample: usize,
) -> Result<(Round<'a>, Vec<Previewed>)> {
    let (mut rounds, mut samples, mut after) = ([round], Vec::new(), 0);
    loop {
        let page = page(cx, &mut rounds, (after, PAGE), at, &mut |cx, round, one, choice| {
            let found = previewed(cx, round, (one, choice), at)?;
            samples.extend(found.filter(|_| samples.len() < sample));
            Ok(())
        })?;
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    let [round] = rounds;
    Ok((round, samples))
}

fn previewed(
    cx: &mut Cx<'_>,
    round: &mut Round<'_>,
    (one, choice): (&Examined, &ArmChoice),
    at: Instant,
) -> Result<Option<Previewed>> {
    let user_id = one.member.user_id;
    if choice.arm == Arm::Control {
        round.tally.control += 1;
        return Ok(Some(Previewed { user_id, outcome: ChosenOutcome::Control, points: None, coupon: None }));
    }
    let plan = plan(cx, round.campaign, (&one.member, &one.facts), (&choice.period, round.occasion, at))?;
    match plan.outcome {
        ChosenOutcome::LeftOut(reason) => *round.tally.left_out.entry(reason).or_default() += 1,
        _ => {
            if let Some(reason) = round.refusal(plan.cost)? {
                round.tally.pass(reason);
                return Ok(None);
            }
            round.tally.reach(&mut round.row, plan.cost)?;
        }
    }
    Ok(Some(Previewed { user_id, outcome: plan.outcome, points: plan.points, coupon: plan.coupon }))
}
