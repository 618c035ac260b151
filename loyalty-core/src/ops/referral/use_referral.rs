use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::invitation::{Invitation, may_be_referred, refer};
use crate::domain::referral::{Sign, Status};
use crate::ops::{Access, Operation};
use crate::value::{Moment, UserId};

/// Says that a member was invited by another, whose code was typed.
///
/// Possible before the first purchase and once in a lifetime; not with one's own code, by whatever identifier two
/// members are one, and not in a circle. Who types codes that are none is slowed as with coupons (`[guessing]`). Both
/// get their points with the first paid purchase. How odd it looks is said, with the signs; a programme with
/// `referral.review_risk` lets staff look at it first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UseReferral {
    /// The member who was invited.
    pub user_id: UserId,
    /// The code of the member who invited.
    pub code: String,
    /// What the host knows of the network, like an IP address. Only a digest is kept. Alone it never blocks anybody.
    #[serde(default)]
    pub network: Option<String>,
    /// What the host knows of the device, like a cookie of its own. Only a digest is kept.
    #[serde(default)]
    pub device: Option<String>,
}

/// A referral that was taken up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsedReferral {
    /// `pending`, or `review` when staff look at it first.
    pub status: Status,
    /// The member who invited.
    pub referrer_id: i64,
    /// Until when the first purchase counts.
    pub expires_at: Moment,
    /// How odd it looks, 0 to 100.
    pub risk: i64,
    /// What looks odd.
    pub because: Vec<Sign>,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for UseReferral {
    const NAME: &'static str = "use_referral";
    const ACCESS: Access = Access::Write;
    type Reply = UsedReferral;

    fn run(&self, cx: &mut Cx<'_>) -> Result<UsedReferral> {
        let mut account = Account::acting(cx, self.user_id)?;
        let (network, device) = (self.network.as_deref(), self.device.as_deref());
        let invitation = Invitation::new("code", &self.code, network, device)?;
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
