//! `loyalty_deliveries`: events that were handed out for a webhook and have not arrived.
//!
//! Whoever changes a row has locked its webhook.

use super::session::{Columns, Session, SqlParam};
use crate::value::{Instant, WebhookId};
use crate::{Error, Result};

/// An event for a webhook that has not arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDelivery {
    /// The webhook.
    pub webhook_id: WebhookId,
    /// The event.
    pub number: i64,
    /// Whether it is tried again.
    pub state: DeliveryState,
    /// Tries that were begun.
    pub attempts: i64,
    /// When it may be handed out: its time, or the end of the lease.
    pub next_at: Instant,
    /// Whose it is until then.
    pub worker: Option<String>,
    /// What the receiver answered last.
    pub status: Option<i64>,
}

/// Whether a delivery is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is.
    Open,
    /// It is given up; the webhook can have its events replayed.
    GivenUp,
}

macro_rules! columns {
    () => {
        "webhook_id, number, state, attempts, next_at, worker, status"
    };
}

fn read(row: &mut Columns<'_>) -> Result<OpenDelivery> {
    let (webhook_id, number) = (WebhookId::stored(row.int()?), row.int()?);
    let state = match row.int()? {
        0 => DeliveryState::Open,
        1 => DeliveryState::GivenUp,
        other => return Err(Error::damaged(format_args!("delivery {number} has the unknown state {other}"))),
    };
    let (attempts, next_at) = (row.int()?, Instant::stored(row.int()?));
    let (worker, status) = (row.opt_text()?.map(str::to_owned), row.opt_int()?);
    Ok(OpenDelivery { webhook_id, number, state, attempts, next_at, worker, status })
}

/// One delivery.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, webhook_id: WebhookId, number: i64) -> Result<Option<OpenDelivery>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_deliveries WHERE webhook_id = ? AND number = ?");
    session.first(sql, &[SqlParam::Int(webhook_id.get()), SqlParam::Int(number)], read)
}

/// Deliveries of a webhook that may be handed out, the longest due first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn due(session: &mut dyn Session, webhook_id: WebhookId, now: Instant, limit: i64) -> Result<Vec<OpenDelivery>> {
    session.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM loyalty_deliveries WHERE webhook_id = ? AND state = 0 AND next_at <= ? ORDER BY next_at, number LIMIT ?"
        ),
        &[SqlParam::Int(webhook_id.get()), SqlParam::Int(now.micros()), SqlParam::Int(limit)],
        read,
    )
}

/// Adds a delivery.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn add(session: &mut dyn Session, delivery: &OpenDelivery) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_deliveries (webhook_id, number, state, attempts, next_at, worker, status) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        &[
            SqlParam::Int(delivery.webhook_id.get()),
            SqlParam::Int(delivery.number),
            SqlParam::Int(delivery.state as i64),
            SqlParam::Int(delivery.attempts),
            SqlParam::Int(delivery.next_at.micros()),
            SqlParam::text(delivery.worker.as_deref()),
            SqlParam::int(delivery.status),
        ],
    )
}

/// Stores a delivery.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update(session: &mut dyn Session, delivery: &OpenDelivery) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_deliveries SET state = ?, attempts = ?, next_at = ?, worker = ?, status = ? \
         WHERE webhook_id = ? AND number = ?",
        &[
            SqlParam::Int(delivery.state as i64),
            SqlParam::Int(delivery.attempts),
            SqlParam::Int(delivery.next_at.micros()),
            SqlParam::text(delivery.worker.as_deref()),
            SqlParam::int(delivery.status),
            SqlParam::Int(delivery.webhook_id.get()),
            SqlParam::Int(delivery.number),
        ],
    )
}

/// Removes a delivery: it has arrived, or its event is gone.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn remove(session: &mut dyn Session, delivery: &OpenDelivery) -> Result<()> {
    let sql = "DELETE FROM loyalty_deliveries WHERE webhook_id = ? AND number = ?";
    session.execute_one(sql, &[SqlParam::Int(delivery.webhook_id.get()), SqlParam::Int(delivery.number)])
}

/// Removes those of a webhook from a number on.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn remove_from(session: &mut dyn Session, webhook_id: WebhookId, from: i64) -> Result<()> {
    let sql = "DELETE FROM loyalty_deliveries WHERE webhook_id = ? AND number >= ?";
    session.execute(sql, &[SqlParam::Int(webhook_id.get()), SqlParam::Int(from)]).map(drop)
}

/// Removes those of a webhook up to and with a number, whose events are gone.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn remove_upto(session: &mut dyn Session, webhook_id: WebhookId, upto: i64) -> Result<()> {
    let sql = "DELETE FROM loyalty_deliveries WHERE webhook_id = ? AND number <= ?";
    session.execute(sql, &[SqlParam::Int(webhook_id.get()), SqlParam::Int(upto)]).map(drop)
}

/// How many of a webhook there are, and the lowest number among them.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn count(session: &mut dyn Session, webhook_id: WebhookId, state: DeliveryState) -> Result<(i64, Option<i64>)> {
    let sql = "SELECT COUNT(*), MIN(number) FROM loyalty_deliveries WHERE webhook_id = ? AND state = ?";
    let cells = [SqlParam::Int(webhook_id.get()), SqlParam::Int(state as i64)];
    let found = session.first(sql, &cells, |row| Ok((row.int()?, row.opt_int()?)))?;
    Ok(found.unwrap_or((0, None)))
}
