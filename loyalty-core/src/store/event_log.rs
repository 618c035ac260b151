//! `loyalty_event_log`, what waits for its number, and who reads it.
//!
//! SQLite has one writer at a time, so an event gets its number when it is written. On a server, a writer that began
//! earlier may commit later: a reader that has seen number 8 would never see a 7 that was committed after it. So there
//! events wait in `loyalty_event_arrivals`, and a transaction of its own numbers those that are committed.

use super::session::{Columns, Session, SqlParam};
use super::{Dialect, json};
use crate::domain::log_event::{LogData, LogEvent, LogKind};
use crate::value::{EntryId, Instant, Points, UserId};
use crate::{Error, Result};

/// Events that get their numbers in one step.
const NUMBERED_AT_ONCE: i64 = 500;

/// An event with its number.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberedEvent {
    /// Its number.
    pub number: i64,
    /// The event.
    pub event: LogEvent,
    /// What its entry says: the word of its kind, points, balance and order.
    pub entry: Option<EntryFacts>,
}

/// What the entry of an event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryFacts {
    /// The word of its kind.
    pub kind: String,
    /// Points, below zero when they were taken.
    pub points: Points,
    /// The balance after it.
    pub balance: Points,
    /// Its order.
    pub order_id: Option<String>,
}

/// Writes an event.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn append(session: &mut dyn Session, event: &LogEvent) -> Result<()> {
    let occurred_at = (event.occurred_at != event.recorded_at && event.entry.is_none()).then_some(event.occurred_at);
    let data = if event.data.is_empty() { None } else { Some(text(&event.data)?) };
    let cells = [
        SqlParam::Int(event.user_id.map_or(0, UserId::get)),
        SqlParam::Int(event.kind.code()),
        SqlParam::int(event.entry.map(EntryId::get)),
        SqlParam::Int(event.recorded_at.micros()),
        SqlParam::int(occurred_at.map(Instant::micros)),
        SqlParam::text(data.as_deref()),
    ];
    let sql = match session.dialect() {
        Dialect::Sqlite => {
            "INSERT INTO loyalty_event_log (user_id, kind, entry_id, recorded_at, occurred_at, data) \
             VALUES (?, ?, ?, ?, ?, ?)"
        }
        Dialect::MySql => {
            "INSERT INTO loyalty_event_arrivals (user_id, kind, entry_id, recorded_at, occurred_at, data) \
             VALUES (?, ?, ?, ?, ?, ?)"
        }
    };
    session.execute_one(sql, &cells)
}

fn text(data: &LogData) -> Result<String> {
    serde_json::to_string(data).map_err(Error::internal)
}

/// Whether committed events wait for their numbers.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn has_arrivals(session: &mut dyn Session) -> Result<bool> {
    first_arrival(session).map(|found| found.is_some())
}

/// When the first event was recorded that waits for its number.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn first_arrival(session: &mut dyn Session) -> Result<Option<Instant>> {
    let sql = "SELECT recorded_at FROM loyalty_event_arrivals ORDER BY id LIMIT 1";
    session.first(sql, &[], |row| row.int().map(Instant::stored))
}

/// An event that waits, as it is stored.
struct Arrival {
    id: i64,
    user_id: i64,
    kind: i64,
    entry: Option<i64>,
    recorded_at: i64,
    occurred_at: Option<i64>,
    data: Option<String>,
}

/// Gives committed events their numbers, in the order in which they were written, as many as fit into one step. Returns
/// how many.
///
/// Called inside a write. Of several at once, one waits for the other at the row of the database. What is committed when
/// the row is held is read after that; a member's events are written one after the other under the member's lock, so
/// none of them gets its number before an earlier one.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn number_arrivals(session: &mut dyn Session) -> Result<usize> {
    session.first("SELECT epoch FROM loyalty_database WHERE id = 1 /* locked */", &[], |row| row.int())?;
    let arrivals = session.all(
        "SELECT id, user_id, kind, entry_id, recorded_at, occurred_at, data FROM loyalty_event_arrivals ORDER BY id LIMIT ?",
        &[SqlParam::Int(NUMBERED_AT_ONCE)],
        |row| {
            Ok(Arrival {
                id: row.int()?,
                user_id: row.int()?,
                kind: row.int()?,
                entry: row.opt_int()?,
                recorded_at: row.int()?,
                occurred_at: row.opt_int()?,
                data: row.opt_text()?.map(str::to_owned),
            })
        },
    )?;
    let mut number = if arrivals.is_empty() { 0 } else { last(session)? };
    for arrival in &arrivals {
        number += 1;
        session.execute_one(
            "INSERT INTO loyalty_event_log (number, user_id, kind, entry_id, recorded_at, occurred_at, data) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
            &[
                SqlParam::Int(number),
                SqlParam::Int(arrival.user_id),
                SqlParam::Int(arrival.kind),
                SqlParam::int(arrival.entry),
                SqlParam::Int(arrival.recorded_at),
                SqlParam::int(arrival.occurred_at),
                SqlParam::text(arrival.data.as_deref()),
            ],
        )?;
        session.execute_one("DELETE FROM loyalty_event_arrivals WHERE id = ?", &[SqlParam::Int(arrival.id)])?;
    }
    Ok(arrivals.len())
}

/// The epoch in which the numbers count.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn epoch(session: &mut dyn Session) -> Result<i64> {
    let found = session.first("SELECT epoch FROM loyalty_database WHERE id = 1", &[], |row| row.int())?;
    found.ok_or_else(|| Error::damaged("the row of the database is missing"))
}

