//! Opens a database with the driver that this build has for it.

use std::path::Path;
use std::time::Duration;

use super::address::Address;
use super::{Durability, Session};
use crate::Result;
#[cfg(not(all(feature = "sqlite", feature = "mysql")))]
use crate::{Error, Fault};

/// Opens a file of SQLite.
///
/// # Errors
/// `unavailable` when it cannot be opened, or this build has no SQLite.
#[cfg(feature = "sqlite")]
pub fn file(
    path: &Path,
    durability: Durability,
    busy_timeout: Duration,
    archive: Option<&Path>,
) -> Result<Box<dyn Session>> {
    let mut file = super::sqlite::Sqlite::open(path, durability, busy_timeout)?;
    if let Some(archive) = archive {
        file.attach(archive)?;
    }
    Ok(Box::new(file))
}

/// Opens a file of SQLite.
///
/// # Errors
/// `unavailable`: this build has no SQLite.
#[cfg(not(feature = "sqlite"))]
pub fn file(_: &Path, _: Durability, _: Duration, _: Option<&Path>) -> Result<Box<dyn Session>> {
    Err(Error::unavailable(Fault::DatabaseUnsupported, "this build has no SQLite: turn the feature `sqlite` on"))
}

/// A database in memory, for what is never kept.
///
/// # Errors
/// As [`file`].
pub fn memory() -> Result<Box<dyn Session>> {
    file(Path::new(":memory:"), Durability::Relaxed, Duration::from_secs(1), None)
}

/// Connects to a server.
///
/// # Errors
/// `unavailable` when no server takes us, or this build has no client for servers.
#[cfg(feature = "mysql")]
pub fn on_server(address: &Address) -> Result<Box<dyn Session>> {
    Ok(Box::new(super::mysql::MySql::open(address.clone())?))
}

/// Connects to a server.
///
/// # Errors
/// `unavailable`: this build has no client for servers.
#[cfg(not(feature = "mysql"))]
pub fn on_server(_: &Address) -> Result<Box<dyn Session>> {
    Err(Error::unavailable(Fault::DatabaseUnsupported, "this build has no MySQL: turn the feature `mysql` on"))
}
