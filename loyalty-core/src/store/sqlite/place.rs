//! Where a database file is, and whose the files beside it are.

use std::fs::{File, Metadata};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// Most links that are followed from one to the next, as the kernel does.
const MOST_LINKS: usize = 40;

/// The path without links. SQLite names the files beside a database after the file that a link leads to.
///
/// # Errors
/// `unavailable` when a link leads in a circle, or to a folder that is not there.
pub(super) fn resolved(path: &Path) -> Result<PathBuf> {
    let mut place = path.to_owned();
    for _ in 0..MOST_LINKS {
        if let Ok(whole) = place.canonicalize() {
            return Ok(whole);
        }
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        match place.read_link() {
            // A link to a file that is not there yet.
            Ok(target) => place = folder.join(target),
            Err(_) => {
                let folder = folder.canonicalize().map_err(|error| unresolved(path, &error))?;
                let name = place.file_name().ok_or_else(|| unresolved(path, &"it names no file"))?;
                return Ok(folder.join(name));
            }
        }
    }
    Err(unresolved(path, &"its links lead in a circle"))
}

fn unresolved(path: &Path, why: &dyn std::fmt::Display) -> Error {
    let message =
        format!("cannot open the database `{}`: {why}; its folder must exist and be writable", path.display());
    Error::unavailable("database_unopened", message)
}

/// Gives a file the owner and the mode of another, as far as this process may: one that root makes must serve whom the
/// other serves.
pub(super) fn follow(file: &File, model: &Metadata) {
    let Ok(own) = file.metadata() else { return };
    if nix::unistd::geteuid().is_root() && (own.uid(), own.gid()) != (model.uid(), model.gid()) {
        // Where it may not, as on some network drives, the file is as good as before.
        drop(fchown(file, Some(model.uid()), Some(model.gid())));
    }
    let mode = model.permissions().mode() & 0o777;
    if own.permissions().mode() & 0o777 != mode {
        drop(file.set_permissions(std::fs::Permissions::from_mode(mode)));
    }
}

/// Gives a new database that root makes to the owner of its folder, whose pages are to use it.
pub(super) fn follow_folder(file: &File, path: &Path) {
    let Some(folder) = path.parent().and_then(|folder| folder.metadata().ok()) else { return };
    if nix::unistd::geteuid().is_root() && folder.uid() != 0 {
        drop(fchown(file, Some(folder.uid()), Some(folder.gid())));
    }
}
