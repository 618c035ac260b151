//! `loyalty_payments`: the part of an order that was paid with points.

use super::session::{Session, SqlParam};
use crate::domain::lot::LotUse;
use crate::value::{EntryId, Instant, MemberId, Money, OrderId, Points, UserId};
use crate::{Error, Result};

/// A payment with points.
#[derive(Debug, Clone)]
pub struct Payment {
    /// The order.
    pub order_id: OrderId,
    /// Who paid.
    pub user_id: UserId,
    /// The entry that took the points.
    pub entry: EntryId,
    /// Points taken.
    pub points: Points,
    /// The bill.
    pub amount: Money,
    /// What the points paid.
    pub discount: Money,
    /// Points given back.
    pub released: Points,
    /// The lots that they went back to, while some still stand.
    pub returned: Vec<LotUse>,
    /// The entry that gave the last of the points back, if all went back.
    pub released_by: Option<EntryId>,
    /// Digests of the arguments of its `pay_with_points`.
    pub request: Vec<u8>,
    /// The reply of its `pay_with_points`, as JSON.
    pub answer: String,
    /// The reply of its `release_payment`, as JSON.
    pub release_answer: Option<String>,
}

/// The payment of an order, even one that was given back.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, order: &OrderId) -> Result<Option<Payment>> {
    session.first(
        "SELECT user_id, entry_id, points, amount, discount, released, returned, released_by, request, answer, release_answer \
         FROM loyalty_payments WHERE order_id = ? /* by key */",
        &[SqlParam::Text(order.as_str())],
        |row| {
            Ok(Payment {
                order_id: order.clone(),
                user_id: UserId::stored(row.int()?),
                entry: EntryId::stored(row.int()?),
                points: Points::stored(row.int()?),
                amount: Money::stored(row.int()?),
                discount: Money::stored(row.int()?),
                released: Points::stored(row.int()?),
                returned: row.opt_text()?.map_or_else(|| Ok(Vec::new()), lots)?,
                released_by: row.opt_int()?.map(EntryId::stored),
                request: row.blob()?.to_vec(),
                answer: row.text()?.to_owned(),
                release_answer: row.opt_text()?.map(str::to_owned),
            })
        },
    )
}

/// Adds the payment of an order that has none.
///
/// # Errors
/// `unavailable` when the database fails, `internal` when the order has a payment.
pub fn insert(session: &mut dyn Session, payment: &Payment, now: Instant) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_payments (user_id, entry_id, points, amount, discount, request, answer, created_at, order_id, \
         released) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        &fields(payment, now),
    )
}

/// Puts a payment in the place of one that was given back.
///
/// # Errors
/// `unavailable` when the database fails, `internal` when the order has a payment that stands.
pub fn replace(session: &mut dyn Session, payment: &Payment, now: Instant) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_payments SET user_id = ?, entry_id = ?, points = ?, amount = ?, discount = ?, request = ?, \
         answer = ?, created_at = ?, released = 0, returned = NULL, released_by = NULL, release_answer = NULL \
         WHERE order_id = ? AND released_by IS NOT NULL",
        &fields(payment, now),
    )
}

fn fields(payment: &Payment, now: Instant) -> [SqlParam<'_>; 9] {
    [
        SqlParam::Int(payment.user_id.get()),
        SqlParam::Int(payment.entry.get()),
        SqlParam::Int(payment.points.get()),
        SqlParam::Int(payment.amount.get()),
        SqlParam::Int(payment.discount.get()),
        SqlParam::Blob(&payment.request),
        SqlParam::Text(&payment.answer),
        SqlParam::Int(now.micros()),
        SqlParam::Text(payment.order_id.as_str()),
    ]
}

/// Counts points of a payment as given back; `returned` lists the lots of all points that have gone back so far.
/// Returns whether that many were left.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn give_back(session: &mut dyn Session, order: &OrderId, points: Points, returned: &[LotUse]) -> Result<bool> {
    let returned = written(returned)?;
    let rows = session.execute(
        "UPDATE loyalty_payments SET released = released + ?1, returned = ?3 WHERE order_id = ?2 AND released + ?1 <= points",
        &[SqlParam::Int(points.get()), SqlParam::Text(order.as_str()), SqlParam::Text(&returned)],
    )?;
    Ok(rows == 1)
}

