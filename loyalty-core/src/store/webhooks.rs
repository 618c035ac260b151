//! `loyalty_webhooks`: who is told of events by HTTP, and how far.

use super::json;
use super::session::{Columns, Session, SqlParam};
use crate::domain::webhook::{LastAttempt, Webhook, WebhookState};
use crate::value::{Instant, WebhookId};
use crate::{Error, Result};

macro_rules! columns {
    () => {
        "id, url, secrets, kinds, state, place, lost, held_until, failing_since, reason, last_status, last_reason, \
         last_at, created_at"
    };
}

fn read(row: &mut Columns<'_>) -> Result<Webhook> {
    let (id, url) = (WebhookId::stored(row.int()?), row.text()?.to_owned());
    let secrets = json(row.text()?)?;
    let kinds = row.opt_text()?.map(json).transpose()?;
    let state = match row.int()? {
        0 => WebhookState::Disabled,
        1 => WebhookState::Active,
        other => return Err(Error::damaged(format_args!("webhook {id} has the unknown state {other}"))),
    };
    let (place, lost) = (row.int()?, row.int()?);
    let held_until = row.opt_int()?.map(Instant::stored);
    let failing_since = row.opt_int()?.map(Instant::stored);
    let reason = row.opt_text()?.map(str::to_owned);
    let (status, because) = (row.opt_int()?, row.opt_text()?.map(str::to_owned));
    let last_at = row.opt_int()?.map(Instant::stored);
    let last = last_at.map(|at| LastAttempt { status, reason: because, at });
    let created_at = Instant::stored(row.int()?);
    Ok(Webhook { id, url, secrets, kinds, state, place, lost, held_until, failing_since, reason, last, created_at })
}

/// One webhook. In a write, its row is locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: WebhookId) -> Result<Option<Webhook>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_webhooks WHERE id = ? /* locked */");
    session.first(sql, &[SqlParam::Int(id.get())], read)
}

/// All webhooks, by id. None is locked.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn all(session: &mut dyn Session) -> Result<Vec<Webhook>> {
    session.all(concat!("SELECT ", columns!(), " FROM loyalty_webhooks ORDER BY id"), &[], read)
}

/// The id of the next webhook. If two are added at once, one is repeated.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn next_id(session: &mut dyn Session) -> Result<WebhookId> {
    let newest = session.first("SELECT COALESCE(MAX(id), 0) FROM loyalty_webhooks", &[], |row| row.int())?;
    Ok(WebhookId::stored(newest.unwrap_or(0).saturating_add(1)))
}

/// Adds a webhook.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn add(session: &mut dyn Session, webhook: &Webhook) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_webhooks (id, url, secrets, state, place, created_at) VALUES (?, ?, '[]', 0, 0, ?)",
        &[SqlParam::Int(webhook.id.get()), SqlParam::Text(&webhook.url), SqlParam::Int(webhook.created_at.micros())],
    )?;
    update(session, webhook)
}

/// Stores a webhook, whose row is locked.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update(session: &mut dyn Session, webhook: &Webhook) -> Result<()> {
    let secrets = serde_json::to_string(&webhook.secrets).map_err(Error::internal)?;
    let kinds = webhook.kinds.as_ref().map(serde_json::to_string).transpose().map_err(Error::internal)?;
    let last = webhook.last.as_ref();
    session.execute_one(
        "UPDATE loyalty_webhooks SET url = ?, secrets = ?, kinds = ?, state = ?, place = ?, lost = ?, held_until = ?, \
         failing_since = ?, reason = ?, last_status = ?, last_reason = ?, last_at = ? WHERE id = ?",
        &[
            SqlParam::Text(&webhook.url),
            SqlParam::Text(&secrets),
            SqlParam::text(kinds.as_deref()),
            SqlParam::Int(webhook.state as i64),
            SqlParam::Int(webhook.place),
            SqlParam::Int(webhook.lost),
            SqlParam::int(webhook.held_until.map(Instant::micros)),
            SqlParam::int(webhook.failing_since.map(Instant::micros)),
            SqlParam::text(webhook.reason.as_deref()),
            SqlParam::int(last.and_then(|last| last.status)),
            SqlParam::text(last.and_then(|last| last.reason.as_deref())),
            SqlParam::int(last.map(|last| last.at.micros())),
            SqlParam::Int(webhook.id.get()),
        ],
    )
}
