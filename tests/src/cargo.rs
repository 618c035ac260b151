//! Builds what the tests need of the workspace with cargo, all at once, so that nothing is built twice.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::root;

/// The packages that are built together.
pub const SELECTION: &str = "--workspace";

/// A command without what cargo tells a test of its package. Some build scripts look at it (that of `ring`), and half the
/// workspace would be built anew each time cargo is called by a test, and again when it is not.
#[must_use]
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_", "OUT_DIR"].iter().any(|start| text.starts_with(start)) {
            command.env_remove(&name);
        }
    }
    command
}

/// The file of this kind that a target was built into, as it is now.
///
/// # Panics
/// When it does not build.
#[must_use]
pub fn built(target: &str, kind: &str) -> PathBuf {
    static MESSAGES: OnceLock<Vec<Value>> = OnceLock::new();
    let messages = MESSAGES.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = command(cargo)
            .args(["build", "--message-format=json"])
            .args(SELECTION.split(' '))
            .current_dir(root())
            .stderr(Stdio::inherit())
            .output()
            .expect("cargo runs");
        assert!(built.status.success(), "the workspace does not build");
        let lines = String::from_utf8(built.stdout).expect("cargo writes UTF-8");
        lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    });
    let ending = format!("{}{target}{kind}", if kind == ".so" { "lib" } else { "" });
    messages
        .iter()
        .filter_map(|message| message["filenames"].as_array())
        .flatten()
        .filter_map(|file| file.as_str().map(PathBuf::from))
        .find(|file| file.file_name().is_some_and(|name| name == ending.as_str()))
        .unwrap_or_else(|| panic!("cargo builds no {ending}"))
}
