//! The loop for e-mail.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::desk::{DeskError, Limits, MailDesk, MessageFailed};
use super::side_by_side::side_by_side;
use super::tally::{Delivered, Stopped, Tally};
use crate::mail::{FieldError, Mailer, Outcome, Outgoing, compose};

/// So many messages in a row for which the server could not be reached end a run.
const MAX_UNREACHABLE: u32 = 3;
/// So many refusals for policy or reputation in a row end a run.
const MAX_POLICY: u32 = 20;

/// What came of a message.
enum Tried {
    Said(Outcome),
    /// It can never be sent as it is.
    Wrong(FieldError),
    /// There was no time, or no server, to begin.
    Not,
}

/// Refusals in a row that say something about the server and not about a message.
#[derive(Default)]
struct InARow {
    unreachable: AtomicU32,
    policy: AtomicU32,
}

impl InARow {
    fn note(&self, outcome: &Outcome) {
        let row = |counter: &AtomicU32, goes_on: bool| {
            if goes_on { counter.fetch_add(1, Ordering::Relaxed) } else { counter.swap(0, Ordering::Relaxed) }
        };
        row(&self.unreachable, matches!(outcome, Outcome::Unreachable { .. }));
        row(&self.policy, matches!(outcome, Outcome::Policy { .. }));
    }

    fn must_stop(&self) -> Option<Stopped> {
        if self.unreachable.load(Ordering::Relaxed) >= MAX_UNREACHABLE {
            Some(Stopped::Unreachable)
        } else if self.policy.load(Ordering::Relaxed) >= MAX_POLICY {
            Some(Stopped::Policy)
        } else {
            None
        }
    }
}

/// Sends what waits until nothing does or a limit is reached, and tells the engine of each.
///
/// `return_path` is the address for bounces; without it bounces come to the sender. A message that was claimed and not
/// begun is given back as `not_tried`. It fails with the engine's error, and with `lease_too_short` if a lease is not
/// longer than three times the mail server's `timeout`.
pub fn deliver_mail(
    desk: &mut impl MailDesk,
    mailer: &Mailer,
    return_path: Option<&str>,
    limits: &Limits<'_>,
) -> Result<Delivered, DeskError> {
    let lease = Duration::from_secs(limits.lease_seconds.into());
    let longest = mailer.longest();
    if lease <= longest {
        return Err(DeskError::new("lease_too_short"));
    }
    let (mut tally, in_a_row) = (Tally::begin(), InARow::default());
    let mut left = limits.items;
    let stopped = loop {
        let stop = tally.must_stop(limits).or_else(|| in_a_row.must_stop());
        if let Some(stopped) = stop.or((left == 0).then_some(Stopped::Items)) {
            break stopped;
        }
        let claimed_at = Instant::now();
        let messages = desk.next_messages(limits.worker, limits.batch.get().min(left), limits.lease_seconds)?;
        if messages.is_empty() {
            break Stopped::Empty;
        }
        left = left.saturating_sub(messages.len());
        let deadline = tally.deadline(limits);
        let may_begin = || {
            let is_asked = Tally::is_asked(limits) || in_a_row.must_stop().is_some();
            !is_asked && Instant::now() < deadline && claimed_at.elapsed() + longest <= lease
        };
        let work =
            |message: &Outgoing| if may_begin() { send(mailer, message, return_path, &in_a_row) } else { Tried::Not };
        let done = |message: &Outgoing, tried| tell(desk, &mut tally, limits.worker, message.id, tried);
        side_by_side(&messages, limits.at_once, work, done)?;
    };
    Ok(tally.end(stopped))
}

fn send(mailer: &Mailer, message: &Outgoing, return_path: Option<&str>, in_a_row: &InARow) -> Tried {
    match compose(message, return_path) {
        Ok(composed) => {
            let outcome = mailer.send(&composed);
            in_a_row.note(&outcome);
            Tried::Said(outcome)
        }
        Err(error) => Tried::Wrong(error),
    }
}

fn tell(desk: &mut impl MailDesk, tally: &mut Tally, worker: &str, id: i64, tried: Tried) -> Result<(), DeskError> {
    let failed = |reason: String, is_final| MessageFailed {
        id,
        worker: worker.to_owned(),
        reason,
        is_final,
        suppress: None,
        retry_after_seconds: None,
    };
    let failed = match tried {
        Tried::Said(Outcome::Sent { receipt }) => {
            return tally.count(None, desk.message_sent(id, worker, receipt.as_deref()));
        }
        Tried::Said(Outcome::Temporary { reason } | Outcome::Unreachable { reason }) => failed(reason, false),
        Tried::Said(Outcome::Permanent { reason, suppress }) => {
            MessageFailed { suppress: suppress.then_some(true), ..failed(reason, true) }
        }
        Tried::Said(Outcome::Policy { reason }) => failed(reason, true),
        Tried::Said(Outcome::Unknown) => failed("unknown".to_owned(), false),
        Tried::Wrong(error) => failed(format!("field_{}_{}", error.field, error.because.code()), true),
        Tried::Not => MessageFailed { retry_after_seconds: Some(0), ..failed("not_tried".to_owned(), false) },
    };
    tally.count(Some(&failed.reason), desk.message_failed(&failed))
}
