//! Which engines may write a database whose schema is newer than theirs.

use loyalty_core::{Engine, Options};
use loyalty_tests::world::World;
use rusqlite::Connection;
use serde_json::json;

/// A database with a purchase, and a step that a later release has taken. `serves_from` is what that release says.
fn newer(serves_from: i64) -> (World, i64) {
    let world = World::on_file("");
    world.ok("earn_points", json!({"user_id": 1, "amount": 12_000, "order_id": "A-1", "key": "k"}));
    let file = Connection::open(world.path()).unwrap();
    let newest: i64 = file.query_row("SELECT MAX(number) FROM loyalty_migrations", [], |row| row.get(0)).unwrap();
    file.execute_batch(&format!(
        "ALTER TABLE loyalty_transactions ADD COLUMN mood TEXT;
         CREATE TABLE loyalty_moods (user_id INTEGER PRIMARY KEY, mood TEXT) STRICT;
         INSERT INTO loyalty_migrations (number, name, applied_at, serves_from)
             VALUES ({}, 'moods', 1, {});",
        newest + 1,
        newest + serves_from,
    ))
    .unwrap();
    (world, newest)
}

#[test]
fn the_release_before_goes_on_serving_after_a_step_that_only_adds() {
    let (world, newest) = newer(0);
    let engine = Engine::open(Options::sqlite(world.path())).unwrap();
    let call = |name: &str, arguments| engine.call(name, arguments).unwrap();
    let again = json!({"user_id": 1, "amount": 12_000, "order_id": "A-1"});
    assert_eq!(call("earn_points", again)["replayed"], true);
    assert_eq!(call("earn_points", json!({"user_id": 1, "amount": 5_000, "order_id": "A-2"}))["replayed"], false);
    let health = call("health", json!({}));
    let schema = health["checks"].as_array().unwrap().iter().find(|check| check["name"] == "schema").unwrap().clone();
    assert_eq!((schema["status"].as_str(), schema["value"].as_str()), (Some("ok"), Some(&*(newest + 1).to_string())));
    assert_eq!(call("verify", json!({}))["ok"], true);
    // It knows nothing of the new column, so a copy by it would lose what is there.
    let target = world.path().with_file_name("copy.db");
    let error =
        Engine::copy(&Options::sqlite(world.path()), &Options::sqlite(&target), &mut |_, _| Ok(())).unwrap_err();
    assert_eq!(error.details()["field"], "source", "{error}");
}

#[test]
fn a_step_that_older_engines_would_spoil_shuts_them_out() {
    let (world, newest) = newer(1);
    let error = Engine::open(Options::sqlite(world.path())).unwrap_err();
    assert_eq!(error.code(), "database_newer");
    let says = format!("written by engines from schema {}, this engine knows up to {newest}", newest + 1);
    assert!(error.message().contains(&says), "{error}");
}
