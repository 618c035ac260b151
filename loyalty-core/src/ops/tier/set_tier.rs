use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check_tier_upgrade::TierCheck;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::domain::act::{RecordedAct, TierAct};
use crate::domain::tier::HandMode;
use crate::domain::tier::{self, Hand};
use crate::ops::{Access, Operation};
use crate::value::{DayOrMoment, UserId, limit};
use crate::{Error, Result};

/// Gives a member a tier by hand, or takes such a tier back.
///
/// For staff. With the default mode, a floor, the member never falls below the tier while it stands, but can still
/// rise. A fixed tier replaces the one that the metric gives. When the tier given by hand ends by the clock, the member
/// has the tier that the metric gives.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct SetTier {
    /// The member.
    pub user_id: UserId,
    /// Id of the tier; null takes back the one that was given by hand.
    #[serde(default)]
    #[new(default)]
    pub tier: Option<String>,
    /// Until when; default without an end. A date includes its whole local day.
    #[serde(default)]
    #[new(default)]
    pub until: Option<DayOrMoment>,
    /// What the tier given by hand does to the one that the metric gives.
    #[serde(default)]
    #[new(default)]
    pub mode: HandMode,
    /// The reason, for the history.
    #[serde(default)]
    #[new(default)]
    pub reason: Option<String>,
}

impl Operation for SetTier {
    const NAME: &'static str = "set_tier";
    const ACCESS: Access = Access::Write;
    type Reply = TierCheck;

    fn run(&self, cx: &mut Cx<'_>) -> Result<TierCheck> {
        let hand = self.hand(cx)?;
        let reason =
            self.reason.as_deref().map(|reason| limit::readable_text("reason", reason, limit::MAX_DESCRIPTION));
        let reason = reason.transpose()?;
        let mut account = Account::get(cx, self.user_id)?;
        let tier_before = account.member.current_tier.clone();
        let last = account.last_entry();
        account.give_tier(cx, hand, reason)?;
        account.save(cx)?;
        account.note(cx, last, &RecordedAct::SetTier(TierAct { reason: None, ..self.clone().into_act() }))?;
        let value = account.tier_value(cx)?;
        let progress = tier::progress(cx.programme, &account.member.current_tier, value)?;
        let (before, _) = tier::held_tier(cx.programme, &tier_before)?;
        let (after, _) = tier::held_tier(cx.programme, &progress.tier.id)?;
        Ok(TierCheck {
            tier: progress.tier.id.clone(),
            upgraded: after > before,
            points_to_next_tier: progress.needed,
            tier_before,
            replayed: false,
        })
    }
}

impl SetTier {
    fn hand(&self, cx: &Cx<'_>) -> Result<Option<Hand>> {
        let Some(id) = &self.tier else {
            if self.until.is_some() {
                return Err(Error::invalid("until", "has no meaning without `tier`"));
            }
            return Ok(None);
        };
        let (_, tier) = cx.programme.tier(id).ok_or_else(|| {
            let shown = limit::beginning(id);
            Error::not_found("tier", shown)
        })?;
        let until = self.until.map(|until| until.as_end(cx.programme.zone));
        if until.is_some_and(|until| until <= cx.at) {
            return Err(Error::invalid("until", "must lie after the tier is given"));
        }
        Ok(Some(Hand { tier: tier.id.clone(), fixed: self.mode == HandMode::Fixed, until }))
    }
}

impl SetTier {
    /// The form in which it is kept.
    pub(crate) fn into_act(self) -> TierAct {
        let SetTier { user_id, tier, until, mode, reason } = self;
        TierAct { user_id, tier, until, mode, reason }
    }

    /// The request that was kept.
    pub(crate) fn from_act(act: TierAct) -> Self {
        let TierAct { user_id, tier, until, mode, reason } = act;
        Self { user_id, tier, until, mode, reason }
    }
}
