//! The PHP extension in processes of its own: the scripts of `tests/php`, and what reflection says of the stub.
//!
//! Needs `php` with pcntl, pdo_sqlite and pdo_mysql, and `LOYALTY_PHP_EXTENSION`, the absolute path of the built extension.

use std::process::{Command, Output};

use loyalty_tests::reference::descriptions;
use loyalty_tests::surfaces::extension;
use loyalty_tests::world::{KEY, START};
use loyalty_tests::{Place, calls, example, root, store};
use serde_json::{Map, Value, json};

/// A script of `tests/php`, run with settings and arguments.
fn run(script: &str, settings: &[String], arguments: &[String]) -> Output {
    let mut command = Command::new("php");
    command.args(["-d", "display_errors=stderr", "-d", "memory_limit=128M"]);
    command.args(["-d", &format!("extension={}", extension())]);
    for setting in settings {
        command.args(["-d", setting]);
    }
    command.arg(root().join("tests/php").join(script)).args(arguments).output().expect("php is installed")
}

/// Runs a script, which fails by an exception.
fn check(script: &str, settings: &[String], arguments: &[String]) {
    let output = run(script, settings, arguments);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.is_empty(), "{script}: {}\n{said}", output.status);
}

fn folder(place: &Place) -> String {
    place.file("").to_str().unwrap().trim_end_matches('/').to_owned()
}

#[test]
fn arguments_are_named_strict_and_bounded() {
    check("arguments.php", &[], &[folder(&Place::new("php-arguments"))]);
}

/// The examples of the manual, each on a database and under a programme of its own.
#[test]
fn every_example_of_the_manual_answers_in_php_what_the_manual_says() {
    let place = Place::new("php-examples");
    let names = descriptions().into_iter().map(|description| (description.name, description)).collect();
    let calls = calls::all();
    let examples = calls.iter().map(|(name, call)| {
        let php = example::php(name, call, &names);
        (name.clone(), json!({"code": php, "program": call.programme()}))
    });
    let examples: Map<String, Value> = examples.collect();
    std::fs::write(place.file("examples.json"), Value::Object(examples).to_string()).unwrap();
    std::fs::write(place.file("signing.key"), KEY).unwrap();
    let output = run("examples.php", &[], &[folder(&place), START.to_owned(), example::PROGRAMME_FILE.to_owned()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut replies: Map<String, Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(replies.len(), calls.len());
    for (name, call) in calls {
        let reply = &mut replies[&name];
        example::hide(reply, &call.varies);
        example::same(&name, &example::reply(&name, &call, 7), &example::reply(&name, &call, 8), reply);
    }
}

#[test]
fn exceptions_are_those_of_the_page() {
    check("exceptions.php", &[], &[folder(&Place::new("php-exceptions"))]);
}

#[test]
fn a_page_that_exits_while_an_argument_is_read_ends_and_writes_nothing() {
    let place = Place::new("php-exit");
    for _ in 0..2 {
        let output = run("exit.php", &[], &[folder(&place)]);
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(3), b"0ended".as_slice()));
    }
}

#[test]
fn settings_come_from_php_ini_and_from_the_page() {
    let place = Place::new("php-settings");
    let folder = folder(&place);
    let settings = [
        format!("loyalty.database=sqlite:{folder}/loyalty.db"),
        format!("open_basedir={folder}:{}", root().to_str().unwrap()),
    ];
    let program = root().join("loyalty-core/programmes/cafe-vt.toml").to_str().unwrap().to_owned();
    check("settings.php", &settings, &[folder, program]);
}

#[test]
fn without_settings_only_pure_operations_work() {
    check("unconfigured.php", &[], &[folder(&Place::new("php-unconfigured"))]);
}

#[test]
fn phpinfo_has_a_section_without_passwords() {
    let settings = ["loyalty.database=mysql://shop:secret-word@host/db".to_owned()];
    check("unconfigured.php", &settings, &[folder(&Place::new("php-info")), "phpinfo".to_owned()]);
}

#[test]
fn nothing_is_lost_over_a_fork() {
    check("fork.php", &[], &[folder(&Place::new("php-fork"))]);
}

#[test]
fn another_copy_of_sqlite_in_the_process_loses_nothing_in_silence() {
    check("pdo.php", &[], &[folder(&Place::new("php-pdo"))]);
}

#[test]
fn the_order_and_its_points_are_one_on_the_connection_of_the_page() {
    let place = Place::new("php-use-pdo");
    check("use_pdo.php", &[], &[folder(&place), format!("sqlite:{}", place.file("loyalty.db").display())]);
}

#[test]
fn the_order_and_its_points_are_one_on_a_server() {
    check("use_pdo.php", &[], &[folder(&Place::new("php-use-pdo-server")), store::database()]);
}

#[test]
fn the_order_and_its_points_are_one_by_mysqli() {
    check("use_mysqli.php", &[], &[folder(&Place::new("php-use-mysqli")), store::database()]);
}

