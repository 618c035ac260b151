//! Campaigns at work: which are due, a page of members at a time, and each member in the transaction of all that they
//! get.
//!
//! The rows of the campaigns are locked before members are, always in the same order, so that two runs wait for each
//! other and neither for a member of the other. Whom a campaign chooses is decided by `domain::campaign`, for a preview
//! as for a run.

mod claim;
mod plan;
mod walk;

use std::collections::BTreeMap;

use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::campaign::{CampaignState, Occasion, PassedOver, Phase, needs_of, occasion, phase};
use crate::domain::programme::{Campaign, CampaignTrigger, Programme};
use crate::domain::segment::Needs;
use crate::store::campaigns;
use crate::value::{Instant, Money};

pub(crate) use crate::store::campaigns::CampaignRow;
pub(crate) use walk::Previewed;

/// How many days after its moment a run still goes on.
const STILL_DAYS: i64 = 6;

/// A run of a campaign.
pub(crate) struct Round<'a> {
    pub(crate) campaign: &'a Campaign,
    pub(crate) row: CampaignRow,
    occasion: Occasion,
    needs: Needs,
    pub(crate) tally: Tally,
}

/// What became of the members of a part of a run.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    /// Those who are compared with.
    pub(crate) control: i64,
    /// Those who were spoken to.
    pub(crate) reached: i64,
    /// Those who were chosen and not spoken to, by reason.
    pub(crate) left_out: BTreeMap<&'static str, i64>,
    /// Those who were not chosen, by reason.
    pub(crate) passed_over: BTreeMap<&'static str, i64>,
    /// What was given, at its worst cost; what nothing bounds counts as nothing.
    pub(crate) cost: Money,
    /// Whether everything that was given is bounded.
    pub(crate) is_bounded: bool,
}

impl Default for Tally {
    fn default() -> Self {
        let (left_out, passed_over) = (BTreeMap::new(), BTreeMap::new());
        Self { control: 0, reached: 0, left_out, passed_over, cost: Money::ZERO, is_bounded: true }
    }
}

impl Tally {
    /// Counts somebody who is spoken to, at this cost if anything bounds it.
    fn reach(&mut self, row: &mut CampaignRow, cost: Option<Money>) -> Result<()> {
        self.reached += 1;
        row.reached += 1;
        self.is_bounded &= cost.is_some();
        let cost = cost.unwrap_or_default();
        self.cost = self.cost.plus(cost)?;
        row.used = row.used.plus(cost)?;
        Ok(())
    }

    fn pass(&mut self, reason: PassedOver) {
        *self.passed_over.entry(reason.word()).or_default() += 1;
    }
}

impl<'a> Round<'a> {
    fn new(campaign: &'a Campaign, row: CampaignRow, occasion: Occasion) -> Self {
        Self { campaign, row, occasion, needs: needs_of(campaign), tally: Tally::default() }
    }

    /// Why nobody else gets something that costs this much, if that is so.
    fn refusal(&self, cost: Option<Money>) -> Result<Option<PassedOver>> {
        if self.campaign.members.is_some_and(|members| self.row.reached >= members) {
            return Ok(Some(PassedOver::Members));
        }
        let used = self.row.used.plus(cost.unwrap_or_default())?;
        Ok(self.campaign.budget.filter(|budget| used > *budget).map(|_| PassedOver::Budget))
    }
}

/// What a part of the work did.
pub(crate) struct Ran {
    /// Members that were looked at.
    pub(crate) members: i64,
    /// Members who were spoken to.
    pub(crate) reached: i64,
    /// Whether there is more to do now.
    pub(crate) more: bool,
}

/// The run that a campaign is in, or that is due now. A run that has stood still for days is left for the next one.
fn due<'a>(programme: &Programme, campaign: &'a Campaign, mut row: CampaignRow, now: Instant) -> Option<Round<'a>> {
    let today = programme.zone.day_of(now);
    if phase(campaign, row.state, today) != Phase::Running {
        return None;
    }
    let comes_again = campaign.trigger != CampaignTrigger::Now;
    let is_old = |run: &Occasion| comes_again && today.days_since(run.day) > STILL_DAYS;
    let going_on = row.run.filter(|run| row.is_running && !is_old(run));
    let newer = |next: &Occasion| row.run.is_none_or(|last| last.at < next.at);
    let occasion = going_on.or_else(|| occasion(campaign, programme.zone, now).filter(newer))?;
    if going_on.is_none() {
        (row.run, row.is_running, row.place) = (Some(occasion), true, 0);
    }
    Some(Round::new(campaign, row, occasion))
}

