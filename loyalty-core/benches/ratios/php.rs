//! The same calls from PHP. Needs `LOYALTY_PHP_EXTENSION`, the path of the built extension; `make bench` sets it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use loyalty_core::Durability;
use loyalty_core::ops::Profile;

use crate::setup::{self, Folder};
use crate::{median, micros, report};

/// A PHP process that measures on demand.
pub(crate) struct Php {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Php {
    pub(crate) fn start(extension: &str, script: &str, words: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/ratios").join(script);
        let mut process = Command::new("php")
            .args(["-d", &format!("extension={extension}"), script.to_str().unwrap()])
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { process, input, output }
    }

    /// The median time of so many calls of a job, in microseconds.
    pub(crate) fn median(&mut self, job: &str, first: usize, count: usize) -> f64 {
        self.measured(job, first, count)[0]
    }

    /// The mean processor time of so many calls of a job, in microseconds.
    pub(crate) fn processor(&mut self, job: &str, first: usize, count: usize) -> f64 {
        self.measured(job, first, count)[1]
    }

    fn measured(&mut self, job: &str, first: usize, count: usize) -> [f64; 2] {
        writeln!(self.input, "{job} {first} {count}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let (time, used) = line.trim().split_once(' ').unwrap();
        [time, used].map(|number| number.parse().unwrap())
    }
}

impl Drop for Php {
    fn drop(&mut self) {
        // The process ends with its input; killing it is for the case that it hangs.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The extension to measure.
pub(crate) fn extension() -> Option<String> {
    let extension = std::env::var("LOYALTY_PHP_EXTENSION").ok();
    if extension.is_none() {
        println!("| from PHP | set LOYALTY_PHP_EXTENSION, or run `make bench` | | | |");
    }
    extension
}

pub(crate) fn run() {
    let Some(extension) = extension() else { return };
    let folder = Folder::new("php");
    let (rust, php, copy) = (folder.file("rust.db"), folder.file("php.db"), folder.file("copy.db"));
    for path in [&rust, &php, &copy] {
        setup::members(path, 10_000);
    }
    let engine = setup::engine(&rust, Durability::Shared);
    let mut worker = Php::start(&extension, "worker.php", &[php.to_str().unwrap(), copy.to_str().unwrap()]);
    let member = |call: usize| setup::user((call as i64 * 7_919) % 10_000 + 1);
    let timed = |job: &dyn Fn(usize), first: usize, count: usize| {
        let times = (first..first + count).map(|call| {
            let began = Instant::now();
            job(call);
            micros(began.elapsed())
        });
        median(times.collect())
    };
    let earn = |call: usize| drop(engine.run(&setup::purchase(member(call).get(), &format!("P-{call}"))).unwrap());
    let show = |call: usize| drop(engine.run(&Profile { user_id: member(call) }).unwrap());
    let (mut rust_earns, mut php_earns) = (Vec::new(), Vec::new());
    let (mut rust_shows, mut php_shows, mut pdo_shows) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..30 {
        rust_earns.push(timed(&earn, round * 50, 50));
        php_earns.push(worker.median("earn", round * 50, 50));
        rust_shows.push(timed(&show, round * 500, 500));
        php_shows.push(worker.median("profile", round * 500, 500));
        pdo_shows.push(worker.median("pdo", round * 500, 500));
    }
    let connecting = worker.median("connecting", 0, 2_000);
    let scalar = worker.median("scalar", 0, 20_000);
    let (rust_earn, php_earn) = (median(rust_earns), median(php_earns));
    let (rust_show, php_show, pdo_show) = (median(rust_shows), median(php_shows), median(pdo_shows));
    let against = format!("{rust_earn:.0} µs in Rust");
    report("`loyalty_earn_points`, durable", &format!("{php_earn:.0} µs"), &against, rust_earn / php_earn, "≥ 0.95");
    report("`loyalty_profile`", &format!("{php_show:.1} µs"), "30 µs", php_show / 30.0, "≤ 1");
    let against = format!("{pdo_show:.1} µs by PDO, the same reads, connection and statements kept");
    report("`loyalty_profile`", &format!("{php_show:.1} µs"), &against, pdo_show / php_show, "≥ 2");
    let against = format!("{connecting:.1} µs by PDO, the same reads, a connection for each request");
    report("`loyalty_profile`", &format!("{php_show:.1} µs"), &against, connecting / php_show, "–");
    let border = php_show - rust_show;
    report("border of `loyalty_profile` (30 keys)", &format!("{border:.1} µs"), "5 µs", border / 5.0, "≤ 1");
    report("border of `loyalty_tier_for`", &format!("{scalar:.2} µs"), "5 µs", scalar / 5.0, "≤ 1");
}
