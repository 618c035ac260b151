//! Errors on the standard error stream, and the exit status that goes with each.

use std::io::{self, Write as _};
use std::process::ExitCode;

use loyalty_core::Error;

use crate::show;

/// How the command line answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// For a person.
    Words,
    /// For a program.
    Json,
}

/// Prints an error; the exit status is that of its kind, 1 to 6.
pub(crate) fn report(error: &Error, form: Form) -> ExitCode {
    let text = if form == Form::Json { error.to_json().to_string() } else { in_words(error) };
    // If even this write fails, there is nowhere left to report it.
    drop(writeln!(io::stderr().lock(), "{text}"));
    ExitCode::from(u8::try_from(error.kind().status()).unwrap_or(1))
}

/// An error for a person: what happened, where, and the numbers.
pub(crate) fn in_words(error: &Error) -> String {
    let detail = |name: &str| error.details().get(name).map(show::plain);
    let file = detail("file").map(|file| format!("{file}: ")).unwrap_or_default();
    let line = detail("line").map(|line| format!("line {line}: ")).unwrap_or_default();
    let mut text = format!("loyalty: {}: {file}{line}{}", error.kind().word().replace('_', " "), error.message());
    if error.kind() == loyalty_core::Kind::Refused {
        text.push_str(&format!(" ({})", error.code()));
    }
    // The message already has the field, the value and what was expected.
    let known = ["field", "expected", "value", "key", "file", "line", "column"];
    let more: Vec<String> = error
        .details()
        .iter()
        .filter(|(name, _)| !known.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", show::plain(value)))
        .collect();
    if !more.is_empty() {
        text.push_str(&format!("\n  {}", more.join(", ")));
    }
    text
}

/// A wrong command line, as a JSON error.
pub(crate) fn usage_as_json(error: &clap::Error) -> ExitCode {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    report(&Error::invalid("command", first.trim_start_matches("error: ")), Form::Json)
}
