//! `loyalty_gift_cards`, and `loyalty_gift_card_entries` with every change of a balance.

use super::session::{Columns, Session, SqlParam};
use crate::domain::gift_card::{CardChange, GiftCard};
use crate::value::{GiftCardId, Instant, Money, OrderId, UserId};
use crate::{Error, Result};

/// A change of a balance.
#[derive(Debug, Clone)]
pub struct CardEntry {
    /// Its number.
    pub id: i64,
    /// The card.
    pub card: GiftCardId,
    /// The kind of change.
    pub change: CardChange,
    /// What it added; below zero for a use.
    pub amount: Money,
    /// The balance after it.
    pub balance_after: Money,
    /// The order.
    pub order_id: Option<String>,
    /// What it undoes: the use whose money it gives back in part, or the previous part; or what a returned order had
    /// sold.
    pub reverses: Option<i64>,
    /// The article as which an order sold it.
    pub sold_as: Option<String>,
    /// When it happened.
    pub at: Instant,
    /// Digests of the request.
    pub request: Option<Vec<u8>>,
    /// The answer to it, as JSON.
    pub answer: Option<String>,
}

/// Adds a card. The database assigns its number, which is returned; `None` when the code is taken.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(
    session: &mut dyn Session,
    card: &GiftCard,
    now: Instant,
    actor: Option<&str>,
) -> Result<Option<GiftCardId>> {
    let rows = session.execute(
        "INSERT INTO loyalty_gift_cards (code, user_id, balance, valid_until, created_at, created_by) \
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (code) DO NOTHING",
        &[
            SqlParam::Text(&card.code),
            SqlParam::int(card.user_id.map(UserId::get)),
            SqlParam::Int(card.balance.get()),
            SqlParam::Int(card.valid_until.micros()),
            SqlParam::Int(now.micros()),
            SqlParam::text(actor),
        ],
    )?;
    if rows == 0 {
        return Ok(None);
    }
    let made = by_code(session, &card.code)?;
    made.map_or_else(|| Err(Error::internal("a new gift card is missing")), |card| Ok(Some(card.id)))
}

/// One card. In a write, its row is locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: GiftCardId) -> Result<Option<GiftCard>> {
    session.first(
        "SELECT id, code, user_id, balance, valid_until, stopped_at FROM loyalty_gift_cards WHERE id = ? /* locked */",
        &[SqlParam::Int(id.get())],
        read,
    )
}

/// The card with a code in its normal form. In a write, its row is locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn by_code(session: &mut dyn Session, code: &str) -> Result<Option<GiftCard>> {
    session.first(
        "SELECT id, code, user_id, balance, valid_until, stopped_at FROM loyalty_gift_cards WHERE code = ? /* locked */",
        &[SqlParam::Text(code)],
        read,
    )
}

fn read(row: &mut Columns<'_>) -> Result<GiftCard> {
    Ok(GiftCard {
        id: GiftCardId::stored(row.int()?),
        code: row.text()?.to_owned(),
        user_id: row.opt_int()?.map(UserId::stored),
        balance: Money::stored(row.int()?),
        valid_until: Instant::stored(row.int()?),
        stopped_at: row.opt_int()?.map(Instant::stored),
    })
}

/// A number that is at least the highest id of a card.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn at_most(session: &mut dyn Session) -> Result<i64> {
    let last = session.first("SELECT COALESCE(MAX(id), 0) FROM loyalty_gift_cards", &[], |row| row.int())?;
    Ok(last.unwrap_or(0))
}

/// Changes a balance, if it stays at or above zero. Returns whether it did.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn change(session: &mut dyn Session, id: GiftCardId, amount: Money) -> Result<bool> {
    let sql = "UPDATE loyalty_gift_cards SET balance = balance + ?1 WHERE id = ?2 AND balance + ?1 >= 0";
    Ok(session.execute(sql, &[SqlParam::Int(amount.get()), SqlParam::Int(id.get())])? == 1)
}

/// Marks a card as stopped.
///
/// # Errors
/// `unavailable` when the database fails, `internal` when it was stopped before.
pub fn stop(session: &mut dyn Session, id: GiftCardId, at: Instant) -> Result<()> {
    let sql = "UPDATE loyalty_gift_cards SET stopped_at = ? WHERE id = ? AND stopped_at IS NULL";
    session.execute_one(sql, &[SqlParam::Int(at.micros()), SqlParam::Int(id.get())])
}

/// Adds an entry. The database assigns its number.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn append(session: &mut dyn Session, entry: &CardEntry, now: Instant, actor: Option<&str>) -> Result<()> {
    let stops = entry.change == CardChange::Stop;
    session.execute_one(
        "INSERT INTO loyalty_gift_card_entries (card_id, kind, amount, balance_after, order_id, reverses, occurred_at, \
         created_at, actor, request, answer, sold_as, stopped) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            SqlParam::Int(entry.card.get()),
            SqlParam::Text(if stops { CardChange::Use } else { entry.change }.word()),
            SqlParam::Int(entry.amount.get()),
            SqlParam::Int(entry.balance_after.get()),
            SqlParam::text(entry.order_id.as_deref()),
            SqlParam::int(entry.reverses),
            SqlParam::Int(entry.at.micros()),
            SqlParam::Int(now.micros()),
            SqlParam::text(actor),
            SqlParam::blob(entry.request.as_deref()),
            SqlParam::text(entry.answer.as_deref()),
            SqlParam::text(entry.sold_as.as_deref()),
            SqlParam::Int(i64::from(stops)),
        ],
    )
}

macro_rules! columns {
    () => {
        "id, card_id, kind, amount, balance_after, order_id, reverses, occurred_at, request, answer, sold_as, \
         stopped"
    };
}

