use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::Result;
use crate::booking::cx::Cx;
use crate::booking::mail;
use crate::domain::member::{Member, Person};
use crate::domain::message::{MessageClass, Rendered};
use crate::domain::outgoing::{self, MOST_CLAIMS};
use crate::domain::programme::MessageRules;
use crate::ops::{Access, Operation};
use crate::store::messages::{self, MessageState, StoredMessage};
use crate::store::{members, notices, persons};
use crate::value::{Actor, limit};
use crate::{Error, Fault};

/// Hands messages that are due out to a worker, who sends them and says what became of each.
///
/// A message is the worker's until the lease ends; then it is handed out again, five times at most. What may not go any
/// more is left out: too late, no consent, no address, an address that gets nothing. In the programme's quiet hours
/// nothing is handed out. Call `message_sent` or `message_failed` for each. The `message_id` stays the same on every try,
/// so that a mailbox shows a message once that was sent twice.
///
/// The answer names persons: it is not kept under a key, and a repeat under one is empty.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct NextMessages {
    /// Name of the worker: another one for each process.
    pub worker: String,
    /// The channel: `email`.
    #[serde(default = "default_channel")]
    #[new(value = "default_channel()")]
    pub channel: String,
    /// Most messages, 1 to 100.
    #[serde(default = "default_limit")]
    #[new(value = "default_limit()")]
    pub limit: i64,
    /// How long the worker has for them, 10 to 3600 seconds.
    #[serde(default = "default_lease")]
    #[new(value = "default_lease()")]
    pub lease_seconds: i64,
}

fn default_channel() -> String {
    "email".to_owned()
}

const fn default_limit() -> i64 {
    20
}

const fn default_lease() -> i64 {
    300
}

/// Messages for a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessagesOut {
    /// The messages.
    #[serde(deserialize_with = "none_of_them")]
    pub items: Vec<OutgoingMessage>,
    /// How many were left out in this call.
    pub left_out: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

/// In a kept answer there are none.
fn none_of_them<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Vec<OutgoingMessage>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// A message that is ready to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutgoingMessage {
    /// Its number.
    pub id: i64,
    /// Its kind, like `tier_upgraded`.
    pub kind: String,
    /// The address of the member.
    pub to: String,
    /// The sender.
    pub from: String,
    /// One line.
    pub subject: String,
    /// The part that is text.
    pub text: String,
    /// The part that is HTML.
    pub html: String,
    /// Further headers: name and value.
    pub headers: Vec<(String, String)>,
    /// The `Message-ID`, with its brackets.
    pub message_id: String,
    /// Which try it is, from 1.
    pub attempt: i64,
    /// What a bounce must bring back.
    pub return_path_tag: String,
    /// The token of `unsubscribe`, in an offer; null in a message of the service.
    pub unsubscribe_token: Option<String>,
}

impl Operation for NextMessages {
    const NAME: &'static str = "next_messages";
    const ACCESS: Access = Access::Write;
    type Reply = MessagesOut;
    const PERSONAL: &[&str] = &["items"];

    fn run(&self, cx: &mut Cx<'_>) -> Result<MessagesOut> {
        let worker = Actor::new(self.worker.as_str()).map_err(|_| worker_error())?;
        let limit = limit::within("limit", self.limit, 1, 100)?;
        let lease = limit::within("lease_seconds", self.lease_seconds, 10, 3_600)?;
        if self.channel != "email" {
            let got = limit::beginning(&self.channel);
            return Err(Error::invalid("channel", format_args!("must be `email`, got `{got}`")));
        }
        let rules = mail::rules(cx)?;
        let mut out = MessagesOut { items: Vec::new(), left_out: 0, replayed: false };
        let now = cx.now;
        if outgoing::quiet_until(rules.quiet, cx.programme.zone, now).is_some() {
            return Ok(out);
        }
        for id in messages::due(cx.store()?, now, limit)? {
            let Some(mut message) = messages::find(cx.store()?, id)? else { continue };
            if message.due_at > now || !matches!(message.state, MessageState::Waiting | MessageState::Claimed) {
                // Another worker was faster.
                continue;
            }
            match made(cx, rules, &message)? {
                Ok(item) => {
                    message.attempts += 1;
                    (message.state, message.worker) = (MessageState::Claimed, Some(worker.as_str().to_owned()));
                    message.due_at = now.plus_seconds(lease);
                    messages::update(cx.store()?, &message, None, now)?;
                    out.items.push(OutgoingMessage { attempt: message.attempts, ..item });
                }
                Err(reason) => {
                    message.state = if reason == POISON { MessageState::Failed } else { MessageState::LeftOut };
                    messages::update(cx.store()?, &message, Some(reason), now)?;
                    out.left_out += 1;
                }
            }
        }
        Ok(out)
    }
}

