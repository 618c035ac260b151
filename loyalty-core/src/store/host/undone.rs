//! What to do when the server has rolled back the host's whole transaction, as a deadlock does.

use super::{AfterDeadlock, Connection, ConnectionFault, Host, Inside, ROLLED_BACK};
use crate::{Error, Fault};

/// If this savepoint still exists, so does the empty transaction.
const STAND_IN: &str = "SAVEPOINT loyalty_undone";

impl<C: Connection> Host<C> {
    /// After an error: whether the database has rolled back the host's whole transaction, and not only the statement.
    pub(super) fn is_undone(&mut self, code: i64) -> bool {
        let marked = matches!(self.inside, Inside::Write { marked: true, .. });
        let undone = (self.is_server() && code == ROLLED_BACK)
            || (marked && self.say("ROLLBACK TO SAVEPOINT loyalty_call").is_err());
        if undone {
            self.inside = Inside::Undone;
            self.stand_in();
        }
        undone
    }

    /// Leaves on the connection what the host needs in place of the lost transaction.
    pub(super) fn stand_in(&mut self) {
        if !self.is_server() {
            return;
        }
        if self.after_deadlock == AfterDeadlock::NoTransaction {
            // An error does not show the host's connection that its transaction is over; a successful answer does.
            drop(self.say("DO 0"));
            return;
        }
        // If this fails, the connection is lost, and nothing replaces the transaction.
        self.stood_in = self.say("START TRANSACTION READ ONLY").and_then(|()| self.set_savepoints()).is_ok();
    }

    fn set_savepoints(&mut self) -> std::result::Result<(), ConnectionFault> {
        self.say(STAND_IN)?;
        let AfterDeadlock::EmptyTransaction { savepoints } = &self.after_deadlock else { return Ok(()) };
        let texts: Vec<String> = savepoints.iter().map(|name| format!("SAVEPOINT `{name}`")).collect();
        texts.iter().try_for_each(|text| self.say(text))
    }

    /// The host must not work in the empty transaction: anything in it would be lost.
    pub(super) fn refuse_stand_in(&mut self) -> std::result::Result<(), ConnectionFault> {
        if !self.stood_in {
            return Ok(());
        }
        match self.say(&format!("ROLLBACK TO {STAND_IN}")) {
            Ok(()) => {
                self.set_savepoints()?;
                self.inside = Inside::Undone;
                Err(ConnectionFault::Stopped(undone("an earlier call failed, and the page has not rolled back since")))
            }
            // The host has rolled back and begun again.
            Err(ConnectionFault::Database { .. }) => {
                self.stood_in = false;
                Ok(())
            }
            stopped => stopped,
        }
    }
}

/// The error for a transaction of the host that no longer exists.
pub(super) fn undone(cause: &str) -> Error {
    let message = format!(
        "the database has rolled back the whole transaction on this connection, including what the page wrote in it \
         ({cause}); begin it again"
    );
    Error::unavailable(Fault::TransactionUndone, message)
}
