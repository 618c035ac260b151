//! The loop for webhooks.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::desk::{DeskError, Limits, WebhookDesk};
use super::side_by_side::side_by_side;
use super::tally::{Delivered, Stopped, Tally};
use crate::webhook::{Attempt, Delivery, Poster, WHOLE_TIMEOUT};

/// After so many attempts in a row without an answer, a webhook is not asked again in this run.
const MAX_LOST: u32 = 5;

/// How often in a row each webhook did not answer.
#[derive(Default)]
struct Lost(Mutex<BTreeMap<i64, u32>>);

impl Lost {
    fn note(&self, webhook_id: i64, attempt: &Attempt) {
        let mut lost = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match attempt.status {
            Some(_) => drop(lost.remove(&webhook_id)),
            None => *lost.entry(webhook_id).or_default() += 1,
        }
    }

    fn is_given_up(&self, webhook_id: i64) -> bool {
        let lost = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lost.get(&webhook_id).is_some_and(|times| *times >= MAX_LOST)
    }
}

/// Sends what waits until nothing does or a limit is reached, and tells the engine of each.
///
/// A delivery that was claimed and not begun is given back as `not_tried`, without a status. It fails with the engine's
/// error, and with `lease_too_short` if a lease is not longer than 30 seconds.
pub fn deliver_webhooks(
    desk: &mut impl WebhookDesk,
    poster: &Poster,
    limits: &Limits<'_>,
) -> Result<Delivered, DeskError> {
    let lease = Duration::from_secs(limits.lease_seconds.into());
    let longest = WHOLE_TIMEOUT + WHOLE_TIMEOUT / 2;
    if lease <= longest {
        return Err(DeskError::new("lease_too_short"));
    }
    let (mut tally, lost) = (Tally::begin(), Lost::default());
    let mut left = limits.items;
    let stopped = loop {
        if let Some(stopped) = tally.must_stop(limits).or((left == 0).then_some(Stopped::Items)) {
            break stopped;
        }
        let claimed_at = Instant::now();
        let deliveries = desk.next_deliveries(limits.worker, limits.batch.get().min(left), limits.lease_seconds)?;
        if deliveries.is_empty() {
            break Stopped::Empty;
        }
        left = left.saturating_sub(deliveries.len());
        let deadline = tally.deadline(limits);
        let may_begin = |delivery: &Delivery| {
            let is_asked = Tally::is_asked(limits) || lost.is_given_up(delivery.webhook_id);
            !is_asked && Instant::now() < deadline && claimed_at.elapsed() + longest <= lease
        };
        let work = |delivery: &Delivery| {
            if !may_begin(delivery) {
                return Attempt::not_tried();
            }
            let attempt = poster.post(delivery);
            lost.note(delivery.webhook_id, &attempt);
            attempt
        };
        let done = |delivery: &Delivery, attempt: Attempt| {
            tally.count(attempt.reason.as_deref(), desk.delivery_done(delivery, limits.worker, &attempt))
        };
        side_by_side(&deliveries, limits.at_once, work, done)?;
    };
    Ok(tally.end(stopped))
}
