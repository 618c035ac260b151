//! The gate: writers queue on a lock file, because SQLite's own wait sleeps and can starve.
//!
//! It only keeps order; SQLite's own locks keep writers apart. So a lock file that was deleted, or that this process
//! may not open, is created again, and writers at the old one move to it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::beside;
use super::place::follow;
use crate::{Error, Fault, Result};

/// Device and inode of a file, which it keeps as long as it is open.
type Identity = (u64, u64);

/// First pause of a writer that found the gate closed; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_micros(50);
/// Longest pause: short, so that a free gate is noticed soon.
const LONGEST_PAUSE: Duration = Duration::from_micros(400);

/// A lock file beside the database. Entering is exclusive among processes and among connections.
pub(super) struct Gate {
    file: File,
    own: Option<Identity>,
    path: PathBuf,
    database: PathBuf,
    patience: Duration,
    inside: bool,
}

impl Gate {
    /// The gate of an existing database.
    pub(super) fn open(database: &Path, patience: Duration) -> Result<Self> {
        let path = beside(database, "-gate");
        let (file, own) = open(&path, database)?;
        Ok(Self { file, own, path, database: database.to_owned(), patience, inside: false })
    }

    /// Whether the file at the path is the one that is open.
    fn is_there(&self) -> bool {
        let there = std::fs::metadata(&self.path).ok().map(|file| (file.dev(), file.ino()));
        there.is_some() && there == self.own
    }

    /// Waits until no other writer is inside, at most for the given patience.
    ///
    /// A blocking lock could wait for ever for a process that is stopped; this one gives up.
    #[expect(clippy::disallowed_methods, reason = "how long a writer waits")]
    pub(super) fn enter(&mut self) -> Result<()> {
        let mut pause = FIRST_PAUSE;
        let mut began = None;
        loop {
            match self.file.try_lock() {
                Ok(()) if self.is_there() => {
                    self.inside = true;
                    return Ok(());
                }
                // Closing the old file unlocks it.
                Ok(()) => {
                    (self.file, self.own) = open(&self.path, &self.database)?;
                    continue;
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(Error::unavailable(Fault::DatabaseError, error)),
            }
            let began = *began.get_or_insert_with(Instant::now);
            if began.elapsed() >= self.patience {
                return Err(Error::unavailable(
                    Fault::DatabaseBusy,
                    "other writers held the database for too long; try again",
                ));
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    pub(super) fn leave(&mut self) {
        if self.inside {
            self.inside = false;
            // Closing the file would unlock it too; there is nothing else to do about an error here.
            drop(self.file.unlock());
        }
    }
}

/// Opens the lock file, or creates one with the owner and mode of the database.
fn open(path: &Path, database: &Path) -> Result<(File, Option<Identity>)> {
    let made = || OpenOptions::new().write(true).create(true).truncate(false).open(path);
    let opened = made().or_else(|error| match error.kind() {
        // Reading is enough to lock it; a lock file that only another user may open is of no use.
        ErrorKind::PermissionDenied => File::open(path).or_else(|_| std::fs::remove_file(path).and_then(|()| made())),
        _ => Err(error),
    });
    let file = opened.map_err(|error| {
        let message = format!("cannot open `{}`: {error}; it needs the owner and mode of the database", path.display());
        Error::unavailable(Fault::DatabaseUnopened, message)
    })?;
    if let Ok(model) = std::fs::metadata(database) {
        follow(&file, &model);
    }
    let own = file.metadata().ok().map(|file| (file.dev(), file.ino()));
    Ok((file, own))
}
