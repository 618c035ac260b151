//! What a release has stored stays readable, and reads as the same for ever: `tests/kept`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use loyalty_core::Refusal;
use loyalty_core::internals::RecordedAct;
use loyalty_core::ops::Access;
use loyalty_tests::kept::{self, Line, PRESENT};
use loyalty_tests::reference::descriptions;
use loyalty_tests::store;
use serde_json::Value;

/// The lines of each release. `UPDATE=1` appends what the present one stores and its file does not have; no line is ever
/// changed.
fn lines() -> &'static BTreeMap<String, Vec<Line>> {
    static LINES: OnceLock<BTreeMap<String, Vec<Line>>> = OnceLock::new();
    LINES.get_or_init(|| {
        if std::env::var_os("UPDATE").is_some() {
            kept::append(kept::found().into_iter().chain(kept::refusals()).collect());
        }
        kept::all()
    })
}

#[test]
fn what_every_release_has_stored_reads_as_the_same_for_ever() {
    if store::is_server() || store::is_page() {
        return;
    }
    let mut wrong = Vec::new();
    for (release, lines) in lines() {
        let mut names = BTreeSet::new();
        for line in lines {
            assert_eq!(line.release, *release, "{:?}", line.name());
            assert!(names.insert(line.name()), "{:?} stands twice", line.name());
            match kept::read(line, lines) {
                Ok(read) if kept::is_same(&line.read, &read) => {}
                Ok(read) => wrong.push(format!("{release}, {:?}:\nmust {}\nread {read}", line.name(), line.read)),
                Err(error) => wrong.push(format!("{release}, {:?}: {error}", line.name())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What has a line of the present release in a column: the first words of their names.
fn kept_in(place: &str) -> BTreeSet<String> {
    let lines = lines().get(PRESENT).into_iter().flatten();
    lines.filter(|line| line.place == place).map(|line| line.what.clone()).collect()
}

#[test]
fn every_command_every_refusal_and_every_act_of_this_release_has_a_line() {
    if store::is_server() || store::is_page() {
        return;
    }
    let hint = "run `UPDATE=1 cargo test -p loyalty-tests --test kept`: it appends what is missing";
    for place in ["loyalty_answers.answer", "loyalty_answers.request"] {
        let kept = kept_in(place);
        let commands = descriptions().into_iter().filter(|one| one.access == Access::Write);
        for description in commands.filter(|one| !kept::OF_ONE_DATABASE.contains(&one.name)) {
            assert!(kept.contains(description.name), "{place} of {}: {hint}", description.name);
        }
    }
    let answers = kept_in("loyalty_answers.answer");
    for refusal in Refusal::ALL {
        assert!(answers.contains(&format!("refused {}", refusal.code())), "{}: {hint}", refusal.code());
    }
    let acts: BTreeSet<String> =
        kept_in("loyalty_acts.act").iter().filter_map(|what| what.split(' ').next().map(str::to_owned)).collect();
    for variant in variants() {
        assert!(acts.contains(&variant), "the act {variant}: {hint}");
    }
}

/// The acts, as the error about an unknown one lists them.
fn variants() -> Vec<String> {
    let error = serde_json::from_str::<RecordedAct>(r#"{"?": 0}"#).unwrap_err().to_string();
    let listed = error.split_once("expected one of ").expect("the acts are listed").1;
    let named = listed.split('`').skip(1).step_by(2).map(str::to_owned);
    let variants: Vec<String> = named.collect();
    assert!(variants.len() >= 8, "{error}");
    variants
}

#[test]
fn a_field_that_was_added_since_is_no_difference_and_everything_else_is() {
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    for (must, read, is_same) in [
        (r#"{"a":1}"#, r#"{"a":1,"b":2}"#, true),
        (r#"{"a":[{"b":1}]}"#, r#"{"a":[{"c":0,"b":1}]}"#, true),
        (r#"{"a":1,"b":2}"#, r#"{"a":1}"#, false),
        (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, false),
        (r#"{"a":1}"#, r#"{"a":"1"}"#, false),
        ("[1]", "[1,2]", false),
    ] {
        assert_eq!(kept::is_same(&value(must), &value(read)), is_same, "{must} {read}");
    }
}
