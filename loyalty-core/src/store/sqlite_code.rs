//! SQLite's result codes, both of the compiled-in SQLite and of one that the host brings.

use std::fmt::Display;

use crate::{Error, Fault};

/// Busy and locked: other writers hold the database.
const BUSY: [i64; 2] = [5, 6];

/// Whether other writers hold the database.
pub(super) fn is_busy(code: i64) -> bool {
    BUSY.contains(&primary(code))
}

/// The engine's error for a result code; an extended code counts as its primary code.
pub(super) fn error(code: i64, message: &dyn Display) -> Error {
    match primary(code) {
        code if BUSY.contains(&code) => {
            Error::unavailable(Fault::DatabaseBusy, "other writers held the database for too long; try again")
        }
        13 => Error::unavailable(Fault::DatabaseFull, "the disk is full"),
        8 => Error::unavailable(Fault::DatabaseReadOnly, "the database file cannot be written"),
        // The file is corrupt, or is not a database.
        11 | 26 => Error::unavailable(Fault::DatabaseCorrupt, message),
        10 => {
            Error::unavailable(Fault::DatabaseIoFailed, format_args!("the disk or the file system failed: {message}"))
        }
        // The file cannot be opened, or permission is denied.
        14 | 3 => {
            let message = format!("the database, or a file beside it, cannot be opened: {message}");
            Error::unavailable(Fault::DatabaseUnopened, message)
        }
        1 if message.to_string().contains("no such table") => Error::unavailable(Fault::DatabaseTableMissing, message),
        19 => Error::internal(format_args!("a rule of the schema was broken: {message}")),
        _ => Error::unavailable(Fault::DatabaseError, message),
    }
}

const fn primary(code: i64) -> i64 {
    code & 0xff
}
