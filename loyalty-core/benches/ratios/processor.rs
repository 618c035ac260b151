//! Processor time, which other programs of the machine change less than they change how long a call takes. Those from
//! PHP need `LOYALTY_PHP_EXTENSION`.

use std::path::Path;

use loyalty_core::Durability;

use crate::earn::{MEMBERS, member, now};
use crate::php::{self, Php};
use crate::raw::{self, Sync};
use crate::setup::{self, Folder};
use crate::{median, report};

/// Rounds of two jobs in turns, and calls of each in a round: long enough for what the kernel counts by its ticks.
const ROUNDS: usize = 30;
const CALLS: usize = 500;

pub(crate) fn run() {
    in_rust();
    let Some(extension) = php::extension() else { return };
    from_php(&extension);
    on_the_pages_connection(&extension);
}

/// Median processor times of one call of two jobs that take turns, each given as what so many calls use.
fn in_turns(mut used: impl FnMut(usize, usize) -> f64) -> [f64; 2] {
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        for (job, times) in times.iter_mut().enumerate() {
            times.push(used(job, round * CALLS));
        }
    }
    times.map(median)
}

fn row(what: &str, how: &str, [ours, theirs]: [f64; 2], against: &str, goal: &str) {
    let (value, against) = (format!("{ours:.1} µs{how}"), format!("{theirs:.1} µs {against}"));
    report(&format!("{what}, processor time"), &value, &against, theirs / ours, goal);
}

/// Processor time of this thread so far, in microseconds.
fn used_so_far() -> f64 {
    let used = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    used.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e3
}

fn in_rust() {
    let folder = Folder::new("processor");
    let (ours, theirs) = (folder.file("ours.db"), folder.file("theirs.db"));
    setup::members(&ours, MEMBERS);
    setup::members(&theirs, MEMBERS);
    let engine = setup::engine(&ours, Durability::Relaxed);
    let connection = raw::connection(&theirs, Sync::Off);
    let mut by_hand = raw::Earn::new(&connection);
    let times = in_turns(|job, first| {
        let before = used_so_far();
        for call in first..first + CALLS {
            let (member, order) = (member(call, MEMBERS), format!("A-{call}"));
            match job {
                0 => drop(engine.run(&setup::purchase(member, &order)).unwrap()),
                _ => by_hand.run(member, &order, now()),
            }
        }
        (used_so_far() - before) / CALLS as f64
    });
    row("`earn_points`, one process", " without sync", times, "by hand", "≥ 0.85");
}

fn from_php(extension: &str) {
    let folder = Folder::new("processor-php");
    let [ours, least] = ["ours", "least"].map(|name| folder.file(name).display().to_string());
    setup::members(Path::new(&ours), MEMBERS);
    let mut php = Php::start(extension, "least.php", &[&ours, &least]);
    let mut page = on_pdo(extension, &folder);
    let earn = "`loyalty_earn_points`";
    let times = in_turns(|job, first| match job {
        0 => php.processor("earn", first, CALLS),
        _ => page.processor("five_by_hand", first, CALLS),
    });
    row(earn, " without sync", times, "by PDO, five statements on its tables", "≥ 0.85");
    // Orders that are not known yet.
    let times = in_turns(|job, first| match job {
        0 => php.processor("earn", first + 2 * ROUNDS * CALLS, CALLS),
        _ => page.processor("alone_by_hand", first + 2 * ROUNDS * CALLS, CALLS),
    });
    row(earn, " without sync", times, "by PDO, the same statements", "–");
    let times = in_turns(|job, first| php.processor(["earn", "least"][job], first + ROUNDS * CALLS, CALLS));
    row(earn, " without sync", times, "by PDO, five statements on narrow tables", "–");
    let [points, profile] = in_turns(|job, first| php.processor(["points", "profile"][job], first, CALLS));
    let (value, against) = (format!("{points:.1} µs"), format!("{profile:.1} µs for `loyalty_profile`"));
    report("`loyalty_points`, processor time", &value, &against, points / profile, "≤ 0.5");
    report("`loyalty_points`, processor time", &value, "10 µs", points / 10.0, "≤ 1");
}

/// A page on its own PDO connection, without sync.
fn on_pdo(extension: &str, folder: &Folder) -> Php {
    let files = ["ours.db", "theirs.db", "natives.db"].map(|name| folder.file(name));
    files.iter().for_each(|file| setup::members(file, MEMBERS));
    let [ours, theirs, natives] = files.map(|file| format!("sqlite:{}", file.display()));
    // As the engine sets its own connection.
    let pragmas = "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8000";
    Php::start(extension, "pdo.php", &[&ours, &theirs, &natives, pragmas])
}

fn on_the_pages_connection(extension: &str) {
    let folder = Folder::new("processor-pdo");
    let mut page = on_pdo(extension, &folder);
    for (what, name, goal) in [("loyalty_earn_points", "earn", "–"), ("loyalty_profile", "profile", "≥ 0.7")] {
        let jobs = [name.to_owned(), format!("{name}_by_hand")];
        let times = in_turns(|job, first| page.processor(&jobs[job], first, CALLS));
        let what = format!("`{what}` by the page's PDO");
        row(&what, ", SQLite, without sync", times, "by PDO, the same statements", goal);
    }
}
