use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::found;
use crate::booking::campaign;
use crate::booking::cx::Cx;
use crate::domain::campaign::{Phase, phase};
use crate::ops::{Access, Operation};
use crate::store::campaigns;
use crate::value::{Decimal, limit};
use crate::{Error, Refusal, Result};

/// Members of one call, when the call gives no limit.
const USUAL: i64 = 200;

/// Runs a campaign now, whatever its hour, for a part of the members: call it until `more` is false. For staff.
///
/// `run_tasks` does this by itself when a campaign is due. A member is chosen once for each period (`once_per`), however
/// often and by however many callers it is run; what a member gets and the note that they got it are one transaction. A
/// run that was begun goes on where it is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct RunCampaign {
    /// Id of a campaign of the programme.
    pub id: String,
    /// Most members to look at, 1 to 10000; default 200.
    #[serde(default)]
    #[new(default)]
    pub limit: Option<i64>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CampaignRun {
    /// Members that this call has looked at.
    pub members: i64,
    /// Members that it has chosen: `control`, `reached` and those who are left out.
    pub chosen: i64,
    /// Those who are compared with: they get nothing.
    pub control: i64,
    /// Those who were spoken to.
    pub reached: i64,
    /// Those who were chosen and not spoken to, by reason: `balance_full` (no point fits on the account), `told_before`.
    pub left_out: Vec<ReasonCount>,
    /// Members whom the campaign is for and who were not chosen now, by reason: `already` (for this period), `blocked`,
    /// `holdout`, `cap`, `budget`, `members`.
    pub passed_over: Vec<ReasonCount>,
    /// What was given, at its worst cost in major units.
    pub cost: Decimal,
    /// Whether the run goes on with the next call.
    pub more: bool,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

/// How many members there are for a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReasonCount {
    /// The reason.
    pub reason: String,
    /// How many.
    pub members: i64,
}

/// Members by reason, as they are shown.
pub(super) fn counted(reasons: &BTreeMap<&'static str, i64>) -> Vec<ReasonCount> {
    reasons.iter().map(|(reason, members)| ReasonCount { reason: (*reason).to_owned(), members: *members }).collect()
}

impl Operation for RunCampaign {
    const NAME: &'static str = "run_campaign";
    const ACCESS: Access = Access::Write;
    type Reply = CampaignRun;

    fn run(&self, cx: &mut Cx<'_>) -> Result<CampaignRun> {
        let limit = self.limit.map_or(Ok(USUAL), |members| limit::within("limit", members, 1, 10_000))?;
        let campaign = found(cx, &self.id)?;
        let row = campaigns::locked(cx.store()?, &campaign.id)?;
        match phase(campaign, row.state, cx.programme.zone.day_of(cx.now)) {
            Phase::Running => {}
            Phase::Planned => return Err(Error::refused(Refusal::NotStarted)),
            Phase::Paused => return Err(Error::refused(Refusal::Inactive)),
            Phase::Ended => return Err(Error::refused(Refusal::Expired)),
        }
        let (round, members) = campaign::run_one(cx, campaign, limit)?;
        let tally = round.tally;
        let left_out: i64 = tally.left_out.values().sum();
        Ok(CampaignRun {
            members,
            chosen: tally.control + tally.reached + left_out,
            control: tally.control,
            reached: tally.reached,
            left_out: counted(&tally.left_out),
            passed_over: counted(&tally.passed_over),
            cost: cx.shown(tally.cost),
            more: round.row.is_running,
            replayed: false,
        })
    }
}
