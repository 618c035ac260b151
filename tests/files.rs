//! The file of a database and those beside it: moved, deleted, linked, made by root, on a disk without room.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use loyalty_core::{Durability, Engine, Error, Options};
use serde_json::{Value, json};

/// A user that owns nothing.
const NOBODY: u32 = 65_534;

fn open(path: &Path) -> Result<Engine, Error> {
    Engine::open(Options::sqlite(path).durability(Durability::Relaxed))
}

fn earn(engine: &Engine, order: &str) -> Result<Value, Error> {
    engine.call("earn_points", json!({"user_id": 7, "amount": 1_000, "order_id": order}))
}

fn balance(engine: &Engine) -> Value {
    engine.call("points", json!({"user_id": 7})).unwrap()["available"].clone()
}

#[track_caller]
fn code(done: Result<Value, Error>) -> String {
    done.expect_err("it fails").code().to_owned()
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

/// What a process of its own answers, started by a command that ends with the worker's words.
fn worker(mut command: Command, path: &Path, operation: &str, arguments: &Value) -> Value {
    let setting = format!("sqlite:{}?busy_timeout_ms=500", path.display());
    let words = [setting.as_str(), "call", operation, &arguments.to_string()].map(str::to_owned);
    let piped = command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"go\n").ok();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let last = said.lines().find(|line| *line != "ready");
    let last = last.unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(last).unwrap()
}

fn plain() -> Command {
    Command::new(env!("CARGO_BIN_EXE_loyalty-worker"))
}

/// A shell that makes its surroundings and becomes the worker.
fn shell(before: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{before}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_loyalty-worker")]);
    command
}

fn written(health: &Value) -> (String, String) {
    let checks = health["checks"].as_array().unwrap();
    let write = checks.iter().find(|check| check["name"] == "write").expect("it is tried");
    (health["status"].as_str().unwrap().to_owned(), write["value"].as_str().unwrap().to_owned())
}

#[test]
fn nothing_is_acknowledged_into_a_file_that_was_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("loyalty.db");
    let engine = open(&path).unwrap();
    earn(&engine, "A").unwrap();
    let kept = folder.path().join("kept.db");
    Engine::copy(&Options::sqlite(&path), &Options::sqlite(&kept), &mut |_, _| Ok(())).unwrap();
    for beside in ["", "-wal", "-shm", "-gate"] {
        fs::remove_file(format!("{}{beside}", path.display())).unwrap();
    }
    assert_eq!(code(earn(&engine, "B")), "database_replaced");
    // Not an empty one in its place either, and a question is told the same.
    assert_eq!(code(earn(&engine, "B")), "database_replaced");
    assert_eq!(code(engine.call("points", json!({"user_id": 7}))), "database_replaced");
    assert!(!path.exists());
    fs::rename(&kept, &path).unwrap();
    assert_eq!(earn(&engine, "B").unwrap()["balance"], 20);
    assert_eq!(engine.call("verify", json!({})).unwrap()["ok"], true);
}

#[test]
fn a_file_that_was_replaced_is_noticed_by_the_next_call_and_opened_by_the_one_after() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("loyalty.db"), folder.path().join("other.db"));
    let engine = open(&path).unwrap();
    earn(&engine, "A").unwrap();
    for question in [false, true] {
        let restored = open(&other).unwrap();
        (0..3).for_each(|order| drop(earn(&restored, &format!("R-{order}")).unwrap()));
        drop(restored);
        // The log of the old file stays where it was; the old file itself is kept.
        fs::rename(&path, folder.path().join("old.db")).unwrap();
        fs::rename(&other, &path).unwrap();
        let first = if question { engine.call("points", json!({"user_id": 7})) } else { earn(&engine, "B") };
        assert_eq!(code(first), "database_replaced");
        assert_eq!(balance(&engine), 30, "of the file that is there");
        assert_eq!(earn(&engine, "B").unwrap()["balance"], 40);
        assert_eq!(balance(&open(&path).unwrap()), 40, "and others see it");
        // What was acknowledged before is in the file that was moved away.
        assert_eq!(balance(&open(&folder.path().join("old.db")).unwrap()), if question { 40 } else { 10 });
    }
}

#[test]
fn a_log_that_was_deleted_takes_nothing_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("loyalty.db");
    let engine = open(&path).unwrap();
    earn(&engine, "A").unwrap();
    fs::remove_file(folder.path().join("loyalty.db-wal")).unwrap();
    assert_eq!(code(earn(&engine, "B")), "database_replaced");
    assert_eq!(balance(&engine), 10, "what was acknowledged is there");
    assert_eq!(earn(&engine, "B").unwrap()["balance"], 20);
    assert_eq!(balance(&open(&path).unwrap()), 20);
    assert_eq!(engine.call("verify", json!({})).unwrap()["ok"], true);
}

#[test]
fn a_gate_that_was_deleted_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("loyalty.db");
    let (engine, other) = (open(&path).unwrap(), open(&path).unwrap());
    let gate = folder.path().join("loyalty.db-gate");
    fs::remove_file(&gate).unwrap();
    earn(&engine, "A").unwrap();
    assert!(gate.exists());
    assert_eq!(earn(&other, "B").unwrap()["balance"], 20);
}

