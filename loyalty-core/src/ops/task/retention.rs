//! What is no longer kept.

use super::run_tasks::Part;
use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::task::Task;
use crate::domain::webhook::WebhookState;
use crate::store::deliveries::{self, DeliveryState};
use crate::store::{event_log, messages, notices, tasks, webhooks};
use crate::value::{Day, Instant};

/// How long the runs of the tasks are kept, in days.
const RUNS_DAYS: i64 = 400;

/// Deletes a part of it.
pub(super) fn part(cx: &mut Cx<'_>, limit: i64) -> Result<Part> {
    let (rules, today) = (cx.programme.retention, cx.programme.zone.day_of(cx.now));
    let since = |days: i64| cx.programme.zone.start_of(today.plus_days(-days));
    let (seen, unseen, noticed) = (since(rules.events), since(rules.unseen_events), since(rules.notices));
    let over = since(rules.messages);
    let events = delete_events(cx, (seen, unseen), limit)?;
    let notices = notices::delete_before(cx.store()?, noticed, limit)?;
    let messages = messages::delete_before(cx.store()?, over, limit)?;
    let runs = delete_runs(cx, today)?;
    let next = (events >= limit || notices >= limit || messages >= limit).then_some(0);
    Ok(Part { members: 0, changes: events + notices + messages + runs, next })
}

/// Deletes the oldest events: those before `seen` that every reader has, and those before `unseen` whoever lacks them.
/// The newest stays, whatever its age: its number must not be given again.
fn delete_events(cx: &mut Cx<'_>, (seen, unseen): (Instant, Instant), limit: i64) -> Result<i64> {
    let last = event_log::last(cx.store()?)?;
    let read = read_by_all(cx, last)?;
    let Some((first, _)) = event_log::first(cx.store()?)? else { return Ok(0) };
    let mut upto = first - 1;
    for (number, recorded_at) in event_log::ages(cx.store()?, limit)? {
        let ends = if number <= read { seen } else { unseen };
        if number >= last || recorded_at >= ends {
            break;
        }
        upto = number;
    }
    if upto < first {
        return Ok(0);
    }
    event_log::delete(cx.store()?, first, upto)?;
    for webhook in webhooks::all(cx.store()?)? {
        deliveries::remove_upto(cx.store()?, webhook.id, upto)?;
    }
    Ok(upto - first + 1)
}

/// The number up to which every reader has the events: each consumer, and each webhook that is on.
fn read_by_all(cx: &mut Cx<'_>, last: i64) -> Result<i64> {
    let consumers = event_log::consumers(cx.store()?)?;
    let mut read = consumers.iter().map(|consumer| consumer.acked).min().unwrap_or(last);
    for webhook in webhooks::all(cx.store()?)?.into_iter().filter(|webhook| webhook.state == WebhookState::Active) {
        let waiting = deliveries::count(cx.store()?, webhook.id, DeliveryState::Open)?.1;
        read = read.min(webhook.place).min(waiting.map_or(last, |number| number - 1));
    }
    Ok(read)
}

fn delete_runs(cx: &mut Cx<'_>, today: Day) -> Result<i64> {
    let mut deleted = 0;
    for task in Task::ALL {
        let period = task.rhythm().period(today.plus_days(-RUNS_DAYS));
        deleted += tasks::delete_before(cx.store()?, task.word(), &period)?;
    }
    Ok(i64::try_from(deleted).unwrap_or(i64::MAX))
}
