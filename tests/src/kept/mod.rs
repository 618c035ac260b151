//! What a release has stored and every later one reads: `tests/kept/<release>.jsonl`, a line for each form.
//!
//! - `release`, `where` (table and column) and `what` (the command or the variant) name a line.
//! - `stored` is what is in the database, `read` what it must read as: a repeat after ten years gets the same bytes.
//! - `asked` is the call that reads it, when an operation does: on the rows of the scene `in`, which is a line of its own
//!   whose `where` is `(scene)`. `"$programme"` in it is the text of the scene's programme.
//!
//! A line is never changed. What a later release stores in another form gets a line of its own in that release's file.

mod read;
mod rows;
mod scenes;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::root;

pub use read::{ask, read};
pub use write::{found, refusals};

/// The release that writes now.
pub const PRESENT: &str = env!("CARGO_PKG_VERSION");
/// Where a line is the rows of a scene.
pub const SCENE: &str = "(scene)";
/// The scene on which digests of requests are compared.
pub const NOTHING: &str = "nothing";
/// Commands whose right call belongs to one database, because an argument is signed with its key.
pub const OF_ONE_DATABASE: [&str; 1] = ["unsubscribe"];
/// What is read of digests that belong to the call.
pub const SAME: &str = "the same request";

/// A stored form.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Which release wrote it.
    pub release: String,
    /// Table and column.
    #[serde(rename = "where")]
    pub place: String,
    /// The command or the variant.
    pub what: String,
    /// What is in the database.
    pub stored: Value,
    /// The scene whose rows the call reads.
    #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
    pub scene: Option<String>,
    /// The call that reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<(String, Value)>,
    /// What it reads as.
    pub read: Value,
}

impl Line {
    /// A line of the present release.
    #[must_use]
    pub fn new(place: &str, what: impl Into<String>, stored: Value) -> Self {
        let (release, place, what) = (PRESENT.to_owned(), place.to_owned(), what.into());
        Self { release, place, what, stored, scene: None, asked: None, read: Value::Null }
    }

    /// What names it within its release.
    #[must_use]
    pub fn name(&self) -> (String, String) {
        (self.place.clone(), self.what.clone())
    }
}

/// The lines of each release.
///
/// # Panics
/// When a file cannot be read.
#[must_use]
pub fn all() -> BTreeMap<String, Vec<Line>> {
    let folder = std::fs::read_dir(root().join("tests/kept")).expect("the kept forms are there");
    let paths = folder.map(|entry| entry.expect("the folder can be read").path());
    let read = paths.map(|path| {
        let release = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("kept forms can be read");
        let line = |text: &str| serde_json::from_str(text).unwrap_or_else(|error| panic!("{release}: {error}: {text}"));
        let lines = text.lines().map(line).collect();
        (release, lines)
    });
    read.collect()
}

/// Adds to the file of the present release the lines that it does not have.
///
/// # Panics
/// When the file cannot be written, or a line cannot be read back or reads as something else than was answered first.
pub fn append(lines: Vec<Line>) {
    let path = root().join(format!("tests/kept/{PRESENT}.jsonl"));
    let mut text = std::fs::read_to_string(&path).unwrap_or_default();
    let mut whole = all().remove(PRESENT).unwrap_or_default();
    let mut known: BTreeSet<(String, String)> = whole.iter().map(Line::name).collect();
    let old = whole.len();
    whole.extend(lines.into_iter().filter(|line| known.insert(line.name())));
    // The calls need the programmes.
    for at in old..whole.len() {
        if whole[at].place == "loyalty_programmes.source" {
            whole[at].read = read(&whole[at], &whole).expect("a programme");
        }
    }
    for at in old..whole.len() {
        let line = &whole[at];
        let back = read(line, &whole).unwrap_or_else(|error| panic!("{:?}: {error}", line.name()));
        whole[at].read = match &line.read {
            Value::Null => back,
            Value::Object(fields) if fields.values().all(Value::is_null) => fields
                .keys()
                .map(|name| (name.clone(), back[name.as_str()].clone()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            first => {
                assert_eq!(back.to_string(), first.to_string(), "{:?}", line.name());
                back
            }
        };
        let _ = writeln!(text, "{}", serde_json::to_string(&whole[at]).expect("a line can be written"));
    }
    std::fs::write(&path, text).expect("the kept forms can be written");
}

/// Whether something read is what it must be: the same bytes, but for fields of objects that were added since.
#[must_use]
pub fn is_same(must: &Value, read: &Value) -> bool {
    fn without_news(must: &Value, read: &Value) -> Value {
        match (must, read) {
            (Value::Object(must), Value::Object(read)) => {
                let known = read.iter().filter_map(|(name, value)| Some((name, must.get(name)?, value)));
                Value::Object(known.map(|(name, must, value)| (name.clone(), without_news(must, value))).collect())
            }
            (Value::Array(must), Value::Array(read)) if must.len() == read.len() => {
                must.iter().zip(read).map(|(must, read)| without_news(must, read)).collect()
            }
            _ => read.clone(),
        }
    }
    // As text: two objects are equal also when their fields are in another order.
    let (must, read) = (must.to_string(), without_news(must, read).to_string());
    must == read
}
