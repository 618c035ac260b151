//! Updates the schema of a database as a separate job, before a new version serves.

use serde::Serialize;

use super::{Engine, connection, world};
use crate::store::schema;
use crate::{Options, Result};

/// What a migration did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Migrated {
    /// The schema's number before; 0 for a new database.
    pub before: i64,
    /// The schema's number after.
    pub after: i64,
}

impl Engine {
    /// Updates the schema of a database, as opening it does, and reports what changed.
    ///
    /// # Errors
    /// `unavailable` when the database cannot be opened or was written by a newer engine.
    pub fn migrate(options: &Options) -> Result<Migrated> {
        let mut session = connection::connect(options)?;
        let before = schema::version(&mut *session)?;
        schema::migrate(&mut *session, world::now(), options.database_number)?;
        Ok(Migrated { before, after: schema::version(&mut *session)? })
    }
}
