//! A file of a message: what it is cut into before it is compiled.

use std::borrow::Cow;

use super::environment::LOOK;

/// The lines that a text begins with, in this order or another, before an empty line.
pub(super) const HEADERS: [&str; 5] = ["subject", "preheader", "kicker", "title", "why"];

/// A part of a text that is a template of its own.
pub(super) struct Part<'a> {
    /// Its header, or nothing for the text itself.
    pub(super) header: Option<&'static str>,
    /// Its template, with its lines where they are in the file.
    pub(super) source: Cow<'a, str>,
}

/// What is wrong with a text, and in which line.
pub(super) struct Misplaced {
    pub(super) line: usize,
    pub(super) expected: String,
}

/// Cuts the text of a kind into its headers and itself.
pub(super) fn parts(text: &str) -> Result<Vec<Part<'_>>, Misplaced> {
    let mut parts: Vec<Part<'_>> = Vec::with_capacity(HEADERS.len().saturating_add(1));
    let mut rest = text;
    let mut line = 0_usize;
    loop {
        line = line.saturating_add(1);
        let (this, after) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = after;
        if this.trim().is_empty() {
            break;
        }
        let Some((header, value)) = this.split_once(':').and_then(|(name, value)| Some((header_named(name)?, value)))
        else {
            let expected = format!("must begin with one of {}, or be empty, before the text", headers());
            return Err(Misplaced { line, expected });
        };
        if parts.iter().any(|part| part.header == Some(header)) {
            return Err(Misplaced { line, expected: format!("has `{header}:` again") });
        }
        parts.push(Part { header: Some(header), source: at_line(line, value.trim()).into() });
    }
    let missing = HEADERS.into_iter().find(|header| parts.iter().all(|part| part.header != Some(*header)));
    if let Some(header) = missing {
        return Err(Misplaced { line, expected: format!("needs a line `{header}: …` before the first empty line") });
    }
    let body = at_line(line.saturating_add(1), rest);
    parts.push(Part { header: None, source: whole_line_tags(&body).into() });
    Ok(parts)
}

fn header_named(name: &str) -> Option<&'static str> {
    HEADERS.into_iter().find(|header| *header == name.trim())
}

fn headers() -> String {
    HEADERS.map(|header| format!("`{header}:`")).join(", ")
}

/// The text so far down that its lines have their numbers in the file.
fn at_line(line: usize, text: &str) -> String {
    format!("{}{text}", "\n".repeat(line.saturating_sub(1)))
}

/// A file of HTML, which knows the look without asking for it. It is on the same line, so that lines keep their numbers.
pub(super) fn with_look(text: &str) -> String {
    format!("{{% import \"{LOOK}\" as look %}}{}", whole_line_tags(text))
}

/// A line of nothing but tags leaves no line behind: its line end goes into its last tag.
pub(super) fn whole_line_tags(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let inside = line.trim();
        match inside.strip_suffix("%}").filter(|_| line.ends_with('\n') && is_only_tags(inside)) {
            Some(open) => {
                shown.push_str(open);
                shown.push_str("\n%}");
            }
            None => shown.push_str(line),
        }
    }
    shown
}

fn is_only_tags(line: &str) -> bool {
    let mut rest = line;
    while let Some(inside) = rest.strip_prefix("{%") {
        let Some((_, after)) = inside.split_once("%}") else { return false };
        rest = after.trim_start();
    }
    rest.is_empty()
}
