//! The statements of the storage layer, read from its sources.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::root;

/// Files of the tree under these folders with these endings, in order.
///
/// # Panics
/// When a folder cannot be read.
#[must_use]
pub fn files(folders: &[&str], endings: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = BTreeMap::new();
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)) {
                let text = fs::read_to_string(&path).expect("a file");
                found.insert(path, text);
            }
        }
    }
    found.into_iter().collect()
}

/// Every statement on the tables of the ledger: the literals of `store`, put together as `concat!` does.
#[must_use]
pub fn statements() -> Vec<String> {
    let mut all = Vec::new();
    for (path, text) in files(&["loyalty-core/src/store"], &["rs"]) {
        // The drivers speak each its own dialect, also about the database itself; the first version had other tables, and
        // triggers are no statements of ours.
        let others = ["mysql", "mysql.rs", "attempts.rs", "first_version.rs", "triggers.rs"];
        if path.components().any(|part| part.as_os_str().to_str().is_some_and(|part| others.contains(&part))) {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        all.extend(of_source(code).into_iter().filter(|literal| is_statement(literal)));
    }
    all
}

fn is_statement(text: &str) -> bool {
    ["SELECT ", "INSERT ", "UPDATE ", "DELETE "].iter().any(|verb| text.starts_with(verb)) && text.contains("loyalty_")
}

/// The literals of a source, in order, those inside `concat!` joined, with the columns that a macro names.
fn of_source(code: &str) -> Vec<String> {
    let mut literals: Vec<String> = Vec::new();
    let mut columns = String::new();
    let mut rest = code;
    // Inside `concat!`: what it has so far, and how many brackets are open.
    let mut joined: Option<(String, usize)> = None;
    while let Some(sign) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("concat!(") {
            joined = Some((String::new(), 1));
            rest = after;
            continue;
        }
        if let Some(after) = rest.strip_prefix("columns!()") {
            if let Some((text, _)) = &mut joined {
                text.push_str(&columns);
            }
            rest = after;
            continue;
        }
        if let Some(after) = rest.strip_prefix("//") {
            rest = after.split_once('\n').map_or("", |(_, next)| next);
            continue;
        }
        if sign == '"' {
            let (literal, after) = literal(&rest[1..]);
            let is_columns = code[..code.len() - rest.len()].trim_end().ends_with("() => {");
            match &mut joined {
                Some((text, _)) => text.push_str(&literal),
                None if is_columns => columns = literal,
                None => literals.push(literal),
            }
            rest = after;
            continue;
        }
        if let Some((text, open)) = &mut joined {
            *open = match sign {
                '(' => *open + 1,
                ')' => *open - 1,
                _ => *open,
            };
            if *open == 0 {
                literals.push(std::mem::take(text));
                joined = None;
            }
        }
        // A quote as a character is no beginning of a text.
        rest = rest.strip_prefix("'\"'").unwrap_or(&rest[sign.len_utf8()..]);
    }
    literals
}

/// A literal after its first quote, and what follows it. A line that goes on begins at its first word.
fn literal(text: &str) -> (String, &str) {
    let mut literal = String::new();
    let mut signs = text.char_indices();
    while let Some((place, sign)) = signs.next() {
        match sign {
            '"' => return (literal, &text[place + 1..]),
            '\\' => match signs.next() {
                Some((next, '\n')) => {
                    let indent = text[next + 1..].len() - text[next + 1..].trim_start().len();
                    signs.by_ref().take(indent).for_each(drop);
                }
                Some((_, escaped)) => literal.push(escaped),
                None => break,
            },
            _ => literal.push(sign),
        }
    }
    (literal, "")
}
