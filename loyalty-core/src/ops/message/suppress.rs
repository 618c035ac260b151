use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::mail;
use crate::booking::person::email_address;
use crate::ops::{Access, Operation};
use crate::store::{members, messages, persons};
use crate::value::{DayOrMoment, UserId, limit};
use crate::{Error, Result};

/// Lets nothing go to an e-mail address any more, for staff: because it bounced, complained or asked. `lift` takes it back.
///
/// The address is kept as a digest under the shop's key: nobody can read from it who it was.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Suppress {
    /// Why, in a word: `bounced`, `complained`, `asked`.
    pub reason: String,
    /// The address.
    #[serde(default)]
    #[new(default)]
    pub address: Option<String>,
    /// The member whose address it is, in its place.
    #[serde(default)]
    #[new(default)]
    pub user_id: Option<UserId>,
    /// Until when; without it for ever.
    #[serde(default)]
    #[new(default)]
    pub until: Option<DayOrMoment>,
    /// Whether messages may go there again.
    #[serde(default)]
    #[new(default)]
    pub lift: bool,
}

/// Whether messages go to the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suppressed {
    /// Whether nothing goes there now.
    pub suppressed: bool,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for Suppress {
    const NAME: &'static str = "suppress";
    const ACCESS: Access = Access::Write;
    type Reply = Suppressed;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Suppressed> {
        let reason = limit::text("reason", &self.reason, 64)?;
        let address = self.address.as_deref().map(|address| email_address("address", address)).transpose()?;
        let email = match (address, self.user_id) {
            (Some(address), None) => address,
            (address, Some(user_id)) => {
                let member = members::find(cx.store()?, user_id)?;
                let member = member.ok_or_else(|| Error::not_found("user_id", user_id))?;
                let email = persons::of(cx.store()?, member.user_id)?.email;
                let email = email.ok_or_else(|| Error::invalid("user_id", "has no e-mail address"))?;
                if address.is_some_and(|address| address != email) {
                    return Err(Error::invalid("address", "must be that of the member"));
                }
                email
            }
            (None, None) => return Err(Error::invalid("address", "must be given, or `user_id` in its place")),
        };
        let (digest, now) = (mail::address_digest(cx, &email)?, cx.now);
        if self.lift {
            messages::allow(cx.store()?, &digest)?;
        } else {
            let until = self.until.map(|until| until.as_end(cx.programme.zone));
            messages::suppress(cx.store()?, &digest, &reason, (now, until))?;
        }
        Ok(Suppressed { suppressed: !self.lift, replayed: false })
    }
}
