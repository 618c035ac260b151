//! The stub of the PHP extension, for editors and static analysis: written from the table of operations.

use std::fmt::Write as _;

use loyalty_core::ops::Access;
use loyalty_core::ops::describe::{Description, Kinds, Param};
use serde_json::Value;

use crate::hosts;

/// `loyalty-php-ext/loyalty.stub.php`.
#[must_use]
pub fn php() -> String {
    let mut page = String::from(
        "<?php\n\n// Generated from the engine's own table of operations; `make docs` writes it again. Do not run\n\
         // it: it is for editors and static analysis.\n\n",
    );
    page.push_str(CLASSES);
    page.push_str(FUNCTIONS);
    hosts::stubs(&mut page);
    for description in crate::reference::descriptions() {
        function(&mut page, &description);
    }
    page
}

const CLASSES: &str = "/** Anything that the engine refuses or cannot do. The call has changed nothing. */
class LoyaltyException extends RuntimeException
{
    protected $reason;
    protected $details;

    /** The stable code, like `insufficient_points`. */
    final public function getReason(): string {}

    /**
     * What is wrong or missing, by name: `field` and `expected` for a wrong argument, `missing` for too few points.
     *
     * @return array<string, mixed>
     */
    final public function getDetails(): array {}

    /**
     * The text for the member, like `Te faltan 201 puntos.`: plain text, to be escaped like any other.
     *
     * @param string|null $locale language of the member, like `es-CL`, `es` or `en_US`; for null, and for a
     *     language that the engine does not know, the language of the programme
     */
    final public function getGuestMessage(?string $locale = null): string {}
}

/** An argument is wrong: `getDetails()['field']` names it. */
class LoyaltyInvalidException extends LoyaltyException {}

/** What an argument names does not exist. */
class LoyaltyNotFoundException extends LoyaltyException {}

/** The programme says no: `getReason()` says why. */
class LoyaltyRefusedException extends LoyaltyException {}

/** The same key or order was used before with other arguments. */
class LoyaltyConflictException extends LoyaltyException {}

/** The database cannot serve now: try again, or call the operator. */
class LoyaltyUnavailableException extends LoyaltyException {}
";

const FUNCTIONS: &str = "
/**
 * Overrides php.ini for the rest of this request. An argument that is null stays as it was, except that an explicit
 * null for the clock restores the machine's clock.
 *
 * @param string|null $database `sqlite:/path/file.db` or `mysql://user:password@host/database`
 * @param string|null $program path of a programme file; '' for the compiled-in one
 * @param string|DateTimeInterface|null $now fixes the clock, for tests and replays; an explicit null restores the
 *     machine's clock
 * @throws LoyaltyInvalidException
 */
function loyalty_configure(?string $database = null, ?string $program = null, DateTimeInterface|string|null $now = null): void {}

/** The version of the extension. */
function loyalty_version(): string {}
";

fn function(page: &mut String, description: &Description) {
    let _ = writeln!(page, "\n{}", manual(description, ""));
    let params: Vec<String> = description.params.iter().map(signature).collect();
    let list = params.join(", ");
    let list = if list.len() > 90 { format!("\n    {},\n", params.join(",\n    ")) } else { list };
    let _ = writeln!(page, "function loyalty_{}({list}): array {{}}", description.name);
    debug_assert!(description.access != Access::Write || description.params.len() >= 3);
}

/// The comment above an operation: what it does, takes and returns, each line after the indentation.
pub(crate) fn manual(description: &Description, indentation: &str) -> String {
    let mut page = String::from("/**\n");
    for line in description.doc.lines() {
        let _ = writeln!(page, "{}", format!(" * {line}").trim_end());
    }
    page.push_str(" *\n");
    for param in &description.params {
        let doc = param.doc.replace('\n', " ");
        let _ = writeln!(page, " * @param {} ${} {doc}", param_type(param), param.name);
    }
    let _ = writeln!(page, " * @return {}", shape(&description.reply, 1));
    page.push_str(" * @throws LoyaltyException\n */");
    page.lines().map(|line| format!("{indentation}{line}")).collect::<Vec<_>>().join("\n")
}

/// A parameter as PHP declares it.
fn signature(param: &Param) -> String {
    let native = native_type(&param.schema);
    let native = if param.is_nullable() && native != "mixed" { or_null(native) } else { native.to_owned() };
    let default = if param.required { String::new() } else { format!(" = {}", literal(&param.default)) };
    format!("{native} ${}{default}", param.name)
}

pub(crate) fn literal(default: &Value) -> String {
    match default {
        Value::Array(_) => "[]".to_owned(),
        Value::String(text) => format!("'{text}'"),
        other => other.to_string(),
    }
}

