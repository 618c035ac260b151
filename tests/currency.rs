//! The currency of a database: whose money it is, for every way in.

use std::path::Path;

use loyalty_core::{Engine, Error, Options};
use loyalty_tests::{Place, world};
use serde_json::{Value, json};

fn open(path: &Path, currency: &str) -> Result<Engine, Error> {
    Engine::open(Options::sqlite(path).programme(world::programme(&format!("currency = '{currency}'"))))
}

fn earn(engine: &Engine, order: &str) -> Result<Value, Error> {
    engine.call("earn_points", json!({ "user_id": 1, "amount": 10_000, "order_id": order }))
}

/// The error that names the currency of the database and that of the programme.
fn names(error: &Error, held: &str, asked: &str) {
    assert_eq!(error.code(), "database_other_currency", "{error:?}");
    let details = error.details();
    assert_eq!((&details["currency"], &details["program_currency"]), (&held.into(), &asked.into()));
    assert!(error.message().contains(held) && error.message().contains(asked), "{}", error.message());
}

#[test]
fn nothing_is_copied_for_a_programme_that_would_read_the_money_in_another_currency() {
    let place = Place::new("copy-currency");
    let (here, there) = (place.file("here.db"), place.file("there.db"));
    earn(&open(&here, "CLP").unwrap(), "A").unwrap();
    let dollars = world::programme("currency = 'USD'");
    let (source, target) = (Options::sqlite(&here), Options::sqlite(&there));
    for (source, target) in [
        (source.clone().programme(dollars.clone()), target.clone()),
        (source.clone(), target.clone().programme(dollars.clone())),
    ] {
        let error = Engine::copy(&source, &target, &mut |_, _| Ok(())).unwrap_err();
        names(&error, "CLP", "USD");
        assert!(!there.exists());
    }
    Engine::copy(&source, &target, &mut |_, _| Ok(())).unwrap();
    // The currency has come along.
    names(&Engine::open(target.programme(dollars)).unwrap_err(), "CLP", "USD");
}

#[test]
fn of_two_programmes_on_a_database_without_money_the_first_to_store_some_keeps_it() {
    let place = Place::new("currency-two");
    let path = place.file("l.db");
    let pesos = open(&path, "CLP").unwrap();
    pesos.call("enroll", json!({ "user_id": 1 })).unwrap();
    // Nobody has bought anything: another programme may still have it.
    let dollars = open(&path, "USD").unwrap();
    names(&earn(&pesos, "A").unwrap_err(), "USD", "CLP");
    names(&pesos.call("profile", json!({ "user_id": 1 })).unwrap_err(), "USD", "CLP");
    earn(&dollars, "A").unwrap();
    names(&open(&path, "CLP").unwrap_err(), "USD", "CLP");
    names(&earn(&pesos, "B").unwrap_err(), "USD", "CLP");
    let refunded = dollars.call("refund_order", json!({ "order_id": "A" })).unwrap();
    assert_eq!(refunded["balance"], 0);
    // It stays so when all of it went back.
    names(&open(&path, "CLP").unwrap_err(), "USD", "CLP");
}

#[test]
fn whatever_has_an_amount_is_money() {
    let place = Place::new("currency-kinds");
    let fixed = json!({ "discount_type": "fixed", "discount_value": 500 });
    let priced = json!({ "name": "Taza", "points_cost": 200, "discount_percent": 100, "price": 1_000 });
    for (number, (operation, arguments)) in [
        ("earn_points", json!({ "user_id": 1, "amount": 100 })),
        ("generate_discount_code", fixed),
        ("create_gift_card", json!({ "amount": 5_000 })),
        ("save_reward", priced),
        (
            "import_member",
            json!({ "user_id": 1, "source": "old", "balance": 5, "total_visits": 1, "total_spent": 700 }),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let path = place.file(&format!("{number}.db"));
        let engine = open(&path, "CLP").unwrap();
        engine.call(operation, arguments).unwrap_or_else(|error| panic!("{operation}: {error:?}"));
        names(&open(&path, "USD").unwrap_err(), "CLP", "USD");
    }
}

#[test]
fn a_simulation_in_another_currency_is_refused_with_both_names() {
    let engine = Engine::open(Options::sqlite(":memory:")).unwrap();
    let error = engine.call("simulate", json!({ "program": world::programme_text("currency = 'USD'") })).unwrap_err();
    assert_eq!(error.details()["field"], "program.currency");
    assert!(error.message().contains("CLP") && error.message().contains("USD"));
}
