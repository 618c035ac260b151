//! Several databases under one programme: no id that two of them could give.

use loyalty_core::{Engine, Options};
use loyalty_tests::store;
use serde_json::{Value, json};

/// An engine on a database of its own with that number.
fn numbered(folder: &std::path::Path, number: u8) -> Engine {
    let options = if store::is_server() {
        Options::parse(&store::database()).unwrap()
    } else {
        Options::sqlite(folder.join(format!("{number}.db")))
    };
    Engine::open(options.database_number(number).unwrap()).unwrap()
}

/// The ids that a database gives. The rewards are a catalogue, the same in all of them.
fn ids(engine: &Engine) -> Vec<i64> {
    let call = |name: &str, arguments: Value| engine.call(name, arguments).unwrap();
    let earned = call("earn_points", json!({"user_id": 7, "amount": 900_000, "order_id": "A-1"}));
    let reward = call("save_reward", json!({"name": "cup", "points_cost": 200}));
    let redeemed = call("redeem_reward", json!({"user_id": 7, "reward_id": reward["id"]}));
    let coupons = json!({"count": 2, "batch": "b", "discount_type": "percent", "discount_value": 5});
    let batch = call("generate_coupons", coupons);
    call("create_gift_card", json!({"amount": 9_000}));
    assert_eq!(call("verify", json!({}))["ok"], true);
    let ids = [&earned["transaction_id"], &redeemed["redemption_id"], &batch["batch_id"]].into_iter();
    ids.map(|id| id.as_i64().unwrap()).collect()
}

#[test]
fn no_two_databases_give_the_same_id_and_an_id_says_which_gave_it() {
    if store::is_page() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let engines: Vec<Engine> = [0, 1, 15].map(|number| numbered(folder.path(), number)).into();
    let given: Vec<Vec<i64>> = engines.iter().map(ids).collect();
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        assert!(given[one].iter().zip(&given[other]).all(|(one, other)| one != other), "{given:?}");
    }
    let of_entries: Vec<i64> = given.iter().map(|ids| ids[0] >> 49).collect();
    assert_eq!(of_entries, [0, 1, 15]);
    assert!(given.iter().flatten().all(|id| *id < 1 << 53), "JavaScript reads every id: {given:?}");
}

#[test]
fn a_database_keeps_its_number_also_in_a_copy() {
    if store::is_server() || store::is_page() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let engine = numbered(folder.path(), 3);
    let before = ids(&engine);
    let source = Options::sqlite(folder.path().join("3.db"));
    let error = Engine::open(source.clone().database_number(4).unwrap()).unwrap_err();
    assert_eq!(error.code(), "database_other_number", "{error}");
    let target = Options::sqlite(folder.path().join("copy.db"));
    Engine::copy(&source, &target, &mut |_, _| Ok(())).unwrap();
    let copy = Engine::open(target).unwrap();
    let after = copy.call("earn_points", json!({"user_id": 8, "amount": 1_000})).unwrap();
    assert_eq!(after["transaction_id"].as_i64().unwrap() >> 49, before[0] >> 49);
    assert!(Options::parse("sqlite:x.db?database_number=16").is_err());
}
