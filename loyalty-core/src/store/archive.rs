//! The archive: a second file with the same tables, to which old entries leave. It is attached as
//! `loyalty_archive`; `loyalty_closings` says what has left.

use super::session::{Session, SqlParam};
use crate::domain::ledger::Link;
use crate::domain::member::Member;
use crate::store::members;
use crate::value::{EntryId, Instant, MemberId, Points, UserId, limit};
use crate::{Error, Fault, Result};

/// A table whose rows leave, by the column with the entry that they belong to.
struct Leaves {
    copy: &'static str,
    uncopied: &'static str,
    delete: &'static str,
    bring_back: &'static str,
    drop_copies: &'static str,
}

const TABLES: [Leaves; 3] = [
    Leaves {
        copy: "INSERT OR REPLACE INTO loyalty_archive.loyalty_transactions SELECT * FROM main.loyalty_transactions \
               WHERE id > ?1 AND id <= ?2",
        uncopied: "SELECT * FROM main.loyalty_transactions WHERE id > ?1 AND id <= ?2 \
                   EXCEPT SELECT * FROM loyalty_archive.loyalty_transactions WHERE id > ?1 AND id <= ?2 LIMIT 1",
        delete: "DELETE FROM main.loyalty_transactions WHERE id > ?1 AND id <= ?2",
        bring_back: "INSERT INTO main.loyalty_transactions SELECT * FROM loyalty_archive.loyalty_transactions \
                     WHERE id > ?1 AND id <= ?2",
        drop_copies: "DELETE FROM loyalty_archive.loyalty_transactions WHERE id > ?1 AND id <= ?2",
    },
    Leaves {
        copy: "INSERT OR REPLACE INTO loyalty_archive.loyalty_lot_uses SELECT * FROM main.loyalty_lot_uses \
               WHERE entry_id > ?1 AND entry_id <= ?2",
        uncopied: "SELECT * FROM main.loyalty_lot_uses WHERE entry_id > ?1 AND entry_id <= ?2 \
                   EXCEPT SELECT * FROM loyalty_archive.loyalty_lot_uses WHERE entry_id > ?1 AND entry_id <= ?2 LIMIT 1",
        delete: "DELETE FROM main.loyalty_lot_uses WHERE entry_id > ?1 AND entry_id <= ?2",
        bring_back: "INSERT INTO main.loyalty_lot_uses SELECT * FROM loyalty_archive.loyalty_lot_uses \
                     WHERE entry_id > ?1 AND entry_id <= ?2",
        drop_copies: "DELETE FROM loyalty_archive.loyalty_lot_uses WHERE entry_id > ?1 AND entry_id <= ?2",
    },
    Leaves {
        copy: "INSERT OR REPLACE INTO loyalty_archive.loyalty_order_standings SELECT * FROM main.loyalty_order_standings \
               WHERE entry_id > ?1 AND entry_id <= ?2",
        uncopied: "SELECT * FROM main.loyalty_order_standings WHERE entry_id > ?1 AND entry_id <= ?2 \
                   EXCEPT SELECT * FROM loyalty_archive.loyalty_order_standings WHERE entry_id > ?1 AND entry_id <= ?2 LIMIT 1",
        delete: "DELETE FROM main.loyalty_order_standings WHERE entry_id > ?1 AND entry_id <= ?2",
        bring_back: "INSERT INTO main.loyalty_order_standings SELECT * FROM loyalty_archive.loyalty_order_standings \
                     WHERE entry_id > ?1 AND entry_id <= ?2",
        drop_copies: "DELETE FROM loyalty_archive.loyalty_order_standings WHERE entry_id > ?1 AND entry_id <= ?2",
    },
];

/// Where the entries of a member that are here begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// The last entry in the archive.
    pub last_entry: EntryId,
    /// The balance after it.
    pub balance: Points,
    /// The points gained until then, refunds taken off.
    pub total_points: Points,
    /// Its hash.
    pub link: Link,
    /// When the entries left.
    pub archived_at: Instant,
}

/// The closing of a member, if entries of the member are in the archive.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn closing(session: &mut dyn Session, member: MemberId) -> Result<Option<Closing>> {
    let sql = "SELECT last_entry, balance, total_points, link, archived_at FROM loyalty_closings \
               WHERE last_entry > ? AND last_entry < ?";
    session.first(sql, &range(member), |row| {
        Ok(Closing {
            last_entry: EntryId::stored(row.int()?),
            balance: Points::stored(row.int()?),
            total_points: Points::stored(row.int()?),
            link: members::link(row.blob()?),
            archived_at: Instant::stored(row.int()?),
        })
    })
}

