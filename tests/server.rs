//! What holds on a server only: conflicts are run again, each packet counts, tables have a prefix.
//!
//! A private MariaDB is started when `LOYALTY_TEST_SERVER` names none.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

use loyalty_core::internals::{Address, MySql};
use loyalty_core::ops::{EarnPoints, Enroll, Points, Profile, Verify};
use loyalty_core::value::{OrderId, UserId};
use loyalty_core::{Engine, Options};
use loyalty_tests::counted::Counted;
use loyalty_tests::store;
use mysql::prelude::Queryable as _;

fn user(number: i64) -> UserId {
    UserId::new(number).unwrap()
}

fn earn(number: i64, order: &str) -> EarnPoints {
    EarnPoints { order_id: Some(OrderId::new(order).unwrap()), ..EarnPoints::new(user(number), 1_000.into()) }
}

fn available(engine: &Engine, number: i64) -> i64 {
    engine.run(&Points { user_id: user(number), as_of: None, earned_since: None }).unwrap().available
}

#[test]
fn a_batch_that_met_another_writer_is_run_again_as_a_whole() {
    let database = store::database();
    let engine = Engine::open(Options::parse(&database).unwrap()).unwrap();
    engine.run(&Enroll::user(user(1))).unwrap();
    engine.run(&Enroll::user(user(2))).unwrap();
    let mut other = store::connect(&database);
    other.query_drop("START TRANSACTION").unwrap();
    other.query_drop("SELECT * FROM loyalty_users WHERE user_id = 2 FOR UPDATE").unwrap();
    let runs = AtomicU32::new(0);
    let earned = engine
        .batch(|batch| {
            if runs.fetch_add(1, Ordering::Relaxed) == 1 {
                other.query_drop("ROLLBACK").unwrap();
            }
            Ok([batch.run(&earn(1, "A-1"))?.balance, batch.run(&earn(2, "A-2"))?.balance])
        })
        .unwrap();
    assert_eq!((runs.load(Ordering::Relaxed), earned), (2, [10, 10]));
    assert_eq!([available(&engine, 1), available(&engine, 2)], [10, 10]);
    assert!(engine.run(&Verify::default()).unwrap().ok);
}

#[test]
fn an_engine_opens_although_its_connection_was_lost_before() {
    let database = store::database();
    let address = Address::parse(database.trim_start_matches("mysql://")).unwrap();
    let session = MySql::open(address).unwrap();
    let mut other = store::connect(&database);
    let sql = "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()";
    let ids: Vec<u64> = other.query(sql).unwrap();
    assert_eq!(ids.len(), 1);
    other.query_drop(format!("KILL {}", ids[0])).unwrap();
    let engine = Engine::on(Box::new(session), Options::parse(&database).unwrap()).unwrap();
    assert!(engine.retries() > 0);
    engine.run(&earn(1, "A")).unwrap();
}

#[test]
fn a_process_that_waits_for_anothers_migration_does_not_take_the_server_for_lost() {
    let database = store::database();
    let mut other = store::connect(&database);
    let lock = "SELECT GET_LOCK(CONCAT(DATABASE(), '.loyalty'), 0)";
    assert_eq!(other.query_first::<i64, _>(lock).unwrap(), Some(1));
    let joint = if database.contains('?') { '&' } else { '?' };
    // Longer than the server may take to answer, and no attempt more than one.
    let options = Options::parse(&format!("{database}{joint}read_timeout_ms=2000&busy_timeout_ms=1")).unwrap();
    std::thread::scope(|scope| {
        let engine = scope.spawn(|| Engine::open(options));
        std::thread::sleep(std::time::Duration::from_secs(4));
        assert!(!engine.is_finished(), "nobody waits for the lock");
        drop(other);
        engine.join().unwrap().unwrap();
    });
}

#[test]
fn a_call_takes_no_more_round_trips_than_were_promised() {
    let database = store::database();
    let options = Options::parse(&database).unwrap();
    drop(Engine::open(options.clone()).unwrap());
    let (session, trips) =
        Counted::on(MySql::open(Address::parse(database.trim_start_matches("mysql://")).unwrap()).unwrap());
    let engine = Engine::on(Box::new(session), options).unwrap();
    // The first calls on a new database find out what later ones know: its currency, and how late it is.
    engine.run(&earn(7, "A-0")).unwrap();
    engine.run(&earn(7, "A-0b")).unwrap();
    let earning = trips.of(|| drop(engine.run(&earn(7, "A-1")).unwrap()));
    let reading = trips.of(|| drop(engine.run(&Profile { user_id: user(7) }).unwrap()));
    assert_eq!((earning, reading), (5, 2));
}

