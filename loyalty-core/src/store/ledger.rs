//! `loyalty_transactions`: the append-only entries.

use super::archive;
use super::members::{link, parts};
use super::session::{Columns, Session, SqlParam};
use crate::domain::ledger::{Entry, EntryKind};
use crate::domain::lot::Lot;
use crate::value::{EntryId, Instant, MemberId, Money, OrderId, Points, UserId};
use crate::{Error, Result};

macro_rules! columns {
    () => {
        "id, user_id, transaction_type, points_amount, balance_after, order_id, reverses_id, description, occurred_at, \
         recorded_after, expires_at, actor, acted_by, programme_id, details, amount, items, settlement, link, erased"
    };
}

/// What an entry keeps for a repeat of its order's call, as it is stored.
#[derive(Debug, Clone)]
pub struct KeptCall {
    /// The receipt.
    pub receipt: String,
    /// Digests of the arguments, and the seal over both.
    pub request: Vec<u8>,
}

/// Appends an entry, with the lot that it makes and what it keeps for a repeat.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, entry: &Entry, lot: Option<&Lot>, kept: Option<&KeptCall>) -> Result<()> {
    let recorded_after = entry.recorded_at.micros().saturating_sub(entry.occurred_at.micros());
    // What the entry says itself is not said again.
    let usual_end = entry.expires_at.unwrap_or(Instant::NEVER);
    let begins = lot.map(|lot| lot.available_at).filter(|begins| *begins != entry.occurred_at);
    let ends = lot.map(|lot| lot.expires_at).filter(|ends| *ends != usual_end);
    session.execute_one(
        "INSERT INTO loyalty_transactions (id, user_id, transaction_type, points_amount, balance_after, order_id, \
         reverses_id, description, occurred_at, recorded_after, expires_at, actor, acted_by, programme_id, details, \
         amount, items, settlement, link, remaining, available_at, ends_at, receipt, request) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            SqlParam::Int(entry.id.get()),
            SqlParam::Int(entry.user_id.get()),
            SqlParam::Text(entry.kind.word()),
            SqlParam::Int(entry.points.get()),
            SqlParam::Int(entry.balance_after.get()),
            SqlParam::text(entry.order_id.as_ref().map(OrderId::as_str)),
            SqlParam::int(entry.reverses.map(EntryId::get)),
            SqlParam::text(entry.description.as_deref()),
            SqlParam::Int(entry.occurred_at.micros()),
            SqlParam::Int(recorded_after),
            SqlParam::int(entry.expires_at.map(Instant::micros)),
            SqlParam::text(entry.actor.as_deref()),
            SqlParam::int(entry.acted_by.map(UserId::get)),
            SqlParam::Int(entry.programme),
            SqlParam::text(entry.details.as_deref()),
            SqlParam::int(entry.amount.map(Money::get)),
            SqlParam::text(entry.items.as_deref()),
            SqlParam::text(entry.settlement.as_deref()),
            SqlParam::Blob(&entry.link),
            SqlParam::int(lot.map(|lot| lot.remaining.get())),
            SqlParam::int(begins.map(Instant::micros)),
            SqlParam::int(ends.map(Instant::micros)),
            SqlParam::text(kept.map(|kept| kept.receipt.as_str())),
            SqlParam::blob(kept.map(|kept| kept.request.as_slice())),
        ],
    )
}

/// One entry.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: EntryId) -> Result<Option<Entry>> {
    let found = session.first(
        concat!("SELECT ", columns!(), " FROM loyalty_transactions WHERE id = ?"),
        &[SqlParam::Int(id.get())],
        read,
    )?;
    found_or_nowhere(session, id, found)
}

/// What was found; where nothing was, checks that the entry is not in the archive.
pub(super) fn found_or_nowhere<T>(session: &mut dyn Session, id: EntryId, found: Option<T>) -> Result<Option<T>> {
    if found.is_none() {
        archive::is_nowhere(session, id)?;
    }
    Ok(found)
}

/// What a member's ledger has about an order.
#[derive(Debug, Clone, Default)]
pub struct OfOrder {
    /// The entries that credited it: the earn and its amendments.
    pub credits: Vec<EntryId>,
    /// When the latest of all its entries happened.
    pub last: Option<Instant>,
}

