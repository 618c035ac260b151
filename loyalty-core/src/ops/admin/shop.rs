//! What `health` reports about the shop's own tables and triggers.

use super::health::{HealthCheck, HealthStatus};
use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::task::Task;
use crate::domain::webhook::WebhookState;
use crate::store::outbox::{self, OutboxKind};
use crate::store::tasks::{self, TaskState};
use crate::store::{event_log, first_version, triggers, webhooks};
use crate::value::Instant;

/// How long a purchase may wait in the outbox before `health` warns.
const PATIENCE_SECONDS: i64 = 3_600;
/// How long events may wait for a reader that is known.
const EVENTS_PATIENCE_SECONDS: i64 = 86_400;

/// Everything that an operator should see.
pub(super) fn checks(cx: &mut Cx<'_>) -> Result<Vec<HealthCheck>> {
    let mut checks = Vec::new();
    let mut note = |name: &str, status: HealthStatus, value: String| {
        checks.push(HealthCheck { name: name.to_owned(), status, value });
    };
    let prefix = cx.store()?.prefix().to_owned();
    let all = triggers::all(cx.store()?)?;
    let notes = all.iter().any(|trigger| trigger.is_ours(&prefix));
    for trigger in all.iter().filter(|trigger| !trigger.is_ours(&prefix)) {
        let (name, table) = (&trigger.name, &trigger.table);
        let is_first = name == triggers::FIRST_VERSION;
        if trigger.credits(&prefix) || (is_first && prefix.is_empty()) {
            let value =
                format!("`{name}` on `{table}` writes to the engine's tables: drop it, or run `loyalty adopt` again");
            note("trigger", HealthStatus::Failed, value);
        } else if is_first && notes {
            let value = format!("`{name}` on `{table}` gives points too: drop it, or run `loyalty adopt` again");
            note("trigger", HealthStatus::Degraded, value);
        }
    }
    if first_version::is_made_again(cx.store()?)? {
        let value = "the shop's SQL of the first version was run again beside the engine's tables: run `loyalty \
                     adopt` again, with the prefix of the old tables, to repair what it changed";
        note("first_version", HealthStatus::Degraded, value.to_owned());
    }
    let (waiting, oldest) = outbox::count(cx.store()?, OutboxKind::Waiting)?;
    let is_late = oldest.is_some_and(|oldest| oldest.plus_seconds(PATIENCE_SECONDS) < cx.now);
    let failed = outbox::count(cx.store()?, OutboxKind::Failed)?.0;
    if notes || waiting > 0 || failed > 0 {
        let mut value = format!("{waiting} purchases wait, {failed} failed");
        if let Some(oldest) = oldest.filter(|_| is_late) {
            value.push_str(&format!("; the oldest has been waiting since {}: run `loyalty drain`", cx.moment(oldest)));
        }
        if failed > 0
            && let Some(failure) = outbox::failures(cx.store()?, 1)?.first()
        {
            value.push_str(&format!("; order `{}`: {}", failure.order_id, failure.error));
        }
        let status = if is_late || failed > 0 { HealthStatus::Degraded } else { HealthStatus::Ok };
        note("outbox", status, value);
    }
    if let Some(value) = late_tasks(cx)? {
        checks.push(HealthCheck { name: "tasks".to_owned(), status: HealthStatus::Degraded, value });
    }
    if let Some(value) = unread_events(cx)? {
        checks.push(HealthCheck { name: "events".to_owned(), status: HealthStatus::Degraded, value });
    }
    if let Some(value) = failing_webhooks(cx)? {
        checks.push(HealthCheck { name: "webhooks".to_owned(), status: HealthStatus::Degraded, value });
    }
    Ok(checks)
}

/// The regular work that is late or fails. A shop that has never run it does not need it.
fn late_tasks(cx: &mut Cx<'_>) -> Result<Option<String>> {
    let today = cx.programme.zone.day_of(cx.now);
    let mut late = Vec::new();
    for task in Task::ALL {
        let runs = tasks::newest(cx.store()?, task.word(), 2)?;
        if let Some(error) = runs.first().and_then(|run| run.error.as_deref()) {
            late.push(format!("`{}` fails: {error}", task.word()));
        }
        let due = task.rhythm().period(today.plus_days(-task.rhythm().patience_days()));
        let done = runs.iter().find(|run| run.state == TaskState::Done);
        if !runs.is_empty() && done.is_none_or(|run| run.period < due) {
            let last = done.map_or("never", |run| run.period.as_str());
            late.push(format!("`{}` was done last for {last}", task.word()));
        }
    }
    Ok((!late.is_empty()).then(|| format!("{}: run `loyalty run-tasks`", late.join("; "))))
}

/// Webhooks that the engine has switched off, that fail, or for which nobody delivers.
fn failing_webhooks(cx: &mut Cx<'_>) -> Result<Option<String>> {
    let mut told = Vec::new();
    for webhook in webhooks::all(cx.store()?)? {
        let id = webhook.id;
        if let Some(reason) = webhook.reason {
            told.push(format!("`{id}` was switched off: {reason}"));
        } else if webhook.state == WebhookState::Active {
            let now = cx.now;
            let is_late = |since: &Instant| since.plus_seconds(EVENTS_PATIENCE_SECONDS) < now;
            let unread = unread_after(cx, webhook.place)?.filter(is_late);
            if let Some(since) = webhook.failing_since.filter(is_late) {
                told.push(format!("`{id}` takes nothing since {}", cx.moment(since)));
            } else if let Some(since) = unread {
                told.push(format!("nothing is sent to `{id}` since {}: run `loyalty deliver`", cx.moment(since)));
            }
        }
    }
    Ok((!told.is_empty()).then(|| told.join("; ")))
}

/// When the first event after a number was recorded.
fn unread_after(cx: &mut Cx<'_>, number: i64) -> Result<Option<Instant>> {
    match event_log::next(cx.store()?, number)? {
        Some((_, since)) => Ok(Some(since)),
        None => event_log::first_arrival(cx.store()?),
    }
}

/// What readers of the events have left unread for long.
fn unread_events(cx: &mut Cx<'_>) -> Result<Option<String>> {
    let mut late = Vec::new();
    for consumer in event_log::consumers(cx.store()?)? {
        let unread = unread_after(cx, consumer.acked)?;
        if let Some(since) = unread.filter(|since| since.plus_seconds(EVENTS_PATIENCE_SECONDS) < cx.now) {
            late.push(format!("`{}` has read nothing since {}", consumer.name, cx.moment(since)));
        }
    }
    let remedy = "start it, or forget it with `ack_events`";
    Ok((!late.is_empty()).then(|| format!("{}: {remedy}", late.join("; "))))
}
