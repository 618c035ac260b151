//! `loyalty_stamp_cards`, `loyalty_stamps` and `loyalty_stamp_scans`.

use super::session::{Session, SqlParam};
use crate::Result;
use crate::domain::programme::StampCard;
use crate::domain::stamp::HeldStamps;
use crate::value::{Day, Instant, OrderId, UserId};

/// Why stamps were added or taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StampCause {
    /// They were given.
    Stamp,
    /// Their order was returned.
    Refund,
    /// A reward was used, or given back.
    Reward,
}

impl StampCause {
    const fn word(self) -> &'static str {
        match self {
            Self::Stamp => "stamp",
            Self::Refund => "refund",
            Self::Reward => "reward",
        }
    }
}

/// A change of the stamps on a card.
#[derive(Debug, Clone, Copy)]
pub struct StampChange<'a> {
    /// The member.
    pub user_id: UserId,
    /// The card.
    pub card: &'a str,
    /// Why it changed.
    pub cause: StampCause,
    /// Stamps added; below zero for stamps taken.
    pub quantity: i64,
    /// Stamps that were requested, or rewards used.
    pub asked: i64,
    /// The order, if one is the cause.
    pub order: Option<&'a OrderId>,
    /// The local day whose limit it counts for.
    pub day: Day,
    /// When it happened.
    pub at: Instant,
    /// Who did it.
    pub actor: Option<&'a str>,
}

/// The stamps on a member's card, including under its former ids.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn held(session: &mut dyn Session, user_id: UserId, card: &StampCard) -> Result<HeldStamps> {
    card.names().try_fold(HeldStamps::default(), |sum, name| Ok(sum.plus(&held_as(session, user_id, name)?)))
}

/// All cards on which a member has stamps, by their stored ids.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn all_held(session: &mut dyn Session, user_id: UserId) -> Result<Vec<(String, HeldStamps)>> {
    session.all(
        "SELECT card_id, stamps, rewards, last_stamped_at FROM loyalty_stamp_cards WHERE user_id = ? ORDER BY card_id",
        &[SqlParam::Int(user_id.get())],
        |row| {
            let card = row.text()?.to_owned();
            let (stamps, rewards) = (row.int()?, row.int()?);
            Ok((card, HeldStamps { stamps, rewards, last_stamped_at: row.opt_int()?.map(Instant::stored) }))
        },
    )
}

fn held_as(session: &mut dyn Session, user_id: UserId, card: &str) -> Result<HeldStamps> {
    let held = session.first(
        "SELECT stamps, rewards, last_stamped_at FROM loyalty_stamp_cards WHERE user_id = ? AND card_id = ? /* by key */",
        &[SqlParam::Int(user_id.get()), SqlParam::Text(card)],
        |row| {
            Ok(HeldStamps { stamps: row.int()?, rewards: row.int()?, last_stamped_at: row.opt_int()?.map(Instant::stored) })
        },
    )?;
    Ok(held.unwrap_or_default())
}

/// How many members have stamps on a card, or owe some.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn members(session: &mut dyn Session, card: &str) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM loyalty_stamp_cards WHERE card_id = ? AND stamps <> 0";
    Ok(session.first(sql, &[SqlParam::Text(card)], |row| row.int())?.unwrap_or(0))
}

/// Moves a member's stamps to the current id of their card.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn rename(session: &mut dyn Session, user_id: UserId, card: &StampCard) -> Result<()> {
    for former in &card.was {
        let cells = [SqlParam::Int(user_id.get()), SqlParam::Text(former)];
        let gone = session.execute("DELETE FROM loyalty_stamp_cards WHERE user_id = ? AND card_id = ?", &cells)?;
        if gone > 0 {
            let cells = [SqlParam::Text(&card.id), SqlParam::Int(user_id.get()), SqlParam::Text(former)];
            session.execute("UPDATE loyalty_stamps SET card_id = ? WHERE user_id = ? AND card_id = ?", &cells)?;
        }
    }
    Ok(())
}

