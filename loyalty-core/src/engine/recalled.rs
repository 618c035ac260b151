//! The members whose entries a call needs from the archive.

use std::collections::BTreeSet;

use crate::store::{Session, Transaction, archive};
use crate::value::UserId;
use crate::{Error, Result};

/// The users whose entries a call needs from the archive.
#[derive(Debug, Default)]
pub(super) struct Recalled(BTreeSet<UserId>);

impl Recalled {
    /// Whether the call needs nothing from the archive.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds those for whom a call has asked. Returns whether any is new.
    pub(super) fn add(&mut self, session: &mut dyn Session, asked: &Error) -> Result<bool> {
        let before = self.0.len();
        match archive::user_of(asked)? {
            Some(user_id) => self.0.extend([user_id]),
            None => {
                session.begin(Transaction::Read)?;
                let all = archive::users(session);
                session.rollback();
                self.0.extend(all?);
            }
        }
        Ok(self.0.len() > before)
    }

    /// Brings their entries back, inside the transaction of the call.
    pub(super) fn bring_back(&self, session: &mut dyn Session) -> Result<()> {
        self.0.iter().try_for_each(|user_id| archive::bring_back(session, *user_id))
    }
}
