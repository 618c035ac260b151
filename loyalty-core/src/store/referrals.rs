//! `loyalty_referrals`: one for a referred user, for ever.

use super::session::{Cell, Session};
use crate::Result;
use crate::value::{Instant, UserId};

/// A referral that waits for the first purchase.
#[derive(Debug, Clone, Copy)]
pub struct Pending {
    /// Who invited.
    pub referrer: UserId,
    /// Until when the purchase counts.
    pub expires_at: Instant,
}

/// The referral that waits for this user's first purchase.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn pending(session: &mut dyn Session, referred: UserId) -> Result<Option<Pending>> {
    session.first(
        "SELECT referrer_id, expires_at FROM loyalty_referrals WHERE referred_id = ? AND status = 'pending'",
        &[Cell::Int(referred.get())],
        |row| Ok(Pending { referrer: UserId::stored(row.int()?), expires_at: Instant::stored(row.int()?) }),
    )
}

/// Adds a referral that waits.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, referred: UserId, pending: Pending, now: Instant) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_referrals (referred_id, referrer_id, status, created_at, expires_at) VALUES (?, ?, 'pending', ?, ?)",
        &[
            Cell::Int(referred.get()),
            Cell::Int(pending.referrer.get()),
            Cell::Int(now.micros()),
            Cell::Int(pending.expires_at.micros()),
        ],
    )
}

/// Ends a referral that waits: successful at that moment, or expired.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn end(session: &mut dyn Session, referred: UserId, completed_at: Option<Instant>) -> Result<()> {
    let status = if completed_at.is_some() { "successful" } else { "expired" };
    session.execute_one(
        "UPDATE loyalty_referrals SET status = ?, completed_at = ? WHERE referred_id = ? AND status = 'pending'",
        &[Cell::Text(status), Cell::int(completed_at.map(Instant::micros)), Cell::Int(referred.get())],
    )
}

/// Successful referrals of a referrer in a span of time.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn successes(session: &mut dyn Session, referrer: UserId, from: Instant, until: Instant) -> Result<i64> {
    let count = session.first(
        "SELECT COUNT(*) FROM loyalty_referrals WHERE referrer_id = ? AND completed_at >= ? AND completed_at < ?",
        &[Cell::Int(referrer.get()), Cell::Int(from.micros()), Cell::Int(until.micros())],
        |row| row.int(),
    )?;
    Ok(count.unwrap_or(0))
}
