use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::campaigns::CampaignItem;
use super::{decide, found};
use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::campaign::CampaignState;
use crate::ops::{Access, Operation};

/// Pauses a campaign, or lets it go on. For staff.
///
/// Nobody is chosen after this call, also in the middle of a run; who was chosen keeps what they got. A run that was
/// begun goes on where it was.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct PauseCampaign {
    /// Id of a campaign of the programme.
    pub id: String,
    /// Whether it waits; false to let it go on.
    #[serde(default = "yes")]
    #[new(value = "true")]
    pub paused: bool,
}

const fn yes() -> bool {
    true
}

/// The campaign afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DecidedCampaign {
    /// The campaign.
    #[serde(flatten)]
    pub campaign: CampaignItem,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for PauseCampaign {
    const NAME: &'static str = "pause_campaign";
    const ACCESS: Access = Access::Write;
    type Reply = DecidedCampaign;

    fn run(&self, cx: &mut Cx<'_>) -> Result<DecidedCampaign> {
        let campaign = found(cx, &self.id)?;
        decide(cx, campaign, if self.paused { CampaignState::Paused } else { CampaignState::Open })
    }
}
