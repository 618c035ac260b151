//! A process of its own for the tests of races and crashes: calls the engine and prints each answer as a line.
//!
//! `loyalty-worker <database> call <operation> <arguments>` says `ready`, waits for a line, calls once.
//! `loyalty-worker <database> write <name> <count>` writes again and again under keys of its own, and says which key
//! has which answer as soon as it has it.
//! `loyalty-worker <database> chaos <name> <code> <file>` is a writer of the chaos run, until its input ends.
//! `loyalty-worker <database> pace <operation> <number> <seconds>` calls earn_points, redeem_reward or profile as fast
//! as it can for a hundred members of its own, and says how often.
//! `loyalty-worker <database> earn <members> <purchases> <first> <count>` books some of these
//! purchases one by one.
//! `loyalty-worker <database> use <code> <name> <count>` uses a coupon again and again, for orders of its own.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use loyalty_core::ops::Verify;
use loyalty_core::{Engine, Error, Options};
use loyalty_tests::caller::Caller;
use loyalty_tests::chaos::Writer;
use loyalty_tests::purchases::{self, Purchases};
use loyalty_tests::store;
use serde_json::{Value, json};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [database, "call", operation, arguments] => once(&Caller::open(database), operation, arguments),
        [database, "write", name, count] => write(&Caller::open(database), name, count.parse().expect("a count")),
        [database, "use", code, name, count] => {
            use_up(&Caller::open(database), code, name, count.parse().expect("a count"));
        }
        [database, "earn", members, purchases, first, count] => {
            let all = Purchases {
                members: members.parse().expect("a number"),
                count: purchases.parse().expect("a number"),
                lines: 0,
            };
            earn(database, &all, first.parse().expect("a number"), count.parse().expect("a count"));
        }
        [database, "chaos", name, code, file] => chaos(database, name, code, file),
        [database, "pace", operation, number, seconds] => {
            pace(&open(database), operation, number.parse().expect("a number"), seconds.parse().expect("seconds"));
        }
        _ => return ExitCode::FAILURE,
    }
    ExitCode::SUCCESS
}

fn open(database: &str) -> Engine {
    Engine::open(Options::parse(database).expect("a database setting")).expect("the engine opens")
}

fn chaos(database: &str, name: &str, code: &str, file: &str) {
    let engines: Vec<Engine> = store::nodes(database).iter().map(|node| open(node)).collect();
    let ended = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&ended);
    std::thread::spawn(move || {
        std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink()).expect("the input can be read");
        seen.store(true, Ordering::Relaxed);
    });
    Writer::new(name, &engines, code, Path::new(file)).run(&ended);
}

fn pace(engine: &Engine, operation: &str, number: u64, seconds: u64) {
    let member = |turn: u64| 1 + number * 100 + turn % 100;
    let rich = |user: u64| json!({"user_id": user, "amount": 10_000_000});
    let reward = told(engine.call("save_reward", json!({"name": "cup", "points_cost": 100})))["ok"]["id"].clone();
    for turn in 0..100 {
        told(engine.call("earn_points", rich(member(turn))));
    }
    let (end, mut turn) = (Instant::now() + Duration::from_secs(seconds), 0);
    while Instant::now() < end {
        let user = member(turn);
        let arguments = match operation {
            "earn_points" => json!({"user_id": user, "amount": 4_500, "order_id": format!("{number}-{turn}")}),
            "redeem_reward" => json!({"user_id": user, "reward_id": reward}),
            _ => json!({ "user_id": user }),
        };
        let given = told(engine.call(operation, arguments));
        assert!(given.get("ok").is_some(), "{given}");
        turn += 1;
    }
    say(&json!({"calls": turn, "retries": engine.retries()}).to_string());
}

/// Books some purchases one by one, after everything was read once.
fn earn(database: &str, purchases: &Purchases, first: usize, count: usize) {
    let engine = purchases::open(Options::parse(database).expect("a database setting"));
    assert!(engine.run(&Verify::default()).expect("the database is verified").ok);
    for purchase in &purchases.all()[first..first + count] {
        engine.run(purchase).expect("a purchase is booked");
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // One write for a line: a reader never sees a part of it as a whole.
    out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush()).expect("the parent reads");
}

fn answer(caller: &Caller, operation: &str, arguments: Value) -> Value {
    told(caller.call(operation, arguments))
}

fn told(answer: Result<Value, Error>) -> Value {
    match answer {
        Ok(reply) => json!({ "ok": reply }),
        Err(error) => json!({ "error": error.to_json() }),
    }
}

fn once(caller: &Caller, operation: &str, arguments: &str) {
    let arguments = serde_json::from_str(arguments).expect("arguments are JSON");
    say("ready");
    let mut go = String::new();
    std::io::stdin().read_line(&mut go).expect("the parent says when");
    say(&answer(caller, operation, arguments).to_string());
}

fn write(caller: &Caller, name: &str, count: i64) {
    for number in 0..count {
        let (operation, arguments) = loyalty_tests::writes::write(name, number);
        say(&json!([name, number, answer(caller, operation, arguments)]).to_string());
    }
}

fn use_up(caller: &Caller, code: &str, name: &str, count: i64) {
    for number in 0..count {
        let call = json!({"code": code, "order_id": format!("{name}-{number}"), "amount": 1_000});
        say(&answer(caller, "use_coupon", call).to_string());
    }
}
