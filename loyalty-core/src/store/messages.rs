//! `loyalty_messages`: notices on their way, and addresses to which nothing goes.

use super::session::{Columns, Session, SqlParam};
use crate::domain::message::{MessageClass, MessageKind};
use crate::value::{Instant, UserId};
use crate::{Error, Result};

/// The state of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// It waits for its time.
    Waiting,
    /// A worker has it.
    Claimed,
    /// It was sent.
    Sent,
    /// It could not be sent.
    Failed,
    /// It may not go: no consent, no address, too late.
    LeftOut,
}

/// A message as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub user_id: UserId,
    /// The notice that it brings.
    pub notice: i64,
    /// Its kind.
    pub kind: MessageKind,
    /// Its state.
    pub state: MessageState,
    /// When it may go.
    pub due_at: Instant,
    /// When it is no longer worth sending.
    pub expires_at: Instant,
    /// How often it was handed out.
    pub attempts: i64,
    /// How often nobody knows whether it arrived.
    pub unknowns: i64,
    /// What a bounce must bring back.
    pub tag: String,
    /// Who has it.
    pub worker: Option<String>,
}

/// A message before it has its number.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Whose it is.
    pub user_id: UserId,
    /// The notice that it brings.
    pub notice: i64,
    /// Its kind.
    pub kind: MessageKind,
    /// When it may go.
    pub due_at: Instant,
    /// When it is no longer worth sending.
    pub expires_at: Instant,
    /// What a bounce must bring back.
    pub tag: String,
}

/// Adds a message by e-mail.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn add(session: &mut dyn Session, message: &NewMessage, now: Instant) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_messages (user_id, notice_id, channel, kind, state, due_at, expires_at, tag, created_at) \
         VALUES (?, ?, 'email', ?, 0, ?, ?, ?, ?)",
        &[
            SqlParam::Int(message.user_id.get()),
            SqlParam::Int(message.notice),
            SqlParam::Text(message.kind.word()),
            SqlParam::Int(message.due_at.micros()),
            SqlParam::Int(message.expires_at.micros()),
            SqlParam::Text(&message.tag),
            SqlParam::Int(now.micros()),
        ],
    )
}

macro_rules! columns {
    () => {
        "id, user_id, notice_id, kind, state, due_at, expires_at, attempts, unknowns, tag, worker"
    };
}

fn read(row: &mut Columns<'_>) -> Result<StoredMessage> {
    let (id, user_id, notice) = (row.int()?, UserId::stored(row.int()?), row.int()?);
    let word = row.text()?;
    let kind = MessageKind::parse(word);
    let kind = kind.ok_or_else(|| Error::damaged(format_args!("message {id} has the unknown kind `{word}`")))?;
    let state = match row.int()? {
        0 => MessageState::Waiting,
        1 => MessageState::Claimed,
        2 => MessageState::Sent,
        3 => MessageState::Failed,
        _ => MessageState::LeftOut,
    };
    Ok(StoredMessage {
        id,
        user_id,
        notice,
        kind,
        state,
        due_at: Instant::stored(row.int()?),
        expires_at: Instant::stored(row.int()?),
        attempts: row.int()?,
        unknowns: row.int()?,
        tag: row.text()?.to_owned(),
        worker: row.opt_text()?.map(str::to_owned),
    })
}

/// Messages that may go now, those that wait longest first: new ones, and those whose worker did not answer in time.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn due(session: &mut dyn Session, now: Instant, limit: i64) -> Result<Vec<i64>> {
    let mut ids = Vec::new();
    for state in [0, 1] {
        let left = limit - i64::try_from(ids.len()).unwrap_or(limit);
        ids.extend(session.all(
            "SELECT id FROM loyalty_messages WHERE state = ? AND due_at <= ? ORDER BY due_at LIMIT ?",
            &[SqlParam::Int(state), SqlParam::Int(now.micros()), SqlParam::Int(left)],
            |row| row.int(),
        )?);
    }
    Ok(ids)
}

/// A message. In a write, its row is locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: i64) -> Result<Option<StoredMessage>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_messages WHERE id = ? /* locked */");
    session.first(sql, &[SqlParam::Int(id)], read)
}

