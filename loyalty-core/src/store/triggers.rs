//! The triggers of a shop's tables: those that credit purchases in addition to the engine, and those that record
//! purchases for it. The command line creates the latter.

use super::Dialect;
use super::session::Session;
use crate::Result;

/// The trigger of the first version.
pub const FIRST_VERSION: &str = "after_compra_complete";
/// The prefix of the names of the engine's triggers.
pub const OURS: &str = "loyalty_outbox_";
/// Tables through which points are given.
const CREDITED: [&str; 2] = ["loyalty_users", "loyalty_transactions"];

/// A trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// The table on which it lies.
    pub table: String,
    /// What it does; nothing when the account may not see it.
    pub text: Option<String>,
}

impl Trigger {
    /// Whether it names the tables through which points are given; their names have a prefix.
    #[must_use]
    pub fn credits(&self, prefix: &str) -> bool {
        let text = self.text.as_deref().unwrap_or_default();
        let mut words = text.split(|sign: char| !sign.is_alphanumeric() && !matches!(sign, '_' | '$'));
        words.any(|word| CREDITED.iter().any(|table| word.eq_ignore_ascii_case(&format!("{prefix}{table}"))))
    }

    /// Whether it is one of those that record purchases for the engine.
    #[must_use]
    pub fn is_ours(&self, prefix: &str) -> bool {
        self.name.starts_with(&format!("{prefix}{OURS}"))
    }
}

/// All triggers of the database that the account can see. A file database has none that matter here.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn all(session: &mut dyn Session) -> Result<Vec<Trigger>> {
    if session.dialect() != Dialect::MySql {
        return Ok(Vec::new());
    }
    let sql = "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_STATEMENT FROM information_schema.TRIGGERS \
               WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY TRIGGER_NAME";
    session.all(sql, &[], |row| {
        Ok(Trigger {
            name: row.text()?.to_owned(),
            table: row.text()?.to_owned(),
            text: row.opt_text()?.map(str::to_owned),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_credits_when_it_names_the_very_tables() {
        let trigger =
            |text: &str| Trigger { name: "t".to_owned(), table: "Compra".to_owned(), text: Some(text.to_owned()) };
        let old = trigger("BEGIN UPDATE `loyalty_users` SET total_points = 1; END");
        assert!(old.credits("") && !old.credits("ly_"));
        assert!(!trigger("INSERT INTO v1_loyalty_users VALUES (1)").credits(""));
        assert!(trigger("INSERT INTO shop.LOYALTY_TRANSACTIONS(id) VALUES (1)").credits(""));
        assert!(!Trigger { text: None, ..old }.credits(""));
    }
}
