//! Keeps the layers, the sizes and the safety rules of the source tree.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use loyalty_tests::graph::Graph;
use loyalty_tests::{root, uses};

/// Longest file of code.
const MAX_LINES: usize = 500;
/// Longest function.
const MAX_LINES_OF_A_FUNCTION: usize = 70;
/// The layers of the core, each naming only those to its left.
const LAYERS: [&str; 10] =
    ["fault", "error", "wording", "value", "domain", "store", "options", "booking", "ops", "engine"];
/// Where `unsafe` may be written.
const UNSAFE: [&str; 7] = [
    "loyalty-ffi/src/boundary.rs",
    "loyalty-ffi/fuzz/src/till.rs",
    "loyalty-php-ext/src/call.rs",
    "loyalty-php-ext/src/exception.rs",
    "loyalty-php-ext/src/info.rs",
    "loyalty-php-ext/src/php_call.rs",
    "loyalty-php-ext/src/settings.rs",
];
/// Names that two types have: operations and replies are named by the contract, and what they show has the same name.
const TWICE: [&str; 3] = ["GiftCard", "Points", "Transaction"];

/// Operations that run others, and what they take of these: a file and the groups that it may name.
const OPERATIONS_RUN_BY_OTHERS: [(&str, &[&str]); 12] = [
    // What `verify` compares with is the answer that was kept.
    ("ops/admin/books.rs", &["payment"]),
    // Orders that came over are kept as `earn_points` keeps them.
    ("ops/member/imported_order.rs", &["points"]),
    ("ops/outbox/drain.rs", &["payment", "points"]),
    // An order that is cancelled is undone part by part.
    ("ops/payment/cancel_order.rs", &["coupon", "gift_card"]),
    ("ops/payment/undo.rs", &["coupon", "gift_card", "points", "reward"]),
    ("ops/points/due.rs", &["gift_card"]),
    // The history is replayed by the operations that made it.
    ("ops/simulation/acts.rs", &["member", "points", "tier"]),
    ("ops/simulation/facts.rs", &["member", "points"]),
    ("ops/simulation/replay.rs", &["member", "points"]),
    ("ops/stamp/use_stamp_reward.rs", &["coupon"]),
    // The steps of the regular work are operations.
    ("ops/task/reminders.rs", &["tier"]),
    ("ops/task/run_tasks.rs", &["points", "tier"]),
];

fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !matches!(name.as_str(), "target" | ".git" | "var") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|ending| matches!(ending.to_str(), Some("rs" | "php" | "c" | "h"))) {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(files.len() > 50, "the source tree was not found");
    files
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().into_owned()
}

#[test]
fn no_file_is_longer_than_500_lines() {
    for path in sources() {
        let name = relative(&path);
        // Generated files are as long as the contract is.
        let generated = [".stub.php", "/php/Client.php", "/php/ClientInterface.php", "include/loyalty.h"];
        if generated.iter().any(|ending| name.ends_with(ending)) {
            continue;
        }
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= MAX_LINES, "{name} has {lines} lines; split it by concept");
    }
}

/// The name of the function that begins on a line, after its indentation.
fn begun(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    // `pub(in crate::ops)` is two words.
    let is_before = |word: &&str| {
        word.starts_with("pub")
            || word.starts_with("crate::")
            || ["const", "async", "unsafe", "extern", "\"C\""].contains(word)
    };
    let name = words.by_ref().find(|word| !is_before(word)).filter(|word| *word == "fn").and(words.next())?;
    name.split(['(', '<']).next()
}

/// The functions of a file with their first line and how many they have: each ends where a line as far in as its first
/// closes it.
fn functions(text: &str) -> Vec<(String, usize, usize)> {
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let lines: Vec<&str> = text.lines().collect();
    let found = lines.iter().enumerate().filter_map(|(first, line)| {
        let name = begun(line)?.to_owned();
        let closes = |end: &&str| {
            let end = end.trim_end();
            indentation(end) == indentation(line) && (end.trim_start().starts_with('}') || end.ends_with(';'))
        };
        let in_one = line.ends_with('}') || line.ends_with(';');
        let more = lines[first + 1..].iter().position(closes).filter(|_| !in_one);
        Some((name, first + 1, more.map_or(1, |more| more + 2)))
    });
    found.collect()
}

