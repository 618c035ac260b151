//! The command line as a process: arguments, replies, exit statuses.

use std::fs;

use loyalty_core::ops::{Operation, Visitor, visit_all};
use loyalty_core::value::Instant;
use loyalty_core::{Engine, Options};
use loyalty_tests::{Place, root};
use rusqlite::Connection;
use serde_json::{Value, json};

#[test]
fn every_operation_has_a_subcommand_with_a_help() {
    struct Names(Vec<&'static str>);
    impl Visitor for Names {
        fn visit<O: Operation + 'static>(&mut self) {
            self.0.push(O::NAME);
        }
    }
    let mut names = Names(Vec::new());
    visit_all(&mut names);
    assert!(names.0.len() > 20);
    let place = Place::new("help");
    let all = String::from_utf8(place.run(&["--help"]).stdout).unwrap();
    for name in names.0.iter().copied().chain(["migrate", "sweep", "import_sales", "archive", "copy", "adopt"]) {
        let word = name.replace('_', "-");
        assert!(all.lines().any(|line| line.split_whitespace().next() == Some(&word)), "{word} is not in the help");
        let help = place.run(&[&word, "--help"]);
        assert!(help.status.success(), "{word} --help");
        assert!(String::from_utf8_lossy(&help.stdout).contains(&format!("loyalty {word}")), "{word} --help");
    }
    assert!(!place.file("loyalty.db").exists(), "a help text needs no database");
}

#[test]
fn arguments_are_given_by_place_or_by_name() {
    let place = Place::new("arguments");
    place.reply(&["migrate"]);
    let by_place = place.reply(&["quote-points", "7", "12990"]);
    assert_eq!(by_place["points"], 129, "{by_place}");
    assert_eq!(by_place, place.reply(&["quote-points", "--amount", "12990", "--user-id", "7"]));
    assert_eq!(by_place, place.reply(&["quote-points", "12990", "--user-id", "7"]), "a place is the next one free");
    let items = r#"[{"sku": "americano", "quantity": 2}]"#;
    let earned = place.reply(&["earn-points", "7", "12990.00", "--order-id", "A-17", "--items", items]);
    assert_eq!(earned["points_earned"], 129);
    assert_eq!(place.reply(&["profile", "7"])["favorite_products"], serde_json::json!(["americano"]));
    assert_eq!(place.reply(&["earn-points", "8", "--points", "40"])["points_earned"], 40);
    assert_eq!(place.reply(&["guest-message", "expired", "--locale", "en"])["text"], "This has expired.");
    place.reply(&["record-transaction", "7", "adjustment", "-29", "till error"]);
    assert_eq!(place.reply(&["points", "7"])["available"], 100);
    for (words, symbols) in [(&["generate-code", "--check"][..], 9), (&["generate-code", "--check", "false"], 8)] {
        let code = place.reply(words)["code"].as_str().unwrap().replace('-', "");
        assert_eq!(code.len(), symbols, "{words:?} gave {code}");
    }
}

#[test]
fn a_wrong_argument_is_named() {
    let place = Place::new("wrong");
    for (words, field) in [
        (&["profile", "seven"][..], "user_id"),
        (&["profile"], "user_id"),
        (&["earn-points", "7"], "amount"),
        (&["earn-points", "7", "1", "2"], "command"),
        (&["earn-points", "7", "--points", "few"], "points"),
        (&["earn-points", "7", "1", "--user-id", "8"], "arguments"),
        (&["earn-points", "7", "much"], "amount"),
        (&["earn-points", "7", "1", "--items", "{}"], "items"),
        (&["earn-points", "7", "1", "--items", "[{"], "items"),
        (&["earn-points", "7", "1", "--at", "yesterday"], "at"),
        (&["rewards", "--include-inactive", "maybe"], "include_inactive"),
        (&["save-reward", "Cake", "100", "--discount-percent", "all"], "discount_percent"),
        (&["transactions", "7", "--limit", "1.5"], "limit"),
        (&["health", "--database", "oracle:x"], "database"),
        (&["health", "--program", "none.toml"], "program"),
        (&["no-such-command"], "command"),
        (&["profile", "7", "--no-such-option"], "command"),
        (&[], "command"),
    ] {
        let (status, error) = place.error(words);
        assert_eq!((status, error["kind"].as_str()), (1, Some("invalid")), "{words:?}: {error}");
        assert_eq!(error["details"]["field"], field, "{words:?}: {error}");
    }
    assert!(!place.file("loyalty.db").exists() || place.booked().is_empty());
}

