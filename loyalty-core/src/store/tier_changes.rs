//! `loyalty_tier_changes`: every change of a member's tier, in the order in which they took effect.

use super::session::{Columns, Session, SqlParam};
use crate::domain::tier::{Cause, Change};
use crate::value::{Instant, UserId};
use crate::{Error, Result};

macro_rules! columns {
    () => {
        "changed_at, tier_before, tier, cause, actor, reason"
    };
}

/// Adds a change after the member's last one.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, user_id: UserId, change: &Change, recorded_at: Instant) -> Result<()> {
    let last = session.first(
        "SELECT COALESCE(MAX(number), 0) FROM loyalty_tier_changes WHERE user_id = ?",
        &[SqlParam::Int(user_id.get())],
        |row| row.int(),
    )?;
    session.execute_one(
        "INSERT INTO loyalty_tier_changes (user_id, number, changed_at, recorded_at, tier_before, tier, cause, actor, \
         reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            SqlParam::Int(user_id.get()),
            SqlParam::Int(last.unwrap_or(0) + 1),
            SqlParam::Int(change.at.micros()),
            SqlParam::Int(recorded_at.micros()),
            SqlParam::Text(&change.before),
            SqlParam::Text(&change.after),
            SqlParam::Text(change.cause.word()),
            SqlParam::text(change.actor.as_deref()),
            SqlParam::text(change.reason.as_deref()),
        ],
    )
}

/// Deletes the last changes of a member: the clock made them, and an act must come before them.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn forget_last(session: &mut dyn Session, user_id: UserId, count: i64) -> Result<()> {
    let cells = [SqlParam::Int(user_id.get())];
    let sql = "SELECT COALESCE(MAX(number), 0) FROM loyalty_tier_changes WHERE user_id = ?";
    let last = session.first(sql, &cells, |row| row.int())?.unwrap_or(0);
    let sql = "DELETE FROM loyalty_tier_changes WHERE user_id = ? AND number > ?";
    session.execute(sql, &[SqlParam::Int(user_id.get()), SqlParam::Int(last - count)]).map(drop)
}

/// A member's changes up to a moment, newest first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn newest(session: &mut dyn Session, user_id: UserId, until: Instant, limit: i64) -> Result<Vec<Change>> {
    session.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM loyalty_tier_changes WHERE user_id = ? AND changed_at <= ? ORDER BY number DESC LIMIT ?"
        ),
        &[SqlParam::Int(user_id.get()), SqlParam::Int(until.micros()), SqlParam::Int(limit)],
        read,
    )
}

/// All changes of a member, oldest first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn all(session: &mut dyn Session, user_id: UserId) -> Result<Vec<Change>> {
    session.all(
        concat!("SELECT ", columns!(), " FROM loyalty_tier_changes WHERE user_id = ? ORDER BY number"),
        &[SqlParam::Int(user_id.get())],
        read,
    )
}

/// Id of the tier that a member had at a moment, according to the changes; `None` when there was never a change.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn tier_at(session: &mut dyn Session, user_id: UserId, at: Instant) -> Result<Option<String>> {
    if let Some(change) = newest(session, user_id, at, 1)?.pop() {
        return Ok(Some(change.after));
    }
    session.first(
        "SELECT tier_before FROM loyalty_tier_changes WHERE user_id = ? ORDER BY number LIMIT 1",
        &[SqlParam::Int(user_id.get())],
        |row| row.text().map(str::to_owned),
    )
}

fn read(row: &mut Columns<'_>) -> Result<Change> {
    Ok(Change {
        at: Instant::stored(row.int()?),
        before: row.text()?.to_owned(),
        after: row.text()?.to_owned(),
        cause: cause(row.text()?)?,
        actor: row.opt_text()?.map(str::to_owned),
        reason: row.opt_text()?.map(str::to_owned),
    })
}

fn cause(word: &str) -> Result<Cause> {
    Cause::parse(word).ok_or_else(|| Error::internal(format_args!("a change of tier has the unknown cause `{word}`")))
}
