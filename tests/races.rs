//! Many processes at once on one file: what may happen once happens once.

use std::process::Child;

use loyalty_tests::race;
use loyalty_tests::world::World;
use loyalty_tests::{store, writes};
use serde_json::{Value, json};

const WORKER: &str = env!("CARGO_BIN_EXE_loyalty-worker");

fn race(database: &str, calls: &[(&str, Value)]) -> Vec<Result<Value, Value>> {
    race::race(WORKER, database, calls)
}

fn refused_with(answers: &[Result<Value, Value>], code: &str) -> usize {
    answers.iter().filter(|answer| answer.as_ref().is_err_and(|error| error["code"] == code)).count()
}

/// A world under the default programme, which the workers follow, with a reward of 100 points.
fn world(limits: Value) -> World {
    let world = World::on_file("");
    let mut reward = json!({"id": 1, "name": "cup", "points_cost": 100});
    reward.as_object_mut().unwrap().extend(limits.as_object().unwrap().clone());
    world.ok("save_reward", reward);
    // The workers read the real clock.
    world.real_clock();
    world
}

#[test]
fn twenty_redemptions_from_a_balance_for_one() {
    let world = world(json!({}));
    world.ok("earn_points", json!({"user_id": 1, "amount": 10_000}));
    let answers = race(&world.setting(), &vec![("redeem_reward", json!({"user_id": 1, "reward_id": 1})); 20]);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(refused_with(&answers, "insufficient_points"), 19);
    assert_eq!(world.ok("points", json!({"user_id": 1}))["available"], 0);
    world.verify();
}

#[test]
fn a_reward_for_once_is_had_once() {
    let world = world(json!({"max_uses_per_user": 1}));
    world.ok("earn_points", json!({"user_id": 1, "amount": 900_000}));
    let answers = race(&world.setting(), &vec![("redeem_reward", json!({"user_id": 1, "reward_id": 1})); 20]);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(refused_with(&answers, "limit_reached"), 19);
    assert_eq!(world.ok("profile", json!({"user_id": 1}))["rewards_redeemed"], 1);
    world.verify();
}

#[test]
fn the_last_piece_goes_to_one_of_twenty() {
    let world = world(json!({"stock": 1}));
    for user in 1..=20 {
        world.ok("earn_points", json!({"user_id": user, "amount": 10_000}));
    }
    let calls: Vec<_> = (1..=20).map(|user| ("redeem_reward", json!({"user_id": user, "reward_id": 1}))).collect();
    let answers = race(&world.setting(), &calls);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(refused_with(&answers, "out_of_stock"), 19);
    world.verify();
}

#[test]
fn one_order_from_many_tills_is_booked_once_and_all_get_its_receipt() {
    let world = world(json!({}));
    let order = json!({"user_id": 1, "amount": 5_000, "order_id": "A"});
    let answers = race(&world.setting(), &vec![("earn_points", order); 8]);
    let mut receipts: Vec<Value> = answers.into_iter().map(|answer| answer.expect("a receipt")).collect();
    assert_eq!(receipts.iter().filter(|receipt| receipt["replayed"] == false).count(), 1);
    receipts.iter_mut().for_each(|receipt| receipt["replayed"] = json!(true));
    // As texts, so that the order of the keys counts too.
    let receipts: Vec<String> = receipts.iter().map(Value::to_string).collect();
    assert!(receipts.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(world.ok("transactions", json!({"user_id": 1}))["items"].as_array().unwrap().len(), 1);
    world.verify();
}

#[test]
fn two_cancellations_give_the_points_back_once() {
    let world = world(json!({}));
    world.ok("earn_points", json!({"user_id": 1, "amount": 10_000}));
    let redeemed = world.ok("redeem_reward", json!({"user_id": 1, "reward_id": 1}));
    let cancel = json!({"redemption_id": redeemed["redemption_id"]});
    let answers = race(&world.setting(), &vec![("cancel_redemption", cancel); 6]);
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(answers.iter().flatten().filter(|answer| answer["replayed"] == false).count(), 1);
    assert_eq!(world.ok("points", json!({"user_id": 1}))["available"], 100);
    world.verify();
}

#[test]
fn eight_processes_enroll_the_same_user_once() {
    let world = world(json!({}));
    let answers = race(&world.setting(), &vec![("enroll", json!({"user_id": 9})); 8]);
    assert_eq!(answers.iter().filter(|answer| answer.as_ref().unwrap()["created"] == true).count(), 1);
    world.verify();
}

#[test]
fn every_purchase_of_eight_busy_processes_counts() {
    let world = world(json!({}));
    (1..=writes::MEMBERS).for_each(|user| drop(world.ok("enroll", json!({"user_id": user}))));
    let names: Vec<String> = (0..8).map(|number| format!("w{number}")).collect();
    let workers: Vec<Child> =
        names.iter().map(|name| race::spawn(WORKER, &world.setting(), &["write", name, "100"])).collect();
    for worker in workers {
        let output = worker.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.lines().filter(|line| line.contains("\"ok\"")).count(), 100, "{text}");
    }
    let mut points = [0_i64; 3];
    let mut visits = [0_i64; 3];
    for number in 0..100 {
        let (operation, arguments) = writes::write("w", number);
        let user = arguments["user_id"].as_u64().unwrap() as usize - 1;
        visits[user] += i64::from(operation == "earn_points");
        points[user] += arguments["points"].as_i64().unwrap_or_else(|| arguments["amount"].as_i64().unwrap() / 100);
    }
    for user in 0..3 {
        let profile = world.ok("profile", json!({"user_id": user + 1}));
        assert_eq!(profile["total_visits"], 8 * visits[user]);
        assert_eq!(profile["total_points"], 8 * points[user], "nobody reaches a tier that multiplies");
    }
    world.verify();
}

