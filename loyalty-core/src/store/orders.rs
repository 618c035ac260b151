//! Orders: `loyalty_orders` leads from an order to the entry that booked it, whose row says what it was; a changed order
//! has a row in `loyalty_order_standings`.

use super::ledger::{self, KeptCall};
use super::session::{Columns, Session, SqlParam};
use crate::domain::receipt::{self, KeptReceipt};
use crate::domain::refund::OrderStanding;
use crate::value::{EntryId, Instant, MemberId, Money, OrderId, Points, UserId};
use crate::{Error, Result};

/// An order that earned.
#[derive(Debug, Clone)]
pub struct Order {
    /// The host's id.
    pub id: OrderId,
    /// Who paid.
    pub user_id: UserId,
    /// The entry that booked it.
    pub entry: EntryId,
    /// Its current amounts and points.
    pub standing: OrderStanding,
    /// Number of the programme that judged it.
    pub programme: i64,
    /// When it was paid.
    pub occurred_at: Instant,
    /// Its lines, in their stored form.
    pub items: Option<String>,
    /// How it was settled, as JSON.
    pub settlement: Option<String>,
    /// What is kept of the reply of its `earn_points`.
    pub receipt: KeptReceipt,
    /// Digests of the arguments of its `earn_points`.
    pub request: Vec<u8>,
    /// What its entry says.
    pub booked: BookedEntry,
}

/// What the entry of an order says about the first answer.
#[derive(Debug, Clone)]
pub struct BookedEntry {
    /// Its points.
    pub points: Points,
    /// The balance after it.
    pub balance_after: Points,
    /// When the points end.
    pub expires_at: Option<Instant>,
    /// Its reasons, in their stored form.
    pub details: Option<String>,
    /// The order that it names: none for an import.
    pub order_id: Option<OrderId>,
    /// Whether the order has a row of its own.
    pub is_changed: bool,
    /// The receipt as it is stored, and the digests with their seal.
    sealed: (String, Vec<u8>),
}

impl Order {
    /// The points that it earned at first.
    #[must_use]
    pub fn first_points(&self) -> Points {
        self.receipt.unusual().points.map_or(self.booked.points, Points::stored)
    }

    /// Whether receipt and digests are those that were sealed.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        let (receipt, request) = &self.booked.sealed;
        receipt::sealed(receipt::unsealed(request), receipt, (self.entry, &self.id)) == *request
    }
}

/// The order with this id. In a write, it is locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: &OrderId) -> Result<Option<Order>> {
    let entry = session.first(
        "SELECT entry_id FROM loyalty_orders WHERE order_id = ? /* locked */",
        &[SqlParam::Text(id.as_str())],
        |row| row.int().map(EntryId::stored),
    )?;
    let Some(entry) = entry else { return Ok(None) };
    let found = booked_by(session, id, entry)?;
    ledger::found_or_nowhere(session, entry, found)
}

fn booked_by(session: &mut dyn Session, id: &OrderId, entry: EntryId) -> Result<Option<Order>> {
    session.first(
        "SELECT bought.user_id, bought.programme_id, bought.points_amount, bought.balance_after, bought.expires_at, \
         bought.details, bought.order_id, COALESCE(own.receipt, bought.receipt), \
         COALESCE(own.request, bought.request), COALESCE(own.occurred_at, bought.occurred_at), own.entry_id, \
         COALESCE(own.amount, bought.amount), COALESCE(own.points, bought.points_amount), COALESCE(own.refunded, 0), \
         COALESCE(own.reversed, 0), COALESCE(own.cancelled, 0), \
         CASE WHEN own.entry_id IS NULL THEN bought.items ELSE own.items END, \
         CASE WHEN own.entry_id IS NULL THEN bought.settlement ELSE own.settlement END \
         FROM loyalty_transactions bought LEFT JOIN loyalty_order_standings own \
         ON own.entry_id = bought.id AND own.order_id = ?2 WHERE bought.id = ?1",
        &[SqlParam::Int(entry.get()), SqlParam::Text(id.as_str())],
        |row| read(row, id, entry),
    )
}

