//! `copy`: a whole database goes from one store to another, and nothing of it is left behind.

use std::collections::BTreeSet;
use std::path::Path;

use loyalty_core::ops::{Enroll, Verify};
use loyalty_core::value::UserId;
use loyalty_core::{Copied, Engine, Error, Options};
use loyalty_tests::dump::Dump;
use loyalty_tests::surfaces::Rust;
use loyalty_tests::{Place, store, story};
use mysql::prelude::Queryable as _;
use rusqlite::Connection;

/// Stories that together fill every table; if a new table is missing among theirs, the other stories are run too.
const RICH: [&str; 16] = [
    "webhooks",
    "messages",
    "events",
    "campaigns",
    "notices",
    "tasks",
    "stamps-by-hand",
    "coupon-holds",
    "coupon-guessing",
    "referrals",
    "merge",
    "reservations",
    "tier-gifts",
    "earning-events",
    "coupon-batches",
    "paying-with-points",
];
/// What a database keeps of itself, and no copy moves; what only a server has until it is numbered; and what no server
/// has, which tests/archive.rs copies.
const ITS_OWN: [&str; 4] = ["loyalty_attempts", "loyalty_migrations", "loyalty_event_arrivals", "loyalty_closings"];

fn sqlite(path: &Path) -> String {
    format!("sqlite:{}?durability=relaxed", path.display())
}

fn copy(source: &str, target: &str) -> Result<Copied, Error> {
    Engine::copy(&Options::parse(source)?, &Options::parse(target)?, &mut |_, _| Ok(()))
}

/// The tables of a file, and those that have rows.
fn tables(path: &Path) -> (BTreeSet<String>, BTreeSet<String>) {
    let connection = Connection::open(path).unwrap();
    let mut names = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    let names = names.query_map([], |row| row.get(0)).unwrap();
    let all: BTreeSet<String> =
        names.map(|name| name.unwrap()).filter(|name: &String| !ITS_OWN.contains(&name.as_str())).collect();
    let filled = all.iter().filter(|name| {
        let sql = format!("SELECT COUNT(*) > 0 FROM {name}");
        connection.query_row(&sql, [], |row| row.get::<_, bool>(0)).unwrap()
    });
    (all.clone(), filled.cloned().collect())
}

/// Files that stories have filled, with no table empty in all of them.
fn filled(place: &Place) -> Vec<String> {
    let stories = story::all();
    // The one about `health` tells of another durability, and the files are opened again with the programme of the café.
    let is_in_pesos = |name: &&str| !stories[*name].program.iter().any(|[_, to]| to.contains("currency"));
    let others = stories.keys().map(String::as_str).filter(|name| !RICH.contains(name) && !name.starts_with("codes"));
    let others = others.filter(is_in_pesos);
    let (mut seen, mut files) = (BTreeSet::new(), Vec::new());
    for name in RICH.into_iter().chain(others) {
        let story = &stories[name];
        let path = place.file(&format!("{name}.db"));
        let program = story.write_program(place.file("program.toml"));
        story.tell(name, &mut Rust::open(&sqlite(&path), program.as_deref()));
        if name == RICH[0] {
            // No operation writes the outbox: a shop's own tables do.
            let row = "INSERT INTO loyalty_outbox (order_id, user_id, amount, state, noted_at) VALUES ('9', 1, '5', 'open', 1)";
            Connection::open(&path).unwrap().execute(row, []).unwrap();
        }
        let (all, rows) = tables(&path);
        if !rows.is_subset(&seen) {
            seen.extend(rows);
            files.push(name.to_owned());
        }
        if seen == all {
            return files;
        }
        assert!(name != *stories.keys().last().unwrap(), "no story fills {:?}", all.difference(&seen));
    }
    unreachable!("the last story was told")
}

fn without_migrations(path: &Path) -> String {
    let text = Dump::open(path).text();
    let (before, rest) = text.split_once("loyalty_migrations\n").unwrap();
    let after = rest.find("\nloyalty_").map_or("", |place| &rest[place..]);
    format!("{before}{after}")
}

