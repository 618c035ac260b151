//! `archive`: old entries leave a file for a second one. With it, every call answers as before; without, a call says what
//! it misses.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::Path;

use loyalty_core::ops::{Enroll, Points, RecordTransaction};
use loyalty_core::programme::Programme;
use loyalty_core::value::{Instant, UserId};
use loyalty_core::{Archived, Engine, Error, Fault, Options, read_arguments};
use loyalty_tests::archiving::{Archiving, LATER, archive, call, engine, rows, rows_if_any, setting, shop};
use loyalty_tests::story::Surface as _;
use loyalty_tests::{Place, story};
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

#[test]
fn the_stories_are_true_when_all_that_can_leave_is_in_the_archive() {
    let mut left = 0;
    for (name, story) in story::chosen() {
        let place = Place::new(&format!("archive-story-{name}"));
        let program =
            story.write_program(place.file("program.toml")).map(|path| std::fs::read_to_string(path).unwrap());
        let mut archiving = Archiving::open(&place, program.as_deref());
        story.tell(&name, &mut archiving);
        archiving.reopen(&program.unwrap_or_else(|| Programme::cafe_vt().unwrap().source().to_owned()));
        let verified = archiving.call("2030-01-01T00:00:00Z", "verify", &Map::new());
        assert_eq!(verified.unwrap()["problems"], json!([]), "{name}");
        left += archiving.left;
    }
    assert!(left > 300, "{left} entries left");
}

/// What the random walk does next, and how many days pass before.
#[derive(Debug, Clone)]
struct Step {
    days: i64,
    user: i64,
    what: u8,
    number: i64,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let days = prop_oneof![3 => Just(0_i64), 3 => 1..20_i64, 1 => 200..500_i64];
    let step = (days, 1..=2_i64, 0..16_u8, 0..6_i64);
    prop::collection::vec(step.prop_map(|(days, user, what, number)| Step { days, user, what, number }), 10..45)
}

/// The call of a step; `ids` are those of redemptions and holds so far.
fn call_of(step: &Step, place: usize, ids: &[i64]) -> (&'static str, Value) {
    let Step { user, number, .. } = *step;
    let order = format!("O-{user}-{number}");
    let id = ids.get(usize::try_from(number).unwrap()).copied().unwrap_or(1 << 22 | 3);
    match step.what {
        0..=3 => ("earn_points", json!({"user_id": user, "amount": 100_000 + number * 10_000, "order_id": order})),
        4 => ("earn_points", json!({"user_id": user, "amount": 130_000, "order_id": format!("N-{place}")})),
        5 => ("refund_order", json!({"order_id": order, "amount": 14_000})),
        6 => ("cancel_order", json!({"order_id": order})),
        7 => ("redeem_reward", json!({"user_id": user, "reward_id": 2})),
        8 if number < 2 => ("release_payment", json!({"order_id": format!("P-{user}-{}", number + 2)})),
        8 => {
            let order = format!("P-{user}-{number}");
            ("pay_with_points", json!({"user_id": user, "order_id": order, "amount": 10_000, "points": 300 * number}))
        }
        9 => ("cancel_redemption", json!({"redemption_id": id})),
        10 => ("hold_points", json!({"user_id": user, "points": 100 + number * 20})),
        11 => ("capture_hold", json!({"hold_id": id})),
        12 => ("transfer_points", json!({"from_user_id": user, "to_user_id": 3 - user, "points": 150})),
        13 => ("amend_order", json!({"order_id": order, "amount": 95_000})),
        14 => ("reinstate_points", json!({"user_id": user, "since": "2026-03-02"})),
        _ => ("explain", json!({"transaction_id": id})),
    }
}

