//! What the daily reminders read of a page of members, each with one statement.

use super::session::{Session, SqlParam};
use crate::Result;
use crate::value::{Day, Instant, UserId};

/// The birthdays of the members with numbers from one to another.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn birth_dates(session: &mut dyn Session, (first, last): (i64, i64)) -> Result<Vec<(UserId, Day)>> {
    let found = session.all(
        "SELECT person.user_id, person.birth_date FROM loyalty_users member \
         JOIN loyalty_persons person ON person.user_id = member.user_id \
         WHERE member.id >= ? AND member.id <= ? AND person.birth_date IS NOT NULL",
        &[SqlParam::Int(first), SqlParam::Int(last)],
        |row| Ok((UserId::stored(row.int()?), Day::parse(row.text()?))),
    )?;
    // A day that cannot be read is reported by `verify`, and is no birthday.
    Ok(found.into_iter().filter_map(|(user_id, day)| Some((user_id, day.ok()?))).collect())
}

/// Coupons of these members that can still be used and end between two moments.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn ending_coupons(
    session: &mut dyn Session,
    (first, last): (i64, i64),
    (now, until): (Instant, Instant),
) -> Result<Vec<(UserId, i64, Instant)>> {
    session.all(
        "SELECT coupon.user_id, coupon.id, coupon.valid_until FROM loyalty_users member \
         JOIN loyalty_coupons coupon ON coupon.user_id = member.user_id WHERE member.id >= ? AND member.id <= ? \
         AND coupon.active = 1 AND coupon.used_count < coupon.max_uses AND coupon.valid_from <= ? \
         AND coupon.valid_until > ? AND coupon.valid_until <= ?",
        &[
            SqlParam::Int(first),
            SqlParam::Int(last),
            SqlParam::Int(now.micros()),
            SqlParam::Int(now.micros()),
            SqlParam::Int(until.micros()),
        ],
        |row| Ok((UserId::stored(row.int()?), row.int()?, Instant::stored(row.int()?))),
    )
}

/// Stamps on the cards of these members.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn stamps(session: &mut dyn Session, (first, last): (i64, i64)) -> Result<Vec<(UserId, String, i64)>> {
    session.all(
        "SELECT held.user_id, held.card_id, held.stamps FROM loyalty_users member \
         JOIN loyalty_stamp_cards held ON held.user_id = member.user_id \
         WHERE member.id >= ? AND member.id <= ? AND held.stamps > 0",
        &[SqlParam::Int(first), SqlParam::Int(last)],
        |row| Ok((UserId::stored(row.int()?), row.text()?.to_owned(), row.int()?)),
    )
}