#[test]
fn a_database_behind_a_link_is_that_which_the_link_leads_to() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("data")).unwrap();
    // The file is not there yet, and the link is a relative one, behind another.
    symlink("data/real.db", at("link.db")).unwrap();
    symlink("link.db", at("again.db")).unwrap();
    let (engine, direct) = (open(&at("again.db")).unwrap(), open(&at("data/real.db")).unwrap());
    earn(&engine, "A").unwrap();
    assert_eq!(earn(&direct, "B").unwrap()["balance"], 20);
    assert_eq!(earn(&engine, "C").unwrap()["balance"], 30);
    assert!(at("data/real.db-gate").exists() && !at("again.db-gate").exists() && !at("again.db-shm").exists());
    // A link that leads elsewhere since then.
    drop(open(&at("data/next.db")).unwrap());
    fs::remove_file(at("link.db")).unwrap();
    symlink("data/next.db", at("link.db")).unwrap();
    assert_eq!(code(earn(&engine, "D")), "database_replaced");
    assert_eq!(earn(&engine, "D").unwrap()["balance"], 10);
    symlink("round.db", at("round.db")).unwrap();
    let circle = open(&at("round.db")).unwrap_err();
    assert_eq!(circle.code(), "database_unopened");
    assert!(circle.to_string().contains("circle"), "{circle}");
    symlink("nowhere/x.db", at("lost.db")).unwrap();
    assert_eq!(open(&at("lost.db")).unwrap_err().code(), "database_unopened");
}

#[test]
fn the_files_beside_a_database_serve_whom_the_database_serves() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("loyalty.db");
    let gate = folder.path().join("loyalty.db-gate");
    fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    drop(open(&path).unwrap());
    fs::set_permissions(&path, PermissionsExt::from_mode(0o660)).unwrap();
    earn(&open(&path).unwrap(), "A").unwrap();
    assert_eq!(mode(&gate), 0o660);
    if !is_root() {
        return;
    }
    let as_nobody = || {
        let mut command = plain();
        command.uid(NOBODY).gid(NOBODY);
        command
    };
    for made in [folder.path(), &path] {
        chown(made, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    // A cron of root's, on a database of the pages'.
    fs::remove_file(&gate).unwrap();
    earn(&open(&path).unwrap(), "B").unwrap();
    assert_eq!((gate.metadata().unwrap().uid(), gate.metadata().unwrap().gid()), (NOBODY, NOBODY));
    let call = json!({"user_id": 7, "amount": 1_000, "order_id": "C"});
    assert_eq!(worker(as_nobody(), &path, "earn_points", &call)["ok"]["balance"], 30);
    // One that root has left for itself alone.
    chown(&gate, Some(0), Some(0)).unwrap();
    fs::set_permissions(&gate, PermissionsExt::from_mode(0o600)).unwrap();
    assert_eq!(worker(as_nobody(), &path, "points", &json!({"user_id": 7}))["ok"]["available"], 30);
    // A database that root makes in the folder of the pages'.
    let made = folder.path().join("made.db");
    earn(&open(&made).unwrap(), "A").unwrap();
    assert_eq!(worker(as_nobody(), &made, "earn_points", &call)["ok"]["balance"], 20);
}

#[test]
fn health_tries_to_write_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("loyalty.db");
    let engine = Engine::open(Options::sqlite(&path)).unwrap();
    earn(&engine, "A").unwrap();
    let before = loyalty_tests::dump::Dump::open(&path).text();
    let health = engine.call("health", json!({})).unwrap();
    assert_eq!(written(&health), ("ok".to_owned(), "possible".to_owned()));
    assert_eq!(loyalty_tests::dump::Dump::open(&path).text(), before);
    assert_eq!(earn(&engine, "B").unwrap()["balance"], 20);

    // A file that may not grow.
    let log = fs::metadata(folder.path().join("loyalty.db-wal")).unwrap().len() / 512;
    let limited = shell(&format!("trap '' XFSZ; ulimit -f {}", log + 8));
    let (status, value) = written(&worker(limited, &path, "health", &json!({}))["ok"]);
    assert_eq!(status, "failed", "{value}");
    assert!(value.starts_with("database_io_failed") || value.starts_with("database_full"), "{value}");
    assert_eq!(earn(&engine, "C").unwrap()["balance"], 30);
}

#[test]
fn health_sees_a_full_disk_and_a_file_that_cannot_be_written() {
    if !is_root() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let path = folder.path().join("loyalty.db");
    let engine = open(&path).unwrap();
    earn(&engine, "A").unwrap();
    let mut nobody = plain();
    nobody.uid(NOBODY).gid(NOBODY);
    let (status, value) = written(&worker(nobody, &path, "health", &json!({}))["ok"]);
    assert_eq!((status.as_str(), value.starts_with("database_read_only")), ("failed", true), "{value}");
    drop(engine);
    // A disk of its own, filled up to the last page but for what opening needs.
    let place = folder.path().join("disk");
    fs::create_dir(&place).unwrap();
    let fill = format!(
        "mount -t tmpfs -o size=4m none {0} && cp {1} {0}/ && truncate -s 40960 {0}/room && \
         dd if=/dev/zero of={0}/room bs=40k count=1 conv=notrunc 2>/dev/null && \
         {{ dd if=/dev/zero of={0}/rest bs=4k 2>/dev/null; rm {0}/room; }}",
        place.display(),
        path.display()
    );
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", &format!("{fill}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_loyalty-worker")]);
    let answer = worker(command, &place.join("loyalty.db"), "health", &json!({}));
    let (status, value) = written(&answer["ok"]);
    assert_eq!((status.as_str(), value.starts_with("database_full")), ("failed", true), "{value}");
}

#[test]
fn a_file_that_cannot_be_read_is_not_taken_for_one_without_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("loyalty.db");
    drop(open(&path).unwrap());
    fs::create_dir(folder.path().join("loyalty.db-wal")).unwrap();
    let error = open(&path).unwrap_err();
    assert_eq!(error.code(), "database_unopened", "{error}");
}
