//! Small databases on which repeats and explanations are asked for.

use serde_json::{Value, json};

use super::NOTHING;
use crate::calls;
use crate::everything;
use crate::world::{START, World};

/// A call: when it was, and what.
type Call = (&'static str, &'static str, Value);

/// A database, and what is asked on it.
pub(super) struct Scene {
    pub(super) name: String,
    pub(super) world: World,
    pub(super) asked: Vec<Asked>,
}

/// A question that reads a stored form.
pub(super) struct Asked {
    pub(super) place: &'static str,
    pub(super) what: String,
    /// Selects what is stored.
    pub(super) sql: String,
    pub(super) operation: String,
    pub(super) arguments: Value,
    /// The fields of the reply that come from it; empty for all.
    pub(super) only: &'static [&'static str],
    /// The first answer, when this is a repeat.
    pub(super) first: Option<Value>,
}

/// The entry with a number, of the first member of a database.
const fn entry(number: i64) -> i64 {
    (1 << 22) + number
}

/// Why an entry has its points.
fn explained(number: i64, what: &str) -> Asked {
    let id = entry(number);
    Asked {
        place: "loyalty_transactions.details",
        what: what.to_owned(),
        sql: format!("SELECT details FROM loyalty_transactions WHERE id = {id}"),
        operation: "explain".to_owned(),
        arguments: json!({"transaction_id": id}),
        only: &["because", "missed"],
        first: None,
    }
}

/// What the member reads about an entry.
fn described(number: i64, what: &str) -> Asked {
    let id = entry(number);
    Asked {
        place: "loyalty_transactions.description",
        sql: format!("SELECT description FROM loyalty_transactions WHERE id = {id}"),
        only: &["description"],
        ..explained(number, what)
    }
}

/// The first receipt of an order again.
fn repeated(arguments: Value, what: &str) -> Asked {
    let order = arguments["order_id"].as_str().expect("an order").to_owned();
    Asked {
        place: "loyalty_transactions.receipt",
        what: what.to_owned(),
        sql: format!("SELECT receipt FROM loyalty_transactions WHERE order_id = '{order}' AND receipt IS NOT NULL"),
        operation: "earn_points".to_owned(),
        arguments,
        only: &[],
        first: None,
    }
}

/// Something of the whole database.
fn whole(place: &'static str, what: &str, sql: &str, operation: &str, arguments: Value) -> Asked {
    let (what, sql, operation) = (what.to_owned(), sql.to_owned(), operation.to_owned());
    Asked { place, what, sql, operation, arguments, only: &[], first: None }
}

fn played(name: &str, changes: &str, calls: Vec<Call>, asked: Vec<Asked>) -> Scene {
    let world = World::on_file(changes);
    let mut asked = asked;
    for (now, operation, arguments) in calls {
        world.now(now);
        let reply = world.ok(operation, arguments.clone());
        for repeat in asked.iter_mut().filter(|one| one.operation == operation && one.arguments == arguments) {
            repeat.first.get_or_insert_with(|| reply.clone());
        }
    }
    world.now(START);
    Scene { name: name.to_owned(), world, asked }
}

/// All scenes.
pub(super) fn all() -> Vec<Scene> {
    let mut scenes = vec![nothing(), plain(), tiers(), rules(), another_language(), late(), at_once(), imported()];
    scenes.extend([several_points("es-CL"), several_points("en"), changed(), of_everything()]);
    scenes.extend(MONEY.iter().map(|(operation, place, sql)| of_call(operation, place, sql)));
    scenes
}

fn nothing() -> Scene {
    played(NOTHING, "", vec![], vec![])
}

fn plain() -> Scene {
    let items = json!([{"sku": "latte", "quantity": 2, "amount": 7_000}, {"sku": "pan", "amount": 5_990}]);
    let order =
        json!({"user_id": 7, "amount": 12_990, "order_id": "A-1", "items": items, "shop": "mall", "actor": "till"});
    let given = json!({"user_id": 7, "amount": 900, "order_id": "A-2", "points": 40, "description": "Caja 3"});
    let calls = vec![
        (START, "earn_points", order.clone()),
        (START, "earn_points", json!({"user_id": 7, "amount": 5_000})),
        (START, "earn_points", given.clone()),
    ];
    let asked = vec![
        repeated(order, "usual"),
        repeated(given, "points that the host gave"),
        explained(1, "the base alone"),
        explained(2, "the base alone, without an order"),
        explained(3, "points that the host gave"),
        described(1, "a purchase of an order"),
        described(2, "a purchase without an order"),
        described(3, "a text of the host"),
        Asked {
            only: &["favorite_products"],
            ..whole(
                "loyalty_users.favorite_products",
                "two",
                "SELECT favorite_products FROM loyalty_users",
                "profile",
                json!({"user_id": 7}),
            )
        },
    ];
    played("plain", "", calls, asked)
}

