//! The numbers that are promised, each as a ratio of two things measured in one run, interleaved.
//!
//! `make bench` runs all; names as arguments choose:
//! `cargo bench -p loyalty-core --features internals --bench ratios -- earn profile`.
//! Machines differ and are shared: compare ratios, not times.

#![expect(
    clippy::unwrap_used,
    clippy::float_arithmetic,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a benchmark may fail loudly and calculates with times"
)]

mod coupons;
mod earn;
mod expire;
mod messages;
mod pdo;
mod php;
mod processes;
mod processor;
mod pure;
mod raw;
mod raw_server;
mod segments;
mod server;
mod setup;

use std::time::{Duration, Instant};

/// A benchmark with its name.
type Bench = (&'static str, fn());

const BENCHES: [Bench; 19] = [
    ("pure", pure::run),
    ("messages", messages::run),
    ("earn", earn::durable),
    ("earn_relaxed", earn::relaxed),
    ("profile", earn::profile),
    ("bulk", earn::bulk),
    ("open", setup::open),
    ("writers", processes::writers),
    ("hot_member", processes::hot_member),
    ("mysql", server::one_client),
    ("clients", server::many_clients),
    ("php", php::run),
    ("pdo", pdo::run),
    ("processor", processor::run),
    ("coupons", coupons::run),
    ("expire", expire::run),
    ("segments", segments::run),
    ("million", earn::million),
    ("ten_million", earn::ten_million),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if processes::is_worker(&arguments) {
        return;
    }
    println!("| what | value | against | ratio | goal |");
    println!("| --- | --- | --- | --- | --- |");
    for (name, bench) in BENCHES {
        if arguments.is_empty() || arguments.iter().any(|wanted| wanted == name) {
            bench();
        }
    }
}

/// One line of the table.
fn report(what: &str, value: &str, against: &str, ratio: f64, goal: &str) {
    println!("| {what} | {value} | {against} | {ratio:.2} | {goal} |");
}

/// Time of one call, in microseconds.
fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The value in the middle.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Runs two jobs in turns and returns the median time of one call of each, in microseconds.
fn interleaved(rounds: usize, calls: usize, mut one: impl FnMut(usize), mut other: impl FnMut(usize)) -> (f64, f64) {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let timed = |job: &mut dyn FnMut(usize), times: &mut Vec<f64>| {
            for call in 0..calls {
                let began = Instant::now();
                job(round * calls + call);
                times.push(micros(began.elapsed()));
            }
        };
        timed(&mut one, &mut ones);
        timed(&mut other, &mut others);
    }
    (median(ones), median(others))
}