/// A reply without the codes that were drawn, and without the moments at which what the clock had ended was written down:
/// a question that needed the archive has written nothing in the end.
fn uncoded(mut reply: Value) -> Value {
    const APART: [&str; 3] = ["referral_code", "code", "recorded_at"];
    match &mut reply {
        Value::Object(fields) => {
            fields.retain(|name, _| !APART.contains(&name.as_str()));
            fields.values_mut().for_each(|field| *field = uncoded(field.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = uncoded(item.take())),
        _ => {}
    }
    reply
}

fn instant(moment: Instant) -> String {
    json!(moment).as_str().unwrap().to_owned()
}

/// Walks with one engine that archives before each step and one that never does.
fn walk(steps: &[Step], program: &str) -> Result<u64, TestCaseError> {
    let place = Place::new(&format!("archive-walk-{:?}", std::thread::current().id()));
    let mut archiving = Archiving::open(&place, Some(program));
    let plain = engine(&place.file("plain.db"), None, Some(program)).unwrap();
    let mut now = Instant::parse("2026-03-02T12:00:00Z").unwrap();
    let mut ids: Vec<i64> = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        now = now.plus_seconds(step.days * 86_400 + 60);
        plain.fix_now(Some(now));
        let at = instant(now);
        let mut same = |operation: &str, arguments: &Value| {
            let expected = plain.call(operation, arguments.clone()).map(uncoded).map_err(|error| error.to_json());
            let found = archiving.call(&at, operation, arguments.as_object().unwrap()).map(uncoded);
            prop_assert_eq!(&found, &expected, "step {}: {} {}", number, operation, arguments);
            Ok(expected)
        };
        let (operation, arguments) = call_of(step, number, &ids);
        let reply = same(operation, &arguments)?;
        let id = ["redemption_id", "hold_id"].into_iter().find_map(|name| reply.as_ref().ok()?.get(name)?.as_i64());
        ids.extend(id.filter(|_| matches!(operation, "redeem_reward" | "hold_points")));
        let user = json!({"user_id": step.user});
        drop((same("points", &user)?, same("profile", &user)?));
        if number % 5 == 4 {
            drop(same("points", &json!({"user_id": step.user, "as_of": "2026-04-01T00:00:00Z"}))?);
            drop(same("transactions", &json!({"user_id": step.user, "page": 1, "limit": 10}))?);
        }
    }
    archiving.call(&instant(now), "expire_points", &Map::new()).unwrap();
    plain.call("expire_points", json!({})).unwrap();
    let verified = archiving.call(&instant(now), "verify", &Map::new()).unwrap();
    prop_assert_eq!(&verified["problems"], &json!([]));
    prop_assert_eq!(verified, plain.call("verify", json!({})).unwrap());
    Ok(archiving.left)
}

proptest! {
    #![proptest_config(loyalty_tests::cases(24))]

    #[test]
    fn random_calls_answer_the_same_with_and_without_archiving_before_each(steps in steps(), window in 0..3_u8) {
        let changes = match window {
            0 => "",
            1 => "expiry = { policy = \"inactivity\", days = 45, reinstate_days = 900 }",
            _ => "expiry = { policy = \"fixed_days\", days = 30, reinstate_days = 900 }",
        };
        // Nobody may have done anything for years.
        let changes = format!("clock = {{ max_jump_days = 0 }}\n{changes}");
        walk(&steps, &loyalty_tests::world::programme_text(&changes))?;
    }
}

#[test]
fn history_refunds_repeats_verify_and_simulate_answer_as_before_while_the_archive_is_attached() {
    let place = Place::new("archive-attached");
    let file = shop(&place);
    let twin = place.file("twin.db");
    std::fs::copy(&file, &twin).unwrap();
    let to = place.file("archive.db");
    let left = archive(&file, &to, "2026-01-01T00:00:00Z").unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(left.members, 2);
    assert!(left.entries > 20, "{left:?}");
    let (after, before) = (rows(&file).len(), rows(&twin).len());
    assert!(after * 3 < before, "{after} of {before} rows stay");
    let program = Programme::cafe_vt().unwrap().source().to_owned();
    let first = json!({"user_id": 1, "amount": 90_000, "order_id": "1-2022-2"});
    for (operation, arguments) in [
        ("transactions", json!({"user_id": 1, "page": 2, "limit": 5})),
        ("transactions", json!({"user_id": 1, "from": "2022-01-01", "until": "2022-12-31"})),
        ("points", json!({"user_id": 1, "as_of": "2023-06-01T00:00:00Z"})),
        ("points", json!({"user_id": 1, "earned_since": "2022-06-01T00:00:00Z"})),
        ("verify", json!({})),
        ("verify", json!({"user_id": 2})),
        ("simulate", json!({"program": program})),
        ("earn_points", first.clone()),
        ("refund_order", json!({"order_id": "1-2023-5", "amount": 30_000})),
        ("refund_order", json!({"order_id": "2-2022-5"})),
        ("earn_points", json!({"user_id": 1, "amount": 70_000, "order_id": "1-2022-2"})),
        ("transactions", json!({"user_id": 2})),
        ("verify", json!({})),
    ] {
        let expected = call(&twin, None, "2026-06-02T12:00:00Z", operation, arguments.clone());
        let found = call(&file, Some(&to), "2026-06-02T12:00:00Z", operation, arguments.clone());
        assert_eq!(found, expected, "{operation} {arguments}");
    }
    assert_eq!(rows(&file), rows(&twin), "what commands needed is back");
    // The next run takes it away again.
    assert!(archive(&file, &to, "2026-01-01T00:00:00Z").unwrap().entries > 3);
    assert_eq!(&rows(&file) | &rows(&to), rows(&twin));
}

#[test]
fn questions_leave_in_the_archive_what_they_need() {
    let place = Place::new("archive-questions");
    let file = shop(&place);
    let to = place.file("archive.db");
    archive(&file, &to, "2026-01-01T00:00:00Z").unwrap();
    let (here, there) = (rows(&file), rows(&to));
    for (operation, arguments) in [("transactions", json!({"user_id": 1})), ("verify", json!({}))] {
        call(&file, Some(&to), "2026-06-02T12:00:00Z", operation, arguments).unwrap();
    }
    assert!((here, there) == (rows(&file), rows(&to)));
}

#[test]
fn without_the_archive_business_goes_on_and_what_is_missed_is_said() {
    let place = Place::new("archive-detached");
    let file = shop(&place);
    let to = place.file("archive.db");
    let left = archive(&file, &to, "2026-01-01T00:00:00Z").unwrap();
    let act = |operation: &str, arguments: Value| call(&file, None, "2026-06-02T12:00:00Z", operation, arguments);
    for (operation, arguments) in [
        ("earn_points", json!({"user_id": 1, "amount": 20_000, "order_id": "newer"})),
        ("redeem_reward", json!({"user_id": 1, "reward_id": 1})),
        ("refund_order", json!({"order_id": "new", "amount": 1_000})),
        ("profile", json!({"user_id": 2})),
        ("points", json!({"user_id": 2})),
        ("expire_points", json!({})),
        ("review_tiers", json!({})),
    ] {
        act(operation, arguments.clone()).unwrap_or_else(|error| panic!("{operation} {arguments}: {error}"));
    }
    for (operation, arguments) in [
        ("earn_points", json!({"user_id": 1, "amount": 90_000, "order_id": "1-2022-2"})),
        ("refund_order", json!({"order_id": "1-2023-5"})),
        ("points", json!({"user_id": 1, "as_of": "2023-06-01T00:00:00Z"})),
        ("points", json!({"user_id": 1, "earned_since": "2022-06-01T00:00:00Z"})),
        ("explain", json!({"transaction_id": 1 << 22 | 1})),
        ("merge_members", json!({"into_user_id": 2, "from_user_id": 1})),
        ("simulate", json!({"program": Programme::cafe_vt().unwrap().source()})),
    ] {
        let error = act(operation, arguments.clone()).expect_err(operation);
        assert_eq!((&error["kind"], &error["code"]), (&json!("unavailable"), &json!("archive_needed")), "{operation}");
        assert_eq!(
            error["message"],
            "this needs entries that are in the archive: open the database with its `archive`"
        );
    }
    let page = act("transactions", json!({"user_id": 2})).unwrap();
    assert_eq!((&page["items"], &page["archived"]), (&json!([]), &json!(6)), "{page}");
    let verified = act("verify", json!({})).unwrap();
    assert_eq!((&verified["ok"], &verified["archived"]), (&json!(true), &json!(left.entries)), "{verified}");
    let attached = call(&file, Some(&to), "2026-06-02T12:00:00Z", "verify", json!({})).unwrap();
    assert_eq!((&attached["ok"], &attached["archived"]), (&json!(true), &json!(0)), "{attached}");
    assert_eq!(attached["entries"], json!(left.entries + verified["entries"].as_u64().unwrap()));
}

#[test]
fn a_run_that_stops_anywhere_leaves_no_row_in_neither_place_and_is_run_again() {
    let place = Place::new("archive-stopped");
    let file = shop(&place);
    let whole = rows(&file);
    for stop in 0.. {
        let (cut, to) = (place.file(&format!("cut-{stop}.db")), place.file(&format!("archive-{stop}.db")));
        std::fs::copy(&file, &cut).unwrap();
        let options = Options::parse(&setting(&cut, None)).unwrap().archive(&to);
        let said = Cell::new(0);
        let run = Engine::archive(&options, Instant::parse("2026-01-01T00:00:00Z").unwrap(), &mut |_| {
            said.set(said.get() + 1);
            if said.get() > stop { Err(Error::invalid("stop", "here")) } else { Ok(()) }
        });
        assert_eq!(&rows(&cut) | &rows(&to), whole, "stopped after {stop}");
        if run.is_ok() {
            assert!(stop >= 2, "stopped between the copy and the deletion, and after it");
            break;
        }
        assert_eq!(call(&cut, Some(&to), "2026-06-02T12:00:00Z", "verify", json!({})).unwrap()["ok"], true);
        archive(&cut, &to, "2026-01-01T00:00:00Z").unwrap();
        assert_eq!(&rows(&cut) | &rows(&to), whole);
        assert_eq!(&rows(&cut) & &rows(&to), BTreeSet::new(), "each row is in one place");
        assert_eq!(call(&cut, Some(&to), "2026-06-02T12:00:00Z", "verify", json!({})).unwrap()["ok"], true);
    }
}

#[test]
fn a_run_that_is_killed_leaves_no_row_in_neither_place() {
    let place = Place::new("archive-killed");
    let file = shop(&place);
    let shop = engine(&file, None, None).unwrap();
    shop.fix_now(Some(Instant::parse("2026-06-01T12:00:00Z").unwrap()));
    shop.batch(|batch| {
        for user in 3..900 {
            batch.run(&Enroll::user(UserId::new(user)?))?;
        }
        for (user, points) in (3..900).flat_map(|user| [(user, 10), (user, -10)]) {
            let given =
                json!({"user_id": user, "transaction_type": "adjustment", "points": points, "description": "d"});
            let (record, call) = read_arguments::<RecordTransaction>(given.as_object().unwrap().clone())?;
            batch.run_as(&record, &call)?;
        }
        Ok(())
    })
    .unwrap();
    drop(shop);
    let whole = rows(&file);
    let words = ["archive", "--before", "2026-06-02", "--to", "archive.db", "--database", "sqlite:loyalty.db"];
    let mut stopped = 0;
    for millis in (0..30).map(|try_| try_ * 8) {
        let mut run = place.command(&words).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(millis));
        run.kill().unwrap();
        stopped += usize::from(!run.wait().unwrap().success());
        let there =
            if place.file("archive.db").exists() { rows_if_any(&place.file("archive.db")) } else { BTreeSet::new() };
        assert_eq!(&rows(&file) | &there, whole, "killed after {millis} ms");
    }
    assert!(stopped > 3, "{stopped} runs were killed");
    place.reply(&words);
    assert_eq!(&rows(&file) & &rows(&place.file("archive.db")), BTreeSet::new());
    let verified = place.reply(&["verify", "--database", "sqlite:loyalty.db?archive=archive.db"]);
    assert_eq!(verified["ok"], true, "{verified}");
}

