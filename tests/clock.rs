//! A clock that jumps ahead: nothing is booked by it until it is believed, and what was can be brought back.

use loyalty_core::value::Instant;
use loyalty_core::{Durability, Engine, Error, Options};
use loyalty_tests::world::{START, World, programme};
use serde_json::{Value, json};

fn earn(world: &World, order: &str) -> Result<Value, Error> {
    world.call("earn_points", json!({"user_id": 1, "amount": 10_000, "order_id": order}))
}

fn check(world: &World, name: &str) -> Value {
    let health = world.ok("health", json!({}));
    let checks = health["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap().clone()
}

#[test]
fn a_clock_that_jumps_ahead_writes_nothing_and_health_names_it() {
    let world = World::on_file("");
    earn(&world, "A").unwrap();
    let before = world.dump();
    world.now("2099-01-01T00:00:00Z");
    for (operation, arguments) in [
        ("earn_points", json!({"user_id": 1, "amount": 10_000, "order_id": "B"})),
        ("earn_points", json!({"user_id": 1, "amount": 10_000, "order_id": "B", "at": START})),
        ("expire_points", json!({})),
        ("review_tiers", json!({})),
        ("enroll", json!({"user_id": 2})),
    ] {
        let ahead = world.err(operation, arguments);
        assert_eq!((ahead.code(), ahead.kind().word()), ("clock_ahead", "unavailable"), "{operation}");
        assert_eq!(ahead.details()["newest"], START);
    }
    assert_eq!(world.dump(), before);
    let clock = check(&world, "clock");
    assert_eq!(clock["status"], "failed");
    assert!(clock["value"].as_str().unwrap().starts_with("clock_ahead"), "{clock}");
    // Set right, all is as it was.
    world.now(START);
    assert_eq!(earn(&world, "B").unwrap()["balance"], 200);
    assert_eq!(check(&world, "clock")["status"], "ok");
    world.verify();
}

#[test]
fn the_span_is_that_of_the_programme_and_counts_from_the_newest_record() {
    let world = World::in_memory("clock = { max_jump_days = 30 }");
    // Nothing is known of an empty database.
    world.now("2030-01-01T00:00:00Z");
    earn(&world, "A").unwrap();
    world.ok("enroll", json!({"user_id": 2}));
    world.now("2030-01-31T00:00:00Z");
    earn(&world, "B").unwrap();
    // The member who came last has not been there since; the newest record is another's.
    world.now("2030-02-20T00:00:00Z");
    earn(&world, "C").unwrap();
    world.now("2030-03-22T00:00:00.000001Z");
    assert_eq!(earn(&world, "D").unwrap_err().code(), "clock_ahead");
    // An answer that was given is given again.
    assert_eq!(world.ok("points", json!({"user_id": 1}))["available"], 300);
}

#[test]
fn a_clock_that_is_right_is_believed_when_the_operator_says_so() {
    let world = World::on_file("");
    earn(&world, "A").unwrap();
    world.now("2040-06-01T12:00:00Z");
    assert_eq!(earn(&world, "B").unwrap_err().code(), "clock_ahead");
    let told = Options::sqlite(world.path()).durability(Durability::Relaxed).programme(programme("")).trust_clock();
    let told = Engine::open(told).unwrap();
    told.fix_now(Some(Instant::parse("2040-06-01T12:00:00Z").unwrap()));
    told.call("enroll", json!({"user_id": 2})).unwrap();
    drop(told);
    // From then on everybody does.
    assert_eq!(earn(&world, "B").unwrap()["balance"], 100);
    for (word, is_right) in [("on", true), ("off", true), ("yes", false)] {
        assert_eq!(Options::parse(&format!("sqlite:x.db?trust_clock={word}")).is_ok(), is_right, "{word}");
    }
}

#[test]
fn what_a_wrong_clock_has_expired_comes_back_with_the_end_it_had() {
    let world = World::on_file("clock = { max_jump_days = 0 }");
    earn(&world, "A").unwrap();
    let ends = world.ok("points", json!({"user_id": 1}))["next_expiry"].clone();
    world.now("2099-01-01T00:00:00Z");
    world.ok("expire_points", json!({}));
    world.now(START);
    assert_eq!(world.ok("points", json!({"user_id": 1}))["available"], 0);
    let back = world.ok("reinstate_points", json!({"user_id": 1}));
    assert_eq!((&back["points_reinstated"], &back["lots"], &back["balance"]), (&json!(100), &json!(1), &json!(100)));
    assert_eq!(world.ok("points", json!({"user_id": 1}))["next_expiry"], ends);
    // Once.
    assert_eq!(world.err("reinstate_points", json!({"user_id": 1})).code(), "not_allowed");
    assert_eq!(world.ok("points", json!({"user_id": 1}))["available"], 100);
    // They end in their time.
    world.now("2027-03-03T12:00:00-03:00");
    assert_eq!(world.ok("points", json!({"user_id": 1}))["available"], 0);
    world.verify();
}
