//! Stories: what a caller sees, as data, run through every interface.
//!
//! A story is a TOML file: a title, changes of the default programme, and steps. A step moves the clock (`now`), calls
//! an operation (`call`, `with`) and says what comes back: `gives`, a part of the reply, or `fails`, a part of the error
//! (`kind`, `code`, `details`). `program` in a step changes the programme from there on, to the default one with these
//! changes; the engine is opened anew, and when that fails, each call fails so. `keep` names values of the reply for
//! later steps, which write them as `"$name"`, or as `<name>` inside a longer text.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use loyalty_core::programme::Programme;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::root;

/// A way to call the engine.
pub trait Surface {
    /// Calls an operation at a fixed time; an error is `{kind, code, message, details}`.
    ///
    /// # Errors
    /// What the engine refused, as JSON.
    fn call(&mut self, now: &str, operation: &str, arguments: &Map<String, Value>) -> Result<Value, Value>;

    /// Opens the database anew with another programme, whose text this is. When that fails, each call fails so.
    fn reopen(&mut self, program: &str);
}

/// A story.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// What it tells.
    pub title: String,
    /// Texts of the default programme and what replaces them.
    #[serde(default)]
    pub program: Vec<[String; 2]>,
    /// The steps.
    pub steps: Vec<Step>,
}

/// A step of a story.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Moves the clock.
    pub now: Option<String>,
    /// From now on the programme is the default one with these texts replaced.
    pub program: Option<Vec<[String; 2]>>,
    /// The operation.
    pub call: String,
    /// Its arguments.
    #[serde(default)]
    pub with: Map<String, Value>,
    /// What the reply has, at least.
    pub gives: Option<Value>,
    /// What the error has, at least.
    pub fails: Option<Value>,
    /// Values of the reply to keep: name and JSON pointer.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

/// All stories, by the name of their file.
///
/// # Panics
/// When one cannot be read.
#[must_use]
pub fn all() -> BTreeMap<String, Story> {
    let mut stories = of("tests/stories");
    stories.extend(of("tests/peers"));
    stories
}

/// All stories, or with `LOYALTY_TEST_EVERY=3` every third only: on a server the tables of each take their time. With
/// `LOYALTY_TEST_STORY=coupon` those whose name has it: for whoever works on them.
///
/// # Panics
/// When one cannot be read.
#[must_use]
pub fn chosen() -> Vec<(String, Story)> {
    let every = std::env::var("LOYALTY_TEST_EVERY").map_or(1, |every| every.parse().expect("a number"));
    let name = std::env::var("LOYALTY_TEST_STORY").unwrap_or_default();
    all().into_iter().filter(|(file, _)| file.contains(&name)).step_by(every).collect()
}

/// The stories in a folder of the repository.
///
/// # Panics
/// When one cannot be read.
#[must_use]
pub fn of(folder: &str) -> BTreeMap<String, Story> {
    let mut stories = BTreeMap::new();
    for entry in std::fs::read_dir(root().join(folder)).expect("the stories are there") {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let text = std::fs::read_to_string(&path).expect("a story can be read");
        let story = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        stories.insert(name, story);
    }
    stories
}

impl Story {
    /// Writes the programme of the story to a file and returns its path, or nothing for the default.
    ///
    /// # Panics
    /// When a text to be replaced is not in the default programme.
    #[must_use]
    pub fn write_program(&self, path: PathBuf) -> Option<PathBuf> {
        if self.program.is_empty() {
            return None;
        }
        std::fs::write(&path, self.programme(&self.program)).expect("the programme can be written");
        Some(path)
    }

    /// The default programme with changes.
    fn programme(&self, changes: &[[String; 2]]) -> String {
        let mut text = Programme::cafe_vt().expect("the default programme is right").source().to_owned();
        for [from, to] in changes {
            assert!(text.contains(from), "{}: the programme has no `{from}`", self.title);
            text = text.replacen(from, to, 1);
        }
        text
    }

