//! The few SQL words that differ between databases.

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, STRICT tables.
    Sqlite,
    /// MySQL and MariaDB, InnoDB tables.
    MySql,
}

/// Texts and bytes longer than this are stored outside the row: MySQL limits a row to 65 535 bytes.
const LONGEST_IN_ROW: usize = 2_000;

impl Dialect {
    /// Turns the neutral words of a migration into those of this database.
    ///
    /// `$serial` is a primary key that the database counts, `$int` a 64-bit number, `$text(n)` a text of at most n
    /// bytes that is compared byte by byte, `$blob(n)` bytes; `$clustered` and `$table` end the definition of a table.
    #[must_use]
    pub fn ddl(self, neutral: &str) -> String {
        match self {
            Self::Sqlite => {
                let sql = neutral
                    .replace("$serial", "INTEGER PRIMARY KEY")
                    .replace("$id", "INTEGER PRIMARY KEY")
                    .replace("$int", "INTEGER")
                    .replace("$clustered", "STRICT, WITHOUT ROWID")
                    .replace("$table", "STRICT");
                typed(&typed(&sql, "$text", |_| "TEXT".to_owned()), "$blob", |_| "BLOB".to_owned())
            }
            Self::MySql => {
                let sql = neutral
                    .replace("$serial", "BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY")
                    .replace("$id", "BIGINT NOT NULL PRIMARY KEY")
                    .replace("$int", "BIGINT")
                    .replace("$clustered", "ENGINE=InnoDB")
                    .replace("$table", "ENGINE=InnoDB");
                // Bytes, not characters: other collations treat 'a' and 'A', or 'a' and 'a ', as equal.
                let bytes = |length: &str| match length.parse::<usize>() {
                    Ok(length) if length <= LONGEST_IN_ROW => format!("VARBINARY({length})"),
                    _ => "MEDIUMBLOB".to_owned(),
                };
                typed(&typed(&sql, "$text", bytes), "$blob", bytes)
            }
        }
    }
}

/// Replaces `word(n)` by the type of that length.
fn typed(sql: &str, word: &str, of: impl Fn(&str) -> String) -> String {
    let mut parts = sql.split(word);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (length, rest) = part.split_once(')').unwrap_or((part, ""));
        out.push_str(&of(length.trim_start_matches('(')));
        out.push_str(rest);
    }
    out
}

/// The statements of a script, one by one and without comments.
#[must_use]
pub fn statements(script: &str) -> Vec<String> {
    let bare: Vec<&str> = script.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let bare = bare.join("\n");
    bare.split(';').map(str::trim).filter(|statement| !statement.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neutral_words_become_types() {
        let neutral = "CREATE TABLE t (id $serial, a $text(40) NOT NULL, b $text(65535), c $blob(16)) $table";
        assert_eq!(
            Dialect::Sqlite.ddl(neutral),
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT, c BLOB) STRICT"
        );
        assert_eq!(
            Dialect::MySql.ddl(neutral),
            "CREATE TABLE t (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, a VARBINARY(40) NOT NULL, b MEDIUMBLOB, \
             c VARBINARY(16)) ENGINE=InnoDB"
        );
    }

    #[test]
    fn a_script_is_cut_into_statements() {
        assert_eq!(statements("-- a member's; row\nCREATE a; -- b\n\nCREATE c;\n"), ["CREATE a", "CREATE c"]);
    }
}