/// A member's entries for an order.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_order(session: &mut dyn Session, member: MemberId, order: &OrderId) -> Result<OfOrder> {
    let (low, high) = member.entry_range();
    let entries = session.all(
        "SELECT id, points_amount, occurred_at FROM loyalty_transactions WHERE id > ? AND id < ? AND order_id = ? ORDER BY id",
        &[SqlParam::Int(low), SqlParam::Int(high), SqlParam::Text(order.as_str())],
        |row| Ok((EntryId::stored(row.int()?), row.int()?, Instant::stored(row.int()?))),
    )?;
    Ok(OfOrder {
        credits: entries.iter().filter(|(_, points, _)| *points > 0).map(|(id, ..)| *id).collect(),
        last: entries.iter().map(|(.., at)| *at).max(),
    })
}

/// What an entry did, and when it happened.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn happened(session: &mut dyn Session, id: EntryId) -> Result<Option<(EntryKind, Instant)>> {
    let sql = "SELECT transaction_type, occurred_at FROM loyalty_transactions WHERE id = ?";
    let read = |row: &mut Columns<'_>| Ok((kind(row.text()?)?, Instant::stored(row.int()?)));
    let found = session.first(sql, &[SqlParam::Int(id.get())], read)?;
    found_or_nowhere(session, id, found)
}

/// When a member, or one who was merged into the member, bought or spent points since a moment, in order of time. A
/// hold counts when it is captured.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn activity(session: &mut dyn Session, member: MemberId, since: Instant) -> Result<Vec<Instant>> {
    let mut active = Vec::new();
    for part in parts(session, member)? {
        let (low, high) = part.entry_range();
        active.extend(session.all(
            "SELECT COALESCE(held.stands_until, entry.occurred_at) FROM loyalty_transactions entry \
             LEFT JOIN loyalty_holds held ON held.id = entry.id \
             LEFT JOIN loyalty_orders bought ON bought.order_id = entry.order_id \
             WHERE entry.id > ?1 AND entry.id < ?2 AND COALESCE(held.stands_until, entry.occurred_at) >= ?3 \
             AND ((entry.transaction_type = 'earn' AND (entry.order_id IS NULL OR bought.entry_id = entry.id)) \
             OR (entry.transaction_type = 'redeem' AND (held.id IS NULL OR held.status = 'captured')))",
            &[SqlParam::Int(low), SqlParam::Int(high), SqlParam::Int(since.micros())],
            |row| row.int().map(Instant::stored),
        )?);
    }
    active.sort_unstable();
    Ok(active)
}

/// Points earned from one moment on and before another, without those of one order.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn earned_between(
    session: &mut dyn Session,
    member: MemberId,
    from: Instant,
    until: Instant,
    without: Option<&OrderId>,
) -> Result<Points> {
    let earned = sum_of_parts(session, member, |session, (low, high)| {
        session.first(
            "SELECT COALESCE(SUM(points_amount), 0) FROM loyalty_transactions WHERE id > ? AND id < ? \
             AND transaction_type = 'earn' AND occurred_at >= ? AND occurred_at < ? AND COALESCE(order_id, '') <> ?",
            &[
                SqlParam::Int(low),
                SqlParam::Int(high),
                SqlParam::Int(from.micros()),
                SqlParam::Int(until.micros()),
                // No order has this id: control characters are refused.
                SqlParam::Text(without.map_or("\u{1}", OrderId::as_str)),
            ],
            |row| row.int(),
        )
    })?;
    Ok(Points::stored(earned))
}

/// Points in a member's books for an order: earned, minus what was taken back, including what was given up.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn booked_for(session: &mut dyn Session, member: MemberId, order: &OrderId) -> Result<Points> {
    let booked = sum_of_parts(session, member, |session, (low, high)| {
        session.first(
            "SELECT COALESCE(SUM(entry.points_amount), 0) FROM loyalty_transactions entry \
             LEFT JOIN loyalty_transactions back ON back.id = entry.reverses_id \
             WHERE entry.id > ?1 AND entry.id < ?2 AND ((entry.order_id = ?3 AND (entry.transaction_type = 'earn' \
             OR (entry.points_amount < 0 AND entry.transaction_type IN ('reversal', 'adjustment')))) \
             OR (entry.points_amount > 0 AND entry.transaction_type = 'reversal' AND entry.order_id IS NULL \
             AND back.order_id = ?3 AND back.points_amount < 0 AND back.transaction_type = 'reversal'))",
            &[SqlParam::Int(low), SqlParam::Int(high), SqlParam::Text(order.as_str())],
            |row| row.int(),
        )
    })?;
    Ok(Points::stored(booked))
}