pub(crate) fn native_type(schema: &Value) -> &'static str {
    let kinds = Kinds::of(schema);
    match kinds {
        Kinds { time: true, .. } => "DateTimeInterface|string",
        Kinds { number: true, string: true, .. } => "int|float|string",
        Kinds { number: true, .. } => "int|float",
        Kinds { integer: true, string: true, .. } => "int|string",
        Kinds { integer: true, .. } => "int",
        Kinds { boolean: true, .. } => "bool",
        Kinds { list: true, .. } | Kinds { object: true, .. } => "array",
        Kinds { string: true, .. } => "string",
        _ => "mixed",
    }
}

/// A type that may also be null, as PHP writes it.
fn or_null(native: &str) -> String {
    if native.contains('|') { format!("{native}|null") } else { format!("?{native}") }
}

fn format_of(schema: &Value) -> &str {
    schema.get("format").and_then(Value::as_str).unwrap_or_default()
}

/// The JSON types of a schema, null left out.
fn kinds(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null").collect(),
        _ => Vec::new(),
    }
}

fn is_nullable(schema: &Value) -> bool {
    let is_null =
        |value: &Value| value.as_str() == Some("null") || value.get("type").and_then(Value::as_str) == Some("null");
    ["type", "anyOf"]
        .iter()
        .any(|key| schema.get(key).and_then(Value::as_array).is_some_and(|all| all.iter().any(is_null)))
}

fn param_type(param: &Param) -> String {
    let base = match format_of(&param.schema) {
        "decimal" => "int|float|string".to_owned(),
        "date" | "date-time" => "string|DateTimeInterface".to_owned(),
        _ => match kinds(&param.schema).as_slice() {
            ["array"] => element_list(&param.schema),
            _ => words(&param.schema).unwrap_or_else(|| native_type(&param.schema).to_owned()),
        },
    };
    if param.is_nullable() { format!("{base}|null") } else { base }
}

/// A choice of words as literal types.
fn words(schema: &Value) -> Option<String> {
    let constants = |list: &[Value]| {
        let words: Vec<String> = list
            .iter()
            .filter_map(|choice| choice.as_str().or_else(|| choice.get("const")?.as_str()))
            .map(|word| format!("'{word}'"))
            .collect();
        (!words.is_empty()).then(|| words.join("|"))
    };
    let lists = ["enum", "oneOf", "anyOf"].iter().filter_map(|key| schema.get(key)?.as_array());
    for list in lists {
        if let Some(words) = constants(list) {
            return Some(words);
        }
        let inner: Vec<String> = list.iter().filter_map(words).collect();
        if !inner.is_empty() {
            return Some(inner.join("|"));
        }
    }
    None
}

/// A list of objects as an argument: what may be left out is marked.
fn element_list(schema: &Value) -> String {
    let Some(items) = schema.get("items") else { return "array".to_owned() };
    let Some(properties) = items.get("properties").and_then(Value::as_object) else {
        return format!("list<{}>", reply_type(items, 0));
    };
    let required = items.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|known| known == name));
    let fields = properties.iter().map(|(name, schema)| {
        let mark = if is_required(name) { "" } else { "?" };
        let kind = match format_of(schema) {
            "decimal" => "int|float|string".to_owned(),
            _ => words(schema).unwrap_or_else(|| native_type(schema).to_owned()),
        };
        format!("{name}{mark}: {kind}")
    });
    format!("list<array{{{}}}>", fields.collect::<Vec<_>>().join(", "))
}

/// An object of a reply as an array shape.
fn shape(schema: &Value, depth: usize) -> String {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return "array<string, mixed>".to_owned();
    };
    let line = |depth: usize| format!("\n * {}", " ".repeat(4 * depth));
    let field = |(name, schema): (&String, &Value)| format!("{}{name}: {},", line(depth), reply_type(schema, depth));
    let fields: String = properties.iter().map(field).collect();
    format!("array{{{fields}{}}}", line(depth.saturating_sub(1)))
}

fn reply_type(schema: &Value, depth: usize) -> String {
    let null = if is_nullable(schema) { "|null" } else { "" };
    if schema.get("properties").is_some() {
        return format!("{}{null}", shape(schema, depth + 1));
    }
    let object = schema.get("anyOf").and_then(Value::as_array);
    if let Some(object) = object.and_then(|all| all.iter().find(|one| one.get("properties").is_some())) {
        return format!("{}{null}", shape(object, depth + 1));
    }
    if format_of(schema) == "decimal" {
        return format!("numeric-string{null}");
    }
    if let Some(words) = words(schema) {
        return format!("{words}{null}");
    }
    let base = match kinds(schema).as_slice() {
        ["integer"] => "int".to_owned(),
        ["number"] => "float".to_owned(),
        ["boolean"] => "bool".to_owned(),
        ["string"] => "string".to_owned(),
        ["array"] => {
            let items = schema.get("items").map_or_else(|| "mixed".to_owned(), |items| reply_type(items, depth));
            format!("list<{items}>")
        }
        ["object"] => "array<string, mixed>".to_owned(),
        _ => "mixed".to_owned(),
    };
    format!("{base}{null}")
}
