//! Whether the database can be written: tries it, and rolls back.

use super::session::{Session, SqlParam, Transaction};
use crate::Result;

/// As many bytes as a busy minute writes: a disk with less room counts as full.
const BYTES: usize = 60_000;

/// Writes as a command does, up to the commit, and rolls back. Afterwards a transaction of the same kind is open: for a
/// read it is a new one, a write continues.
///
/// # Errors
/// `unavailable` when even reading is no longer possible. The inner result is the error that a command would get.
pub fn try_write(session: &mut dyn Session, open: Transaction) -> Result<Result<()>> {
    if open == Transaction::Write {
        session.begin_step()?;
        let tried = write(session);
        return session.undo_step().map(|()| tried);
    }
    session.rollback();
    let tried = match session.begin(Transaction::Write) {
        Ok(()) => {
            let tried = write(session);
            session.rollback();
            tried
        }
        Err(error) => Err(error),
    };
    session.begin(Transaction::Read).map(|()| tried)
}

fn write(session: &mut dyn Session) -> Result<()> {
    let text = "x".repeat(BYTES);
    session.execute(
        "INSERT INTO loyalty_answers (user_id, operation, request_key, request, outcome, answer, created_at, \
         seal) VALUES (0, 'health', 'tried and undone', x'', 1, ?, 0, x'')",
        &[SqlParam::Text(&text)],
    )?;
    session.flush()
}
