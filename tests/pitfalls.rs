//! The pitfalls of other systems: each has a test or a reason, and here are those that no other file shows.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use loyalty_core::value::Instant;
use loyalty_core::{Durability, Engine, Options};
use loyalty_tests::world::{World, programme};
use loyalty_tests::{root, sql};
use rusqlite::{Connection, OpenFlags};
use serde::Deserialize;
use serde_json::{Value, json};

/// How many the study has.
const PITFALLS: usize = 70;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pitfall {
    rule: String,
    #[serde(default)]
    tests: Vec<String>,
    why_not: Option<String>,
}

fn pitfalls() -> BTreeMap<usize, Pitfall> {
    let text = fs::read_to_string(root().join("tests/pitfalls.toml")).unwrap();
    let named: BTreeMap<String, Pitfall> = toml::from_str(&text).unwrap();
    named.into_iter().map(|(number, pitfall)| (number.parse().unwrap(), pitfall)).collect()
}

#[test]
fn every_pitfall_has_a_test_or_a_reason() {
    let pitfalls = pitfalls();
    assert!(pitfalls.keys().copied().eq(1..=PITFALLS), "{:?}", pitfalls.keys());
    for (number, pitfall) in pitfalls {
        assert!(!pitfall.rule.is_empty(), "pitfall {number} has no rule");
        let reason = pitfall.why_not.is_some_and(|reason| !reason.is_empty());
        assert!(reason || !pitfall.tests.is_empty(), "pitfall {number} needs a test or a reason");
    }
}

#[test]
fn the_tests_named_for_pitfalls_exist() {
    for (number, pitfall) in pitfalls() {
        for test in pitfall.tests {
            let (file, function) = test.split_once("::").map_or((&*test, None), |(file, name)| (file, Some(name)));
            let text = fs::read_to_string(root().join(file));
            let text = text.unwrap_or_else(|_| panic!("pitfall {number}: there is no {file}"));
            let exists = function.map_or_else(
                || file.ends_with(".toml") && text.starts_with("title = "),
                |function| text.contains(&format!("fn {function}(")),
            );
            assert!(exists, "pitfall {number}: there is no {test}");
        }
    }
}

/// Statements that go through a whole table, by how they begin, with the reason.
const WHOLE: [(&str, &str); 31] = [
    ("SELECT COUNT(*) FROM main.loyalty_database own JOIN", "an archive has no members"),
    ("SELECT last_entry FROM loyalty_closings LIMIT 1", "the first row alone"),
    ("SELECT user_id FROM loyalty_users WHERE archived_to IS NOT NULL", "verify and simulate, with the archive"),
    ("SELECT /* all */", "verify"),
    ("SELECT COUNT(*) FROM loyalty_users", "the operator asks how many there are"),
    ("SELECT last_recorded_at FROM loyalty_users ORDER BY id DESC LIMIT 1", "the last row alone"),
    (
        "SELECT COALESCE(MAX(number), 0), COALESCE(MAX(serves_from), 0) FROM loyalty_migrations",
        "a row for each step of the schema",
    ),
    ("SELECT 1 FROM loyalty_users LIMIT 1", "the first row alone"),
    ("SELECT recorded_at FROM loyalty_event_arrivals ORDER BY id LIMIT 1", "the first row alone"),
    ("SELECT id, user_id, kind, entry_id, recorded_at", "the first rows by key, up to the limit"),
    ("SELECT number FROM loyalty_event_log ORDER BY number DESC LIMIT 1", "the last row alone"),
    ("SELECT number, recorded_at FROM loyalty_event_log ORDER BY number LIMIT", "the first rows alone"),
    ("SELECT name, acked FROM loyalty_event_consumers ORDER BY name", "a row for each system that reads"),
    ("SELECT id, url, secrets, kinds,", "the webhooks, of which there are 50 at most"),
    ("SELECT 1 FROM loyalty_rewards LIMIT 1", "the first row alone"),
    ("SELECT id, name, description, points_cost,", "the catalogue, which has a few rows"),
    ("SELECT id, name FROM loyalty_rewards WHERE discount_type = ''", "the catalogue, which has a few rows"),
    ("SELECT id, counted, used FROM (SELECT reward.id", "verify, over the catalogue"),
    ("SELECT c.id, c.used_count, c.held_count,", "verify"),
    ("SELECT c.id, COALESCE(SUM(e.amount), 0), c.balance", "verify"),
    ("SELECT e.id, e.amount + COALESCE((SELECT b.balance_after", "verify"),
    ("SELECT r.id, r.amount, u.amount FROM loyalty_gift_card_entries", "verify"),
    ("SELECT MAX(id), -SUM(CASE WHEN kind = 'use'", "verify"),
    ("SELECT 1 FROM loyalty_migrations LIMIT 1", "the first row alone"),
    ("SELECT CASE WHEN EXISTS (SELECT 1 FROM loyalty_visits", "the first row of each, until there is money"),
    ("DELETE FROM loyalty_rewards WHERE created_at IN", "the catalogue of a database without money"),
    ("SELECT programme_id FROM loyalty_transactions ORDER BY id DESC LIMIT 1", "the last row alone"),
    ("SELECT id, state, run_for, run_day,", "a row for each campaign of the programme"),
    ("SELECT source FROM loyalty_programmes", "lint and health, over the programmes that were used"),
    ("SELECT COUNT(*) FROM loyalty_stamp_cards WHERE card_id", "lint and health, when the programme lost a card"),
    ("SELECT COUNT(DISTINCT user_id) FROM loyalty_rule_uses", "lint, when the programme lost a rule"),
];

