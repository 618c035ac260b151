//! `loyalty_acts`: acts on a member that no entry records in full, stored as they were requested.

use super::session::{Columns, Session, SqlParam};
use crate::Result;
use crate::value::{EntryId, Instant, MemberId, UserId, fingerprint};

/// An act, between two entries of a member.
#[derive(Debug, Clone)]
pub struct Act {
    /// The member's last entry before it; its number is 0 when there was none.
    pub after: EntryId,
    /// The last entry that it wrote for the member; `after` when it wrote none.
    pub until: EntryId,
    /// The act, as JSON.
    pub what: String,
    /// The order before it was changed, as JSON.
    pub order_before: Option<String>,
    /// When it happened.
    pub occurred_at: Instant,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl Act {
    /// Some bytes of a hash over all of it: a byte that changes is seen.
    fn seal(&self) -> [u8; 8] {
        let numbers = [self.after.get(), self.until.get(), self.occurred_at.micros(), self.recorded_at.micros()];
        let texts = [self.what.as_str(), self.order_before.as_deref().unwrap_or_default()];
        let sized = texts.into_iter().flat_map(|text| [&(text.len() as u64).to_be_bytes(), text.as_bytes()].concat());
        fingerprint(numbers.map(i64::to_be_bytes).concat().into_iter().chain(sized).collect::<Vec<u8>>())
    }
}

/// Stores an act after those that follow the same entry.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, user_id: UserId, act: &Act) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_acts (last_entry, number, act, order_before, occurred_at, created_at, booked_until, user_id, \
         seal) SELECT ?1, COALESCE(MAX(number), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM loyalty_acts WHERE last_entry = ?1",
        &[
            SqlParam::Int(act.after.get()),
            SqlParam::Text(&act.what),
            SqlParam::text(act.order_before.as_deref()),
            SqlParam::Int(act.occurred_at.micros()),
            SqlParam::Int(act.recorded_at.micros()),
            SqlParam::Int(act.until.get()),
            SqlParam::Int(user_id.get()),
            SqlParam::Blob(&act.seal()),
        ],
    )
}

/// A member's acts, in the order in which they were done.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_member(session: &mut dyn Session, member: MemberId) -> Result<Vec<Act>> {
    sealed(session, member).map(|acts| acts.into_iter().map(|(act, _)| act).collect())
}

/// The same, and whether each is what was written.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn sealed(session: &mut dyn Session, member: MemberId) -> Result<Vec<(Act, bool)>> {
    let (low, high) = member.entry_range();
    session.all(
        "SELECT last_entry, booked_until, act, order_before, occurred_at, created_at, seal FROM loyalty_acts \
         WHERE last_entry >= ? AND last_entry < ? ORDER BY last_entry, number",
        &[SqlParam::Int(low), SqlParam::Int(high)],
        |row| {
            let act = read(row)?;
            let is_sealed = row.blob()? == act.seal();
            Ok((act, is_sealed))
        },
    )
}

fn read(row: &mut Columns<'_>) -> Result<Act> {
    Ok(Act {
        after: EntryId::stored(row.int()?),
        until: EntryId::stored(row.int()?),
        what: row.text()?.to_owned(),
        order_before: row.opt_text()?.map(str::to_owned),
        occurred_at: Instant::stored(row.int()?),
        recorded_at: Instant::stored(row.int()?),
    })
}

/// Changes the texts of a member's acts, and their seals.
///
/// # Errors
/// `unavailable` when the database fails, and whatever `change` returns.
#[cfg(feature = "internals")]
pub fn change(session: &mut dyn Session, member: MemberId, change: impl Fn(&str) -> Result<String>) -> Result<()> {
    let (low, high) = member.entry_range();
    let kept = session.all(
        "SELECT last_entry, booked_until, act, order_before, occurred_at, created_at, number FROM loyalty_acts \
         WHERE last_entry >= ? AND last_entry < ?",
        &[SqlParam::Int(low), SqlParam::Int(high)],
        |row| Ok((read(row)?, row.int()?)),
    )?;
    for (act, number) in kept {
        let order_before = act.order_before.as_deref().map(&change).transpose()?;
        let act = Act { what: change(&act.what)?, order_before, ..act };
        session.execute_one(
            "UPDATE loyalty_acts SET act = ?, order_before = ?, seal = ? WHERE last_entry = ? AND number = ?",
            &[
                SqlParam::Text(&act.what),
                SqlParam::text(act.order_before.as_deref()),
                SqlParam::Blob(&act.seal()),
                SqlParam::Int(act.after.get()),
                SqlParam::Int(number),
            ],
        )?;
    }
    Ok(())
}