fn read_entry(row: &mut Columns<'_>) -> Result<CardEntry> {
    let mut entry = CardEntry {
        id: row.int()?,
        card: GiftCardId::stored(row.int()?),
        change: CardChange::parse(row.text()?).ok_or_else(|| Error::internal("unknown kind of a gift card's entry"))?,
        amount: Money::stored(row.int()?),
        balance_after: Money::stored(row.int()?),
        order_id: row.opt_text()?.map(str::to_owned),
        reverses: row.opt_int()?,
        at: Instant::stored(row.int()?),
        request: row.opt_blob()?.map(<[u8]>::to_vec),
        answer: row.opt_text()?.map(str::to_owned),
        sold_as: row.opt_text()?.map(str::to_owned),
    };
    if row.int()? == 1 {
        entry.change = CardChange::Stop;
    }
    Ok(entry)
}

/// The entries of all cards with numbers above `after`, a page in the order of their numbers.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn page(session: &mut dyn Session, after: i64, limit: i64) -> Result<Vec<CardEntry>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_gift_card_entries WHERE id > ? ORDER BY id LIMIT ?");
    let entries = session.all(sql, &[SqlParam::Int(after), SqlParam::Int(limit)], read_entry)?;
    super::in_order(entries, after, |entry| entry.id)
}

/// The entries of an order, oldest first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_order(session: &mut dyn Session, order: &OrderId) -> Result<Vec<CardEntry>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_gift_card_entries WHERE order_id = ? ORDER BY id");
    session.all(sql, &[SqlParam::Text(order.as_str())], read_entry)
}

/// The last entries of a card, newest first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_card(session: &mut dyn Session, card: GiftCardId, limit: i64) -> Result<Vec<CardEntry>> {
    let sql =
        concat!("SELECT ", columns!(), " FROM loyalty_gift_card_entries WHERE card_id = ? ORDER BY id DESC LIMIT ?");
    session.all(sql, &[SqlParam::Int(card.get()), SqlParam::Int(limit)], read_entry)
}

/// Where cards and their entries disagree, the first `limit` of each kind: the rule, the value that the rows give, the
/// stored value.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn unbalanced(session: &mut dyn Session, limit: i64) -> Result<Vec<(String, i64, i64)>> {
    let sums = session.all(
        "SELECT c.id, COALESCE(SUM(e.amount), 0), c.balance FROM loyalty_gift_cards c \
         LEFT JOIN loyalty_gift_card_entries e ON e.card_id = c.id GROUP BY c.id, c.balance \
         HAVING c.balance <> COALESCE(SUM(e.amount), 0) ORDER BY c.id LIMIT ?",
        &[SqlParam::Int(limit)],
        |row| Ok((row.int()?, row.int()?, row.int()?)),
    )?;
    let named = |(card, sum, balance)| (format!("gift card {card}: balance = sum of its entries"), sum, balance);
    let mut found: Vec<_> = sums.into_iter().map(named).collect();
    let chain = session.all(
        "SELECT e.id, e.amount + COALESCE((SELECT b.balance_after FROM loyalty_gift_card_entries b \
         WHERE b.card_id = e.card_id AND b.id < e.id ORDER BY b.id DESC LIMIT 1), 0) AS follows, e.balance_after \
         FROM loyalty_gift_card_entries e WHERE e.balance_after <> e.amount + COALESCE((SELECT b.balance_after \
         FROM loyalty_gift_card_entries b WHERE b.card_id = e.card_id AND b.id < e.id ORDER BY b.id DESC LIMIT 1), 0) \
         ORDER BY e.id LIMIT ?",
        &[SqlParam::Int(limit)],
        |row| Ok((row.int()?, row.int()?, row.int()?)),
    )?;
    let named = |(entry, follows, after)| {
        (format!("gift card entry {entry}: balance_after = that of the entry before + amount"), follows, after)
    };
    found.extend(chain.into_iter().map(named));
    let parts = session.all(
        "SELECT r.id, r.amount, u.amount FROM loyalty_gift_card_entries r \
         LEFT JOIN loyalty_gift_card_entries u ON u.id = r.reverses \
         WHERE (r.kind = 'release' OR r.reverses IS NOT NULL) AND (u.id IS NULL OR u.card_id <> r.card_id \
         OR COALESCE(u.order_id, '') <> COALESCE(r.order_id, '') \
         OR (r.stopped = 0 AND (u.kind NOT IN ('use', 'release') OR u.stopped = 1)) \
         OR (r.stopped = 1 AND (u.kind NOT IN ('issue', 'top_up') OR -r.amount > u.amount))) ORDER BY r.id LIMIT ?",
        &[SqlParam::Int(limit)],
        |row| Ok((row.int()?, row.int()?, row.opt_int()?.unwrap_or(0))),
    )?;
    let named = |(entry, back, used)| (format!("gift card entry {entry}: what came back is what was used"), used, back);
    found.extend(parts.into_iter().map(named));
    let more = session.all(
        "SELECT MAX(id), -SUM(CASE WHEN kind = 'use' THEN amount ELSE 0 END), \
         SUM(CASE WHEN kind = 'release' THEN amount ELSE 0 END) FROM loyalty_gift_card_entries \
         WHERE kind IN ('use', 'release') AND stopped = 0 GROUP BY card_id, order_id HAVING SUM(amount) > 0 \
         ORDER BY MAX(id) LIMIT ?",
        &[SqlParam::Int(limit)],
        |row| Ok((row.int()?, row.int()?, row.int()?)),
    )?;
    let named = |(entry, used, back)| (format!("gift card entry {entry}: no more came back than was used"), used, back);
    found.extend(more.into_iter().map(named));
    Ok(found)
}
