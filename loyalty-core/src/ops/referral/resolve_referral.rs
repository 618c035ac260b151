use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::referral;
use crate::domain::referral::{Decision, ReferralStatus};
use crate::ops::{Access, Operation};
use crate::store::{members, referrals};
use crate::value::UserId;
use crate::{Error, Refusal, Result};

/// Decides a referral that looked suspicious and waits for staff.
///
/// An accepted referral continues like any other: if the friend has bought meanwhile, both get their points now.
/// `actor` must name the person who decides.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ResolveReferral {
    /// The friend who was invited.
    pub user_id: UserId,
    /// Whether to accept the referral.
    pub accept: bool,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResolvedReferral {
    /// How the referral stands now.
    pub status: ReferralStatus,
    /// The member who invited.
    pub referrer_id: i64,
    /// Points that the referrer was given now.
    pub points: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for ResolveReferral {
    const NAME: &'static str = "resolve_referral";
    const ACCESS: Access = Access::Write;
    type Reply = ResolvedReferral;

    fn run(&self, cx: &mut Cx<'_>) -> Result<ResolvedReferral> {
        if cx.actor.is_none() {
            let reason = "`actor` is required: the person who decides must be known";
            return Err(Error::refused_because(Refusal::NotAllowed, reason).with("missing", "actor"));
        }
        // Members are locked in ascending order, and accepting may pay both.
        let referrer = referrals::find(cx.store()?, self.user_id)?.map(|referral| referral.referrer);
        if let Some(referrer) = referrer.filter(|referrer| *referrer < self.user_id) {
            members::find(cx.store()?, referrer)?;
        }
        let mut account = Account::get(cx, self.user_id)?;
        let referral = referrals::find(cx.store()?, account.member.user_id)?;
        let mut referral = referral.ok_or_else(|| Error::not_found("user_id", self.user_id))?;
        match referral.status(cx.at) {
            ReferralStatus::Review => {}
            ReferralStatus::Expired => return Err(Error::refused(Refusal::Expired)),
            _ => return Err(Error::refused(Refusal::AlreadyUsed).with("field", "user_id")),
        }
        let before = (referral.stored, referral.reversed_at);
        if self.accept {
            referral.decision = Some(Decision::Accepted);
            if referral.qualified_at.is_some() {
                referral::pay(cx, &mut account, &mut referral)?;
                account.member.score = account.scored(cx, cx.at)?.1.score;
                account.raise_tier(cx)?;
            }
        } else {
            referral.decision = Some(Decision::Rejected);
            referral.stored = ReferralStatus::Expired;
            referral.qualified_at = None;
        }
        account.save(cx)?;
        let actor = cx.actor;
        referral::keep(cx, &referral, before, actor)?;
        Ok(ResolvedReferral {
            status: referral.status(cx.at),
            referrer_id: referral.referrer.get(),
            points: referral.referrer_points.get(),
            replayed: false,
        })
    }
}
