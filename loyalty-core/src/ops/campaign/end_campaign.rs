use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::pause_campaign::DecidedCampaign;
use super::{decide, found};
use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::campaign::CampaignState;
use crate::ops::{Access, Operation};

/// Ends a campaign for good: it chooses nobody any more. Who was chosen keeps what they got. For staff.
///
/// To run something like it again, give it a new id in the programme: members are then chosen anew.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct EndCampaign {
    /// Id of a campaign of the programme.
    pub id: String,
}

impl Operation for EndCampaign {
    const NAME: &'static str = "end_campaign";
    const ACCESS: Access = Access::Write;
    type Reply = DecidedCampaign;

    fn run(&self, cx: &mut Cx<'_>) -> Result<DecidedCampaign> {
        let campaign = found(cx, &self.id)?;
        decide(cx, campaign, CampaignState::Ended)
    }
}
