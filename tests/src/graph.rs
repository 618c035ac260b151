//! Which file of a crate uses which: names resolved through re-exports, and the circles among them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::uses::{self, Name};

/// The files of a crate, by module.
pub struct Graph {
    modules: BTreeMap<Name, Module>,
    /// Uses: module to module, by what name.
    edges: BTreeMap<(Name, Name), String>,
}

struct Module {
    /// The path below the source folder, like `ops/points/earn_points.rs`.
    path: String,
    text: String,
    /// Names that it passes on, and whence; `*` for all of a module.
    passes_on: Vec<(String, Name)>,
}

/// Files and folders of one folder that use each other in a circle.
pub type Circle = Vec<String>;

impl Graph {
    /// Reads all files below a source folder, without those of tests.
    ///
    /// # Panics
    /// When a file cannot be read.
    #[must_use]
    pub fn read(folder: &Path) -> Self {
        let mut modules = BTreeMap::new();
        collect(folder, folder, &mut modules);
        let mut graph = Self { modules, edges: BTreeMap::new() };
        for (module, found) in &graph.modules {
            let own: Vec<&str> = module.iter().map(String::as_str).collect();
            let children = graph.children(module);
            let used = uses::used(&found.text);
            for name in uses::names(&used, &own).into_iter().chain(uses::of_children(&used, &own, &children)) {
                let target = graph.home(&name, 0);
                if target != *module && !target.is_empty() && !module.is_empty() {
                    graph.edges.insert((module.clone(), target), name.join("::"));
                }
            }
        }
        graph
    }

    fn children(&self, module: &Name) -> Vec<&str> {
        let below = self.modules.keys().filter(|name| name.len() == module.len() + 1 && name.starts_with(module));
        below.filter_map(|name| name.last().map(String::as_str)).collect()
    }

    /// The module in which a name is defined.
    fn home(&self, name: &[String], depth: usize) -> Name {
        let mut module = Name::new();
        for (place, part) in name.iter().enumerate().filter(|(_, part)| *part != "self") {
            let below: Name = module.iter().chain([part]).cloned().collect();
            if self.modules.contains_key(&below) {
                module = below;
                continue;
            }
            let rest = name.get(place + 1..).unwrap_or_default();
            let passed = self.modules.get(&module).map_or(&[][..], |known| &known.passes_on);
            let follow = |target: &Name| self.home(&target.iter().chain(rest).cloned().collect::<Name>(), depth + 1);
            if depth > 10 {
                return module;
            }
            if let Some((_, target)) = passed.iter().find(|(known, _)| known == part) {
                return follow(target);
            }
            for (_, whole) in passed.iter().filter(|(known, _)| known == "*") {
                let inside: Name = whole.iter().chain([part]).cloned().collect();
                let found = follow(&inside);
                if found != *whole || self.defines(whole, part) {
                    return found;
                }
            }
            return module;
        }
        module
    }

    fn defines(&self, module: &Name, name: &str) -> bool {
        let kinds = ["struct", "enum", "fn", "trait", "type", "const"];
        let text = self.modules.get(module).map_or("", |known| &known.text);
        kinds.iter().any(|kind| {
            let start = format!("{kind} {name}");
            text.match_indices(&start).any(|(at, _)| {
                let next = text.get(at + start.len()..).and_then(|rest| rest.chars().next());
                next.is_none_or(|next| !next.is_alphanumeric() && next != '_')
            })
        })
    }

    /// All uses: the path of a file, that of the file it uses, and by what name.
    pub fn uses(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.edges.iter().filter_map(|((from, to), name)| {
            Some((self.modules.get(from)?.path.as_str(), self.modules.get(to)?.path.as_str(), name.as_str()))
        })
    }

    /// Circles among files and folders of one folder, a folder standing for all that is below it.
    #[must_use]
    pub fn circles(&self) -> Vec<Circle> {
        let folders: BTreeSet<Vec<&str>> = self.modules.values().flat_map(|module| levels(&module.path)).collect();
        folders.iter().flat_map(|folder| self.circles_in(folder)).collect()
    }

