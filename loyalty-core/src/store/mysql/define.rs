//! Statements that belong to no transaction: triggers.

use super::MySql;
use crate::Result;

impl MySql {
    /// Runs one statement as it is, outside a transaction: it may contain semicolons, as a trigger does.
    ///
    /// # Errors
    /// `unavailable` when the server refuses it.
    pub fn define(&mut self, sql: &str) -> Result<()> {
        self.send(sql.to_owned(), &mut |_| Ok(()), false).map(drop)
    }
}
