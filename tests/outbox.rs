//! The outbox: purchases that the first application makes with its own SQL earn once, whoever drains them.
//!
//! Needs `php` with `pdo_mysql`, and `LOYALTY_PHP_EXTENSION`, the absolute path of the built extension.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use loyalty_cli::adopt::{Adopted, Adoption, adopt as take_over};
use loyalty_core::ops::Verify;
use loyalty_core::value::{Day, Zone};
use loyalty_core::{Engine, Options};
use loyalty_tests::shop::Shop;
use loyalty_tests::surfaces::extension;
use loyalty_tests::{Place, cargo, root};
use serde_json::{Value, json};

/// Purchases of the data that the shop begins with have numbers up to here.
const BEFORE: i64 = 900;

fn adoption() -> Adoption {
    Adoption {
        apply: true,
        archive: Some("v1_".to_owned()),
        source: "Café-VT 1".to_owned(),
        open_since: Some(Day::parse("2026-01-01").unwrap()),
        outbox: true,
        ..Adoption::default()
    }
}

fn adopt(shop: &Shop, adoption: &Adoption) -> Adopted {
    let options = Options::parse(&shop.setting).unwrap();
    take_over(&options, &options, adoption, None).unwrap()
}

/// A shop with an outbox, whose next purchase has the number 901.
fn shop() -> Shop {
    let mut shop = Shop::new();
    adopt(&shop, &adoption());
    shop.sql("ALTER TABLE Compra AUTO_INCREMENT = 901");
    shop.sql("SET time_zone = 'SYSTEM', foreign_key_checks = 1, sql_mode = DEFAULT");
    shop
}

fn engine(shop: &Shop) -> Engine {
    Engine::open(Options::parse(&shop.setting).unwrap()).unwrap()
}

fn buy(shop: &mut Shop, number: i64, user: i64, total: &str) {
    shop.sql(&format!(
        "INSERT INTO Compra (compra_ID, usuario_ID, fecha_compra, total) VALUES ({number}, {user}, '2026-11-20 10:30:00', {total})"
    ));
    turn(shop, number, "completado");
}

fn turn(shop: &mut Shop, number: i64, state: &str) {
    shop.sql(&format!("UPDATE Compra SET estado = '{state}' WHERE compra_ID = {number}"));
}

fn drain(engine: &Engine) -> Value {
    engine.call("drain", json!({})).unwrap()
}

/// What a drain did: earned, amended, cancelled, unchanged, failed, points.
fn done(engine: &Engine) -> [i64; 6] {
    let reply = drain(engine);
    ["earned", "amended", "cancelled", "unchanged", "failed_now", "points"].map(|name| reply[name].as_i64().unwrap())
}

fn points(engine: &Engine, user: i64) -> i64 {
    engine.call("profile", json!({ "user_id": user })).unwrap()["current_points"].as_i64().unwrap()
}

/// When the purchase happened, as the member's history has it.
fn bought_at(engine: &Engine, user: i64, order: &str) -> String {
    let page = engine.call("transactions", json!({"user_id": user, "limit": 50})).unwrap();
    let entry = page["items"].as_array().unwrap().iter().find(|entry| entry["order_id"] == order);
    entry.unwrap_or_else(|| panic!("{page}"))["occurred_at"].as_str().unwrap().to_owned()
}

fn verified(engine: &Engine) {
    let verified = engine.run(&Verify::default()).unwrap();
    assert!(verified.ok, "{:?}", verified.problems);
}

