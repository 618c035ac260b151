//! Groups of members, and what the shop says and gives to them of its own accord.
//!
//! ```
//! use loyalty_core::{Engine, Options, ops::{Conditions, EarnPoints, NumberBounds, Segment}, value::{Amount, UserId}};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! engine.run(&EarnPoints::new(UserId::new(7)?, Amount::from(12_990)))?;
//! let points = NumberBounds { at_least: Some(100), at_most: None };
//! let conditions = Conditions { points: Some(points), ..Conditions::default() };
//! let ask = Segment { conditions: Some(conditions), user_id: Some(UserId::new(7)?), ..Segment::new() };
//! let found = engine.run(&ask)?;
//! assert_eq!((found.count, found.items[0].user_id), (1, 7));
//! assert!(found.member.is_some_and(|member| member.in_it && member.because[0].condition == "points"));
//! # Ok::<(), loyalty_core::Error>(())
//! ```
//!
//! ```
//! use loyalty_core::{Engine, Options, ops::{Campaigns, EndCampaign, Enroll, PauseCampaign, PreviewCampaign, RunCampaign}};
//! use loyalty_core::{programme::Programme, value::UserId};
//!
//! let campaign = r#"
//! [[campaigns]]
//! id = "regalo"
//! trigger = { at = "now" }
//! once_per = "campaign"
//! offer = { points = 100 }
//! message = "personal_offer"
//! title = "Un regalo para ti"
//! text = "Ven a gastarlo."
//! "#;
//! let programme = Programme::parse(&format!("{}{campaign}", Programme::cafe_vt()?.source()))?;
//! let engine = Engine::open(Options::sqlite(":memory:").programme(programme))?;
//! engine.run(&Enroll::new(UserId::new(7)?))?;
//! let preview = engine.run(&PreviewCampaign::new("regalo".into()))?;
//! assert_eq!((preview.reached, preview.samples[0].points), (1, Some(100)));
//! assert_eq!(engine.run(&RunCampaign::new("regalo".into()))?.reached, 1);
//! assert_eq!(engine.run(&PauseCampaign::new("regalo".into()))?.campaign.state, "paused");
//! assert_eq!(engine.run(&EndCampaign::new("regalo".into()))?.campaign.state, "ended");
//! assert!(engine.run(&Campaigns::new())?.items.iter().any(|item| item.id == "regalo" && item.chosen == 1));
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod campaigns;
mod end_campaign;
mod pause_campaign;
mod preview_campaign;
mod run_campaign;
mod segment;

pub use campaigns::{CampaignItem, Campaigns, CampaignsReply};
pub use end_campaign::EndCampaign;
pub use pause_campaign::{DecidedCampaign, PauseCampaign};
pub use preview_campaign::{CampaignPreview, CampaignSample, PreviewCampaign};
pub use run_campaign::{CampaignRun, ReasonCount, RunCampaign};
pub use segment::*;

use crate::booking::announce::announce;
use crate::booking::campaign;
use crate::booking::cx::Cx;
use crate::domain::campaign::{CampaignState, phase};
use crate::domain::log_event::LogKind;
use crate::domain::programme::Campaign;
use crate::value::limit;
use crate::{Error, Refusal, Result};

/// The campaign with this id.
fn found<'a>(cx: &Cx<'a>, id: &str) -> Result<&'a Campaign> {
    cx.programme.campaign(id).ok_or_else(|| Error::not_found("id", limit::beginning(id)))
}

/// Stores what staff decide about a campaign; one that has ended stays so.
fn decide(cx: &mut Cx<'_>, campaign: &Campaign, state: CampaignState) -> Result<DecidedCampaign> {
    let before = campaign::decide(cx, &campaign.id, state)?;
    if before.state == CampaignState::Ended && state != CampaignState::Ended {
        return Err(Error::refused(Refusal::Expired));
    }
    let row = campaign::CampaignRow { state, ..before };
    let word = phase(campaign, state, cx.programme.zone.day_of(cx.now)).word();
    announce(
        cx,
        LogKind::CampaignChanged,
        None,
        [("campaign_id", campaign.id.as_str().into()), ("state", word.into())],
    )?;
    Ok(DecidedCampaign { campaign: campaigns::item(cx, campaign, &row), replayed: false })
}