#[test]
fn every_set_of_options_of_the_pages_connection_is_served() {
    let place = Place::new("php-option-sets");
    for (setting, way) in everywhere(&place) {
        let output = run("option_sets.php", &[], &[folder(&place), setting, way.to_owned()]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        let sets: usize =
            said.strip_suffix(" sets\n").and_then(|number| number.parse().ok()).expect("a number of sets");
        assert!(sets >= 31, "{way}: {said}");
    }
}

#[test]
fn settings_of_the_pages_connection_change_nothing_and_are_given_back() {
    let place = Place::new("php-lent");
    check("lent.php", &[], &[folder(&place), format!("sqlite:{}", place.file("loyalty.db").display())]);
}

#[test]
fn settings_of_the_pages_session_on_a_server_change_nothing_and_are_given_back() {
    check("lent.php", &[], &[folder(&Place::new("php-lent-server")), store::database()]);
}

const WAYS: [&str; 2] = ["pdo", "mysqli"];

/// New databases, and the ways in which a page connects to them.
fn everywhere(place: &Place) -> [(String, &'static str); 3] {
    let file = format!("sqlite:{}", place.file("shop.db").display());
    [(file, "pdo"), (store::database(), "pdo"), (store::database(), "mysqli")]
}

#[test]
fn after_a_deadlock_stands_what_the_page_has_asked_for() {
    for way in WAYS {
        let place = Place::new(&format!("php-deadlock-{way}"));
        check("after_deadlock.php", &[], &[folder(&place), store::database(), way.to_owned()]);
    }
}

#[test]
fn a_closure_gives_the_connection_that_the_page_uses_now() {
    let place = Place::new("php-given");
    for (setting, way) in everywhere(&place) {
        let output = run("given.php", &[], &[folder(&place), setting, way.to_owned()]);
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!((output.status.code(), said.as_str()), (Some(3), "ended"), "{way}");
    }
}

/// `LOYALTY_KILLS` of them on each database, where 20 are the rule; `make kill-pages` prints what it saw.
#[test]
fn a_page_killed_between_order_and_points_leaves_never_one_without_the_other() {
    let kills = std::env::var("LOYALTY_KILLS").unwrap_or_else(|_| "20".to_owned());
    let place = Place::new("php-kill");
    for (setting, way) in everywhere(&place) {
        let output = run("kill.php", &[], &[folder(&place), setting, way.to_owned(), kills.clone()]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        print!("{said}");
    }
}

/// `LOYALTY_JOBS` of them on each database, where 300 are the rule.
#[test]
fn a_signal_that_throws_at_any_moment_loses_nothing_and_locks_nobody_out() {
    let jobs = std::env::var("LOYALTY_JOBS").unwrap_or_else(|_| "300".to_owned());
    let place = Place::new("php-interrupted");
    for (setting, way) in everywhere(&place) {
        let output = run("interrupted.php", &[], &[folder(&place), setting, way.to_owned(), jobs.clone()]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        assert!(!said.contains(" 0 interrupted"), "{said}");
        print!("{said}");
    }
}

#[test]
fn a_signal_behind_each_statement_in_turn_leaves_the_connection_as_it_was() {
    for way in WAYS {
        let place = Place::new(&format!("steps-{way}"));
        let output = run("steps.php", &[], &[folder(&place), store::database(), way.to_owned()]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        print!("{said}");
    }
}

#[test]
fn whatever_the_pages_code_does_inside_a_statement_leaves_the_connection_as_it_was() {
    let place = Place::new("php-thrown");
    let setting = format!("sqlite:{}", place.file("shop.db").display());
    let output = run("thrown.php", &[], &[folder(&place), setting]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

/// `LOYALTY_CALLS` of them on each database, where 2 000 are the rule.
#[test]
fn calls_on_the_pages_connection_take_no_more_memory_with_time() {
    let calls = std::env::var("LOYALTY_CALLS").unwrap_or_else(|_| "2000".to_owned());
    let place = Place::new("php-memory");
    for (setting, way) in everywhere(&place) {
        let output = run("memory.php", &[], &[folder(&place), setting, way.to_owned(), calls.clone()]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        print!("{way}: {said}");
    }
}

#[test]
fn the_stub_is_what_reflection_says() {
    let loaded = run("reflect.php", &[], &[]);
    let stub = root().join("loyalty-php-ext/loyalty.stub.php");
    let read = Command::new("php").arg(root().join("tests/php/reflect.php")).arg(stub).output().unwrap();
    for output in [&loaded, &read] {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let lines = |output: &Output| String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    let (loaded, read): (Vec<String>, Vec<String>) = (lines(&loaded), lines(&read));
    assert!(loaded.len() > 20, "the extension is not loaded: {loaded:?}");
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|line| !those.contains(line)).cloned().collect()
    };
    assert_eq!(only(&loaded, &read), only(&read, &loaded), "left the extension, right the stub");
    assert_eq!(loaded, read);
}
