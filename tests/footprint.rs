//! What a purchase costs, in counts that are the same on every machine: bytes, pages, statements and calls of the
//! system. Each has an upper bound, so that a new table or column cannot take back what was won unseen.
//!
//! `cargo test --workspace --test footprint -- --nocapture` prints what each count is made of.
//! Needs strace, and for the bytes on a server one that `LOYALTY_TEST_SERVER` names (`tests/mariadb/with.sh`).

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use loyalty_core::{Durability, Engine, Options, internals};
use loyalty_tests::pages::{self, Space};
use loyalty_tests::purchases::{self, Purchases, Spread};
use loyalty_tests::statements::Overheard;
use loyalty_tests::store;
use mysql::prelude::Queryable as _;
use rusqlite::Connection;
use tempfile::TempDir;

/// Bytes of a SQLite file for each purchase without lines, all in, when a member rarely comes twice on a day.
const BYTES_OF_A_PURCHASE: f64 = 220.0;
/// The same when all of them are made on one day.
const BYTES_OF_A_PURCHASE_ON_ONE_DAY: f64 = 205.0;
/// Bytes of a SQLite file for each line of a purchase.
const BYTES_OF_A_LINE: f64 = 25.0;
/// Pages that the commit of a purchase writes, on the average over random members.
const PAGES_OF_A_COMMIT: f64 = 6.0;
/// Statements of a purchase, with begin and commit.
const STATEMENTS_OF_A_PURCHASE: usize = 10;
/// Calls of the system for a purchase on a warm database that waits for the disk.
const CALLS_OF_A_PURCHASE: f64 = 30.0;

/// Bytes of InnoDB for each purchase of two lines.
const BYTES_ON_A_SERVER: f64 = 940.0;

/// A database with so many members, who buy so often.
const MEMBERS: u64 = 500;
const PURCHASES: u64 = 20 * MEMBERS;
/// A database whose trees are deep, and how many of its purchases are measured.
const MANY_MEMBERS: u64 = 5_000;
const MANY_PURCHASES: u64 = 3 * MANY_MEMBERS;
const MEASURED: u64 = 400;

/// The parts of a count, largest first, and their sum.
struct Parts(BTreeMap<String, f64>);

impl Parts {
    fn sum(&self) -> f64 {
        self.0.values().sum()
    }

    /// Prints the parts that matter.
    fn print(&self, what: &str) {
        println!("{:9.2} {what}, of which", self.sum());
        let mut parts: Vec<(&String, &f64)> = self.0.iter().filter(|(_, part)| part.abs() >= 0.005).collect();
        parts.sort_by(|one, other| other.1.total_cmp(one.1));
        parts.iter().for_each(|(name, part)| println!("{part:13.2} {name}"));
    }
}

fn look(path: &Path) -> Connection {
    Connection::open(path).unwrap()
}

/// What each purchase adds to the trees of a new database.
fn bytes_of(lines: u64, spread: Spread) -> Parts {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("loyalty.db");
    let engine = purchases::engine(&path);
    let database = look(&path);
    let before = pages::trees(&database);
    purchases::book(&engine, &Purchases { members: MEMBERS, count: PURCHASES, lines }.all(), spread);
    let (mut parts, mut free) = (BTreeMap::new(), 0);
    for (name, space) in pages::trees(&database) {
        let old = before.get(&name).copied().unwrap_or_default();
        let grown = Space { bytes: space.bytes - old.bytes, free: space.free - old.free };
        free += grown.free;
        parts.insert(name, grown.bytes as f64 / PURCHASES as f64);
    }
    let parts = Parts(parts);
    parts.print(&format!("bytes of a purchase with {lines} lines, {spread:?}"));
    println!("{:13.2} free in all of them", free as f64 / PURCHASES as f64);
    parts
}

#[test]
fn a_purchase_takes_no_more_bytes_than_was_promised() {
    let bytes = bytes_of(0, Spread::Days).sum();
    assert!(bytes <= BYTES_OF_A_PURCHASE, "{bytes:.1} bytes");
    assert!(bytes > BYTES_OF_A_PURCHASE / 10.0, "the bytes were not counted");
    let bytes = bytes_of(0, Spread::Moment).sum();
    assert!(bytes <= BYTES_OF_A_PURCHASE_ON_ONE_DAY, "{bytes:.1} bytes on one day");
}

