//! The C library, built and installed into a folder as a C programmer would, and programs compiled with it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use crate::root;

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

/// The features with which the tests build the library, so that little is built twice.
const FEATURES: &str = "--features loyalty-core/cli";

/// Runs a target of the Makefile that installs or uninstalls what was built, with settings that are paths.
///
/// # Panics
/// When it fails.
pub fn install(built: &Path, settings: &[(&str, &Path)], target: &str) {
    let mut make = Command::new("make");
    make.args(["--no-print-directory", target, "PROFILE=dev"]).arg(format!("CARGO_FLAGS={FEATURES}"));
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
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--message-format=json", "-p", "loyalty-ffi"])
        .args(FEATURES.split(' '))
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(built.status.success(), "the C library does not build");
    let messages = String::from_utf8(built.stdout).expect("cargo writes UTF-8");
    let library = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "loyalty_ffi")
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
        .filter_map(|file| file.as_str().map(PathBuf::from))
        .find(|file| file.extension().is_some_and(|ending| ending == "so"));
    library.and_then(|file| file.parent().map(Path::to_path_buf)).expect("cargo names the library")
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