/// Books a change, and the state of the card after it. The member is locked.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn book(session: &mut dyn Session, change: &StampChange<'_>, now: Instant, after: &HeldStamps) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_stamps (user_id, card_id, kind, quantity, asked, order_id, day, occurred_at, created_at, \
         actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            SqlParam::Int(change.user_id.get()),
            SqlParam::Text(change.card),
            SqlParam::Text(change.cause.word()),
            SqlParam::Int(change.quantity),
            SqlParam::Int(change.asked),
            SqlParam::text(change.order.map(OrderId::as_str)),
            SqlParam::Int(change.day.number()),
            SqlParam::Int(change.at.micros()),
            SqlParam::Int(now.micros()),
            SqlParam::text(change.actor),
        ],
    )?;
    write(session, change.user_id, change.card, after)
}

fn write(session: &mut dyn Session, user_id: UserId, card: &str, after: &HeldStamps) -> Result<()> {
    let cells = [
        SqlParam::Int(after.stamps),
        SqlParam::Int(after.rewards),
        SqlParam::int(after.last_stamped_at.map(Instant::micros)),
        SqlParam::Int(user_id.get()),
        SqlParam::Text(card),
    ];
    let changed = session.execute(
        "UPDATE loyalty_stamp_cards SET stamps = ?, rewards = ?, last_stamped_at = ? WHERE user_id = ? AND card_id = ?",
        &cells,
    )?;
    if changed == 1 {
        return Ok(());
    }
    session.execute_one(
        "INSERT INTO loyalty_stamp_cards (stamps, rewards, last_stamped_at, user_id, card_id) VALUES (?, ?, ?, ?, ?)",
        &cells,
    )
}

/// Stamps given on a local day, minus those of returned orders.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn on_day(session: &mut dyn Session, user_id: UserId, card: &StampCard, day: Day) -> Result<i64> {
    card.names().try_fold(0, |sum: i64, name| Ok(sum.saturating_add(on_day_as(session, user_id, name, day)?)))
}

fn on_day_as(session: &mut dyn Session, user_id: UserId, card: &str, day: Day) -> Result<i64> {
    let sum = session.first(
        "SELECT COALESCE(SUM(quantity), 0) FROM loyalty_stamps WHERE user_id = ? AND card_id = ? AND day = ? \
         AND kind <> 'reward'",
        &[SqlParam::Int(user_id.get()), SqlParam::Text(card), SqlParam::Int(day.number())],
        |row| row.int(),
    )?;
    Ok(sum.unwrap_or(0))
}

/// What an order did to a card.
#[derive(Debug, Clone, Copy)]
pub struct StampsOfOrder {
    /// The member.
    pub user_id: UserId,
    /// Stamps that it gave, minus those of returns.
    pub stamps: i64,
    /// Stamps that were requested at first.
    pub asked: i64,
    /// Stamps that its rewards took, minus those given back.
    pub spent: i64,
    /// Rewards that were used for it, minus those given back.
    pub rewards: i64,
}

/// What an order did to cards, by their stored ids.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_order(session: &mut dyn Session, order: &OrderId) -> Result<Vec<(String, StampsOfOrder)>> {
    session.all(
        "SELECT card_id, MIN(user_id), SUM(CASE WHEN kind <> 'reward' THEN quantity ELSE 0 END), \
         MAX(CASE WHEN kind = 'stamp' THEN asked ELSE 0 END), \
         SUM(CASE WHEN kind = 'reward' THEN -quantity ELSE 0 END), SUM(CASE WHEN kind = 'reward' THEN asked ELSE 0 END) \
         FROM loyalty_stamps WHERE order_id = ? GROUP BY card_id ORDER BY card_id",
        &[SqlParam::Text(order.as_str())],
        |row| {
            let card = row.text()?.to_owned();
            let user_id = UserId::stored(row.int()?);
            let (stamps, asked, spent, rewards) = (row.int()?, row.int()?, row.int()?, row.int()?);
            Ok((card, StampsOfOrder { user_id, stamps, asked, spent, rewards }))
        },
    )
}

