//! Earning and showing, against the same statements by hand.

use std::hint::black_box;
use std::path::Path;

use loyalty_core::Durability;
use loyalty_core::ops::Profile;

use crate::raw::{self, Sync};
use crate::setup::{self, Folder};
use crate::{interleaved, median, micros, report};

/// Members in the database, so that one operation rarely meets the member of the one before.
pub(crate) const MEMBERS: i64 = 10_000;

/// A member for a call: spread over all, the same for both sides.
pub(crate) fn member(call: usize, members: i64) -> i64 {
    (call as i64 * 7_919) % members + 1
}

pub(crate) fn now() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as i64
}

pub(crate) fn durable() {
    let folder = Folder::new("earn");
    let (ours, theirs) = earn(&folder, Durability::Shared, Sync::Full, 40, 50);
    let value = format!("{ours:.0} µs durable");
    report("`earn_points`, one process", &value, &format!("{theirs:.0} µs by hand"), theirs / ours, "≥ 0.90");
}

pub(crate) fn relaxed() {
    let folder = Folder::new("relaxed");
    let (ours, theirs) = earn(&folder, Durability::Relaxed, Sync::Off, 40, 200);
    let value = format!("{ours:.0} µs without sync");
    report("`earn_points`, one process", &value, &format!("{theirs:.0} µs by hand"), theirs / ours, "–");
}

fn earn(folder: &Folder, durability: Durability, sync: Sync, rounds: usize, calls: usize) -> (f64, f64) {
    let (ours, theirs) = (folder.file("ours.db"), folder.file("theirs.db"));
    setup::members(&ours, MEMBERS);
    setup::members(&theirs, MEMBERS);
    let engine = setup::engine(&ours, durability);
    let connection = raw::connection(&theirs, sync);
    let mut by_hand = raw::Earn::new(&connection);
    interleaved(
        rounds,
        calls,
        |call| drop(engine.run(&setup::purchase(member(call, MEMBERS), &format!("A-{call}"))).unwrap()),
        |call| by_hand.run(member(call, MEMBERS), &format!("A-{call}"), now()),
    )
}

pub(crate) fn profile() {
    let folder = Folder::new("profile");
    let path = folder.file("a.db");
    setup::members(&path, MEMBERS);
    let engine = setup::engine(&path, Durability::Shared);
    for call in 0..2_000 {
        drop(engine.run(&setup::purchase(member(call, MEMBERS), &format!("A-{call}"))).unwrap());
    }
    let connection = raw::connection(&path, Sync::Full);
    let mut by_hand = raw::Profile::new(&connection);
    let (ours, theirs) = interleaved(
        20,
        2_000,
        |call| drop(black_box(engine.run(&Profile { user_id: setup::user(member(call, MEMBERS)) }).unwrap())),
        |call| {
            black_box(by_hand.run(member(call, MEMBERS), now() / 86_400_000_000));
        },
    );
    report("`profile`", &format!("{ours:.1} µs"), &format!("{theirs:.1} µs by hand"), theirs / ours, "–");
    report("`profile`", &format!("{ours:.1} µs"), "30 µs", ours / 30.0, "≤ 1");
}

/// Whether an operation grows with the number of members.
pub(crate) fn million() {
    let folder = Folder::new("million");
    let (small, large) = (folder.file("small.db"), folder.file("large.db"));
    setup::members(&small, 10_000);
    setup::members(&large, 1_000_000);
    let earns = |path: &Path, members: i64| {
        let engine = setup::engine(path, Durability::Relaxed);
        move |call: usize| drop(engine.run(&setup::purchase(member(call, members), &format!("A-{call}"))).unwrap())
    };
    let (few, many) = interleaved(40, 200, earns(&small, 10_000), earns(&large, 1_000_000));
    let value = format!("{many:.0} µs at 1 000 000 members");
    report("`earn_points`", &value, &format!("{few:.0} µs at 10 000"), few / many, "≥ 0.70");
    let engine = setup::engine(&large, Durability::Relaxed);
    let mut times = Vec::new();
    for call in 0..20_000 {
        let began = std::time::Instant::now();
        drop(black_box(engine.run(&Profile { user_id: setup::user(member(call, 1_000_000)) }).unwrap()));
        times.push(micros(began.elapsed()));
    }
    let shown = median(times);
    report("`profile`", &format!("{shown:.1} µs at 1 000 000 members"), "30 µs", shown / 30.0, "≤ 1");
}

/// Ten million members: with the pages in the system's cache as far as they have room there, and with none of them
/// there at first.
pub(crate) fn ten_million() {
    const MANY: i64 = 10_000_000;
    let folder = Folder::new("ten_million");
    let (small, large) = (folder.file("small.db"), folder.file("large.db"));
    setup::members(&small, 10_000);
    setup::members(&large, MANY);
    let earns = |path: &Path, members: i64, durability, run: &'static str| {
        let engine = setup::engine(path, durability);
        move |call: usize| drop(engine.run(&setup::purchase(member(call, members), &format!("{run}-{call}"))).unwrap())
    };
    let compare = |durability, run, how: &str| {
        let few = earns(&small, 10_000, durability, run);
        let many = earns(&large, MANY, durability, run);
        let (few, many) = interleaved(40, 100, few, many);
        let value = format!("{many:.0} µs at 10 000 000 members, {how}");
        report("`earn_points`", &value, &format!("{few:.0} µs at 10 000"), few / many, "≥ 0.50");
    };
    compare(Durability::Relaxed, "A", "without sync, the cache as it was");
    for (durability, run, how) in
        [(Durability::Relaxed, "B", "without sync, cold cache"), (Durability::Shared, "C", "durable, cold cache")]
    {
        let is_synced = std::process::Command::new("sync").status().is_ok_and(|status| status.success());
        if is_synced && std::fs::write("/proc/sys/vm/drop_caches", "3").is_ok() {
            compare(durability, run, how);
        }
    }
}

/// Many purchases in one transaction, as an import books them.
pub(crate) fn bulk() {
    const AT_ONCE: usize = 500;
    let folder = Folder::new("bulk");
    let (ours, theirs) = (folder.file("ours.db"), folder.file("theirs.db"));
    setup::members(&ours, MEMBERS);
    setup::members(&theirs, MEMBERS);
    let engine = setup::engine(&ours, Durability::Shared);
    let connection = raw::connection(&theirs, Sync::Full);
    let mut by_hand = raw::Earn::new(&connection);
    let calls = |round: usize| (round * AT_ONCE..(round + 1) * AT_ONCE).map(|call| (call, format!("A-{call}")));
    let (ours, theirs) = interleaved(
        20,
        1,
        |round| {
            engine
                .batch(|batch| {
                    calls(round).try_for_each(|(call, order)| {
                        batch.run(&setup::purchase(member(call, MEMBERS), &order)).map(drop)
                    })
                })
                .unwrap();
        },
        |round| {
            by_hand.begin();
            calls(round).for_each(|(call, order)| by_hand.inside(member(call, MEMBERS), &order, now()));
            by_hand.commit();
        },
    );
    let each = |time: f64| time / AT_ONCE as f64;
    let value = format!("{:.0} µs each, 500 in a transaction", each(ours));
    report("import of purchases", &value, &format!("{:.0} µs by hand", each(theirs)), theirs / ours, "≥ 0.50");
}
