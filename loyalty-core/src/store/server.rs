//! What a server is asked and what it answers, whether the engine's own driver or the host holds the connection.

use crate::value::hex;
use crate::{Error, Fault};

/// How long a process waits for another that changes the schema, in seconds.
pub(super) const SCHEMA_PATIENCE_SECONDS: u32 = 60;

/// The name, as a literal, of the lock that protects schema changes.
///
/// The lock belongs to one server. Nodes of a cluster that migrate at the same time repeat each other's steps, and
/// [`Session::script`] treats those as done.
pub(super) fn schema_lock(database: &str, prefix: &str) -> String {
    let name = hex(format!("{database}.{prefix}loyalty").as_bytes());
    format!("x'{}'", name.get(..100).unwrap_or(&name))
}

/// Waits for the lock for one second: a longer wait for an answer could look like a lost server.
pub(super) fn schema_wait(lock: &str) -> String {
    format!("SELECT GET_LOCK({lock}, 1)")
}

pub(super) fn schema_busy() -> Error {
    Error::unavailable(Fault::DatabaseBusy, "another process has changed the schema for too long; try again")
}

/// Whether an earlier, interrupted run has already done this step of a script: the table, column or index exists, or
/// what it drops does not.
pub(super) const fn is_done_already(code: u16) -> bool {
    matches!(code, 1050 | 1060 | 1061 | 1091)
}

/// The engine's error for an error of the server.
pub(super) fn error(code: u16, message: &str) -> Error {
    match code {
        // Deadlock and certification, lock time-out, a row changed since the snapshot.
        1213 | 1205 | 1020 => {
            Error::unavailable(Fault::DatabaseBusy, "other writers held the database for too long; try again")
                .transient()
        }
        // A race for the same key: the next attempt finds the row.
        1062 => broken_rule(code, message).transient(),
        1047 | 1180 => {
            Error::unavailable(Fault::DatabaseNotReady, "the cluster has no majority at this node; try again")
                .transient()
        }
        1053 | 1290 | 1317 | 1836 | 1927 | 2006 | 2013 => {
            Error::unavailable(Fault::DatabaseLost, "the server ended the connection; nothing of this call was written")
                .transient()
        }
        1040 | 1203 => {
            Error::unavailable(Fault::DatabaseBusy, "the server has no connection left; try again").transient()
        }
        1044 | 1045 | 1049 | 1142 | 1698 | 3159 => {
            Error::unavailable(Fault::DatabaseUnopened, format_args!("the server refused: {message}"))
        }
        1114 | 1021 => Error::unavailable(Fault::DatabaseFull, "the disk of the server is full"),
        1048 | 1264 | 1406 | 3819 | 4025 => broken_rule(code, message),
        1792 => Error::unavailable(Fault::DatabaseReadOnly, format_args!("the transaction only reads: {message}")),
        1146 => Error::unavailable(Fault::DatabaseTableMissing, format_args!("{message} ({code})")),
        _ => Error::unavailable(Fault::DatabaseError, format_args!("{message} ({code})")),
    }
}

fn broken_rule(code: u16, message: &str) -> Error {
    Error::internal(format_args!("a rule of the schema was broken: {message} ({code})"))
}

/// The commit was sent, but no answer came.
pub(crate) fn unknown_outcome() -> Error {
    let message = "the connection was lost during the commit, and it is not known whether the commit succeeded; \
                   repeat the call with its key or order";
    Error::unavailable(Fault::DatabaseOutcomeUnknown, message).transient()
}