fn range(member: MemberId) -> [SqlParam<'static>; 2] {
    let (low, high) = member.entry_range();
    [SqlParam::Int(low), SqlParam::Int(high)]
}

fn up_to(last_entry: EntryId) -> [SqlParam<'static>; 2] {
    [SqlParam::Int(last_entry.member().entry_range().0), SqlParam::Int(last_entry.get())]
}

impl Closing {
    const fn cells(&self) -> [SqlParam<'_>; 5] {
        [
            SqlParam::Int(self.last_entry.get()),
            SqlParam::Int(self.balance.get()),
            SqlParam::Int(self.total_points.get()),
            SqlParam::Blob(&self.link),
            SqlParam::Int(self.archived_at.micros()),
        ]
    }

    /// Checks that what left is in the archive: not in an earlier copy of it, and not in another one.
    fn check(&self, session: &mut dyn Session) -> Result<()> {
        let sql = "SELECT 1 FROM loyalty_archive.loyalty_closings kept \
                   JOIN loyalty_archive.loyalty_transactions entry ON entry.id = ?1 \
                   WHERE kept.last_entry >= ?1 AND kept.last_entry < ?6 AND kept.archived_at >= ?5 \
                   AND (kept.last_entry > ?1 OR kept.total_points = ?3) AND entry.balance_after = ?2 AND entry.link = ?4";
        let high = SqlParam::Int(self.last_entry.member().entry_range().1);
        let [one, two, three, four, five] = self.cells();
        match session.first(sql, &[one, two, three, four, five, high], |_| Ok(()))? {
            Some(()) => Ok(()),
            None => Err(lacks(self.last_entry)),
        }
    }
}

fn lacks(last_entry: EntryId) -> Error {
    let message = "the archive lacks entries that left for it: name the newest file that `loyalty archive` wrote";
    Error::unavailable(Fault::ArchiveForeign, message).with("transaction_id", last_entry.get())
}

/// Whether entries of any member are in the archive.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn is_used(session: &mut dyn Session) -> Result<bool> {
    Ok(session.first("SELECT last_entry FROM loyalty_closings LIMIT 1", &[], |_| Ok(()))?.is_some())
}

/// The error of a call that needs entries which are not here.
#[must_use]
pub fn needed(user_id: Option<UserId>) -> Error {
    let message = "this needs entries that are in the archive: open the database with its `archive`";
    let error = Error::unavailable(Fault::ArchiveNeeded, message);
    match user_id {
        Some(user_id) => error.with("user_id", user_id.get()),
        None => error,
    }
}

/// The member whose entries a call needs; none when it needs those of all.
///
/// # Errors
/// `internal` when the error says something else.
pub fn user_of(error: &Error) -> Result<Option<UserId>> {
    let user_id = error.details().get("user_id").and_then(serde_json::Value::as_i64);
    user_id.map(UserId::new).transpose()
}

/// Checks that all entries of a member since a moment are here.
///
/// # Errors
/// `archive_needed` when some are not.
pub fn reaches(member: &Member, since: Instant) -> Result<()> {
    match member.archived_to {
        Some(archived) if since <= archived => Err(needed(Some(member.user_id))),
        _ => Ok(()),
    }
}

/// Checks that an entry that was not found is nowhere.
///
/// # Errors
/// `archive_needed` when it is in the archive.
pub fn is_nowhere(session: &mut dyn Session, entry: EntryId) -> Result<()> {
    let member = entry.member();
    let sql = "SELECT user_id FROM loyalty_users WHERE id = ?1 AND EXISTS \
               (SELECT 1 FROM loyalty_closings WHERE last_entry >= ?2 AND last_entry < ?3)";
    let cells = [SqlParam::Int(member.get()), SqlParam::Int(entry.get()), SqlParam::Int(member.entry_range().1)];
    let owner = session.first(sql, &cells, |row| row.int())?;
    owner.map_or(Ok(()), |user_id| Err(needed(Some(UserId::stored(user_id)))))
}

/// How many entries of a member, and of those who were merged into the member, are in the archive.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn count(session: &mut dyn Session, parts: &[MemberId]) -> Result<i64> {
    let mut count = 0_i64;
    for part in parts {
        let closing = closing(session, *part)?;
        count = count.saturating_add(closing.map_or(0, |closing| closing.last_entry.get() - part.entry_range().0));
    }
    Ok(count)
}