#[test]
fn the_exit_status_is_the_kind_of_the_error() {
    let place = Place::new("status");
    place.reply(&["earn-points", "7", "1000", "--order-id", "A-1"]);
    assert_eq!(place.error(&["profile", "8"]).0, 2);
    let (status, refusal) = place.error(&["redeem-reward", "7", "1"]);
    assert_eq!((status, refusal["code"].as_str()), (3, Some("insufficient_points")));
    assert_eq!(refusal["details"]["missing"], 1490);
    let (status, conflict) = place.error(&["earn-points", "7", "2000", "--order-id", "A-1"]);
    assert_eq!((status, conflict["details"]["field"].as_str()), (4, Some("amount")));
    assert_eq!(place.error(&["health", "--database", "sqlite:no/such/folder/loyalty.db"]).0, 5);
    // Without --json the same errors are words.
    let spoken = place.run(&["redeem-reward", "7", "1"]);
    assert_eq!(spoken.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&spoken.stderr).contains("insufficient_points"));
    assert_eq!(place.run(&["no-such-command"]).status.code(), Some(1));
}

#[test]
fn a_verification_that_fails_is_printed_and_exits_with_1() {
    let place = Place::new("verify");
    place.reply(&["earn-points", "7", "1000", "--order-id", "A-1"]);
    assert_eq!(place.reply(&["verify"])["ok"], true);
    let connection = Connection::open(place.file("loyalty.db")).unwrap();
    connection.execute("UPDATE loyalty_users SET balance = balance + 1", []).unwrap();
    drop(connection);
    let found = place.run(&["verify", "--json"]);
    assert_eq!(found.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!((report["ok"].as_bool(), report["problems"][0]["user_id"].as_i64()), (Some(false), Some(7)));
}

#[test]
fn replies_are_readable_in_columns() {
    let place = Place::new("readable");
    place.reply(&["enroll", "7", "--name", "Ana"]);
    place.reply(&["earn-points", "7", "100", "--order-id", "A-1"]);
    place.reply(&["earn-points", "7", "123400", "--order-id", "A-2"]);
    let text = String::from_utf8(place.run(&["transactions", "7"]).stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "items:");
    let ends: Vec<usize> = [(1, "points_amount"), (2, "1234"), (3, "1")]
        .map(|(line, cell): (usize, &str)| lines[line].find(&format!("{cell}  ")).unwrap() + cell.len())
        .to_vec();
    assert!(ends[0] == ends[1] && text.contains("A-2"), "{text}");
    let profile = String::from_utf8(place.run(&["profile", "7"]).stdout).unwrap();
    let starts: Vec<usize> = profile.lines().filter_map(|line| line.find(": ").map(|_| value_start(line))).collect();
    assert!(starts.windows(2).all(|pair| pair[0] == pair[1]), "{profile}");
    assert!(profile.contains("Ana"));
}

fn value_start(line: &str) -> usize {
    let colon = line.find(':').unwrap() + 1;
    colon + line[colon..].len() - line[colon..].trim_start().len()
}

#[test]
fn migrate_tells_the_schema_before_and_after_and_settings_come_from_the_environment() {
    let place = Place::new("migrate");
    let first = place.reply(&["migrate"]);
    assert_eq!(first["before"], 0);
    assert!(first["after"].as_i64().unwrap() >= 1);
    let again = place.reply(&["migrate"]);
    assert_eq!((&again["before"], &again["after"]), (&first["after"], &first["after"]));
    let mut elsewhere = place.command(&["migrate", "--json"]);
    let output = elsewhere.env("LOYALTY_DATABASE", "sqlite:other.db").output().unwrap();
    assert!(output.status.success() && place.file("other.db").exists());
    let rules = fs::read_to_string(root().join("loyalty-core/programmes/cafe-vt.toml")).unwrap();
    fs::write(place.file("program.toml"), rules.replace("per = 100 ", "per = 10 ")).unwrap();
    let mut generous = place.command(&["earn-points", "7", "1000", "--json"]);
    let output = generous.env("LOYALTY_PROGRAM", "program.toml").output().unwrap();
    let reply: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(reply["points_earned"], 100);
}

#[test]
fn lint_and_simulate_read_the_programme_from_a_file() {
    let place = Place::new("programmes");
    let rules = fs::read_to_string(root().join("loyalty-core/programmes/cafe-vt.toml")).unwrap();
    fs::write(place.file("cheap.toml"), rules.replace("per = 100 ", "per = 1000 ")).unwrap();
    fs::write(place.file("broken.toml"), rules.replace("[expiry]", "[expiry")).unwrap();
    place.reply(&["earn-points", "7", "10000", "--order-id", "A-1"]);
    assert_eq!(place.reply(&["lint-program", "--program", "cheap.toml"])["ok"], true);
    assert_eq!(place.reply(&["lint-program", "--other-program", "cheap.toml"])["ok"], true);
    let told = place.reply(&["simulate", "--other-program", "cheap.toml"]);
    assert_eq!((&told["points_recorded"], &told["points_simulated"]), (&100.into(), &10.into()), "{told}");
    for option in ["--program", "--other-program"] {
        let (status, error) = place.error(&["lint-program", option, "broken.toml"]);
        let line = rules.lines().position(|line| line == "[expiry]").unwrap() + 1;
        assert_eq!((status, error["details"]["field"].as_str()), (1, Some("program")));
        assert!(error["message"].as_str().unwrap().contains(&format!("line {line}:")), "{error}");
    }
}

#[test]
fn a_question_about_a_file_that_is_not_there_is_not_answered_with_an_empty_database() {
    let place = Place::new("absent");
    for words in [&["verify"][..], &["health"], &["profile", "7"]] {
        let (status, error) = place.error(words);
        assert_eq!((status, error["details"]["field"].as_str()), (1, Some("database")), "{words:?}: {error}");
    }
    assert!(!place.file("loyalty.db").exists());
    fs::write(place.file("text.db"), "no database at all, and long enough to be looked at".repeat(20)).unwrap();
    let (status, error) = place.error(&["verify", "--database", "sqlite:text.db"]);
    assert_eq!((status, error["code"].as_str()), (5, Some("database_corrupt")));
    assert!(error["message"].as_str().unwrap().contains("text.db"), "{error}");
}

#[test]
fn a_sweep_books_all_that_the_clock_has_done() {
    let place = Place::new("sweep");
    let engine = Engine::open(Options::sqlite(place.file("loyalty.db"))).unwrap();
    engine.fix_now(Some(Instant::parse("2010-01-05T12:00:00-03:00").unwrap()));
    for user in 1..=3 {
        engine.call("earn_points", json!({"user_id": user, "amount": 10_000})).unwrap();
    }
    drop(engine);
    let swept = place.reply(&["sweep"]);
    assert_eq!((&swept["members_expired"], &swept["points"]), (&3.into(), &300.into()), "{swept}");
    assert_eq!(swept["members_reviewed"], 3, "{swept}");
    assert_eq!(place.reply(&["sweep"])["points"], 0);
    assert_eq!(place.reply(&["verify"])["ok"], true);
}