fn verify(setting: &str) {
    let engine = Engine::open(Options::parse(setting).unwrap()).unwrap();
    let verified = engine.run(&Verify::default()).unwrap();
    assert!(verified.ok && verified.problems.is_empty());
}

#[test]
fn every_table_comes_to_a_server_and_back_as_it_was() {
    let place = Place::new("copy-there-and-back");
    let mut moved = BTreeSet::new();
    let mut all = BTreeSet::new();
    for name in filled(&place) {
        let (here, back) = (place.file(&format!("{name}.db")), place.file(&format!("{name}-back.db")));
        let server = store::database();
        let there = copy(&sqlite(&here), &server).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let again = copy(&server, &sqlite(&back)).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(there, again, "{name}: equal by hash");
        assert!(without_migrations(&here) == without_migrations(&back), "{name}: a row differs");
        assert!(without_migrations(&here).contains("loyalty_users"));
        moved.extend(there.tables.iter().filter(|table| table.rows > 0).map(|table| table.table.clone()));
        all = tables(&here).0;
        verify(&server);
        verify(&sqlite(&back));
        store::drop_database(&server);
    }
    assert_eq!(moved, all, "a table was left out");
}

/// A file with a few members.
fn small(place: &Place, name: &str) -> String {
    let setting = sqlite(&place.file(name));
    let engine = Engine::open(Options::parse(&setting).unwrap()).unwrap();
    for user in 1..=3 {
        engine.run(&Enroll::user(UserId::new(user).unwrap())).unwrap();
    }
    setting
}

#[test]
fn new_members_get_ids_behind_those_that_were_copied() {
    let place = Place::new("copy-ids");
    let source = small(&place, "source.db");
    let server = store::database();
    let file = sqlite(&place.file("target.db"));
    copy(&source, &server).unwrap();
    copy(&server, &file).unwrap();
    for setting in [&server, &file] {
        let engine = Engine::open(Options::parse(setting).unwrap()).unwrap();
        engine.run(&Enroll::user(UserId::new(9).unwrap())).unwrap();
    }
    let sql = "SELECT id FROM loyalty_users WHERE user_id = 9";
    let here: i64 = Connection::open(place.file("target.db")).unwrap().query_row(sql, [], |row| row.get(0)).unwrap();
    let there: Option<i64> = store::connect(&server).query_first(sql).unwrap();
    assert_eq!((here, there), (4, Some(4)));
    store::drop_database(&server);
}

#[test]
fn a_copy_that_stopped_leaves_nothing_to_use_and_can_be_done_again() {
    let place = Place::new("copy-stopped");
    let source = small(&place, "source.db");
    for target in [sqlite(&place.file("target.db")), store::database()] {
        let (from, to) = (Options::parse(&source).unwrap(), Options::parse(&target).unwrap());
        let stopped = Engine::copy(&from, &to, &mut |table, rows| match (table, rows) {
            ("loyalty_users", 3) => Err(Error::invalid("power", "is gone")),
            _ => Ok(()),
        });
        assert_eq!(stopped.unwrap_err().details()["field"], "power");
        let refused = Engine::open(to.clone()).unwrap_err();
        assert_eq!(refused.code(), "database_unfinished", "{refused:?}");
        assert_eq!(Engine::migrate(&to).unwrap_err().code(), "database_unfinished");
        let from_half = copy(&target, &sqlite(&place.file("third.db"))).unwrap_err();
        assert!(from_half.message().contains("was not completed"), "{from_half:?}");
        let copied = copy(&source, &target).unwrap();
        assert_eq!(copied.tables.iter().find(|table| table.table == "loyalty_users").unwrap().rows, 3);
        verify(&target);
    }
}