fn read(row: &mut Columns<'_>, id: &OrderId, entry: EntryId) -> Result<Order> {
    let (user_id, programme) = (UserId::stored(row.int()?), row.int()?);
    let (points, balance_after) = (Points::stored(row.int()?), Points::stored(row.int()?));
    let expires_at = row.opt_int()?.map(Instant::stored);
    let details = row.opt_text()?.map(str::to_owned);
    let order_id = row.opt_text()?.map(OrderId::new).transpose()?;
    let sealed = (row.text()?.to_owned(), row.blob()?.to_vec());
    let occurred_at = Instant::stored(row.int()?);
    let is_changed = row.opt_int()?.is_some();
    let booked = BookedEntry { points, balance_after, expires_at, details, order_id, is_changed, sealed };
    let standing = OrderStanding {
        amount: Money::stored(row.int()?),
        points: Points::stored(row.int()?),
        refunded: Money::stored(row.int()?),
        reversed: Points::stored(row.int()?),
        cancelled: row.int()? == 1,
    };
    Ok(Order {
        id: id.clone(),
        user_id,
        entry,
        standing,
        programme,
        occurred_at,
        items: row.opt_text()?.map(str::to_owned),
        settlement: row.opt_text()?.map(str::to_owned),
        receipt: super::json(&booked.sealed.0)?,
        request: receipt::unsealed(&booked.sealed.1).to_vec(),
        booked,
    })
}

/// A member's entries that change an order, each with the entry that booked the order.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn booked_earlier(session: &mut dyn Session, member: MemberId) -> Result<Vec<(EntryId, EntryId)>> {
    let (low, high) = member.entry_range();
    session.all(
        "SELECT entry.id, known.entry_id FROM loyalty_transactions entry \
         JOIN loyalty_orders known ON known.order_id = entry.order_id \
         WHERE entry.id > ? AND entry.id < ? AND known.entry_id < entry.id",
        &[SqlParam::Int(low), SqlParam::Int(high)],
        |row| Ok((EntryId::stored(row.int()?), EntryId::stored(row.int()?))),
    )
}

/// Who has a part of an order that stands, part by part: who bought, paid with points, redeemed, was stamped or used a
/// coupon for it. A user who only holds a coupon has no part yet.
const OWNERS: [&str; 5] = [
    "SELECT user_id FROM loyalty_orders WHERE order_id = ? /* by key */",
    "SELECT user_id FROM loyalty_payments WHERE order_id = ? AND released_by IS NULL",
    "SELECT user_id FROM loyalty_redemptions WHERE order_id = ? AND cancelled_by IS NULL",
    "SELECT user_id FROM loyalty_stamps WHERE order_id = ? GROUP BY user_id HAVING SUM(quantity) <> 0",
    "SELECT user_id FROM loyalty_coupon_uses WHERE order_id = ? AND user_id IS NOT NULL AND state = 1",
];

/// The users who have a part of an order that stands.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn owners(session: &mut dyn Session, id: &OrderId) -> Result<Vec<UserId>> {
    let mut owners = Vec::new();
    for sql in OWNERS {
        owners.extend(session.all(sql, &[SqlParam::Text(id.as_str())], |row| row.int().map(UserId::stored))?);
    }
    owners.sort_unstable();
    owners.dedup();
    Ok(owners)
}

/// What the entry of an order keeps for a repeat.
///
/// # Errors
/// `internal` when the receipt cannot be written as JSON.
pub fn kept(id: &OrderId, entry: EntryId, receipt: &KeptReceipt, request: &[u8]) -> Result<KeptCall> {
    let receipt = serde_json::to_string(receipt).map_err(Error::internal)?;
    let request = receipt::sealed(request, &receipt, (entry, id));
    Ok(KeptCall { receipt, request })
}