    /// Tells the story.
    ///
    /// # Panics
    /// When a step gives something else.
    pub fn tell(&self, name: &str, surface: &mut dyn Surface) {
        let mut kept: BTreeMap<String, Value> = BTreeMap::new();
        let mut now = "2026-03-02T09:30:00-03:00".to_owned();
        for (number, step) in self.steps.iter().enumerate() {
            let place = format!("{name}, step {} ({})", number + 1, step.call);
            if let Some(moved) = &step.now {
                now.clone_from(moved);
            }
            if let Some(changes) = &step.program {
                surface.reopen(&self.programme(changes));
            }
            let mut arguments = Value::Object(step.with.clone());
            fill(&mut arguments, &kept);
            let arguments = arguments.as_object().cloned().unwrap_or_default();
            let answer = surface.call(&now, &step.call, &arguments);
            record(&place, &answer);
            match (answer, &step.gives, &step.fails) {
                (Ok(reply), gives, None) => {
                    let mut expected = gives.clone().unwrap_or(Value::Object(Map::new()));
                    fill(&mut expected, &kept);
                    has(&place, "", &expected, &reply);
                    for (name, pointer) in &step.keep {
                        let value = reply.pointer(pointer).unwrap_or_else(|| panic!("{place}: nothing at {pointer}"));
                        kept.insert(name.clone(), value.clone());
                    }
                }
                (Err(error), None, Some(fails)) => has(&place, "", fails, &error),
                (Ok(reply), _, Some(_)) => panic!("{place}: should fail, gave {reply}"),
                (Err(error), _, _) => panic!("{place}: should succeed, failed with {error}"),
            }
        }
    }
}

/// Writes an answer to the file that `LOYALTY_TEST_RECORD` names, a line each: two records of all stories show what a
/// change of the code changes for a caller.
fn record(place: &str, answer: &Result<Value, Value>) {
    let Ok(path) = std::env::var("LOYALTY_TEST_RECORD") else { return };
    let (Ok(value) | Err(value)) = answer;
    let mut file = std::fs::File::options().create(true).append(true).open(path).expect("the record can be written");
    writeln!(file, "{place}: {value}").expect("the record can be written");
}

/// Puts kept values in the place of `"$name"`, and kept texts in the place of `<name>` inside a longer one.
pub(crate) fn fill(value: &mut Value, kept: &BTreeMap<String, Value>) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix('$') {
                *value = kept.get(name).unwrap_or_else(|| panic!("nothing was kept as {name}")).clone();
                return;
            }
            for (name, known) in kept.iter().filter_map(|(name, known)| Some((name, known.as_str()?))) {
                *text = text.replace(&format!("<{name}>"), known);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, kept)),
        Value::Object(fields) => fields.values_mut().for_each(|field| fill(field, kept)),
        _ => {}
    }
}

/// Checks that a value has what is expected of it: objects at least the fields, lists all items, the rest the same.
fn has(place: &str, path: &str, expected: &Value, found: &Value) {
    match (expected, found) {
        (Value::String(text), _) if text == "<any>" => assert!(!found.is_null(), "{place}: {path} is null"),
        (Value::String(text), _) if text == "<null>" => assert!(found.is_null(), "{place}: {path} is {found}"),
        (Value::Object(fields), Value::Object(given)) => {
            for (name, field) in fields {
                let inside = format!("{path}/{name}");
                let value = given.get(name).unwrap_or_else(|| panic!("{place}: {inside} is missing in {found}"));
                has(place, &inside, field, value);
            }
        }
        // An empty PHP array is both a list and a map.
        (Value::Object(fields), Value::Array(items)) if fields.is_empty() && items.is_empty() => {}
        (Value::Array(items), Value::Array(given)) => {
            assert_eq!(items.len(), given.len(), "{place}: {path} has another length: {found}");
            for (index, (item, value)) in items.iter().zip(given).enumerate() {
                has(place, &format!("{path}/{index}"), item, value);
            }
        }
        (Value::Number(_), Value::Number(_)) => {
            assert!(expected.as_f64() == found.as_f64(), "{place}: {path}: expected {expected}, found {found}")
        }
        _ => assert_eq!(expected, found, "{place}: {path}"),
    }
}
