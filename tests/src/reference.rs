//! What the table of operations says of each, and the list of errors.

use std::fmt::Write as _;

use loyalty_core::guest_message;
use loyalty_core::ops::describe::Description;
use loyalty_core::value::Locale;
use loyalty_core::{Fault, Refusal};
use serde_json::{Map, Value};

/// Every operation, described.
pub use loyalty_core::ops::describe::all as descriptions;

/// The tables of what an operation takes and answers.
pub(crate) fn tables(page: &mut String, description: &Description) {
    if description.params.is_empty() {
        let _ = writeln!(page, "No arguments.\n");
    } else {
        let _ = writeln!(page, "| argument | type | default | |\n| --- | --- | --- | --- |");
    }
    for param in &description.params {
        let default = match (&param.default, param.required) {
            (_, true) => "required".to_owned(),
            (Value::Null, false) => "–".to_owned(),
            (value, false) => format!("`{value}`"),
        };
        let doc = one_line(&param.doc);
        let _ = writeln!(page, "| `{}` | {} | {default} | {doc} |", param.name, type_name(&param.schema));
        fields(page, &param.name, &param.schema);
    }
    let _ = writeln!(page, "\n| reply | type | |\n| --- | --- | --- |");
    reply(page, "", &description.reply);
}

/// The fields of the objects in a list argument.
fn fields(page: &mut String, name: &str, schema: &Value) {
    let Some(properties) = schema.pointer("/items/properties").and_then(Value::as_object) else { return };
    let required: Vec<&str> = strings(schema.pointer("/items/required"));
    for (field, schema) in properties {
        let default = match schema.get("default") {
            _ if required.contains(&field.as_str()) => "required".to_owned(),
            None | Some(Value::Null) => "–".to_owned(),
            Some(value) => format!("`{value}`"),
        };
        let doc = one_line(&text(schema, "description"));
        let _ = writeln!(page, "| `{name}[].{field}` | {} | {default} | {doc} |", type_name(schema));
    }
}

fn reply(page: &mut String, prefix: &str, schema: &Value) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    for (name, schema) in properties {
        let doc = one_line(&text(schema, "description"));
        let _ = writeln!(page, "| `{prefix}{name}` | {} | {doc} |", type_name(schema));
        if let Some(items) = schema.get("items") {
            reply(page, &format!("{prefix}{name}[]."), items);
        } else {
            reply(page, &format!("{prefix}{name}."), object_in(schema));
        }
    }
}

/// The object in a schema that is an object or null.
fn object_in(schema: &Value) -> &Value {
    let choices = schema.get("anyOf").and_then(Value::as_array);
    let object = choices.and_then(|choices| choices.iter().find(|choice| choice.get("properties").is_some()));
    object.unwrap_or(schema)
}

/// A type in words.
#[must_use]
pub fn type_name(schema: &Value) -> String {
    if schema.get("format").and_then(Value::as_str) == Some("decimal") {
        return if is_nullable(schema) { "decimal or null".to_owned() } else { "decimal".to_owned() };
    }
    if let Some(choices) = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array) {
        let words: Vec<&str> = choices.iter().filter_map(|choice| choice.get("const")?.as_str()).collect();
        if !words.is_empty() {
            return words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        }
        return choices.iter().map(type_name).collect::<Vec<_>>().join(" or ");
    }
    if schema.get("enum").is_some() {
        let words: Vec<String> = strings(schema.get("enum")).iter().map(|word| format!("`{word}`")).collect();
        return words.join(", ");
    }
    let format = match schema.get("format").and_then(Value::as_str) {
        Some("date-time") => "instant",
        Some("date") => "date",
        _ => "",
    };
    let name = |word: &str| match word {
        "string" if !format.is_empty() => format.to_owned(),
        "array" => match schema.get("items") {
            Some(items) => format!("list of {}", type_name(items)),
            None => "list".to_owned(),
        },
        other => other.to_owned(),
    };
    match schema.get("type") {
        Some(Value::String(word)) => name(word),
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).map(name).collect::<Vec<_>>().join(" or "),
        _ => "any".to_owned(),
    }
}