#[test]
fn a_purchase_earns_once_whatever_becomes_of_it() {
    let mut shop = shop();
    let engine = engine(&shop);
    let before = points(&engine, 1);
    buy(&mut shop, 901, 1, "1000.00");
    assert_eq!(points(&engine, 1), before, "it is only noted");
    assert_eq!(done(&engine), [1, 0, 0, 0, 0, 10]);
    assert_eq!(done(&engine), [0; 6], "once");
    assert_eq!(bought_at(&engine, 1, "901"), "2026-11-20T10:30:00-03:00");
    // The shop's own call for it is a repeat.
    let earn = json!({"user_id": 1, "amount": 1000, "order_id": "901"});
    assert_eq!(engine.call("earn_points", earn).unwrap()["replayed"], true);
    // Nothing but the amount, the user and the state is noted.
    shop.sql("UPDATE Compra SET fecha_compra = '2026-11-21' WHERE compra_ID = 901");
    assert_eq!(done(&engine), [0; 6]);
    shop.sql("UPDATE Compra SET total = 2500.50 WHERE compra_ID = 901");
    assert_eq!(done(&engine), [0, 1, 0, 0, 0, 15]);
    turn(&mut shop, 901, "cancelado");
    assert_eq!(done(&engine), [0, 0, 1, 0, 0, -25]);
    turn(&mut shop, 901, "completado");
    assert_eq!(done(&engine), [0, 1, 0, 0, 0, 25]);
    turn(&mut shop, 901, "pendiente");
    assert_eq!(done(&engine), [0, 0, 1, 0, 0, -25]);
    assert_eq!(points(&engine, 1), before);
    // All of it before anybody drains: each row in its order.
    buy(&mut shop, 902, 1, "1000");
    for state in ["cancelado", "completado", "cancelado", "completado"] {
        turn(&mut shop, 902, state);
    }
    assert_eq!(done(&engine), [1, 2, 2, 0, 0, 10]);
    // Never completed, and cancelled; and one that is completed as it is written.
    shop.sql("INSERT INTO Compra (compra_ID, usuario_ID, total) VALUES (903, 1, 100)");
    turn(&mut shop, 903, "cancelado");
    shop.sql("INSERT INTO Compra (compra_ID, usuario_ID, total, estado) VALUES (904, 1, 500, 'completado')");
    assert_eq!(done(&engine), [1, 0, 0, 1, 0, 5]);
    // What came over with the shop is known: cancelled there, it goes back here.
    turn(&mut shop, 1, "cancelado");
    assert_eq!(done(&engine)[2..], [1, 0, 0, -129]);
    verified(&engine);
}

#[test]
fn what_the_application_rolls_back_was_never_noted_and_a_new_user_joins() {
    let mut shop = shop();
    let engine = engine(&shop);
    shop.sql("START TRANSACTION");
    buy(&mut shop, 901, 1, "1000");
    assert_eq!(done(&engine), [0; 6], "it is not committed");
    shop.sql("ROLLBACK");
    assert_eq!(done(&engine), [0; 6]);
    shop.sql("START TRANSACTION");
    buy(&mut shop, 901, 10, "1000");
    shop.sql("COMMIT");
    assert_eq!(done(&engine), [1, 0, 0, 0, 0, 10]);
    assert_eq!(points(&engine, 10), 10);
    // A guest earns nothing.
    shop.sql("INSERT INTO Compra (compra_ID, total, estado) VALUES (902, 500, 'completado')");
    assert_eq!(done(&engine), [0, 0, 0, 1, 0, 0]);
    verified(&engine);
}

#[test]
fn a_drain_inside_the_pages_transaction_stands_and_falls_with_it() {
    let mut shop = shop();
    shop.sql("SET foreign_key_checks = 0");
    buy(&mut shop, 901, 1, "1000");
    buy(&mut shop, 902, 999, "1000");
    ends_well(&php("drain_page.php", &[&shop.setting]).wait_with_output().unwrap());
    let engine = engine(&shop);
    assert_eq!(bought_at(&engine, 1, "901"), "2026-11-20T10:30:00-03:00");
    assert_eq!(drain(&engine)["failed"], 1);
    verified(&engine);
}

