//! The calls of `tests/calls`: each operation has one, and each is right.

use std::collections::BTreeSet;

use loyalty_core::ops::Access;
use loyalty_core::ops::describe::Description;
use loyalty_tests::calls::{self, Call, filled};
use loyalty_tests::reference::descriptions;
use loyalty_tests::world::{START, World};
use serde_json::{Value, json};

/// The options that every command takes in addition to its own.
const OF_ALL: [&str; 3] = ["at", "key", "actor"];

/// The arguments that go with others of the same operation only in part, and so have another value but stand in no call.
const APART: [(&str, &str); 3] = [
    // A code has a length and a prefix, or is one of the shop's own.
    ("generate_discount_code", "code"),
    // A stamp is given by hand, or by scanning a signed one.
    ("stamp", "token"),
    // What is given is not taken away.
    ("update_member", "remove"),
];

#[test]
fn every_operation_has_a_call_and_nothing_else_has() {
    let names: BTreeSet<String> = descriptions().iter().map(|one| one.name.to_owned()).collect();
    assert_eq!(calls::all().into_keys().collect::<BTreeSet<_>>(), names);
}

#[test]
fn every_call_is_right_as_it_is_and_with_all_that_can_be_given_with_it() {
    for (name, call) in calls::all() {
        for arguments in [call.right.clone(), call.whole()] {
            let world = World::in_memory(&call.changes());
            let kept = call.prepare(&arguments, |now, operation, arguments| {
                world.now(now);
                world.ok(operation, Value::Object(arguments))
            });
            world.now(START);
            world.ok(&name, Value::Object(filled(&arguments, &kept)));
            assert_eq!(world.ok("verify", json!({}))["ok"], true, "{name}");
        }
    }
}

/// The arguments of an operation, without those that every command takes.
fn own(description: &Description) -> impl Iterator<Item = &str> {
    let names = description.params.iter().map(|param| param.name.as_str());
    names.filter(|name| description.access != Access::Write || !OF_ALL.contains(name))
}

#[test]
fn every_argument_of_a_command_is_given_and_has_another_value() {
    for description in descriptions().iter().filter(|one| one.access == Access::Write) {
        let Call { right, more, others, .. } = calls::of(description.name);
        for name in own(description) {
            let place = format!("{}.{name}", description.name);
            assert!(others.contains_key(name), "{place} has no other value");
            let given = right.get(name).or_else(|| more.get(name));
            assert_ne!(given.is_some(), APART.contains(&(description.name, name)), "{place}");
            assert_ne!(given, others.get(name), "{place} has the same value twice");
        }
        let names: BTreeSet<&str> = own(description).collect();
        assert!(others.keys().all(|name| names.contains(name.as_str())), "{}: {others:?}", description.name);
    }
}

#[test]
fn no_argument_is_given_twice_and_what_is_no_command_needs_no_other_values() {
    for description in descriptions() {
        let Call { right, more, others, .. } = calls::of(description.name);
        assert!(more.keys().all(|name| !right.contains_key(name)), "{}: {more:?}", description.name);
        assert!(description.access == Access::Write || others.is_empty(), "{}: {others:?}", description.name);
    }
}
