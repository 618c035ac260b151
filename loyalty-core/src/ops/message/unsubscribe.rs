use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::mail;
use crate::ops::{Access, Operation};
use crate::store::members;
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
        let changed = mail::stop_offers(cx, &mut member, "unsubscribe_link", "no_consent")?;
        Ok(Unsubscribed { stopped: "promotional".to_owned(), changed, replayed: false })
    }
}
