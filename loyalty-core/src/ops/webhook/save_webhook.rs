use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{known, secret_again};
use crate::booking::cx::Cx;
use crate::booking::told::number_what_waits;
use crate::domain::log_event::LogKind;
use crate::domain::webhook::{Reach, Webhook, WebhookState, check_url, rotated};
use crate::ops::{Access, Operation};
use crate::store::{event_log, webhooks};
use crate::value::{WebhookId, WebhookSecret, limit};
use crate::{Error, Refusal, Result};

/// Most webhooks of a shop.
const MOST: usize = 50;

/// Adds a webhook, or replaces what is set of the one that has the given id.
///
/// For staff. A new webhook is told of what happens from now on. Its secret is in the answer and is not shown again: the
/// receiver checks signatures with it. One that is switched on again goes on where it stopped.
///
/// The URL begins with `https` and leads outside, on port 443. That is checked again at each attempt, with the addresses to
/// which its name leads then. A receiver in the shop's own network is taken with `inside`, if `loyalty deliver` is told of
/// it too, by `--allow`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct SaveWebhook {
    /// The webhook to change; without one, a new webhook is added.
    #[serde(default)]
    #[new(default)]
    pub id: Option<WebhookId>,
    /// Where events are sent, like `https://example.com/hook`.
    pub url: String,
    /// Only events of these kinds, like `points.earned`; all when left out.
    #[serde(default)]
    #[new(default)]
    pub kinds: Option<Vec<String>>,
    /// Whether it is on.
    #[serde(default = "yes")]
    #[new(value = "yes()")]
    pub active: bool,
    /// Whether the receiver lies in the shop's own network: then `http`, any port and a private address are taken.
    #[serde(default)]
    #[new(default)]
    pub inside: bool,
}

const fn yes() -> bool {
    true
}

/// The webhook as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SavedWebhook {
    /// Its id.
    pub id: i64,
    /// Where events are sent.
    pub url: String,
    /// The kinds of events; null for all.
    pub kinds: Option<Vec<String>>,
    /// `active` or `disabled`.
    pub state: String,
    /// Whether it is new.
    pub created: bool,
    /// The secret of a new webhook; null for one that was there.
    pub secret: Option<WebhookSecret>,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for SaveWebhook {
    const NAME: &'static str = "save_webhook";
    const ACCESS: Access = Access::Write;
    const PERSONAL: &[&str] = &["secret"];
    type Reply = SavedWebhook;

    fn run(&self, cx: &mut Cx<'_>) -> Result<SavedWebhook> {
        check_url(&self.url, if self.inside { Reach::Inside } else { Reach::Outside })?;
        let kinds = self.kinds()?;
        let before = self.id.map(|id| known(cx, "id", id)).transpose()?;
        let created = before.is_none();
        let mut webhook = match before {
            Some(webhook) => webhook,
            None => self.fresh(cx)?,
        };
        (webhook.url, webhook.kinds) = (self.url.clone(), kinds);
        match (self.active, webhook.state) {
            (false, _) => (webhook.state, webhook.reason) = (WebhookState::Disabled, None),
            (true, WebhookState::Disabled) => webhook.switch_on(),
            (true, WebhookState::Active) => {}
        }
        if created {
            webhooks::add(cx.store()?, &webhook)?;
        } else {
            webhooks::update(cx.store()?, &webhook)?;
        }
        let state = webhook.state.word().to_owned();
        let secret = webhook.secrets.pop().filter(|_| created).map(|kept| kept.secret);
        let (id, url, kinds) = (webhook.id.get(), webhook.url, webhook.kinds);
        Ok(SavedWebhook { id, url, kinds, state, created, secret, replayed: false })
    }

    fn read_person(&self, cx: &mut Cx<'_>, reply: &mut SavedWebhook) -> Result<()> {
        if reply.created {
            reply.secret = secret_again(cx, WebhookId::stored(reply.id), 1)?;
        }
        Ok(())
    }
}

impl SaveWebhook {
    fn kinds(&self) -> Result<Option<Vec<String>>> {
        let Some(words) = &self.kinds else { return Ok(None) };
        if words.is_empty() {
            return Err(Error::invalid("kinds", "must not be empty: leave it out for all kinds"));
        }
        let mut kinds = Vec::new();
        for (place, word) in words.iter().enumerate() {
            let Some(kind) = LogKind::parse(word) else {
                let shown = limit::beginning(word);
                let expected = format!("must be a kind of event, like `points.earned`, got `{shown}`");
                return Err(Error::invalid(&format!("kinds[{place}]"), expected));
            };
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        Ok(Some(kinds.into_iter().map(|kind| kind.word().to_owned()).collect()))
    }

    /// A new webhook, which has seen everything up to now.
    fn fresh(&self, cx: &mut Cx<'_>) -> Result<Webhook> {
        if webhooks::all(cx.store()?)?.len() >= MOST {
            return Err(Error::refused(Refusal::LimitReached).with("limit", MOST));
        }
        number_what_waits(cx)?;
        let place = event_log::last(cx.store()?)?;
        Ok(Webhook {
            id: webhooks::next_id(cx.store()?)?,
            url: self.url.clone(),
            secrets: rotated(&[], cx.entropy, cx.now),
            kinds: None,
            state: WebhookState::Active,
            place,
            lost: 0,
            held_until: None,
            failing_since: None,
            reason: None,
            last: None,
            created_at: cx.now,
        })
    }
}
