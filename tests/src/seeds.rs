//! What the fuzzer of the C surface begins with: an input for each story, and a dictionary of the names in calls.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::fuzz::Till;
use crate::reference;
use crate::story::{self, Story};

/// Writes an input for each story into a folder, and the dictionary into a file.
///
/// # Panics
/// When they cannot be written.
pub fn write(folder: &Path, dictionary: &Path) {
    fs::create_dir_all(folder).expect("a folder for the inputs");
    for (name, story) in story::all() {
        fs::write(folder.join(name), input(&story)).expect("an input can be written");
    }
    fs::write(dictionary, words()).expect("the dictionary can be written");
}

/// A story as an input. It is run while it is written, because later steps use values from earlier replies.
///
/// # Panics
/// When its programme is refused.
#[must_use]
pub fn input(story: &Story) -> String {
    let mut input = String::new();
    let file = std::env::temp_dir().join(format!("loyalty-seeds-{}.toml", std::process::id()));
    let changes = (!story.program.is_empty()).then(|| json!(story.program).to_string());
    if let Some(changes) = &changes {
        let _ = writeln!(input, "program {changes}");
    }
    let mut till = Till::open(changes.as_ref().map(String::as_bytes), &file).expect("the programme of a story");
    let mut kept: BTreeMap<String, Value> = BTreeMap::new();
    for step in &story.steps {
        if let Some(now) = &step.now {
            let _ = writeln!(input, "now {now}");
            till.fix_now(now.as_bytes());
        }
        let mut arguments = Value::Object(step.with.clone());
        fill(&mut arguments, &kept);
        let _ = writeln!(input, "{} {arguments}", step.call);
        let Ok(reply) = till.call(step.call.as_bytes(), arguments.to_string().as_bytes()) else { continue };
        for (name, pointer) in &step.keep {
            let value = reply.pointer(pointer).cloned().unwrap_or_default();
            let number = value.as_str().and_then(|text| till.number_of(text));
            kept.insert(name.clone(), number.map_or(value, |number| json!(format!("${number}"))));
        }
    }
    let _ = (fs::remove_file(file.with_extension("key")), fs::remove_file(file));
    input
}

/// Puts kept values in the place of `"$name"`.
fn fill(value: &mut Value, kept: &BTreeMap<String, Value>) {
    match value {
        Value::String(text) => {
            if let Some(known) = text.strip_prefix('$').and_then(|name| kept.get(name)) {
                *value = known.clone();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, kept)),
        Value::Object(fields) => fields.values_mut().for_each(|field| fill(field, kept)),
        _ => {}
    }
}

/// The names of operations and arguments, a word on each line.
fn words() -> String {
    let mut words: BTreeSet<String> =
        ["$0", "$1", "\"at\":", "\"key\":", "\nnow 2027-", "null"].map(str::to_owned).into();
    for operation in reference::descriptions() {
        words.insert(format!("\n{} ", operation.name));
        words.extend(operation.params.iter().map(|param| format!("\"{}\":", param.name)));
    }
    let quoted = |word: &String| format!("\"{}\"\n", word.replace('"', "\\\"").replace('\n', "\\x0A"));
    words.iter().map(quoted).collect()
}
