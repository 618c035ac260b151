use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::next_messages::worker_error;
use crate::booking::announce::announce;
use crate::booking::cx::Cx;
use crate::booking::mail;
use crate::domain::log_event::LogKind;
use crate::domain::outgoing;
use crate::ops::{Access, Operation};
use crate::store::messages::{self, MessageState, StoredMessage};
use crate::store::persons;
use crate::value::{Actor, Moment, limit};
use crate::{Error, Refusal, Result};

/// The reason of a worker that has a message and has not begun to send it.
const NOT_TRIED: &str = "not_tried";
/// The reason when the mail server's answer was lost: the message may have arrived.
const UNKNOWN: &str = "unknown";

/// Says that a message could not be sent: it is tried again later and later, until it is no longer worth sending, or
/// never when the failure is `final`.
///
/// The reason is a code of the worker, without an address or a name in it. `not_tried` gives a message back that was not
/// begun. After `unknown`, when the mail server's answer was lost, it is sent once more, under the same `message_id`, and
/// then given up.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct MessageFailed {
    /// The message.
    pub id: i64,
    /// The worker that has it.
    pub worker: String,
    /// A code, like `smtp_451`: letters, digits, `_`, `.` and `-`, at most 64.
    pub reason: String,
    /// Whether it is not tried again.
    #[serde(default, rename = "final")]
    #[new(default)]
    pub is_final: bool,
    /// Whether nothing goes to this address any more, because it does not exist.
    #[serde(default)]
    #[new(default)]
    pub suppress: bool,
    /// How many seconds to wait at least.
    #[serde(default)]
    #[new(default)]
    pub retry_after_seconds: Option<i64>,
}

/// What becomes of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessageOver {
    /// `waiting`, `sent` or `failed`.
    pub state: String,
    /// When it is tried again; null when it is not.
    pub next_at: Option<Moment>,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for MessageFailed {
    const NAME: &'static str = "message_failed";
    const ACCESS: Access = Access::Write;
    type Reply = MessageOver;

    fn run(&self, cx: &mut Cx<'_>) -> Result<MessageOver> {
        let is_code = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        if !(1..=64).contains(&self.reason.len()) || !is_code(&self.reason) {
            let expected = "must be a code of 1 to 64 letters, digits, `_`, `.` and `-`, like `smtp_451`";
            return Err(Error::invalid("reason", expected));
        }
        let least =
            self.retry_after_seconds.map_or(Ok(0), |wait| limit::within("retry_after_seconds", wait, 0, 604_800))?;
        let mut message = claimed(cx, self.id, &self.worker)?;
        if self.suppress
            && let Some(email) = persons::of(cx.store()?, message.user_id)?.email
        {
            let (address, now) = (mail::address_digest(cx, &email)?, cx.now);
            messages::suppress(cx.store()?, &address, &self.reason, (now, None))?;
        }
        let is_unknown = self.reason == UNKNOWN;
        message.unknowns += i64::from(is_unknown);
        let earliest = cx.now.plus_seconds(least);
        message.due_at = if self.reason == NOT_TRIED {
            message.attempts -= 1;
            earliest
        } else {
            let chance = cx.entropy.number() % 1_000;
            outgoing::next_try(message.attempts, chance, cx.now).max(earliest)
        };
        let is_over = self.is_final || message.unknowns >= 2 || message.due_at >= message.expires_at;
        message.state = if is_over { MessageState::Failed } else { MessageState::Waiting };
        message.worker = None;
        if is_over {
            let data = [
                ("message_id", message.id.into()),
                ("kind", message.kind.word().into()),
                ("reason", self.reason.as_str().into()),
            ];
            announce(cx, LogKind::MessageFailed, Some(message.user_id), data)?;
        }
        over(cx, &message, Some(&self.reason))
    }
}

/// A message that this worker has.
pub(super) fn claimed(cx: &mut Cx<'_>, id: i64, worker: &str) -> Result<StoredMessage> {
    let worker = Actor::new(worker).map_err(|_| worker_error())?;
    let message = messages::find(cx.store()?, id)?.ok_or_else(|| Error::not_found("id", id))?;
    let is_theirs = message.state == MessageState::Claimed && message.worker.as_deref() == Some(worker.as_str());
    if is_theirs { Ok(message) } else { Err(Error::refused(Refusal::NotClaimed)) }
}

/// Stores what became of it.
pub(super) fn over(cx: &mut Cx<'_>, message: &StoredMessage, reason: Option<&str>) -> Result<MessageOver> {
    let now = cx.now;
    messages::update(cx.store()?, message, reason, now)?;
    let state = match message.state {
        MessageState::Sent => "sent",
        MessageState::Failed => "failed",
        _ => "waiting",
    };
    let next_at = (message.state == MessageState::Waiting).then(|| cx.moment(message.due_at));
    Ok(MessageOver { state: state.to_owned(), next_at, replayed: false })
}
