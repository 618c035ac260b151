//! What a server's error means: whether the whole transaction may be repeated, and which error the caller gets.

use std::error::Error as StdError;
use std::io::ErrorKind;

use mysql::{DriverError, Error as ServerError};

use crate::store::server;
use crate::{Error, Fault};

/// No answer came: the connection is out of step and must not be used again.
pub(super) const fn breaks_connection(fault: &ServerError) -> bool {
    match fault {
        ServerError::MySqlError(error) => {
            // Shutdown, killed, not in the primary component, read-only after a change of the primary.
            matches!(error.code, 1047 | 1053 | 1180 | 1290 | 1836 | 1927 | 2006 | 2013)
        }
        _ => true,
    }
}

/// Whether no answer came within the time-out, as from a host that is frozen or cut off.
pub(super) fn is_silence(fault: &ServerError) -> bool {
    io_kind(fault).is_some_and(|kind| matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut))
}

/// Whether TLS was required, and the server has none or has a certificate for another name.
pub(super) fn is_distrust(fault: &ServerError) -> bool {
    #[cfg(feature = "tls")]
    if matches!(fault, ServerError::TlsError(_)) {
        return true;
    }
    matches!(fault, ServerError::DriverError(DriverError::TlsNotSupported))
        || io_kind(fault) == Some(ErrorKind::InvalidData)
}

fn io_kind(fault: &ServerError) -> Option<ErrorKind> {
    let io: Option<&std::io::Error> = match fault {
        ServerError::IoError(io) => Some(io),
        ServerError::CodecError(codec) => codec.source().and_then(<dyn StdError>::downcast_ref),
        _ => None,
    };
    io.map(std::io::Error::kind)
}

/// Whether a row with the same key was there.
pub(super) fn is_duplicate(fault: &ServerError) -> bool {
    matches!(fault, ServerError::MySqlError(error) if error.code == 1062)
}

/// Whether an earlier, interrupted run has already done this step of a script.
pub(super) fn is_done_already(fault: &ServerError) -> bool {
    // The table, column or index exists, or what is to be dropped does not.
    matches!(fault, ServerError::MySqlError(error) if server::is_done_already(error.code))
}

/// The error that a caller sees.
pub(super) fn error(fault: &ServerError) -> Error {
    let ServerError::MySqlError(server) = fault else {
        let message = "the connection to the database was lost; nothing of this call was written";
        return Error::unavailable(Fault::DatabaseLost, message).transient();
    };
    server::error(server.code, &server.message)
}

/// What an error in answer to a commit means. Only a conflict is certain to have rolled it back.
pub(super) fn at_commit(fault: &ServerError) -> Error {
    match fault {
        ServerError::MySqlError(server) if matches!(server.code, 1213 | 1205 | 1020) => error(fault),
        _ => server::unknown_outcome(),
    }
}