/// The order in which entries are listed, and the entry before which the list begins.
#[derive(Debug, Clone, Copy)]
pub enum Before {
    /// In the order in which they were booked.
    Booked(Option<EntryId>),
    /// In the order in which they happened; when several happened at the same moment, the higher id comes first.
    Happened(Option<(Instant, EntryId)>),
}

/// The entries that a listing requests.
#[derive(Debug, Clone, Copy)]
pub struct WantedEntries {
    pub before: Before,
    pub kind: Option<EntryKind>,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    pub skip: i64,
    pub limit: i64,
}

/// A member's entries, newest first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn newest(session: &mut dyn Session, member: MemberId, wanted: &WantedEntries) -> Result<Vec<Entry>> {
    let (low, high) = member.entry_range();
    let kind = SqlParam::text(wanted.kind.map(EntryKind::word));
    let (limit, skip) = (SqlParam::Int(wanted.limit), SqlParam::Int(wanted.skip));
    let from = SqlParam::Int(wanted.from.map_or(i64::MIN, Instant::micros));
    let until = SqlParam::Int(wanted.until.map_or(i64::MAX, Instant::micros));
    match wanted.before {
        Before::Booked(before) => {
            // Ids after the member's last belong to other members.
            let before = SqlParam::Int(before.map_or(high, |before| before.get().min(high)));
            let sql = concat!(
                "SELECT ",
                columns!(),
                " FROM loyalty_transactions WHERE id > ?1 AND id < ?2 AND (?3 IS NULL OR transaction_type = ?3) \
                 AND occurred_at >= ?4 AND occurred_at < ?5 ORDER BY id DESC LIMIT ?6 OFFSET ?7"
            );
            session.all(sql, &[SqlParam::Int(low), before, kind, from, until, limit, skip], read)
        }
        Before::Happened(before) => {
            let (at, id) = before.map_or((i64::MAX, i64::MAX), |(at, id)| (at.micros(), id.get()));
            let sql = concat!(
                "SELECT ",
                columns!(),
                " FROM loyalty_transactions WHERE id > ?1 AND id < ?2 AND (?3 IS NULL OR transaction_type = ?3) \
                 AND occurred_at >= ?4 AND occurred_at < ?5 AND (occurred_at < ?6 OR (occurred_at = ?6 AND id < ?7)) \
                 ORDER BY occurred_at DESC, id DESC LIMIT ?8 OFFSET ?9"
            );
            let (at, id) = (SqlParam::Int(at), SqlParam::Int(id));
            let cells = [SqlParam::Int(low), SqlParam::Int(high), kind, from, until, at, id, limit, skip];
            session.all(sql, &cells, read)
        }
    }
}

/// How many entries a listing has on all its pages, for a member and those merged into the member.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn count(session: &mut dyn Session, parts: &[MemberId], wanted: &WantedEntries) -> Result<i64> {
    let kind = SqlParam::text(wanted.kind.map(EntryKind::word));
    let from = SqlParam::Int(wanted.from.map_or(i64::MIN, Instant::micros));
    let until = SqlParam::Int(wanted.until.map_or(i64::MAX, Instant::micros));
    let mut all = 0_i64;
    for part in parts {
        let (low, high) = part.entry_range();
        let found = session.first(
            "SELECT COUNT(*) FROM loyalty_transactions WHERE id > ?1 AND id < ?2 \
             AND (?3 IS NULL OR transaction_type = ?3) AND occurred_at >= ?4 AND occurred_at < ?5",
            &[SqlParam::Int(low), SqlParam::Int(high), kind, from, until],
            |row| row.int(),
        )?;
        all = all.saturating_add(found.unwrap_or(0));
    }
    Ok(all)
}

/// Passes on a member's entries one by one, from the first.
///
/// # Errors
/// `unavailable` when the database fails, and whatever `each` returns.
pub fn walk(session: &mut dyn Session, member: MemberId, mut each: impl FnMut(Entry) -> Result<()>) -> Result<()> {
    let (low, high) = member.entry_range();
    session.query(
        concat!("SELECT ", columns!(), " FROM loyalty_transactions WHERE id > ? AND id < ? ORDER BY id"),
        &[SqlParam::Int(low), SqlParam::Int(high)],
        &mut |row| each(read(&mut Columns::of(row)).map_err(Error::of_stored)?),
    )
}

