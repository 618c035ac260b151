//! One text of SQL for every database: how the drivers other than the built-in SQLite translate a statement.
//!
//! Statements are written in the part of SQLite's grammar that the other databases share, with four exceptions:
//! numbered parameters (`?1`); `ON CONFLICT (…) DO UPDATE SET` and `DO NOTHING`; the mark `/* locked */` after a query
//! whose rows a write keeps locked until its end; and the table names, which get the configured prefix. The mark `/* by
//! key */` follows a query for the row of a whole key.

use super::Dialect;

/// The mark after a query whose rows are locked in a write. For SQLite, where only one writer runs, it is a comment.
const LOCKED: &str = "/* locked */";
/// The mark after a query that finds at most the row of one key.
const BY_KEY: &str = "/* by key */";

/// A statement in the words of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translated {
    /// The text around the parameters: one part more than there are parameters.
    parts: Vec<String>,
    positional: String,
    /// Which cell belongs to each parameter.
    params: Vec<usize>,
    locks: bool,
    by_key: bool,
    kind: Kind,
}

/// What a statement does when the row already exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    /// It is changed.
    Upsert,
    /// It stays, and the statement counts no row.
    KeepExisting,
}

impl Translated {
    /// Translates a statement.
    #[must_use]
    pub fn of(sql: &str, dialect: Dialect, prefix: &str) -> Self {
        let (sql, kind) = match dialect {
            Dialect::Sqlite => (sql.to_owned(), Kind::Plain),
            Dialect::MySql => on_duplicate(sql),
        };
        let translated = Self {
            parts: vec![String::new()],
            positional: String::new(),
            params: vec![],
            locks: false,
            by_key: false,
            kind,
        };
        let mut reader = Reader { prefix, translated };
        reader.read(&sql);
        let positional = reader.translated.parts.join("?");
        Self { positional, ..reader.translated }
    }

    /// The text around the parameters.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(String::as_str)
    }

    /// Which cell belongs to each parameter, counted from 0.
    #[must_use]
    pub fn params(&self) -> &[usize] {
        &self.params
    }

    /// The text with a `?` for each parameter.
    #[must_use]
    pub fn positional(&self) -> &str {
        &self.positional
    }

    /// Whether a write locks the rows that this query finds.
    #[must_use]
    pub const fn locks(&self) -> bool {
        self.locks
    }

    /// Whether this query finds at most the row of one key; those that lock do.
    #[must_use]
    pub const fn is_by_key(&self) -> bool {
        self.by_key || self.locks
    }

    /// Whether this query finds one row at most.
    #[must_use]
    pub fn finds_one(&self) -> bool {
        self.is_by_key() || self.positional.ends_with(" LIMIT 1")
    }

    /// Whether an existing row is changed.
    #[must_use]
    pub fn is_upsert(&self) -> bool {
        self.kind == Kind::Upsert
    }

    /// Whether it only reads.
    #[cfg(feature = "mysql")]
    #[must_use]
    pub fn is_query(&self) -> bool {
        self.parts.first().is_some_and(|part| part.starts_with("SELECT"))
    }

    /// Whether a row with the same key is no error: then no row is written.
    #[must_use]
    pub fn keeps_existing(&self) -> bool {
        self.kind == Kind::KeepExisting
    }

    /// The number of rows as SQLite counts them: MySQL counts an existing row that was changed as two.
    #[cfg(feature = "mysql")]
    #[must_use]
    pub fn rows(&self, counted: u64) -> u64 {
        if self.kind == Kind::Upsert { counted.min(1) } else { counted }
    }
}

/// SQLite's upsert in MySQL's words.
fn on_duplicate(sql: &str) -> (String, Kind) {
    let Some((insert, conflict)) = sql.split_once(" ON CONFLICT ") else { return (sql.to_owned(), Kind::Plain) };
    let Some((_, assignments)) = conflict.split_once("DO UPDATE SET ") else {
        return (insert.to_owned(), Kind::KeepExisting);
    };
    let mut parts = assignments.split("excluded.");
    let mut changed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|sign: char| !is_word(sign)).unwrap_or(part.len());
        let (column, rest) = part.split_at(end);
        changed.push_str(&format!("VALUES({column}){rest}"));
    }
    (format!("{insert} ON DUPLICATE KEY UPDATE {changed}"), Kind::Upsert)
}

const fn is_word(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || sign == '_'
}

/// Goes through a statement from left to right.
struct Reader<'a> {
    prefix: &'a str,
    translated: Translated,
}

