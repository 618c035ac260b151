//! An engine on a database of its own, with a clock that stands still.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use loyalty_core::programme::Programme;
use loyalty_core::value::{Instant, SigningKey};
use loyalty_core::{Durability, Engine, Error, Options};
use serde_json::Value;
use tempfile::TempDir;
use toml::Table;

use crate::caller::Caller;
use crate::dump::Dump;
use crate::store;

/// The time at which tests begin.
pub const START: &str = "2026-03-02T12:00:00-03:00";

/// An engine with its database.
pub struct World {
    // Before the callers, which must be the last to close the file.
    dump: Option<Dump>,
    /// One, or on a cluster one for each node.
    callers: Vec<Caller>,
    calls: AtomicUsize,
    path: Option<PathBuf>,
    folder: Option<TempDir>,
    database: Option<String>,
}

impl World {
    /// An engine in memory, under the programme of Café-VT with changes.
    ///
    /// # Panics
    /// When the programme is wrong.
    #[must_use]
    pub fn in_memory(changes: &str) -> Self {
        if store::is_page() {
            return Self::on_page(changes, None);
        }
        if store::is_server() {
            return Self::on_server(changes);
        }
        let callers = vec![open(Options::sqlite(":memory:"), changes, 7)];
        Self { dump: None, callers, calls: AtomicUsize::new(0), path: None, folder: None, database: None }
    }

    /// An engine on a file, whose tables can be seen.
    ///
    /// # Panics
    /// When the file cannot be made.
    #[must_use]
    pub fn on_file(changes: &str) -> Self {
        if store::is_page() {
            return Self::on_page(changes, Some("loyalty.db"));
        }
        if store::is_server() {
            return Self::on_server(changes);
        }
        let folder = tempfile::tempdir().expect("a folder for the database");
        let path = folder.path().join("loyalty.db");
        let callers = vec![open(Options::sqlite(&path).durability(Durability::Relaxed), changes, 7)];
        let (dump, path, folder) = (Some(Dump::open(&path)), Some(path), Some(folder));
        Self { dump, callers, calls: AtomicUsize::new(0), path, folder, database: None }
    }

    /// An engine on a database of its own on the server that the tests run on.
    fn on_server(changes: &str) -> Self {
        let database = store::database();
        let nodes = store::nodes(&database);
        // Two engines that draw the same codes would take each other's.
        let callers =
            nodes.iter().zip(7..).map(|(node, seed)| open(Options::parse(node).expect("a setting"), changes, seed));
        let callers = callers.collect();
        let dump = Some(Dump::connect(&database));
        let calls = AtomicUsize::new(0);
        Self { dump, callers, calls, path: None, folder: None, database: Some(database) }
    }

    /// A page on a database of its own: on the server that the tests run on, in a file, or in memory.
    fn on_page(changes: &str, file: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the page");
        let (program, key) = (folder.path().join("program.toml"), folder.path().join("signing.key"));
        std::fs::write(&program, programme_text(changes)).expect("the programme can be written");
        std::fs::write(&key, KEY).expect("the key can be written");
        let database = store::is_server().then(store::database);
        let path = file.filter(|_| database.is_none()).map(|file| folder.path().join(file));
        let setting = match (&database, &path) {
            (Some(database), _) => database.clone(),
            (None, Some(path)) => store::fresh(path),
            (None, None) => "sqlite::memory:".to_owned(),
        };
        let page = Caller::page(&with(&setting, &format!("signing_key={}", key.display())), Some(&program));
        page.fix_now(Some(Instant::parse(START).expect("an instant")));
        let dump = database.as_deref().map(Dump::connect).or_else(|| path.as_deref().map(Dump::open));
        Self { dump, callers: vec![page], calls: AtomicUsize::new(0), path, folder: Some(folder), database }
    }