#[test]
fn a_line_takes_no_more_bytes_than_was_promised() {
    const LINES: u64 = 4;
    let (none, some) = (bytes_of(0, Spread::Moment), bytes_of(LINES, Spread::Moment));
    let more = |(name, bytes): (String, f64)| {
        let old = none.0.get(&name).copied().unwrap_or_default();
        (name, (bytes - old) / LINES as f64)
    };
    let line = Parts(some.0.into_iter().map(more).collect());
    line.print("bytes of a line");
    assert!(line.sum() <= BYTES_OF_A_LINE, "{:.1} bytes", line.sum());
    assert!(line.sum() > 1.0, "the lines were not counted");
}

/// A database of many members, of whose purchases the last are still to be booked.
fn deep() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let all = Purchases { members: MANY_MEMBERS, count: MANY_PURCHASES, lines: 0 }.all();
    let path = folder.path().join("loyalty.db");
    let engine = purchases::engine(&path);
    purchases::book(&engine, &all[..(MANY_PURCHASES - MEASURED) as usize], Spread::Moment);
    drop(engine);
    folder
}

#[test]
fn a_commit_writes_no_more_pages_than_was_promised() {
    let folder = deep();
    let path = folder.path().join("loyalty.db");
    let all = Purchases { members: MANY_MEMBERS, count: MANY_PURCHASES, lines: 0 }.all();
    let engine = purchases::engine(&path);
    // Whatever opening the engine wrote.
    let database = look(&path);
    database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    all[(MANY_PURCHASES - MEASURED) as usize..].iter().for_each(|purchase| drop(engine.run(purchase).unwrap()));
    let commits = pages::commits(&path);
    assert_eq!(commits.len() as u64, MEASURED, "a purchase is one commit");
    let owners = pages::owners(&database);
    let mut parts: BTreeMap<String, f64> = BTreeMap::new();
    for page in commits.iter().flatten() {
        let owner = owners.get(page).map_or("no tree", |owner| owner);
        *parts.entry(owner.to_owned()).or_default() += 1.0 / MEASURED as f64;
    }
    let parts = Parts(parts);
    parts.print("pages of a commit");
    assert!(parts.sum() <= PAGES_OF_A_COMMIT, "{:.2} pages", parts.sum());
}

#[test]
fn a_purchase_takes_no_more_statements_than_was_promised() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("loyalty.db");
    drop(purchases::engine(&path));
    let options = Options::sqlite(&path).durability(Durability::Relaxed);
    let (session, heard) = Overheard::on(internals::connect(&options).unwrap());
    let engine = Engine::on(Box::new(session), options).unwrap();
    let all = Purchases { members: 1, count: 3, lines: 0 }.all();
    // The first calls find out what later ones know.
    all[..2].iter().for_each(|purchase| drop(engine.run(purchase).unwrap()));
    let statements = heard.of(|| drop(engine.run(&all[2]).unwrap()));
    println!("{:9} statements of a purchase, which are", statements.len());
    statements.iter().for_each(|sql| println!("          {}", sql.chars().take(100).collect::<String>()));
    assert!(statements.len() <= STATEMENTS_OF_A_PURCHASE, "{} statements: {statements:#?}", statements.len());
    assert!(statements.contains(&"COMMIT"), "the statements were not heard");
}

