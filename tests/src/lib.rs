//! What the tests of the whole share.

mod cases;
mod hosts;
mod place;

pub mod archiving;
pub mod calendar;
pub mod caller;
pub mod calls;
pub mod cargo;
pub mod chaos;
pub mod client;
pub mod counted;
pub mod dump;
pub mod everything;
pub mod example;
#[path = "../../loyalty-ffi/fuzz/src/lib.rs"]
pub mod fuzz;
pub mod graph;
pub mod header;
pub mod kept;
pub mod ladder;
pub mod layout;
pub mod manual;
pub mod model;
pub mod named;
pub mod native;
pub mod pages;
pub mod personal;
pub mod purchases;
pub mod race;
pub mod receiver;
pub mod reference;
pub mod samples;
pub mod seeds;
pub mod shop;
pub mod sql;
pub mod statements;
pub mod store;
pub mod story;
pub mod stub;
pub mod surfaces;
pub mod typed;
pub mod uses;
pub mod watch;
pub mod world;
pub mod writes;

use std::path::{Path, PathBuf};

pub use cases::cases;
pub use place::Place;

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_path_buf()
}

/// Compares a generated file with the committed one; `UPDATE=1` writes it instead.
///
/// # Panics
/// When the committed file is stale.
pub fn check_generated(file: &str, text: &str) {
    let path = root().join(file);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, text).expect("the generated file can be written");
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "{file} is stale: run `make docs` and commit it");
}
