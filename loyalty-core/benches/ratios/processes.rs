//! Many processes at once on one file.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use loyalty_core::ops::{RecordTransaction, RecordType, RedeemReward, SaveReward};
use loyalty_core::{Durability, value::RewardId};

use crate::setup::{self, Folder};
use crate::{micros, report};

/// Earns of each writer.
const EARNS: usize = 400;

/// Runs as a worker of this benchmark, when the arguments say so.
pub(crate) fn is_worker(arguments: &[String]) -> bool {
    let [mark, job, path, number] = arguments else { return false };
    if mark != "worker" {
        return false;
    }
    if job == "memory" {
        setup::print_memory(Path::new(path));
        return true;
    }
    let number: i64 = number.parse().unwrap();
    let engine = setup::engine(Path::new(path), Durability::Shared);
    println!("ready");
    let mut go = String::new();
    std::io::stdin().read_line(&mut go).unwrap();
    match job.as_str() {
        "earn" => {
            let began = Instant::now();
            let mut times = Vec::new();
            for call in 0..EARNS {
                let one = Instant::now();
                let member = (number * 1_000 + call as i64 * 7) % 10_000 + 1;
                engine.run(&setup::purchase(member, &format!("{number}-{call}"))).unwrap();
                times.push(micros(one.elapsed()).to_string());
            }
            println!("{} {}", micros(began.elapsed()), times.join(" "));
        }
        _ => {
            let one = Instant::now();
            let redeemed = engine.run(&RedeemReward {
                reopened: false,
                user_id: setup::user(1),
                reward_id: RewardId::new(10).unwrap(),
                quantity: None,
                reservation_id: None,
                order_id: None,
            });
            println!("{} {}", micros(one.elapsed()), u8::from(redeemed.is_ok()));
        }
    }
    true
}

/// KiB by which a process grows that opens an engine.
pub(crate) fn memory(path: &Path) -> f64 {
    let program = std::env::current_exe().unwrap();
    let printed = Command::new(program).args(["worker", "memory", path.to_str().unwrap(), "0"]).output().unwrap();
    String::from_utf8(printed.stdout).unwrap().trim().parse().unwrap()
}

/// Starts workers, lets them go at once, and returns the numbers that each printed.
fn together(path: &Path, job: &str, count: usize) -> Vec<Vec<f64>> {
    let program = std::env::current_exe().unwrap();
    let mut workers: Vec<Child> = (0..count)
        .map(|number| {
            Command::new(&program)
                .args(["worker", job, path.to_str().unwrap(), &number.to_string()])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut outputs: Vec<_> = workers.iter_mut().map(|worker| BufReader::new(worker.stdout.take().unwrap())).collect();
    let line = |output: &mut BufReader<_>| {
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        line
    };
    outputs.iter_mut().for_each(|output| drop(line(output)));
    workers.iter_mut().for_each(|worker| worker.stdin.take().unwrap().write_all(b"go\n").unwrap());
    let printed: Vec<String> = outputs.iter_mut().map(line).collect();
    for worker in &mut workers {
        worker.wait().unwrap();
    }
    printed.iter().map(|line| line.split_whitespace().map(|word| word.parse().unwrap()).collect()).collect()
}

fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share) as usize]
}

pub(crate) fn writers() {
    let folder = Folder::new("writers");
    let path = folder.file("one.db");
    setup::members(&path, 10_000);
    let alone = together(&path, "earn", 1);
    let one = EARNS as f64 / (alone[0][0] / 1e6);
    let path = folder.file("eight.db");
    setup::members(&path, 10_000);
    let eight = together(&path, "earn", 8);
    let mut times: Vec<f64> = eight.iter().flat_map(|numbers| numbers[1..].iter().copied()).collect();
    let mut whole: Vec<f64> = eight.iter().map(|numbers| numbers[0]).collect();
    let (fastest, slowest) = (percentile(&mut whole, 0.0), percentile(&mut whole, 1.0));
    let all = (8 * EARNS) as f64 / (slowest / 1e6);
    report("8 processes earning, together", &format!("{all:.0}/s"), &format!("{one:.0}/s by one"), all / one, "≥ 1.0");
    let p50 = percentile(&mut times, 0.5) / 1e3;
    let p99 = percentile(&mut times, 0.99) / 1e3;
    report("8 processes earning, p99", &format!("{p99:.1} ms (p50 {p50:.1})"), "50 ms", p99 / 50.0, "≤ 1");
    report(
        "8 processes earning, slowest",
        &format!("{:.0} ms", slowest / 1e3),
        "the fastest",
        fastest / slowest,
        "≥ 0.6",
    );
}

pub(crate) fn hot_member() {
    let folder = Folder::new("hot");
    let path = folder.file("a.db");
    let engine = setup::engine(&path, Durability::Shared);
    engine.run(&setup::purchase(1, "first")).unwrap();
    let reward = SaveReward {
        id: None,
        name: "Café".to_owned(),
        description: String::new(),
        points_cost: 100,
        discount_type: loyalty_core::programme::DiscountType::Percent,
        discount_percent: loyalty_core::value::Percent::hundredths(1_000),
        max_discount: None,
        discount_value: None,
        min_order_amount: None,
        products: Vec::new(),
        categories: Vec::new(),
        target: None,
        stackable: None,
        coupon_days: None,
        coupon_wait_days: None,
        not_on_granting_order: None,
        tier_required: None,
        price: None,
        cost: None,
        max_uses: None,
        max_uses_per_user: None,
        max_uses_per_user_per_day: None,
        max_uses_per_user_per_week: None,
        max_uses_per_user_per_month: None,
        max_uses_per_user_per_year: None,
        stock: None,
        active: true,
        starts_at: None,
        expiry_date: None,
    };
    assert_eq!(engine.run(&reward).unwrap().reward.id, 10);
    let bonus = RecordTransaction {
        available_at: None,
        user_id: setup::user(1),
        transaction_type: RecordType::Adjustment,
        points: -29,
        description: "to a balance of 100".to_owned(),
        expires_at: None,
    };
    assert_eq!(engine.run(&bonus).unwrap().balance, 100);
    let workers = together(&path, "redeem", 20);
    let succeeded: f64 = workers.iter().map(|numbers| numbers[1]).sum();
    let mut times: Vec<f64> = workers.iter().map(|numbers| numbers[0]).collect();
    let p99 = percentile(&mut times, 1.0) / 1e3;
    report("20 processes redeeming 100 of 100 points", &format!("{succeeded:.0} succeeded"), "1", succeeded, "= 1");
    report("the slowest of them", &format!("{p99:.1} ms"), "250 ms", p99 / 250.0, "≤ 1");
}