    /// The engine.
    ///
    /// # Panics
    /// When a page calls it in another process.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        match &self.callers[0] {
            Caller::Engine(engine) => engine,
            Caller::Page(_) => panic!("a page has the engine"),
        }
    }

    /// The setting of the database, for other processes.
    ///
    /// # Panics
    /// In memory.
    #[must_use]
    pub fn setting(&self) -> String {
        let file = || format!("sqlite:{}", self.path().display());
        with(&self.database.clone().unwrap_or_else(file), "busy_timeout_ms=60000")
    }

    /// Sets the clock.
    ///
    /// # Panics
    /// When it is no RFC 3339 instant.
    pub fn now(&self, text: &str) {
        self.fix_now(Some(Instant::parse(text).expect("an instant")));
    }

    /// Sets the clock to the operating system's.
    pub fn real_clock(&self) {
        self.fix_now(None);
    }

    fn fix_now(&self, now: Option<Instant>) {
        self.callers.iter().for_each(|caller| caller.fix_now(now));
    }

    /// Calls an operation, on a cluster by another node each time.
    ///
    /// # Errors
    /// Those of the operation.
    pub fn call(&self, op: &str, args: Value) -> Result<Value, Error> {
        let turn = self.calls.fetch_add(1, Ordering::Relaxed) % self.callers.len();
        self.callers[turn].call(op, args)
    }

    /// Calls an operation that must succeed.
    ///
    /// # Panics
    /// When it fails.
    pub fn ok(&self, op: &str, args: Value) -> Value {
        let shown = args.to_string();
        self.call(op, args).unwrap_or_else(|error| panic!("{op} {shown}: {error:?}"))
    }

    /// Calls an operation that must fail.
    ///
    /// # Panics
    /// When it succeeds.
    pub fn err(&self, op: &str, args: Value) -> Error {
        let shown = args.to_string();
        match self.call(op, args) {
            Ok(reply) => panic!("{op} {shown} succeeded: {reply}"),
            Err(error) => error,
        }
    }

    /// All rows of all tables.
    ///
    /// # Panics
    /// In memory, where nobody else can look.
    #[must_use]
    pub fn dump(&self) -> String {
        self.dump.as_ref().expect("only a file can be dumped").text()
    }

    /// The database file.
    ///
    /// # Panics
    /// In memory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.path.as_deref().expect("a database in memory has no path")
    }

    /// The folder of the database file.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.path.as_ref().and(self.folder.as_ref()).map(TempDir::path)
    }

    /// Recomputes every sum of the ledger.
    ///
    /// # Panics
    /// When something does not add up.
    pub fn verify(&self) {
        let verified = self.ok("verify", serde_json::json!({}));
        assert_eq!(verified["ok"], true, "{verified:#}");
        if let Some(dump) = self.dump.as_ref().filter(|_| store::is_page()) {
            // What the pages wrote around their calls: every transaction once, however often it was begun.
            let counted = dump.number("SELECT SUM(calls) FROM till");
            assert_eq!(dump.number("SELECT COUNT(*) FROM shop"), counted);
        }
    }
}

/// An engine in memory whose codes come from a seed.
///
/// # Panics
/// When the programme is wrong.
#[must_use]
pub fn seeded(changes: &str, seed: u8) -> Caller {
    open(Options::sqlite(":memory:"), changes, seed)
}

/// The secret key of every world.
pub const KEY: &str = "1111111111111111111111111111111111111111111111111111111111111111";

/// A setting of a database with one more part.
fn with(setting: &str, part: &str) -> String {
    let joint = if setting.contains('?') { '&' } else { '?' };
    format!("{setting}{joint}{part}")
}

fn open(options: Options, changes: &str, seed: u8) -> Caller {
    // Codes come from a fixed seed, so that two runs of the same calls give the same replies.
    let key = SigningKey::parse(KEY).expect("a key");
    let options = options.programme(programme(changes)).seed([seed; 32]).signing_key(key);
    let engine = Engine::open(options).expect("the engine opens");
    engine.fix_now(Some(Instant::parse(START).expect("an instant")));
    Caller::Engine(engine)
}

/// The programme of Café-VT with changes, given as TOML: tables are merged, all else is replaced.
///
/// # Panics
/// When the changes are wrong.
#[must_use]
pub fn programme(changes: &str) -> Programme {
    Programme::parse(&programme_text(changes)).expect("the changed programme is right")
}

/// The text of that programme.
///
/// # Panics
/// When the changes are no TOML.
#[must_use]
pub fn programme_text(changes: &str) -> String {
    let source = Programme::cafe_vt().expect("the compiled-in programme").source().to_owned();
    if changes.is_empty() {
        return source;
    }
    let mut whole: Table = source.parse().expect("the compiled-in programme is TOML");
    merge(&mut whole, changes.parse().expect("the changes are TOML"));
    toml::to_string(&whole).expect("a table can be written")
}

fn merge(whole: &mut Table, changes: Table) {
    for (name, change) in changes {
        match (whole.get_mut(&name), change) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => merge(old, new),
            // A policy without days is asked for by `days = false`, since TOML has no null.
            (Some(_), toml::Value::Boolean(false)) if name == "days" => drop(whole.remove(&name)),
            (_, new) => drop(whole.insert(name, new)),
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(database) = &self.database {
            store::drop_database(database);
        }
    }
}
