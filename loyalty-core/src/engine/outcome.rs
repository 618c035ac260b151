//! How a command ends.

use crate::{Error, Result};

/// How a command that will be committed has ended.
pub(super) enum Outcome<R> {
    Reply(R),
    /// A refusal that is stored under its key, or one that has counted a failed try.
    Refusal(Error),
}

impl<R> Outcome<R> {
    pub(super) fn into_result(self) -> Result<R> {
        match self {
            Self::Reply(reply) => Ok(reply),
            Self::Refusal(refusal) => Err(refusal),
        }
    }
}
