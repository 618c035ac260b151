//! `loyalty_outbox`: purchases that a shop's own tables recorded, until they are drained.

use super::session::{Columns, Session, SqlParam};
use crate::domain::outbox::OutboxRow;
use crate::value::Instant;
use crate::{Fault, Result};

/// Which rows to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboxKind {
    /// Those that wait for their first try.
    Waiting,
    /// Those that failed.
    Failed,
}

impl OutboxKind {
    const fn cell(self) -> SqlParam<'static> {
        SqlParam::Int(match self {
            Self::Waiting => 0,
            Self::Failed => 1,
        })
    }
}

/// A row that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedRow {
    /// Its number.
    pub id: i64,
    /// The order.
    pub order_id: String,
    /// The shop's user.
    pub user_id: Option<i64>,
    /// How often it was tried.
    pub tries: i64,
    /// Code and message of the error, separated by a blank.
    pub error: String,
}

macro_rules! columns {
    () => {
        "id, order_id, user_id, amount, state, bought_at, zone, source, noted_at"
    };
}

fn read(row: &mut Columns<'_>) -> Result<OutboxRow> {
    Ok(OutboxRow {
        id: row.int()?,
        order_id: row.text()?.to_owned(),
        user_id: row.opt_int()?,
        amount: row.opt_text()?.map(str::to_owned),
        state: row.text()?.to_owned(),
        bought_at: row.opt_text()?.map(str::to_owned),
        zone: row.opt_text()?.map(str::to_owned),
        source: row.opt_text()?.map(str::to_owned),
        noted_at: row.int()?,
    })
}

/// Rows that wait, oldest first. None is locked.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn waiting(session: &mut dyn Session, limit: i64) -> Result<Vec<OutboxRow>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_outbox WHERE failed = 0 ORDER BY id LIMIT ?");
    session.all(sql, &[SqlParam::Int(limit)], read)
}

/// Rows that failed, those with the fewest tries first. None is locked.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn failed(session: &mut dyn Session, limit: i64) -> Result<Vec<OutboxRow>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_outbox WHERE failed = 1 ORDER BY tries, id LIMIT ?");
    session.all(sql, &[SqlParam::Int(limit)], read)
}

/// Claims a row for this transaction, if it still exists and is of that kind: other transactions that want it wait
/// until this one ends.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn take(session: &mut dyn Session, id: i64, kind: OutboxKind) -> Result<bool> {
    let sql = "UPDATE loyalty_outbox SET tries = tries + 1 WHERE id = ? AND failed = ?";
    Ok(session.execute(sql, &[SqlParam::Int(id), kind.cell()])? == 1)
}

/// Removes a row that was drained, and rows of its order that failed earlier: this row has the order's final state.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn remove(session: &mut dyn Session, row: &OutboxRow) -> Result<()> {
    session.execute("DELETE FROM loyalty_outbox WHERE id = ?", &[SqlParam::Int(row.id)])?;
    replace(session, row)
}

/// Stores why a row failed, and removes rows of its order that failed earlier.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn fail(session: &mut dyn Session, row: &OutboxRow, error: &str) -> Result<()> {
    let sql = "UPDATE loyalty_outbox SET failed = 1, error = ? WHERE id = ?";
    session.execute(sql, &[SqlParam::Text(error), SqlParam::Int(row.id)])?;
    replace(session, row)
}

fn replace(session: &mut dyn Session, row: &OutboxRow) -> Result<()> {
    let sql = "DELETE FROM loyalty_outbox WHERE order_id = ? AND id < ? AND failed = 1";
    session.execute(sql, &[SqlParam::Text(&row.order_id), SqlParam::Int(row.id)]).map(drop)
}

/// How many rows of a kind there are, and when the oldest was written.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn count(session: &mut dyn Session, kind: OutboxKind) -> Result<(i64, Option<Instant>)> {
    let sql = "SELECT COUNT(*), MIN(noted_at) FROM loyalty_outbox WHERE failed = ?";
    let found = session.first(sql, &[kind.cell()], |row| Ok((row.int()?, row.opt_int()?.map(Instant::stored))))?;
    Ok(found.unwrap_or((0, None)))
}

/// Rows that failed, with their errors, newest first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn failures(session: &mut dyn Session, limit: i64) -> Result<Vec<FailedRow>> {
    session.all(
        "SELECT id, order_id, user_id, tries, COALESCE(error, '') FROM loyalty_outbox WHERE failed = 1 \
         ORDER BY id DESC LIMIT ?",
        &[SqlParam::Int(limit)],
        |row| {
            Ok(FailedRow {
                id: row.int()?,
                order_id: row.text()?.to_owned(),
                user_id: row.opt_int()?,
                tries: row.int()?,
                error: row.text()?.to_owned(),
            })
        },
    )
}

/// Whether there is a row of an order.
///
/// # Errors
/// `unavailable` when the database fails.
#[cfg(feature = "internals")]
pub fn has(session: &mut dyn Session, order_id: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM loyalty_outbox WHERE order_id = ? LIMIT 1";
    Ok(session.first(sql, &[SqlParam::Text(order_id)], |row| row.int())?.is_some())
}

/// Adds a row, as a shop's trigger does.
///
/// # Errors
/// `unavailable` when the database fails.
#[cfg(feature = "internals")]
pub fn insert(session: &mut dyn Session, row: &OutboxRow) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_outbox (order_id, user_id, amount, state, bought_at, zone, source, noted_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            SqlParam::Text(&row.order_id),
            SqlParam::int(row.user_id),
            SqlParam::text(row.amount.as_deref()),
            SqlParam::Text(&row.state),
            SqlParam::text(row.bought_at.as_deref()),
            SqlParam::text(row.zone.as_deref()),
            SqlParam::text(row.source.as_deref()),
            SqlParam::Int(row.noted_at),
        ],
    )
}

/// Begins a step that is undone when the row fails.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn begin(session: &mut dyn Session) -> Result<()> {
    session.execute_soon("SAVEPOINT loyalty_outbox_row")
}

/// Ends the step; what it did stays.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn end(session: &mut dyn Session) -> Result<()> {
    session.execute_soon("RELEASE SAVEPOINT loyalty_outbox_row")
}

/// Undoes the step.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn undo(session: &mut dyn Session) -> Result<()> {
    session.execute_soon("ROLLBACK TO SAVEPOINT loyalty_outbox_row")?;
    end(session)
}

/// Whether the first version's shop has a person with this number. Without that table, everybody exists.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn has_person(session: &mut dyn Session, user: i64) -> Result<bool> {
    match session.first("SELECT 1 FROM Usuario WHERE usuario_ID = ?", &[SqlParam::Int(user)], |row| row.int()) {
        Ok(found) => Ok(found.is_some()),
        Err(error) if error.fault() == Some(Fault::DatabaseTableMissing) => Ok(true),
        Err(error) => Err(error),
    }
}