#[test]
fn twenty_processes_open_a_new_database_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = store::fresh(&folder.path().join("new.db"));
    let calls: Vec<_> = (1..=20).map(|user| ("enroll", json!({"user_id": user}))).collect();
    let answers = race(&path, &calls);
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let all = race(&path, &[("verify", json!({})), ("rewards", json!({}))]);
    assert_eq!(all[0].as_ref().unwrap()["members"], 20);
    assert_eq!(all[1].as_ref().unwrap()["items"].as_array().unwrap().len(), 9);
}

#[test]
fn of_any_mix_of_debits_exactly_as_many_succeed_as_the_balance_covers() {
    let world = world(json!({}));
    world.ok("enroll", json!({"user_id": 2}));
    world.ok("earn_points", json!({"user_id": 1, "amount": 75_000}));
    let debits = [
        ("redeem_reward", json!({"user_id": 1, "reward_id": 1})),
        ("hold_points", json!({"user_id": 1, "points": 100, "ttl_seconds": 3_600})),
        ("transfer_points", json!({"from_user_id": 1, "to_user_id": 2, "points": 100})),
    ];
    let calls: Vec<_> = debits.iter().cycle().take(20).cloned().collect();
    let answers = race(&world.setting(), &calls);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 7, "{answers:?}");
    assert_eq!(refused_with(&answers, "insufficient_points"), 13);
    assert_eq!(world.ok("points", json!({"user_id": 1}))["available"], 50);
    world.verify();
}

#[test]
fn a_hold_ends_once_however_many_end_it() {
    let world = world(json!({}));
    world.ok("earn_points", json!({"user_id": 1, "amount": 10_000}));
    let hold = world.ok("hold_points", json!({"user_id": 1, "points": 60, "ttl_seconds": 3_600}))["hold_id"].clone();
    let ends = [("void_hold", json!({ "hold_id": hold })), ("capture_hold", json!({"hold_id": hold, "points": 50}))];
    let calls: Vec<_> = ends.iter().cycle().take(8).cloned().collect();
    let answers = race(&world.setting(), &calls);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    assert_eq!(refused_with(&answers, "hold_closed"), 7);
    assert_eq!(world.ok("points", json!({"user_id": 1}))["held"], 0);
    world.verify();
}

#[test]
fn transfers_both_ways_and_merges_of_the_same_two_wait_for_each_other() {
    let world = world(json!({}));
    for user in [1, 2] {
        world.ok("earn_points", json!({"user_id": user, "amount": 100_000}));
    }
    let moves = [
        ("transfer_points", json!({"from_user_id": 1, "to_user_id": 2, "points": 10})),
        ("transfer_points", json!({"from_user_id": 2, "to_user_id": 1, "points": 30})),
    ];
    let calls: Vec<_> = moves.iter().cycle().take(12).cloned().collect();
    assert!(race(&world.setting(), &calls).iter().all(Result::is_ok));
    assert_eq!(world.ok("points", json!({"user_id": 1}))["available"], 1_120);
    let merges = [
        ("merge_members", json!({"into_user_id": 1, "from_user_id": 2})),
        ("merge_members", json!({"into_user_id": 2, "from_user_id": 1})),
    ];
    let calls: Vec<_> = merges.iter().cycle().take(6).cloned().collect();
    let answers = race(&world.setting(), &calls);
    assert_eq!(answers.iter().filter(|answer| answer.as_ref().unwrap()["merged"] == true).count(), 1);
    assert_eq!(world.ok("points", json!({"user_id": 2}))["available"], 2_000);
    world.verify();
}
