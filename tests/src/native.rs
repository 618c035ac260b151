//! The C library, built and installed into a folder as a C programmer would, and programs compiled with it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::{cargo, root};

/// An installed library.
#[derive(Debug)]
pub struct Native(PathBuf);

/// The library of this source tree, installed once in a process.
///
/// # Panics
/// When it cannot be built or installed.
pub fn installed() -> &'static Native {
    static INSTALLED: OnceLock<Native> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        let built = built();
        let prefix = built.join("loyalty-c");
        install(&built, &[("PREFIX", &prefix)], "install-only");
        Native(prefix)
    })
}

/// Runs a target of the Makefile that installs or uninstalls what was built, with settings that are paths.
///
/// # Panics
/// When it fails.
pub fn install(built: &Path, settings: &[(&str, &Path)], target: &str) {
    let mut make = cargo::command("make");
    make.args(["--no-print-directory", target, "PROFILE=dev"]).arg(format!("CARGO_FLAGS={}", cargo::SELECTION));
    make.arg(format!("BUILT={}", built.display())).current_dir(root());
    make.args(settings.iter().map(|(name, path)| format!("{name}={}", path.display())));
    succeeds(&mut make);
}

/// The folder with the library just built.
///
/// # Panics
/// When it does not build.
#[must_use]
pub fn built() -> PathBuf {
    let library = cargo::built("loyalty_ffi", ".so");
    library.parent().map(Path::to_path_buf).expect("a library is in a folder")
}

impl Native {
    /// A path below the prefix.
    #[must_use]
    pub fn path(&self, inside: &str) -> PathBuf {
        self.0.join(inside)
    }

    /// A command that finds the library, by pkg-config and when it is loaded.
    #[must_use]
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("PKG_CONFIG_PATH", self.path("lib/pkgconfig")).env("LD_LIBRARY_PATH", self.path("lib"));
        command
    }

    /// The flags that pkg-config gives.
    ///
    /// # Panics
    /// When it gives none.
    #[must_use]
    pub fn flags(&self, wanted: &[&str]) -> Vec<String> {
        let given = succeeds(self.command("pkg-config").args(wanted).arg("loyalty"));
        given.split_whitespace().map(str::to_owned).collect()
    }

    /// Compiles source files of the repository with warnings as errors, and links them with the library.
    ///
    /// # Panics
    /// When they do not compile.
    pub fn compile(&self, compiler: &str, flags: &[&str], sources: &[&str], program: &Path) {
        let mut command = self.command(compiler);
        command.args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g"]).args(flags);
        command.args(sources.iter().map(|source| root().join(source))).arg("-o").arg(program).arg("-pthread");
        succeeds(command.args(self.flags(&["--cflags", "--libs"])));
    }
}

/// Runs a command that must succeed, and gives what it printed.
///
/// # Panics
/// When it fails.
pub fn succeeds(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{command:?}: {status}\n{stdout}{stderr}");
    stdout.into_owned()
}
