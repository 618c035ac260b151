//! `loyalty_referrals`: one for each referred user, for ever; and `loyalty_hints`.

use super::session::{Columns, Session, SqlParam};
use crate::domain::referral::risk::{Hints, Lately};
use crate::domain::referral::{Decision, Referral, ReferralStatus, Risk};
use crate::value::{EntryId, Instant, MemberId, OrderId, Points, UserId};
use crate::{Error, Result};

macro_rules! columns {
    () => {
        "referred_id, referrer_id, status, created_at, expires_at, completed_at, order_id, qualified_at, \
         referrer_entry_id, referred_entry_id, referrer_points, reversed_at, decision, risk, reasons"
    };
}

/// The referral of a referred user.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, referred: UserId) -> Result<Option<Referral>> {
    session.first(
        concat!("SELECT ", columns!(), " FROM loyalty_referrals WHERE referred_id = ? /* by key */"),
        &[SqlParam::Int(referred.get())],
        read,
    )
}

/// The referrals of those who were merged into a member, which an order paid for.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_parts(session: &mut dyn Session, member: MemberId, order: &OrderId) -> Result<Vec<Referral>> {
    session.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM loyalty_referrals WHERE order_id = ? AND referred_id IN (SELECT part.user_id FROM loyalty_merges merged \
             JOIN loyalty_users part ON part.id = merged.from_id WHERE merged.into_id = ?) ORDER BY referred_id"
        ),
        &[SqlParam::Text(order.as_str()), SqlParam::Int(member.get())],
        read,
    )
}

/// The friends that a member referred, newest first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_referrer(session: &mut dyn Session, referrer: UserId, limit: i64) -> Result<Vec<Referral>> {
    session.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM loyalty_referrals WHERE referrer_id = ? ORDER BY created_at DESC, referred_id DESC LIMIT ?"
        ),
        &[SqlParam::Int(referrer.get()), SqlParam::Int(limit)],
        read,
    )
}

fn read(row: &mut Columns<'_>) -> Result<Referral> {
    Ok(Referral {
        referred: UserId::stored(row.int()?),
        referrer: UserId::stored(row.int()?),
        stored: status(row.text()?)?,
        created_at: Instant::stored(row.int()?),
        expires_at: Instant::stored(row.int()?),
        completed_at: row.opt_int()?.map(Instant::stored),
        order: row.opt_text()?.map(OrderId::new).transpose()?,
        qualified_at: row.opt_int()?.map(Instant::stored),
        referrer_entry: row.opt_int()?.map(EntryId::stored),
        referred_entry: row.opt_int()?.map(EntryId::stored),
        referrer_points: Points::stored(row.int()?),
        reversed_at: row.opt_int()?.map(Instant::stored),
        decision: row.opt_text()?.map(decision).transpose()?,
        risk: Risk { score: row.int()?, because: row.opt_text()?.map(super::json).transpose()?.unwrap_or_default() },
    })
}

fn decision(word: &str) -> Result<Decision> {
    Decision::parse(word).ok_or_else(|| Error::damaged(format_args!("unknown decision of a referral `{word}`")))
}

fn status(word: &str) -> Result<ReferralStatus> {
    match word {
        "pending" => Ok(ReferralStatus::Pending),
        "successful" => Ok(ReferralStatus::Successful),
        "expired" => Ok(ReferralStatus::Expired),
        other => Err(Error::internal(format_args!("unknown status of a referral `{other}`"))),
    }
}

/// The word that is stored; decisions and returns have their own columns.
const fn word(status: ReferralStatus) -> &'static str {
    match status {
        ReferralStatus::Pending | ReferralStatus::Review => "pending",
        ReferralStatus::Successful | ReferralStatus::Reversed => "successful",
        ReferralStatus::Expired | ReferralStatus::Rejected => "expired",
    }
}

/// Adds a pending referral.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, referral: &Referral) -> Result<()> {
    let reasons = serde_json::to_string(&referral.risk.because).map_err(Error::internal)?;
    session.execute_one(
        "INSERT INTO loyalty_referrals (referred_id, referrer_id, status, created_at, expires_at, decision, risk, reasons) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            SqlParam::Int(referral.referred.get()),
            SqlParam::Int(referral.referrer.get()),
            SqlParam::Text(word(referral.stored)),
            SqlParam::Int(referral.created_at.micros()),
            SqlParam::Int(referral.expires_at.micros()),
            SqlParam::text(referral.decision.map(Decision::word)),
            SqlParam::Int(referral.risk.score),
            SqlParam::Text(&reasons),
        ],
    )
}

/// Stores the new state of a referral. Its row belongs to the referred member, who is locked.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update(session: &mut dyn Session, referral: &Referral, decided_by: Option<&str>) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_referrals SET status = ?, completed_at = ?, order_id = ?, qualified_at = ?, \
         referrer_entry_id = ?, referred_entry_id = ?, referrer_points = ?, reversed_at = ?, decision = ?, \
         decided_by = COALESCE(?, decided_by) WHERE referred_id = ?",
        &[
            SqlParam::Text(word(referral.stored)),
            SqlParam::int(referral.completed_at.map(Instant::micros)),
            SqlParam::text(referral.order.as_ref().map(OrderId::as_str)),
            SqlParam::int(referral.qualified_at.map(Instant::micros)),
            SqlParam::int(referral.referrer_entry.map(EntryId::get)),
            SqlParam::int(referral.referred_entry.map(EntryId::get)),
            SqlParam::Int(referral.referrer_points.get()),
            SqlParam::int(referral.reversed_at.map(Instant::micros)),
            SqlParam::text(referral.decision.map(Decision::word)),
            SqlParam::text(decided_by),
            SqlParam::Int(referral.referred.get()),
        ],
    )
}

