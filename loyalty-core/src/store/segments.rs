//! What segments are judged by: members by page, narrowed by what their rows say, and further facts of many members at
//! once.

use std::collections::BTreeMap;

use super::attributes;
use super::session::{Columns, Session, SqlParam};
use crate::Result;
use crate::domain::attribute::AttributeValue;
use crate::domain::condition::Between;
use crate::domain::stamp::HeldStamps;
use crate::domain::tier::VisitDay;
use crate::value::{Day, Instant, Money, Sku, UserId};

/// Members about whom one query asks.
pub const TOGETHER: usize = 50;

/// As many parameters.
macro_rules! columns {
    () => {
        "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, \
         ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43, ?44, ?45, ?46, ?47, ?48, \
         ?49, ?50"
    };
}

/// Rows of members, by user id.
pub type ByUser<T> = BTreeMap<UserId, Vec<T>>;

/// Asks about up to [`TOGETHER`] members, `sql` having their ids first and `more` behind them.
fn of_many<T>(
    session: &mut dyn Session,
    sql: &'static str,
    users: &[UserId],
    more: &[SqlParam<'_>],
    make: impl Fn(&mut Columns<'_>) -> Result<T>,
) -> Result<ByUser<T>> {
    let mut found: ByUser<T> = BTreeMap::new();
    for together in users.chunks(TOGETHER) {
        let Some(last) = together.last() else { continue };
        // A text of SQL has as many parameters as it has: the last one fills them.
        let ids = together.iter().chain(std::iter::repeat(last)).take(TOGETHER);
        let mut cells: Vec<SqlParam<'_>> = ids.map(|id| SqlParam::Int(id.get())).collect();
        cells.extend_from_slice(more);
        for (user, row) in session.all(sql, &cells, |row| Ok((UserId::stored(row.int()?), make(row)?)))? {
            found.entry(user).or_default().push(row);
        }
    }
    Ok(found)
}

/// Local days with purchases, from the first to the last, oldest first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn days(session: &mut dyn Session, users: &[UserId], from: Day, until: Day) -> Result<ByUser<VisitDay>> {
    let sql = concat!(
        "SELECT user_id, day, visits, spent FROM loyalty_visits WHERE user_id IN (",
        columns!(),
        ") AND day >= ?51 AND day <= ?52 ORDER BY user_id, day"
    );
    let span = [SqlParam::Int(from.number()), SqlParam::Int(until.number())];
    of_many(session, sql, users, &span, |row| {
        Ok(VisitDay { day: row.int()?, visits: row.int()?, spent: Money::stored(row.int()?) })
    })
}

/// Birthdays and consents, of those of whom anything is known.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn persons(session: &mut dyn Session, users: &[UserId]) -> Result<ByUser<(Option<Day>, String)>> {
    let sql = concat!(
        "SELECT user_id, birth_date, consents FROM loyalty_persons WHERE user_id IN (",
        columns!(),
        ") ORDER BY user_id"
    );
    of_many(session, sql, users, &[], |row| {
        let born = row.opt_text()?.map(Day::parse).transpose().map_err(crate::Error::internal)?;
        Ok((born, row.text()?.to_owned()))
    })
}

/// Units bought of each article.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn products(session: &mut dyn Session, users: &[UserId]) -> Result<ByUser<(Sku, i64)>> {
    let sql = concat!(
        "SELECT user_id, sku, quantity FROM loyalty_products WHERE user_id IN (",
        columns!(),
        ") ORDER BY user_id, sku"
    );
    of_many(session, sql, users, &[], |row| Ok((Sku::new(row.text()?)?, row.int()?)))
}

/// How many coupons each member has that can be used at a moment.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn coupons(session: &mut dyn Session, users: &[UserId], at: Instant) -> Result<ByUser<i64>> {
    let sql = concat!(
        "SELECT user_id, COUNT(*) FROM loyalty_coupons WHERE user_id IN (",
        columns!(),
        ") AND active = 1 AND used_count < max_uses AND valid_from <= ?51 AND valid_until > ?51 \
         GROUP BY user_id ORDER BY user_id"
    );
    of_many(session, sql, users, &[SqlParam::Int(at.micros())], |row| row.int())
}

/// Stamps on each card that has any.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn stamps(session: &mut dyn Session, users: &[UserId]) -> Result<ByUser<(String, HeldStamps)>> {
    let sql = concat!(
        "SELECT user_id, card_id, stamps, rewards, last_stamped_at FROM loyalty_stamp_cards WHERE user_id IN (",
        columns!(),
        ") ORDER BY user_id, card_id"
    );
    of_many(session, sql, users, &[], |row| {
        let card = row.text()?.to_owned();
        let (stamps, rewards) = (row.int()?, row.int()?);
        Ok((card, HeldStamps { stamps, rewards, last_stamped_at: row.opt_int()?.map(Instant::stored) }))
    })
}

/// Attributes.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn attributes(session: &mut dyn Session, users: &[UserId]) -> Result<ByUser<(String, AttributeValue)>> {
    let sql = concat!(
        "SELECT user_id, name, kind, value FROM loyalty_attributes WHERE user_id IN (",
        columns!(),
        ") ORDER BY user_id, name"
    );
    of_many(session, sql, users, &[], attributes::read)
}

/// Bounds as two parameters, open ends as the first and the last number.
pub(super) fn bounds(between: Between) -> [SqlParam<'static>; 2] {
    [SqlParam::Int(between.at_least.unwrap_or(i64::MIN)), SqlParam::Int(between.at_most.unwrap_or(i64::MAX))]
}
