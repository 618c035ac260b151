//! The folder of a database: as long as nothing in it was created, deleted or renamed, every path in it leads to the file
//! that it led to before, so one question to the file system answers for all of them.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How old the last change must be: a file system may give two changes within its own tick the same time.
const SETTLED: Duration = Duration::from_secs(2);

/// Which folder it is, and when something in it last changed.
type Stamp = (u64, u64, i64, i64);

/// The folder in which a database and its files lie.
pub(super) struct Folder {
    path: Option<PathBuf>,
    seen: Option<Stamp>,
}

impl Folder {
    /// The folder of the file at `path`, which was named `named`: a link to a file elsewhere is always looked into.
    pub(super) fn of(path: &Path, named: &Path) -> Self {
        let path = path.parent().filter(|_| path == named).map(Path::to_owned);
        Self { path, seen: None }
    }

    fn stamp(&self) -> Option<Stamp> {
        let folder = std::fs::metadata(self.path.as_ref()?).ok()?;
        Some((folder.dev(), folder.ino(), folder.mtime(), folder.mtime_nsec()))
    }

    /// Whether nothing has changed since [`Folder::note`].
    pub(super) fn is_as_seen(&self) -> bool {
        self.seen.is_some() && self.seen == self.stamp()
    }

    /// Begins to look into the folder; what is found there is as of this moment.
    pub(super) fn look(&mut self) -> Option<Look> {
        self.seen = None;
        self.stamp().map(Look)
    }

    /// Notes that all files in the folder were the right ones.
    #[expect(clippy::disallowed_methods, reason = "the clock of the file system, which no rule depends on")]
    pub(super) fn note(&mut self, looked: Option<Look>) {
        let Some(Look(stamp)) = looked else { return };
        let changed = u64::try_from(stamp.2).map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds));
        let age = changed.ok().and_then(|changed| SystemTime::now().duration_since(changed).ok());
        self.seen = age.filter(|age| *age >= SETTLED).map(|_| stamp);
    }
}

/// A look into a folder.
pub(super) struct Look(Stamp);
