//! The fence: keeps other copies of SQLite in the same process from losing the engine's commits, and syncs the log.
//!
//! POSIX locks belong to a process, not to a connection: when another copy of SQLite (for example PHP's own) closes the
//! same file, the engine's locks are gone, and the log may be deleted while it is in use. So a file that the process
//! already has open is refused, and before each commit the lock must still be held and the log must still be linked.
//!
//! A file that was deleted or replaced at its path continues to exist for processes that have it open, but nobody will
//! ever see what is written to it. So before each read and each commit the path must still lead to this file, and
//! before a commit the log beside it must be the one that is open.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;

use super::beside;
use super::folder::Folder;
use super::place::follow_folder;
use crate::{Error, Fault, Result};

/// The byte of the shared-memory file that SQLite locks for a write to the log (`WAL_WRITE_LOCK`).
const WRITE_LOCK: (i64, i64) = (120, 1);
/// The byte of the shared-memory file that SQLite locks as long as a process uses it (`UNIX_SHM_DMS`).
const IN_USE_LOCK: (i64, i64) = (128, 1);
/// The bytes of the database file that SQLite locks as long as a connection is open (`SHARED_FIRST`, `SHARED_SIZE`).
const SHARED_LOCK: (i64, i64) = (0x4000_0002, 510);

/// Device and inode: POSIX locks belong to these.
type Identity = (u64, u64);

/// One of the files that this copy of SQLite has open in this process.
#[derive(Default)]
struct Opened {
    connections: usize,
    process: u32,
    /// Closing any descriptor of this file drops the locks of the whole process, so one is kept for all connections.
    memory: Option<(File, Option<Identity>)>,
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
    /// The path as it was given: if a link in it changes, it leads away from this file.
    named: PathBuf,
    memory: PathBuf,
    log: PathBuf,
    log_file: Option<(File, Option<Identity>)>,
    /// The folder as it was when all of them were last the right ones.
    folder: Folder,
}

/// Why a write must not be committed.
pub(super) struct Lost {
    pub(super) error: Error,
    /// Whether closing may still copy the log into the file: nobody else can have written since.
    pub(super) rescues: bool,
}

impl Fence {
    /// Reserves the file at `path`, which `named` leads to, and creates an empty one if there is none.
    ///
    /// # Errors
    /// `unavailable` when something else in this process has the file open, or it cannot be created.
    pub(super) fn reserve(path: &Path, named: PathBuf) -> Result<Self> {
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
        let (memory, log) = (beside(path, "-shm"), beside(path, "-wal"));
        let folder = Folder::of(path, &named);
        Ok(Self { identity, named, memory, log, log_file: None, folder })
    }

    /// Opens the log that SQLite has opened, so that a replacement of it is recognised.
    pub(super) fn find_log(&mut self) {
        // A file without a log gets one with its first write.
        drop(kept(&mut self.log_file, &self.log));
    }

    /// Checks that the path still leads to this file.
    pub(super) fn check_path(&self) -> Result<()> {
        if identity(&self.named) == Some(self.identity) { Ok(()) } else { Err(replaced(&self.named)) }
    }

    /// Checks, before a commit, that the path still leads to this file, that the lock on the log is still held, and
    /// that the log is the one beside the file.
    pub(super) fn check(&mut self) -> std::result::Result<(), Lost> {
        let is_known = self.folder.is_as_seen() && self.log_file.is_some();
        let looked = if is_known { None } else { self.folder.look() };
        if !is_known {
            self.check_path().map_err(Lost::with_all)?;
        }
        let mut ours = ours();
        let opened = ours.entry(self.identity).or_default();
        let process = opened.process;
        let (memory, own) = kept(&mut opened.memory, &self.memory).map_err(Lost::with_all)?;
        if !write_lock_is_held(memory, process) || !(is_known || own.is_some() && identity(&self.memory) == *own) {
            return Err(Lost::with_all(lock_lost()));
        }
        if is_known {
            return Ok(());
        }
        // The write has created the log, if it did not exist before.
        let beside = identity(&self.log);
        let log = match kept(&mut self.log_file, &self.log) {
            Ok((_, own)) => *own,
            Err(error) => return Err(Lost { error, rescues: beside.is_none() }),
        };
        if beside.is_some() && beside == log {
            self.folder.note(looked);
            return Ok(());
        }
        // Any process that opens the file creates a log: while there is none, the file lacks what this one's log
        // contains.
        Err(Lost { error: replaced(&self.log), rescues: beside.is_none() })
    }

