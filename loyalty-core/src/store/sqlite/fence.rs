//! The fence: what keeps other copies of SQLite in the same process from losing our commits, and the sync of the log.
//!
//! POSIX locks belong to a process, not to a connection: when another copy of SQLite (PHP's own, say) closes the
//! same file, our locks are gone and the log may be deleted under us. So a file that the process already has
//! open is refused, and before each commit the lock must still be ours and the log still be linked.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;

use super::beside;
use crate::{Error, Result};

/// The byte of the shared-memory file that SQLite locks for a write to the log (`WAL_WRITE_LOCK`).
const WRITE_LOCK: (i64, i64) = (120, 1);
/// The byte of the shared-memory file that SQLite locks as long as a process uses it (`UNIX_SHM_DMS`).
const IN_USE_LOCK: (i64, i64) = (128, 1);
/// The bytes of the database file that SQLite locks as long as a connection is open (`SHARED_FIRST`, `SHARED_SIZE`).
const SHARED_LOCK: (i64, i64) = (0x4000_0002, 510);

/// Device and inode: what POSIX locks hang on.
type Identity = (u64, u64);

/// One of the files that this copy of SQLite has open in this process.
#[derive(Default)]
struct Opened {
    connections: usize,
    process: u32,
    /// Closing any descriptor of this file drops the locks of the whole process, so one is kept for all.
    memory: Option<File>,
    /// Descriptors that hold the locks of a forked child.
    held: Vec<File>,
}

static OURS: Mutex<BTreeMap<Identity, Opened>> = Mutex::new(BTreeMap::new());

fn ours() -> MutexGuard<'static, BTreeMap<Identity, Opened>> {
    OURS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Watches one connection's file. Reserved before SQLite opens the file, dropped after it has closed it.
pub(super) struct Fence {
    identity: Identity,
    memory: PathBuf,
    log: PathBuf,
    log_file: Option<File>,
}

impl Fence {
    /// Reserves the file, creating an empty one where there is none.
    ///
    /// # Errors
    /// `unavailable` when something else in this process has the file open, or it cannot be created.
    pub(super) fn reserve(path: &Path) -> Result<Self> {
        let mut ours = ours();
        let identity = match identity(path) {
            Some(identity) => identity,
            None => create(path)?,
        };
        if !ours.contains_key(&identity) {
            refuse_shared_file(path, identity)?;
        }
        let opened = ours.entry(identity).or_default();
        opened.connections += 1;
        if opened.process != 0 && opened.process != std::process::id() {
            take_locks_of_a_child(opened, path)?;
        }
        opened.process = std::process::id();
        Ok(Self { identity, memory: beside(path, "-shm"), log: beside(path, "-wal"), log_file: None })
    }

    /// Checks, before a commit, that the lock on the log is still ours.
    pub(super) fn check(&self) -> Result<()> {
        let mut ours = ours();
        let opened = ours.entry(self.identity).or_default();
        let memory = kept(&mut opened.memory, &self.memory)?;
        if is_linked(memory) && write_lock_is_held(memory) { Ok(()) } else { Err(lock_lost()) }
    }

    /// Checks, before a read, that the log is still that of the database: a deleted one shows the past for ever.
    pub(super) fn check_log(&self) -> Result<()> {
        let mut ours = ours();
        let opened = ours.entry(self.identity).or_default();
        if opened.memory.is_none() {
            // The first reader of a new file finds none, and nothing that could have been deleted.
            opened.memory = File::options().read(true).write(true).open(&self.memory).ok();
        }
        if opened.memory.as_ref().is_none_or(is_linked) { Ok(()) } else { Err(lock_lost()) }
    }

    /// Brings the log to the disk. Others' commits before ours are in the same file and go with it.
    pub(super) fn sync_log(&mut self) -> Result<()> {
        let log = kept(&mut self.log_file, &self.log)?;
        log.sync_data().map_err(|error| {
            Error::unavailable("database_unsynced", format_args!("the log could not be brought to the disk: {error}"))
        })
    }
}

