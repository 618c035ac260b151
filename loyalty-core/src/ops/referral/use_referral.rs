use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::invitation::{Invitation, may_be_referred, refer};
use crate::domain::referral::{ReferralStatus, Sign};
use crate::ops::{Access, Operation};
use crate::value::{Moment, UserId};

/// Records that another member, whose code was typed, invited this one.
///
/// This is possible before the first purchase and once in a lifetime. A member cannot use their own code, even under
/// another identifier, and referrals cannot form a circle. A member who types wrong codes is slowed down as with
/// coupons (`[guessing]`). Both members get their points with the first paid purchase. The reply says how suspicious
/// the referral looks and why; with `referral.review_risk`, the programme lets staff decide first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct UseReferral {
    /// The member who was invited.
    pub user_id: UserId,
    /// The code of the member who invited.
    pub code: String,
    /// What the host knows of the network, like an IP address. Only a digest is stored. The network alone never blocks
    /// anybody.
    #[serde(default)]
    #[new(default)]
    pub network: Option<String>,
    /// What the host knows of the device, like a cookie of its own. Only a digest is stored.
    #[serde(default)]
    #[new(default)]
    pub device: Option<String>,
}

/// A referral that was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsedReferral {
    /// `pending`, or `review` when staff must decide first.
    pub status: ReferralStatus,
    /// The member who invited.
    pub referrer_id: i64,
    /// Until when the first purchase counts.
    pub expires_at: Moment,
    /// How suspicious it looks, 0 to 100.
    pub risk: i64,
    /// What looks suspicious.
    pub because: Vec<Sign>,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for UseReferral {
    const NAME: &'static str = "use_referral";
    const ACCESS: Access = Access::Write;
    type Reply = UsedReferral;

    fn run(&self, cx: &mut Cx<'_>) -> Result<UsedReferral> {
        let mut account = Account::active(cx, self.user_id)?;
        let (network, device) = (self.network.as_deref(), self.device.as_deref());
        let invitation = Invitation::new(cx, "code", &self.code, network, device)?;
        may_be_referred(&account.member)?;
        let referrer = invitation.referrer(cx, account.member.user_id)?;
        let referral = refer(cx, &mut account, &invitation, &referrer)?;
        account.save(cx)?;
        Ok(UsedReferral {
            status: referral.status(cx.at),
            referrer_id: referral.referrer.get(),
            expires_at: cx.moment(referral.expires_at),
            risk: referral.risk.score,
            because: referral.risk.because,
            replayed: false,
        })
    }
}
