//! `loyalty_visits` and `loyalty_products`: purchases of a member by local day and by article.

use super::session::{Columns, Session, SqlParam};
use crate::Result;
use crate::domain::programme::Programme;
use crate::domain::tier::VisitDay;
use crate::value::{Day, Instant, MemberId, Money, Sku, UserId};

/// Adds to the visits and spending of a day; both may be below zero for a refund.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn add(session: &mut dyn Session, user_id: UserId, day: Day, visits: i64, spent: Money) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_visits (user_id, day, visits, spent) VALUES (?, ?, ?, ?) ON CONFLICT (user_id, day) \
         DO UPDATE SET visits = visits + excluded.visits, spent = spent + excluded.spent",
        &[SqlParam::Int(user_id.get()), SqlParam::Int(day.number()), SqlParam::Int(visits), SqlParam::Int(spent.get())],
    )
}

/// The sums of two windows that end on the same day.
#[derive(Debug, Clone, Copy, Default)]
pub struct VisitWindows {
    /// Visits in the shorter or longer window asked for them.
    pub visits: i64,
    /// Money spent in the window asked for it.
    pub spent: Money,
}

/// The days that the windows of a score have.
#[derive(Debug, Clone, Copy)]
pub struct ScoreDays {
    visits_from: Day,
    spent_from: Day,
    until: Day,
}

impl ScoreDays {
    /// The windows that end on the local day of a moment.
    #[must_use]
    pub fn of(programme: &Programme, at: Instant) -> Self {
        let (rules, until) = (programme.score, programme.zone.day_of(at));
        let from = |days: i64| until.plus_days(1 - days);
        Self { visits_from: from(rules.frequency_days), spent_from: from(rules.amount_days), until }
    }

    pub(super) fn of_each(self, user_id: UserId) -> [SqlParam<'static>; 4] {
        let [user_id, visits_from, spent_from, _, until] = self.cells(user_id);
        [user_id, visits_from, spent_from, until]
    }

    fn cells(self, user_id: UserId) -> [SqlParam<'static>; 5] {
        [
            SqlParam::Int(user_id.get()),
            SqlParam::Int(self.visits_from.number()),
            SqlParam::Int(self.spent_from.number()),
            SqlParam::Int(self.visits_from.min(self.spent_from).number()),
            SqlParam::Int(self.until.number()),
        ]
    }
}

/// Visits and money in the windows of a score.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn windows(session: &mut dyn Session, user_id: UserId, days: ScoreDays) -> Result<VisitWindows> {
    let sums = session.first(
        "SELECT COALESCE(SUM(CASE WHEN day >= ?2 THEN visits ELSE 0 END), 0), \
         COALESCE(SUM(CASE WHEN day >= ?3 THEN spent ELSE 0 END), 0) \
         FROM loyalty_visits WHERE user_id = ?1 AND day >= ?4 AND day <= ?5",
        &days.cells(user_id),
        |row| Ok(VisitWindows { visits: row.int()?, spent: Money::stored(row.int()?) }),
    )?;
    Ok(sums.unwrap_or_default())
}

/// What a profile shows besides the member's row.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Visits and money in the windows of the score.
    pub windows: VisitWindows,
    /// The member's name.
    pub name: Option<String>,
}

/// What a profile shows besides the member's row.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn seen(session: &mut dyn Session, user_id: UserId, days: ScoreDays) -> Result<Seen> {
    let found = session.first(
        "SELECT COALESCE(SUM(CASE WHEN day >= ?2 THEN visits ELSE 0 END), 0), \
         COALESCE(SUM(CASE WHEN day >= ?3 THEN spent ELSE 0 END), 0), \
         (SELECT user_name FROM loyalty_persons WHERE user_id = ?1) \
         FROM loyalty_visits WHERE user_id = ?1 AND day >= ?4 AND day <= ?5",
        &days.cells(user_id),
        read_seen,
    )?;
    Ok(found.unwrap_or_default())
}

pub(super) fn read_seen(row: &mut Columns<'_>) -> Result<Seen> {
    let windows = VisitWindows { visits: row.int()?, spent: Money::stored(row.int()?) };
    Ok(Seen { windows, name: row.opt_text()?.map(str::to_owned) })
}

/// Number of the last day with a visit up to `until`.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn last_day(session: &mut dyn Session, user_id: UserId, until: Day) -> Result<Option<i64>> {
    let last = session.first(
        "SELECT day FROM loyalty_visits WHERE user_id = ? AND day <= ? AND visits > 0 ORDER BY day DESC LIMIT 1",
        &[SqlParam::Int(user_id.get()), SqlParam::Int(until.number())],
        |row| row.int(),
    )?;
    Ok(last)
}

/// Days with a visit from `from` on and before `until`, newest first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn days_between(session: &mut dyn Session, user_id: UserId, from: Day, until: Day) -> Result<Vec<Day>> {
    session.all(
        "SELECT day FROM loyalty_visits WHERE user_id = ? AND day >= ? AND day < ? AND visits > 0 ORDER BY day DESC",
        &[SqlParam::Int(user_id.get()), SqlParam::Int(from.number()), SqlParam::Int(until.number())],
        |row| row.int().map(Day::stored),
    )
}