/// The campaigns that have something to do now, by what is stored.
fn all_due<'a>(cx: &mut Cx<'a>) -> Result<Vec<&'a Campaign>> {
    let (programme, now) = (cx.programme, cx.now);
    if programme.campaigns.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows: BTreeMap<String, CampaignRow> =
        campaigns::all(cx.store()?)?.into_iter().map(|row| (row.id.clone(), row)).collect();
    let mut row_of = |id: &str| rows.remove(id).unwrap_or_else(|| CampaignRow::new(id));
    let is_due = |campaign: &&Campaign| due(programme, campaign, row_of(&campaign.id), now).is_some();
    Ok(programme.campaigns.iter().filter(is_due).collect())
}

/// Whether a campaign has something to do now.
pub(crate) fn is_due(cx: &mut Cx<'_>) -> Result<bool> {
    all_due(cx).map(|due| !due.is_empty())
}

/// Does a part of what is due: at most so many members.
pub(crate) fn run_due(cx: &mut Cx<'_>, limit: i64) -> Result<Ran> {
    let (programme, now) = (cx.programme, cx.now);
    let mut by_id = all_due(cx)?;
    by_id.sort_by(|one, other| one.id.cmp(&other.id));
    let mut rounds = Vec::new();
    for campaign in by_id {
        let row = campaigns::locked(cx.store()?, &campaign.id)?;
        rounds.extend(due(programme, campaign, row, now));
    }
    // Those that have come equally far go on together, the most important first.
    let place = rounds.iter().map(|round| round.row.place).min().unwrap_or(0);
    let waits = rounds.iter().any(|round| round.row.place != place);
    rounds.retain(|round| round.row.place == place);
    rounds.sort_by(|one, other| {
        let (one, other) = (one.campaign, other.campaign);
        other.priority.cmp(&one.priority).then_with(|| one.id.cmp(&other.id))
    });
    let members = go_on(cx, &mut rounds, (place, limit))?;
    let reached = rounds.iter().map(|round| round.tally.reached).sum();
    let more = waits || rounds.iter().any(|round| round.row.is_running);
    Ok(Ran { members, reached, more })
}

/// Runs one campaign now, whatever its hour, for at most so many members. A run that was begun goes on.
pub(crate) fn run_one<'a>(cx: &mut Cx<'a>, campaign: &'a Campaign, limit: i64) -> Result<(Round<'a>, i64)> {
    let (programme, now) = (cx.programme, cx.now);
    let row = campaigns::locked(cx.store()?, &campaign.id)?;
    let round = due(programme, campaign, row.clone(), now).unwrap_or_else(|| {
        let occasion = Occasion { at: now, day: programme.zone.day_of(now) };
        let row = CampaignRow { run: Some(occasion), is_running: true, place: 0, ..row };
        Round::new(campaign, row, occasion)
    });
    let place = round.row.place;
    let mut rounds = [round];
    let members = go_on(cx, &mut rounds, (place, limit))?;
    let [round] = rounds;
    Ok((round, members))
}

fn go_on(cx: &mut Cx<'_>, rounds: &mut [Round<'_>], (place, limit): (i64, i64)) -> Result<i64> {
    if rounds.is_empty() {
        return Ok(0);
    }
    // What is said is said now.
    cx.at = cx.now;
    let at = cx.now;
    let page = walk::page(cx, rounds, (place, limit), at, &mut |cx, round, one, _| {
        claim::claim(cx, round, one.member.user_id)
    })?;
    for round in rounds {
        match page.next {
            Some(next) => round.row.place = next,
            None => round.row.is_running = false,
        }
        campaigns::update(cx.store()?, &round.row)?;
    }
    Ok(page.members)
}

/// What a run of a campaign would do at a moment, with some of the members; nothing is written.
pub(crate) fn preview<'a>(
    cx: &mut Cx<'a>,
    campaign: &'a Campaign,
    at: Instant,
    sample: usize,
) -> Result<(Round<'a>, Vec<Previewed>)> {
    let stored = campaigns::all(cx.store()?)?.into_iter().find(|row| row.id == campaign.id);
    let row = stored.unwrap_or_else(|| CampaignRow::new(&campaign.id));
    let occasion = Occasion { at, day: cx.programme.zone.day_of(at) };
    walk::preview(cx, Round::new(campaign, row, occasion), at, sample)
}

/// Stores what staff have decided about a campaign, unless it has ended. Returns its row as it was.
pub(crate) fn decide(cx: &mut Cx<'_>, id: &str, state: CampaignState) -> Result<CampaignRow> {
    let before = campaigns::locked(cx.store()?, id)?;
    if before.state != state && before.state != CampaignState::Ended {
        campaigns::update(cx.store()?, &CampaignRow { state, ..before.clone() })?;
    }
    Ok(before)
}
