//! The database that the tests of the whole run on: SQLite, or what `LOYALTY_TEST_STORE` says.
//!
//! `mariadb` starts a private server when none is named by `LOYALTY_TEST_SERVER` (its URL without a database); the
//! server ends with the test.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use mysql::prelude::Queryable as _;
use mysql::{Conn, Opts};

use crate::root;

/// A server: where it is, and what follows the name of a database in its URL.
struct Server {
    before: String,
    after: String,
}

/// Whether the tests run on a server.
#[must_use]
pub fn is_server() -> bool {
    kind() == "mariadb"
}

fn kind() -> String {
    std::env::var("LOYALTY_TEST_STORE").unwrap_or_default()
}

/// The setting of a new, empty database: the file, or a database of its own on the server.
///
/// # Panics
/// When the server cannot be started.
#[must_use]
pub fn fresh(file: &Path) -> String {
    if is_server() { database() } else { format!("sqlite:{}", file.display()) }
}

/// The setting of a new, empty database on the server.
///
/// # Panics
/// When the server cannot be started.
#[must_use]
pub fn database() -> String {
    static NUMBERS: AtomicU32 = AtomicU32::new(1);
    let server = server();
    let name = format!("t{}_{}", std::process::id(), NUMBERS.fetch_add(1, Ordering::Relaxed));
    connect(&format!("{}{}", server.before, server.after))
        .query_drop(format!("CREATE DATABASE {name}"))
        .expect("a database");
    format!("{}{name}{}", server.before, server.after)
}

/// Removes a database that was made by [`database`].
///
/// # Panics
/// When it is not there.
pub fn drop_database(setting: &str) {
    let name = setting.split('?').next().and_then(|url| url.rsplit('/').next()).expect("a URL names a database");
    connect(setting).query_drop(format!("DROP DATABASE {name}")).expect("the database is dropped");
}

/// A connection of the tests' own, to look from outside.
///
/// # Panics
/// When the server does not answer.
#[must_use]
pub fn connect(setting: &str) -> Conn {
    let (url, settings) = setting.split_once('?').unwrap_or((setting, ""));
    let opts = mysql::OptsBuilder::from_opts(Opts::from_url(url).expect("a URL")).prefer_socket(false);
    let socket = settings.split('&').find_map(|setting| setting.strip_prefix("socket="));
    Conn::new(opts.socket(socket)).expect("the server answers")
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        if let Ok(url) = std::env::var("LOYALTY_TEST_SERVER") {
            let (before, after) = url.split_once('?').unwrap_or((&url, ""));
            let after = if after.is_empty() { String::new() } else { format!("?{after}") };
            return Server { before: before.to_owned(), after };
        }
        let folder = std::env::temp_dir().join(format!("loyalty-{}-{}", kind(), std::process::id()));
        let folder = folder.to_str().expect("a path");
        let owner = std::process::id().to_string();
        run("start.sh", &[folder, &owner]);
        Server { before: "mysql://root@localhost/".to_owned(), after: format!("?socket={folder}/s.sock") }
    })
}

/// Runs one of the scripts that start and stop servers.
///
/// # Panics
/// When it fails.
pub fn run(script: &str, words: &[&str]) {
    let status = Command::new(root().join("tests/mariadb").join(script)).args(words).status();
    assert!(status.expect("a script can be started").success(), "{script} {words:?}");
}