#[test]
fn over_tls_only_the_server_that_the_certificate_names_is_spoken_to() {
    let folder = tempfile::tempdir_in(std::env::temp_dir()).unwrap();
    let place = folder.path().to_str().unwrap().to_owned();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    store::run_with("start.sh", &[&place, &std::process::id().to_string()], &[("TLS_PORT", &port.to_string())]);
    let open = |host: &str, settings: &str| {
        let setting = format!("mysql://tls:tls@{host}:{port}/shop?busy_timeout_ms=200&{settings}");
        Options::parse(&setting).and_then(Engine::open)
    };
    let ca = format!("tls_ca={place}/ca.pem");
    let engine = open("localhost", &ca).unwrap();
    engine.run(&earn(7, "T-1")).unwrap();
    assert_eq!(available(&engine, 7), 10);
    let refused = |host: &str, settings: &str, code: &str, why: &str| {
        let error = open(host, settings).err().unwrap_or_else(|| panic!("{host} {settings} was let in"));
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(why), "{error}");
    };
    // Another name than the certificate's, an authority that nobody knows, and no TLS at all, for which the server
    // has no user.
    refused("127.0.0.1", &ca, "database_untrusted", "certificate");
    refused("localhost", "tls=on", "database_untrusted", "certificate");
    refused("localhost", "tls=off", "database_unopened", "Access denied");
    refused("localhost", &format!("tls_ca={place}/none.pem"), "invalid", "tls_ca");
    refused("localhost", &format!("tls_ca={place}/pid"), "invalid", "tls_ca");
    drop(engine);
    store::run("stop.sh", &[&place]);
}

#[test]
fn engines_with_other_prefixes_share_a_database_and_leave_the_shops_tables_alone() {
    let database = store::database();
    let mut shop = store::connect(&database);
    shop.query_drop("CREATE TABLE loyalty_users (id INT PRIMARY KEY)").unwrap();
    shop.query_drop("INSERT INTO loyalty_users VALUES (7)").unwrap();
    let foreign = Engine::open(Options::parse(&database).unwrap()).unwrap_err();
    assert_eq!(foreign.code(), "database_foreign");
    let joint = if database.contains('?') { '&' } else { '?' };
    let engines: Vec<Engine> = ["north_", "south_"]
        .map(|prefix| Engine::open(Options::parse(&format!("{database}{joint}prefix={prefix}")).unwrap()).unwrap())
        .into();
    for (engine, order) in engines.iter().zip(["A-1", "A-2"]) {
        engine.run(&earn(7, order)).unwrap();
        assert_eq!(available(engine, 7), 10);
    }
    let tables: Vec<String> = shop.query("SHOW TABLES").unwrap();
    let of = |start: &str| tables.iter().filter(|name| name.starts_with(start)).count();
    assert_eq!(of("loyalty_"), 1);
    assert_eq!(of("north_loyalty_"), of("south_loyalty_"));
    assert_eq!(of("north_loyalty_") + of("south_loyalty_") + 1, tables.len());
    let untouched: Vec<i64> = shop.query("SELECT id FROM loyalty_users").unwrap();
    assert_eq!(untouched, [7]);
}

#[test]
fn what_connections_of_another_day_noted_is_removed() {
    let database = store::database();
    let engine = Engine::open(Options::parse(&database).unwrap()).unwrap();
    let mut other = store::connect(&database);
    other.query_drop("INSERT INTO loyalty_attempts (name, number, written_at) VALUES (1, 1, 0), (2, 9, 0)").unwrap();
    engine.run(&earn(7, "A-1")).unwrap();
    engine.run(&earn(7, "A-2")).unwrap();
    let kept: Vec<(i64, i64)> = other.query("SELECT name, number FROM loyalty_attempts").unwrap();
    assert_eq!(kept.iter().map(|(_, number)| *number).collect::<Vec<_>>(), [2]);
}
