//! The features of the core: each combination builds, and what a shop does not use is not built.

use std::collections::BTreeSet;

use loyalty_tests::{cargo, root};

/// All features that a program may ask for; TLS includes the client for servers.
const COMBINATIONS: [&str; 6] = ["", "sqlite", "sqlite-bundled", "mysql", "tls", "sqlite-bundled,mysql"];

fn of_core(words: &[&str], features: &str) -> (bool, String, String) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let done = cargo::command(cargo)
        .args(words)
        .args(["-p", "loyalty-core", "--no-default-features", "--features", features])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let text = |bytes| String::from_utf8(bytes).expect("cargo writes UTF-8");
    (done.status.success(), text(done.stdout), text(done.stderr))
}

/// The crates that are built, including those that only help to build others.
fn crates(features: &str) -> BTreeSet<String> {
    let words = ["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"];
    let (done, tree, problem) = of_core(&words, features);
    assert!(done, "{problem}");
    tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn each_combination_of_features_builds_without_a_warning() {
    for features in COMBINATIONS {
        let (done, _, said) = of_core(&["check"], features);
        assert!(done && !said.contains("warning"), "[{features}]: {said}");
    }
}

#[test]
fn an_engine_for_files_has_no_client_for_servers_and_one_for_servers_no_sqlite() {
    let all = crates("sqlite-bundled,tls");
    let (files, servers) = (crates("sqlite-bundled"), crates("mysql"));
    for of_servers in ["mysql", "rustls", "ring", "regex", "uuid"] {
        assert!(all.contains(of_servers) && !files.contains(of_servers), "{of_servers}");
    }
    assert!(all.contains("rusqlite") && !servers.contains("rusqlite"));
    assert!(files.len() * 10 < all.len() * 6, "{} of {} crates are built for files alone", files.len(), all.len());
}

#[test]
fn no_process_of_a_page_has_code_for_mail_or_http() {
    let crates_of = |package: &str| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let words = ["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}", "-p", package];
        let done = cargo::command(cargo).args(words).current_dir(root()).output().expect("cargo runs");
        String::from_utf8(done.stdout).expect("cargo writes UTF-8")
    };
    let has = |tree: &str, name: &str| tree.lines().any(|line| line.split(' ').next() == Some(name));
    let sender = crates_of("loyalty-deliver");
    for of_the_network in ["loyalty-deliver", "lettre", "ureq", "mailparse"] {
        assert!(has(&sender, of_the_network), "{of_the_network}");
        for package in ["loyalty-core", "loyalty-ffi", "loyalty-php-ext"] {
            let tree = crates_of(package);
            assert!(has(&tree, package) && !has(&tree, of_the_network), "{package} has {of_the_network}");
        }
    }
}
