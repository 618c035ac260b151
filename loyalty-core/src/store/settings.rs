//! Settings of a server's session that change the meaning of statements. They are set for a connection of the engine,
//! and during a call for a connection of the host.
//!
//! Texts are written as bytes into columns of bytes, and no statement reads the server's clock, so time zones do not
//! matter, nor do character sets in which SQL keywords and digits are ASCII. Each transaction sets its isolation, its
//! access mode and how it ends.

/// A setting, and the value under which every statement has its intended meaning.
struct Setting {
    name: &'static str,
    /// As it is written in `SET`.
    ours: &'static str,
    /// The conditional comment for servers that have the setting, if not all do.
    only: Option<&'static str>,
}

const fn everywhere(name: &'static str, ours: &'static str) -> Setting {
    Setting { name, ours, only: None }
}

/// The highest value of a limit.
const MOST: &str = "18446744073709551615";

/// Settings under which nothing is cut, refused, or read in another way.
const SETTINGS: [Setting; 11] = [
    everywhere("sql_mode", "'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION'"),
    // Rows beyond the limit would be lost.
    everywhere("sql_select_limit", MOST),
    everywhere("max_join_size", MOST),
    everywhere("sql_big_selects", "1"),
    everywhere("sql_safe_updates", "0"),
    everywhere("sql_auto_is_null", "0"),
    everywhere("unique_checks", "1"),
    everywhere("max_sort_length", "1024"),
    everywhere("character_set_results", "'utf8mb4'"),
    everywhere("collation_connection", "'utf8mb4_general_ci'"),
    Setting { name: "check_constraint_checks", ours: "1", only: Some("M!100203") },
];

/// Character sets in which an ASCII character takes more than one byte.
const WIDE: [&str; 3] = ["ucs2", "utf16", "utf32"];

/// Modes under which statements mean the same; one of the strict modes must also be set.
const HARMLESS_MODES: [&str; 8] = [
    "STRICT_TRANS_TABLES",
    "STRICT_ALL_TABLES",
    "ERROR_FOR_DIVISION_BY_ZERO",
    "NO_AUTO_CREATE_USER",
    "NO_ENGINE_SUBSTITUTION",
    "NO_ZERO_DATE",
    "NO_ZERO_IN_DATE",
    "NO_UNSIGNED_SUBTRACTION",
];

impl Setting {
    /// A part of a list, visible only where the setting is known.
    fn part(&self, joint: &str, text: &str) -> String {
        match self.only {
            Some(only) => format!(" /*{only} {joint}{text} */"),
            None => format!("{joint}{text}"),
        }
    }

    fn is_words(&self) -> bool {
        matches!(self.name, "sql_mode" | "character_set_results" | "collation_connection")
    }

    fn is_harmless(&self, theirs: &str) -> bool {
        match self.name {
            "sql_mode" => {
                let mut modes = theirs.split(',').filter(|mode| !mode.is_empty());
                theirs.contains("STRICT_") && modes.all(|mode| HARMLESS_MODES.contains(&mode))
            }
            "max_sort_length" => theirs.parse::<u64>().is_ok_and(|length| length >= 1_024),
            "character_set_results" | "collation_connection" => !WIDE.iter().any(|wide| theirs.starts_with(wide)),
            // A join that is larger than this is allowed.
            "max_join_size" => true,
            _ => theirs == self.ours,
        }
    }
}

#[cfg(feature = "mysql")]
/// The statement that sets all of them, for a connection of the engine.
pub(super) fn set_all() -> String {
    let parts = SETTINGS.iter().enumerate().map(|(at, setting)| {
        let joint = if at == 0 { "" } else { ", " };
        setting.part(joint, &format!("SESSION {} = {}", setting.name, setting.ours))
    });
    format!("SET {}", parts.collect::<String>())
}