impl Reader<'_> {
    fn read(&mut self, sql: &str) {
        let mut rest = sql;
        while let Some(sign) = rest.chars().next() {
            rest = match sign {
                '\'' => self.quoted(rest),
                '?' => self.param(rest),
                '/' if rest.starts_with(LOCKED) => {
                    self.translated.locks = true;
                    rest.get(LOCKED.len()..).unwrap_or_default()
                }
                '/' if rest.starts_with(BY_KEY) => {
                    self.translated.by_key = true;
                    rest.get(BY_KEY.len()..).unwrap_or_default()
                }
                _ if is_word(sign) => self.word(rest),
                _ => self.take(rest, sign.len_utf8()),
            };
        }
    }

    /// Copies this many bytes.
    fn take<'a>(&mut self, rest: &'a str, length: usize) -> &'a str {
        let (taken, rest) = rest.split_at_checked(length).unwrap_or((rest, ""));
        if let Some(part) = self.translated.parts.last_mut() {
            part.push_str(taken);
        }
        rest
    }

    fn quoted<'a>(&mut self, rest: &'a str) -> &'a str {
        // A doubled quote ends one text and begins another, with nothing in between.
        let end = rest.char_indices().skip(1).find(|(_, sign)| *sign == '\'');
        self.take(rest, end.map_or(rest.len(), |(place, _)| place + 1))
    }

    fn param<'a>(&mut self, rest: &'a str) -> &'a str {
        let rest = rest.get(1..).unwrap_or_default();
        let end = rest.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(rest.len());
        let (number, rest) = rest.split_at(end);
        // A parameter without a number follows the highest number so far.
        let next = self.translated.params.iter().max().map_or(0, |largest| largest + 1);
        let place = number.parse::<usize>().map_or(next, |number| number.saturating_sub(1));
        self.translated.params.push(place);
        self.translated.parts.push(String::new());
        rest
    }

    fn word<'a>(&mut self, rest: &'a str) -> &'a str {
        let end = rest.find(|sign: char| !is_word(sign)).unwrap_or(rest.len());
        if rest.starts_with("loyalty_")
            && let Some(part) = self.translated.parts.last_mut()
        {
            part.push_str(self.prefix);
        }
        self.take(rest, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mysql(sql: &str) -> Translated {
        Translated::of(sql, Dialect::MySql, "")
    }

    #[test]
    fn numbered_parameters_become_places_also_when_one_is_used_twice() {
        let translated = mysql("UPDATE t SET a = a + ?1 WHERE id = ?2 AND a + ?1 >= 0");
        assert_eq!(translated.positional(), "UPDATE t SET a = a + ? WHERE id = ? AND a + ? >= 0");
        assert_eq!(translated.params(), [0, 1, 0]);
        assert_eq!(mysql("SELECT ?, ?, '?', ?").params(), [0, 1, 2]);
    }

    #[test]
    fn an_upsert_says_what_the_other_database_calls_it() {
        let sql =
            "INSERT INTO t (k, a, b) VALUES (?, ?, ?) ON CONFLICT (k) DO UPDATE SET a = a + excluded.a, b = excluded.b";
        let translated = mysql(sql);
        assert_eq!(
            translated.positional(),
            "INSERT INTO t (k, a, b) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE a = a + VALUES(a), b = VALUES(b)"
        );
        assert_eq!([1, 2].map(|counted| translated.rows(counted)), [1, 1]);
        assert_eq!(Translated::of(sql, Dialect::Sqlite, "").positional(), sql);
        let kept = mysql("INSERT INTO t (k) VALUES (?) ON CONFLICT (k) DO NOTHING");
        assert!(kept.keeps_existing());
        assert_eq!(kept.positional(), "INSERT INTO t (k) VALUES (?)");
    }

    #[test]
    fn a_prefix_stands_before_names_of_tables_and_not_inside_texts() {
        let translated = Translated::of(
            "SELECT 'loyalty_x''loyalty_y', x.loyal FROM loyalty_users x /* locked */",
            Dialect::Sqlite,
            "shop_",
        );
        assert_eq!(translated.positional(), "SELECT 'loyalty_x''loyalty_y', x.loyal FROM shop_loyalty_users x ");
        assert!(translated.locks() && translated.is_by_key());
        let found = mysql("SELECT a FROM t WHERE k = ? /* by key */");
        assert_eq!((found.positional(), found.locks()), ("SELECT a FROM t WHERE k = ? ", false));
        assert!(found.is_by_key() && !mysql("SELECT a FROM t").is_by_key());
    }
}