/// Adds an order that an entry of its own has just booked; `other` is what it keeps, if that is not what was expected
/// when it was booked.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(
    session: &mut dyn Session,
    id: &OrderId,
    (user_id, entry): (UserId, EntryId),
    other: Option<&KeptCall>,
) -> Result<()> {
    lead(session, id, user_id, entry)?;
    let Some(kept) = other else { return Ok(()) };
    session.execute_one(
        "UPDATE loyalty_transactions SET receipt = ?, request = ? WHERE id = ?",
        &[SqlParam::Text(&kept.receipt), SqlParam::Blob(&kept.request), SqlParam::Int(entry.get())],
    )
}

/// From now on the order leads to the entry.
fn lead(session: &mut dyn Session, id: &OrderId, user_id: UserId, entry: EntryId) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_orders (order_id, entry_id, user_id) VALUES (?, ?, ?)",
        &[SqlParam::Text(id.as_str()), SqlParam::Int(entry.get()), SqlParam::Int(user_id.get())],
    )
}

/// An order that was imported with its member.
#[derive(Debug, Clone)]
pub struct ImportedStanding<'a> {
    /// The host's id.
    pub id: &'a OrderId,
    /// Whose it is.
    pub user_id: UserId,
    /// The entry of the import.
    pub entry: EntryId,
    /// Amount and points.
    pub standing: OrderStanding,
    /// When it was paid.
    pub occurred_at: Instant,
    /// What is kept of the reply that it would have had.
    pub receipt: &'a KeptReceipt,
    /// Digests of the arguments that it would have had.
    pub request: &'a [u8],
}

/// Adds an order that was imported.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert_imported(session: &mut dyn Session, order: &ImportedStanding<'_>) -> Result<()> {
    lead(session, order.id, order.user_id, order.entry)?;
    let call = kept(order.id, order.entry, order.receipt, order.request)?;
    session.execute_one(
        "INSERT INTO loyalty_order_standings (entry_id, order_id, amount, refunded, points, reversed, cancelled, \
         occurred_at, receipt, request, user_id) VALUES (?, ?, ?, 0, ?, 0, 0, ?, ?, ?, ?)",
        &[
            SqlParam::Int(order.entry.get()),
            SqlParam::Text(order.id.as_str()),
            SqlParam::Int(order.standing.amount.get()),
            SqlParam::Int(order.standing.points.get()),
            SqlParam::Int(order.occurred_at.micros()),
            SqlParam::Text(&call.receipt),
            SqlParam::Blob(&call.request),
            SqlParam::Int(order.user_id.get()),
        ],
    )
}

/// Stores the current state of an order, and its lines.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update(session: &mut dyn Session, order: &Order) -> Result<()> {
    let cells = [
        SqlParam::Int(order.standing.amount.get()),
        SqlParam::Int(order.standing.refunded.get()),
        SqlParam::Int(order.standing.points.get()),
        SqlParam::Int(order.standing.reversed.get()),
        SqlParam::Int(i64::from(order.standing.cancelled)),
        SqlParam::text(order.items.as_deref()),
        SqlParam::text(order.settlement.as_deref()),
        SqlParam::Int(order.entry.get()),
        SqlParam::Text(order.id.as_str()),
        SqlParam::Int(order.user_id.get()),
    ];
    let sql = if order.booked.is_changed {
        "UPDATE loyalty_order_standings SET amount = ?, refunded = ?, points = ?, reversed = ?, cancelled = ?, items = ?, \
         settlement = ? WHERE entry_id = ? AND order_id = ? AND user_id = ?"
    } else {
        "INSERT INTO loyalty_order_standings (amount, refunded, points, reversed, cancelled, items, settlement, entry_id, \
         order_id, user_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    };
    session.execute_one(sql, &cells)
}