/// Without autocommit, a transaction is always open; MariaDB reports whether one was begun, MySQL does not.
const STANDING: &str = "IF(@@SESSION.autocommit, 0 /*M!50500 + @@in_transaction + 1 */, 2)";

/// The answer of a server that has a transaction open.
pub(super) const INSIDE: &str = "2";

/// The answer of one that has none.
pub(super) const OUTSIDE: &str = "1";

/// The query for the transaction state and all settings: one row of texts, in this order. Its own limit overrides that
/// of the session.
pub(super) fn ask_all() -> String {
    let parts = SETTINGS.iter().map(|setting| {
        // Switches are words on some servers and numbers on others.
        let number = if setting.is_words() { "" } else { " + 0" };
        setting.part(", ", &told(&format!("@@SESSION.{}{number}", setting.name)))
    });
    format!("SELECT {}{} LIMIT 1", told(STANDING), parts.collect::<String>())
}

/// A value as ASCII bytes, whatever the connection's character sets are.
fn told(value: &str) -> String {
    format!("CAST(CONVERT({value} USING latin1) AS BINARY)")
}

/// Most texts that the query returns.
pub(super) const COUNT: usize = SETTINGS.len() + 1;

/// The statements that replace the harmful settings and restore them; nothing when all are harmless.
pub(super) fn lend(theirs: &[Option<String>]) -> Option<(String, String)> {
    let (mut ours, mut back) = (Vec::new(), Vec::new());
    for (setting, theirs) in SETTINGS.iter().zip(theirs) {
        let Some(theirs) = theirs.as_deref().filter(|theirs| !setting.is_harmless(theirs)) else { continue };
        ours.push(format!("SESSION {} = {}", setting.name, setting.ours));
        back.push(format!("SESSION {} = {}", setting.name, given(setting, theirs)));
    }
    (!ours.is_empty()).then(|| (format!("SET {}", ours.join(", ")), format!("SET {}", back.join(", "))))
}

/// The value of a setting as it is written in `SET`: words and numbers, nothing else.
fn given(setting: &Setting, theirs: &str) -> String {
    if setting.is_words() {
        let plain = |sign: &char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | ',');
        return format!("'{}'", theirs.chars().filter(plain).collect::<String>());
    }
    theirs.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theirs(changes: &[(&str, &str)]) -> Vec<Option<String>> {
        let changed = |name| changes.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
        SETTINGS
            .iter()
            .map(|setting| Some(changed(setting.name).unwrap_or_else(|| setting.ours.trim_matches('\'')).to_owned()))
            .collect()
    }

    #[test]
    fn what_is_harmless_costs_no_statement() {
        let usual = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION";
        assert_eq!(lend(&theirs(&[])), None);
        assert_eq!(lend(&theirs(&[("sql_mode", usual), ("max_join_size", "7"), ("max_sort_length", "4096")])), None);
        // A server that does not know the last setting.
        assert_eq!(lend(&theirs(&[])[..SETTINGS.len() - 1]), None);
    }

    #[test]
    fn what_is_not_is_set_and_given_back() {
        let (ours, back) = lend(&theirs(&[("sql_mode", ""), ("sql_select_limit", "1")])).unwrap();
        assert_eq!(
            ours,
            "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION', \
             SESSION sql_select_limit = 18446744073709551615"
        );
        assert_eq!(back, "SET SESSION sql_mode = '', SESSION sql_select_limit = 1");
        let (_, back) =
            lend(&theirs(&[("collation_connection", "utf16_bin"), ("character_set_results", "gbk")])).unwrap();
        assert_eq!(back, "SET SESSION collation_connection = 'utf16_bin'");
        for mode in ["ANSI_QUOTES", "STRICT_TRANS_TABLES,EMPTY_STRING_IS_NULL", "STRICT_ALL_TABLES,PIPES_AS_CONCAT"] {
            assert!(lend(&theirs(&[("sql_mode", mode)])).is_some(), "{mode}");
        }
    }
}
