//! Webhooks: who is told of events, when a try is repeated, and when a receiver is given up.

mod address;
mod pace;
mod secrets;
mod signature;

pub use address::{Reach, check_url};
pub use pace::{MOST_TRIES, next_try};
pub use secrets::{KeptSecret, live, rotated};
pub use signature::prove;

use crate::domain::log_event::{LogEvent, LogKind};
use crate::value::{Instant, WebhookId};

/// After so many attempts in a row without an answer, nothing new is handed out for a while.
pub const MOST_LOST: i64 = 5;
/// A receiver that takes nothing for so long is switched off: five days.
const PATIENCE_SECONDS: i64 = 5 * 86_400;

/// Who is told of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where to.
    pub url: String,
    /// The secrets by which it is signed, the oldest first.
    pub secrets: Vec<KeptSecret>,
    /// Words of the kinds that it is told; none for all.
    pub kinds: Option<Vec<String>>,
    /// Whether it is on.
    pub state: WebhookState,
    /// The number up to which events were handed out.
    pub place: i64,
    /// Attempts in a row without an answer.
    pub lost: i64,
    /// Until when nothing is handed out.
    pub held_until: Option<Instant>,
    /// Since when nothing has arrived although it was tried.
    pub failing_since: Option<Instant>,
    /// Why the engine switched it off.
    pub reason: Option<String>,
    /// The last attempt, if there was any.
    pub last: Option<LastAttempt>,
    /// When it was made.
    pub created_at: Instant,
}

/// What came of the last attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastAttempt {
    /// What the receiver answered.
    pub status: Option<i64>,
    /// Why it did not arrive.
    pub reason: Option<String>,
    /// When it was told.
    pub at: Instant,
}

/// Whether events are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookState {
    /// Not: the shop or the engine has switched it off.
    Disabled,
    /// They are.
    Active,
}

impl WebhookState {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Active => "active",
        }
    }
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What the receiver answered, if it did.
    pub status: Option<i64>,
    /// Why it did not arrive; none when it did.
    pub reason: Option<String>,
    /// How long the receiver wants to be left alone.
    pub retry_after: Option<i64>,
}

impl Webhook {
    /// Whether it is told of an event. A test goes to the one that is tested, whatever kinds it wants.
    #[must_use]
    pub fn wants(&self, event: &LogEvent) -> bool {
        if event.kind == LogKind::WebhookTest {
            return event.data.get("webhook_id").and_then(serde_json::Value::as_i64) == Some(self.id.get());
        }
        self.kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|kind| kind == event.kind.word()))
    }

    /// How many it is handed of those that fit: none while it is held, and one to see whether it answers again.
    #[must_use]
    pub fn room(&self, fits: i64, now: Instant) -> i64 {
        match self.held_until {
            Some(until) if until > now => 0,
            _ if self.lost >= MOST_LOST => fits.min(1),
            _ => fits,
        }
    }

    /// It begins anew, as if nothing had failed.
    pub fn switch_on(&mut self) {
        (self.state, self.reason) = (WebhookState::Active, None);
        (self.lost, self.held_until, self.failing_since) = (0, None, None);
    }

    /// Notes what came of an attempt. Returns why it must be switched off, if it must.
    pub fn note(&mut self, outcome: &Outcome, now: Instant) -> Option<&'static str> {
        let (status, reason) = (outcome.status, outcome.reason.clone());
        self.last = Some(LastAttempt { status, reason, at: now });
        if outcome.reason.is_none() {
            (self.lost, self.held_until, self.failing_since) = (0, None, None);
            return None;
        }
        let since = *self.failing_since.get_or_insert(now);
        match status {
            Some(410) => return Some("gone"),
            Some(429 | 503) if outcome.retry_after.is_some() => {
                (self.lost, self.held_until) = (0, outcome.retry_after.map(|wait| now.plus_seconds(wait)));
            }
            Some(_) => (self.lost, self.held_until) = (0, None),
            None => {
                self.lost = self.lost.saturating_add(1);
                if self.lost >= MOST_LOST {
                    self.held_until = Some(now.plus_seconds(pace::hold_seconds(since, now)));
                }
            }
        }
        (since.plus_seconds(PATIENCE_SECONDS) <= now).then_some("failing")
    }
}

#[cfg(test)]
mod tests;