#[test]
fn a_copy_that_another_replaced_writes_no_more() {
    let place = Place::new("copy-replaced");
    let source = small(&place, "source.db");
    let target = sqlite(&place.file("target.db"));
    let (from, to) = (Options::parse(&source).unwrap(), Options::parse(&target).unwrap());
    let mut second = None;
    let first = Engine::copy(&from, &to, &mut |_, _| {
        second.get_or_insert_with(|| copy(&source, &target).map(drop));
        Ok(())
    });
    assert_eq!(second, Some(Ok(())));
    assert_eq!(first.unwrap_err().code(), "database_unfinished");
    verify(&target);
}

#[test]
fn only_an_empty_target_and_a_source_of_this_schema_are_taken() {
    let place = Place::new("copy-refused");
    let source = small(&place, "source.db");
    let other = small(&place, "other.db");
    let error = copy(&source, &other).unwrap_err();
    assert_eq!(error.details()["field"], "target");
    assert!(error.message().contains("`loyalty_currency` has rows"), "{error:?}");
    let gone = sqlite(&place.file("gone.db"));
    assert_eq!(copy(&gone, &other).unwrap_err().details()["field"], "source");
    assert!(!place.file("gone.db").exists(), "a source is never made");
    let old = Connection::open(place.file("other.db")).unwrap();
    old.execute("DELETE FROM loyalty_migrations WHERE number > 1", []).unwrap();
    drop(old);
    let error = copy(&other, &gone).unwrap_err();
    assert!(error.message().contains("has schema 1") && error.message().contains("loyalty migrate"), "{error:?}");
    assert!(!place.file("gone.db").exists(), "the source is looked at first");
}

#[test]
fn a_target_that_changes_what_is_written_is_not_taken_for_a_copy() {
    let place = Place::new("copy-differs");
    let source = small(&place, "source.db");
    let target = sqlite(&place.file("target.db"));
    Engine::migrate(&Options::parse(&target).unwrap()).unwrap();
    let meddler = Connection::open(place.file("target.db")).unwrap();
    meddler
        .execute_batch(
            "CREATE TRIGGER meddle AFTER INSERT ON loyalty_users WHEN NEW.user_id = 2 BEGIN
                 UPDATE loyalty_users SET score = score + 1 WHERE user_id = 2; END;",
        )
        .unwrap();
    drop(meddler);
    let error = copy(&source, &target).unwrap_err();
    assert_eq!((error.code(), error.details()["table"].as_str()), ("copy_differs", Some("loyalty_users")));
    assert_eq!(Engine::open(Options::parse(&target).unwrap()).unwrap_err().code(), "database_unfinished");
}

#[test]
fn the_command_line_copies_and_never_prints_a_password() {
    let place = Place::new("copy-cli");
    small(&place, "source.db");
    let reply = place.reply(&["copy", "sqlite:source.db", "sqlite:target.db"]);
    let users = reply["tables"].as_array().unwrap().iter().find(|table| table["table"] == "loyalty_users").unwrap();
    assert_eq!((users["rows"].as_u64(), users["hash"].as_str().map(str::len)), (Some(3), Some(32)));
    assert_eq!(place.reply(&["verify", "--database", "sqlite:target.db"])["ok"], true);
    for words in [
        ["copy", "sqlite:source.db", "mysql://ana:secret@127.0.0.1:1/shop"],
        ["copy", "sqlite:source.db", "mysql://ana:secret@127.0.0.1:x/shop"],
        ["copy", "mysql://ana:secret@127.0.0.1:1/shop", "sqlite:third.db"],
        ["copy", "mysql://ana:secret@127.0.0.1:1", "sqlite:third.db"],
    ] {
        let output = place.run(&words);
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert!(!said.is_empty() && !said.contains("secret"), "{said}");
    }
    let mut hidden = place.command(&["copy", "env:FROM", "env:TO", "--json"]);
    let output = hidden.env("FROM", "sqlite:source.db").env("TO", "sqlite:fourth.db").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let (_, error) = place.error(&["copy", "env:NOWHERE", "sqlite:fifth.db"]);
    assert_eq!(error["details"]["field"], "source");
}