#[test]
fn every_statement_finds_its_rows_by_an_index() {
    let world = World::on_file("");
    let database = Connection::open_with_flags(world.path(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    // The archive has the same tables.
    database.execute("ATTACH DATABASE ? AS loyalty_archive", [world.path().to_str()]).unwrap();
    let mut used = [false; WHOLE.len()];
    let statements = sql::statements();
    assert!(statements.len() > 150, "only {} statements were found", statements.len());
    for statement in statements {
        let mut explain = database.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
        let mut steps = explain.raw_query();
        while let Some(step) = steps.next().unwrap() {
            let step: String = step.get(3).unwrap();
            // One row of no table is a constant.
            if !step.starts_with("SCAN ") || step.starts_with("SCAN CONSTANT") {
                continue;
            }
            let reason = WHOLE.iter().position(|(begins, _)| statement.starts_with(begins));
            used[reason.unwrap_or_else(|| panic!("{step}: {statement}"))] = true;
        }
    }
    let idle: Vec<_> = WHOLE.iter().zip(used).filter(|(_, used)| !used).collect();
    assert!(idle.is_empty(), "no longer needed: {idle:?}");
}

#[test]
fn every_key_of_the_programme_is_in_a_test() {
    let source = fs::read_to_string(root().join("loyalty-core/src/domain/programme_file/source.rs")).unwrap();
    let mut texts = String::new();
    let mut add = |path: &Path, text: &str| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let tests = match text.split_once("#[cfg(test)]") {
            Some((_, tests)) if path.starts_with(root().join("loyalty-core")) => tests,
            None if path.starts_with(root().join("loyalty-core")) && !name.starts_with("tests") => return,
            _ => text,
        };
        texts.push_str(tests);
    };
    for (path, text) in sql::files(&["loyalty-core/src", "tests"], &["rs", "toml"]) {
        add(&path, &text);
    }
    for line in source.lines() {
        let Some((name, kind)) = line.trim().strip_prefix("pub ").and_then(|field| field.split_once(": ")) else {
            continue;
        };
        let kind = kind.trim_start_matches("Option<").trim_start_matches("Vec<").trim_end_matches([',', '>']);
        // A table is set by its keys.
        if source.contains(&format!("struct {kind} {{")) {
            continue;
        }
        let is_set = [format!("{name} ="), format!("{name}="), format!("[{name}]"), format!("[{name}.")];
        assert!(is_set.iter().any(|set| texts.contains(set)), "no test sets `{name}`");
    }
}

fn earn(user: i64, amount: i64, at: &str) -> Value {
    json!({"user_id": user, "amount": amount, "at": at, "order_id": format!("{user} {at}")})
}

#[test]
fn what_is_recorded_late_is_judged_when_it_happened() {
    let rules = "earn = { max_points_per_day = 250 }\n[[rules]]\nid = \"tue\"\nname = \"Tue\"\neffect = { multiply = 2 }\n\
                 when = { weekdays = [\"tue\"], from = \"08:00\", until = \"11:00\" }";
    let (late, then) = (World::in_memory(rules), World::in_memory(rules));
    let sales = [
        (10_000, "2026-03-03T10:59:59-03:00"),
        (10_000, "2026-03-03T11:00:00-03:00"),
        (900, "2026-03-04T00:00:00-03:00"),
    ];
    late.now("2026-03-20T12:00:00-03:00");
    for (place, (amount, at)) in sales.into_iter().enumerate() {
        then.now(at);
        let (one, other) = (late.ok("earn_points", earn(1, amount, at)), then.ok("earn_points", earn(1, amount, at)));
        for field in ["points_earned", "because", "expires_at", "tier"] {
            assert_eq!(one[field], other[field], "{at}");
        }
        // Double on Tuesday morning; the cap of that day leaves 50; the next day has its own.
        assert_eq!(one["points_earned"], [200, 50, 9][place]);
    }
}

#[test]
fn records_never_go_back_in_time_and_the_future_is_refused() {
    let world = World::in_memory("clock = { future_tolerance_seconds = 60 }");
    world.now("2026-03-10T12:00:00-03:00");
    world.ok("earn_points", json!({"user_id": 1, "amount": 1_000}));
    world.now("2026-03-10T11:00:00-03:00");
    world.ok("earn_points", json!({"user_id": 1, "amount": 2_000}));
    let page = world.ok("transactions", json!({"user_id": 1}));
    for item in page["items"].as_array().unwrap() {
        assert_eq!(item["recorded_at"], "2026-03-10T12:00:00-03:00");
    }
    world.ok("earn_points", earn(1, 100, "2026-03-10T11:01:00-03:00"));
    let error = world.err("earn_points", earn(1, 100, "2026-03-10T11:01:01-03:00"));
    assert_eq!(error.to_json()["details"]["field"], "at");
    world.verify();
}

#[test]
fn a_backdated_redemption_takes_nothing_that_was_spent_since() {
    let world = World::in_memory("redemption = { minimum_points = 0 }");
    world.ok("save_reward", json!({"id": 1, "name": "cup", "points_cost": 100}));
    world.ok("earn_points", earn(1, 10_000, "2026-03-01T12:00:00-03:00"));
    world.ok("redeem_reward", json!({"user_id": 1, "reward_id": 1}));
    let past = world.ok("points", json!({"user_id": 1, "as_of": "2026-03-01T18:00:00-03:00"}));
    let backdated = json!({"user_id": 1, "reward_id": 1, "at": "2026-03-01T13:00:00-03:00"});
    assert_eq!(world.err("redeem_reward", backdated.clone()).code(), "insufficient_points");
    // Points that came later do not pay for what happened before.
    world.now("2026-03-05T12:00:00-03:00");
    world.ok("earn_points", json!({"user_id": 1, "amount": 50_000}));
    assert_eq!(world.err("redeem_reward", backdated).code(), "insufficient_points");
    assert_eq!(world.ok("points", json!({"user_id": 1, "as_of": "2026-03-01T18:00:00-03:00"})), past);
    world.verify();
}

#[test]
fn decimals_are_added_and_multiplied_exactly() {
    let world =
        World::in_memory("currency = \"EUR\"\nearn = { points = 1, per = 0.01 }\nredemption = { point_value = 0.1 }");
    let items = json!([{"sku": "a", "amount": "267.39"}, {"sku": "b", "amount": "0.89"}]);
    let quote = world.ok("quote_points", json!({"user_id": 1, "amount": "268.28", "items": items}));
    assert_eq!(quote["points"], 26_828);
    let all = world.ok("generate_discount_code", json!({"discount_type": "percent", "discount_value": 100}));
    let bill = json!({"code": all["code"], "amount": "268.28", "items": items});
    let free = world.ok("validate_coupon", bill);
    assert_eq!((&free["discount"], &free["amount_left"]), (&json!("268.28"), &json!("0.00")));
    world.ok("earn_points", json!({"user_id": 1, "amount": "2.9"}));
    let paid = world.ok("quote_payment", json!({"user_id": 1, "points": 290}));
    assert_eq!(paid["discount"], "29.00");
}

#[test]
fn every_entry_names_the_programme_that_judged_it() {
    let world = World::on_file("");
    let first = world.ok("earn_points", json!({"user_id": 1, "amount": 1_000}));
    let options = Options::sqlite(world.path()).durability(Durability::Relaxed);
    let other = Engine::open(options.programme(programme("earn = { points = 2 }"))).unwrap();
    other.fix_now(Some(Instant::parse("2026-03-03T12:00:00-03:00").unwrap()));
    let second = other.call("earn_points", json!({"user_id": 1, "amount": 1_000})).unwrap();
    assert_eq!((&first["points_earned"], &second["points_earned"]), (&json!(10), &json!(20)));
    for (receipt, engine) in [(first, world.engine()), (second, &other)] {
        let explained = other.call("explain", json!({"transaction_id": receipt["transaction_id"]})).unwrap();
        assert_eq!(explained["program"], engine.programme().hash());
    }
}

#[test]
fn each_key_of_the_score_changes_it() {
    let score = |keys: &str| {
        let world = World::in_memory(&format!("score = {{ {keys} }}"));
        world.now("2026-06-30T12:00:00-04:00");
        let mut old = earn(1, 5_000, "2026-03-12T12:00:00-03:00");
        old["items"] = json!([{"sku": "a"}]);
        world.ok("earn_points", old);
        let mut new = earn(1, 2_000, "2026-06-20T12:00:00-04:00");
        new["items"] = json!([{"sku": "b"}, {"sku": "c"}]);
        world.ok("earn_points", new);
        let code = world.ok("generate_referral", json!({"user_id": 1}))["code"].clone();
        world.ok("enroll", json!({"user_id": 2, "referral_code": code}));
        world.ok("earn_points", json!({"user_id": 2, "amount": 9_000}));
        world.ok("user_score", json!({"user_id": 1}))["score"].clone()
    };
    let usual = score("");
    for keys in [
        "frequency_days = 120",
        "amount_days = 50",
        "amount_target = 20000",
        "recency_days = 30",
        "variety_products = 4",
        "referral_value = 50",
        "frequency_weight = 0.20, amount_weight = 0.35",
        "recency_weight = 0.15, variety_weight = 0.20",
        "referral_weight = 0.05, variety_weight = 0.20",
    ] {
        assert_ne!(score(keys), usual, "{keys}");
    }
}

#[test]
fn codes_live_as_long_as_declared() {
    let world = World::in_memory("referral = { code_days = 3 }\nredemption = { minimum_points = 0, coupon_days = 5 }");
    world.ok("earn_points", json!({"user_id": 1, "amount": 200_000}));
    assert_eq!(
        world.ok("generate_referral", json!({"user_id": 1, "renew": true}))["expires_at"],
        "2026-03-06T00:00:00-03:00"
    );
    let redeemed = world.ok("redeem_reward", json!({"user_id": 1, "reward_id": 1}));
    assert_eq!(redeemed["coupon"]["valid_until"], "2026-03-08T00:00:00-03:00");
}