/// Copies a member's rows up to a closing into the archive, over copies that are there.
///
/// # Errors
/// `archive_foreign` when what left earlier is not there; `unavailable` when a database fails.
pub fn copy(session: &mut dyn Session, new: &Closing) -> Result<()> {
    let member = new.last_entry.member();
    if let Some(earlier) = closing(session, member)? {
        earlier.check(session)?;
    }
    for table in &TABLES {
        session.execute(table.copy, &up_to(new.last_entry))?;
    }
    let sql = "DELETE FROM loyalty_archive.loyalty_closings WHERE last_entry > ? AND last_entry < ?";
    session.execute(sql, &range(member))?;
    session.execute_one(
        "INSERT INTO loyalty_archive.loyalty_closings (last_entry, balance, total_points, link, archived_at) \
         VALUES (?, ?, ?, ?, ?)",
        &new.cells(),
    )
}

/// Deletes a member's rows up to a closing here, each of which has the same copy in the archive, and stores the closing
/// in the place of an earlier one.
///
/// # Errors
/// `archive_foreign` when a row has no copy; `unavailable` when a database fails.
pub fn remove(session: &mut dyn Session, new: &Closing, to: Instant) -> Result<()> {
    let member = new.last_entry.member();
    new.check(session)?;
    for table in &TABLES {
        if session.first(table.uncopied, &up_to(new.last_entry), |_| Ok(()))?.is_some() {
            return Err(lacks(new.last_entry));
        }
        session.execute(table.delete, &up_to(new.last_entry))?;
    }
    reopen(session, member)?;
    session.execute_one(
        "INSERT INTO loyalty_closings (last_entry, balance, total_points, link, archived_at) VALUES (?, ?, ?, ?, ?)",
        &new.cells(),
    )?;
    members::update_archived(session, member, Some(to))
}

fn reopen(session: &mut dyn Session, member: MemberId) -> Result<()> {
    session.execute("DELETE FROM loyalty_closings WHERE last_entry > ? AND last_entry < ?", &range(member)).map(drop)
}

/// Brings back all entries of a member. Their copies stay in the archive until [`drop_copies`].
///
/// # Errors
/// `archive_foreign` when they are not in the archive; `unavailable` when a database fails.
pub fn bring_back(session: &mut dyn Session, user_id: UserId) -> Result<()> {
    let Some(member) = members::own(session, user_id)? else { return Ok(()) };
    if let Some(closing) = closing(session, member.id)? {
        closing.check(session)?;
        for table in &TABLES {
            session.execute(table.bring_back, &up_to(closing.last_entry))?;
        }
        reopen(session, member.id)?;
    }
    members::update_archived(session, member.id, None)
}

/// Whether the archive has copies of entries of a member that are back here.
///
/// # Errors
/// `unavailable` when a database fails.
pub fn has_copies(session: &mut dyn Session, member: MemberId) -> Result<bool> {
    let (low, high) = member.entry_range();
    let last = closing(session, member)?.map_or(low, |closing| closing.last_entry.get());
    let sql = "SELECT 1 FROM loyalty_archive.loyalty_transactions WHERE id > ? AND id < ? LIMIT 1";
    Ok(session.first(sql, &[SqlParam::Int(last), SqlParam::Int(high)], |_| Ok(()))?.is_some())
}

/// Deletes those copies. What is here must be on the disk already.
///
/// # Errors
/// `unavailable` when a database fails.
pub fn drop_copies(session: &mut dyn Session, member: MemberId) -> Result<()> {
    let (low, high) = member.entry_range();
    let last = closing(session, member)?.map_or(low, |closing| closing.last_entry.get());
    for table in &TABLES {
        session.execute(table.drop_copies, &[SqlParam::Int(last), SqlParam::Int(high - 1)])?;
    }
    let sql = "DELETE FROM loyalty_archive.loyalty_closings WHERE last_entry > ?1 AND last_entry < ?2";
    session.execute(sql, &[SqlParam::Int(last), SqlParam::Int(high)]).map(drop)
}

/// The users who have entries in the archive.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn users(session: &mut dyn Session) -> Result<Vec<UserId>> {
    let sql = "SELECT user_id FROM loyalty_users WHERE archived_to IS NOT NULL \
               OR id IN (SELECT last_entry >> ? FROM loyalty_closings) ORDER BY id";
    session.all(sql, &[SqlParam::Int(limit::ENTRY_BITS.into())], |row| row.int().map(UserId::stored))
}
