//! Calls on the page's own PDO connection, against the same statements issued from PHP. Needs `LOYALTY_PHP_EXTENSION`.

use crate::php::{self, Php};
use crate::server::Server;
use crate::setup::{self, Folder};
use crate::{median, report};

/// How the statements are issued by hand, as a part of a job's name and in words, and what is promised against it.
type Hand = (&'static str, &'static str, &'static str);

/// Median times of jobs that take turns.
fn in_turns(php: &mut Php, jobs: &[String], calls: usize) -> Vec<f64> {
    let mut times = vec![Vec::new(); jobs.len()];
    for round in 0..30 {
        for (job, times) in jobs.iter().zip(&mut times) {
            times.push(php.median(job, round * calls, calls));
        }
    }
    times.into_iter().map(median).collect()
}

/// Earning and showing, each against all ways by hand.
fn measure(php: &mut Php, place: &str, calls: usize, hands: &[Hand]) {
    for (what, name, calls) in [("loyalty_earn_points", "earn", calls), ("loyalty_profile", "profile", 200)] {
        let jobs = hands.iter().map(|(way, ..)| format!("{name}_{way}"));
        let times = in_turns(php, &std::iter::once(name.to_owned()).chain(jobs).collect::<Vec<_>>(), calls);
        for ((_, words, goal), theirs) in hands.iter().zip(&times[1..]) {
            let value = format!("{:.0} µs, {place}", times[0]);
            let against = format!("{theirs:.0} µs by PDO, {words}");
            report(&format!("`{what}` by the page's PDO"), &value, &against, theirs / times[0], goal);
        }
    }
}

pub(crate) fn run() {
    let Some(extension) = php::extension() else { return };
    let names = ["ours", "theirs", "natives"];
    let folder = Folder::new("pdo");
    for (level, place, calls, goal) in
        [("FULL", "SQLite, durable", 50, "≥ 0.8"), ("NORMAL", "SQLite, without sync", 200, "–")]
    {
        let files = names.map(|name| folder.file(&format!("{level}-{name}.db")));
        files.iter().for_each(|file| setup::members(file, 10_000));
        let [ours, theirs, natives] = files.map(|file| format!("sqlite:{}", file.display()));
        let pragma = format!("PRAGMA synchronous = {level}");
        let mut php = Php::start(&extension, "pdo.php", &[&ours, &theirs, &natives, &pragma]);
        measure(&mut php, place, calls, &[("by_hand", "the same statements", goal)]);
    }
    let Some(server) = Server::start("pdo-server") else { return };
    let [ours, theirs, natives] = names.map(|name| server.pdo(name));
    let mut php = Php::start(&extension, "pdo.php", &[&ours, &theirs, &natives, "DO 0"]);
    let hands = [("by_hand", "the same statements", "≥ 0.8"), ("natively", "the same, prepared by the server", "–")];
    measure(&mut php, "MariaDB, durable", 50, &hands);
}
