//! `loyalty_coupons`, and `loyalty_coupon_batches` with the terms that a batch shares.

use super::session::{Columns, Session, SqlParam};
use crate::domain::coupon::Coupon;
use crate::domain::coupon::terms::CouponTerms;
use crate::domain::programme::DiscountType;
use crate::value::{BatchId, CouponId, EntryId, Instant, Money, Percent, UserId};
use crate::{Error, Result};

macro_rules! columns {
    () => {
        "id, code, user_id, redemption_id, batch_id, discount_type, discount_value, max_discount, min_order_amount, \
         max_uses, used_count, held_count, valid_from, valid_until, stackable, active, terms"
    };
}

/// Adds a coupon. The database assigns its id, which is returned; the id in `coupon` is ignored. `None` when the code
/// is taken.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(
    session: &mut dyn Session,
    coupon: &Coupon,
    now: Instant,
    actor: Option<&str>,
) -> Result<Option<CouponId>> {
    if !add(session, coupon, &coupon.code, now, actor)? {
        return Ok(None);
    }
    let sql = "SELECT id FROM loyalty_coupons WHERE code = ?";
    let id = session.first(sql, &[SqlParam::Text(&coupon.code)], |row| row.int())?;
    id.map_or_else(|| Err(Error::internal("a new coupon is missing")), |id| Ok(Some(CouponId::stored(id))))
}

/// Adds a coupon like another one, with its own code. Returns whether the code was free.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn add(session: &mut dyn Session, coupon: &Coupon, code: &str, now: Instant, actor: Option<&str>) -> Result<bool> {
    let terms = match coupon.batch {
        None if coupon.terms != CouponTerms::default() => {
            Some(serde_json::to_string(&coupon.terms).map_err(Error::internal)?)
        }
        _ => None,
    };
    let sql = "INSERT INTO loyalty_coupons (code, user_id, redemption_id, batch_id, discount_type, discount_value, \
             max_discount, min_order_amount, max_uses, used_count, valid_from, valid_until, stackable, active, terms, \
             created_at, updated_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (code) DO NOTHING";
    let rows = session.execute(
        sql,
        &[
            SqlParam::Text(code),
            SqlParam::int(coupon.user_id.map(UserId::get)),
            SqlParam::int(coupon.redemption.map(EntryId::get)),
            SqlParam::int(coupon.batch.map(BatchId::get)),
            SqlParam::Text(coupon.discount_type.word()),
            SqlParam::Int(coupon.stored_value()),
            SqlParam::int(coupon.max_discount.map(Money::get)),
            SqlParam::Int(coupon.min_order_amount.get()),
            SqlParam::Int(coupon.max_uses),
            SqlParam::Int(coupon.valid_from.micros()),
            SqlParam::Int(coupon.valid_until.micros()),
            SqlParam::Int(i64::from(coupon.stackable)),
            SqlParam::Int(i64::from(coupon.active)),
            SqlParam::text(terms.as_deref()),
            SqlParam::Int(now.micros()),
            SqlParam::text(actor),
        ],
    )?;
    Ok(rows == 1)
}

/// One coupon. In a write, its row is locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: CouponId) -> Result<Option<Coupon>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_coupons WHERE id = ? /* locked */");
    let found = session.first(sql, &[SqlParam::Int(id.get())], read)?;
    found.map(|coupon| complete(session, coupon)).transpose()
}

/// The coupon with a code in its normal form. In a write, its row is locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn by_code(session: &mut dyn Session, code: &str) -> Result<Option<Coupon>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_coupons WHERE code = ? /* locked */");
    let found = session.first(sql, &[SqlParam::Text(code)], read)?;
    found.map(|coupon| complete(session, coupon)).transpose()
}

/// Coupons of a user with ids above another coupon's, by id: all, or those that can still be used at a moment.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_user(
    session: &mut dyn Session,
    user_id: UserId,
    usable_at: Option<Instant>,
    after: i64,
    limit: i64,
) -> Result<Vec<Coupon>> {
    let sql = match usable_at {
        None => {
            concat!("SELECT ", columns!(), " FROM loyalty_coupons WHERE user_id = ? AND id > ? ORDER BY id LIMIT ?")
        }
        Some(_) => concat!(
            "SELECT ",
            columns!(),
            " FROM loyalty_coupons WHERE user_id = ?1 AND id > ?2 AND active = 1 AND valid_until > ?4 \
             AND used_count < max_uses ORDER BY id LIMIT ?3"
        ),
    };
    let mut cells = vec![SqlParam::Int(user_id.get()), SqlParam::Int(after), SqlParam::Int(limit)];
    cells.extend(usable_at.map(|at| SqlParam::Int(at.micros())));
    let found = session.all(sql, &cells, read)?;
    found.into_iter().map(|coupon| complete(session, coupon)).collect()
}

/// Coupons of a batch with ids above another coupon's, by id. Their terms are those of the batch and are not read.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_batch(session: &mut dyn Session, batch: BatchId, after: i64, limit: i64) -> Result<Vec<Coupon>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_coupons WHERE batch_id = ? AND id > ? ORDER BY id LIMIT ?");
    session.all(sql, &[SqlParam::Int(batch.get()), SqlParam::Int(after), SqlParam::Int(limit)], read)
}