impl StampsOfOrder {
    /// What an order did to one card, including under its former ids; `None` when it did nothing.
    #[must_use]
    pub fn of(all: &[(String, Self)], card: &StampCard) -> Option<Self> {
        let parts = all.iter().filter(|(id, _)| card.names().any(|name| name == id)).map(|(_, part)| *part);
        parts.reduce(|one, other| Self {
            user_id: one.user_id,
            stamps: one.stamps.saturating_add(other.stamps),
            asked: one.asked.max(other.asked),
            spent: one.spent.saturating_add(other.spent),
            rewards: one.rewards.saturating_add(other.rewards),
        })
    }
}

/// What an order did to each card of each member, as far as any of it stands.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn all_of_order(session: &mut dyn Session, order: &OrderId) -> Result<Vec<(String, UserId, i64, i64)>> {
    session.all(
        "SELECT card_id, user_id, SUM(CASE WHEN kind <> 'reward' THEN quantity ELSE 0 END), \
         SUM(CASE WHEN kind = 'reward' THEN asked ELSE 0 END) \
         FROM loyalty_stamps WHERE order_id = ? GROUP BY card_id, user_id ORDER BY card_id, user_id",
        &[SqlParam::Text(order.as_str())],
        |row| Ok((row.text()?.to_owned(), UserId::stored(row.int()?), row.int()?, row.int()?)),
    )
}

/// Counts a scan of a signed stamp. Returns whether it was the first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn scan(session: &mut dyn Session, scan: &str) -> Result<bool> {
    let sql = "INSERT INTO loyalty_stamp_scans (scan, times) VALUES (?, ?) ON CONFLICT (scan) \
         DO UPDATE SET times = times + excluded.times";
    session.execute(sql, &[SqlParam::Text(scan), SqlParam::Int(1)])?;
    let times =
        session
            .first("SELECT times FROM loyalty_stamp_scans WHERE scan = ?", &[SqlParam::Text(scan)], |row| row.int())?;
    Ok(times == Some(1))
}

/// A card as it is stored, and the sums of its changes: for `verify`.
#[derive(Debug, Clone)]
pub struct Sums {
    /// The card.
    pub card: String,
    /// Stamps and rewards as stored.
    pub stored: (i64, i64),
    /// Stamps and rewards as the sums of the changes.
    pub summed: (i64, i64),
}

/// The cards of a member, for `verify`.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn sums(session: &mut dyn Session, user_id: UserId) -> Result<Vec<Sums>> {
    session.all(
        "SELECT card.card_id, card.stamps, card.rewards, COALESCE(SUM(made.quantity), 0), \
         COALESCE(SUM(CASE WHEN made.kind = 'reward' THEN made.asked ELSE 0 END), 0) \
         FROM loyalty_stamp_cards card LEFT JOIN loyalty_stamps made \
         ON made.user_id = card.user_id AND made.card_id = card.card_id \
         WHERE card.user_id = ? GROUP BY card.card_id, card.stamps, card.rewards",
        &[SqlParam::Int(user_id.get())],
        |row| {
            Ok(Sums {
                card: row.text()?.to_owned(),
                stored: (row.int()?, row.int()?),
                summed: (row.int()?, row.int()?),
            })
        },
    )
}

/// Joins the cards of a member with those of another, who stays.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn merge(session: &mut dyn Session, into: UserId, from: UserId) -> Result<()> {
    let cells = [SqlParam::Int(from.get())];
    let cards = session.all("SELECT card_id FROM loyalty_stamp_cards WHERE user_id = ?", &cells, |row| {
        row.text().map(str::to_owned)
    })?;
    for card in &cards {
        let (one, other) = (held_as(session, into, card)?, held_as(session, from, card)?);
        write(session, into, card, &one.plus(&other))?;
    }
    session.execute("DELETE FROM loyalty_stamp_cards WHERE user_id = ?", &cells)?;
    let moved = [SqlParam::Int(into.get()), SqlParam::Int(from.get())];
    session.execute("UPDATE loyalty_stamps SET user_id = ? WHERE user_id = ?", &moved).map(drop)
}
