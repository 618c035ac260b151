//! The Composer package and its bridges, each with the framework itself from Debian's packages, on SQLite and MariaDB.
//!
//! Needs what `.ci/install` installs, and `LOYALTY_PHP_EXTENSION`, the absolute path of the built extension.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use loyalty_tests::surfaces::extension;
use loyalty_tests::{Place, root, store};
use serde_json::{Value, json};

/// Runs a script of `tests/php/bridges`, which fails by an exception, with a folder, the setting of a new database, and more.
#[track_caller]
fn check(script: &str, place: &Place, setting: &str, further: &[&str]) {
    let folder = place.file("");
    let output = Command::new("php")
        .args(["-d", "display_errors=stderr", "-d", &format!("extension={}", extension())])
        .arg(root().join("tests/php/bridges").join(script))
        .args([folder.to_str().unwrap().trim_end_matches('/'), setting])
        .args(further)
        .output()
        .expect("php is installed");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.is_empty(), "{script} on {setting}: {}\n{said}", output.status);
}

fn file(place: &Place) -> String {
    format!("sqlite:{}", place.file("shop.db").display())
}

/// On a file of SQLite and on a server.
#[track_caller]
fn check_both(script: &str) {
    let place = Place::new(&format!("bridge-{}", script.trim_end_matches(".php")));
    check(script, &place, &file(&place), &[]);
    check(script, &place, &store::database(), &[]);
}

/// What PHP says when it runs an installed program, with the extension or without.
#[track_caller]
fn php(arguments: &[&str], folder: &Path) -> String {
    let output = Command::new("php").args(arguments).current_dir(folder).env("COMPOSER_ALLOW_SUPERUSER", "1").output();
    let output = output.expect("php is installed");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {}\n{said}", output.status);
    said
}

/// `make install-package` into a folder.
fn installed_package(place: &Place) -> PathBuf {
    let prefix = format!("PREFIX={}", place.file("usr").display());
    let make =
        Command::new("make").arg("-s").arg("-C").arg(root()).args(["install-package", &prefix]).output().unwrap();
    assert!(make.status.success(), "{}", String::from_utf8_lossy(&make.stderr));
    place.file("usr/share/php/loyalty")
}

#[test]
fn composer_installs_the_client_with_every_operation_and_the_stubs() {
    let place = Place::new("composer");
    let package = installed_package(&place);
    let extension = format!("extension={}", extension());
    php(&["/usr/bin/composer", "validate", "--strict", "--no-check-version"], &package);
    let shown = fs::read_to_string(root().join("tests/php/bridges/composer.json")).unwrap();
    let mut project: Value = serde_json::from_str(&shown).unwrap();
    project["repositories"][0]["url"] = json!(package);
    // Nothing of it is on the network.
    project["repositories"].as_array_mut().unwrap().push(json!({"packagist.org": false}));
    let shop = place.file("shop");
    fs::create_dir(&shop).unwrap();
    fs::write(shop.join("composer.json"), project.to_string()).unwrap();
    php(&["-d", &extension, "/usr/bin/composer", "install", "--no-interaction", "--no-ansi"], &shop);
    let stub = fs::read_to_string(shop.join("vendor/loyalty/loyalty/loyalty.stub.php")).unwrap();
    assert!(stub.contains("function loyalty_earn_points("), "the stubs are in the package");
    let script = root().join("tests/php/bridges/client.php");
    let said = php(&["-d", &extension, script.to_str().unwrap(), shop.to_str().unwrap()], &shop);
    assert_eq!(said, "");
}

#[test]
fn a_shop_tests_its_pages_with_another_client_and_without_the_extension() {
    let place = Place::new("phpunit");
    let package = installed_package(&place);
    let autoload = package.join("php/autoload.php");
    let test = root().join("tests/php/bridges/MockTest.php");
    let arguments = ["/usr/bin/phpunit", "--no-configuration", "--do-not-cache-result", "--bootstrap"];
    let said = php(&[&arguments[..], &[autoload.to_str().unwrap(), test.to_str().unwrap()]].concat(), &package);
    assert!(said.contains("OK (1 test"), "{said}");
}

/// Whether a file contains exactly these lines, at any indentation.
fn holds(file: &Path, block: &str) -> bool {
    let lines = |text: &str| text.lines().map(|line| line.trim().to_owned() + "\n").collect::<String>();
    lines(&fs::read_to_string(file).unwrap()).contains(&lines(block))
}

#[test]
fn each_block_of_the_manual_is_a_part_of_a_tested_file() {
    let page = fs::read_to_string(root().join("docs/INTEGRATION.md")).unwrap();
    let folders =
        ["tests/php/bridges", "examples/first-version"].map(|folder| fs::read_dir(root().join(folder)).unwrap());
    let tested: Vec<PathBuf> = folders.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    let tested: Vec<&PathBuf> = tested.iter().filter(|path| path.extension().is_some_and(|end| end != "md")).collect();
    let blocks = page.split("\n```").skip(1).step_by(2);
    let blocks: Vec<&str> = blocks.map(|block| block.split_once('\n').unwrap().1).collect();
    assert!(blocks.len() > 7, "the blocks were not found");
    for block in blocks {
        assert!(tested.iter().any(|file| holds(file, block)), "no test has it:\n{block}");
    }
}

#[test]
fn pages_without_a_framework_run_again_after_a_deadlock() {
    check_both("plain.php");
}

#[test]
fn the_pages_of_the_first_version_work_and_its_checkout_earns_once() {
    let adapter = fs::read_to_string(root().join("examples/first-version/LoyaltyAdapter.php")).unwrap();
    assert!(adapter.lines().count() < 100, "the adapter is small");
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port().to_string();
    let place = Place::new("bridge-first-version");
    check("first_version.php", &place, &store::database(), &[&free, &extension()]);
}

#[test]
fn doctrine_runs_a_deadlock_of_the_engine_again_and_never_drops_its_tables() {
    let place = Place::new("bridge-doctrine");
    check("doctrine.php", &place, &file(&place), &["pdo_sqlite"]);
    for driver in ["pdo_mysql", "mysqli"] {
        check("doctrine.php", &place, &store::database(), &[driver]);
    }
}

#[test]
fn laravel_attempts_a_transaction_again_after_a_deadlock_of_the_engine() {
    check_both("laravel.php");
}

#[test]
fn a_kernel_of_symfony_has_the_client_as_a_service() {
    check_both("symfony.php");
}

#[test]
fn wordpress_earns_its_orders_once_whatever_becomes_of_them() {
    let fetched = Command::new(root().join("tests/wordpress/fetch.sh")).output().expect("a shell");
    assert!(fetched.status.success(), "{}", String::from_utf8_lossy(&fetched.stderr));
    let files = String::from_utf8(fetched.stdout).unwrap();
    check("wordpress.php", &Place::new("bridge-wordpress"), &store::database(), &[files.trim()]);
}