/// Balance and points earned in a lifetime (refunds subtracted), over the entries that happened at or before `until`.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn sums_until(session: &mut dyn Session, member: MemberId, until: Instant) -> Result<(Points, Points)> {
    let (low, high) = member.entry_range();
    let sums = session.first(
        "SELECT COALESCE(SUM(points_amount), 0), COALESCE(SUM(CASE \
         WHEN transaction_type IN ('earn', 'bonus', 'referral', 'adjustment') AND points_amount > 0 THEN points_amount \
         WHEN transaction_type = 'reversal' AND points_amount < 0 THEN points_amount ELSE 0 END), 0) \
         FROM loyalty_transactions WHERE id > ? AND id < ? AND occurred_at <= ?",
        &[SqlParam::Int(low), SqlParam::Int(high), SqlParam::Int(until.micros())],
        |row| Ok((Points::stored(row.int()?), Points::stored(row.int()?))),
    )?;
    Ok(sums.unwrap_or_default())
}

/// The points of an entry.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn points_of(session: &mut dyn Session, id: EntryId) -> Result<Points> {
    let sql = "SELECT points_amount FROM loyalty_transactions WHERE id = ?";
    let points = session.first(sql, &[SqlParam::Int(id.get())], |row| row.int().map(Points::stored))?;
    found_or_nowhere(session, id, points)?.ok_or_else(|| Error::internal(format_args!("entry {id} is missing")))
}

/// Points gained since a moment: when, by which kind of entry, and how many; below zero for what refunds took off.
///
/// Refunds and amendments count at the time of their order, with the kind of the entry that they take back.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn gains(session: &mut dyn Session, member: MemberId, since: Instant) -> Result<Vec<(Instant, EntryKind, i64)>> {
    let mut gains = Vec::new();
    for part in parts(session, member)? {
        gains.extend(gains_of(session, part, since)?);
    }
    Ok(gains)
}

fn gains_of(session: &mut dyn Session, member: MemberId, since: Instant) -> Result<Vec<(Instant, EntryKind, i64)>> {
    let (low, high) = member.entry_range();
    session.all(
        "SELECT COALESCE(imported.occurred_at, bought.occurred_at, given.occurred_at, entry.occurred_at), \
         COALESCE(given.transaction_type, entry.transaction_type), entry.points_amount \
         FROM loyalty_transactions entry \
         LEFT JOIN loyalty_orders known ON known.order_id = entry.order_id \
         LEFT JOIN loyalty_transactions bought ON bought.id = known.entry_id \
         LEFT JOIN loyalty_order_standings imported \
         ON imported.entry_id = known.entry_id AND imported.order_id = entry.order_id \
         LEFT JOIN loyalty_transactions given \
         ON given.id = entry.reverses_id AND entry.transaction_type = 'reversal' \
         WHERE entry.id > ?1 AND entry.id < ?2 \
         AND COALESCE(imported.occurred_at, bought.occurred_at, given.occurred_at, entry.occurred_at) >= ?3 \
         AND ((entry.transaction_type IN ('earn', 'bonus', 'referral', 'adjustment') AND entry.points_amount > 0) \
         OR (entry.transaction_type = 'reversal' AND entry.points_amount < 0))",
        &[SqlParam::Int(low), SqlParam::Int(high), SqlParam::Int(since.micros())],
        |row| Ok((Instant::stored(row.int()?), kind(row.text()?)?, row.int()?)),
    )
}

/// A sum over the entries of a member and of those who were merged into the member.
fn sum_of_parts(
    session: &mut dyn Session,
    member: MemberId,
    mut sum: impl FnMut(&mut dyn Session, (i64, i64)) -> Result<Option<i64>>,
) -> Result<i64> {
    let mut all = 0_i64;
    for part in parts(session, member)? {
        all = all.saturating_add(sum(session, part.entry_range())?.unwrap_or(0));
    }
    Ok(all)
}