#[test]
fn no_function_has_more_than_70_lines() {
    let mut seen = 0;
    for path in sources().into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs")) {
        let name = relative(&path);
        for (function, first, lines) in functions(&fs::read_to_string(&path).unwrap()) {
            assert!(lines <= MAX_LINES_OF_A_FUNCTION, "{name}:{first}: `{function}` has {lines} lines; split it");
            seen += 1;
        }
    }
    assert!(seen > 3_000, "only {seen} functions were found");
}

#[test]
fn a_function_ends_where_its_brace_closes() {
    let text = "fn one() { 1 }\n\npub(in crate::ops) const fn two<T>(\n    t: T,\n) -> T\nwhere\n    T: Copy,\n{\n    if x {\n    }\n}\n\
                impl A {\n    fn three(\n        &self,\n    ) -> u8;\n    pub extern \"C\" fn four() {\n        fn five() {\n        }\n    }\n}\n";
    let found = functions(text);
    let found: Vec<(&str, usize, usize)> =
        found.iter().map(|(name, first, lines)| (name.as_str(), *first, *lines)).collect();
    assert_eq!(found, [("one", 1, 1), ("two", 3, 9), ("three", 13, 3), ("four", 16, 4), ("five", 17, 2)]);
}

#[test]
fn a_layer_names_only_layers_to_its_left() {
    let core = root().join("loyalty-core/src");
    let of_the_root = uses::passed_on(&fs::read_to_string(core.join("lib.rs")).unwrap(), &[]);
    let of_the_root: BTreeMap<String, String> =
        of_the_root.into_iter().map(|(name, from)| (name, from[0].clone())).collect();
    let mut crossings = 0;
    for path in sources() {
        let name = relative(&path);
        let Some(inside) = name.strip_prefix("loyalty-core/src/").and_then(|inside| inside.strip_suffix(".rs")) else {
            continue;
        };
        let module: Vec<&str> = inside.split('/').filter(|part| *part != "mod").collect();
        if matches!(module[..], ["lib" | "internals" | "host" | "message" | "programme"]) {
            continue;
        }
        let place = |layer: &str| LAYERS.iter().position(|known| *known == layer);
        let own = place(module[0]).unwrap_or_else(|| panic!("{name} is in no layer"));
        for used in uses::names(&uses::code(&fs::read_to_string(&path).unwrap()), &module) {
            let layer = of_the_root.get(&used[0]).unwrap_or(&used[0]);
            let used = used.join("::");
            let other = place(layer).unwrap_or_else(|| panic!("{name} names {used}, which is in no layer"));
            assert!(other <= own, "{name} names `{used}`, of `{layer}`, a layer to its right");
            crossings += usize::from(other < own);
        }
    }
    assert!(crossings > 1_000, "only {crossings} names of other layers were found");
}

#[test]
fn no_folders_use_each_other_in_a_circle_and_no_more_than_three_files() {
    let graph = Graph::read(&root().join("loyalty-core/src"));
    assert!(graph.uses().count() > 1_500, "only {} uses were found", graph.uses().count());
    for circle in graph.circles() {
        let has_folder = circle.iter().any(|unit| unit.ends_with('/'));
        assert!(!has_folder && circle.len() <= 3, "these use each other: {circle:?}");
    }
}