fn tiers() -> Scene {
    let reached = json!({"user_id": 7, "amount": 600_000, "order_id": "A-1"});
    let held = json!({"user_id": 7, "amount": 50_000, "order_id": "A-2"});
    let late = json!({"user_id": 7, "amount": 50_000, "order_id": "A-3", "at": "2026-02-01T12:00:00-03:00"});
    let calls = vec![
        ("2026-01-02T12:00:00-03:00", "enroll", json!({"user_id": 7})),
        (START, "earn_points", reached.clone()),
        (START, "earn_points", held.clone()),
        (START, "earn_points", late.clone()),
    ];
    let asked = vec![
        repeated(reached, "a tier that was reached"),
        repeated(held, "a tier that was held"),
        repeated(late, "a tier of its time"),
        explained(2, "the rate of the tier"),
    ];
    played("tiers", "", calls, asked)
}

const RULES: &str = r#"
earn = { max_points_per_order = 500 }
[[rules]]
id = "double"
name = "Doble"
effect = { multiply = 2 }
limit = { times_per_day = 1 }
[[rules]]
id = "mall"
name = "En el mall"
effect = { add = 7 }
when = { shops = ["mall"] }
[[rules]]
id = "review"
name = "Una reseña"
effect = { add = 50 }
when = { event = "review_written" }
"#;

fn rules() -> Scene {
    let order = json!({"user_id": 7, "amount": 10_000, "order_id": "A-1"});
    let calls = vec![
        (START, "earn_points", order.clone()),
        (START, "earn_points", json!({"user_id": 7, "amount": 90_000, "order_id": "A-2", "shop": "mall"})),
        (START, "record_event", json!({"user_id": 7, "event": "review_written", "properties": {"stars": 5}})),
    ];
    let asked = vec![
        repeated(order, "a rule"),
        explained(1, "a rule, and one that did not apply"),
        explained(2, "a cap, and a limit of a rule"),
        explained(3, "an event"),
    ];
    played("rules", RULES, calls, asked)
}

fn another_language() -> Scene {
    let base = json!({"user_id": 7, "amount": 500_000, "order_id": "A-1"});
    let tier = json!({"user_id": 7, "amount": 50_000, "order_id": "A-2"});
    let given = json!({"user_id": 7, "amount": 900, "order_id": "A-3", "points": 40});
    let calls = vec![
        (START, "enroll", json!({"user_id": 7, "locale": "en"})),
        (START, "earn_points", base.clone()),
        (START, "earn_points", tier.clone()),
        (START, "earn_points", given.clone()),
        (START, "earn_points", json!({"user_id": 7, "amount": 5_000})),
    ];
    let asked = vec![
        repeated(base, "the base, in another language"),
        repeated(tier, "the rate of the tier, in another language"),
        repeated(given, "points that the host gave, in another language"),
        explained(1, "the base, in another language"),
        explained(2, "the rate of the tier, in another language"),
        explained(3, "points that the host gave, in another language"),
        described(1, "a purchase of an order, in another language"),
        described(4, "a purchase without an order, in another language"),
    ];
    played("another language", "", calls, asked)
}

/// A base of several points for a larger amount.
fn several_points(locale: &str) -> Scene {
    let order = json!({"user_id": 7, "amount": 12_990, "order_id": "A-1"});
    let calls = vec![(START, "enroll", json!({"user_id": 7, "locale": locale})), (START, "earn_points", order.clone())];
    let what = format!("several points for an amount, {locale}");
    let asked = vec![repeated(order, &what), explained(1, &what)];
    played(&format!("several points, {locale}"), "earn = { points = 3, per = 1_000 }", calls, asked)
}

fn late() -> Scene {
    let late = json!({"user_id": 7, "amount": 5_000, "order_id": "A-1", "at": "2026-02-01T12:00:00-03:00"});
    let calls = vec![
        ("2026-01-02T12:00:00-03:00", "enroll", json!({"user_id": 7})),
        (START, "earn_points", json!({"user_id": 7, "amount": 9_000, "order_id": "A-0"})),
        (START, "earn_points", late.clone()),
    ];
    let expiry = "expiry = { policy = \"inactivity\", days = 60 }";
    played("late", expiry, calls, vec![repeated(late, "an end that the entry does not say")])
}

fn at_once() -> Scene {
    let order = json!({"user_id": 7, "amount": 160_000, "order_id": "A-1"});
    let changes = "redemption = { minimum_points = 0 }\nauto_redeem = { reward = 2, threshold = 1200, at_most = 1 }";
    played("at once", changes, vec![(START, "earn_points", order.clone())], vec![repeated(order, "redeemed at once")])
}

