//! `loyalty_currency`: the currency of the money in this database.

use super::programmes;
use super::session::{Columns, Session, SqlParam};
use crate::domain::programme::Programme;
use crate::value::Currency;
use crate::{Error, Fault, Result};

/// The currency of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldCurrency {
    code: String,
    decimals: i64,
    /// Whether money is stored in it: then the currency can no longer change.
    pub has_money: bool,
}

impl HeldCurrency {
    /// Reads the row from three columns.
    ///
    /// # Errors
    /// `internal` when a column has an impossible value.
    pub fn read(row: &mut Columns<'_>) -> Result<Option<Self>> {
        let Some(code) = row.opt_text()?.map(str::to_owned) else { return Ok(None) };
        Ok(Some(Self { code, decimals: row.int()?, has_money: row.int()? == 1 }))
    }

    /// Refuses a programme that would read the amounts in another unit.
    ///
    /// # Errors
    /// `unavailable` with both currencies.
    pub fn check(&self, programme: &Programme) -> Result<()> {
        let own = programme.currency;
        if self.is(own) {
            return Ok(());
        }
        let name = |code: &str, decimals: i64| match code == own.code() && code == self.code {
            true => format!("{code} with {decimals} decimals"),
            false => code.to_owned(),
        };
        let (here, there) = (name(&self.code, self.decimals), name(own.code(), i64::from(own.exponent())));
        let message = format!(
            "the money in this database is {here}, and the programme `{}` counts in {there}: use a programme in {here}, \
             or another database",
            programme.name
        );
        let error = Error::unavailable(Fault::DatabaseOtherCurrency, message).with("field", "program.currency");
        Err(error.with("currency", here).with("program_currency", there))
    }

    /// Whether amounts in this currency have the same meaning here.
    #[must_use]
    pub fn is(&self, currency: Currency) -> bool {
        self.code == currency.code() && self.decimals == i64::from(currency.exponent())
    }

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }
}

/// The currency of the database, once a programme has been used with it.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn held(session: &mut dyn Session) -> Result<Option<HeldCurrency>> {
    let sql = "SELECT code, decimals, has_money FROM loyalty_currency WHERE id = 1";
    session.first(sql, &[], HeldCurrency::read).map(Option::flatten)
}

/// Checks that the programme counts money in the currency of the database; a database without money takes over the
/// programme's currency. Called inside a write. Returns whether there is money.
///
/// # Errors
/// `unavailable` with both currencies when the programme's differs, or when the database fails.
pub fn claim(session: &mut dyn Session, programme: &Programme) -> Result<Claimed> {
    let own = programme.currency;
    let held = held(session)?;
    if let Some(held) = held.as_ref().filter(|held| held.is(own)) {
        return Ok(if held.has_money { Claimed::WithMoney } else { Claimed::Empty });
    }
    let has_money = held.as_ref().is_some_and(|held| held.has_money) || is_money_there(session)?;
    let known = match &held {
        Some(held) => Some(held.clone()),
        // A database of an engine that did not store it yet has the currency of its newest entry.
        None if has_money => of_newest_entry(session)?,
        None => None,
    };
    if let Some(known) = known.filter(|_| has_money) {
        known.check(programme)?;
    }
    let cells =
        [SqlParam::Text(own.code()), SqlParam::Int(i64::from(own.exponent())), SqlParam::Int(i64::from(has_money))];
    match held {
        Some(_) => session
            .execute_one("UPDATE loyalty_currency SET code = ?, decimals = ?, has_money = ? WHERE id = 1", &cells)?,
        None => session
            .execute_one("INSERT INTO loyalty_currency (id, code, decimals, has_money) VALUES (1, ?, ?, ?)", &cells)?,
    }
    Ok(match (has_money, held) {
        (true, _) => Claimed::WithMoney,
        (false, None) => Claimed::Empty,
        (false, Some(_)) => Claimed::FromAnother,
    })
}

/// The state of a database when a programme claimed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// It has money in the programme's currency.
    WithMoney,
    /// It has no money.
    Empty,
    /// It has no money, and until now it belonged to a programme in another currency.
    FromAnother,
}

/// Records that there is money now. If two programmes claim an empty database, the first to store money keeps it.
///
/// # Errors
/// `unavailable` with both currencies when the other programme was faster, or when the database fails.
pub fn note_money(session: &mut dyn Session, programme: &Programme) -> Result<()> {
    let own = programme.currency;
    let noted = session.execute(
        "UPDATE loyalty_currency SET has_money = 1 WHERE id = 1 AND code = ? AND decimals = ?",
        &[SqlParam::Text(own.code()), SqlParam::Int(i64::from(own.exponent()))],
    )?;
    if noted == 1 {
        return Ok(());
    }
    held(session)?.map_or(Ok(()), |held| held.check(programme))
}

/// Whether amounts of money are stored: of purchases, coupons, gift cards, or rewards that staff have created or
/// changed.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn is_money_there(session: &mut dyn Session) -> Result<bool> {
    let found = session.first(
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM loyalty_visits) OR EXISTS (SELECT 1 FROM loyalty_orders) \
         OR EXISTS (SELECT 1 FROM loyalty_gift_cards) OR EXISTS (SELECT 1 FROM loyalty_payments) \
         OR EXISTS (SELECT 1 FROM loyalty_coupon_batches) OR EXISTS (SELECT 1 FROM loyalty_redemptions) \
         OR EXISTS (SELECT 1 FROM loyalty_reservations) \
         OR EXISTS (SELECT 1 FROM loyalty_coupons WHERE discount_type = 'fixed' OR max_discount IS NOT NULL \
         OR min_order_amount > 0 OR terms IS NOT NULL) \
         OR EXISTS (SELECT 1 FROM loyalty_rewards WHERE price > 0 OR cost > 0 OR coupon_amount > 0 \
         OR min_order_amount > 0 OR coupon_terms <> '{}' OR (max_discount IS NOT NULL AND created_at NOT IN \
         (SELECT first_used_at FROM loyalty_programmes))) THEN 1 ELSE 0 END",
        &[],
        |row| row.int(),
    )?;
    Ok(found == Some(1))
}

/// The currency of the programme under which the newest entry was booked.
fn of_newest_entry(session: &mut dyn Session) -> Result<Option<HeldCurrency>> {
    let sql = "SELECT programme_id FROM loyalty_transactions ORDER BY id DESC LIMIT 1";
    let Some(id) = session.first(sql, &[], |row| row.int())? else { return Ok(None) };
    let source = programmes::source(session, id)?.unwrap_or_default();
    let currency = crate::domain::programme::Past::read(&source).currency.and_then(|code| Currency::new(&code));
    Ok(currency.map(|own| HeldCurrency {
        code: own.code().to_owned(),
        decimals: i64::from(own.exponent()),
        has_money: true,
    }))
}
