//! A MariaDB of the benchmark's own, on a unix socket: earning and showing there, against the same statements by hand,
//! and many clients at once. Every commit is on the disk of the folder for temporary files before it is answered.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::time::Instant;

use loyalty_core::ops::Profile;
use loyalty_core::programme::Programme;
use loyalty_core::{Engine, Options};
use mysql::prelude::Queryable as _;
use mysql::{Conn, OptsBuilder};

use crate::raw_server::{ByHand, Way};
use crate::setup::{self, Folder};
use crate::{interleaved, median, report};

/// Rounds in which two jobs take turns.
const ROUNDS: usize = 20;

/// Members in a database.
const MEMBERS: i64 = 10_000;

/// A server that is stopped and removed when it is dropped.
pub(crate) struct Server(Folder);

impl Server {
    /// Starts one; nothing where MariaDB is not installed.
    pub(crate) fn start(name: &str) -> Option<Self> {
        let version = Command::new("mariadbd").arg("--version").stdout(Stdio::null()).status();
        if !version.is_ok_and(|status| status.success()) {
            println!("| on a server | install mariadb-server | | | |");
            return None;
        }
        let server = Self(Folder::new(name));
        // With an owner, the server also ends when this process is killed.
        server.script("start.sh", &std::process::id().to_string());
        Some(server)
    }

    fn script(&self, script: &str, word: &str) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/mariadb").join(script);
        let folder = self.0.file("db");
        let mut command = Command::new(script);
        command.args([folder.to_str().unwrap(), word]).env("DURABLE", "1");
        assert!(command.status().unwrap().success());
    }

    /// The processor time that the server and this process have used so far, in microseconds.
    fn processor(&self) -> f64 {
        let server = std::fs::read_to_string(self.0.file("db").join("pid")).unwrap();
        let of = |process: &str| -> f64 {
            let threads = std::fs::read_dir(format!("/proc/{}/task", process.trim())).unwrap();
            let times =
                threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok());
            times.filter_map(|times| times.split(' ').next()?.parse::<f64>().ok()).sum()
        };
        (of(&server) + of("self")) / 1e3
    }

    fn socket(&self) -> String {
        self.0.file("db").join("s.sock").to_str().unwrap().to_owned()
    }

    /// A connection of the mysql crate's own.
    pub(crate) fn connection(&self, database: &str) -> Conn {
        let options = OptsBuilder::new().user(Some("root")).db_name(Some(database)).prefer_socket(false);
        Conn::new(options.socket(Some(self.socket()))).unwrap()
    }

    /// In PDO's words, a database with the same members.
    pub(crate) fn pdo(&self, name: &str) -> String {
        self.members(name);
        format!("mysql:unix_socket={};dbname={name}", self.socket())
    }

    /// The setting of a database with so many members, each with one purchase of 90 days ago.
    pub(crate) fn members(&self, name: &str) -> String {
        self.connection("mysql").query_drop(format!("CREATE DATABASE {name}")).unwrap();
        let setting = format!("mysql://root@localhost/{name}?socket={}", self.socket());
        drop(engine(&setting));
        let bronze = Programme::cafe_vt().unwrap().tiers[0].id.clone();
        let sql = format!(
            "SET @t = (UNIX_TIMESTAMP() - 7776000) * 1000000; START TRANSACTION;
             INSERT INTO loyalty_users (id, user_id, balance, debt, pending_until, points_expiry_date, ending_points,
               total_points, qualifying_points, current_tier, tier_since, score, join_date, last_visit, total_visits, total_spent,
               distinct_products, favorite_products, rewards_redeemed, successful_referrals, referral_code,
               referral_code_expires_at, entries, last_link, last_recorded_at)
             SELECT seq, seq, 129, 0, @t, @t + 31536000000000, 129, 129, 129, '{bronze}', @t, 0, @t, @t, 1, 12990, 0, '[]', 0, 0,
               LPAD(seq, 9, '0'), @t, 1, REPEAT(CHAR(0), 16), @t FROM seq_1_to_{MEMBERS};
             INSERT INTO loyalty_persons (user_id, user_name, consents)
             SELECT user_id, CONCAT('Guest ', user_id), '{{}}' FROM loyalty_users;
             INSERT INTO loyalty_transactions (id, user_id, remaining, points_amount, balance_after, transaction_type,
               occurred_at, recorded_after, expires_at, order_id, programme_id, amount, receipt, request, link)
             SELECT (id << 22) | 1, user_id, 129, 129, 129, 'earn', @t, 0, points_expiry_date, CONCAT('old-', user_id), 1,
               12990, '[1,4871,0]', REPEAT(CHAR(0), 16), REPEAT(CHAR(0), 16) FROM loyalty_users;
             INSERT INTO loyalty_visits (user_id, day, visits, spent)
             SELECT user_id, @t DIV 86400000000, 1, 12990 FROM loyalty_users;
             COMMIT"
        );
        self.connection(name).query_drop(sql).unwrap();
        setting
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.script("stop.sh", "--purge");
    }
}

