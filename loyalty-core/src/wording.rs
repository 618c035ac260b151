//! Translates serde's messages about wrong values: no Rust type names, and no values that may be megabytes long.

use crate::Error;

/// Longest value that is shown.
const SHOWN: usize = 40;

/// An error that names the field, from serde's message and the path that it is about. `noun` is the name for a field
/// there: an argument, a key.
pub(crate) fn wrong_value(inside: &str, message: &str, noun: &str) -> Error {
    let quoted = |start: &str| message.strip_prefix(start).and_then(|rest| rest.split('`').next());
    let below = |field: &str| {
        // The path of a missing or unknown field is the path of the object around it, or its own.
        let around = inside.strip_suffix(field).filter(|around| around.is_empty() || around.ends_with('.'));
        let parent = around.map_or(inside, |around| around.trim_end_matches('.'));
        if parent.is_empty() { field.to_owned() } else { format!("{parent}.{field}") }
    };
    if let Some(field) = quoted("missing field `") {
        return Error::invalid(&below(field), "is required");
    }
    if let Some(field) = quoted("unknown field `") {
        let expected = message.split_once(", ").map_or("there is none", |(_, expected)| expected);
        return Error::invalid(&below(field), format_args!("is an unknown {noun}; {expected}"));
    }
    Error::invalid(inside, in_plain_words(message))
}

/// What was expected, and what was received.
fn in_plain_words(message: &str) -> String {
    let variant = message.strip_prefix("unknown variant `").and_then(|rest| rest.rsplit_once("`, expected "));
    if let Some((got, expected)) = variant {
        return format!("must be {expected}, got `{}`", got.chars().take(SHOWN).collect::<String>());
    }
    let wrong = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "));
    let Some((got, expected)) = wrong.and_then(|wrong| wrong.rsplit_once(", expected ")) else {
        return message.chars().take(300).collect();
    };
    let expected = match expected {
        "i64" | "u64" | "i32" | "u32" | "u16" | "u8" | "usize" => "an integer",
        "f64" => "a number",
        "a sequence" => "a list",
        "struct Item" => "an object with `sku`",
        other if other.starts_with("struct ") => "an object",
        other => other,
    };
    format!("must be {expected}, got {}", received(got, expected == "an integer"))
}

/// The kind of value that was received; a short number is shown, so that its type is visible.
fn received(got: &str, integer_expected: bool) -> String {
    let value = got.split(['`', '"']).nth(1).filter(|value| value.len() <= SHOWN).unwrap_or_default();
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
    match got.split([' ', '`']).next().unwrap_or_default() {
        "string" if is_number && integer_expected => format!("the string `{value}`"),
        "string" => "a string".to_owned(),
        "integer" if integer_expected => format!("`{value}`, which is out of range"),
        "integer" => format!("the integer `{value}`"),
        "floating" if is_number => format!("the floating-point number `{value}`"),
        "floating" => "a floating-point number".to_owned(),
        "boolean" => "a boolean".to_owned(),
        "null" | "unit" => "null".to_owned(),
        "sequence" => "a list".to_owned(),
        "map" => "an object".to_owned(),
        _ => "something else".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_name_what_came_and_what_was_expected() {
        for (message, words) in [
            ("invalid type: integer `17`, expected a string", "must be a string, got the integer `17`"),
            ("invalid type: string \"8\", expected i64", "must be an integer, got the string `8`"),
            ("invalid type: string \"Ana Soto\", expected i64", "must be an integer, got a string"),
            (
                "invalid type: floating point `9.5`, expected i64",
                "must be an integer, got the floating-point number `9.5`",
            ),
            ("invalid value: integer `-1`, expected u64", "must be an integer, got `-1`, which is out of range"),
            ("invalid type: map, expected a sequence", "must be a list, got an object"),
            ("unknown variant `es`, expected `es-CL` or `en`", "must be `es-CL` or `en`, got `es`"),
            ("unknown variant `x`, expected one of `a`, `b`, `c`", "must be one of `a`, `b`, `c`, got `x`"),
        ] {
            assert_eq!(in_plain_words(message), words);
        }
        let long = format!("invalid type: floating point `1{}.0`, expected i64", "0".repeat(300));
        assert_eq!(in_plain_words(&long), "must be an integer, got a floating-point number");
    }

    #[test]
    fn a_missing_or_unknown_field_is_named_with_its_path() {
        let field = |inside, message| wrong_value(inside, message, "key").details()["field"].clone();
        assert_eq!(field("", "missing field `user_id`"), "user_id");
        assert_eq!(field("items[0]", "missing field `sku`"), "items[0].sku");
        assert_eq!(field("items[0].colour", "unknown field `colour`, expected `sku`"), "items[0].colour");
        // `id` is the end of `paid` and not the field itself.
        assert_eq!(field("program.paid", "missing field `id`"), "program.paid.id");
    }
}
