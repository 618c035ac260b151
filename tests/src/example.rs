//! The examples of the manual: the right call of `tests/calls` as a page in PHP writes it, and what it answers.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use loyalty_core::ops::describe::Description;
use loyalty_core::value::Instant;
use serde_json::Value;

use crate::calls::{Arguments, Call, filled};
use crate::world::{START, seeded};

/// The file that an example reads the text of a programme from.
pub const PROGRAMME_FILE: &str = "programme.toml";

/// Longest line of an example.
const WIDTH: usize = 110;

/// The example of an operation in PHP; `descriptions` give the order of arguments.
#[must_use]
pub fn php(operation: &str, call: &Call, descriptions: &BTreeMap<&str, Description>) -> String {
    let mut page = String::new();
    let mut moved = false;
    for step in call.before(&call.right) {
        if let Some(now) = &step.now {
            let _ = writeln!(page, "loyalty_configure(now: '{now}');");
        } else if moved {
            let _ = writeln!(page, "loyalty_configure(now: '{START}');");
        }
        moved = step.now.is_some();
        let made = function(&step.call, &step.with, &descriptions[step.call.as_str()]);
        match step.keep.iter().collect::<Vec<_>>().as_slice() {
            [] => drop(writeln!(page, "{made};")),
            [(name, pointer)] => drop(writeln!(page, "${name} = {made}{};", keys(pointer))),
            _ => panic!("{operation}: a step keeps one value"),
        }
    }
    if moved {
        let _ = writeln!(page, "loyalty_configure(now: '{START}');");
    }
    if call.right.values().any(|value| value == "$programme") {
        let _ = writeln!(page, "$programme = file_get_contents('{PROGRAMME_FILE}');");
    }
    let _ = writeln!(page, "$reply = {};", function(operation, &call.right, &descriptions[operation]));
    page
}

/// A call of a function, over several lines when one is too long.
fn function(operation: &str, arguments: &Arguments, description: &Description) -> String {
    let given = description.params.iter().filter_map(|param| {
        let value = arguments.get(&param.name)?;
        Some(format!("{}: {}", param.name, literal(value, &param.schema)))
    });
    let given: Vec<String> = given.collect();
    assert_eq!(given.len(), arguments.len(), "{operation} has other arguments: {arguments:?}");
    let line = format!("loyalty_{operation}({})", given.join(", "));
    if line.len() + "$reply = ;".len() <= WIDTH {
        return line;
    }
    format!("loyalty_{operation}(\n    {},\n)", given.join(",\n    "))
}

/// A JSON pointer as PHP reads what it points to.
fn keys(pointer: &str) -> String {
    let keys = pointer.split('/').skip(1);
    keys.map(|key| if key.parse::<usize>().is_ok() { format!("[{key}]") } else { format!("['{key}']") }).collect()
}

/// A value as PHP writes it, the fields of objects in the order of the schema; what was kept is a variable.
fn literal(value: &Value, schema: &Value) -> String {
    let inside = &schema["items"];
    match value {
        Value::String(text) if text.starts_with('$') => text.clone(),
        Value::String(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(|item| literal(item, inside)).collect::<Vec<_>>().join(", "))
        }
        Value::Object(fields) => {
            let properties: Vec<&String> =
                schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name).collect();
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| properties.iter().position(|known| known == name));
            let fields =
                fields.into_iter().map(|(name, value)| format!("'{name}' => {}", literal(value, &Value::Null)));
            format!("[{}]", fields.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// What the right call of an operation answers, when codes are drawn from a seed.
///
/// # Panics
/// When it fails.
#[must_use]
pub fn reply(operation: &str, call: &Call, seed: u8) -> Value {
    let engine = seeded(&call.changes(), seed);
    let tell = |now: &str, operation: &str, arguments: Arguments| {
        engine.fix_now(Some(Instant::parse(now).expect("an instant")));
        let answer = engine.call(operation, Value::Object(arguments));
        answer.unwrap_or_else(|error| panic!("{operation}: {error:?}"))
    };
    let kept = call.prepare(&call.right, tell);
    let mut reply = tell(START, operation, filled(&call.right, &kept));
    hide(&mut reply, &call.varies);
    reply
}

/// Hides the fields with these names, wherever they are.
pub fn hide(value: &mut Value, names: &[String]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, names)),
        Value::Object(fields) => {
            for (name, field) in fields {
                if names.contains(name) {
                    *field = Value::String("…".to_owned());
                }
                hide(field, names);
            }
        }
        _ => {}
    }
}

/// Whether a reply is the expected one. Where another seed gives something else, chance has drawn it, and only the kind
/// of value is the same.
///
/// # Panics
/// When it is not so.
pub fn same(place: &str, expected: &Value, other_seed: &Value, found: &Value) {
    match (expected, other_seed, found) {
        (Value::Object(fields), Value::Object(others), Value::Object(given)) => {
            let names = |fields: &Arguments| fields.keys().cloned().collect::<std::collections::BTreeSet<_>>();
            assert_eq!(names(fields), names(given), "{place}");
            for (name, field) in fields {
                same(&format!("{place}.{name}"), field, &others[name], &given[name]);
            }
        }
        (Value::Array(items), Value::Array(others), Value::Array(given)) => {
            assert_eq!(items.len(), given.len(), "{place}: {found}");
            for (index, item) in items.iter().enumerate() {
                same(&format!("{place}[{index}]"), item, others.get(index).unwrap_or(item), &given[index]);
            }
        }
        // An empty PHP array is both a list and a map.
        (Value::Object(fields), _, Value::Array(items)) if fields.is_empty() && items.is_empty() => {}
        (Value::Number(one), _, Value::Number(other)) => {
            assert!(one.as_f64() == other.as_f64(), "{place}: {expected} is {found}");
        }
        (Value::String(one), Value::String(other), Value::String(_)) if one != other => {}
        _ => assert_eq!(expected, found, "{place}"),
    }
}

/// A reply as the manual shows it: what fits into a line is on one, and long texts are cut.
#[must_use]
pub fn shown(value: &Value, indentation: usize) -> String {
    let line = one_line(value);
    if indentation + line.chars().count() <= WIDTH {
        return line;
    }
    let inside = " ".repeat(indentation + 2);
    let (open, close, items): (char, char, Vec<String>) = match value {
        Value::Array(items) => ('[', ']', items.iter().map(|item| shown(item, indentation + 2)).collect()),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| format!("\"{name}\": {}", shown(value, indentation + 2));
            ('{', '}', fields.iter().map(field).collect())
        }
        _ => return line,
    };
    format!("{open}\n{inside}{}\n{}{close}", items.join(&format!(",\n{inside}")), " ".repeat(indentation))
}

fn one_line(value: &Value) -> String {
    match value {
        Value::String(text) if text.chars().count() > WIDTH => {
            let start: String = text.chars().take(60).collect();
            Value::String(format!("{start}…")).to_string()
        }
        Value::Array(items) => format!("[{}]", items.iter().map(one_line).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("\"{name}\": {}", one_line(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
