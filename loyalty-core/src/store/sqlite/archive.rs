//! The archive of a file: a second file with the same tables.

use rusqlite::Connection;

/// Attaches a file. Returns the number of its schema, if it is the archive of the database.
pub(super) fn attach(connection: &Connection, path: &str) -> rusqlite::Result<Option<i64>> {
    connection.execute("ATTACH DATABASE ? AS loyalty_archive", [path])?;
    // What is copied is on the disk before it is deleted in the database.
    connection.execute_batch("PRAGMA loyalty_archive.synchronous = FULL")?;
    // A copy of the database, which has the same number and salt, has members.
    let same = "SELECT COUNT(*) FROM main.loyalty_database own JOIN loyalty_archive.loyalty_database other \
                ON other.id = own.id AND other.number = own.number AND other.digest_salt = own.digest_salt \
                WHERE own.id = 1 AND NOT EXISTS (SELECT 1 FROM loyalty_archive.loyalty_users)";
    // A file that has other tables is none.
    let is_same = connection.query_row(same, [], |row| row.get::<_, i64>(0)).unwrap_or(0);
    if is_same == 0 {
        return Ok(None);
    }
    let version = "SELECT MAX(number) FROM loyalty_archive.loyalty_migrations";
    connection.query_row(version, [], |row| row.get(0)).map(Some)
}
