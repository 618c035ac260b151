//! The gate: writers queue on a lock file, so that SQLite's own sleeping wait, which starves, is not needed.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::{Error, Result};

/// First pause of a writer that found the gate shut; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_micros(50);
/// Longest pause: short, so that a free gate is soon seen.
const LONGEST_PAUSE: Duration = Duration::from_micros(400);

/// A lock file beside the database. Entering is exclusive among processes and among connections.
pub(super) struct Gate {
    file: File,
    patience: Duration,
    inside: bool,
}

impl Gate {
    pub(super) fn open(path: &Path, patience: Duration) -> Result<Self> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path).map_err(|error| {
            Error::unavailable("database_unopened", format_args!("cannot open `{}`: {error}", path.display()))
        })?;
        Ok(Self { file, patience, inside: false })
    }

    /// Waits until no other writer is inside, at most for the patience given.
    ///
    /// A blocking lock could wait for ever behind a process that is stopped; this one gives up.
    pub(super) fn enter(&mut self) -> Result<()> {
        let mut pause = FIRST_PAUSE;
        let mut began = None;
        loop {
            match self.file.try_lock() {
                Ok(()) => {
                    self.inside = true;
                    return Ok(());
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(Error::unavailable("database_error", error)),
            }
            let began = *began.get_or_insert_with(Instant::now);
            if began.elapsed() >= self.patience {
                return Err(Error::unavailable(
                    "database_busy",
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
            // Closing the file would unlock it too; an error here has no other remedy.
            drop(self.file.unlock());
        }
    }
}