/// Calls of the system by their names that a process makes which books so many purchases on a copy of a database.
fn calls_of(database: &Path, count: u64) -> BTreeMap<String, f64> {
    let folder = tempfile::tempdir().unwrap();
    let (path, counts) = (folder.path().join("loyalty.db"), folder.path().join("counts"));
    std::fs::copy(database, &path).unwrap();
    // Who closes the file last copies the log into it, and how long that takes is no part of a purchase.
    let held = look(&path);
    held.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(())).unwrap();
    let first = (MANY_PURCHASES - MEASURED).to_string();
    let mut strace = Command::new("strace");
    strace.args(["-f", "-c", "-U", "name,calls", "-o"]).arg(&counts).arg(env!("CARGO_BIN_EXE_loyalty-worker"));
    strace.arg(format!("sqlite:{}", path.display())).arg("earn");
    strace.args([&MANY_MEMBERS.to_string(), &MANY_PURCHASES.to_string(), &first, &count.to_string()]);
    let done =
        strace.status().unwrap_or_else(|error| panic!("strace, which `.ci/install` installs, cannot run: {error}"));
    assert!(done.success(), "the process failed, or strace may not watch a process here");
    drop(held);
    let table = std::fs::read_to_string(&counts).unwrap();
    let rows = table.lines().filter_map(|line| {
        let (name, calls) = line.trim().split_once(char::is_whitespace)?;
        Some((name.to_owned(), calls.trim().parse().ok()?))
    });
    rows.filter(|(name, _)| name != "total").collect()
}

#[test]
fn a_purchase_takes_no_more_calls_of_the_system_than_was_promised() {
    let folder = deep();
    let path = folder.path().join("loyalty.db");
    let (half, whole) = (calls_of(&path, MEASURED / 2), calls_of(&path, MEASURED));
    let each = |(name, calls): (String, f64)| {
        let first = half.get(&name).copied().unwrap_or_default();
        (name, (calls - first) / (MEASURED / 2) as f64)
    };
    let parts = Parts(whole.into_iter().map(each).collect());
    parts.print("calls of the system for a purchase");
    assert!(parts.sum() <= CALLS_OF_A_PURCHASE, "{:.2} calls", parts.sum());
    assert!(parts.sum() > 3.0, "the calls were not counted");
}

/// Bytes that the server has put aside for each tree of a database, and those of all pages that it uses.
fn server_trees(setting: &str) -> (BTreeMap<String, i64>, i64) {
    let mut server = store::connect(setting);
    let tables: Vec<String> = server.query("SHOW TABLES").unwrap();
    server.query_drop(format!("ANALYZE TABLE {}", tables.join(", "))).unwrap();
    let trees: Vec<(String, i64)> = server
        .query(
            "SELECT CONCAT(table_name, ' ', index_name), stat_value * @@innodb_page_size FROM mysql.innodb_index_stats \
             WHERE database_name = DATABASE() AND stat_name = 'size'",
        )
        .unwrap();
    let used = server.query_first(
        "SELECT COUNT(*) * @@innodb_page_size FROM information_schema.INNODB_BUFFER_PAGE WHERE PAGE_TYPE = 'INDEX' \
         AND TABLE_NAME LIKE CONCAT('`', DATABASE(), '`.%')",
    );
    (trees.into_iter().collect(), used.unwrap().unwrap())
}

#[test]
fn a_purchase_of_two_lines_takes_no_more_bytes_on_a_server_than_was_promised() {
    // `make test` names one; to start one for this alone would take longer than the count.
    if std::env::var_os("LOYALTY_TEST_SERVER").is_none() {
        println!("no server is named: run this with tests/mariadb/with.sh");
        return;
    }
    // Enough that the extents of 1 MiB, in which trees grow, matter little.
    const TWICE: u64 = 2 * PURCHASES;
    let setting = store::database();
    let engine = purchases::open(Options::parse(&setting).unwrap());
    let (before, used_before) = server_trees(&setting);
    let all = Purchases { members: 2 * MEMBERS, count: TWICE, lines: 2 }.all();
    purchases::book(&engine, &all, Spread::Days);
    let (after, used) = server_trees(&setting);
    drop(engine);
    store::drop_database(&setting);
    let grown = after.into_iter().map(|(name, bytes)| {
        let old = before.get(&name).copied().unwrap_or_default();
        (name, (bytes - old) as f64 / TWICE as f64)
    });
    let parts = Parts(grown.collect());
    parts.print("bytes of a purchase with 2 lines on a server");
    println!("{:13.2} in pages that are used", (used - used_before) as f64 / TWICE as f64);
    assert!(parts.sum() <= BYTES_ON_A_SERVER, "{:.1} bytes", parts.sum());
    assert!(parts.sum() > BYTES_ON_A_SERVER / 10.0, "the bytes were not counted");
}
