//! The database that the tests of the whole run on: SQLite, or what `LOYALTY_TEST_STORE` says.
//!
//! `mariadb` starts a private server when none is named by `LOYALTY_TEST_SERVER` (its URL without a database); the
//! server ends with the test. `galera` is a cluster that runs, whose nodes `LOYALTY_TEST_SERVER` names:
//! `tests/galera/with.sh` does both. `pdo`, `pdo-wal` and `pdo-mariadb` are SQLite, SQLite with a write-ahead log and
//! MariaDB on the connections of pages: each caller is a process of PHP. `mysqli` is MariaDB by mysqli.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

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
    matches!(kind().as_str(), "mariadb" | "galera" | "pdo-mariadb" | "mysqli")
}

/// Whether the tests run on the connections of pages.
#[must_use]
pub fn is_page() -> bool {
    kind().starts_with("pdo") || kind() == "mysqli"
}

/// How pages connect: `pdo` or `mysqli`.
#[must_use]
pub fn way() -> &'static str {
    if kind() == "mysqli" { "mysqli" } else { "pdo" }
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
    if is_server() {
        return database();
    }
    if kind() == "pdo-wal" {
        let made = rusqlite::Connection::open(file).expect("a file");
        made.pragma_update(None, "journal_mode", "wal").expect("a write-ahead log");
    }
    format!("sqlite:{}", file.display())
}

/// The setting of a new, empty database on the server.
///
/// # Panics
/// When the server cannot be started.
#[must_use]
pub fn database() -> String {
    static NUMBERS: AtomicU32 = AtomicU32::new(1);
    if let Some(emptied) = EMPTIED.lock().expect("nobody failed before").pop() {
        return emptied;
    }
    let server = server();
    let name = format!("t{}_{}", std::process::id(), NUMBERS.fetch_add(1, Ordering::Relaxed));
    connect(&format!("{}{}", server.before, server.after))
        .query_drop(format!("CREATE DATABASE {name}"))
        .expect("a database");
    format!("{}{name}{}", server.before, server.after)
}

/// Gives a database of a server back that was made by [`fresh`].
///
/// # Panics
/// When it is not there.
pub fn done(setting: &str) {
    if is_server() {
        drop_database(setting);
    }
}

/// Databases of the cluster that are empty again.
static EMPTIED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Removes a database that was made by [`database`]. That of a cluster is emptied for the next who asks, since all its
/// nodes stop for each change of a schema.
///
/// # Panics
/// When it is not there.
pub fn drop_database(setting: &str) {
    if kind() == "galera" {
        empty(&mut connect(setting));
        for node in nodes(setting) {
            // Who reads without waiting for the others finds it empty, too.
            connect(&node).query_drop("SELECT COUNT(*) FROM loyalty_migrations").expect("a node of a cluster");
        }
        EMPTIED.lock().expect("nobody failed before").push(setting.to_owned());
        return;
    }
    let name = setting.split('?').next().and_then(|url| url.rsplit('/').next()).expect("a URL names a database");
    connect(setting).query_drop(format!("DROP DATABASE {name}")).expect("the database is dropped");
}

fn empty(connection: &mut Conn) {
    let tables: Vec<String> = connection.query("SHOW TABLES").expect("the tables can be listed");
    let rows: Vec<String> = tables
        .iter()
        .filter(|table| *table != "loyalty_migrations")
        .map(|table| format!("DELETE FROM {table}"))
        .collect();
    connection.query_drop(format!("BEGIN; {}; COMMIT", rows.join("; "))).expect("the rows can be removed");
}

/// A connection of the tests' own, to look from outside.
///
/// # Panics
/// When the server does not answer.
#[must_use]
pub fn connect(setting: &str) -> Conn {
    let (url, settings) = setting.split_once('?').unwrap_or((setting, ""));
    let url = first_host(url);
    let opts = mysql::OptsBuilder::from_opts(Opts::from_url(&url).expect("a URL")).prefer_socket(false);
    let socket = settings.split('&').find_map(|setting| setting.strip_prefix("socket="));
    let mut connection = Conn::new(opts.socket(socket)).expect("the server answers");
    if kind() == "galera" {
        // Every write that another node has acknowledged is visible here.
        connection.query_drop("SET SESSION wsrep_sync_wait = 15").expect("a node of a cluster");
    }
    connection
}

/// The URL with the first of its hosts alone.
fn first_host(url: &str) -> String {
    let Some((hosts, rest)) = url.split_once(',') else { return url.to_owned() };
    rest.split_once('/').map_or_else(|| hosts.to_owned(), |(_, database)| format!("{hosts}/{database}"))
}

/// The same database as each node of the cluster is asked for it first; of a single server, the one setting.
#[must_use]
pub fn nodes(setting: &str) -> Vec<String> {
    let parts = setting.split_once("//").and_then(|(scheme, rest)| {
        let (hosts, rest) = rest.split_once('/')?;
        let (login, hosts) = hosts.split_once('@')?;
        Some((scheme, login, hosts.split(',').collect::<Vec<_>>(), rest))
    });
    let Some((scheme, login, mut hosts, rest)) = parts else { return vec![setting.to_owned()] };
    (0..hosts.len())
        .map(|_| {
            let setting = format!("{scheme}//{login}@{}/{rest}", hosts.join(","));
            hosts.rotate_left(1);
            setting
        })
        .collect()
}

/// The same database, by another node each time.
#[must_use]
pub fn elsewhere(setting: &str) -> String {
    static TURN: AtomicUsize = AtomicUsize::new(0);
    let mut nodes = nodes(setting);
    let turn = TURN.fetch_add(1, Ordering::Relaxed) % nodes.len();
    nodes.swap_remove(turn)
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        if let Ok(url) = std::env::var("LOYALTY_TEST_SERVER") {
            let (before, after) = url.split_once('?').unwrap_or((&url, ""));
            let after = if after.is_empty() { String::new() } else { format!("?{after}") };
            return Server { before: before.to_owned(), after };
        }
        assert_ne!(kind(), "galera", "run through tests/galera/with.sh, which starts a cluster and names it");
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
    run_with(script, words, &[]);
}

/// The same with settings of its environment.
///
/// # Panics
/// When it fails.
pub fn run_with(script: &str, words: &[&str], settings: &[(&str, &str)]) {
    let mut command = Command::new(root().join("tests/mariadb").join(script));
    let status = command.args(words).envs(settings.iter().copied()).status();
    assert!(status.expect("a script can be started").success(), "{script} {words:?}");
}