#[test]
fn operations_of_different_groups_meet_in_booking_but_for_a_written_list() {
    let graph = Graph::read(&root().join("loyalty-core/src"));
    let group =
        |path: &str| path.strip_prefix("ops/").and_then(|rest| rest.split_once('/')).map(|(group, _)| group.to_owned());
    let mut met: BTreeSet<(&str, String)> = BTreeSet::new();
    for (from, to, name) in graph.uses() {
        let (Some(own), Some(other)) = (group(from), group(to)) else { continue };
        if own == other {
            continue;
        }
        let listed = OPERATIONS_RUN_BY_OTHERS.iter().any(|(file, groups)| *file == from && groups.contains(&&*other));
        assert!(listed, "{from} names `{name}` of another group: what operations share belongs in `booking`");
        met.insert((from, other));
    }
    for (file, groups) in OPERATIONS_RUN_BY_OTHERS {
        assert!(
            groups.iter().all(|group| met.contains(&(file, (*group).to_owned()))),
            "{file} no longer names {groups:?}"
        );
    }
}

#[test]
fn a_folder_with_a_file_of_its_own_has_it_inside_as_mod_rs() {
    for path in sources().into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs")) {
        assert!(
            !path.with_extension("").is_dir() || path.parent() == Some(&root().join("tests")),
            "{}",
            relative(&path)
        );
    }
}

#[test]
fn the_depth_of_folders_is_bounded() {
    for path in sources() {
        let name = relative(&path);
        if let Some((_, inside)) = name.split_once("/src/") {
            assert!(inside.matches('/').count() <= 2, "{name} lies deeper than crate/src/layer/group/file.rs");
        }
    }
}

#[test]
fn unsafe_is_written_only_at_the_borders_and_with_its_reason() {
    for path in sources() {
        let name = relative(&path);
        if !name.ends_with(".rs") || name == "tests/tidy.rs" {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let opens = line.contains("unsafe {") || line.contains("unsafe impl");
            if !opens || line.trim_start().starts_with("//") {
                continue;
            }
            assert!(UNSAFE.contains(&name.as_str()), "{name}:{} writes unsafe code", number + 1);
            let reason = lines[number.saturating_sub(6)..=number].iter().any(|before| before.contains("SAFETY:"));
            assert!(reason, "{name}:{}: an unsafe block needs `// SAFETY:` with its reason", number + 1);
        }
    }
}

fn of_the_core() -> Vec<PathBuf> {
    let core = root().join("loyalty-core/src");
    let own = sources().into_iter().filter(|path| path.starts_with(&core));
    own.filter(|path| !relative(path).rsplit('/').next().is_some_and(|name| name.starts_with("tests"))).collect()
}

#[test]
fn no_function_that_others_call_takes_a_bool() {
    // Each makes an enum of the bool that a request or a programme file has.
    let conversions = ["pub(super) const fn of(reopened: bool)", "pub const fn of(check: bool)"];
    for path in of_the_core() {
        let text = uses::code(&fs::read_to_string(&path).unwrap());
        for (at, _) in text.match_indices("fn ") {
            let line = text[..at].rsplit('\n').next().unwrap_or_default();
            if !line.trim_start().starts_with("pub") {
                continue;
            }
            let rest = &text[at..];
            let end = rest.find(['{', ';']).unwrap_or(rest.len());
            let head = format!("{}{}", line.trim_start(), &rest[..end]);
            let takes = head.split(" -> ").next().unwrap_or_default().contains(": bool");
            let is_conversion = conversions.iter().any(|known| head.starts_with(known));
            assert!(
                !takes || is_conversion,
                "{}: `{}`: a bool says nothing where it is given",
                relative(&path),
                head.trim()
            );
        }
    }
}

