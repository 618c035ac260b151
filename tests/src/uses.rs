//! What a source file of the core names: its `use` trees and paths, resolved to the crate's root.

use std::collections::BTreeSet;

/// A name from the crate's root: `["store", "lots", "open"]`.
pub type Name = Vec<String>;

/// The code of a file: without its tests and without comments.
#[must_use]
pub fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The code of a file without what it passes on, which is used by whom it is passed on to.
#[must_use]
pub fn used(text: &str) -> String {
    let is_passed_on = |statement: &&str| {
        let start = statement.trim_start();
        start.starts_with("pub use ") || (start.starts_with("pub(") && start.contains(") use "))
    };
    code(text).split_inclusive(';').filter(|statement| !is_passed_on(statement)).collect()
}

/// All names that begin with `crate`, `super` or `self` in the code of the module `module`.
#[must_use]
pub fn names(text: &str, module: &[&str]) -> BTreeSet<Name> {
    let mut found = BTreeSet::new();
    for (start, up) in [("crate::", None), ("super::", Some(1)), ("self::", Some(0))] {
        for (at, _) in text.match_indices(start) {
            if text[..at].ends_with(|before: char| before.is_alphanumeric() || matches!(before, '_' | ':')) {
                continue;
            }
            let mut reader = Reader { text, at: at + start.len() };
            let mut depth = up.map_or(0, |up| module.len().saturating_sub(up));
            while reader.takes("super::") {
                depth = depth.saturating_sub(1);
            }
            let base = module.iter().take(depth).map(|part| (*part).to_owned());
            found.extend(reader.tree().into_iter().map(|name| base.clone().chain(name).collect::<Name>()));
        }
    }
    found
}

/// The module of a file, by its path below the source folder.
#[must_use]
pub fn module_of(path: &str) -> Name {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    path.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main")).map(str::to_owned).collect()
}

/// What a module passes on by `pub use`: each name and whence it comes, `*` for all of a module.
#[must_use]
pub fn passed_on(text: &str, module: &[&str]) -> Vec<(String, Name)> {
    let text = code(text);
    let own: Name = module.iter().map(|part| (*part).to_owned()).collect();
    let mut found = Vec::new();
    for statement in text.split(';') {
        let Some((before, tree)) = statement.split_once("use ") else { continue };
        let is_public = before.rsplit(['\n', '}']).next().is_some_and(|line| line.trim_start().starts_with("pub"));
        if !is_public {
            continue;
        }
        for mut name in (Reader { text: tree.trim_start(), at: 0 }).tree() {
            let Some(last) = name.last().cloned() else { continue };
            let whole = match name.first().map(String::as_str) {
                Some("crate") => name.split_off(1),
                Some("self") => own.iter().cloned().chain(name.split_off(1)).collect(),
                Some("super") => {
                    own.iter().take(own.len().saturating_sub(1)).cloned().chain(name.split_off(1)).collect()
                }
                _ => own.iter().cloned().chain(name).collect(),
            };
            let target =
                if last == "*" { whole.split_last().map_or(&[][..], |(_, rest)| rest).to_vec() } else { whole };
            found.push((last, target));
        }
    }
    found
}

/// Names that a module takes from its children by their own name: `child::name`.
#[must_use]
pub fn of_children(text: &str, module: &[&str], children: &[&str]) -> BTreeSet<Name> {
    let base: Name = module.iter().map(|part| (*part).to_owned()).collect();
    let mut found = BTreeSet::new();
    for child in children {
        let start = format!("{child}::");
        for (at, _) in text.match_indices(&start) {
            if text[..at].ends_with(|before: char| before.is_alphanumeric() || matches!(before, '_' | ':')) {
                continue;
            }
            let mut reader = Reader { text, at: at + start.len() };
            let inside = reader.tree().into_iter();
            found.extend(
                inside.map(|name| base.iter().cloned().chain([(*child).to_owned()]).chain(name).collect::<Name>()),
            );
        }
    }
    found
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn takes(&mut self, word: &str) -> bool {
        let there = self.rest().starts_with(word);
        self.at += if there { word.len() } else { 0 };
        there
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn word(&mut self) -> String {
        let word: String = self.rest().chars().take_while(|sign| sign.is_alphanumeric() || *sign == '_').collect();
        self.at += word.len();
        word
    }

    /// A path, or a tree of them in braces.
    fn tree(&mut self) -> Vec<Name> {
        if self.takes("*") {
            return vec![vec!["*".to_owned()]];
        }
        if self.takes("{") {
            let mut all = Vec::new();
            loop {
                self.blanks();
                if self.takes("}") || self.rest().is_empty() {
                    return all;
                }
                let before = self.at;
                all.extend(self.tree());
                self.blanks();
                if self.takes("as ") {
                    self.word();
                }
                self.blanks();
                if !self.takes(",") && self.at == before {
                    return all;
                }
            }
        }
        let word = self.word();
        if word.is_empty() {
            return Vec::new();
        }
        if !self.takes("::") {
            return vec![vec![word]];
        }
        let behind = self.tree();
        if behind.is_empty() {
            return vec![vec![word]];
        }
        behind.into_iter().map(|name| std::iter::once(word.clone()).chain(name).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_parents_and_paths_in_code_are_resolved() {
        let text = "use crate::{Error, store::{self, lots::{open, find as found}}};\nuse super::super::ops;\n\
                    fn f() -> crate::value::Day { self::g() } // crate::engine::Engine\nlet x = my_crate::y;";
        let names: Vec<String> =
            names(&code(text), &["domain", "tier", "review"]).iter().map(|name| name.join("::")).collect();
        assert_eq!(
            names,
            [
                "Error",
                "domain::ops",
                "domain::tier::review::g",
                "store::lots::find",
                "store::lots::open",
                "store::self",
                "value::Day"
            ]
        );
    }

    #[test]
    fn names_of_the_root_lead_to_their_modules() {
        let found = passed_on("mod a;\npub use engine::{\n    Engine, Call,\n};\npub use options::Options;", &[]);
        let module = |wanted: &str| found.iter().find(|(name, _)| name == wanted).map(|(_, from)| from[0].as_str());
        assert_eq!(module("Call"), Some("engine"));
        assert_eq!(module("Options"), Some("options"));
    }
}