#[test]
fn only_the_newest_archive_of_the_database_is_taken() {
    let place = Place::new("archive-foreign");
    let file = shop(&place);
    let to = place.file("archive.db");
    let other = place.file("other.db");
    drop(engine(&other, None, None).unwrap());
    let other_archive = place.file("other-archive.db");
    archive(&other, &other_archive, LATER).unwrap();
    let copy = place.file("copy.db");
    std::fs::copy(&file, &copy).unwrap();
    for (wrong, message) in [
        (&other, "is not the archive of this database"),
        (&other_archive, "is not the archive of this database"),
        (&copy, "is not the archive of this database"),
    ] {
        for error in [archive(&file, wrong, LATER).unwrap_err(), engine(&file, Some(wrong), None).unwrap_err()] {
            assert_eq!(error.fault(), Some(Fault::ArchiveForeign), "{wrong:?}: {error:?}");
            assert!(error.message().contains(message), "{error:?}");
        }
    }
    let error = archive(&file, &file, LATER).unwrap_err();
    assert_eq!(error.message(), "`archive`: must be another file than the database");
    let error = engine(&file, Some(&to), None).unwrap_err();
    assert!(error.message().ends_with("archive.db`: `loyalty archive` makes it"), "{error:?}");
    // An older copy of the archive, and a second archive, lack what left.
    archive(&file, &to, "2023-01-01T00:00:00Z").unwrap();
    let older = place.file("older.db");
    std::fs::copy(&to, &older).unwrap();
    archive(&file, &to, "2024-01-01T00:00:00Z").unwrap();
    let second = place.file("second.db");
    for wrong in [&older, &second] {
        let errors = [archive(&file, wrong, LATER).unwrap_err().to_json(), {
            call(&file, Some(wrong), "2026-06-02T12:00:00Z", "refund_order", json!({"order_id": "1-2022-5"}))
                .unwrap_err()
        }];
        for error in errors {
            assert_eq!(error["code"], "archive_foreign", "{wrong:?}");
            let expected =
                "the archive lacks entries that left for it: name the newest file that `loyalty archive` wrote";
            assert_eq!(error["message"], expected);
        }
    }
    assert_eq!(call(&file, Some(&to), "2026-06-02T12:00:00Z", "verify", json!({})).unwrap()["ok"], true);
}

