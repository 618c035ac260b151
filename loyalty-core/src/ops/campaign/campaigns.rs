use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::campaign::phase;
use crate::domain::programme::Campaign;
use crate::ops::{Access, Operation};
use crate::store::campaigns::{self, CampaignRow};
use crate::value::{Decimal, Moment};

/// Lists the campaigns of the programme, the most important first: where each is in its life, how many members it has
/// chosen, and what that may cost.
///
/// Members chosen are those who are compared with (`control`), those who were spoken to (`reached`) and those who were
/// left out. `cost` counts each coupon at the most that it can take off, used or not, and points at the value that they
/// have when they pay bills; what nothing bounds counts as nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Campaigns {}

/// The campaigns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CampaignsReply {
    /// The campaigns.
    pub items: Vec<CampaignItem>,
}

/// A campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CampaignItem {
    /// Its id.
    pub id: String,
    /// Its name for staff.
    pub name: Option<String>,
    /// `planned`, `running`, `paused` or `ended`.
    pub state: String,
    /// Whether a run has begun and has not come to its end.
    pub in_progress: bool,
    /// For when it ran last; null if it never did.
    pub last_run: Option<Moment>,
    /// Members chosen, once for each period.
    pub chosen: i64,
    /// Those who are compared with.
    pub control: i64,
    /// Those who were spoken to.
    pub reached: i64,
    /// Those who were chosen and not spoken to.
    pub left_out: i64,
    /// What was given, at its worst cost in major units.
    pub cost: Decimal,
    /// The money that it may cost; null without a limit.
    pub budget: Option<Decimal>,
}

impl Operation for Campaigns {
    const NAME: &'static str = "campaigns";
    const ACCESS: Access = Access::Read;
    type Reply = CampaignsReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<CampaignsReply> {
        let rows = campaigns::all(cx.store()?)?.into_iter();
        let mut rows: BTreeMap<String, CampaignRow> = rows.map(|row| (row.id.clone(), row)).collect();
        let all = cx.programme.campaigns.iter();
        let items = all.map(|campaign| {
            let row = rows.remove(&campaign.id).unwrap_or_else(|| CampaignRow::new(&campaign.id));
            item(cx, campaign, &row)
        });
        Ok(CampaignsReply { items: items.collect() })
    }
}

/// A campaign as it is shown.
pub(super) fn item(cx: &Cx<'_>, campaign: &Campaign, row: &CampaignRow) -> CampaignItem {
    let state = phase(campaign, row.state, cx.programme.zone.day_of(cx.now));
    CampaignItem {
        id: campaign.id.clone(),
        name: campaign.name.clone(),
        state: state.word().to_owned(),
        in_progress: row.is_running,
        last_run: row.run.map(|run| cx.moment(run.at)),
        chosen: row.control + row.reached + row.left_out,
        control: row.control,
        reached: row.reached,
        left_out: row.left_out,
        cost: cx.shown(row.used),
        budget: campaign.budget.map(|budget| cx.shown(budget)),
    }
}
