//! Finds what the present release stores.

use std::collections::BTreeSet;
use std::path::Path;

use loyalty_core::internals::lines;
use loyalty_core::ops::Access;
use loyalty_core::programme::Programme;
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::{Map, Value, json};

use super::scenes::{self, Scene};
use super::{Line, NOTHING, OF_ONE_DATABASE, PRESENT, SCENE, rows};
use crate::reference::descriptions;
use crate::story::{self, Surface};
use crate::surfaces::Rust;
use crate::{Place, calls, store};

/// Texts that are read without a database.
const TEXTS: [&str; 15] = [
    "loyalty_acts.act",
    "loyalty_acts.order_before",
    "loyalty_transactions.items",
    "loyalty_transactions.settlement",
    "loyalty_order_standings.items",
    "loyalty_order_standings.settlement",
    "loyalty_users.tier_state",
    "loyalty_coupons.terms",
    "loyalty_coupon_batches.terms",
    "loyalty_payments.returned",
    "loyalty_redemptions.returned_lots",
    "loyalty_events.properties",
    "loyalty_referrals.reasons",
    "loyalty_programmes.source",
    "loyalty_answers.answer",
];

/// What calls and scenes store.
///
/// # Panics
/// When a call fails, or a repeat does not say what was said first.
#[must_use]
pub fn found() -> Vec<Line> {
    let mut lines = Vec::new();
    for scene in scenes::all() {
        let path = scene.world.path();
        lines.extend(texts(path));
        lines.push(Line::new(SCENE, scene.name.clone(), rows::of(path)));
        lines.extend(asked(&scene));
    }
    let kept = super::all().remove(PRESENT).unwrap_or_default();
    let nothing = kept.iter().chain(&lines).find(|line| line.place == SCENE && line.what == NOTHING);
    let salt = nothing.expect("a scene").stored["loyalty_database"][0].clone();
    let commands = descriptions().into_iter().filter(|one| one.access == Access::Write);
    for description in commands.filter(|one| !OF_ONE_DATABASE.contains(&one.name)) {
        lines.extend(of_command(description.name, &salt, &[]));
    }
    // All of a redemption is given back once; a part has no key of its own.
    let whole = of_command("cancel_redemption", &salt, &["quantity"]);
    lines.extend(whole.into_iter().filter(|line| line.place == "loyalty_keys.request_key"));
    let mut known = BTreeSet::new();
    lines.retain(|line| known.insert(line.name()));
    lines
}

fn asked(scene: &Scene) -> Vec<Line> {
    let database = Connection::open(scene.world.path()).expect("a database");
    let lines = scene.asked.iter().map(|asked| {
        let stored = database.query_row(&asked.sql, [], |row| row.get::<_, Cell>(0));
        let stored = stored.unwrap_or_else(|error| panic!("{}: {}: {error}", scene.name, asked.sql));
        let mut line = Line::new(asked.place, asked.what.clone(), rows::json_of(stored));
        line.scene = Some(scene.name.clone());
        line.asked = Some((asked.operation.clone(), asked.arguments.clone()));
        line.read = match &asked.first {
            Some(first) => as_repeat(first),
            // What is missing is read when the line is appended.
            None if asked.only.is_empty() => Value::Null,
            None => asked.only.iter().map(|name| ((*name).to_owned(), Value::Null)).collect::<Map<_, _>>().into(),
        };
        line
    });
    lines.collect()
}

/// A first answer as a repeat gets it.
fn as_repeat(first: &Value) -> Value {
    let mut repeat = first.clone();
    if let Some(replayed) = repeat.get_mut("replayed") {
        *replayed = json!(true);
    }
    repeat
}

/// What is kept of a command under a key, with digests under the salt of the scene that has nothing.
fn of_command(operation: &str, salt: &Value, without: &[&str]) -> Vec<Line> {
    let (world, mut arguments, _) = calls::of(operation).ready();
    arguments.retain(|name, _| !without.contains(&name.as_str()));
    arguments.insert("key".to_owned(), json!("k"));
    let database = Connection::open(world.path()).expect("a database");
    let salted = [&salt["digest_salt"], &salt["digest_check"]].map(rows::cell_of);
    database
        .execute("UPDATE loyalty_database SET digest_salt = ?, digest_check = ?", rusqlite::params_from_iter(salted))
        .expect("a salt");
    let engine = world.engine().clone();
    let call = (operation.to_owned(), Value::Object(arguments.clone()));
    // Another thread has another connection, which reads the salt.
    let called = std::thread::spawn(move || engine.call(&call.0, call.1)).join().expect("the call ends");
    called.unwrap_or_else(|error| panic!("{operation}: {error:?}"));
    let mut lines = Vec::new();
    for made in rows::of_table(&database, "loyalty_answers") {
        let name = made["operation"].as_str().expect("an operation");
        if made["request_key"] == "k" && name == operation {
            lines.push(Line::new("loyalty_answers.answer", operation, made["answer"].clone()));
            let request = Line::new("loyalty_answers.request", operation, made["request"].clone());
            lines.push(of_request(request, operation, Value::Object(arguments.clone())));
        }
        if name.strip_suffix(".natural") == Some(operation) {
            let mut own = arguments.clone();
            own.shift_remove("key");
            let key = Line::new("loyalty_keys.request_key", operation, made["request_key"].clone());
            lines.push(of_request(key, operation, Value::Object(own)));
        }
    }
    lines.extend(texts(world.path()).into_iter().filter(|line| line.place != "loyalty_programmes.source"));
    lines
}