/// Successful referrals of a referrer in a period, without those taken back.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn successes(session: &mut dyn Session, referrer: UserId, from: Instant, until: Instant) -> Result<i64> {
    let count = session.first(
        "SELECT COUNT(*) FROM loyalty_referrals WHERE referrer_id = ? AND completed_at >= ? AND completed_at < ? \
         AND reversed_at IS NULL",
        &[SqlParam::Int(referrer.get()), SqlParam::Int(from.micros()), SqlParam::Int(until.micros())],
        |row| row.int(),
    )?;
    Ok(count.unwrap_or(0))
}

/// Whether a member has referred anybody yet.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn has_referred(session: &mut dyn Session, user_id: UserId) -> Result<bool> {
    let sql = "SELECT 1 FROM loyalty_referrals WHERE referrer_id = ? LIMIT 1";
    Ok(session.first(sql, &[SqlParam::Int(user_id.get())], |row| row.int())?.is_some())
}

/// The totals over all friends that a member referred.
#[derive(Debug, Clone, Copy, Default)]
pub struct Totals {
    /// All of them.
    pub total: i64,
    /// Those that are pending and still in time.
    pub active: i64,
    /// Those that were successful, without those taken back.
    pub successful: i64,
    /// Points that the member got for them.
    pub points: i64,
}

/// The totals over all friends that a member referred.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn totals(session: &mut dyn Session, referrer: UserId, now: Instant) -> Result<Totals> {
    let totals = session.first(
        "SELECT COUNT(*), \
         COALESCE(SUM(CASE WHEN status = 'pending' AND (expires_at > ?2 OR qualified_at IS NOT NULL) THEN 1 ELSE 0 END), 0), \
         COALESCE(SUM(CASE WHEN status = 'successful' AND reversed_at IS NULL THEN 1 ELSE 0 END), 0), \
         COALESCE(SUM(CASE WHEN status = 'successful' AND reversed_at IS NULL THEN referrer_points ELSE 0 END), 0) \
         FROM loyalty_referrals WHERE referrer_id = ?1",
        &[SqlParam::Int(referrer.get()), SqlParam::Int(now.micros())],
        |row| Ok(Totals { total: row.int()?, active: row.int()?, successful: row.int()?, points: row.int()? }),
    )?;
    Ok(totals.unwrap_or_default())
}

/// The friends that a member has referred since a moment, compared with the hints of another friend.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn lately(
    session: &mut dyn Session,
    referrer: UserId,
    since: Instant,
    day_before: Instant,
    hints: &Hints,
) -> Result<Lately> {
    let seen = session.first(
        "SELECT COALESCE(SUM(CASE WHEN brought.created_at > ?3 THEN 1 ELSE 0 END), 0), \
         COALESCE(SUM(CASE WHEN seen.network = ?4 THEN 1 ELSE 0 END), 0), \
         COALESCE(SUM(CASE WHEN seen.device = ?5 THEN 1 ELSE 0 END), 0) \
         FROM loyalty_referrals brought LEFT JOIN loyalty_hints seen ON seen.user_id = brought.referred_id \
         WHERE brought.referrer_id = ?1 AND brought.created_at >= ?2",
        &[
            SqlParam::Int(referrer.get()),
            SqlParam::Int(since.micros()),
            SqlParam::Int(day_before.micros()),
            SqlParam::blob(hints.network.as_ref().map(<[u8; 8]>::as_slice)),
            SqlParam::blob(hints.device.as_ref().map(<[u8; 8]>::as_slice)),
        ],
        |row| Ok(Lately { in_a_day: row.int()?, same_network: row.int()?, same_device: row.int()? }),
    )?;
    Ok(seen.unwrap_or_default())
}

/// The hints that a user was last seen with, if that was not before a moment.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn hints(session: &mut dyn Session, user_id: UserId, since: Instant) -> Result<Hints> {
    let hints = session.first(
        "SELECT network, device FROM loyalty_hints WHERE user_id = ? AND seen_at >= ?",
        &[SqlParam::Int(user_id.get()), SqlParam::Int(since.micros())],
        |row| Ok(Hints { network: seen(row)?, device: seen(row)? }),
    )?;
    Ok(hints.unwrap_or_default())
}

/// Stores the hints that a user was seen with. The member's own row is locked.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn note_hints(session: &mut dyn Session, user_id: UserId, hints: &Hints, at: Instant) -> Result<()> {
    if hints.network.is_none() && hints.device.is_none() {
        return Ok(());
    }
    session.execute("DELETE FROM loyalty_hints WHERE user_id = ?", &[SqlParam::Int(user_id.get())])?;
    session.execute_one(
        "INSERT INTO loyalty_hints (user_id, network, device, seen_at) VALUES (?, ?, ?, ?)",
        &[
            SqlParam::Int(user_id.get()),
            SqlParam::blob(hints.network.as_ref().map(<[u8; 8]>::as_slice)),
            SqlParam::blob(hints.device.as_ref().map(<[u8; 8]>::as_slice)),
            SqlParam::Int(at.micros()),
        ],
    )
}

/// Bytes of another length were not written by the engine, and are like nothing.
fn seen(row: &mut Columns<'_>) -> Result<Option<[u8; 8]>> {
    Ok(row.opt_blob()?.and_then(|bytes| bytes.try_into().ok()))
}

/// Deletes the hints of users who were seen with them before a moment.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn forget_hints(session: &mut dyn Session, before: Instant) -> Result<()> {
    session.execute("DELETE FROM loyalty_hints WHERE seen_at < ?", &[SqlParam::Int(before.micros())]).map(drop)
}
