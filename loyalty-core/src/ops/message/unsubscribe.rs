use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::mail;
use crate::domain::message::MessageClass;
use crate::domain::outgoing::without_class;
use crate::ops::{Access, Operation};
use crate::store::{members, messages, persons};
use crate::value::limit;
use crate::{Error, Refusal, Result};

/// Stops offers to the member of a link in an e-mail: nobody signs in for it, and it only takes away.
///
/// Call it for a POST, never for a GET: programs that look for viruses fetch every link. Mailbox providers send the POST
/// of the header `List-Unsubscribe` with `List-Unsubscribe=One-Click`; answer it with 200 and no redirect. Twice is the
/// same as once. Messages of the service still come. A token that is cut or changed is `not_usable`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Unsubscribe {
    /// The `t` of the link.
    pub token: String,
}

/// What was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unsubscribed {
    /// `promotional`.
    pub stopped: String,
    /// Whether something was stopped now; false when it was before.
    pub changed: bool,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for Unsubscribe {
    const NAME: &'static str = "unsubscribe";
    const ACCESS: Access = Access::Write;
    type Reply = Unsubscribed;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Unsubscribed> {
        let token = limit::typed("token", &self.token, 100)?;
        let unusable = || Error::refused(Refusal::NotUsable);
        let user_id = mail::token_owner(cx, &token)?.ok_or_else(unusable)?;
        let mut member = members::find(cx.store()?, user_id)?.ok_or_else(unusable)?;
        let mut person = persons::find(cx.store()?, &member)?;
        let before = mail::consents_of(&person)?;
        let after = without_class(&before, MessageClass::Promotional);
        let changed = after != before;
        if changed {
            person.consents = serde_json::to_string(&after).map_err(Error::internal)?;
            let actor = cx.actor;
            persons::update(cx.store()?, &mut member, &person, actor)?;
            mail::record_consents(cx, member.user_id, (&before, &after), Some("unsubscribe_link"))?;
        }
        let now = cx.now;
        messages::leave_out_offers(cx.store()?, member.user_id, "no_consent", now)?;
        Ok(Unsubscribed { stopped: "promotional".to_owned(), changed, replayed: false })
    }
}
