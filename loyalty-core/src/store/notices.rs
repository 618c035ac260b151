//! `loyalty_notices` and how far members have seen what they earned.

use super::json;
use super::session::{Columns, Session, SqlParam};
use crate::domain::notice::{NoticeData, NoticeDraft, NoticeKind};
use crate::value::{EntryId, Instant, MemberId, UserId};
use crate::{Error, Result};

/// Most entries that are looked at for what was earned.
const MOST_ENTRIES: i64 = 200;

/// A notice as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub id: i64,
    /// Its kind.
    pub kind: NoticeKind,
    /// What it is about.
    pub subject: String,
    /// The time for which it counts.
    pub period: String,
    /// Its numbers.
    pub data: NoticeData,
    /// When it came.
    pub created_at: Instant,
    /// When it was read.
    pub read_at: Option<Instant>,
}

/// Adds a notice, unless the member has had it. Returns its number if it is new.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn add(session: &mut dyn Session, notice: &NoticeDraft, now: Instant) -> Result<Option<i64>> {
    let data = (notice.data != NoticeData::default()).then(|| serde_json::to_string(&notice.data));
    let data = data.transpose().map_err(Error::internal)?;
    let added = session.execute(
        "INSERT INTO loyalty_notices (user_id, kind, subject, period, data, created_at, ends_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_id, kind, subject, period) DO NOTHING",
        &[
            SqlParam::Int(notice.user_id.get()),
            SqlParam::Text(notice.kind.word()),
            SqlParam::Text(&notice.subject),
            SqlParam::Text(&notice.period),
            SqlParam::text(data.as_deref()),
            SqlParam::Int(now.micros()),
            SqlParam::int(notice.ends_at.map(Instant::micros)),
        ],
    )?;
    if added == 0 {
        return Ok(None);
    }
    session.first(
        "SELECT id FROM loyalty_notices WHERE user_id = ? AND kind = ? AND subject = ? AND period = ?",
        &[
            SqlParam::Int(notice.user_id.get()),
            SqlParam::Text(notice.kind.word()),
            SqlParam::Text(&notice.subject),
            SqlParam::Text(&notice.period),
        ],
        |row| row.int(),
    )
}

/// A notice.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: i64) -> Result<Option<Notice>> {
    let sql = "SELECT id, kind, subject, period, data, created_at, read_at FROM loyalty_notices WHERE id = ?";
    session.first(sql, &[SqlParam::Int(id)], read)
}

/// The number of a notice, if the member has it.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn number(session: &mut dyn Session, notice: &NoticeDraft) -> Result<Option<i64>> {
    session.first(
        "SELECT id FROM loyalty_notices WHERE user_id = ? AND kind = ? AND subject = ? AND period = ?",
        &[
            SqlParam::Int(notice.user_id.get()),
            SqlParam::Text(notice.kind.word()),
            SqlParam::Text(&notice.subject),
            SqlParam::Text(&notice.period),
        ],
        |row| row.int(),
    )
}

/// Ends a notice of a member: it is no longer shown.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn end(session: &mut dyn Session, user_id: UserId, id: i64, at: Instant) -> Result<()> {
    let sql = "UPDATE loyalty_notices SET ends_at = ? WHERE id = ? AND user_id = ?";
    session.execute(sql, &[SqlParam::Int(at.micros()), SqlParam::Int(id), SqlParam::Int(user_id.get())]).map(drop)
}

/// Whether a member has had a notice of a kind about a subject since a moment.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn had_since(
    session: &mut dyn Session,
    user_id: UserId,
    kind: NoticeKind,
    subject: &str,
    since: Instant,
) -> Result<bool> {
    let found = session.first(
        "SELECT 1 FROM loyalty_notices WHERE user_id = ? AND kind = ? AND subject = ? AND created_at >= ? LIMIT 1",
        &[
            SqlParam::Int(user_id.get()),
            SqlParam::Text(kind.word()),
            SqlParam::Text(subject),
            SqlParam::Int(since.micros()),
        ],
        |row| row.int(),
    )?;
    Ok(found.is_some())
}

/// A member's notices that have not ended, newest first; only the unread ones when `read_too` is 0.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn newest(
    session: &mut dyn Session,
    user_id: UserId,
    now: Instant,
    (wanted, limit): (WantedNotices, i64),
) -> Result<Vec<Notice>> {
    session.all(
        "SELECT id, kind, subject, period, data, created_at, read_at FROM loyalty_notices WHERE user_id = ?1 \
         AND (ends_at IS NULL OR ends_at > ?2) AND (?3 = 1 OR read_at IS NULL) ORDER BY created_at DESC, id DESC LIMIT ?4",
        &[
            SqlParam::Int(user_id.get()),
            SqlParam::Int(now.micros()),
            SqlParam::Int(i64::from(wanted == WantedNotices::All)),
            SqlParam::Int(limit),
        ],
        read,
    )
}

/// Which notices a listing wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WantedNotices {
    /// All of them.
    All,
    /// Those that were not read.
    Unread,
}

