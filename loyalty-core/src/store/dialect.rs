//! The few words of SQL that differ between databases.

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, STRICT tables.
    Sqlite,
}

impl Dialect {
    /// Turns the neutral words of a migration into this database's own.
    ///
    /// `$serial` a primary key that the database counts, `$int` a 64-bit number, `$text(n)` a text of at most
    /// n bytes compared byte by byte, `$blob(n)` bytes, `$clustered` and `$table` how a table ends.
    #[must_use]
    pub fn ddl(self, neutral: &str) -> String {
        match self {
            Self::Sqlite => {
                let sql = neutral
                    .replace("$serial", "INTEGER PRIMARY KEY")
                    .replace("$int", "INTEGER")
                    .replace("$clustered", "STRICT, WITHOUT ROWID")
                    .replace("$table", "STRICT");
                without_length(&without_length(&sql, "$text", "TEXT"), "$blob", "BLOB")
            }
        }
    }
}

/// Replaces `word(n)` by `by`.
fn without_length(sql: &str, word: &str, by: &str) -> String {
    let mut parts = sql.split(word);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(by);
        out.push_str(part.split_once(')').map_or(part, |(_, rest)| rest));
    }
    out
}
