//! Gift cards: under many processes at once, and what holds for every series of acts.

use std::collections::BTreeMap;

use loyalty_tests::race;
use loyalty_tests::world::World;
use proptest::prelude::*;
use serde_json::{Value, json};

fn race(world: &World, calls: &[(&str, Value)]) -> Vec<Result<Value, Value>> {
    race::race(env!("CARGO_BIN_EXE_loyalty-worker"), &world.setting(), calls)
}

fn money(value: &Value) -> i64 {
    value.as_str().unwrap_or_else(|| panic!("{value} is no amount")).parse().unwrap()
}

/// A world under the real clock, which the workers read, with a card.
fn shared(amount: i64) -> (World, Value) {
    let world = World::on_file("");
    world.real_clock();
    let code = world.ok("create_gift_card", json!({ "amount": amount }))["code"].clone();
    (world, code)
}

fn balance(world: &World, code: &Value) -> i64 {
    money(&world.ok("gift_card", json!({"code": code, "user_id": 9}))["balance"])
}

#[test]
fn twelve_tills_take_what_is_on_a_card_and_no_more() {
    let (world, code) = shared(350);
    let pay = |order: usize| json!({"code": code, "order_id": format!("o{order}"), "amount": 100});
    let calls: Vec<_> = (0..12).map(|order| ("use_gift_card", pay(order))).collect();
    let answers = race(&world, &calls);
    let mut paid: Vec<i64> = answers.iter().flatten().map(|used| money(&used["paid"])).collect();
    paid.sort_unstable();
    assert_eq!(paid, [50, 100, 100, 100]);
    // Nobody says who pays, so a card with nothing left is answered as one that does not exist.
    assert!(answers.iter().flat_map(|answer| answer.as_ref().err()).all(|error| error["code"] == "not_usable"));
    assert_eq!(balance(&world, &code), 0);
    world.verify();
}

#[test]
fn one_order_from_eight_tills_is_paid_once() {
    let (world, code) = shared(1_000);
    let answers = race(&world, &vec![("use_gift_card", json!({"code": code, "order_id": "o", "amount": 100})); 8]);
    assert!(answers.iter().flatten().all(|used| used["paid"] == "100"), "{answers:?}");
    assert_eq!(answers.iter().flatten().filter(|used| used["replayed"] == true).count(), 7);
    assert_eq!(balance(&world, &code), 900);
    world.verify();
}

#[test]
fn of_six_releases_at_once_one_gives_the_money_back() {
    let (world, code) = shared(1_000);
    world.ok("use_gift_card", json!({"code": code, "order_id": "o", "amount": 600}));
    let answers = race(&world, &vec![("release_gift_card", json!({"order_id": "o"})); 6]);
    let released: i64 = answers.iter().map(|answer| answer.as_ref().unwrap()["released"].as_i64().unwrap()).sum();
    assert_eq!((released, balance(&world, &code)), (1, 1_000));
    world.verify();
}

#[test]
fn one_top_up_from_many_tills_adds_once_for_its_order_and_each_time_without_one() {
    let (world, code) = shared(0);
    let mut calls = vec![("top_up_gift_card", json!({"code": code, "amount": 50, "order_id": "o"})); 4];
    calls.extend(vec![("top_up_gift_card", json!({"code": code, "amount": 7})); 4]);
    assert!(race(&world, &calls).iter().all(Result::is_ok));
    assert_eq!(balance(&world, &code), 50 + 4 * 7);
    world.verify();
}

#[test]
fn codes_of_gift_cards_look_as_the_programme_says() {
    let world = World::in_memory("codes = { gift_card = { length = 14, prefix = 'GC', check = false } }");
    let code = |call: Value| world.ok("create_gift_card", call)["code"].as_str().unwrap().replace('-', "");
    let usual = code(json!({"amount": 5}));
    assert!(usual.starts_with("GC") && usual.len() == 16, "{usual}");
    assert!(code(json!({"amount": 5, "prefix": "xmas"})).starts_with("XMAS"));
    assert_eq!(world.err("create_gift_card", json!({"amount": 5, "prefix": "U"})).details()["field"], "prefix");
}

