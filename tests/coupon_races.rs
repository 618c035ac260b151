//! Coupons under many processes at once: no limit and no budget is ever passed.

use loyalty_tests::race::{self, spawn};
use loyalty_tests::world::World;
use serde_json::{Value, json};

const WORKER: &str = env!("CARGO_BIN_EXE_loyalty-worker");

fn race(database: &str, calls: &[(&str, Value)]) -> Vec<Result<Value, Value>> {
    race::race(WORKER, database, calls)
}

fn refused_with(answers: &[Result<Value, Value>], code: &str) -> usize {
    answers.iter().filter(|answer| answer.as_ref().is_err_and(|error| error["code"] == code)).count()
}

fn accepted(answers: &[Result<Value, Value>]) -> usize {
    answers.iter().filter(|answer| answer.is_ok()).count()
}

/// A world under the real clock, which the workers read, with a coupon of these terms. Gives its code.
fn world(terms: Value) -> (World, String) {
    let world = World::on_file("");
    world.real_clock();
    let mut call = json!({"discount_type": "fixed", "discount_value": 100});
    call.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
    let code = world.ok("generate_discount_code", call)["code"].as_str().unwrap().to_owned();
    (world, code)
}

fn used_count(world: &World, code: &str) -> Value {
    world.ok("deactivate_coupon", json!({"code": code}))["used_count"].clone()
}

fn uses(code: &str, count: usize) -> Vec<(&'static str, Value)> {
    let call = |order: usize| json!({"code": code, "order_id": format!("o{order}"), "amount": 1_000, "user_id": 1});
    (0..count).map(|order| ("use_coupon", call(order))).collect()
}

#[test]
fn the_last_use_goes_to_one_of_twenty_tills() {
    let (world, code) = world(json!({"max_uses": 1}));
    let answers = race(&world.setting(), &uses(&code, 20));
    assert_eq!((accepted(&answers), refused_with(&answers, "limit_reached")), (1, 19));
    assert_eq!(used_count(&world, &code), 1);
    world.verify();
}

#[test]
fn a_member_uses_a_coupon_as_often_as_a_member_may() {
    let (world, code) = world(json!({"max_uses": 100, "max_uses_per_user": 2}));
    let answers = race(&world.setting(), &uses(&code, 12));
    assert_eq!((accepted(&answers), refused_with(&answers, "user_limit_reached")), (2, 10));
    world.verify();
}

#[test]
fn a_budget_is_spent_to_its_end_and_not_beyond() {
    let (world, code) = world(json!({"max_uses": 100, "budget": 350}));
    let answers = race(&world.setting(), &uses(&code, 12));
    assert_eq!((accepted(&answers), refused_with(&answers, "budget_exhausted")), (3, 9));
    world.verify();
}

#[test]
fn holds_and_uses_share_one_limit() {
    let (world, code) = world(json!({"max_uses": 4}));
    let mut calls = uses(&code, 6);
    for order in 6..12 {
        let call =
            json!({"code": code, "order_id": format!("o{order}"), "amount": 1_000, "user_id": 1, "ttl_seconds": 900});
        calls.push(("hold_coupon", call));
    }
    let answers = race(&world.setting(), &calls);
    assert_eq!((accepted(&answers), refused_with(&answers, "limit_reached")), (4, 8));
    world.verify();
}

#[test]
fn one_order_from_many_tills_uses_its_coupon_once() {
    let (world, code) = world(json!({"max_uses": 5}));
    let call = json!({"code": code, "order_id": "o", "amount": 1_000, "user_id": 1});
    let answers = race(&world.setting(), &vec![("use_coupon", call); 8]);
    assert_eq!(accepted(&answers), 8, "{answers:?}");
    assert_eq!(answers.iter().flatten().filter(|answer| answer["replayed"] == false).count(), 1);
    assert_eq!(used_count(&world, &code), 1);
    world.verify();
}

#[test]
fn two_roll_backs_at_once_give_one_use_back() {
    let (world, code) = world(json!({"max_uses": 1}));
    world.ok("use_coupon", json!({"code": code, "order_id": "r1", "amount": 1_000}));
    let answers = race(&world.setting(), &vec![("release_coupon", json!({"order_id": "r1"})); 6]);
    let released: i64 = answers.iter().map(|answer| answer.as_ref().unwrap()["released"].as_i64().unwrap()).sum();
    assert_eq!(released, 1);
    assert_eq!(used_count(&world, &code), 0);
    world.verify();
}

#[test]
fn failed_tries_are_counted_across_processes() {
    let (world, code) = world(json!({"max_uses": 9}));
    let guess = |number: usize| json!({"code": format!("WRONG{number}"), "amount": 1_000, "actor": "10.0.0.7"});
    let calls: Vec<_> = (0..10).map(|number| ("validate_coupon", guess(number))).collect();
    let answers = race(&world.setting(), &calls);
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap()["because"] == "not_usable"), "{answers:?}");
    let asked = world.ok("validate_coupon", json!({"code": code, "amount": 1_000, "actor": "10.0.0.7"}));
    assert_eq!(asked["because"], "too_many_tries");
}

#[test]
fn two_thousand_tries_of_a_thousand_uses_make_a_thousand() {
    let (world, code) = world(json!({"max_uses": 1_000}));
    let workers: Vec<_> =
        (0..8).map(|worker| spawn(WORKER, &world.setting(), &["use", &code, &format!("w{worker}"), "250"])).collect();
    let mut accepted = 0;
    for worker in workers {
        let output = worker.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.lines().count(), 250, "{text}");
        accepted += text.lines().filter(|line| line.contains("\"ok\"")).count();
    }
    assert_eq!(accepted, 1_000);
    assert_eq!(used_count(&world, &code), 1_000);
    world.verify();
}