/// Points that ended since a moment and were not reinstated, of a member and of those who were merged into the member:
/// the entry that ended them, and the lot.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn expired_since(session: &mut dyn Session, member: MemberId, since: Instant) -> Result<Vec<Ended>> {
    let (mut ended, mut undone) = (Vec::new(), Vec::new());
    for part in parts(session, member)? {
        let (low, high) = part.entry_range();
        ended.extend(session.all(
            "SELECT id, reverses_id, points_amount FROM loyalty_transactions WHERE id > ? AND id < ? \
             AND transaction_type = 'expire' AND occurred_at >= ? ORDER BY id",
            &[SqlParam::Int(low), SqlParam::Int(high), SqlParam::Int(since.micros())],
            |row| {
                let entry = EntryId::stored(row.int()?);
                Ok(Ended { entry, lot: EntryId::stored(row.int()?), points: Points::stored(row.int()?).negated() })
            },
        )?);
        undone.extend(session.all(
            "SELECT reverses_id FROM loyalty_transactions WHERE id > ? AND id < ? AND transaction_type = 'reversal' \
             AND points_amount >= 0 AND reverses_id IS NOT NULL AND occurred_at >= ?",
            &[SqlParam::Int(low), SqlParam::Int(high), SqlParam::Int(since.micros())],
            |row| row.int().map(EntryId::stored),
        )?);
    }
    ended.retain(|ended| !undone.contains(&ended.entry));
    Ok(ended)
}

/// Points that a wrong clock booked as ended at a future moment, and that did not come back.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn expired_ahead(session: &mut dyn Session, member: MemberId, now: Instant) -> Result<Vec<Ended>> {
    let (low, high) = member.entry_range();
    session.all(
        "SELECT entry.id, entry.reverses_id, entry.points_amount FROM loyalty_transactions entry \
         WHERE entry.id > ?1 AND entry.id < ?2 AND entry.transaction_type = 'expire' AND entry.occurred_at > ?3 \
         AND NOT EXISTS (SELECT 1 FROM loyalty_transactions back WHERE back.id > ?1 AND back.id < ?2 \
         AND back.transaction_type = 'reversal' AND back.reverses_id = entry.id) ORDER BY entry.id",
        &[SqlParam::Int(low), SqlParam::Int(high), SqlParam::Int(now.micros())],
        |row| {
            let entry = EntryId::stored(row.int()?);
            Ok(Ended { entry, lot: EntryId::stored(row.int()?), points: Points::stored(row.int()?).negated() })
        },
    )
}

/// Points of a lot that ended.
#[derive(Debug, Clone, Copy)]
pub struct Ended {
    /// The entry that ended them.
    pub entry: EntryId,
    /// The lot.
    pub lot: EntryId,
    /// How many.
    pub points: Points,
}

fn read(row: &mut Columns<'_>) -> Result<Entry> {
    let (id, user_id) = (EntryId::stored(row.int()?), UserId::stored(row.int()?));
    let kind = kind(row.text()?)?;
    let (points, balance_after) = (Points::stored(row.int()?), Points::stored(row.int()?));
    let order_id = row.opt_text()?.map(OrderId::new).transpose()?;
    let reverses = row.opt_int()?.map(EntryId::stored);
    let description = row.opt_text()?.map(str::to_owned);
    let occurred_at = row.int()?;
    Ok(Entry {
        id,
        user_id,
        kind,
        points,
        balance_before: balance_after.minus(points)?,
        balance_after,
        order_id,
        reverses,
        description,
        occurred_at: Instant::stored(occurred_at),
        recorded_at: Instant::stored(occurred_at.saturating_add(row.int()?)),
        expires_at: row.opt_int()?.map(Instant::stored),
        actor: row.opt_text()?.map(str::to_owned),
        acted_by: row.opt_int()?.map(UserId::stored),
        programme: row.int()?,
        details: row.opt_text()?.map(str::to_owned),
        amount: row.opt_int()?.map(Money::stored),
        items: row.opt_text()?.map(str::to_owned),
        settlement: row.opt_text()?.map(str::to_owned),
        link: link(row.blob()?),
        // Bytes of another length were not written by the engine, and match no text.
        erased: row.opt_blob()?.map(|bytes| bytes.try_into().unwrap_or([0; 64])),
    })
}

fn kind(word: &str) -> Result<EntryKind> {
    EntryKind::parse(word).ok_or_else(|| Error::internal(format_args!("an entry has the unknown kind `{word}`")))
}
