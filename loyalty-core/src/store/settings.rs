//! Settings of a server's session that change what statements mean: set for a connection of ours, and for the time of a
//! call on a connection of the host's.
//!
//! Values of texts are written as bytes into columns of bytes, and no statement reads the server's clock, so time zones are of
//! no matter, nor character sets in which our words and digits are ASCII. Isolation, access and the end of a transaction are said with each one.

/// A setting, and the value under which every statement means what it says.
struct Setting {
    name: &'static str,
    /// As it is written in `SET`.
    ours: &'static str,
    /// The comment in which only servers that have it see it, if not all do.
    only: Option<&'static str>,
}

const fn everywhere(name: &'static str, ours: &'static str) -> Setting {
    Setting { name, ours, only: None }
}

/// The most that a limit can be.
const MOST: &str = "18446744073709551615";

/// What may not be cut, refused, or read in another way.
const SETTINGS: [Setting; 11] = [
    everywhere("sql_mode", "'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION'"),
    // Rows behind the limit are as good as lost.
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

/// Character sets in which ASCII takes more than a byte.
const WIDE: [&str; 3] = ["ucs2", "utf16", "utf32"];

/// Modes under which statements mean the same; besides them one must be strict.
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
    /// A part of a list, seen only where the setting is known.
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
            // A join that is larger than this is let through.
            "max_join_size" => true,
            _ => theirs == self.ours,
        }
    }
}

/// The statement that sets all of them, for a connection that is ours.
pub(super) fn set_all() -> String {
    let parts = SETTINGS.iter().enumerate().map(|(at, setting)| {
        let joint = if at == 0 { "" } else { ", " };
        setting.part(joint, &format!("SESSION {} = {}", setting.name, setting.ours))
    });
    format!("SET {}", parts.collect::<String>())
}

/// Without autocommit a transaction is always open, and MariaDB says whether one is; MySQL does not.
const STANDING: &str = "IF(@@SESSION.autocommit, 0 /*M!50500 + @@in_transaction + 1 */, 2)";

/// The answer of a server that has a transaction open.
pub(super) const INSIDE: &str = "2";

/// The answer of one that has none.
pub(super) const OUTSIDE: &str = "1";

/// The query for the standing and all settings: one row of texts, in this order. Its own limit outdoes that of the session.
pub(super) fn ask_all() -> String {
    let parts = SETTINGS.iter().map(|setting| {
        // Switches are words in one place and numbers in another.
        let number = if setting.is_words() { "" } else { " + 0" };
        setting.part(", ", &told(&format!("@@SESSION.{}{number}", setting.name)))
    });
    format!("SELECT {}{} LIMIT 1", told(STANDING), parts.collect::<String>())
}

/// A value as bytes of ASCII, whatever the connection's character sets are.
fn told(value: &str) -> String {
    format!("CAST(CONVERT({value} USING latin1) AS BINARY)")
}

/// How many texts the query asks for at most.
pub(super) const COUNT: usize = SETTINGS.len() + 1;

/// The statements that set those that are not harmless, and give them back; nothing when all are.
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
        // A server that does not know the last.
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
