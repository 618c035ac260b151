//! Where a database file is, and who owns the files beside it.

use std::fs::{File, Metadata};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use crate::{Error, Fault, Result};

/// Most links that are followed in a row, as in the kernel.
const MOST_LINKS: usize = 40;

/// The path without links. SQLite names the files beside a database after the file that a link leads to.
///
/// # Errors
/// `unavailable` when links form a circle, or lead to a folder that does not exist.
pub(super) fn resolved(path: &Path) -> Result<PathBuf> {
    let mut place = path.to_owned();
    for _ in 0..MOST_LINKS {
        if let Ok(whole) = place.canonicalize() {
            return Ok(whole);
        }
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        match place.read_link() {
            // A link to a file that does not exist yet.
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
    Error::unavailable(Fault::DatabaseUnopened, message)
}

/// Gives a file the owner and mode of another, as far as this process may: a file created by root must be usable for
/// the users of the other.
pub(super) fn follow(file: &File, model: &Metadata) {
    let Ok(own) = file.metadata() else { return };
    if nix::unistd::geteuid().is_root() && (own.uid(), own.gid()) != (model.uid(), model.gid()) {
        // If this is not allowed, as on some network drives, the file is still usable as before.
        drop(fchown(file, Some(model.uid()), Some(model.gid())));
    }
    let mode = model.permissions().mode() & 0o777;
    if own.permissions().mode() & 0o777 != mode {
        drop(file.set_permissions(std::fs::Permissions::from_mode(mode)));
    }
}

/// Gives a new database created by root to the owner of its folder, whose pages will use it.
pub(super) fn follow_folder(file: &File, path: &Path) {
    let Some(folder) = path.parent().and_then(|folder| folder.metadata().ok()) else { return };
    if nix::unistd::geteuid().is_root() && folder.uid() != 0 {
        drop(fchown(file, Some(folder.uid()), Some(folder.gid())));
    }
}