    fn circles_in(&self, folder: &[&str]) -> Vec<Circle> {
        let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to, _) in self.uses() {
            if let (Some(from), Some(to)) = (unit(from, folder), unit(to, folder))
                && from != to
            {
                edges.entry(from).or_default().insert(to);
            }
        }
        circles(&edges)
    }
}

fn collect(root: &Path, folder: &Path, modules: &mut BTreeMap<Name, Module>) {
    for entry in std::fs::read_dir(folder).expect("the sources are there").flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(root, &path, modules);
        } else if name.ends_with(".rs") && !name.starts_with("tests") {
            let below = path.strip_prefix(root).expect("it is below the root").to_string_lossy().into_owned();
            let module = uses::module_of(&below);
            let text = std::fs::read_to_string(&path).expect("a source can be read");
            let own: Vec<&str> = module.iter().map(String::as_str).collect();
            let passes_on = uses::passed_on(&text, &own);
            modules.insert(module, Module { path: below, text, passes_on });
        }
    }
}

/// The folders that a path lies in, from the root on.
fn levels(path: &str) -> Vec<Vec<&str>> {
    let parts: Vec<&str> = path.split('/').collect();
    (0..parts.len()).filter_map(|depth| parts.get(..depth).map(<[_]>::to_vec)).collect()
}

/// The file or folder of a folder to which a path belongs.
fn unit(path: &str, folder: &[&str]) -> Option<String> {
    let mut parts = path.split('/');
    if !folder.iter().all(|expected| parts.next() == Some(expected)) {
        return None;
    }
    let own = parts.next()?;
    let slash = if parts.next().is_some() { "/" } else { "" };
    Some(folder.iter().copied().chain([own]).collect::<Vec<_>>().join("/") + slash)
}

/// What can be reached from a start.
fn reach<'a>(edges: &'a BTreeMap<String, BTreeSet<String>>, start: &'a str) -> BTreeSet<&'a str> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![start]);
    while let Some(at) = open.pop() {
        let next = edges.get(at).into_iter().flatten().map(String::as_str);
        open.extend(next.filter(|one| seen.insert(*one)));
    }
    seen
}

/// Groups in which every member reaches every other.
fn circles(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<Circle> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        edges.keys().map(|start| (start.as_str(), reach(edges, start))).collect();
    let meets = |one: &str, other: &str| reached.get(one).is_some_and(|all| all.contains(other));
    let mut found: Vec<Circle> = Vec::new();
    for start in reached.keys().filter(|start| meets(start, start)) {
        if found.iter().flatten().any(|known| known == start) {
            continue;
        }
        let circle = reached.keys().filter(|other| meets(start, other) && meets(other, start));
        found.push(circle.map(|name| (*name).to_owned()).collect());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_and_lines_are_not() {
        let edges = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e")];
        let mut map: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in edges {
            map.entry(from.to_owned()).or_default().insert(to.to_owned());
        }
        assert_eq!(circles(&map), [["a", "b", "c"]]);
    }

    #[test]
    fn a_folder_stands_for_all_below_it() {
        assert_eq!(unit("ops/points/due.rs", &["ops"]), Some("ops/points/".to_owned()));
        assert_eq!(unit("ops/points/due.rs", &["ops", "points"]), Some("ops/points/due.rs".to_owned()));
        assert_eq!(unit("store/lots.rs", &["ops"]), None);
    }

    #[test]
    fn a_name_is_found_where_it_is_defined() {
        let graph = Graph::read(&crate::root().join("loyalty-core/src"));
        let home = |name: &str| graph.home(&name.split("::").map(str::to_owned).collect::<Name>(), 0).join("/");
        assert_eq!(home("ops::EarnPoints"), "ops/points/earn_points");
        assert_eq!(home("ops::Cx"), "booking/cx");
        assert_eq!(home("domain::programme::Rule"), "domain/programme/rules");
        assert_eq!(home("ops::Access"), "ops");
    }
}
