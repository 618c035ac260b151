//! `loyalty_coupon_uses` and `loyalty_coupon_budgets`: which orders used a coupon, and what it took off.

use std::collections::BTreeMap;

use super::session::{Columns, Session, SqlParam};
use crate::Result;
use crate::domain::coupon::judge::Spent;
use crate::value::{CouponId, Day, Instant, Money, OrderId, UserId};

/// The state of a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseState {
    /// Held for an order that is not paid yet.
    Held,
    /// Used.
    Used,
    /// Given back.
    Released,
    /// A hold that ended by the clock.
    Lapsed,
}

impl UseState {
    const fn number(self) -> i64 {
        match self {
            Self::Held => 0,
            Self::Used => 1,
            Self::Released => 2,
            Self::Lapsed => 3,
        }
    }

    const fn stored(number: i64) -> Self {
        match number {
            0 => Self::Held,
            1 => Self::Used,
            2 => Self::Released,
            _ => Self::Lapsed,
        }
    }
}

/// A use of a coupon by an order.
#[derive(Debug, Clone)]
pub struct CouponUse {
    /// Its number.
    pub id: i64,
    /// The coupon.
    pub coupon: CouponId,
    /// The order.
    pub order_id: String,
    /// Who used it, if known.
    pub user_id: Option<UserId>,
    /// Its state.
    pub state: UseState,
    /// Pieces of the coupon that it uses.
    pub pieces: i64,
    /// The order before any coupon.
    pub amount: Money,
    /// What it took off.
    pub discount: Money,
    /// The local day whose budget it counts for.
    pub day: i64,
    /// When the hold ends; `NEVER` for a use.
    pub hold_ends: Instant,
    /// When it happened.
    pub used_at: Instant,
    /// Who did it.
    pub actor: Option<String>,
    /// Digests of the request.
    pub request: Vec<u8>,
    /// The answer to it, as JSON.
    pub answer: String,
}

impl CouponUse {
    /// Whether it counts against the limits now.
    #[must_use]
    pub fn is_live(&self, now: Instant) -> bool {
        self.state == UseState::Used || (self.state == UseState::Held && now < self.hold_ends)
    }
}

macro_rules! columns {
    () => {
        "id, coupon_id, order_id, user_id, state, pieces, amount, discount, day, hold_ends, used_at, actor, request, answer"
    };
}

fn read(row: &mut Columns<'_>) -> Result<CouponUse> {
    Ok(CouponUse {
        id: row.int()?,
        coupon: CouponId::stored(row.int()?),
        order_id: row.text()?.to_owned(),
        user_id: row.opt_int()?.map(UserId::stored),
        state: UseState::stored(row.int()?),
        pieces: row.int()?,
        amount: Money::stored(row.int()?),
        discount: Money::stored(row.int()?),
        day: row.int()?,
        hold_ends: Instant::stored(row.int()?),
        used_at: Instant::stored(row.int()?),
        actor: row.opt_text()?.map(str::to_owned),
        request: row.blob()?.to_vec(),
        answer: row.text()?.to_owned(),
    })
}

/// All uses by an order, in the order in which they were made, including those given back.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_order(session: &mut dyn Session, order: &OrderId) -> Result<Vec<CouponUse>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_coupon_uses WHERE order_id = ? ORDER BY id");
    session.all(sql, &[SqlParam::Text(order.as_str())], read)
}

/// The uses of all coupons with numbers above `after`, a page in the order of their numbers.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn page(session: &mut dyn Session, after: i64, limit: i64) -> Result<Vec<CouponUse>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_coupon_uses WHERE id > ? ORDER BY id LIMIT ?");
    let uses = session.all(sql, &[SqlParam::Int(after), SqlParam::Int(limit)], read)?;
    super::in_order(uses, after, |made| made.id)
}

/// Holds of a coupon that have ended by the clock but are not booked as ended.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn due(session: &mut dyn Session, coupon: CouponId, now: Instant) -> Result<Vec<CouponUse>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM loyalty_coupon_uses WHERE coupon_id = ? AND state = 0 AND hold_ends <= ? ORDER BY id"
    );
    session.all(sql, &[SqlParam::Int(coupon.get()), SqlParam::Int(now.micros())], read)
}

/// How often a user has used or holds a coupon.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn by_user(session: &mut dyn Session, coupon: CouponId, user_id: UserId, now: Instant) -> Result<i64> {
    let count = session.first(
        "SELECT COALESCE(SUM(pieces), 0) FROM loyalty_coupon_uses WHERE coupon_id = ? AND user_id = ? \
         AND (state = 1 OR (state = 0 AND hold_ends > ?))",
        &[SqlParam::Int(coupon.get()), SqlParam::Int(user_id.get()), SqlParam::Int(now.micros())],
        |row| row.int(),
    )?;
    Ok(count.unwrap_or(0))
}