/// The highest number; 0 when nothing was told yet.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn last(session: &mut dyn Session) -> Result<i64> {
    let sql = "SELECT number FROM loyalty_event_log ORDER BY number DESC LIMIT 1";
    Ok(session.first(sql, &[], |row| row.int())?.unwrap_or(0))
}

/// The lowest number that is still there, and when it was recorded.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn first(session: &mut dyn Session) -> Result<Option<(i64, Instant)>> {
    let sql = "SELECT number, recorded_at FROM loyalty_event_log ORDER BY number LIMIT 1";
    session.first(sql, &[], |row| Ok((row.int()?, Instant::stored(row.int()?))))
}

/// The lowest number above one, and when it was recorded.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn next(session: &mut dyn Session, after: i64) -> Result<Option<(i64, Instant)>> {
    let sql = "SELECT number, recorded_at FROM loyalty_event_log WHERE number > ? ORDER BY number LIMIT 1";
    session.first(sql, &[SqlParam::Int(after)], |row| Ok((row.int()?, Instant::stored(row.int()?))))
}

/// Events with numbers above `after`, in order.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn page(session: &mut dyn Session, after: i64, limit: i64) -> Result<Vec<NumberedEvent>> {
    let events = session.all(
        "SELECT told.number, told.user_id, told.kind, told.entry_id, told.recorded_at, told.occurred_at, told.data, \
         entry.transaction_type, entry.points_amount, entry.balance_after, entry.order_id, entry.occurred_at \
         FROM loyalty_event_log told LEFT JOIN loyalty_transactions entry ON entry.id = told.entry_id \
         WHERE told.number > ? ORDER BY told.number LIMIT ?",
        &[SqlParam::Int(after), SqlParam::Int(limit)],
        read,
    )?;
    super::in_order(events, after, |event| event.number)
}

fn read(row: &mut Columns<'_>) -> Result<NumberedEvent> {
    let (number, user_id, kind) = (row.int()?, row.int()?, row.int()?);
    let entry = row.opt_int()?.map(EntryId::stored);
    let recorded_at = Instant::stored(row.int()?);
    let occurred_at = row.opt_int()?.map(Instant::stored);
    let data: Option<LogData> = row.opt_text()?.map(json).transpose()?;
    let word = row.opt_text()?.map(str::to_owned);
    let (points, balance) = (row.opt_int()?, row.opt_int()?);
    let order_id = row.opt_text()?.map(str::to_owned);
    let booked_at = row.opt_int()?.map(Instant::stored);
    let unknown = || Error::damaged(format_args!("event {number} has the unknown kind {kind}"));
    let facts = word.zip(points).zip(balance).map(|((kind, points), balance)| EntryFacts {
        kind,
        points: Points::stored(points),
        balance: Points::stored(balance),
        order_id,
    });
    let event = LogEvent {
        kind: LogKind::of_code(kind).ok_or_else(unknown)?,
        user_id: (user_id != 0).then(|| UserId::stored(user_id)),
        entry,
        recorded_at,
        occurred_at: occurred_at.or(booked_at).unwrap_or(recorded_at),
        data: data.unwrap_or_default(),
    };
    Ok(NumberedEvent { number, event, entry: facts })
}

/// A reader of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumer {
    /// Its name.
    pub name: String,
    /// The number up to which it has all.
    pub acked: i64,
}

/// A consumer. In a write, its row is locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn consumer(session: &mut dyn Session, name: &str) -> Result<Option<Consumer>> {
    let sql = "SELECT name, acked FROM loyalty_event_consumers WHERE name = ? /* locked */";
    session.first(sql, &[SqlParam::Text(name)], read_consumer)
}

/// All consumers, by name.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn consumers(session: &mut dyn Session) -> Result<Vec<Consumer>> {
    session.all("SELECT name, acked FROM loyalty_event_consumers ORDER BY name", &[], read_consumer)
}

fn read_consumer(row: &mut Columns<'_>) -> Result<Consumer> {
    Ok(Consumer { name: row.text()?.to_owned(), acked: row.int()? })
}

/// Makes a consumer known, if it is not.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn add_consumer(session: &mut dyn Session, name: &str, now: Instant) -> Result<()> {
    session.execute(
        "INSERT INTO loyalty_event_consumers (name, acked, updated_at) VALUES (?, 0, ?) ON CONFLICT (name) DO NOTHING",
        &[SqlParam::Text(name), SqlParam::Int(now.micros())],
    )?;
    Ok(())
}

/// Moves a consumer's place.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn ack(session: &mut dyn Session, name: &str, upto: i64, now: Instant) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_event_consumers SET acked = ?, updated_at = ? WHERE name = ?",
        &[SqlParam::Int(upto), SqlParam::Int(now.micros()), SqlParam::Text(name)],
    )
}

/// Forgets a consumer.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn forget_consumer(session: &mut dyn Session, name: &str) -> Result<bool> {
    let sql = "DELETE FROM loyalty_event_consumers WHERE name = ?";
    Ok(session.execute(sql, &[SqlParam::Text(name)])? == 1)
}

/// Numbers and ages of the oldest events.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn ages(session: &mut dyn Session, limit: i64) -> Result<Vec<(i64, Instant)>> {
    let sql = "SELECT number, recorded_at FROM loyalty_event_log ORDER BY number LIMIT ?";
    session.all(sql, &[SqlParam::Int(limit)], |row| Ok((row.int()?, Instant::stored(row.int()?))))
}

/// Deletes events from `from` up to and with `upto`.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn delete(session: &mut dyn Session, from: i64, upto: i64) -> Result<u64> {
    let sql = "DELETE FROM loyalty_event_log WHERE number >= ? AND number <= ?";
    session.execute(sql, &[SqlParam::Int(from), SqlParam::Int(upto)])
}