/// A number that is at least the highest id of a coupon.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn at_most(session: &mut dyn Session) -> Result<i64> {
    let last = session.first("SELECT COALESCE(MAX(id), 0) FROM loyalty_coupons", &[], |row| row.int())?;
    Ok(last.unwrap_or(0))
}

fn read(row: &mut Columns<'_>) -> Result<Coupon> {
    let id = CouponId::stored(row.int()?);
    let code = row.text()?.to_owned();
    let user_id = row.opt_int()?.map(UserId::stored);
    let redemption = row.opt_int()?.map(EntryId::stored);
    let batch = row.opt_int()?.map(BatchId::stored);
    let discount_type = DiscountType::parse(row.text()?).ok_or_else(|| Error::internal("unknown discount type"))?;
    let value = row.int()?;
    let of = |kind: DiscountType| if discount_type == kind { value } else { 0 };
    Ok(Coupon {
        id,
        code,
        user_id,
        redemption,
        batch,
        discount_type,
        percent: Percent::hundredths(of(DiscountType::Percent)),
        amount: Money::stored(of(DiscountType::Fixed)),
        units: of(DiscountType::FreeItem),
        max_discount: row.opt_int()?.map(Money::stored),
        min_order_amount: Money::stored(row.int()?),
        max_uses: row.int()?,
        used_count: row.int()?,
        held_count: row.int()?,
        valid_from: Instant::stored(row.int()?),
        valid_until: Instant::stored(row.int()?),
        stackable: row.int()? == 1,
        active: row.int()? == 1,
        terms: row.opt_text()?.map_or(Ok(CouponTerms::default()), terms)?,
    })
}

fn terms(text: &str) -> Result<CouponTerms> {
    crate::store::json(text)
}

/// Adds the terms of the coupon's batch.
fn complete(session: &mut dyn Session, mut coupon: Coupon) -> Result<Coupon> {
    if let Some(batch) = coupon.batch {
        let shared = batch_terms(session, batch)?;
        coupon.terms = shared.ok_or_else(|| Error::internal(format_args!("batch {batch} is missing")))?;
    }
    Ok(coupon)
}

/// The terms that the coupons of a batch share.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn batch_terms(session: &mut dyn Session, batch: BatchId) -> Result<Option<CouponTerms>> {
    let sql = "SELECT terms FROM loyalty_coupon_batches WHERE id = ?";
    session.first(sql, &[SqlParam::Int(batch.get())], |row| terms(row.text()?))
}

/// Adds a batch.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert_batch(
    session: &mut dyn Session,
    name: &str,
    coupons: i64,
    terms: &CouponTerms,
    now: Instant,
    actor: Option<&str>,
) -> Result<BatchId> {
    let terms = serde_json::to_string(terms).map_err(Error::internal)?;
    let id = session.insert(
        "INSERT INTO loyalty_coupon_batches (name, coupons, terms, created_at, created_by) VALUES (?, ?, ?, ?, ?)",
        &[
            SqlParam::Text(name),
            SqlParam::Int(coupons),
            SqlParam::Text(&terms),
            SqlParam::Int(now.micros()),
            SqlParam::text(actor),
        ],
    )?;
    Ok(BatchId::stored(id))
}

/// Switches a coupon off.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn switch_off(session: &mut dyn Session, id: CouponId, actor: Option<&str>) -> Result<()> {
    let sql = "UPDATE loyalty_coupons SET active = 0, updated_by = ? WHERE id = ?";
    session.execute_one(sql, &[SqlParam::text(actor), SqlParam::Int(id.get())])
}

/// Counts uses if the limit has room for them and the coupon is switched on. Returns whether it did.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn count_use(session: &mut dyn Session, id: CouponId, pieces: i64) -> Result<bool> {
    let sql = "UPDATE loyalty_coupons SET used_count = used_count + ?1 \
               WHERE id = ?2 AND active = 1 AND used_count + held_count + ?1 <= max_uses";
    Ok(session.execute(sql, &[SqlParam::Int(pieces), SqlParam::Int(id.get())])? == 1)
}

/// Counts held uses under the same limit. Returns whether it did.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn count_hold(session: &mut dyn Session, id: CouponId, pieces: i64) -> Result<bool> {
    let sql = "UPDATE loyalty_coupons SET held_count = held_count + ?1 \
               WHERE id = ?2 AND active = 1 AND used_count + held_count + ?1 <= max_uses";
    Ok(session.execute(sql, &[SqlParam::Int(pieces), SqlParam::Int(id.get())])? == 1)
}

/// Changes the counts of uses and of holds, each by its own number.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn recount(session: &mut dyn Session, id: CouponId, uses: i64, holds: i64) -> Result<()> {
    let sql = "UPDATE loyalty_coupons SET used_count = used_count + ?, held_count = held_count + ? WHERE id = ?";
    session.execute_one(sql, &[SqlParam::Int(uses), SqlParam::Int(holds), SqlParam::Int(id.get())])
}

/// Removes unused pieces of a coupon. Returns whether that many were unused and at least one piece is left.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn take_pieces(session: &mut dyn Session, id: CouponId, pieces: i64) -> Result<bool> {
    let rows = session.execute(
        "UPDATE loyalty_coupons SET max_uses = max_uses - ?1 \
         WHERE id = ?2 AND max_uses > ?1 AND used_count + held_count + ?1 <= max_uses",
        &[SqlParam::Int(pieces), SqlParam::Int(id.get())],
    )?;
    Ok(rows == 1)
}
