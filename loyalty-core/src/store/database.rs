//! `loyalty_database`: the number of this database, and the random part of the key of all its digests.

use super::session::{Columns, Session, SqlParam};
use crate::value::{DigestKey, DigestSalt, DigestSecret, Entropy};
use crate::{Error, Fault, Result};

/// The row, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldDatabase {
    number: i64,
    salt: DigestSalt,
    check: [u8; 8],
}

/// What an engine says of the database that it opens.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// The number of the database, if it is said.
    pub number: Option<u8>,
    /// The shop's secret for digests, if it has set one.
    pub secret: Option<&'a DigestSecret>,
}

impl HeldDatabase {
    /// Reads the row from three columns.
    ///
    /// # Errors
    /// `database_corrupt` when they are not what was written.
    pub fn read(row: &mut Columns<'_>) -> Result<Option<Self>> {
        let (number, salt, check) = (row.opt_int()?, row.opt_blob()?, row.opt_blob()?);
        let (Some(number), Some(salt), Some(check)) = (number, salt, check) else { return Ok(None) };
        let damaged = |_| Error::damaged("the salt of the digests has another length");
        let (salt, check) = (salt.try_into().map_err(damaged)?, check.try_into().map_err(damaged)?);
        Ok(Some(Self { number, salt, check }))
    }

    /// The key of the digests.
    ///
    /// # Errors
    /// `unavailable` when the number, or the shop's secret, is not the one that the database began with.
    pub fn key(&self, Said { number, secret }: Said<'_>) -> Result<DigestKey> {
        if let Some(number) = number.map(i64::from).filter(|number| *number != self.number) {
            let message = format!("this is the database number {}, and `database_number` says {number}", self.number);
            return Err(Error::unavailable(Fault::DatabaseOtherNumber, message));
        }
        let key = DigestKey::of(secret, &self.salt);
        if key.check() == self.check {
            return Ok(key);
        }
        let message = match secret {
            Some(_) => "the digests in this database were made with another `digest_key`, or without one",
            None => "the digests in this database were made with a `digest_key`: name its file",
        };
        Err(Error::unavailable(Fault::DatabaseOtherDigestKey, message))
    }
}

/// The number of the database, if it has been opened before.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn number(session: &mut dyn Session) -> Result<Option<i64>> {
    session.first("SELECT number FROM loyalty_database WHERE id = 1", &[], |row| row.int())
}

/// A new epoch: so short that a webhook's id can name it, so long that no two are the same in practice.
#[must_use]
pub fn epoch(entropy: &mut Entropy) -> i64 {
    i64::from(u32::from_be_bytes(entropy.bytes())) + 1
}

/// The row, if the database has been opened before.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn held(session: &mut dyn Session) -> Result<Option<HeldDatabase>> {
    let sql = "SELECT number, digest_salt, digest_check FROM loyalty_database WHERE id = 1";
    Ok(session.first(sql, &[], HeldDatabase::read)?.flatten())
}

/// Stores the row of another database: this one belongs to it.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, held: &HeldDatabase, epoch: i64) -> Result<()> {
    session.execute_one(
        "INSERT INTO loyalty_database (id, number, digest_salt, digest_check, epoch) VALUES (1, ?, ?, ?, ?)",
        &[SqlParam::Int(held.number), SqlParam::Blob(&held.salt), SqlParam::Blob(&held.check), SqlParam::Int(epoch)],
    )
}

/// The key of the digests of a database: the first engine that opens it decides number and secret. Called inside a
/// write.
///
/// # Errors
/// `unavailable` when they are not those that the database began with, or the database fails.
pub fn claim(session: &mut dyn Session, said: Said<'_>, salt: DigestSalt, epoch: i64) -> Result<DigestKey> {
    if let Some(held) = held(session)? {
        return held.key(said);
    }
    let key = DigestKey::of(said.secret, &salt);
    let number = said.number.map_or(0, i64::from);
    insert(session, &HeldDatabase { number, salt, check: key.check() }, epoch)?;
    Ok(key)
}
