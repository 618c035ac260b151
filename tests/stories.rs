//! The stories, run through Rust; and a check that every operation has one.

use std::collections::{BTreeMap, BTreeSet};

use loyalty_tests::surfaces::Rust;
use loyalty_tests::{Place, reference, root, store, story};

#[test]
fn the_stories_are_true_in_rust() {
    for (name, story) in story::chosen() {
        let place = Place::new(&format!("story-{name}"));
        let program = story.write_program(place.file("program.toml"));
        let database = store::fresh(&place.file("loyalty.db"));
        story.tell(&name, &mut Rust::open(&database, program.as_deref()));
        let mut check = Rust::open(&database, program.as_deref());
        let verified = story::Surface::call(&mut check, "2030-01-01T00:00:00Z", "verify", &serde_json::Map::new());
        assert_eq!(verified.unwrap()["problems"], serde_json::json!([]), "{name}");
        store::done(&database);
    }
}

#[test]
fn every_operation_has_a_story_in_which_it_succeeds_and_every_command_one_in_which_it_fails() {
    let (mut succeeds, mut fails) = (BTreeSet::new(), BTreeSet::new());
    for (_, story) in story::all() {
        for step in story.steps {
            if step.fails.is_some() {
                fails.insert(step.call)
            } else {
                succeeds.insert(step.call)
            };
        }
    }
    for description in reference::descriptions() {
        assert!(succeeds.contains(description.name), "no story tells of {}", description.name);
        let can_fail = !description.params.iter().all(|param| !param.required);
        assert!(!can_fail || fails.contains(description.name), "no story tells how {} fails", description.name);
    }
}

#[test]
fn every_sample_case_of_other_systems_is_told_or_its_absence_explained() {
    let not_run: BTreeMap<String, String> =
        toml::from_str(&std::fs::read_to_string(root().join("tests/peers-not-run.toml")).unwrap()).unwrap();
    // A case is a file named after it, or several whose names go on after its second part; further ones say `more`.
    let told = story::of("tests/peers").into_keys().filter(|name| !name.contains("-more-"));
    let told: BTreeSet<String> = told.map(|name| name.split('-').take(2).collect::<Vec<_>>().join("-")).collect();
    assert_eq!(told.len() + not_run.len(), 62);
    assert!(told.iter().all(|id| !not_run.contains_key(id)));
    assert!(not_run.values().all(|reason| !reason.is_empty()));
}