#[test]
fn a_public_type_has_a_name_of_its_own() {
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in of_the_core() {
        for line in uses::code(&fs::read_to_string(&path).unwrap()).lines() {
            let Some(rest) = line.strip_prefix("pub ") else { continue };
            let kinds = ["struct ", "enum ", "trait ", "type "];
            let Some(rest) = kinds.iter().find_map(|kind| rest.strip_prefix(kind)) else { continue };
            let name: String = rest.chars().take_while(|sign| sign.is_alphanumeric()).collect();
            seen.entry(name).or_default().push(relative(&path));
        }
    }
    assert!(seen.len() > 400, "only {} types were found", seen.len());
    let twice: BTreeSet<&str> =
        seen.iter().filter(|(_, places)| places.len() > 1).map(|(name, _)| name.as_str()).collect();
    let known: BTreeSet<&str> = TWICE.into_iter().collect();
    let new: Vec<_> = twice.difference(&known).map(|name| (name, &seen[*name])).collect();
    assert!(new.is_empty(), "types with one name: {new:?}");
    assert_eq!(
        known.difference(&twice).count(),
        0,
        "the list of names that stand twice gets shorter: {known:?} {twice:?}"
    );
}

/// The examples in the `//!` docs of a file, without their imports.
fn examples_of(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let docs: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect();
    let examples = docs.split(|line| line.starts_with("```")).skip(1).step_by(2).flatten();
    examples.filter(|line| !line.starts_with("use ")).copied().collect::<Vec<_>>().join("\n")
}

#[test]
fn every_operation_stands_in_a_doctest() {
    let ops = root().join("loyalty-core/src/ops");
    let (mut seen, mut missing) = (0, Vec::new());
    for path in of_the_core().into_iter().filter(|path| path.starts_with(&ops)) {
        let text = uses::code(&fs::read_to_string(&path).unwrap());
        let names = text.lines().filter_map(|line| line.strip_prefix("impl Operation for ")?.split(' ').next());
        let folder = path.parent().unwrap();
        let examples = examples_of(&if folder == ops { path.clone() } else { folder.join("mod.rs") });
        let words: BTreeSet<&str> = examples.split(|sign: char| !sign.is_alphanumeric()).collect();
        for name in names {
            seen += 1;
            if !words.contains(name) {
                missing.push(format!("{}: {name}", relative(&path)));
            }
        }
    }
    assert!(seen > 80, "only {seen} operations were found");
    assert!(missing.is_empty(), "operations that no doctest of their group runs: {missing:?}");
}

#[test]
fn nothing_is_left_undone_in_the_code() {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("todo", "!("), concat!("unimple", "mented!(")];
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        for mark in marks {
            assert!(!text.contains(mark), "{} says `{mark}`", relative(&path));
        }
    }
}

#[test]
fn no_path_of_a_machine_is_written_down() {
    let homes = [concat!("/ho", "me/"), concat!("/wo", "rk/"), concat!("/ro", "ot/")];
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        for home in homes {
            assert!(!text.contains(home), "{} names a folder of one machine: {home}", relative(&path));
        }
    }
}

#[test]
fn what_a_query_locks_can_be_counted_on_a_cluster() {
    let core = root().join("loyalty-core/src/store");
    let migrations = fs::read_dir(core.join("migrations")).unwrap().flatten();
    let schema: String = migrations.map(|entry| fs::read_to_string(entry.path()).unwrap()).collect();
    let mut locked = 0;
    for path in fs::read_dir(&core).unwrap().flatten().map(|entry| entry.path()).filter(|path| path.is_file()) {
        let text = fs::read_to_string(&path).unwrap();
        // Without the line's end and its indentation, as the compiler joins a text.
        let text = text.split("\\\n").map(str::trim_start).collect::<String>();
        for before in text.split(" /* locked */\"").collect::<Vec<_>>().split_last().map_or(&[][..], |(_, all)| all) {
            let table = before.rsplit(" FROM ").next().and_then(|rest| rest.split(' ').next()).unwrap();
            let made = schema.split(&format!("CREATE TABLE {table} (")).nth(1).unwrap_or_default();
            let is_counted = made.split(';').next().unwrap_or_default().contains("\n    locks $int");
            // The row of an attempt is changed by every attempt anyway.
            assert!(is_counted || table == "loyalty_attempts", "{table} needs a column `locks`");
            locked += 1;
        }
    }
    assert!(locked > 10, "the queries were not found");
}
