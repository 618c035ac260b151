//! The tables of Café-VT's first version, as far as `health` looks for them; the command line imports them.

use super::Dialect;
use super::session::{Session, SqlParam};
use crate::Result;

/// Whether the shop's own SQL was run again over the engine's tables of the same names.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn is_made_again(session: &mut dyn Session) -> Result<bool> {
    if session.dialect() != Dialect::MySql {
        return Ok(false);
    }
    let name = format!("{}loyalty_tier_config", session.prefix());
    let sql = "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?";
    Ok(session.first(sql, &[SqlParam::Text(&name)], |row| row.int())?.is_some())
}
