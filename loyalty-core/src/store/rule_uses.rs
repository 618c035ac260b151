//! `loyalty_rule_uses`: how often rules with limits gave a member points.

use super::session::{Session, SqlParam};
use crate::Result;
use crate::domain::programme::{Counts, Rule, Used};
use crate::value::{Day, EntryId, Points, UserId};

/// The windows in which uses are counted: from the first to the last day, both included.
#[derive(Debug, Clone, Copy)]
pub struct Windows {
    pub day: Day,
    pub week: (Day, Day),
    pub month: (Day, Day),
}

impl Windows {
    /// The local day, its ISO week and its month.
    #[must_use]
    pub fn of(day: Day) -> Self {
        let (monday, first) = (day.start_of_week(), day.start_of_month());
        let last = day.start_of_next_month().plus_days(-1);
        Self { day, week: (monday, monday.plus_days(6)), month: (first, last) }
    }
}

/// How a member used a rule, including under its former ids, without the uses of one entry.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn used(
    session: &mut dyn Session,
    user_id: UserId,
    rule: &Rule,
    windows: &Windows,
    without: Option<EntryId>,
) -> Result<Used> {
    rule.names().try_fold(Used::default(), |sum, name| Ok(sum.plus(used_as(session, user_id, name, windows, without)?)))
}

fn used_as(
    session: &mut dyn Session,
    user_id: UserId,
    rule: &str,
    windows: &Windows,
    without: Option<EntryId>,
) -> Result<Used> {
    let used = session.first(
        "SELECT COALESCE(SUM(CASE WHEN day = ?3 THEN 1 ELSE 0 END), 0), \
         COALESCE(SUM(CASE WHEN day >= ?4 AND day <= ?5 THEN 1 ELSE 0 END), 0), \
         COALESCE(SUM(CASE WHEN day >= ?6 AND day <= ?7 THEN 1 ELSE 0 END), 0), COUNT(*), \
         COALESCE(SUM(CASE WHEN day = ?3 THEN points ELSE 0 END), 0), \
         COALESCE(SUM(CASE WHEN day >= ?4 AND day <= ?5 THEN points ELSE 0 END), 0), \
         COALESCE(SUM(CASE WHEN day >= ?6 AND day <= ?7 THEN points ELSE 0 END), 0), COALESCE(SUM(points), 0) \
         FROM loyalty_rule_uses WHERE user_id = ?1 AND rule_id = ?2 AND entry_id <> ?8",
        &[
            SqlParam::Int(user_id.get()),
            SqlParam::Text(rule),
            SqlParam::Int(windows.day.number()),
            SqlParam::Int(windows.week.0.number()),
            SqlParam::Int(windows.week.1.number()),
            SqlParam::Int(windows.month.0.number()),
            SqlParam::Int(windows.month.1.number()),
            SqlParam::Int(without.map_or(0, EntryId::get)),
        ],
        |row| {
            let mut counts = || Ok(Counts { day: row.int()?, week: row.int()?, month: row.int()?, ever: row.int()? });
            Ok(Used { times: counts()?, points: counts()? })
        },
    )?;
    Ok(used.unwrap_or_default())
}

/// How many members have used a rule.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn members(session: &mut dyn Session, rule: &str) -> Result<i64> {
    let sql = "SELECT COUNT(DISTINCT user_id) FROM loyalty_rule_uses WHERE rule_id = ?";
    Ok(session.first(sql, &[SqlParam::Text(rule)], |row| row.int())?.unwrap_or(0))
}

/// Records that a rule gave points in an entry.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(
    session: &mut dyn Session,
    user_id: UserId,
    rule: &str,
    day: Day,
    entry: EntryId,
    points: Points,
) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_rule_uses (user_id, rule_id, day, entry_id, points) VALUES (?, ?, ?, ?, ?)",
        &[
            SqlParam::Int(user_id.get()),
            SqlParam::Text(rule),
            SqlParam::Int(day.number()),
            SqlParam::Int(entry.get()),
            SqlParam::Int(points.get()),
        ],
    )
}

/// Deletes the uses of an entry.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn forget(session: &mut dyn Session, user_id: UserId, entry: EntryId) -> Result<()> {
    let cells = [SqlParam::Int(user_id.get()), SqlParam::Int(entry.get())];
    session.execute("DELETE FROM loyalty_rule_uses WHERE user_id = ? AND entry_id = ?", &cells).map(drop)
}

/// The rules that an entry has used.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_entry(session: &mut dyn Session, user_id: UserId, entry: EntryId) -> Result<Vec<String>> {
    session.all(
        "SELECT rule_id FROM loyalty_rule_uses WHERE user_id = ? AND entry_id = ? ORDER BY rule_id",
        &[SqlParam::Int(user_id.get()), SqlParam::Int(entry.get())],
        |row| row.text().map(str::to_owned),
    )
}

/// A counted use, for `verify`.
#[derive(Debug, Clone)]
pub struct Counted {
    /// The rule.
    pub rule: String,
    /// The local day that it counts for.
    pub day: Day,
    /// The entry that it gave points in.
    pub entry: EntryId,
    /// How many points.
    pub points: Points,
}

/// All counted uses of a member.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn all(session: &mut dyn Session, user_id: UserId) -> Result<Vec<Counted>> {
    session.all(
        "SELECT rule_id, day, entry_id, points FROM loyalty_rule_uses WHERE user_id = ? ORDER BY entry_id, rule_id, day",
        &[SqlParam::Int(user_id.get())],
        |row| {
            Ok(Counted {
                rule: row.text()?.to_owned(),
                day: Day::stored(row.int()?),
                entry: EntryId::stored(row.int()?),
                points: Points::stored(row.int()?),
            })
        },
    )
}
