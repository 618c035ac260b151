//! The views that show what is stored to tools that speak SQL.

use loyalty_core::{Engine, Options};
use loyalty_tests::store;
use mysql::prelude::Queryable as _;
use serde_json::json;

/// A purchase with a plain line, a line of one, a return, and one that is kept as JSON.
fn buy(engine: &Engine) {
    let items = json!([
        {"sku": "latte-12", "quantity": 2, "amount": "2500"},
        {"sku": "medialuna", "amount": "900"},
        {"sku": "deposit", "amount": "-200"},
        {"sku": "{té", "amount": "1200", "quantity": 3},
        {"sku": "no price"},
    ]);
    let bought = json!({"user_id": 7, "amount": 4_400, "order_id": "A-1", "items": items});
    engine.call("earn_points", bought).unwrap();
    engine.call("earn_points", json!({"user_id": 7, "amount": 1_000, "order_id": "A-2"})).unwrap();
}

const WANTED: [(&str, Option<i64>, i64); 5] = [
    ("latte-12", Some(2500), 2),
    ("medialuna", Some(900), 1),
    ("deposit", Some(-200), 1),
    ("{té", Some(1200), 3),
    ("no price", None, 1),
];

#[test]
fn the_lines_of_purchases_are_rows_to_sqlite_and_to_a_server() {
    if store::is_page() {
        return;
    }
    let select = "SELECT sku, amount, quantity FROM loyalty_lines WHERE order_id = 'A-1' ORDER BY number";
    let rows: Vec<(String, Option<i64>, i64)> = if store::is_server() {
        let database = store::database();
        buy(&Engine::open(Options::parse(&database).unwrap()).unwrap());
        let mut server = store::connect(&database);
        server.query_drop(include_str!("../docs/sql/lines.mysql.sql")).unwrap();
        let select = select.replace("amount", "CAST(amount AS SIGNED)");
        server.query(select).unwrap()
    } else {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("loyalty.db");
        buy(&Engine::open(Options::sqlite(&path)).unwrap());
        let file = rusqlite::Connection::open(&path).unwrap();
        file.execute_batch(include_str!("../docs/sql/lines.sqlite.sql")).unwrap();
        let mut statement = file.prepare(select).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let wanted: Vec<_> = WANTED.iter().map(|(sku, amount, quantity)| ((*sku).to_owned(), *amount, *quantity)).collect();
    assert_eq!(rows, wanted);
}
