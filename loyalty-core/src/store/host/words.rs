//! Texts for and from a host's connection: the query for the rows that an update matches, and SQLite's errors.

use crate::store::sqlite_code;
use crate::{Error, Fault};

/// The query that counts the rows that an update matches, and locks them.
pub(super) fn matching(update: &str) -> Option<String> {
    let rest = update.strip_prefix("UPDATE ")?;
    let (table, changes) = rest.split_once(" SET ")?;
    let place = outermost_where(changes)?;
    Some(format!("SELECT COUNT(*) FROM {table}{} FOR UPDATE", changes.get(place..)?))
}

/// The position of the condition that is in no parentheses and no text.
fn outermost_where(sql: &str) -> Option<usize> {
    let (mut depth, mut quoted) = (0_u32, false);
    sql.char_indices().find_map(|(place, sign)| {
        match sign {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth = depth.saturating_add(1),
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        let here = !quoted && depth == 0 && sql.get(place..).is_some_and(|rest| rest.starts_with(" WHERE "));
        here.then_some(place)
    })
}

/// The error for a result code of a SQLite other than the compiled-in one.
pub(super) fn sqlite_error(code: i64, message: &str) -> Error {
    if sqlite_code::is_busy(code) {
        let message = "other writers held the database for too long; roll back and begin again (a transaction begun \
                       with BEGIN IMMEDIATE waits for its turn)";
        return Error::unavailable(Fault::DatabaseBusy, message);
    }
    sqlite_code::error(code, &message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_update_matches_is_asked_with_its_own_condition() {
        assert_eq!(
            matching("UPDATE t SET a = (SELECT 1 FROM u WHERE b = 2), c = ' WHERE ' WHERE k = x'01' AND d IN (3)"),
            Some("SELECT COUNT(*) FROM t WHERE k = x'01' AND d IN (3) FOR UPDATE".to_owned())
        );
        assert_eq!(matching("UPDATE t SET a = 1"), None);
        assert_eq!(matching("DELETE FROM t WHERE k = 1"), None);
    }

    #[test]
    fn errors_of_another_sqlite_have_the_codes_of_ours() {
        // SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_FULL, SQLITE_READONLY, SQLITE_NOTADB, SQLITE_ERROR.
        for (code, expected) in [
            (5, "database_busy"),
            (517, "database_busy"),
            (13, "database_full"),
            (8, "database_read_only"),
            (26, "database_corrupt"),
            (1, "database_error"),
            // SQLITE_IOERR_READ and SQLITE_CANTOPEN do not mean that tables are missing.
            (266, "database_io_failed"),
            (14, "database_unopened"),
        ] {
            assert_eq!(sqlite_error(code, "words").code(), expected);
        }
        assert_eq!(sqlite_error(1, "no such table: t").code(), "database_table_missing");
        assert_eq!(sqlite_error(1555, "UNIQUE").code(), "internal");
    }
}
