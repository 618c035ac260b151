use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::enrolment::free_referral_code;
use crate::booking::invitation::hints;
use crate::domain::code;
use crate::ops::{Access, Operation};
use crate::store::{members, referrals};
use crate::value::{Moment, UserId};

/// Returns a member's code for inviting friends: the current one if it is still good, or a new one.
///
/// A member has one code at a time. When it has ended, or with `renew`, a new one replaces it, and the old one can no
/// longer be used.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct GenerateReferral {
    /// The member who invites.
    pub user_id: UserId,
    /// Whether to replace the code even though it is still good.
    #[serde(default)]
    #[new(default)]
    pub renew: bool,
    /// What the host knows of the member's network, like an IP address. Only a digest is stored, to detect suspicious
    /// referrals.
    #[serde(default)]
    #[new(default)]
    pub network: Option<String>,
    /// What the host knows of the member's device, like a cookie of its own. Only a digest is stored.
    #[serde(default)]
    #[new(default)]
    pub device: Option<String>,
}

/// The code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GeneratedReferral {
    /// The code, in groups for reading.
    pub code: String,
    /// Until when it is good.
    pub expires_at: Moment,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for GenerateReferral {
    const NAME: &'static str = "generate_referral";
    const ACCESS: Access = Access::Write;
    type Reply = GeneratedReferral;

    fn run(&self, cx: &mut Cx<'_>) -> Result<GeneratedReferral> {
        let hints = hints(cx, self.network.as_deref(), self.device.as_deref())?;
        let mut account = Account::active(cx, self.user_id)?;
        let now = cx.now;
        referrals::note_hints(cx.store()?, self.user_id, &hints, now)?;
        if self.renew || cx.at >= account.member.referral_code_expires_at {
            let zone = cx.programme.zone;
            account.member.referral_code = free_referral_code(cx)?;
            account.member.referral_code_expires_at =
                zone.end_of(zone.day_of(cx.at).plus_days(cx.programme.referral.code_days));
            members::update_referral_code(cx.store()?, &account.member)?;
        }
        account.save(cx)?;
        Ok(GeneratedReferral {
            code: code::grouped(&account.member.referral_code),
            expires_at: cx.moment(account.member.referral_code_expires_at),
            replayed: false,
        })
    }
}
