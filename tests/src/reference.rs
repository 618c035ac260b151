//! What the table of operations says of each, and the list of errors.

use std::fmt::Write as _;

use loyalty_core::Refusal;
use loyalty_core::domain::catalogue::guest_message;
use loyalty_core::ops::describe::{Description, describe};
use loyalty_core::ops::{Operation, Visitor, visit_all};
use loyalty_core::value::Locale;
use serde_json::{Map, Value};

/// Every operation, described.
#[must_use]
pub fn descriptions() -> Vec<Description> {
    struct All(Vec<Description>);
    impl Visitor for All {
        fn visit<O: Operation + 'static>(&mut self) {
            self.0.push(describe::<O>());
        }
    }
    let mut all = All(Vec::new());
    visit_all(&mut all);
    all.0
}

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
const UNAVAILABLE: &str = "\
## Codes of `unavailable`

| code | meaning |
| --- | --- |
| `database_busy` | other writers held the database for longer than `busy_timeout_ms`; try again |
| `transaction_undone` | on the page's connection: the database has rolled back the page's whole transaction, usually after a deadlock; begin it again and repeat everything in it |
| `database_unprepared` | on the page's connection: the tables or the programme are new to the database; pass the connection before the transaction begins |
| `connection_busy` | the page has not read all results on its connection; read or free them before the call |
| `connection_changed` | earlier calls have written in an open transaction, and the page's connection is now a different one |
| `connection_closed` | the page's mysqli object is not connected |
| `connection_not_given` | the closure that gives the page's connection threw, or returned something else |
| `database_closed` | the page's connection is in use by the engine, or belongs to another process; pass it again |
| `database_unopened` | the file cannot be opened: its folder must exist and be writable |
| `database_read_only` | the file cannot be written |
| `database_full` | the disk is full |
| `database_io_failed` | the disk or the file system failed |
| `database_table_missing` | a table of the engine is missing: it was dropped, or `prefix` is wrong |
| `database_corrupt` | the file is not a SQLite database or is damaged, or a row does not hold what was written |
| `database_newer` | the file was written by a newer engine |
| `database_shared_in_process` | this process has the file open by other means (PDO, fopen), or the extension has opened it itself; see `loyalty_use_pdo` |
| `database_replaced` | the file, or the `-wal` beside it, was deleted or replaced while it was open; nothing was written, and the next call opens the file that is there then. A program that had the file open does not create it again |
| `database_lock_lost` | something in this process closed the file and dropped the engine's lock; nothing was written |
| `database_unsynced` | the commit could not be written to the disk |
| `database_unreachable` | no server of the setting answers |
| `database_untrusted` | TLS is required, and the server has none, or its certificate is for another name or from an unknown authority |
| `database_lost` | the connection was lost repeatedly until `busy_timeout_ms` was over; nothing was written |
| `database_not_ready` | the node of the cluster has no majority; try again |
| `database_outcome_unknown` | the answer to the commit was lost, and the engine could not find it out in time; repeat the call with its key or order |
| `database_foreign` | the database has a table `loyalty_users` of another system; set a `prefix` |
| `database_other_currency` | the money in the database is in the currency `details.currency`, and the programme counts in `details.program_currency` |
| `database_unfinished` | a `loyalty copy` into the database was not completed: run it again, or drop the database |
| `copy_differs` | a copy is not the same as its source; its target stays closed |
| `clock_ahead` | the clock is ahead of the newest record by more than `clock.max_jump_days` of the programme; nothing was written: correct the clock, or open the database once with `trust_clock=on` |
| `database_error` | any other error of the database |
| `codes_exhausted` | no free code was found: set longer codes in the programme |
| `entropy` | the operating system supplies no random numbers |
| `no_signing_key` | the setting `signing_key` is missing: PHP `loyalty.signing_key`, elsewhere `?signing_key=` after the database; it names a file |
| `not_configured` | PHP: `loyalty.database` is not set |
";

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
    page.push('\n');
    page.push_str(UNAVAILABLE);
    page
}