/// Parts of lots as they were stored.
///
/// # Errors
/// `database_corrupt` when they are not what was written.
pub fn lots(json: &str) -> Result<Vec<LotUse>> {
    let parts: Vec<(i64, i64)> = super::json(json)?;
    let part = |(lot, points)| LotUse { lot: EntryId::stored(lot), points: Points::stored(points) };
    Ok(parts.into_iter().map(part).collect())
}

/// Points of a payment that went back.
#[derive(Debug, Clone)]
pub struct Returned {
    /// The order that was paid.
    pub order: OrderId,
    /// The entry that took them.
    pub entry: EntryId,
    /// How many went back.
    pub points: Points,
    /// The lots that they went back to.
    pub lots: Vec<LotUse>,
}

/// The lots that points of a member's payments went back to. For `verify`.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn returned(session: &mut dyn Session, member: MemberId) -> Result<Vec<Returned>> {
    let (low, high) = member.entry_range();
    session.all(
        "SELECT order_id, entry_id, released, returned FROM loyalty_payments \
         WHERE entry_id > ? AND entry_id < ? AND released > 0 ORDER BY entry_id",
        &[SqlParam::Int(low), SqlParam::Int(high)],
        |row| {
            Ok(Returned {
                order: OrderId::new(row.text()?)?,
                entry: EntryId::stored(row.int()?),
                points: Points::stored(row.int()?),
                lots: row.opt_text()?.map_or_else(|| Ok(Vec::new()), lots)?,
            })
        },
    )
}

/// Marks a payment as given back in full.
///
/// # Errors
/// `unavailable` when the database fails, `internal` when it was marked before, or is not given back in full.
pub fn release(session: &mut dyn Session, order: &OrderId, by: EntryId, answer: &str) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_payments SET released_by = ?, release_answer = ? \
         WHERE order_id = ? AND released_by IS NULL AND released = points",
        &[SqlParam::Int(by.get()), SqlParam::Text(answer), SqlParam::Text(order.as_str())],
    )
}

/// Payments of a member whose points differ from their ledger entry, or whose return has no entry.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn unbooked(session: &mut dyn Session, member: MemberId) -> Result<Vec<String>> {
    let (low, high) = member.entry_range();
    session.all(
        "SELECT paid.order_id FROM loyalty_payments paid \
         LEFT JOIN loyalty_transactions entry ON entry.id = paid.entry_id \
         LEFT JOIN loyalty_transactions undone ON undone.id = paid.released_by \
         WHERE paid.entry_id > ? AND paid.entry_id < ? AND (COALESCE(entry.points_amount, 1) <> -paid.points \
         OR (paid.released_by IS NOT NULL AND undone.id IS NULL) \
         OR (paid.released_by IS NULL AND paid.released = paid.points)) \
         ORDER BY paid.entry_id",
        &[SqlParam::Int(low), SqlParam::Int(high)],
        |row| Ok(row.text()?.to_owned()),
    )
}

/// What a payment took, and its answer.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The order.
    pub order_id: String,
    /// The bill.
    pub amount: Money,
    /// What the points paid.
    pub discount: Money,
    /// The reply, as JSON.
    pub answer: String,
}

/// A member's payments, for `verify`.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_member(session: &mut dyn Session, member: MemberId) -> Result<Vec<Answered>> {
    let (low, high) = member.entry_range();
    session.all(
        "SELECT order_id, amount, discount, answer FROM loyalty_payments WHERE entry_id > ? AND entry_id < ? \
         ORDER BY entry_id",
        &[SqlParam::Int(low), SqlParam::Int(high)],
        |row| {
            Ok(Answered {
                order_id: row.text()?.to_owned(),
                amount: Money::stored(row.int()?),
                discount: Money::stored(row.int()?),
                answer: row.text()?.to_owned(),
            })
        },
    )
}

/// Parts of lots as they are stored.
///
/// # Errors
/// `internal`, when they cannot be written as JSON.
pub(super) fn written(parts: &[LotUse]) -> Result<String> {
    let parts: Vec<(i64, i64)> = parts.iter().map(|part| (part.lot.get(), part.points.get())).collect();
    serde_json::to_string(&parts).map_err(Error::internal)
}
