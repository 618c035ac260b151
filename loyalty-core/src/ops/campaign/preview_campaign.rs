use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::found;
use super::run_campaign::{ReasonCount, counted};
use crate::Result;
use crate::booking::campaign::{self, Previewed};
use crate::booking::cx::Cx;
use crate::ops::{Access, Operation};
use crate::store::chosen::ChosenOutcome;
use crate::value::{Decimal, Instant, Moment, limit};

/// Says whom a campaign would choose if it ran, what they would get, and what that may cost at worst. Nothing is written.
///
/// It goes through all members and judges each as a run does, also while the campaign is paused or over.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct PreviewCampaign {
    /// Id of a campaign of the programme.
    pub id: String,
    /// As if it ran at this moment, by what is known now; default now.
    #[serde(default)]
    #[new(default)]
    pub at: Option<Instant>,
    /// Most members to show, 0 to 100.
    #[serde(default = "default_sample")]
    #[new(value = "default_sample()")]
    pub sample: i64,
}

const fn default_sample() -> i64 {
    5
}

/// What a run would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CampaignPreview {
    /// Members that it would choose: `control`, `reached` and those who are left out.
    pub chosen: i64,
    /// Those who would be compared with.
    pub control: i64,
    /// Those who would be spoken to.
    pub reached: i64,
    /// Those who would be chosen and not spoken to, by reason.
    pub left_out: Vec<ReasonCount>,
    /// Members whom the campaign is for and whom it would not choose now, by reason.
    pub passed_over: Vec<ReasonCount>,
    /// What the run may cost at worst, in major units; null when nothing bounds what a coupon takes off, or points have no
    /// value.
    pub worst_cost: Option<Decimal>,
    /// Some of the members that it would choose.
    pub samples: Vec<CampaignSample>,
}

/// A member that a campaign would choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CampaignSample {
    /// The member.
    pub user_id: i64,
    /// `control`, `reached` or `left_out`.
    pub outcome: String,
    /// Points that they would get.
    pub points: Option<i64>,
    /// The percentage that a coupon would take off.
    pub percent: Option<Decimal>,
    /// The money that a coupon would take off, or the most that its percentage would.
    pub money: Option<Decimal>,
    /// Until when the coupon would be good.
    pub until: Option<Moment>,
}

impl Operation for PreviewCampaign {
    const NAME: &'static str = "preview_campaign";
    const ACCESS: Access = Access::Read;
    type Reply = CampaignPreview;

    fn run(&self, cx: &mut Cx<'_>) -> Result<CampaignPreview> {
        let sample = limit::within("sample", self.sample, 0, 100)?;
        let campaign = found(cx, &self.id)?;
        let at = self.at.unwrap_or(cx.now);
        let (round, samples) = campaign::preview(cx, campaign, at, usize::try_from(sample).unwrap_or_default())?;
        let tally = round.tally;
        let left_out: i64 = tally.left_out.values().sum();
        Ok(CampaignPreview {
            chosen: tally.control + tally.reached + left_out,
            control: tally.control,
            reached: tally.reached,
            left_out: counted(&tally.left_out),
            passed_over: counted(&tally.passed_over),
            worst_cost: tally.is_bounded.then(|| cx.shown(tally.cost)),
            samples: samples.iter().map(|one| shown(cx, one)).collect(),
        })
    }
}

fn shown(cx: &Cx<'_>, one: &Previewed) -> CampaignSample {
    let outcome = match one.outcome {
        ChosenOutcome::Control => "control",
        ChosenOutcome::Reached => "reached",
        ChosenOutcome::LeftOut(_) => "left_out",
    };
    let coupon = one.coupon.as_ref();
    let percent = coupon.map(|coupon| coupon.percent.get()).filter(|percent| *percent > 0);
    let money = coupon.and_then(|coupon| if percent.is_some() { coupon.max_discount } else { Some(coupon.amount) });
    CampaignSample {
        user_id: one.user_id.get(),
        outcome: outcome.to_owned(),
        points: one.points.map(|points| points.get()),
        percent: percent.map(|percent| Decimal::new(percent, 2)),
        money: money.map(|money| cx.shown(money)),
        until: coupon.map(|coupon| cx.moment(coupon.valid_until)),
    }
}
