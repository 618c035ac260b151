//! The triggers that record a shop's purchases in the outbox, and what is needed to create them.

use loyalty_core::Result;
use loyalty_core::internals::{Address, OURS, Session, SqlParam, Trigger};
use loyalty_core::value::Zone;

pub(super) use loyalty_core::internals::{FIRST_VERSION, triggers as all};

/// The shop's table of purchases.
pub(super) const PURCHASES: &str = "Compra";

/// Whether the account could see existing triggers: MariaDB shows their names to accounts that may use the table, MySQL
/// only to accounts with the right TRIGGER.
///
/// # Errors
/// `unavailable` when the database fails.
pub(super) fn are_seen(session: &mut dyn Session) -> Result<bool> {
    let sql = "SELECT CASE WHEN VERSION() LIKE '%MariaDB%' THEN 1 ELSE 0 END + \
               (SELECT COUNT(*) FROM information_schema.USER_PRIVILEGES \
               WHERE PRIVILEGE_TYPE = 'TRIGGER' AND REPLACE(GRANTEE, '''', '') = CURRENT_USER()) + \
               (SELECT COUNT(*) FROM information_schema.SCHEMA_PRIVILEGES WHERE PRIVILEGE_TYPE = 'TRIGGER' \
               AND DATABASE() LIKE TABLE_SCHEMA AND REPLACE(GRANTEE, '''', '') = CURRENT_USER()) + \
               (SELECT COUNT(*) FROM information_schema.TABLE_PRIVILEGES WHERE PRIVILEGE_TYPE = 'TRIGGER' \
               AND TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND REPLACE(GRANTEE, '''', '') = CURRENT_USER())";
    Ok(session.first(sql, &[SqlParam::Text(PURCHASES)], |row| row.int())?.is_some_and(|seen| seen > 0))
}

/// What an administrator must run so that the account may see, drop and create triggers here.
///
/// # Errors
/// `unavailable` when the database fails.
pub(super) fn grant(session: &mut dyn Session) -> Result<String> {
    let quoted = |name: &str| format!("`{}`", name.replace('`', "``"));
    let found = session
        .first("SELECT DATABASE(), CURRENT_USER()", &[], |row| Ok((row.text()?.to_owned(), row.text()?.to_owned())))?;
    let (database, account) = found.unwrap_or_default();
    let (user, host) = account.rsplit_once('@').unwrap_or((&account, "%"));
    Ok(format!("GRANT TRIGGER ON {}.* TO {}@{}", quoted(&database), quoted(user), quoted(host)))
}

/// A trigger to be created: its name and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewTrigger {
    /// Its name.
    pub(super) name: String,
    event: &'static str,
    text: String,
}

impl NewTrigger {
    /// The statement that creates it.
    #[must_use]
    pub(super) fn sql(&self) -> String {
        format!("CREATE TRIGGER {} AFTER {} ON {PURCHASES} FOR EACH ROW {}", self.name, self.event, self.text)
    }

    /// Whether an existing trigger does exactly this.
    #[must_use]
    pub(super) fn is(&self, there: &Trigger) -> bool {
        self.name == there.name && there.text.as_deref().is_some_and(|text| text.trim() == self.text)
    }
}

/// The triggers that record purchases in the outbox of an engine.
///
/// They record a purchase that is completed; a completed one whose amount or user changes; one that is cancelled; and a
/// completed one that is opened again. They read and lock nothing else, so a checkout never waits.
#[must_use]
pub(super) fn outbox(engine: &Address, order_prefix: &str, zone: Zone) -> [NewTrigger; 2] {
    let prefix = engine.prefix();
    let hex: String = order_prefix.bytes().map(|byte| format!("{byte:02x}")).collect();
    let order = if hex.is_empty() { "NEW.compra_ID".to_owned() } else { format!("x'{hex}', NEW.compra_ID") };
    let note = |state: &str| {
        format!(
            "INSERT INTO {prefix}loyalty_outbox (order_id, user_id, amount, state, bought_at, zone, source, noted_at) \
             VALUES (CONCAT({order}), NEW.usuario_ID, CAST(NEW.total AS CHAR), {state}, \
             DATE_FORMAT(NEW.fecha_compra, '%Y-%m-%d %H:%i:%s'), '{}', '{PURCHASES}', UNIX_TIMESTAMP() * 1000000)",
            zone.name()
        )
    };
    let completed = note("'completed'");
    let ended = note("IF(NEW.estado <=> 'cancelado', 'cancelled', 'open')");
    let updated = format!(
        "IF NEW.estado <=> 'completado' THEN \
         IF NOT (OLD.estado <=> 'completado' AND OLD.total <=> NEW.total AND OLD.usuario_ID <=> NEW.usuario_ID) THEN \
         {completed}; END IF; \
         ELSEIF OLD.estado <=> 'completado' OR (NEW.estado <=> 'cancelado' AND NOT (OLD.estado <=> 'cancelado')) THEN \
         {ended}; END IF"
    );
    let inserted = format!("IF NEW.estado <=> 'completado' THEN {completed}; END IF");
    let trigger = |name: &str, event, text| NewTrigger { name: format!("{prefix}{OURS}{name}"), event, text };
    [trigger("inserted", "INSERT", inserted), trigger("updated", "UPDATE", updated)]
}
