use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::domain::code;
use crate::domain::referral::{Referral, ReferralStatus, Sign};
use crate::ops::{Access, Operation};
use crate::store::{members, referrals};
use crate::value::{Moment, Percent, Rounding, UserId, limit};
use crate::{Error, Result};

/// Lists the friends that a member referred, newest first, with the state of each referral.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Referrals {
    /// The member who invites.
    pub user_id: UserId,
    /// Most friends to list, 1 to 200. The totals always cover all of them.
    #[serde(default = "twenty")]
    #[new(value = "twenty()")]
    pub limit: i64,
}

const fn twenty() -> i64 {
    20
}

/// The friends that a member referred.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReferralsReply {
    /// The code to invite others with.
    pub my_code: String,
    /// Until when it is good.
    pub code_expires_at: Moment,
    /// Whether it is good now; `generate_referral` makes a new one.
    pub code_active: bool,
    /// The friends.
    pub referrals: Vec<ReferralReply>,
    /// How many there are in all.
    pub total_referrals: i64,
    /// How many wait for the first purchase, or for a decision by staff.
    pub active_referrals: i64,
    /// How many were successful, without those that were taken back.
    pub successful_referrals: i64,
    /// Points for all of them.
    pub total_points_earned: i64,
    /// Share of them that were successful, in percent; 0 when there are none.
    pub conversion_rate: Percent,
}

/// A friend that a member referred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReferralReply {
    /// The friend.
    pub user_id: i64,
    /// How it stands.
    pub status: ReferralStatus,
    /// When the code was used.
    pub created_at: Moment,
    /// Until when the first purchase counts, or counted.
    pub expires_at: Moment,
    /// When the points were given.
    pub completed_at: Option<Moment>,
    /// Points that the member has for it; 0 when they were taken back.
    pub points: i64,
    /// How suspicious it looks, 0 to 100. For staff.
    pub risk: i64,
    /// What looks suspicious. For staff.
    pub because: Vec<Sign>,
}

impl Operation for Referrals {
    const NAME: &'static str = "referrals";
    const ACCESS: Access = Access::Read;
    type Reply = ReferralsReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<ReferralsReply> {
        let limit = limit::within("limit", self.limit, 1, limit::MAX_PAGE)?;
        let member = members::find(cx.store()?, self.user_id)?;
        let member = member.ok_or_else(|| Error::not_found("user_id", self.user_id))?;
        let now = cx.now;
        // Other identities of the member resolve to the one that the row has.
        let totals = referrals::totals(cx.store()?, member.user_id, now)?;
        let listed = referrals::of_referrer(cx.store()?, member.user_id, limit)?;
        let rate = match totals.total {
            0 => 0,
            total => Rounding::HalfUp.divide(i128::from(totals.successful) * 10_000, i128::from(total))?,
        };
        Ok(ReferralsReply {
            my_code: code::grouped(&member.referral_code),
            code_expires_at: cx.moment(member.referral_code_expires_at),
            code_active: now < member.referral_code_expires_at,
            referrals: listed.into_iter().map(|referral| shown(cx, referral)).collect(),
            total_referrals: totals.total,
            active_referrals: totals.active,
            successful_referrals: totals.successful,
            total_points_earned: totals.points,
            conversion_rate: Percent::hundredths(rate),
        })
    }
}

fn shown(cx: &Cx<'_>, referral: Referral) -> ReferralReply {
    let status = referral.status(cx.now);
    ReferralReply {
        user_id: referral.referred.get(),
        status,
        created_at: cx.moment(referral.created_at),
        expires_at: cx.moment(referral.expires_at),
        completed_at: referral.completed_at.map(|at| cx.moment(at)),
        points: if status == ReferralStatus::Successful { referral.referrer_points.get() } else { 0 },
        risk: referral.risk.score,
        because: referral.risk.because,
    }
}
