//! Replies for people: `key: value` in columns, lists of objects as tables.

use serde_json::{Map, Value};

/// A reply as text, ending with a line break.
pub(crate) fn readable(reply: &Value) -> String {
    let mut text = String::new();
    write(reply, 0, &mut text);
    text
}

/// A single value, without characters that could control the terminal.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => harmless(text),
        Value::Array(items) if items.is_empty() => "-".to_owned(),
        Value::Array(items) if items.iter().all(is_single) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => harmless(&other.to_string()),
    }
}

fn harmless(text: &str) -> String {
    text.chars()
        .flat_map(|sign| {
            let escaped = sign.is_control().then(|| sign.escape_default().collect::<Vec<_>>());
            escaped.unwrap_or_else(|| vec![sign])
        })
        .collect()
}

fn is_single(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

fn write(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Object(fields) => write_fields(fields, depth, text),
        Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_object) => {
            write_table(items, depth, text);
        }
        Value::Array(items) if items.iter().any(|item| !is_single(item)) => {
            items.iter().for_each(|item| write(item, depth, text));
        }
        single => write_line(&plain(single), depth, text),
    }
}

fn write_line(line: &str, depth: usize, text: &mut String) {
    text.push_str(&"  ".repeat(depth));
    text.push_str(line.trim_end());
    text.push('\n');
}

fn write_fields(fields: &Map<String, Value>, depth: usize, text: &mut String) {
    let width = fields.keys().map(|name| name.chars().count()).max().unwrap_or(0) + 1;
    for (name, value) in fields {
        let label = format!("{}:", harmless(name));
        let inside = match value {
            Value::Object(inner) => !inner.is_empty(),
            Value::Array(items) => items.iter().any(|item| !is_single(item)),
            _ => false,
        };
        if inside {
            write_line(&label, depth, text);
            write(value, depth + 1, text);
        } else {
            write_line(&format!("{label:<width$} {}", plain(value)), depth, text);
        }
    }
}

/// A table with a column for every field that at least one of the rows has.
fn write_table(rows: &[Value], depth: usize, text: &mut String) {
    let mut names: Vec<&String> = Vec::new();
    for name in rows.iter().filter_map(Value::as_object).flat_map(Map::keys) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let columns: Vec<Vec<String>> = names
        .iter()
        .map(|name| {
            let cells = rows.iter().map(|row| row.get(name.as_str()).map_or_else(String::new, plain));
            std::iter::once(harmless(name)).chain(cells).collect()
        })
        .collect();
    let widths: Vec<usize> =
        columns.iter().map(|cells| cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0)).collect();
    // Numbers are right-aligned, so that they can be compared at a glance.
    let numeric: Vec<bool> =
        names.iter().map(|name| rows.iter().all(|row| row.get(name.as_str()).is_some_and(Value::is_number))).collect();
    for line in 0..=rows.len() {
        let cells = columns.iter().zip(&widths).zip(&numeric).map(|((cells, &width), &right)| {
            let cell = cells.get(line).map_or("", String::as_str);
            if right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        write_line(&cells.collect::<Vec<_>>().join("  "), depth, text);
    }
}