/// Stores what became of a message. For one that a worker has, `due_at` is the end of its lease.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update(session: &mut dyn Session, message: &StoredMessage, reason: Option<&str>, now: Instant) -> Result<()> {
    let is_over = !matches!(message.state, MessageState::Waiting | MessageState::Claimed);
    session.execute_one(
        "UPDATE loyalty_messages SET state = ?, due_at = ?, attempts = ?, unknowns = ?, worker = ?, reason = ?, \
         ended_at = ? WHERE id = ?",
        &[
            SqlParam::Int(message.state as i64),
            SqlParam::Int(message.due_at.micros()),
            SqlParam::Int(message.attempts),
            SqlParam::Int(message.unknowns),
            SqlParam::text(message.worker.as_deref()),
            SqlParam::text(reason),
            SqlParam::int(is_over.then_some(now.micros())),
            SqlParam::Int(message.id),
        ],
    )
}

/// Leaves out a member's offers that are still to go, for a reason.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn leave_out_offers(session: &mut dyn Session, user_id: UserId, reason: &str, now: Instant) -> Result<()> {
    let waiting = session.all(
        "SELECT id, kind FROM loyalty_messages WHERE user_id = ? AND state = 0",
        &[SqlParam::Int(user_id.get())],
        |row| Ok((row.int()?, MessageKind::parse(row.text()?))),
    )?;
    let is_offer = |kind: Option<MessageKind>| kind.is_some_and(|kind| kind.class() == MessageClass::Promotional);
    for (id, _) in waiting.into_iter().filter(|(_, kind)| is_offer(*kind)) {
        session.execute(
            "UPDATE loyalty_messages SET state = 4, reason = ?, ended_at = ? WHERE id = ? AND state = 0",
            &[SqlParam::Text(reason), SqlParam::Int(now.micros()), SqlParam::Int(id)],
        )?;
    }
    Ok(())
}

/// Deletes messages that were over before a moment, at most so many of each state. Returns how many.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn delete_before(session: &mut dyn Session, before: Instant, limit: i64) -> Result<i64> {
    let mut deleted = 0;
    for state in [2, 3, 4] {
        let old = session.all(
            "SELECT id FROM loyalty_messages WHERE state = ? AND due_at < ? ORDER BY due_at LIMIT ?",
            &[SqlParam::Int(state), SqlParam::Int(before.micros()), SqlParam::Int(limit)],
            |row| row.int(),
        )?;
        for id in &old {
            session.execute("DELETE FROM loyalty_messages WHERE id = ?", &[SqlParam::Int(*id)])?;
        }
        deleted += i64::try_from(old.len()).unwrap_or(limit);
    }
    Ok(deleted)
}

/// Whether nothing may go to an address.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn is_suppressed(session: &mut dyn Session, address: &[u8; 16], now: Instant) -> Result<bool> {
    let found = session.first(
        "SELECT 1 FROM loyalty_suppressions WHERE channel = 'email' AND address = ? AND (until IS NULL OR until > ?)",
        &[SqlParam::Blob(address), SqlParam::Int(now.micros())],
        |row| row.int(),
    )?;
    Ok(found.is_some())
}

/// Lets nothing go to an address any more, or until a moment.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn suppress(
    session: &mut dyn Session,
    address: &[u8; 16],
    reason: &str,
    (since, until): (Instant, Option<Instant>),
) -> Result<()> {
    session.execute(
        "INSERT INTO loyalty_suppressions (channel, address, reason, since, until) VALUES ('email', ?, ?, ?, ?) \
         ON CONFLICT (channel, address) DO UPDATE SET reason = excluded.reason, until = excluded.until",
        &[
            SqlParam::Blob(address),
            SqlParam::Text(reason),
            SqlParam::Int(since.micros()),
            SqlParam::int(until.map(Instant::micros)),
        ],
    )?;
    Ok(())
}

/// Lets messages go to an address again. Returns whether it was suppressed.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn allow(session: &mut dyn Session, address: &[u8; 16]) -> Result<bool> {
    let sql = "DELETE FROM loyalty_suppressions WHERE channel = 'email' AND address = ?";
    Ok(session.execute(sql, &[SqlParam::Blob(address)])? == 1)
}
