//! Files whose old entries leave for a second one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use loyalty_core::programme::Programme;
use loyalty_core::value::Instant;
use loyalty_core::{Archived, Engine, Error, Options};
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::Place;
use crate::story::Surface;
use crate::surfaces::signing;

/// Later than all that is told: whatever can leave does.
pub const LATER: &str = "2199-01-01T00:00:00Z";
/// The tables whose rows leave.
pub const TABLES: [&str; 3] = ["loyalty_transactions", "loyalty_lot_uses", "loyalty_order_standings"];

/// The setting of a file with or without its archive.
#[must_use]
pub fn setting(file: &Path, archive: Option<&Path>) -> String {
    let database = format!("sqlite:{}?busy_timeout_ms=5000", file.display());
    signing(&archive.map_or(database.clone(), |archive| format!("{database}&archive={}", archive.display())))
}

/// Archives what happened before a moment.
///
/// # Errors
/// Those of the engine.
pub fn archive(file: &Path, to: &Path, before: &str) -> Result<Archived, Error> {
    let options = Options::parse(&setting(file, None)).unwrap().archive(to);
    Engine::archive(&options, Instant::parse(before).unwrap(), &mut |_| Ok(()))
}

/// An engine on a file with or without its archive, under a programme or the default one.
///
/// # Errors
/// Those of the engine.
pub fn engine(file: &Path, archive: Option<&Path>, program: Option<&str>) -> Result<Engine, Error> {
    let options = Options::parse(&setting(file, archive)).unwrap();
    Engine::open(match program {
        Some(text) => options.programme(Programme::parse(text).unwrap()),
        None => options,
    })
}

/// A call at a moment, on an engine of its own.
///
/// # Errors
/// Those of the engine, as JSON.
pub fn call(file: &Path, archive: Option<&Path>, at: &str, operation: &str, arguments: Value) -> Result<Value, Value> {
    let engine = engine(file, archive, None).map_err(|error| error.to_json())?;
    engine.fix_now(Some(Instant::parse(at).unwrap()));
    engine.call(operation, arguments).map_err(|error| error.to_json())
}

/// A caller before whose every call all that can leave the database leaves it.
pub struct Archiving {
    file: PathBuf,
    archive: PathBuf,
    engine: Result<Engine, Error>,
    /// How many entries have left so far.
    pub left: u64,
}

impl Archiving {
    /// On a new database in a folder, under a programme or the default one.
    #[must_use]
    pub fn open(place: &Place, program: Option<&str>) -> Self {
        let (file, archive) = (place.file("loyalty.db"), place.file("archive.db"));
        drop(engine(&file, None, program).unwrap());
        self::archive(&file, &archive, LATER).unwrap();
        let engine = engine(&file, Some(&archive), program);
        Self { file, archive, engine, left: 0 }
    }
}

impl Surface for Archiving {
    fn call(&mut self, now: &str, operation: &str, arguments: &Map<String, Value>) -> Result<Value, Value> {
        self.left += archive(&self.file, &self.archive, LATER).unwrap().entries;
        let engine = self.engine.as_ref().map_err(Error::to_json)?;
        engine.fix_now(Some(Instant::parse(now).unwrap()));
        engine.call(operation, Value::Object(arguments.clone())).map_err(|error| error.to_json())
    }

    fn reopen(&mut self, program: &str) {
        self.engine = engine(&self.file, Some(&self.archive), Some(program));
    }
}

/// Years of two members in a file: most of it is spent or has ended.
#[must_use]
pub fn shop(place: &Place) -> PathBuf {
    let file = place.file("loyalty.db");
    let act = |at: &str, operation: &str, arguments: Value| call(&file, None, at, operation, arguments).unwrap();
    for year in [2022, 2023, 2024] {
        for (user, month) in [(1, 2), (1, 5), (2, 5), (1, 8)] {
            let order = json!({"user_id": user, "amount": 90_000, "order_id": format!("{user}-{year}-{month}")});
            act(&format!("{year}-0{month}-10T12:00:00Z"), "earn_points", order);
        }
        act(
            &format!("{year}-09-01T12:00:00Z"),
            "refund_order",
            json!({"order_id": format!("1-{year}-8"), "amount": 9_000}),
        );
        act(&format!("{year}-09-02T12:00:00Z"), "redeem_reward", json!({"user_id": 1, "reward_id": 2}));
    }
    act("2025-12-01T12:00:00Z", "expire_points", json!({}));
    act("2026-06-01T12:00:00Z", "earn_points", json!({"user_id": 1, "amount": 500_000, "order_id": "new"}));
    file
}

/// The rows of the tables in a file, and how many times each is there.
#[must_use]
pub fn rows(file: &Path) -> BTreeSet<String> {
    let database = Connection::open(file).unwrap();
    let mut all = BTreeSet::new();
    for table in TABLES {
        let mut select = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = select.column_count();
        let mut found = select.raw_query();
        while let Some(row) = found.next().unwrap() {
            let cells: Vec<_> = (0..columns).map(|cell| row.get::<_, rusqlite::types::Value>(cell).unwrap()).collect();
            all.insert(format!("{table} {cells:?}"));
        }
    }
    all
}

/// The rows of a file that may have no tables yet.
#[must_use]
pub fn rows_if_any(file: &Path) -> BTreeSet<String> {
    let database = Connection::open(file).unwrap();
    let sql = "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'loyalty_order_standings'";
    if database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() == 0 {
        return BTreeSet::new();
    }
    drop(database);
    rows(file)
}
