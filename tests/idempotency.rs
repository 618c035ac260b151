//! The same key: the first answer again, a conflict that names the field, a refusal that stays.

use loyalty_tests::commands::prepared;
use loyalty_tests::world::World;
use serde_json::{Map, Value, json};

fn keyed(args: &Value, key: &str) -> Map<String, Value> {
    let mut fields = args.as_object().unwrap().clone();
    fields.insert("key".to_owned(), json!(key));
    fields
}

/// A reply as it would be the first time.
fn first(mut reply: Value) -> String {
    reply["replayed"] = Value::Bool(false);
    reply.to_string()
}

#[test]
fn every_command_is_covered() {
    struct Commands(Vec<&'static str>);
    impl loyalty_core::ops::Visitor for Commands {
        fn visit<O: loyalty_core::ops::Operation + 'static>(&mut self) {
            if O::ACCESS == loyalty_core::ops::Access::Write {
                self.0.push(O::NAME);
            }
        }
    }
    let mut commands = Commands(Vec::new());
    loyalty_core::ops::visit_all(&mut commands);
    let (_, cases) = prepared();
    for name in commands.0 {
        assert!(cases.iter().any(|case| case.op == name), "{name} has no case here");
    }
    for case in cases {
        let description = loyalty_tests::reference::descriptions().into_iter().find(|one| one.name == case.op).unwrap();
        // A stamp is by hand, for an order, or signed; a code has a length, or is one of the shop's own.
        let excluded = [
            ("stamp", "order_id"),
            ("stamp", "token"),
            ("generate_discount_code", "code"),
            // What is given is not taken away.
            ("update_member", "remove"),
        ];
        let names = description.params.iter().map(|param| param.name.as_str());
        for name in names.filter(|name| !["at", "key", "actor"].contains(name)) {
            assert!(
                !case.others[name].is_null() && (!case.args[name].is_null() || excluded.contains(&(case.op, name))),
                "{}.{name} has no other value",
                case.op
            );
        }
    }
}

#[test]
fn a_repeat_gives_the_first_answer_and_changes_nothing() {
    let (world, cases) = prepared();
    for case in &cases {
        let call = Value::Object(keyed(&case.args, "k"));
        let reply = world.ok(case.op, call.clone());
        assert_eq!(reply["replayed"], false, "{}", case.op);
        let before = world.dump();
        // Much later, and by another actor: the answer stays.
        world.now("2028-03-02T12:00:00-03:00");
        let mut again = call.as_object().unwrap().clone();
        again.insert("actor".to_owned(), json!("somebody else"));
        let repeated = world.ok(case.op, Value::Object(again));
        world.now(loyalty_tests::world::START);
        assert_eq!(repeated["replayed"], true, "{}", case.op);
        assert_eq!(first(repeated), reply.to_string(), "{}", case.op);
        assert_eq!(world.dump(), before, "{}", case.op);
    }
    world.verify();
}

#[test]
fn another_argument_under_the_same_key_is_a_conflict_that_names_it() {
    let (world, cases) = prepared();
    for case in &cases {
        world.ok(case.op, Value::Object(keyed(&case.args, "k")));
        let before = world.dump();
        let mut others = case.others.as_object().unwrap().clone();
        others.insert("at".to_owned(), json!("2026-03-01T12:00:00Z"));
        for (name, other) in others {
            let mut changed = keyed(&case.args, "k");
            changed.insert(name.clone(), other);
            let error = world.err(case.op, Value::Object(changed));
            assert_eq!(error.code(), "idempotency_conflict", "{}.{name}: {error:?}", case.op);
            assert_eq!(error.details()["field"], name, "{}", case.op);
            assert_eq!(error.details()["key"], "k", "{}.{name}", case.op);
        }
        assert_eq!(world.dump(), before, "{}", case.op);
    }
}

