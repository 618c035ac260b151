//! `loyalty_merges`: members who were merged into another, and the rows that move with them.

use super::members::parts;
use super::personal::{AtMerge, TABLES};
use super::session::{Session, SqlParam};
use super::stamps;
use crate::Result;
use crate::value::{Instant, MemberId, UserId};

/// Moves the rows of one member to another, as [`TABLES`] says; tables that are combined have their own code.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn move_rows(session: &mut dyn Session, into: UserId, from: UserId) -> Result<()> {
    for table in TABLES {
        match table.at_merge {
            AtMerge::Move(sql) => session.execute(sql, &[SqlParam::Int(into.get()), SqlParam::Int(from.get())])?,
            AtMerge::Drop(sql) => session.execute(sql, &[SqlParam::Int(from.get())])?,
            AtMerge::Join | AtMerge::Stay => continue,
        };
    }
    stamps::merge(session, into, from)
}

/// Moves the referral of one member to another who was not referred.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn move_referral(session: &mut dyn Session, into: UserId, from: UserId) -> Result<()> {
    let sql = "UPDATE loyalty_referrals SET referred_id = ? WHERE referred_id = ?";
    session.execute(sql, &[SqlParam::Int(into.get()), SqlParam::Int(from.get())]).map(drop)
}

/// Records that a member, and all who were merged into the member, are now part of another.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn record(
    session: &mut dyn Session,
    into: MemberId,
    from: MemberId,
    at: Instant,
    actor: Option<&str>,
) -> Result<()> {
    for part in parts(session, from)? {
        session.execute_one(
            "UPDATE loyalty_users SET merged_into = ? WHERE id = ?",
            &[SqlParam::Int(into.get()), SqlParam::Int(part.get())],
        )?;
    }
    let sql = "UPDATE loyalty_merges SET into_id = ? WHERE into_id = ?";
    session.execute(sql, &[SqlParam::Int(into.get()), SqlParam::Int(from.get())])?;
    session.execute_one(
        "INSERT INTO loyalty_merges (from_id, into_id, merged_at, actor) VALUES (?, ?, ?, ?)",
        &[SqlParam::Int(from.get()), SqlParam::Int(into.get()), SqlParam::Int(at.micros()), SqlParam::text(actor)],
    )
}

/// Ends pending referrals in which a member turned out to have referred themselves.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn end_own_referrals(session: &mut dyn Session, into: UserId, from: UserId) -> Result<()> {
    let sql = "UPDATE loyalty_referrals SET status = 'expired', qualified_at = NULL \
         WHERE referred_id = ? AND referrer_id = ? AND status = 'pending'";
    for referred in [into, from] {
        session.execute(sql, &[SqlParam::Int(referred.get()), SqlParam::Int(into.get())])?;
    }
    Ok(())
}

/// When the last member was merged into this one.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn last_at(session: &mut dyn Session, into: MemberId) -> Result<Option<Instant>> {
    let sql = "SELECT MAX(merged_at) FROM loyalty_merges WHERE into_id = ?";
    let last = session.first(sql, &[SqlParam::Int(into.get())], |row| row.opt_int())?;
    Ok(last.flatten().map(Instant::stored))
}

/// Stores the day on which a member joined.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update_join_date(session: &mut dyn Session, id: MemberId, join_date: Instant) -> Result<()> {
    let sql = "UPDATE loyalty_users SET join_date = ? WHERE id = ?";
    session.execute_one(sql, &[SqlParam::Int(join_date.micros()), SqlParam::Int(id.get())])
}
