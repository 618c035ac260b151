//! Values of every type to try on the arguments of operations.

use serde_json::{Value, json};

/// The JSON types that a schema allows.
#[must_use]
pub fn types(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    match &schema["type"] {
        Value::String(one) => found.push(one.clone()),
        Value::Array(many) => found.extend(many.iter().filter_map(Value::as_str).map(str::to_owned)),
        _ => {}
    }
    for list in ["anyOf", "oneOf"] {
        for inner in schema[list].as_array().into_iter().flatten() {
            found.extend(types(inner));
        }
    }
    if schema["enum"].is_array() || schema["const"].is_string() {
        found.push("string".to_owned());
    }
    found
}

/// A value of each JSON type.
#[must_use]
pub fn samples() -> [(&'static str, Value); 6] {
    [
        ("boolean", json!(true)),
        ("number", json!(1.5)),
        ("string", json!("\u{1}")),
        ("array", json!([1])),
        ("object", json!({"a": 1})),
        ("null", Value::Null),
    ]
}