/// Why a message that was handed out too often is given up.
const POISON: &str = "poison";

pub(super) fn worker_error() -> Error {
    Error::invalid("worker", format_args!("must be the name of a worker, of at most {} bytes", limit::MAX_ACTOR))
}

/// The message as it goes out, or why it does not.
fn made(
    cx: &mut Cx<'_>,
    rules: &MessageRules,
    message: &StoredMessage,
) -> Result<std::result::Result<OutgoingMessage, &'static str>> {
    if message.attempts >= MOST_CLAIMS {
        return Ok(Err(POISON));
    }
    if message.expires_at <= cx.now {
        return Ok(Err("expired"));
    }
    let Some(member) = members::find(cx.store()?, message.user_id)? else { return Ok(Err("no_member")) };
    if member.blocked {
        return Ok(Err("blocked"));
    }
    let person = persons::of(cx.store()?, member.user_id)?;
    let Some(to) = person.email.clone() else { return Ok(Err("no_address")) };
    if !mail::may_go(rules, message.kind, &mail::consents_of(&person)?) {
        return Ok(Err("no_consent"));
    }
    let (address, now) = (mail::address_digest(cx, &to)?, cx.now);
    if messages::is_suppressed(cx.store()?, &address, now)? {
        return Ok(Err("suppressed"));
    }
    let Some(rendered) = rendered(cx, (&member, &person), message)? else { return Ok(Err("nothing_to_say")) };
    let local = format!("{}.{}", message.id, message.tag);
    let mut headers = vec![
        ("Auto-Submitted".to_owned(), "auto-generated".to_owned()),
        ("Feedback-ID".to_owned(), format!("{}:loyalty:{}", message.kind.word(), rules.domain)),
    ];
    let is_offer = message.kind.class() == MessageClass::Promotional;
    let unsubscribe_token = if is_offer { Some(mail::unsubscribe_token(cx, member.user_id)?) } else { None };
    if is_offer {
        let link = mail::unsubscribe_link(cx, rules, member.user_id)?;
        headers.push(("List-Unsubscribe".to_owned(), format!("<{link}>")));
        headers.push(("List-Unsubscribe-Post".to_owned(), "List-Unsubscribe=One-Click".to_owned()));
    }
    Ok(Ok(OutgoingMessage {
        id: message.id,
        kind: message.kind.word().to_owned(),
        to,
        from: rules.from.clone(),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        headers,
        message_id: format!("<{local}@{}>", rules.domain),
        attempt: 0,
        return_path_tag: local,
        unsubscribe_token,
    }))
}

/// The words of a message; none when there is nothing to say any more.
fn rendered(
    cx: &mut Cx<'_>,
    (member, person): (&Member, &Person),
    message: &StoredMessage,
) -> Result<Option<Rendered>> {
    let Some(notice) = notices::find(cx.store()?, message.notice)? else { return Ok(None) };
    let locale = cx.locale_of(member);
    let values = mail::variables(cx, (member, person), (message.kind, &notice), locale)?;
    let Some(values) = values else { return Ok(None) };
    let templates = cx.templates.ok_or_else(|| Error::unavailable(Fault::DatabaseClosed, "a replay sends nothing"))?;
    templates.get()?.render(message.kind, locale, &values).map(Some)
}