fn is_nullable(schema: &Value) -> bool {
    strings(schema.get("type")).contains(&"null")
}

fn strings(value: Option<&Value>) -> Vec<&str> {
    value.and_then(Value::as_array).map_or_else(Vec::new, |words| words.iter().filter_map(Value::as_str).collect())
}

fn text(schema: &Value, key: &str) -> String {
    schema.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn one_line(doc: &str) -> String {
    doc.replace('\n', " ").replace('|', "\\|")
}

/// The codes of conflicts, and what they mean.
const CONFLICTS: [(&str, &str); 2] = [
    ("idempotency_conflict", "the key or order was used before with another value of `details.field`"),
    ("identifier_taken", "another member has this telephone number, e-mail address or card"),
];

/// The codes of what is unavailable.
/// What the code of a refusal or a conflict means, and the section of the list of errors that it is in.
pub(crate) fn meaning(code: &str) -> Option<(&'static str, &'static str)> {
    let refusal = Refusal::ALL.into_iter().find(|refusal| refusal.code() == code);
    let conflict = || CONFLICTS.into_iter().find(|(known, _)| *known == code);
    let refusal = refusal.map(|refusal| (refusal.message(), "codes-of-refusals"));
    refusal.or_else(|| conflict().map(|(_, meaning)| (meaning, "codes-of-conflicts")))
}

/// `docs/reference/errors.md`.
#[must_use]
pub fn errors() -> String {
    let mut page = String::from(
        "# Errors\n\nGenerated from the engine; `make docs` writes it again.\n\n\
         An error has a kind, which says what to do next; a stable code; a message for developers; and named details.\n\
         A call that fails has changed nothing.\n\n\
         | kind | status | PHP exception | what to do |\n| --- | --- | --- | --- |\n\
         | `invalid` | 1 | `LoyaltyInvalidException` | correct the argument that `details.field` names |\n\
         | `not_found` | 2 | `LoyaltyNotFoundException` | what `details.field` names does not exist |\n\
         | `refused` | 3 | `LoyaltyRefusedException` | the programme says no; the code says why |\n\
         | `conflict` | 4 | `LoyaltyConflictException` | `details.field` differs from the first call with the key or order `details.key`, or belongs to another member |\n\
         | `unavailable` | 5 | `LoyaltyUnavailableException` | try again, or call the operator |\n\
         | `internal` | 6 | `LoyaltyException` | a defect: report it |\n\n\
         ## Codes of refusals\n\n\
         The texts for members come from PHP's `getGuestMessage($locale)`, of C's `loyalty_error_guest_message`, of Rust's \
         `error.guest_message(locale)`, and of `guest_message` for the codes in replies. If the details \
         have `missing` points, the text of `insufficient_points` gives their number.\n\n\
         | code | meaning | for members, es-CL | en |\n| --- | --- | --- | --- |\n",
    );
    let text = |code: &str, locale| guest_message(code, &Map::new(), locale);
    for refusal in Refusal::ALL {
        let (code, message) = (refusal.code(), refusal.message());
        let (spanish, english) = (text(code, Locale::EsCl), text(code, Locale::En));
        let _ = writeln!(page, "| `{code}` | {message} | {spanish} | {english} |");
    }
    page.push_str("\nOther errors have a text too:\n\n| code | for members, es-CL | en |\n| --- | --- | --- |\n");
    for code in ["invalid", "not_found", "idempotency_conflict", "identifier_taken", "unavailable", "internal"] {
        let _ = writeln!(page, "| `{code}` | {} | {} |", text(code, Locale::EsCl), text(code, Locale::En));
    }
    page.push_str("\n## Codes of conflicts\n\n| code | meaning |\n| --- | --- |\n");
    for (code, meaning) in CONFLICTS {
        let _ = writeln!(page, "| `{code}` | {meaning} |");
    }
    page.push_str("\n## Codes of `unavailable`\n\n| code | meaning |\n| --- | --- |\n");
    for fault in Fault::ALL {
        let _ = writeln!(page, "| `{}` | {} |", fault.code(), fault.meaning());
    }
    page
}
