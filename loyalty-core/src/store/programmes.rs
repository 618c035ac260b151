//! The programmes under which entries were made.

use super::currency::HeldCurrency;
use super::database::HeldDatabase;
use super::session::{Session, SqlParam};
use crate::Result;
use crate::domain::programme::Programme;
use crate::value::Instant;

/// The number of a programme in this database, if it was used before.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, hash: &str) -> Result<Option<i64>> {
    session.first("SELECT id FROM loyalty_programmes WHERE hash = ?", &[SqlParam::Text(hash)], |row| row.int())
}

/// What an engine learns of its database when it opens it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The number of the programme.
    pub id: i64,
    /// Its number and the salt of its digests.
    pub database: Option<HeldDatabase>,
    /// The currency of the database's money.
    pub currency: Option<HeldCurrency>,
}

/// The number of a programme in this database, if it was used before, and what else is known of the database.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn opened(session: &mut dyn Session, hash: &str) -> Result<Option<Opened>> {
    session.first(
        "SELECT used.id, made.number, made.digest_salt, made.digest_check, own.code, own.decimals, own.has_money \
         FROM loyalty_programmes used LEFT JOIN loyalty_database made ON made.id = 1 LEFT JOIN loyalty_currency own ON own.id = 1 WHERE used.hash = ?",
        &[SqlParam::Text(hash)],
        |row| Ok(Opened { id: row.int()?, database: HeldDatabase::read(row)?, currency: HeldCurrency::read(row)? }),
    )
}

/// Stores a programme and returns its number.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, programme: &Programme, now: Instant) -> Result<i64> {
    session.insert(
        "INSERT INTO loyalty_programmes (hash, name, source, first_used_at) VALUES (?, ?, ?, ?)",
        &[
            SqlParam::Text(programme.hash()),
            SqlParam::Text(&programme.name),
            SqlParam::Text(programme.source()),
            SqlParam::Int(now.micros()),
        ],
    )
}

/// Every programme: its number, hash and text.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn all(session: &mut dyn Session) -> Result<Vec<(i64, String, String)>> {
    session.all("SELECT /* all */ id, hash, source FROM loyalty_programmes ORDER BY id", &[], |row| {
        Ok((row.int()?, row.text()?.to_owned(), row.text()?.to_owned()))
    })
}

/// The text of a programme by its number.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn source(session: &mut dyn Session, id: i64) -> Result<Option<String>> {
    session.first("SELECT source FROM loyalty_programmes WHERE id = ?", &[SqlParam::Int(id)], |row| {
        row.text().map(str::to_owned)
    })
}

/// The texts of all programmes that were used here, oldest first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn sources(session: &mut dyn Session) -> Result<Vec<String>> {
    session.all("SELECT source FROM loyalty_programmes ORDER BY id", &[], |row| row.text().map(str::to_owned))
}

/// When a programme was first used here.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn first_used_at(session: &mut dyn Session, id: i64) -> Result<Option<Instant>> {
    session.first("SELECT first_used_at FROM loyalty_programmes WHERE id = ?", &[SqlParam::Int(id)], |row| {
        row.int().map(Instant::stored)
    })
}

/// The hash of a programme by its number.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn hash(session: &mut dyn Session, id: i64) -> Result<Option<String>> {
    session.first("SELECT hash FROM loyalty_programmes WHERE id = ?", &[SqlParam::Int(id)], |row| {
        row.text().map(str::to_owned)
    })
}
