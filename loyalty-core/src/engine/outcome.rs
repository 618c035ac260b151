//! How a command ends, and what is kept of its answer.

use serde_json::Value;

use crate::ops::Operation;
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

/// A reply as it is kept: without the fields that say who the member is. A repeat reads these anew.
pub(super) fn without_person<O: Operation>(reply: &O::Reply) -> Result<String> {
    let mut kept = serde_json::to_value(reply).map_err(Error::internal)?;
    for field in O::PERSONAL {
        if let Some(value) = kept.get_mut(*field) {
            *value = Value::Null;
        }
    }
    Ok(kept.to_string())
}
