//! What is wrong with a template, for whoever wrote it: the file, the line, and what was expected.

use minijinja::{Error as TemplateError, ErrorKind};

use crate::Error;
use crate::value::Locale;

/// The file of a shop's folder that a template is of.
pub(super) fn file_of(template: &str, locale: Locale) -> String {
    let (file, _) = template.split_once(':').unwrap_or((template, ""));
    if file == super::environment::LOOK { file.to_owned() } else { format!("{}/{file}", locale.tag()) }
}

/// The error of a template in the words of the engine.
pub(super) fn of_template(error: &TemplateError, name: &str, locale: Locale) -> Error {
    let mut inner = error;
    while let Some(source) = std::error::Error::source(inner).and_then(|source| source.downcast_ref()) {
        inner = source;
    }
    let line = inner.line().unwrap_or_default();
    at(&file_of(inner.name().unwrap_or(name), locale), line, &expected(inner))
}

/// An error at a line of a file.
pub(super) fn at(file: &str, line: usize, expected: &str) -> Error {
    Error::invalid(file, format_args!("line {}: {expected}", line.max(1)))
}

fn expected(error: &TemplateError) -> String {
    let detail = error.detail().unwrap_or_default();
    match error.kind() {
        ErrorKind::SyntaxError => format!("is no template: {detail}"),
        ErrorKind::UndefinedError => {
            "what may be missing must stand inside `{% if … %}`, and its parts must exist".to_owned()
        }
        ErrorKind::TemplateNotFound => "must not name another file".to_owned(),
        ErrorKind::OutOfFuel => "takes too much work: a loop is too long, or calls itself".to_owned(),
        kind if detail.is_empty() => kind.to_string(),
        ErrorKind::InvalidOperation => detail.to_owned(),
        kind => format!("{kind}: {detail}"),
    }
}

/// The line of a file where a template first uses a name.
pub(super) fn line_of(name: &str, text: &str) -> usize {
    let is_word = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == '.';
    let uses = |line: &str| {
        line.match_indices(name).any(|(at, _)| {
            let (before, from) = line.split_at(at);
            let after = from.get(name.len()..).unwrap_or_default();
            !before.ends_with(is_word) && !after.starts_with(is_word)
        })
    };
    let in_tag = text.lines().position(|line| (line.contains("{{") || line.contains("{%")) && uses(line));
    in_tag.or_else(|| text.lines().position(uses)).map_or(1, |line| line.saturating_add(1))
}
