//! `loyalty_events`: what was reported for members besides purchases.

use super::session::{Session, SqlParam};
use crate::Result;
use crate::value::{EntryId, EventName, Instant, Shop, UserId};

/// An event as it is stored.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: i64,
    pub user_id: UserId,
    pub name: EventName,
    /// The properties, as JSON.
    pub properties: String,
    pub shop: Option<Shop>,
    pub occurred_at: Instant,
    pub recorded_at: Instant,
    /// The entry that it earned.
    pub entry: Option<EntryId>,
    /// The member's last entry before it; its number is 0 when there was none.
    pub after: EntryId,
}

/// Stores an event. The database assigns its `id`; the id in `event` is ignored.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, event: &Event) -> Result<i64> {
    session.insert(
        "INSERT INTO loyalty_events (user_id, event, properties, shop, occurred_at, created_at, entry_id, after_entry) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            SqlParam::Int(event.user_id.get()),
            SqlParam::Text(event.name.as_str()),
            SqlParam::Text(&event.properties),
            SqlParam::text(event.shop.as_ref().map(Shop::as_str)),
            SqlParam::Int(event.occurred_at.micros()),
            SqlParam::Int(event.recorded_at.micros()),
            SqlParam::int(event.entry.map(EntryId::get)),
            SqlParam::Int(event.after.get()),
        ],
    )
}

/// A member's events with ids above `after`, in the order in which they were reported.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn page(session: &mut dyn Session, user_id: UserId, after: i64, limit: i64) -> Result<Vec<Event>> {
    let events = session.all(
        "SELECT id, event, properties, shop, occurred_at, created_at, entry_id, after_entry FROM loyalty_events \
         WHERE user_id = ? AND id > ? ORDER BY id LIMIT ?",
        &[SqlParam::Int(user_id.get()), SqlParam::Int(after), SqlParam::Int(limit)],
        |row| {
            Ok(Event {
                id: row.int()?,
                user_id,
                name: EventName::new(row.text()?)?,
                properties: row.text()?.to_owned(),
                shop: row.opt_text()?.map(Shop::new).transpose()?,
                occurred_at: Instant::stored(row.int()?),
                recorded_at: Instant::stored(row.int()?),
                entry: row.opt_int()?.map(EntryId::stored),
                after: EntryId::stored(row.int()?),
            })
        },
    )?;
    super::in_order(events, after, |event| event.id)
}