/// Adds a use. The database assigns its number.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, made: &CouponUse, now: Instant) -> Result<i64> {
    session.insert(
        "INSERT INTO loyalty_coupon_uses (coupon_id, order_id, user_id, state, pieces, amount, discount, day, hold_ends, \
         used_at, created_at, actor, request, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            SqlParam::Int(made.coupon.get()),
            SqlParam::Text(&made.order_id),
            SqlParam::int(made.user_id.map(UserId::get)),
            SqlParam::Int(made.state.number()),
            SqlParam::Int(made.pieces),
            SqlParam::Int(made.amount.get()),
            SqlParam::Int(made.discount.get()),
            SqlParam::Int(made.day),
            SqlParam::Int(made.hold_ends.micros()),
            SqlParam::Int(made.used_at.micros()),
            SqlParam::Int(now.micros()),
            SqlParam::text(made.actor.as_deref()),
            SqlParam::Blob(&made.request),
            SqlParam::Text(&made.answer),
        ],
    )
}

/// Replaces the data of an open hold, `moved.id`.
///
/// # Errors
/// `unavailable` when the database fails, `internal` when the hold is not open.
pub fn move_hold(session: &mut dyn Session, moved: &CouponUse) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_coupon_uses SET user_id = ?, pieces = ?, amount = ?, discount = ?, day = ?, hold_ends = ?, used_at = ?, \
         actor = ?, request = ?, answer = ? WHERE id = ? AND state = 0",
        &[
            SqlParam::int(moved.user_id.map(UserId::get)),
            SqlParam::Int(moved.pieces),
            SqlParam::Int(moved.amount.get()),
            SqlParam::Int(moved.discount.get()),
            SqlParam::Int(moved.day),
            SqlParam::Int(moved.hold_ends.micros()),
            SqlParam::Int(moved.used_at.micros()),
            SqlParam::text(moved.actor.as_deref()),
            SqlParam::Blob(&moved.request),
            SqlParam::Text(&moved.answer),
            SqlParam::Int(moved.id),
        ],
    )
}

/// Ends a use or a hold if its state is still the one that was read. Returns whether it did.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn end(session: &mut dyn Session, ended: &CouponUse, state: UseState, now: Instant) -> Result<bool> {
    let rows = session.execute(
        "UPDATE loyalty_coupon_uses SET state = ?, released_at = ? WHERE id = ? AND state = ?",
        &[
            SqlParam::Int(state.number()),
            SqlParam::Int(now.micros()),
            SqlParam::Int(ended.id),
            SqlParam::Int(ended.state.number()),
        ],
    )?;
    Ok(rows == 1)
}

/// The names of the periods that a day belongs to: all time, its month, itself.
fn periods(day: Day) -> [String; 3] {
    let day = day.to_string();
    let month = day.get(..7).unwrap_or(&day).to_owned();
    ["all".to_owned(), month, day]
}

/// Money that a coupon has taken off so far, as its budgets count it on a day.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn spent(session: &mut dyn Session, coupon: CouponId, day: Day) -> Result<Spent> {
    let [_, month, today] = periods(day);
    let rows = session.all(
        "SELECT period, spent FROM loyalty_coupon_budgets WHERE coupon_id = ? AND period IN ('all', ?, ?)",
        &[SqlParam::Int(coupon.get()), SqlParam::Text(&month), SqlParam::Text(&today)],
        |row| Ok((row.text()?.to_owned(), row.int()?)),
    )?;
    let of = |name: &str| rows.iter().find(|(period, _)| period == name).map_or(0, |(_, spent)| *spent);
    Ok(Spent { all: of("all"), month: of(&month), day: of(&today) })
}