    /// Checks, before a read, that the log still belongs to the database: a deleted log shows old data for ever.
    pub(super) fn check_log(&mut self) -> Result<()> {
        if self.folder.is_as_seen() {
            return Ok(());
        }
        self.check_path()?;
        let mut ours = ours();
        let opened = ours.entry(self.identity).or_default();
        if opened.memory.is_none() {
            // The first reader of a new file finds no log, and there is none that could have been deleted.
            let memory = File::options().read(true).write(true).open(&self.memory).ok();
            opened.memory = memory.map(with_identity);
        }
        let is_linked = opened.memory.as_ref().is_none_or(|(memory, _)| is_linked(memory));
        if is_linked { Ok(()) } else { Err(lock_lost()) }
    }

    /// Whether the log of this file lies beside another file that has taken its place, or beside none, and nobody uses
    /// that file yet: a process that opens it would read this log as its own.
    pub(super) fn leaves_log_behind(&self) -> bool {
        let mut ours = ours();
        let there = identity(&self.named);
        if there == Some(self.identity) || there.is_some_and(|there| ours.contains_key(&there)) {
            return false;
        }
        let opened = ours.entry(self.identity).or_default();
        let is_own = |path: &Path, file: Option<&(File, Option<Identity>)>| {
            let beside = identity(path);
            beside.is_some() && beside == file.and_then(|(_, own)| *own)
        };
        is_own(&self.log, self.log_file.as_ref())
            && is_own(&self.memory, opened.memory.as_ref())
            && !(there.is_some() && is_used(&self.named))
    }

    /// Removes the log that lies beside another file, once this file contains all its data.
    pub(super) fn remove_log(&self) {
        for left_over in [&self.log, &self.memory] {
            // A faster process has created new ones, which do not belong to this file.
            drop(std::fs::remove_file(left_over));
        }
    }

    /// Writes the log to the disk. Earlier commits of others are in the same file and are written with it.
    pub(super) fn sync_log(&mut self) -> Result<()> {
        let (log, _) = kept(&mut self.log_file, &self.log)?;
        log.sync_data().map_err(|error| {
            Error::unavailable(
                Fault::DatabaseUnsynced,
                format_args!("the log could not be brought to the disk: {error}"),
            )
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

impl Lost {
    const fn with_all(error: Error) -> Self {
        Self { error, rescues: false }
    }
}

fn identity(path: &Path) -> Option<Identity> {
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

fn identity_of(file: &File) -> Option<Identity> {
    file.metadata().ok().map(|file| (file.dev(), file.ino()))
}

fn create(path: &Path) -> Result<Identity> {
    let unopened = |error: std::io::Error| {
        let message =
            format!("cannot open the database `{}`: {error}; its folder must exist and be writable", path.display());
        Error::unavailable(Fault::DatabaseUnopened, message)
    };
    let file = File::options().write(true).create(true).truncate(false).open(path).map_err(unopened)?;
    follow_folder(&file, path);
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
            return Err(Error::unavailable(Fault::DatabaseSharedInProcess, message));
        }
    }
    Ok(())
}

/// Takes the locks that SQLite believes it holds after a fork.
///
/// A child inherits SQLite's record that the file is locked, but not the lock. Without these locks, the last other
/// process to close the file would delete the log that the child uses.
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
fn kept<'a>(slot: &'a mut Option<(File, Option<Identity>)>, path: &Path) -> Result<&'a (File, Option<Identity>)> {
    if slot.is_none() {
        let file = File::options().read(true).write(true).open(path);
        *slot = Some(with_identity(file.map_err(|error| {
            Error::unavailable(Fault::DatabaseLockLost, format_args!("cannot open `{}`: {error}", path.display()))
        })?));
    }
    slot.as_ref().ok_or_else(lock_lost)
}

/// A file with its identity, which it keeps as long as it is open.
fn with_identity(file: File) -> (File, Option<Identity>) {
    let own = identity_of(&file);
    (file, own)
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

fn write_lock_is_held(memory: &File, process: u32) -> bool {
    let mut lock = lock(libc::F_WRLCK, WRITE_LOCK);
    // When queried as an open-file lock, the own POSIX lock shows as a conflict with the own process id.
    let asked = fcntl(memory, FcntlArg::F_OFD_GETLK(&mut lock)).is_ok();
    asked && i32::from(lock.l_type) != libc::F_UNLCK && lock.l_pid.unsigned_abs() == process
}

/// Whether some process has the file open as a database. Must not be called for a file that this process has open.
fn is_used(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return true };
    let mut lock = lock(libc::F_WRLCK, SHARED_LOCK);
    let asked = fcntl(&file, FcntlArg::F_OFD_GETLK(&mut lock)).is_ok();
    !asked || i32::from(lock.l_type) != libc::F_UNLCK
}

fn replaced(path: &Path) -> Error {
    let message = format!(
        "`{}` was deleted or replaced while it was open; nothing was written, and the next call opens what is there then",
        path.display()
    );
    Error::unavailable(Fault::DatabaseReplaced, message)
}

fn lock_lost() -> Error {
    Error::unavailable(
        Fault::DatabaseLockLost,
        "the lock on the database was lost because something else in this process opened or closed its file; nothing was written",
    )
}