#[test]
fn an_argument_left_out_under_the_same_key_is_a_conflict_too() {
    let (world, cases) = prepared();
    for case in &cases {
        world.ok(case.op, Value::Object(keyed(&case.args, "k")));
        let description = loyalty_tests::reference::descriptions().into_iter().find(|one| one.name == case.op).unwrap();
        // Who does it is no part of what is done.
        let optional = description.params.iter().filter(|param| !param.required && param.name != "actor");
        for param in optional.filter(|param| case.args.get(&param.name).is_some()) {
            let mut fewer = keyed(&case.args, "k");
            fewer.shift_remove(&param.name);
            // What is the default anyway is no other request.
            let same = case.args[&param.name] == param.default;
            match world.call(case.op, Value::Object(fewer)) {
                Ok(reply) => assert!(same && reply["replayed"] == true, "{}.{}", case.op, param.name),
                Err(error) => assert_eq!(error.details()["field"], param.name, "{}: {error:?}", case.op),
            }
        }
    }
}

#[test]
fn the_same_number_written_another_way_is_the_same_request() {
    let world = World::in_memory("");
    let earn = |amount: Value| world.ok("earn_points", json!({"user_id": 1, "amount": amount, "order_id": "A"}));
    assert_eq!(earn(json!(12_990))["replayed"], false);
    for amount in [json!("12990"), json!("12990.00"), json!(12_990.0), json!("0012990.0")] {
        assert_eq!(earn(amount)["replayed"], true);
    }
}

#[test]
fn a_refusal_under_a_given_key_stays_a_refusal() {
    let world = World::on_file("");
    world.ok("earn_points", json!({"user_id": 1, "amount": 100}));
    let redeem = json!({"user_id": 1, "reward_id": 1, "key": "k"});
    let refusal = world.err("redeem_reward", redeem.clone());
    assert_eq!(refusal.code(), "insufficient_points");
    world.ok("earn_points", json!({"user_id": 1, "amount": 1_000_000}));
    let before = world.dump();
    let again = world.err("redeem_reward", redeem);
    assert_eq!(again.to_json().to_string(), refusal.to_json().to_string());
    assert_eq!(world.dump(), before);
    // Another key is another try, and the key of a refusal is taken for this operation only.
    world.ok("redeem_reward", json!({"user_id": 1, "reward_id": 1, "key": "other"}));
    world.ok("check_tier_upgrade", json!({"user_id": 1, "key": "k"}));
    let other = world.err("redeem_reward", json!({"user_id": 1, "reward_id": 2, "key": "k"}));
    assert_eq!(other.details()["field"], "reward_id");
    world.verify();
}

#[test]
fn wrong_calls_and_things_not_found_do_not_use_a_key_up() {
    let world = World::in_memory("");
    let earn = |amount: Value| json!({"user_id": 1, "amount": amount, "key": "k"});
    assert_eq!(world.err("earn_points", earn(json!(-1))).code(), "invalid");
    assert_eq!(world.err("redeem_reward", json!({"user_id": 1, "reward_id": 1, "key": "k"})).code(), "not_found");
    world.ok("earn_points", earn(json!(1_000_000)));
    world.ok("redeem_reward", json!({"user_id": 1, "reward_id": 1, "key": "k"}));
}

#[test]
fn an_order_is_its_own_key_but_keeps_no_refusal() {
    let world = World::in_memory("earn = { enroll_on_first_earn = false }");
    let order = json!({"user_id": 1, "amount": 5_000, "order_id": "A"});
    assert_eq!(world.err("earn_points", order.clone()).code(), "not_found");
    world.ok("enroll", json!({"user_id": 1}));
    let receipt = world.ok("earn_points", order.clone());
    world.ok("earn_points", json!({"user_id": 1, "amount": 900_000}));
    assert_eq!(first(world.ok("earn_points", order)), receipt.to_string());
    let other_key = json!({"user_id": 1, "amount": 5_000, "order_id": "A", "key": "fresh"});
    assert_eq!(first(world.ok("earn_points", other_key)), receipt.to_string());
    let other = world.err("earn_points", json!({"user_id": 2, "amount": 5_000, "order_id": "A"}));
    assert_eq!((other.code(), &other.details()["field"]), ("idempotency_conflict", &json!("user_id")));
    world.verify();
}
