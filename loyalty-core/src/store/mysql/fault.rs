//! What a server's error means: whether the whole transaction may be repeated, and which error the caller gets.

use std::error::Error as StdError;
use std::io::ErrorKind;

use mysql::{DriverError, Error as Fault};

use crate::Error;
use crate::store::TABLE_MISSING;

/// No answer came: the connection is out of step and must not be used again.
pub(super) const fn breaks_connection(fault: &Fault) -> bool {
    match fault {
        Fault::MySqlError(error) => {
            // Shutdown, killed, not in the primary component, read-only after a change of the primary.
            matches!(error.code, 1047 | 1053 | 1180 | 1290 | 1836 | 1927 | 2006 | 2013)
        }
        _ => true,
    }
}

/// Whether no answer came within the time-out, as from a host that is frozen or cut off.
pub(super) fn is_silence(fault: &Fault) -> bool {
    io_kind(fault).is_some_and(|kind| matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut))
}

/// Whether TLS was required, and the server has none or has a certificate for another name.
pub(super) fn is_distrust(fault: &Fault) -> bool {
    #[cfg(feature = "tls")]
    if matches!(fault, Fault::TlsError(_)) {
        return true;
    }
    matches!(fault, Fault::DriverError(DriverError::TlsNotSupported)) || io_kind(fault) == Some(ErrorKind::InvalidData)
}

fn io_kind(fault: &Fault) -> Option<ErrorKind> {
    let io: Option<&std::io::Error> = match fault {
        Fault::IoError(io) => Some(io),
        Fault::CodecError(codec) => codec.source().and_then(<dyn StdError>::downcast_ref),
        _ => None,
    };
    io.map(std::io::Error::kind)
}

/// Whether a row with the same key was there.
pub(super) fn is_duplicate(fault: &Fault) -> bool {
    matches!(fault, Fault::MySqlError(error) if error.code == 1062)
}

/// Whether an earlier, interrupted run has already done this step of a script.
pub(super) fn is_done_already(fault: &Fault) -> bool {
    // The table, column or index exists, or what is to be dropped does not.
    matches!(fault, Fault::MySqlError(error) if is_done_already_code(error.code))
}

pub(in crate::store) const fn is_done_already_code(code: u16) -> bool {
    matches!(code, 1050 | 1060 | 1061 | 1091)
}

/// The error that a caller sees.
pub(super) fn error(fault: &Fault) -> Error {
    let Fault::MySqlError(server) = fault else {
        let message = "the connection to the database was lost; nothing of this call was written";
        return Error::unavailable("database_lost", message).transient();
    };
    of_server(server.code, &server.message)
}

/// The engine's error for an error of the server.
pub(in crate::store) fn of_server(code: u16, message: &str) -> Error {
    match code {
        // Deadlock and certification, lock time-out, a row changed since the snapshot.
        1213 | 1205 | 1020 => {
            Error::unavailable("database_busy", "other writers held the database for too long; try again").transient()
        }
        // A race for the same key: the next attempt finds the row.
        1062 => broken_rule(code, message).transient(),
        1047 | 1180 => {
            Error::unavailable("database_not_ready", "the cluster has no majority at this node; try again").transient()
        }
        1053 | 1290 | 1317 | 1836 | 1927 | 2006 | 2013 => {
            Error::unavailable("database_lost", "the server ended the connection; nothing of this call was written")
                .transient()
        }
        1040 | 1203 => Error::unavailable("database_busy", "the server has no connection left; try again").transient(),
        1044 | 1045 | 1049 | 1142 | 1698 | 3159 => {
            Error::unavailable("database_unopened", format_args!("the server refused: {message}"))
        }
        1114 | 1021 => Error::unavailable("database_full", "the disk of the server is full"),
        1048 | 1264 | 1406 | 3819 | 4025 => broken_rule(code, message),
        1792 => Error::unavailable("database_read_only", format_args!("the transaction is read-only: {message}")),
        1146 => Error::unavailable(TABLE_MISSING, format_args!("{message} ({code})")),
        _ => Error::unavailable("database_error", format_args!("{message} ({code})")),
    }
}

fn broken_rule(code: u16, message: &str) -> Error {
    Error::internal(format_args!("a rule of the schema was broken: {message} ({code})"))
}

/// What an error in answer to a commit means. Only a conflict is certain to have rolled it back.
pub(super) fn at_commit(fault: &Fault) -> Error {
    match fault {
        Fault::MySqlError(server) if matches!(server.code, 1213 | 1205 | 1020) => error(fault),
        _ => unknown_outcome(),
    }
}

/// The commit was sent, but no answer came.
pub(crate) fn unknown_outcome() -> Error {
    let message = "the connection was lost during the commit, and it is not known whether the commit succeeded; \
                   repeat the call with its key or order";
    Error::unavailable("database_outcome_unknown", message).transient()
}
