use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::message_failed::{MessageOver, claimed, over};
use crate::Result;
use crate::booking::announce::announce;
use crate::booking::cx::Cx;
use crate::domain::log_event::LogKind;
use crate::ops::{Access, Operation};
use crate::store::messages::MessageState;
use crate::value::limit;

/// Says that a message was sent.
///
/// Only the worker that has it may say so: if its lease went to another, `not_claimed` is refused.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct MessageSent {
    /// The message.
    pub id: i64,
    /// The worker that has it.
    pub worker: String,
    /// What the mail server said, at most 500 characters; it is not kept.
    #[serde(default)]
    #[new(default)]
    pub receipt: Option<String>,
}

impl Operation for MessageSent {
    const NAME: &'static str = "message_sent";
    const ACCESS: Access = Access::Write;
    type Reply = MessageOver;

    fn run(&self, cx: &mut Cx<'_>) -> Result<MessageOver> {
        if let Some(receipt) = &self.receipt {
            limit::text("receipt", receipt, limit::MAX_DESCRIPTION)?;
        }
        let mut message = claimed(cx, self.id, &self.worker)?;
        message.state = MessageState::Sent;
        let data = [("message_id", message.id.into()), ("kind", message.kind.word().into())];
        announce(cx, LogKind::MessageSent, Some(message.user_id), data)?;
        over(cx, &message, None)
    }
}