impl Drop for Fence {
    fn drop(&mut self) {
        let mut ours = ours();
        if let Some(opened) = ours.get_mut(&self.identity) {
            opened.connections = opened.connections.saturating_sub(1);
            if opened.connections == 0 && opened.held.is_empty() {
                ours.remove(&self.identity);
            }
        }
    }
}

fn identity(path: &Path) -> Option<Identity> {
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

fn create(path: &Path) -> Result<Identity> {
    let unopened = |error: std::io::Error| {
        let message =
            format!("cannot open the database `{}`: {error}; its folder must exist and be writable", path.display());
        Error::unavailable("database_unopened", message)
    };
    let file = File::options().write(true).create(true).truncate(false).open(path).map_err(unopened)?;
    let file = file.metadata().map_err(unopened)?;
    Ok((file.dev(), file.ino()))
}

fn refuse_shared_file(path: &Path, identity: Identity) -> Result<()> {
    let Ok(descriptors) = std::fs::read_dir("/proc/self/fd") else { return Ok(()) };
    for descriptor in descriptors.flatten() {
        let opened = std::fs::metadata(descriptor.path()).map(|file| (file.dev(), file.ino()));
        if opened.is_ok_and(|opened| opened == identity) {
            let message = format!(
                "this process already has `{}` open by other means (PDO, SQLite3 or fopen); two copies of SQLite on \
                 one file in one process lose each other's locks, so close it first, use a file of its own, or let the \
                 engine work on the connection that is open (PHP: loyalty_use_pdo)",
                path.display()
            );
            return Err(Error::unavailable("database_shared_in_process", message));
        }
    }
    Ok(())
}

/// Takes the locks that SQLite believes it holds after a fork.
///
/// A child inherits SQLite's note that the file is locked, but no lock; without these, the last other process to
/// close the file would delete the log under the child.
fn take_locks_of_a_child(opened: &mut Opened, path: &Path) -> Result<()> {
    for (file, range) in [(path.to_owned(), SHARED_LOCK), (beside(path, "-shm"), IN_USE_LOCK)] {
        let file = File::options().read(true).write(true).open(file).map_err(|_| lock_lost())?;
        let lock = lock(libc::F_RDLCK, range);
        fcntl(&file, FcntlArg::F_SETLK(&lock)).map_err(|_| lock_lost())?;
        opened.held.push(file);
    }
    Ok(())
}

/// The file, opened once.
fn kept<'a>(slot: &'a mut Option<File>, path: &Path) -> Result<&'a File> {
    if slot.is_none() {
        let file = File::options().read(true).write(true).open(path);
        *slot = Some(file.map_err(|error| {
            Error::unavailable("database_lock_lost", format_args!("cannot open `{}`: {error}", path.display()))
        })?);
    }
    slot.as_ref().ok_or_else(lock_lost)
}

fn lock(kind: i32, (start, length): (i64, i64)) -> libc::flock {
    libc::flock {
        l_type: kind as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: start,
        l_len: length,
        l_pid: 0,
    }
}

fn is_linked(memory: &File) -> bool {
    memory.metadata().is_ok_and(|file| file.nlink() > 0)
}

fn write_lock_is_held(memory: &File) -> bool {
    let mut lock = lock(libc::F_WRLCK, WRITE_LOCK);
    // Asked as an open-file lock, our own POSIX lock shows as a conflict with our own process id.
    let asked = fcntl(memory, FcntlArg::F_OFD_GETLK(&mut lock)).is_ok();
    asked && i32::from(lock.l_type) != libc::F_UNLCK && lock.l_pid.unsigned_abs() == std::process::id()
}

fn lock_lost() -> Error {
    Error::unavailable(
        "database_lock_lost",
        "the lock on the database was lost because something else in this process opened or closed its file; nothing was written",
    )
}