fn read(row: &mut Columns<'_>) -> Result<Notice> {
    let id = row.int()?;
    let word = row.text()?;
    let kind = NoticeKind::parse(word);
    let kind = kind.ok_or_else(|| Error::damaged(format_args!("notice {id} has the unknown kind `{word}`")))?;
    Ok(Notice {
        id,
        kind,
        subject: row.text()?.to_owned(),
        period: row.text()?.to_owned(),
        data: row.opt_text()?.map(json).transpose()?.unwrap_or_default(),
        created_at: Instant::stored(row.int()?),
        read_at: row.opt_int()?.map(Instant::stored),
    })
}

/// How many notices of a member wait to be read.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn unread(session: &mut dyn Session, user_id: UserId, now: Instant) -> Result<i64> {
    let found = session.first(
        "SELECT COUNT(*) FROM loyalty_notices WHERE user_id = ?1 AND read_at IS NULL AND (ends_at IS NULL OR ends_at > ?2)",
        &[SqlParam::Int(user_id.get()), SqlParam::Int(now.micros())],
        |row| row.int(),
    )?;
    Ok(found.unwrap_or(0))
}

/// Marks one notice of a member as read. Returns whether the member has it.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn mark_read(session: &mut dyn Session, user_id: UserId, id: i64, now: Instant) -> Result<bool> {
    let cells = [SqlParam::Int(now.micros()), SqlParam::Int(id), SqlParam::Int(user_id.get())];
    let sql = "UPDATE loyalty_notices SET read_at = COALESCE(read_at, ?) WHERE id = ? AND user_id = ?";
    if session.execute(sql, &cells)? == 1 {
        return Ok(true);
    }
    // A server counts only rows that have changed.
    let sql = "SELECT 1 FROM loyalty_notices WHERE id = ? AND user_id = ?";
    Ok(session.first(sql, &[SqlParam::Int(id), SqlParam::Int(user_id.get())], |row| row.int())?.is_some())
}

/// Marks all notices of a member as read.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn mark_all_read(session: &mut dyn Session, user_id: UserId, now: Instant) -> Result<()> {
    let sql = "UPDATE loyalty_notices SET read_at = ? WHERE user_id = ? AND read_at IS NULL";
    session.execute(sql, &[SqlParam::Int(now.micros()), SqlParam::Int(user_id.get())]).map(drop)
}

/// Deletes notices that came before a moment, at most so many. Returns how many.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn delete_before(session: &mut dyn Session, before: Instant, limit: i64) -> Result<i64> {
    let old = session.all(
        "SELECT id FROM loyalty_notices WHERE created_at < ? ORDER BY created_at LIMIT ?",
        &[SqlParam::Int(before.micros()), SqlParam::Int(limit)],
        |row| row.int(),
    )?;
    for id in &old {
        session.execute("DELETE FROM loyalty_notices WHERE id = ?", &[SqlParam::Int(*id)])?;
    }
    Ok(i64::try_from(old.len()).unwrap_or(limit))
}

/// Points that a member has got since the mark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EarnedLately {
    /// The sum.
    pub points: i64,
    /// By how many purchases.
    pub purchases: i64,
    /// By how many other entries.
    pub others: i64,
    /// The newest of the entries, and when it happened.
    pub last: Option<(EntryId, Instant)>,
}

/// What a member has earned behind the mark and since a moment, among the newest entries.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn earned(session: &mut dyn Session, member: MemberId, user_id: UserId, since: Instant) -> Result<EarnedLately> {
    let (low, high) = member.entry_range();
    let mut earned = EarnedLately::default();
    session.query(
        "SELECT id, points_amount, transaction_type, occurred_at FROM loyalty_transactions WHERE id > ?1 AND id < ?2 \
         AND id > COALESCE((SELECT entry_id FROM loyalty_notice_marks WHERE user_id = ?3), 0) ORDER BY id DESC LIMIT ?4",
        &[SqlParam::Int(low), SqlParam::Int(high), SqlParam::Int(user_id.get()), SqlParam::Int(MOST_ENTRIES)],
        &mut |row| {
            let mut row = Columns::of(row);
            let (id, points) = (EntryId::stored(row.int()?), row.int()?);
            let kind = row.text()?;
            let (is_purchase, is_gift) = (kind == "earn", kind == "bonus" || kind == "referral");
            let at = Instant::stored(row.int()?);
            if points > 0 && (is_purchase || is_gift) && at >= since {
                earned.points = earned.points.saturating_add(points);
                earned.purchases += i64::from(is_purchase);
                earned.others += i64::from(is_gift);
                earned.last = earned.last.or(Some((id, at)));
            }
            Ok(())
        },
    )?;
    Ok(earned)
}

/// Moves the mark to the newest entry of a member.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn mark_earned(session: &mut dyn Session, user_id: UserId, entry: EntryId) -> Result<()> {
    session.execute(
        "INSERT INTO loyalty_notice_marks (user_id, entry_id) VALUES (?, ?) \
         ON CONFLICT (user_id) DO UPDATE SET entry_id = excluded.entry_id",
        &[SqlParam::Int(user_id.get()), SqlParam::Int(entry.get())],
    )?;
    Ok(())
}