#[test]
fn a_row_that_cannot_be_drained_stops_no_other_and_is_told_until_it_is_mended() {
    let mut shop = shop();
    let engine = engine(&shop);
    shop.sql("SET foreign_key_checks = 0");
    buy(&mut shop, 901, 999, "1000");
    buy(&mut shop, 902, 1, "1000");
    shop.sql("INSERT INTO Compra (compra_ID, usuario_ID, total, estado) VALUES (903, 1, NULL, 'completado')");
    buy(&mut shop, 904, 1, "-100");
    buy(&mut shop, 905, 2, "1000");
    let reply = drain(&engine);
    assert_eq!((&reply["earned"], &reply["failed"], &reply["waiting"]), (&json!(2), &json!(3), &json!(0)), "{reply}");
    let failures = reply["failures"].as_array().unwrap();
    let told: Vec<_> =
        failures.iter().map(|one| (one["order_id"].as_str().unwrap(), one["code"].as_str().unwrap())).collect();
    assert_eq!(told, [("904", "invalid"), ("903", "invalid"), ("901", "not_found")]);
    assert!(failures[2]["message"].as_str().unwrap().contains("`user_id`: `999`"), "{reply}");
    let health = || engine.call("health", json!({})).unwrap();
    let seen = health();
    let check = seen["checks"].as_array().unwrap().iter().find(|check| check["name"] == "outbox").unwrap();
    assert!(check["status"] == "degraded" && check["value"].as_str().unwrap().contains("3 failed"), "{check}");
    // The command line drains all there is and says by its exit status that some stand.
    let (status, told) = cli(&shop, &["drain"]);
    assert_eq!((status, &told["failed"], &told["failed_now"]), (Some(1), &json!(3), &json!(0)));
    // The person is written, the amounts are put right: the first is tried again, the others say so themselves.
    shop.sql("INSERT INTO Usuario (usuario_ID, nombre) VALUES (999, 'Late')");
    shop.sql("UPDATE Compra SET total = 700 WHERE compra_ID = 903");
    turn(&mut shop, 904, "cancelado");
    let (status, told) = cli(&shop, &["drain", "--retry"]);
    assert_eq!((status, &told["failed"], &told["earned"]), (Some(0), &json!(0), &json!(2)), "{told}");
    assert_eq!(points(&engine, 999), 10);
    assert_eq!(health()["status"], "ok");
    verified(&engine);
}

#[test]
fn local_times_are_those_of_the_zone_that_was_given() {
    let mut shop = Shop::new();
    let zone = Zone::parse("America/Mexico_City");
    adopt(&shop, &Adoption { time_zone: zone, order_prefix: "caf'é-".to_owned(), ..adoption() });
    buy(&mut shop, 901, 1, "1000");
    let engine = engine(&shop);
    assert_eq!(done(&engine), [1, 0, 0, 0, 0, 10]);
    assert_eq!(bought_at(&engine, 1, "caf'é-901"), "2026-11-20T13:30:00-03:00");
}

#[test]
fn purchases_that_nobody_credited_before_are_noted_and_a_second_adoption_makes_nothing_twice() {
    let mut shop = Shop::new();
    shop.sql("DROP TRIGGER after_compra_complete");
    for number in 901..=925 {
        buy(&mut shop, number, 1, "1000");
    }
    let told = adopt(&shop, &Adoption { apply: false, ..adoption() });
    assert!(
        told.steps.iter().any(|step| step.contains("create the trigger `loyalty_outbox_updated`")),
        "{:?}",
        told.steps
    );
    let adopted = adopt(&shop, &adoption());
    assert_eq!((adopted.unrewarded.len(), adopted.noted), (20, 25));
    assert!(adopted.purchases.contains("loyalty drain"), "{}", adopted.purchases);
    let again = adopt(&shop, &adoption());
    assert_eq!((again.noted, again.steps.len()), (0, 1), "{:?}", again.steps);
    assert_eq!(done(&engine(&shop)), [25, 0, 0, 0, 0, 250]);
    assert!(adopt(&shop, &Adoption { outbox: false, ..adoption() }).unrewarded.is_empty());
}

#[test]
fn an_outbox_needs_the_engines_tables_in_the_shops_database() {
    let mut shop = Shop::new();
    let before = (shop.names(), shop.old(""));
    let place = Place::new("outbox-elsewhere");
    let target = Options::sqlite(place.file("l.db"));
    let from = Options::parse(&shop.setting).unwrap();
    for apply in [false, true] {
        let refused = take_over(&target, &from, &Adoption { apply, archive: None, ..adoption() }, None).unwrap_err();
        assert_eq!(refused.details()["field"], "outbox", "{refused:?}");
    }
    assert!((shop.names(), shop.old("")) == before, "something was changed");
    // With a prefix the engine's tables lie beside the old ones.
    let beside = Options::parse(&shop.with("prefix=ly_")).unwrap();
    take_over(&beside, &from, &Adoption { archive: None, ..adoption() }, None).unwrap();
    buy(&mut shop, 901, 1, "1000");
    assert_eq!(shop.ask("SELECT order_id FROM ly_loyalty_outbox"), ["901"]);
    assert_eq!(done(&Engine::open(beside).unwrap()), [1, 0, 0, 0, 0, 10]);
}

fn program() -> &'static PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| std::env::var_os("LOYALTY_CLI").map_or_else(|| cargo::built("loyalty", ""), PathBuf::from))
}

