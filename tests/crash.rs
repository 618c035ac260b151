//! Processes that are killed while they write, and one that is stopped: nothing answered is lost, nothing is half there.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use loyalty_tests::world::World;
use loyalty_tests::writes;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

fn spawn(path: &Path, settings: &str, words: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_loyalty-worker"))
        .arg(format!("sqlite:{}{settings}", path.display()))
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a worker starts")
}

/// Numbers that look random and are the same in every run; what a kill hits differs all the same.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

/// What the workers recorded: name and number of the write, and its answer.
type Acknowledged = BTreeMap<(String, i64), Value>;

fn note(line: &str, acknowledged: &mut Acknowledged) {
    let Ok(Value::Array(parts)) = serde_json::from_str::<Value>(line) else { return };
    let key = (parts[0].as_str().unwrap().to_owned(), parts[1].as_i64().unwrap());
    assert!(parts[2]["ok"].is_object(), "a write failed: {line}");
    acknowledged.insert(key, parts[2]["ok"].clone());
}

/// Lets some processes write and kills each after a few answers, in the middle of whatever it does then.
fn round(path: &Path, number: usize, dice: &mut Dice, acknowledged: &mut Acknowledged) {
    let names: Vec<String> = (0..4).map(|worker| format!("r{number}w{worker}")).collect();
    let mut workers: Vec<_> = names
        .iter()
        .map(|name| {
            let mut child = spawn(path, "", &["write", name, "100000"]);
            let output = BufReader::new(child.stdout.take().unwrap());
            (child, output)
        })
        .collect();
    for (child, output) in &mut workers {
        let mut line = String::new();
        for _ in 0..3 + dice.throw(6) {
            line.clear();
            output.read_line(&mut line).unwrap();
            note(&line, acknowledged);
        }
        std::thread::sleep(Duration::from_micros(dice.throw(4_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        // What it said before it died counts, too; a line that was cut off does not.
        for line in output.lines().map_while(Result::ok) {
            note(&line, acknowledged);
        }
    }
}

fn without_mark(mut reply: Value) -> String {
    reply["replayed"] = json!(false);
    reply.to_string()
}

#[test]
fn a_kill_loses_nothing_that_was_answered() {
    let world = World::on_file("");
    world.real_clock();
    (1..=writes::MEMBERS).for_each(|user| drop(world.ok("enroll", json!({"user_id": user}))));
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut acknowledged = Acknowledged::new();
    let mut rounds = 0;
    while acknowledged.len() < 200 || rounds < 6 {
        round(world.path(), rounds, &mut dice, &mut acknowledged);
        rounds += 1;
        world.verify();
    }
    let mut last: BTreeMap<&str, i64> = BTreeMap::new();
    for ((name, number), answer) in &acknowledged {
        let (operation, arguments) = writes::write(name, *number);
        let again = world.ok(operation, arguments);
        assert_eq!(again["replayed"], true, "{name}-{number} was answered and is gone");
        assert_eq!(without_mark(again), answer.to_string(), "{name}-{number}");
        let newest = last.entry(name).or_default();
        *newest = (*newest).max(*number);
    }
    // The write that a kill interrupted is there as a whole or not at all: now it is there once.
    for (name, number) in last {
        let (operation, arguments) = writes::write(name, number + 1);
        let first = world.ok(operation, arguments.clone());
        let again = world.ok(operation, arguments);
        assert_eq!(again["replayed"], true);
        assert_eq!(without_mark(first), without_mark(again));
    }
    let dump = loyalty_tests::dump::Dump::open(world.path());
    let keys = dump.number("SELECT COUNT(*) FROM loyalty_keys");
    let entries = dump.number("SELECT COUNT(*) FROM loyalty_transactions");
    assert_eq!(keys, entries, "each key has its one entry");
    let orders = "SELECT COUNT(*) FROM loyalty_transactions WHERE order_id IS NOT NULL";
    assert_eq!(dump.number(orders), dump.number("SELECT COUNT(*) FROM loyalty_orders"));
    assert_eq!(dump.number("SELECT COUNT(*) FROM loyalty_transactions WHERE remaining IS NOT NULL"), entries);
    world.verify();
}

fn is_stopped(child: &Child) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('T'))
}

fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
}

