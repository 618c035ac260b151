//! Calls as data: `tests/calls/<operation>.toml` has a right call of each operation, and what must be there before it.
//!
//! - `program`: changes of the default programme, if any.
//! - `setup`: calls that come first, as steps of a story: `call`, `with`, `keep`, and `now` for one that was earlier. A
//!   step that keeps what nothing behind it needs is left out.
//! - `right`: the arguments of a right call, as one would write it: the example of the manual.
//! - `more`: the arguments that can be given with them. With all of both the call is right, too.
//! - `varies`: names of fields of the reply that are not the same on every machine.
//! - `others`: for each argument of a command another value, which makes it another request.
//!
//! `"$name"` is what a step has kept; `"$programme"` is the text of the default programme.

use std::collections::BTreeMap;

use loyalty_core::programme::Programme;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::root;
use crate::story::fill;
use crate::world::{START, World, programme_text};

/// The arguments of a call, by name.
pub type Arguments = Map<String, Value>;

/// A right call of an operation, and what comes before it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Changes of the default programme.
    #[serde(default)]
    pub program: toml::Table,
    /// The calls that come first.
    #[serde(default)]
    pub setup: Vec<Step>,
    /// The arguments of a right call.
    pub right: Arguments,
    /// Those that can be given with them.
    #[serde(default)]
    pub more: Arguments,
    /// Fields of the reply that are not the same on every machine.
    #[serde(default)]
    pub varies: Vec<String>,
    /// For each argument another value.
    #[serde(default)]
    pub others: Arguments,
}

/// A call that comes before.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When it was; without it, at the time of the right call.
    pub now: Option<String>,
    /// The operation.
    pub call: String,
    /// Its arguments.
    #[serde(default)]
    pub with: Arguments,
    /// Values of the reply to keep: name and JSON pointer.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

/// The calls of all operations, by name.
///
/// # Panics
/// When one cannot be read.
#[must_use]
pub fn all() -> BTreeMap<String, Call> {
    let folder = std::fs::read_dir(root().join("tests/calls")).expect("the calls are there");
    let paths = folder.map(|entry| entry.expect("the folder can be read").path());
    let read = paths.map(|path| {
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a call can be read");
        let call = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, call)
    });
    read.collect()
}

/// The call of an operation.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn of(operation: &str) -> Call {
    all().remove(operation).unwrap_or_else(|| panic!("{operation} has no file in tests/calls"))
}

impl Call {
    /// The arguments of the right call with all that can be given with them.
    #[must_use]
    pub fn whole(&self) -> Arguments {
        self.right.clone().into_iter().chain(self.more.clone()).collect()
    }

    /// The changes of the default programme, as text.
    ///
    /// # Panics
    /// When they cannot be written.
    #[must_use]
    pub fn changes(&self) -> String {
        toml::to_string(&self.program).expect("a table can be written")
    }

    /// The calls that come before one with these arguments: without those that keep what nothing needs.
    #[must_use]
    pub fn before(&self, arguments: &Arguments) -> Vec<&Step> {
        let mut named = names(arguments);
        let mut steps = Vec::new();
        for step in self.setup.iter().rev() {
            if step.keep.is_empty() || step.keep.keys().any(|name| named.contains(name)) {
                named.extend(names(&step.with));
                steps.push(step);
            }
        }
        steps.reverse();
        steps
    }

    /// Makes the calls that come before one with these arguments by what calls an operation at a time, and tells what
    /// they keep.
    ///
    /// # Panics
    /// When a reply has nothing to keep.
    pub fn prepare(
        &self,
        arguments: &Arguments,
        mut tell: impl FnMut(&str, &str, Arguments) -> Value,
    ) -> BTreeMap<String, Value> {
        let programme = Programme::cafe_vt().expect("the default programme").source().to_owned();
        let mut kept = BTreeMap::from([("programme".to_owned(), Value::String(programme))]);
        for step in self.before(arguments) {
            let reply = tell(step.now.as_deref().unwrap_or(START), &step.call, filled(&step.with, &kept));
            for (name, pointer) in &step.keep {
                let value = reply.pointer(pointer).unwrap_or_else(|| panic!("{}: nothing at {pointer}", step.call));
                kept.insert(name.clone(), value.clone());
            }
        }
        kept
    }

    /// A world in which the whole call is right, with its arguments and the other values.
    ///
    /// # Panics
    /// When a call that comes before fails.
    #[must_use]
    pub fn ready(&self) -> (World, Arguments, Arguments) {
        let world = World::on_file(&self.changes());
        let whole = self.whole();
        let kept = self.prepare(&whole, |now, operation, arguments| {
            world.now(now);
            world.ok(operation, Value::Object(arguments))
        });
        world.now(START);
        let (whole, others) = (filled(&whole, &kept), filled(&self.others, &kept));
        (world, whole, others)
    }

    /// The programme of the call, as text.
    #[must_use]
    pub fn programme(&self) -> String {
        programme_text(&self.changes())
    }
}

/// Arguments with what was kept in the place of its names.
///
/// # Panics
/// When nothing was kept as one of them.
#[must_use]
pub fn filled(arguments: &Arguments, kept: &BTreeMap<String, Value>) -> Arguments {
    let mut arguments = arguments.clone();
    arguments.values_mut().for_each(|value| fill(value, kept));
    arguments
}

/// The names of kept values in arguments.
fn names(arguments: &Arguments) -> Vec<String> {
    fn collect(value: &Value, names: &mut Vec<String>) {
        match value {
            Value::String(text) => names.extend(text.strip_prefix('$').map(str::to_owned)),
            Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
            Value::Object(fields) => fields.values().for_each(|field| collect(field, names)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    arguments.values().for_each(|value| collect(value, &mut found));
    found
}