/// Adds to what a coupon has taken off, if each of the three budgets has room. Returns whether all had room; if not,
/// some may be changed, and the write must be rolled back.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn spend(
    session: &mut dyn Session,
    coupon: CouponId,
    day: Day,
    amount: i64,
    most: [Option<i64>; 3],
) -> Result<bool> {
    let upsert = "INSERT INTO loyalty_coupon_budgets (coupon_id, period, spent) VALUES (?, ?, ?) \
             ON CONFLICT (coupon_id, period) DO UPDATE SET spent = spent + excluded.spent";
    for (period, most) in periods(day).iter().zip(most) {
        let key = [SqlParam::Int(coupon.get()), SqlParam::Text(period), SqlParam::Int(0)];
        session.execute(upsert, &key)?;
        let rows = session.execute(
            "UPDATE loyalty_coupon_budgets SET spent = spent + ?1 WHERE coupon_id = ?2 AND period = ?3 AND spent + ?1 <= ?4",
            &[SqlParam::Int(amount), SqlParam::Int(coupon.get()), SqlParam::Text(period), SqlParam::Int(most.unwrap_or(i64::MAX / 2))],
        )?;
        if rows != 1 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Where coupons, their uses and their budgets disagree, the first `limit` of each kind: the rule, the value that the
/// rows give, the stored value.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn unbalanced(session: &mut dyn Session, limit: i64) -> Result<Vec<(String, i64, i64)>> {
    let mut found = Vec::new();
    let counts = session.all(
        "SELECT c.id, c.used_count, c.held_count, COALESCE(SUM(CASE WHEN u.state = 1 THEN u.pieces ELSE 0 END), 0), \
         COALESCE(SUM(CASE WHEN u.state = 0 THEN u.pieces ELSE 0 END), 0) \
         FROM loyalty_coupons c LEFT JOIN loyalty_coupon_uses u ON u.coupon_id = c.id AND u.state IN (0, 1) \
         GROUP BY c.id, c.used_count, c.held_count \
         HAVING c.used_count <> COALESCE(SUM(CASE WHEN u.state = 1 THEN u.pieces ELSE 0 END), 0) \
         OR c.held_count <> COALESCE(SUM(CASE WHEN u.state = 0 THEN u.pieces ELSE 0 END), 0) ORDER BY c.id LIMIT ?",
        &[SqlParam::Int(limit)],
        |row| Ok((row.int()?, row.int()?, row.int()?, row.int()?, row.int()?)),
    )?;
    for (coupon, used_count, held_count, used, held) in counts {
        found.push((format!("coupon {coupon}: used_count = pieces of its uses"), used, used_count));
        found.push((format!("coupon {coupon}: held_count = pieces of its holds"), held, held_count));
    }
    budgets(session, limit, &mut found)?;
    found.retain(|(_, expected, stored)| expected != stored);
    Ok(found)
}

/// How many coupons' budgets are compared at once.
const PAGE: i64 = 500;

/// Compares each budget (in total, by month and by day) with the uses, up to `limit` differences.
fn budgets(session: &mut dyn Session, limit: i64, found: &mut Vec<(String, i64, i64)>) -> Result<()> {
    let most = found.len() + usize::try_from(limit).unwrap_or(0);
    let mut after = 0;
    loop {
        let ids = session.all(
            "SELECT coupon_id FROM loyalty_coupon_budgets WHERE coupon_id > ? AND period = 'all' ORDER BY coupon_id LIMIT ?",
            &[SqlParam::Int(after), SqlParam::Int(PAGE)],
            |row| row.int(),
        )?;
        let ids = super::in_order(ids, after, |id| *id)?;
        let Some(last) = ids.last().copied().filter(|_| found.len() < most) else { return Ok(()) };
        let range = [SqlParam::Int(after), SqlParam::Int(last)];
        let mut periods_of: BTreeMap<(i64, String), (i64, i64)> = BTreeMap::new();
        let stored = session.all(
            "SELECT coupon_id, period, spent FROM loyalty_coupon_budgets WHERE coupon_id > ? AND coupon_id <= ?",
            &range,
            |row| Ok((row.int()?, row.text()?.to_owned(), row.int()?)),
        )?;
        for (coupon, period, spent) in stored {
            periods_of.insert((coupon, period), (0, spent));
        }
        let taken = session.all(
            "SELECT coupon_id, day, COALESCE(SUM(discount), 0) FROM loyalty_coupon_uses \
             WHERE coupon_id > ? AND coupon_id <= ? AND state IN (0, 1) GROUP BY coupon_id, day",
            &range,
            |row| Ok((row.int()?, row.int()?, row.int()?)),
        )?;
        // Coupons in between that have no budget do not count.
        for (coupon, day, sum) in taken.into_iter().filter(|(coupon, ..)| ids.binary_search(coupon).is_ok()) {
            for period in periods(Day::stored(day)) {
                periods_of.entry((coupon, period)).or_default().0 += sum;
            }
        }
        let differing = periods_of.into_iter().filter(|(_, (sum, spent))| sum != spent);
        found.extend(differing.map(|((coupon, period), (sum, spent))| {
            (format!("coupon {coupon}: its budget `{period}` is the sum of its discounts"), sum, spent)
        }));
        after = last;
    }
}