fn engine(setting: &str) -> Engine {
    Engine::open(Options::parse(setting).unwrap()).unwrap()
}

fn member(call: usize) -> i64 {
    (call as i64 * 7_919) % MEMBERS + 1
}

/// Times two jobs in turns, and says both what they take and what they use of the processors, which other programs on
/// the machine change less.
fn compare(
    server: &Server,
    (what, how, goal): (&str, &str, &str),
    calls: usize,
    mut one: impl FnMut(usize),
    mut other: impl FnMut(usize),
) {
    let (mut used, mut seen) = ([0.0, 0.0], server.processor());
    let mut count = |side: usize, call: usize| {
        if call % calls == calls - 1 {
            let now = server.processor();
            used[side] += now - std::mem::replace(&mut seen, now);
        }
    };
    let count = std::cell::RefCell::new(&mut count);
    let (ours, theirs) = interleaved(
        ROUNDS,
        calls,
        |call| {
            one(call);
            count.borrow_mut()(0, call);
        },
        |call| {
            other(call);
            count.borrow_mut()(1, call);
        },
    );
    let against = format!("{theirs:.0} µs {how}");
    report(what, &format!("{ours:.0} µs, MariaDB"), &against, theirs / ours, goal);
    let [ours, theirs] = used.map(|used| used / (ROUNDS * calls) as f64);
    let against = format!("{theirs:.0} µs {how}");
    report(
        &format!("{what}, processor time"),
        &format!("{ours:.0} µs with the server's"),
        &against,
        theirs / ours,
        "–",
    );
}

pub(crate) fn one_client() {
    let Some(server) = Server::start("server") else { return };
    for (way, how, goal) in [
        (Way::Packed, "by hand, in the same packets", "≥ 0.85"),
        (Way::Prepared, "by hand, one by one, prepared once", "–"),
    ] {
        let name = format!("{way:?}").to_lowercase();
        let engine = engine(&server.members(&format!("{name}_ours")));
        let theirs = format!("{name}_theirs");
        server.members(&theirs);
        let by_hand = std::cell::RefCell::new(ByHand::new(server.connection(&theirs), way));
        compare(
            &server,
            ("`earn_points`, durable, one client", how, goal),
            50,
            |call| drop(engine.run(&setup::purchase(member(call), &format!("A-{call}"))).unwrap()),
            |call| by_hand.borrow_mut().earn(member(call), &format!("A-{call}")),
        );
        compare(
            &server,
            ("`profile`, one client", how, "–"),
            200,
            |call| drop(engine.run(&Profile { user_id: setup::user(member(call)) }).unwrap()),
            |call| assert!(by_hand.borrow_mut().profile(member(call)) >= 129),
        );
    }
}

/// How many purchases a second so many clients earn for, each a thread with a connection and members of its own.
fn pace(engine: &Engine, clients: usize, calls: usize, mark: &str) -> f64 {
    let ready = Barrier::new(clients + 1);
    let client = |number: usize| {
        let show = Profile { user_id: setup::user(number as i64 + 1) };
        engine.run(&show).unwrap();
        ready.wait();
        for call in 0..calls {
            let user = (call * clients + number) as i64 % MEMBERS + 1;
            engine.run(&setup::purchase(user, &format!("{mark}-{number}-{call}"))).unwrap();
        }
    };
    let began = std::thread::scope(|scope| {
        (0..clients).for_each(|number| drop(scope.spawn(move || client(number))));
        ready.wait();
        Instant::now()
    });
    (clients * calls) as f64 / began.elapsed().as_secs_f64()
}

pub(crate) fn many_clients() {
    let Some(server) = Server::start("clients") else { return };
    let engine = engine(&server.members("clients"));
    let (mut ones, mut manys) = (Vec::new(), Vec::new());
    for round in 0..5 {
        ones.push(pace(&engine, 1, 400, &format!("one-{round}")));
        manys.push(pace(&engine, 32, 60, &format!("many-{round}")));
    }
    let (one, many) = (median(ones), median(manys));
    let value = format!("{many:.0}/s durable, MariaDB");
    report("`earn_points`, 32 clients", &value, &format!("{one:.0}/s by one"), many / one, "≥ 3");
}
