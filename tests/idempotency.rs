//! The same key: the first answer again, a conflict that names the field, a refusal that stays.

use loyalty_core::ops::Access;
use loyalty_core::ops::describe::Description;
use loyalty_tests::calls::{self, Arguments};
use loyalty_tests::reference::descriptions;
use loyalty_tests::world::{START, World};
use serde_json::{Value, json};

/// A reply as it would be the first time.
fn first(mut reply: Value) -> String {
    reply["replayed"] = Value::Bool(false);
    reply.to_string()
}

/// A command in a world where it can be called, with all its arguments and for each another value.
struct Case {
    description: Description,
    world: World,
    args: Arguments,
    others: Arguments,
}

impl Case {
    /// One of each command.
    fn each(mut check: impl FnMut(&Self)) {
        for description in descriptions().into_iter().filter(|one| one.access == Access::Write) {
            let (world, args, others) = calls::of(description.name).ready();
            check(&Self { description, world, args, others });
        }
    }

    fn name(&self) -> &'static str {
        self.description.name
    }

    /// The command under the key of all tests.
    fn keyed(&self, change: impl FnOnce(&mut Arguments)) -> Value {
        let mut args = self.args.clone();
        args.insert("key".to_owned(), json!("k"));
        change(&mut args);
        Value::Object(args)
    }

    /// A repeat much later, and by another actor: the answer stays, and nothing is changed.
    fn a_repeat_gives_the_first_answer(&self, reply: &Value) {
        self.world.now("2028-03-02T12:00:00-03:00");
        let again = self.keyed(|args| drop(args.insert("actor".to_owned(), json!("somebody else"))));
        let repeated = self.world.ok(self.name(), again);
        self.world.now(START);
        assert_eq!(repeated["replayed"], true, "{}", self.name());
        // What names persons is not kept: those messages are handed out once.
        if self.name() != "next_messages" {
            assert_eq!(first(repeated), reply.to_string(), "{}", self.name());
        }
    }

    fn another_value_is_a_conflict_that_names_it(&self) {
        let at = ("at".to_owned(), json!("2026-03-01T12:00:00Z"));
        for (name, other) in self.others.clone().into_iter().chain([at]) {
            let changed = self.keyed(|args| drop(args.insert(name.clone(), other)));
            let error = self.world.err(self.name(), changed);
            assert_eq!(error.code(), "idempotency_conflict", "{}.{name}: {error:?}", self.name());
            assert_eq!(error.details()["field"], name, "{}", self.name());
            assert_eq!(error.details()["key"], "k", "{}.{name}", self.name());
        }
    }

    fn an_argument_left_out_is_a_conflict_too(&self) {
        // Who does it is no part of what is done.
        let optional = self.description.params.iter().filter(|param| !param.required && param.name != "actor");
        for param in optional.filter(|param| self.args.contains_key(&param.name)) {
            let fewer = self.keyed(|args| drop(args.shift_remove(&param.name)));
            // What is the default anyway is no other request.
            let same = self.args[&param.name] == param.default;
            match self.world.call(self.name(), fewer) {
                Ok(reply) => assert!(same && reply["replayed"] == true, "{}.{}", self.name(), param.name),
                Err(error) => assert_eq!(error.details()["field"], param.name, "{}: {error:?}", self.name()),
            }
        }
    }
}

#[test]
fn the_same_key_gives_the_first_answer_again_and_with_other_arguments_a_conflict_that_names_one() {
    let mut commands = 0;
    Case::each(|case| {
        let reply = case.world.ok(case.name(), case.keyed(|_| {}));
        assert_eq!(reply["replayed"], false, "{}", case.name());
        let before = case.world.dump();
        case.another_value_is_a_conflict_that_names_it();
        case.an_argument_left_out_is_a_conflict_too();
        case.a_repeat_gives_the_first_answer(&reply);
        assert_eq!(case.world.dump(), before, "{}", case.name());
        case.world.verify();
        commands += 1;
    });
    assert!(commands > 40, "only {commands} commands were found");
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