/// Stops the writer at a moment at which it holds the gate.
fn stop_inside(writer: &Child, gate: &Path) {
    let gate = File::options().write(true).open(gate).unwrap();
    let patience = Instant::now();
    loop {
        assert!(patience.elapsed() < Duration::from_secs(60), "the writer was never met inside the gate");
        signal(writer, Signal::SIGSTOP);
        while !is_stopped(writer) {
            std::thread::sleep(Duration::from_micros(100));
        }
        if gate.try_lock().is_err() {
            return;
        }
        gate.unlock().unwrap();
        signal(writer, Signal::SIGCONT);
        std::thread::sleep(Duration::from_micros(700));
    }
}

fn call(path: &Path, operation: &str, arguments: Value) -> Value {
    let mut child = spawn(path, "?busy_timeout_ms=300", &["call", operation, &arguments.to_string()]);
    drop(child.stdin.take());
    let output = BufReader::new(child.stdout.take().unwrap());
    let answer = output.lines().map_while(Result::ok).find(|line| line != "ready").expect("an answer");
    assert!(child.wait().unwrap().success());
    serde_json::from_str(&answer).unwrap()
}

#[test]
fn a_stopped_writer_makes_the_others_give_up_and_not_hang() {
    let world = World::on_file("");
    world.real_clock();
    (1..=writes::MEMBERS).for_each(|user| drop(world.ok("enroll", json!({"user_id": user}))));
    let path = world.path();
    let mut writer = spawn(path, "", &["write", "w", "1000000"]);
    let mut output = BufReader::new(writer.stdout.take().unwrap());
    let mut first = String::new();
    output.read_line(&mut first).unwrap();
    // Somebody reads what it says, or the writer would wait for that instead of writing.
    let reader = std::thread::spawn(move || output.lines().map_while(Result::ok).count());
    stop_inside(&writer, &path.with_file_name("loyalty.db-gate"));

    let busy = call(path, "earn_points", json!({"user_id": 2, "amount": 100, "key": "late"}));
    assert_eq!(busy["error"]["code"], "database_busy", "{busy}");
    assert_eq!(busy["error"]["kind"], "unavailable");
    let read = call(path, "points", json!({"user_id": 1}));
    assert!(read["ok"].is_object(), "readers do not wait for writers: {read}");

    signal(&writer, Signal::SIGCONT);
    let mut booked = json!(null);
    // A busy writer leaves gaps; a retry with the same key is always safe.
    for _ in 0..20 {
        booked = call(path, "earn_points", json!({"user_id": 2, "amount": 100, "key": "late"}));
        if booked["ok"].is_object() {
            break;
        }
    }
    assert_eq!(booked["ok"]["points_earned"], 1, "{booked}");
    writer.kill().unwrap();
    writer.wait().unwrap();
    assert!(reader.join().unwrap() > 0);
    world.verify();
}

#[test]
fn a_writer_killed_inside_the_gate_leaves_it_open() {
    let world = World::on_file("");
    world.real_clock();
    (1..=writes::MEMBERS).for_each(|user| drop(world.ok("enroll", json!({"user_id": user}))));
    let path = world.path();
    for round in 0..5 {
        let mut writer = spawn(path, "", &["write", &format!("w{round}"), "1000000"]);
        let mut output = BufReader::new(writer.stdout.take().unwrap());
        let mut first = String::new();
        output.read_line(&mut first).unwrap();
        let reader = std::thread::spawn(move || output.lines().map_while(Result::ok).count());
        stop_inside(&writer, &path.with_file_name("loyalty.db-gate"));
        writer.kill().unwrap();
        writer.wait().unwrap();
        reader.join().unwrap();
        let booked = call(path, "earn_points", json!({"user_id": 2, "amount": 100}));
        assert_eq!(booked["ok"]["points_earned"], 1, "{booked}");
        world.verify();
    }
}
