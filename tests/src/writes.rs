//! The writes of the worker: known by name and number, so that a test can repeat any of them.

use serde_json::{Value, json};

/// The members who take part.
pub const MEMBERS: i64 = 3;

/// The write with this number: operation and arguments, with a key.
#[must_use]
pub fn write(name: &str, number: i64) -> (&'static str, Value) {
    let user = 1 + number % MEMBERS;
    let key = format!("{name}-{number}");
    match number % 4 {
        0 | 1 => {
            let items = json!([{ "sku": format!("s{}", number % 7) }]);
            (
                "earn_points",
                json!({"user_id": user, "amount": 1_000 + number, "order_id": key, "items": items, "key": key}),
            )
        }
        2 => {
            let points = 1 + number % 50;
            let fields =
                json!({"user_id": user, "transaction_type": "bonus", "points": points, "description": "d", "key": key});
            ("record_transaction", fields)
        }
        _ => ("earn_points", json!({"user_id": user, "amount": 100, "key": key})),
    }
}