fn command(shop: &Shop, words: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(words).args(["--json", "--database", &shop.setting]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn cli(shop: &Shop, words: &[&str]) -> (Option<i32>, Value) {
    let output = command(shop, words).output().unwrap();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}")))
}

fn php(script: &str, arguments: &[&str]) -> Child {
    let mut command = Command::new("php");
    command.args(["-d", "display_errors=stderr", "-d", &format!("extension={}", extension())]);
    command.arg(root().join("tests/php").join(script)).args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("php is installed")
}

fn ends_well(output: &Output) {
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.is_empty(), "{}\n{said}", output.status);
}

/// Drains again and again, and kills most of those who do.
fn drain_and_kill(shop: &Shop, number: u64, end: &std::path::Path) {
    for turn in 0_u64.. {
        if end.exists() {
            return;
        }
        let mut drainer = command(shop, &["drain", "--limit", "5"]).spawn().unwrap();
        thread::sleep(Duration::from_millis((turn * 37 + number * 61) % 230));
        if turn % 3 != 0 {
            drainer.kill().unwrap();
        }
        drainer.wait().unwrap();
    }
}

#[test]
fn purchases_of_several_processes_earn_once_also_when_those_who_drain_are_killed() {
    // Asked first: threads that kill would wait for ever for pages that never begin.
    assert!(!extension().is_empty());
    let mut shop = shop();
    let place = Place::new("outbox-race");
    let end = place.file("end");
    thread::scope(|scope| {
        for number in 0..2 {
            let (shop, end) = (&shop, &end);
            scope.spawn(move || drain_and_kill(shop, number, end));
        }
        let drainer = php("drain.php", &[&shop.setting, end.to_str().unwrap()]);
        let checkouts: Vec<Child> =
            (0..4).map(|number| php("checkout.php", &[&shop.setting, &number.to_string(), "60"])).collect();
        let bought: Vec<Output> = checkouts.into_iter().map(|checkout| checkout.wait_with_output().unwrap()).collect();
        fs::write(&end, "").unwrap();
        bought.iter().for_each(ends_well);
        ends_well(&drainer.wait_with_output().unwrap());
    });
    let (status, told) = cli(&shop, &["drain"]);
    assert_eq!((status, &told["waiting"], &told["failed"]), (Some(0), &json!(0), &json!(0)), "{told}");
    let compras = shop.ask(&format!(
        "SELECT CONCAT_WS(' ', compra_ID, usuario_ID, ROUND(total), IF(estado = 'completado', 0, 1)) FROM Compra \
         WHERE compra_ID > {BEFORE} ORDER BY compra_ID"
    ));
    assert!(compras.len() > 180, "only {} purchases", compras.len());
    // What was cancelled has earned and lost again, also when nobody drained it in between.
    let orders = shop.ask(&format!(
        "SELECT CONCAT_WS(' ', CAST(o.order_id AS CHAR), e.user_id, COALESCE(s.amount, e.amount), COALESCE(s.cancelled, 0)) \
         FROM loyalty_orders o JOIN loyalty_transactions e ON e.id = o.entry_id \
         LEFT JOIN loyalty_order_standings s ON s.entry_id = o.entry_id AND s.order_id = o.order_id \
         WHERE CAST(CAST(o.order_id AS CHAR) AS SIGNED) > {BEFORE} ORDER BY CAST(CAST(o.order_id AS CHAR) AS SIGNED)"
    ));
    assert_eq!(orders, compras);
    // What the ledger has of each order is what the order stands at.
    let wrong = shop.ask(
        "SELECT o.order_id FROM loyalty_orders o JOIN loyalty_transactions e ON e.id = o.entry_id \
         LEFT JOIN loyalty_order_standings s ON s.entry_id = o.entry_id AND s.order_id = o.order_id \
         LEFT JOIN loyalty_transactions t ON t.order_id = o.order_id \
         WHERE CAST(CAST(o.order_id AS CHAR) AS SIGNED) > 900 \
         GROUP BY o.order_id, e.points_amount, s.points, s.reversed \
         HAVING COALESCE(SUM(t.points_amount), 0) <> COALESCE(s.points, e.points_amount) - COALESCE(s.reversed, 0)",
    );
    assert_eq!(wrong, Vec::<String>::new());
    verified(&engine(&shop));
}
