//! Settings of a whole server that would change what statements mean are not those of our connections.
//!
//! A private MariaDB is started when `LOYALTY_TEST_SERVER` names none. No other test runs beside this one, since it
//! changes what all connections begin with.

use loyalty_core::{Engine, Options};
use loyalty_tests::store;
use mysql::Conn;
use mysql::prelude::Queryable as _;
use serde_json::{Value, json};

/// Each with its worst value.
const WORST: [(&str, &str); 17] = [
    ("sql_select_limit", "1"),
    ("sql_safe_updates", "1"),
    ("max_join_size", "1"),
    ("unique_checks", "0"),
    ("max_sort_length", "64"),
    ("completion_type", "'RELEASE'"),
    ("time_zone", "'+13:00'"),
    ("character_set_server", "'latin1'"),
    ("group_concat_max_len", "4"),
    ("autocommit", "0"),
    ("tx_isolation", "'READ-UNCOMMITTED'"),
    ("tx_read_only", "1"),
    ("innodb_lock_wait_timeout", "1"),
    ("max_statement_time", "0.000001"),
    ("check_constraint_checks", "0"),
    ("sql_mode", "''"),
    ("sql_mode", "'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH,EMPTY_STRING_IS_NULL'"),
];

/// A small history of a member, and what reads return about it.
fn history(engine: &Engine, user: i64) -> Value {
    let ok = |op: &str, args: Value| engine.call(op, args).unwrap_or_else(|error| panic!("{op}: {error:?}"));
    ok("enroll", json!({"user_id": user, "name": "Añañuca ☕", "birth_date": "1990-04-10"}));
    for number in 1..=3 {
        let items = json!([{"sku": "té", "quantity": number}]);
        let order = format!("O-{user}-{number}");
        ok("earn_points", json!({"user_id": user, "amount": 100_000, "order_id": order, "items": items}));
    }
    ok("redeem_reward", json!({"user_id": user, "reward_id": 2}));
    ok("refund_order", json!({"order_id": format!("O-{user}-2"), "amount": 30_000}));
    let (page, profile) = (ok("transactions", json!({"user_id": user})), ok("profile", json!({"user_id": user})));
    let booked: Vec<&Value> = page["items"].as_array().unwrap().iter().map(|entry| &entry["points_amount"]).collect();
    json!([
        booked,
        profile["user_name"],
        profile["current_points"],
        profile["total_spent"],
        profile["favorite_products"],
        ok("rewards", json!({"user_id": user}))["items"].as_array().unwrap().len(),
        ok("verify", json!({}))["ok"],
    ])
}

fn value(connection: &mut Conn, name: &str) -> String {
    // A limit of the session does not cut this one, which is a single row.
    let found: Option<String> = connection.query_first(format!("SELECT CONCAT(@@GLOBAL.{name}, '') LIMIT 1")).unwrap();
    found.unwrap()
}

fn set(connection: &mut Conn, name: &str, value: &str) {
    connection.query_drop(format!("SET GLOBAL {name} = {value}")).unwrap();
}

fn quoted(value: &str) -> String {
    if value.parse::<f64>().is_ok() { value.to_owned() } else { format!("'{value}'") }
}

#[test]
fn settings_of_the_server_change_no_result() {
    let database = store::database();
    let open = || Engine::open(Options::parse(&database).unwrap());
    let mut other = store::connect(&database);
    let expected = history(&open().unwrap(), 1);
    assert_eq!(expected[6], true);
    let mut differing = Vec::new();
    for (user, (name, worst)) in (2..).zip(WORST) {
        let before = value(&mut other, name);
        set(&mut other, name, worst);
        let found = open().map(|engine| history(&engine, user));
        set(&mut other, name, &quoted(&before));
        if found.as_ref() != Ok(&expected) {
            differing.push((name, worst, found));
        }
    }
    assert!(differing.is_empty(), "{differing:#?}");
    // What cannot be set for a session is refused, with its name.
    let before = value(&mut other, "max_allowed_packet");
    set(&mut other, "max_allowed_packet", "16384");
    let refused = open().unwrap_err();
    set(&mut other, "max_allowed_packet", &before);
    assert_eq!(refused.code(), "database_unopened");
    assert!(refused.to_string().contains("max_allowed_packet"), "{refused}");
}
