//! Statements that are no part of any transaction: triggers.

use super::MySql;
use crate::Result;

impl MySql {
    /// Runs one statement as it stands, outside a transaction: it may have semicolons inside, as a trigger has.
    ///
    /// # Errors
    /// `unavailable` when the server refuses it.
    pub(crate) fn define(&mut self, sql: &str) -> Result<()> {
        self.send(sql.to_owned(), &mut |_| Ok(()), false).map(drop)
    }
}
