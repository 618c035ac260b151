use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::mail;
use crate::ops::{Access, Operation};
use crate::store::{members, messages, persons};
use crate::value::limit;
use crate::{Error, Refusal, Result};

/// Notes that a message came back, or that its reader complained.
///
/// It must bring the tag of the message back: a forged report changes nothing. A `hard` bounce stops everything to the
/// address, a `complaint` stops offers to the member, a `soft` one changes nothing: the message was delivered late or
/// not. `loyalty bounces` reads reports from a mailbox and calls this.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct RecordBounce {
    /// The `return_path_tag` of the message.
    pub tag: String,
    /// `hard`, `soft` or `complaint`.
    pub kind: String,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BounceRecorded {
    /// Whether nothing goes to the address any more.
    pub suppressed: bool,
    /// Whether offers to the member were stopped.
    pub unsubscribed: bool,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for RecordBounce {
    const NAME: &'static str = "record_bounce";
    const ACCESS: Access = Access::Write;
    type Reply = BounceRecorded;

    fn run(&self, cx: &mut Cx<'_>) -> Result<BounceRecorded> {
        let mut reply = BounceRecorded { suppressed: false, unsubscribed: false, replayed: false };
        if !["hard", "soft", "complaint"].contains(&self.kind.as_str()) {
            let got = limit::beginning(&self.kind);
            return Err(Error::invalid("kind", format_args!("must be `hard`, `soft` or `complaint`, got `{got}`")));
        }
        let unusable = || Error::refused(Refusal::NotUsable);
        let tag = limit::typed("tag", &self.tag, 64)?;
        let (id, own) = tag.split_once('.').ok_or_else(unusable)?;
        let id = id.parse().map_err(|_| unusable())?;
        let message = messages::find(cx.store()?, id)?.filter(|message| message.tag == own).ok_or_else(unusable)?;
        let member = members::find(cx.store()?, message.user_id)?;
        let Some(mut member) = member.filter(|_| self.kind != "soft") else { return Ok(reply) };
        if self.kind == "hard"
            && let Some(email) = persons::of(cx.store()?, member.user_id)?.email
        {
            let (digest, now) = (mail::address_digest(cx, &email)?, cx.now);
            messages::suppress(cx.store()?, &digest, "bounced", (now, None))?;
            reply.suppressed = true;
        }
        if self.kind == "complaint" {
            reply.unsubscribed = mail::stop_offers(cx, &mut member, "complaint", "complained")?;
        }
        Ok(reply)
    }
}