/// Days with purchases from the first to the last day of a span, oldest first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn days(session: &mut dyn Session, user_id: UserId, from: Day, until: Day) -> Result<Vec<VisitDay>> {
    session.all(
        "SELECT day, visits, spent FROM loyalty_visits WHERE user_id = ? AND day >= ? AND day <= ? ORDER BY day",
        &[SqlParam::Int(user_id.get()), SqlParam::Int(from.number()), SqlParam::Int(until.number())],
        |row| Ok(VisitDay { day: row.int()?, visits: row.int()?, spent: Money::stored(row.int()?) }),
    )
}

/// Sums over all days, for `verify`.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn totals(session: &mut dyn Session, user_id: UserId) -> Result<VisitWindows> {
    let sums = session.first(
        "SELECT COALESCE(SUM(visits), 0), COALESCE(SUM(spent), 0) FROM loyalty_visits WHERE user_id = ?",
        &[SqlParam::Int(user_id.get())],
        |row| Ok(VisitWindows { visits: row.int()?, spent: Money::stored(row.int()?) }),
    )?;
    Ok(sums.unwrap_or_default())
}

/// Purchases among a member's entries whose order was not cancelled, for `verify`.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn purchases(session: &mut dyn Session, member: MemberId) -> Result<i64> {
    let (low, high) = member.entry_range();
    let count = session.first(
        "SELECT COUNT(*) FROM loyalty_transactions entry LEFT JOIN loyalty_orders bought ON bought.order_id = entry.order_id \
         LEFT JOIN loyalty_order_standings own ON own.entry_id = bought.entry_id AND own.order_id = bought.order_id \
         WHERE entry.id > ? AND entry.id < ? AND entry.transaction_type = 'earn' \
         AND (entry.order_id IS NULL OR (bought.entry_id = entry.id AND COALESCE(own.cancelled, 0) = 0))",
        &[SqlParam::Int(low), SqlParam::Int(high)],
        |row| row.int(),
    )?;
    Ok(count.unwrap_or(0))
}

/// Adds to the quantity of an article that a member bought; below zero for a return. A quantity of zero is deleted.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn add_product(session: &mut dyn Session, user_id: UserId, sku: &Sku, quantity: i64) -> Result<()> {
    let cells = [SqlParam::Int(user_id.get()), SqlParam::Text(sku.as_str()), SqlParam::Int(quantity)];
    if quantity < 0 {
        session
            .execute("UPDATE loyalty_products SET quantity = quantity + ?3 WHERE user_id = ?1 AND sku = ?2", &cells)?;
        session.execute(
            "DELETE FROM loyalty_products WHERE user_id = ?1 AND sku = ?2 AND quantity <= 0",
            cells.get(..2).unwrap_or_default(),
        )?;
        return Ok(());
    }
    session.execute_one(
        "INSERT INTO loyalty_products (user_id, sku, quantity) VALUES (?, ?, ?) ON CONFLICT (user_id, sku) \
         DO UPDATE SET quantity = quantity + excluded.quantity",
        &cells,
    )
}

/// How many different articles a member bought, and the five bought most often.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn favorites(session: &mut dyn Session, user_id: UserId) -> Result<(i64, Vec<String>)> {
    let cells = [SqlParam::Int(user_id.get())];
    let count = session.first("SELECT COUNT(*) FROM loyalty_products WHERE user_id = ?", &cells, |row| row.int())?;
    let most = session.all(
        "SELECT sku FROM loyalty_products WHERE user_id = ? ORDER BY quantity DESC, sku LIMIT 5",
        &cells,
        |row| row.text().map(str::to_owned),
    )?;
    Ok((count.unwrap_or(0), most))
}

/// A member's days with visits and money, for another member who takes them over.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn all_days(session: &mut dyn Session, user_id: UserId) -> Result<Vec<(Day, i64, Money)>> {
    session.all(
        "SELECT day, visits, spent FROM loyalty_visits WHERE user_id = ? ORDER BY day",
        &[SqlParam::Int(user_id.get())],
        |row| Ok((Day::stored(row.int()?), row.int()?, Money::stored(row.int()?))),
    )
}

/// What a member bought, for another member who takes it over.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn products(session: &mut dyn Session, user_id: UserId) -> Result<Vec<(Sku, i64)>> {
    session.all(
        "SELECT sku, quantity FROM loyalty_products WHERE user_id = ? ORDER BY sku",
        &[SqlParam::Int(user_id.get())],
        |row| Ok((Sku::new(row.text()?)?, row.int()?)),
    )
}

/// Deletes the days and products of a member that another one took over.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn forget(session: &mut dyn Session, user_id: UserId) -> Result<()> {
    session.execute("DELETE FROM loyalty_visits WHERE user_id = ?", &[SqlParam::Int(user_id.get())])?;
    session.execute("DELETE FROM loyalty_products WHERE user_id = ?", &[SqlParam::Int(user_id.get())]).map(drop)
}