#[test]
fn what_came_back_is_gone_from_the_archive_after_the_next_run() {
    let place = Place::new("archive-erased");
    let file = shop(&place);
    let to = place.file("archive.db");
    archive(&file, &to, "2026-01-01T00:00:00Z").unwrap();
    call(&file, Some(&to), "2026-06-02T12:00:00Z", "refund_order", json!({"order_id": "1-2022-2"})).unwrap();
    let of_the_first = |file: &Path| {
        let sql = "SELECT COUNT(*) FROM loyalty_transactions WHERE user_id = 1";
        Connection::open(file).unwrap().query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert!(of_the_first(&file) > 10 && of_the_first(&to) > 10);
    // Nothing of the first member leaves in this run.
    archive(&file, &to, "2022-01-01T00:00:00Z").unwrap();
    assert!(of_the_first(&file) > 10);
    assert_eq!(of_the_first(&to), 0);
}

#[test]
fn members_who_were_merged_keep_their_entries() {
    let place = Place::new("archive-merged");
    let file = shop(&place);
    let to = place.file("archive.db");
    archive(&file, &to, "2026-01-01T00:00:00Z").unwrap();
    let pair = json!({"into_user_id": 2, "from_user_id": 1});
    call(&file, Some(&to), "2026-06-02T12:00:00Z", "merge_members", pair).unwrap();
    assert_eq!(archive(&file, &to, LATER).unwrap(), Archived::default());
    assert_eq!(call(&file, None, "2026-06-02T12:00:00Z", "verify", json!({})).unwrap()["ok"], true);
}

#[test]
fn what_was_written_down_late_leaves_by_when_it_happened() {
    let place = Place::new("archive-late");
    let (file, to) = (place.file("loyalty.db"), place.file("archive.db"));
    let old = json!({"user_id": 1, "amount": 90_000, "order_id": "old", "at": "2023-03-01T12:00:00Z"});
    call(&file, None, "2026-06-01T12:00:00Z", "earn_points", old).unwrap();
    call(&file, None, "2026-06-02T12:00:00Z", "expire_points", json!({})).unwrap();
    assert_eq!(archive(&file, &to, "2025-01-01T00:00:00Z").unwrap(), Archived { members: 1, entries: 2 });
}

#[test]
fn a_batch_brings_back_what_it_needs() {
    let place = Place::new("archive-batch");
    let file = shop(&place);
    let to = place.file("archive.db");
    archive(&file, &to, "2026-01-01T00:00:00Z").unwrap();
    let attached = engine(&file, Some(&to), None).unwrap();
    attached.fix_now(Some(Instant::parse("2026-06-02T12:00:00Z").unwrap()));
    let asked = json!({"user_id": 1, "as_of": "2023-06-01T00:00:00Z"}).as_object().unwrap().clone();
    let points = attached.batch(|batch| {
        let (points, call) = read_arguments::<Points>(asked.clone())?;
        batch.run_as(&points, &call)
    });
    assert!(points.unwrap().available > 0);
}

#[test]
fn a_copy_with_the_archive_has_all_entries_and_one_without_needs_it() {
    let place = Place::new("archive-copy");
    let file = shop(&place);
    let whole = rows(&file);
    let to = place.file("archive.db");
    archive(&file, &to, "2026-01-01T00:00:00Z").unwrap();
    let copy = |archive: Option<&Path>, target: &str| {
        let (source, target) = (Options::parse(&setting(&file, archive))?, Options::parse(target)?);
        Engine::copy(&source, &target, &mut |_, _| Ok(()))
    };
    let (all, part) = (place.file("all.db"), place.file("part.db"));
    copy(Some(&to), &setting(&all, None)).unwrap();
    assert_eq!(rows(&all), whole);
    assert_eq!(call(&all, None, "2026-06-02T12:00:00Z", "verify", json!({})).unwrap()["archived"], 0);
    copy(None, &setting(&part, None)).unwrap();
    assert_eq!(call(&part, Some(&to), "2026-06-02T12:00:00Z", "verify", json!({})).unwrap()["ok"], true);
    let error = copy(None, "mysql://nobody@127.0.0.1:1/none").unwrap_err();
    assert_eq!(error.fault(), Some(Fault::ArchiveNeeded), "{error:?}");
    let mysql = Options::parse("mysql://nobody@127.0.0.1:1/none").unwrap().archive(&to);
    let error = Engine::archive(&mysql, Instant::parse(LATER).unwrap(), &mut |_| Ok(())).unwrap_err();
    assert_eq!(error.message(), "`database`: must be a file of SQLite: a server has no archive");
    let error = Engine::open(mysql).unwrap_err();
    assert_eq!(error.message(), "`archive`: must be left out: only a file of SQLite has an archive");
}

#[test]
fn a_change_of_a_closing_is_seen() {
    let place = Place::new("archive-tampered");
    let file = shop(&place);
    let to = place.file("archive.db");
    archive(&file, &to, "2026-01-01T00:00:00Z").unwrap();
    for (change, seen_without, seen_with) in [
        ("UPDATE loyalty_closings SET last_entry = last_entry - 1", true, true),
        ("UPDATE loyalty_closings SET balance = balance + 1", true, true),
        ("UPDATE loyalty_closings SET total_points = total_points + 1", true, true),
        ("UPDATE loyalty_closings SET link = zeroblob(16)", true, true),
        ("UPDATE loyalty_closings SET archived_at = archived_at + 1", false, true),
        ("DELETE FROM loyalty_closings", true, true),
        ("UPDATE loyalty_users SET archived_to = NULL", true, false),
        // When the entries left, and until when, nothing else says.
        ("UPDATE loyalty_closings SET archived_at = archived_at - 1", false, false),
        ("UPDATE loyalty_users SET archived_to = archived_to + 1", false, false),
    ] {
        let changed = place.file("changed.db");
        std::fs::copy(&file, &changed).unwrap();
        Connection::open(&changed).unwrap().execute(change, []).unwrap();
        for (archive, seen) in [(None, seen_without), (Some(to.as_path()), seen_with)] {
            let verified = call(&changed, archive, "2026-06-02T12:00:00Z", "verify", json!({}));
            assert_eq!(
                verified.as_ref().map_or(true, |verified| verified["ok"] == false),
                seen,
                "{change}: {verified:?}"
            );
        }
    }
}
