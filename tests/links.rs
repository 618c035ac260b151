//! The links between the pages of the documentation lead somewhere.

use std::fs;
use std::path::{Path, PathBuf};

use loyalty_tests::root;

/// The pages: those at the root, and all below `docs`.
fn pages() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut folders = vec![root(), root().join("docs")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).unwrap().flatten().map(|entry| entry.path()) {
            if path.is_dir() && folder != root() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

/// The lines of a page outside of its blocks of code.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        inside ^= fence;
        !inside && !fence
    })
}

/// The targets of the links of a page.
fn links(text: &str) -> Vec<String> {
    let targets = lines(text).flat_map(|line| line.split("](").skip(1));
    targets.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target.to_owned()).collect()
}

/// The names by which the headings of a page are linked to.
fn anchors(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let headings = lines(&text).filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

/// The name of a heading: its words as they are read, in small letters, with a hyphen between them.
fn anchor(heading: &str) -> String {
    let mut read = heading.to_owned();
    // Of a link only its text.
    while let Some((before, rest)) = read.split_once('[') {
        let Some((text, rest)) = rest.split_once("](") else { break };
        let after = rest.split_once(')').map_or("", |(_, after)| after);
        read = format!("{before}{text}{after}");
    }
    let kept = read.to_lowercase().replace(' ', "-");
    kept.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_')).collect()
}

#[test]
fn every_link_between_pages_leads_to_a_file_and_to_a_heading_that_are_there() {
    let mut seen = 0;
    for page in pages() {
        for link in links(&fs::read_to_string(&page).unwrap()) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let place = format!("{}: {link}", page.strip_prefix(root()).unwrap().display());
            let (file, heading) = link.split_once('#').map_or((link.as_str(), None), |(file, name)| (file, Some(name)));
            let target = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            assert!(target.exists(), "{place} is not there");
            if let Some(heading) = heading {
                let found = anchors(&target).iter().filter(|name| *name == heading).count();
                assert_eq!(found, 1, "{place}: there must be one such heading");
            }
            seen += 1;
        }
    }
    assert!(seen > 500, "only {seen} links were found");
}

#[test]
fn a_heading_is_linked_to_by_its_words() {
    for (heading, name) in [
        ("earn_points", "earn_points"),
        ("Codes of `unavailable`", "codes-of-unavailable"),
        ("[Gift cards](operations/gift-cards.md)", "gift-cards"),
        ("One call, all its stops", "one-call-all-its-stops"),
    ] {
        assert_eq!(anchor(heading), name);
    }
}
