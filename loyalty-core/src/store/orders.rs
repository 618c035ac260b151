//! `loyalty_orders`: what each order earned, and what was refunded.

use super::session::{Session, SqlParam};
use crate::Result;
use crate::domain::refund::OrderStanding;
use crate::value::{EntryId, Instant, Money, OrderId, Points, UserId};

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
    /// Id of the tier that the member held before.
    pub tier: String,
    /// Number of the member's visit, from 1.
    pub visit: i64,
    /// Number of the programme that judged it.
    pub programme: i64,
    /// When it was paid.
    pub occurred_at: Instant,
    /// Its lines, as JSON.
    pub items: Option<String>,
    /// How it was settled, as JSON.
    pub settlement: Option<String>,
    /// Digests of the arguments of its `earn_points`.
    pub request: String,
    /// The reply of its `earn_points`, as JSON.
    pub answer: String,
}

/// The order with this id. In a write, its row is locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: &OrderId) -> Result<Option<Order>> {
    session.first(
        "SELECT user_id, entry_id, amount, refunded, points, reversed, tier, visit, programme_id, occurred_at, items, \
         settlement, request, answer, cancelled FROM loyalty_orders WHERE order_id = ? /* locked */",
        &[SqlParam::Text(id.as_str())],
        |row| {
            let mut order = Order {
                id: id.clone(),
                user_id: UserId::stored(row.int()?),
                entry: EntryId::stored(row.int()?),
                standing: OrderStanding {
                    amount: Money::stored(row.int()?),
                    refunded: Money::stored(row.int()?),
                    points: Points::stored(row.int()?),
                    reversed: Points::stored(row.int()?),
                    cancelled: false,
                },
                tier: row.text()?.to_owned(),
                visit: row.int()?,
                programme: row.int()?,
                occurred_at: Instant::stored(row.int()?),
                items: row.opt_text()?.map(str::to_owned),
                settlement: row.opt_text()?.map(str::to_owned),
                request: row.text()?.to_owned(),
                answer: row.text()?.to_owned(),
            };
            order.standing.cancelled = row.int()? == 1;
            Ok(order)
        },
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

/// Adds an order.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, order: &Order) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_orders (order_id, user_id, entry_id, amount, refunded, points, reversed, tier, visit, \
         programme_id, occurred_at, items, settlement, request, answer) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            SqlParam::Text(order.id.as_str()),
            SqlParam::Int(order.user_id.get()),
            SqlParam::Int(order.entry.get()),
            SqlParam::Int(order.standing.amount.get()),
            SqlParam::Int(order.standing.refunded.get()),
            SqlParam::Int(order.standing.points.get()),
            SqlParam::Int(order.standing.reversed.get()),
            SqlParam::Text(&order.tier),
            SqlParam::Int(order.visit),
            SqlParam::Int(order.programme),
            SqlParam::Int(order.occurred_at.micros()),
            SqlParam::text(order.items.as_deref()),
            SqlParam::text(order.settlement.as_deref()),
            SqlParam::Text(&order.request),
            SqlParam::Text(&order.answer),
        ],
    )
}

/// Stores the current state of an order, and its lines.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update(session: &mut dyn Session, order: &Order) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_orders SET amount = ?, refunded = ?, points = ?, reversed = ?, cancelled = ?, items = ?, \
         settlement = ? WHERE order_id = ?",
        &[
            SqlParam::Int(order.standing.amount.get()),
            SqlParam::Int(order.standing.refunded.get()),
            SqlParam::Int(order.standing.points.get()),
            SqlParam::Int(order.standing.reversed.get()),
            SqlParam::Int(i64::from(order.standing.cancelled)),
            SqlParam::text(order.items.as_deref()),
            SqlParam::text(order.settlement.as_deref()),
            SqlParam::Text(order.id.as_str()),
        ],
    )
}