fn of_request(line: Line, operation: &str, arguments: Value) -> Line {
    Line { scene: Some(NOTHING.to_owned()), asked: Some((operation.to_owned(), arguments)), ..line }
}

/// The texts of a database: the first of each shape.
fn texts(path: &Path) -> Vec<Line> {
    let database = Connection::open(path).expect("a database");
    let mut lines = Vec::new();
    for place in TEXTS {
        let (table, column) = place.split_once('.').expect("table and column");
        let outcome = if place == "loyalty_answers.answer" { "outcome = 0" } else { "1" };
        let sql = format!("SELECT {column} FROM {table} WHERE COALESCE({column}, '') <> '' AND {outcome}");
        let mut statement = database.prepare(&sql).expect("a table");
        let found = statement.query_map([], |row| row.get::<_, String>(0)).expect("texts");
        for text in found.map(|text| text.expect("a text")) {
            lines.push(Line::new(place, shape(place, &text), json!(text)));
        }
    }
    lines
}

/// What a text is about: the fields that say something.
fn shape(place: &str, text: &str) -> String {
    if place.ends_with(".items") {
        let items = lines::read(Some(text)).expect("lines");
        let items = items.iter().map(|item| serde_json::to_value(item).expect("a line"));
        let fields: BTreeSet<String> = items.flat_map(|item| said(&item)).collect();
        let form = if text.lines().any(|line| line.starts_with('{')) { " as JSON" } else { "" };
        return fields.into_iter().collect::<Vec<_>>().join(" ") + form;
    }
    if place == "loyalty_programmes.source" {
        return Programme::parse(text).expect("a programme").hash().to_owned();
    }
    let json: Value = serde_json::from_str(text).expect("JSON");
    match (place, &json) {
        ("loyalty_answers.answer", _) => format!("refused {}", json["code"].as_str().unwrap_or_default()),
        ("loyalty_acts.act", Value::Object(act)) => {
            let (variant, fields) = act.iter().next().expect("a variant");
            std::iter::once(variant.clone()).chain(said(fields)).collect::<Vec<_>>().join(" ")
        }
        ("loyalty_events.properties", Value::Object(fields)) => {
            let kinds: BTreeSet<&str> = fields.values().map(kind).collect();
            kinds.into_iter().collect::<Vec<_>>().join(" ")
        }
        (_, Value::Array(parts)) if parts.iter().all(Value::is_string) => {
            parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
        }
        (_, Value::Array(_)) => "lots".to_owned(),
        _ => said(&json).join(" "),
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        Value::String(_) => "text",
        _ => "other",
    }
}

fn said(value: &Value) -> Vec<String> {
    let says =
        |value: &Value| !(value.is_null() || *value == json!(false) || value.as_array().is_some_and(Vec::is_empty));
    let fields = value.as_object().into_iter().flatten();
    fields.filter(|(_, value)| says(value)).map(|(name, _)| name.clone()).collect()
}

/// What the stories store: refusals under a key, and texts.
///
/// # Panics
/// When a story is not true.
#[must_use]
pub fn refusals() -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, story) in story::all() {
        let place = Place::new(&format!("kept-{name}"));
        let program = story.write_program(place.file("program.toml"));
        let file = place.file("loyalty.db");
        let database = store::fresh(&file);
        let inner = Rust::open(&database, program.as_deref());
        let mut keyed = Keyed { inner, keys: 0, counts_guesses: name.ends_with("-guessing") };
        story.tell(&name, &mut keyed);
        lines.extend(texts(&file).into_iter().filter(|line| line.place != "loyalty_programmes.source"));
    }
    let mut known = BTreeSet::new();
    lines.retain(|line| known.insert(line.name()));
    lines
}

/// Makes each call that was refused again under a key, so that the refusal is kept.
struct Keyed {
    inner: Rust,
    keys: usize,
    counts_guesses: bool,
}

impl Surface for Keyed {
    fn call(&mut self, now: &str, operation: &str, arguments: &Map<String, Value>) -> Result<Value, Value> {
        let answer = self.inner.call(now, operation, arguments);
        let is_refused = answer.as_ref().is_err_and(|error| error["kind"] == "refused");
        let is_command = descriptions().iter().any(|one| one.name == operation && one.access == Access::Write);
        // A second try of a code that cannot be used would count as another guess.
        let guesses = self.counts_guesses && answer.as_ref().is_err_and(|error| error["code"] == "not_usable");
        if is_refused && is_command && !guesses && !arguments.contains_key("key") {
            self.keys += 1;
            let mut again = arguments.clone();
            again.insert("key".to_owned(), json!(format!("kept-{}", self.keys)));
            drop(self.inner.call(now, operation, &again));
        }
        answer
    }

    fn reopen(&mut self, program: &str) {
        self.inner.reopen(program);
    }
}