fn imported() -> Scene {
    let member = json!({
        "user_id": 7, "source": "old shop", "balance": 250, "joined_at": "2025-01-01", "lifetime_points": 600,
        "orders": [{"order_id": "I-1", "amount": 900, "points": 9, "paid_at": "2026-01-01"}],
        "history": [{"points": 20, "happened_at": "2025-12-01", "description": "d"}, {"points": 30, "happened_at": "2025-12-02"}],
    });
    let order = json!({"user_id": 7, "amount": 900, "order_id": "I-1"});
    let asked = vec![
        Asked {
            place: "loyalty_order_standings.receipt",
            sql: "SELECT receipt FROM loyalty_order_standings".to_owned(),
            ..repeated(order, "an imported order")
        },
        explained(1, "an import, first entry"),
        explained(2, "an import, second entry"),
        explained(3, "an import, third entry"),
    ];
    played("imported", "", vec![(START, "import_member", member)], asked)
}

fn changed() -> Scene {
    let items = json!([{"sku": "latte", "quantity": 2, "amount": 80_000}, {"sku": "pan", "amount": 40_000}]);
    let amended = json!({"user_id": 7, "amount": 120_000, "order_id": "A-1", "items": items});
    let returned = json!({"user_id": 7, "amount": 120_000, "order_id": "A-2", "items": items, "points_paid": 100});
    let calls = vec![
        (START, "earn_points", amended.clone()),
        (START, "earn_points", returned.clone()),
        (START, "amend_order", json!({"order_id": "A-1", "amount": 90_000})),
        (START, "refund_order", json!({"order_id": "A-2", "items": [{"sku": "latte", "amount": 40_000}]})),
        (
            START,
            "record_transaction",
            json!({"user_id": 7, "transaction_type": "bonus", "points": 9, "description": "b"}),
        ),
    ];
    let asked = vec![
        repeated(amended, "an order that was amended"),
        repeated(returned, "an order of which lines went back"),
        explained(3, "an amendment"),
        explained(4, "a refund"),
        explained(5, "a bonus"),
    ];
    played("changed", "", calls, asked)
}

/// A database that has something of everything: the chains and seals of its rows hold, and its history is replayed.
fn of_everything() -> Scene {
    let world = everything::world();
    world.ok("redeem_reward", json!({"user_id": 1, "reward_id": 1, "key": "k2"}));
    let link = "SELECT link FROM loyalty_transactions ORDER BY id LIMIT 1";
    let seal = "SELECT seal FROM loyalty_answers ORDER BY created_at, operation LIMIT 1";
    let asked = vec![
        whole("loyalty_transactions.link", "all entries", link, "verify", json!({})),
        whole("loyalty_answers.seal", "all answers", seal, "verify", json!({})),
        whole(
            "loyalty_acts.act",
            "all acts, replayed",
            "SELECT act FROM loyalty_acts LIMIT 1",
            "simulate",
            json!({"program": "$programme"}),
        ),
    ];
    Scene { name: "everything".to_owned(), world, asked }
}

/// Commands whose answer is kept with what they did: where, and which.
const MONEY: [(&str, &str, &str); 8] = [
    ("pay_with_points", "loyalty_payments.answer", "SELECT answer FROM loyalty_payments"),
    ("release_payment", "loyalty_payments.release_answer", "SELECT release_answer FROM loyalty_payments"),
    ("use_coupon", "loyalty_coupon_uses.answer", "SELECT answer FROM loyalty_coupon_uses"),
    ("use_coupons", "loyalty_coupon_uses.answer", "SELECT answer FROM loyalty_coupon_uses"),
    ("hold_coupon", "loyalty_coupon_uses.answer", "SELECT answer FROM loyalty_coupon_uses"),
    (
        "use_gift_card",
        "loyalty_gift_card_entries.answer",
        "SELECT answer FROM loyalty_gift_card_entries WHERE kind = 'use'",
    ),
    (
        "top_up_gift_card",
        "loyalty_gift_card_entries.answer",
        "SELECT answer FROM loyalty_gift_card_entries WHERE kind = 'top_up'",
    ),
    ("save_reward", "loyalty_rewards.coupon_terms", "SELECT coupon_terms FROM loyalty_rewards WHERE id = 2"),
];

fn of_call(operation: &str, place: &'static str, sql: &str) -> Scene {
    let (world, mut arguments, _) = calls::of(operation).ready();
    for name in ["reopened", "points"].iter().filter(|name| **name == "reopened" || operation == "release_payment") {
        arguments.shift_remove(*name);
    }
    let arguments = Value::Object(arguments);
    let reply = world.ok(operation, arguments.clone());
    let asked = if operation == "save_reward" {
        whole(place, "of a reward", sql, "rewards", json!({}))
    } else {
        Asked { first: Some(reply), ..whole(place, operation, sql, operation, arguments) }
    };
    Scene { name: operation.to_owned(), world, asked: vec![asked] }
}
