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
    /// Updates the schema of a database, as opening it does, and of its archive if the options name one, and reports what
    /// changed.
    ///
    /// # Errors
    /// `unavailable` when the database cannot be opened or was written by a newer engine.
    pub fn migrate(options: &Options) -> Result<Migrated> {
        // An archive can only be attached when it has the newest schema.
        let mut session = connection::connect(&Options { archive: None, ..options.clone() })?;
        let before = schema::version(&mut *session)?;
        schema::migrate(&mut *session, world::now(), options.database_number)?;
        Self::migrate_archive(options)?;
        Ok(Migrated { before, after: schema::version(&mut *session)? })
    }
}
