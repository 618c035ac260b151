//! What the loops ask of the engine.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde::Serialize;

use crate::mail::Outgoing;
use crate::webhook::{Attempt, Delivery};

/// The engine refused or failed: its stable code, as `not_claimed`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskError {
    /// The code of the engine's error.
    pub code: String,
}

impl DeskError {
    /// An error with this code.
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: code.into() }
    }

    /// The lease had passed to another worker: what was done stays as it is, and no error of this run.
    pub(super) fn is_of_a_lost_lease(&self) -> bool {
        self.code == "not_claimed"
    }
}

impl fmt::Display for DeskError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "the engine answered `{}`", self.code)
    }
}

impl std::error::Error for DeskError {}

/// How much a run does.
#[derive(Clone, Debug)]
pub struct Limits<'a> {
    /// Who works: a name that no other process has at the same time.
    pub worker: &'a str,
    /// Most items in all.
    pub items: usize,
    /// After so long nothing more is begun.
    pub time: Duration,
    /// Items taken at a time.
    pub batch: NonZeroUsize,
    /// How long an item is this worker's, in seconds.
    pub lease_seconds: u32,
    /// How many are sent at the same time, each on a thread and a connection of its own.
    pub at_once: NonZeroUsize,
    /// Once true, nothing more is begun; for a signal's handler.
    pub stop: Option<&'a AtomicBool>,
}

impl<'a> Limits<'a> {
    /// For this worker: a thousand items, five minutes, 20 at a time with a lease of 300 seconds, 4 at once.
    pub const fn new(worker: &'a str) -> Self {
        Self {
            worker,
            items: 1_000,
            time: Duration::from_secs(300),
            batch: NonZeroUsize::MIN.saturating_add(19),
            lease_seconds: 300,
            at_once: NonZeroUsize::MIN.saturating_add(3),
            stop: None,
        }
    }
}

/// What `message_failed` is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageFailed {
    /// The message.
    pub id: i64,
    /// The worker that had it.
    pub worker: String,
    /// A code, as `smtp_550_5.1.1`, `unknown` or `not_tried`.
    pub reason: String,
    /// No further try: the message has failed.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// The address does not exist: nothing may go there again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suppress: Option<bool>,
    /// How long to wait at least; nothing leaves it to the engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
}

/// The engine's operations for e-mail.
pub trait MailDesk {
    /// `next_messages`: up to `limit` messages, which are the worker's until the lease ends.
    fn next_messages(&mut self, worker: &str, limit: usize, lease_seconds: u32) -> Result<Vec<Outgoing>, DeskError>;
    /// `message_sent`
    fn message_sent(&mut self, id: i64, worker: &str, receipt: Option<&str>) -> Result<(), DeskError>;
    /// `message_failed`
    fn message_failed(&mut self, failed: &MessageFailed) -> Result<(), DeskError>;
}

/// The engine's operations for webhooks.
pub trait WebhookDesk {
    /// `next_deliveries`: up to `limit` deliveries, which are the worker's until the lease ends.
    fn next_deliveries(&mut self, worker: &str, limit: usize, lease_seconds: u32) -> Result<Vec<Delivery>, DeskError>;
    /// `delivery_done`: what came of one.
    fn delivery_done(&mut self, delivery: &Delivery, worker: &str, attempt: &Attempt) -> Result<(), DeskError>;
}