#[test]
fn verify_finds_balances_that_are_not_those_of_the_entries_and_returns_of_something_else() {
    let world = World::on_file("");
    let code = world.ok("create_gift_card", json!({"amount": 500}))["code"].clone();
    world.ok("use_gift_card", json!({"code": code, "order_id": "A", "amount": 200}));
    world.ok("release_gift_card", json!({"order_id": "A"}));
    world.verify();
    let Some(folder) = world.folder() else { return };
    let database = rusqlite::Connection::open(folder.join("loyalty.db")).unwrap();
    for (edit, undo, what) in [
        ("gift_cards SET balance = 600", "gift_cards SET balance = 500", "gift card 1: balance = sum of its entries"),
        (
            "gift_card_entries SET balance_after = 301 WHERE id = 2",
            "gift_card_entries SET balance_after = 300 WHERE id = 2",
            "gift card entry 2: balance_after = that of the entry before + amount",
        ),
        (
            "gift_card_entries SET reverses = 1 WHERE id = 3",
            "gift_card_entries SET reverses = 2 WHERE id = 3",
            "gift card entry 3: what came back is what was used",
        ),
    ] {
        database.execute(&format!("UPDATE loyalty_{edit}"), []).unwrap();
        let found = world.ok("verify", json!({}));
        assert_eq!(found["problems"][0]["what"], what);
        database.execute(&format!("UPDATE loyalty_{undo}"), []).unwrap();
        world.verify();
    }
}

/// What a card and its orders are known to be.
#[derive(Default)]
struct Model {
    balance: i64,
    /// What each order added.
    added: BTreeMap<i64, i64>,
    /// What each order paid with it: the first answer, and whether it stands.
    paid: BTreeMap<i64, (i64, bool)>,
}

proptest! {
    #![proptest_config(loyalty_tests::cases(24))]

    #[test]
    fn the_balance_is_what_came_less_what_went_and_never_below_zero(
        first in 0..2_000_i64,
        acts in prop::collection::vec((0..4_u8, 0..5_i64, 1..1_500_i64), 1..40),
    ) {
        let world = World::in_memory("");
        let code = world.ok("create_gift_card", json!({ "amount": first }))["code"].clone();
        let mut model = Model { balance: first, ..Model::default() };
        for (act, order, amount) in acts {
            let order_id = format!("o{order}");
            match act {
                0 => {
                    // Of one order the top-up is always the same, so that it is a repeat the second time.
                    let amount = 100 + order;
                    world.ok("top_up_gift_card", json!({"code": code, "amount": amount, "order_id": order_id}));
                    if model.added.insert(order, amount).is_none() {
                        model.balance += amount;
                    }
                }
                1 => {
                    let released = world.call("release_gift_card", json!({"order_id": order_id}));
                    match model.paid.get_mut(&order) {
                        None => prop_assert_eq!(released.unwrap_err().code(), "not_found"),
                        Some((paid, stands)) => {
                            let back = if *stands { *paid } else { 0 };
                            prop_assert_eq!(money(&released.unwrap()["amount"]), back);
                            (model.balance, *stands) = (model.balance + back, false);
                        }
                    }
                }
                _ => {
                    let call = json!({"code": code, "order_id": order_id, "amount": amount, "user_id": 1, "reopened": act == 2});
                    let used = world.call("use_gift_card", call);
                    let left = model.balance - model.added.get(&order).copied().unwrap_or(0);
                    match (model.paid.get(&order).copied(), used) {
                        (Some((paid, true)), Ok(used)) => {
                            prop_assert_eq!((&used["replayed"], money(&used["paid"])), (&json!(true), paid));
                        }
                        (Some((_, true)), Err(error)) => prop_assert_eq!(error.code(), "idempotency_conflict"),
                        (Some((_, false)), Err(error)) if act == 3 => {
                            prop_assert!(["already_used", "idempotency_conflict"].contains(&error.code()));
                        }
                        (Some((_, false)), Ok(_)) if act == 3 => prop_assert!(false, "a late repeat paid"),
                        (_, Err(error)) => {
                            prop_assert_eq!(error.code(), "budget_exhausted");
                            prop_assert!(left <= 0);
                        }
                        (_, Ok(used)) => {
                            let paid = money(&used["paid"]);
                            prop_assert_eq!(paid, left.min(amount));
                            prop_assert_eq!(money(&used["amount_left"]), amount - paid);
                            model.balance -= paid;
                            model.paid.insert(order, (paid, true));
                        }
                    }
                }
            }
            prop_assert!(model.balance >= 0);
            prop_assert_eq!(balance(&world, &code), model.balance);
        }
        world.verify();
    }
}
