//! Wrong amounts: every call is refused with the name of the field, and nothing is changed.

use loyalty_tests::watch::Watch;
use serde_json::{Value, json};

#[test]
fn amounts_are_exact_or_refused() {
    let bad = [
        json!(-1),
        json!(-0.01),
        json!("-1"),
        json!(0.1 + 0.2),
        json!(12_990.5),
        json!("12990.5"),
        json!("1e3"),
        json!("1,5"),
        json!("$100"),
        json!(" 1"),
        json!("+1"),
        json!("0x10"),
        json!("NaN"),
        json!("Infinity"),
        json!("١٢"),
        json!(1e16),
        json!(1_000_000_000_000_001_i64),
        json!("0.0000000000000000001"),
        json!("."),
        json!("1."),
        json!(".5"),
        json!("--1"),
    ];
    let mut calls = 0;
    let mut refuse = |op: &str, argument: &str, values: &[Value], field: &str| {
        let mut watch = Watch::of(op);
        for value in values {
            let args = watch.with(argument, value);
            watch.invalid(op, args, field);
        }
        calls += watch.calls;
    };
    for op in ["earn_points", "quote_points", "refund_order", "amend_order", "quote_payment", "pay_with_points"] {
        refuse(op, "amount", &bad, "amount");
    }
    for field in ["max_discount", "price", "cost", "min_order_amount"] {
        refuse("save_reward", field, &bad, field);
    }
    refuse("calculate_score", "spent_365_days", &bad, "spent_365_days");
    // A line of a bill may be below zero; what is paid, returned or promised may not, nor a bill without such a line.
    let lines: Vec<Value> = bad.iter().map(|amount| json!([{"sku": "x"}, {"sku": "x", "amount": amount}])).collect();
    refuse("refund_order", "items", &lines, "items[1].amount");
    let is_below_zero = |value: &Value| *value == json!(-1) || *value == json!("-1");
    let lines: Vec<Value> =
        bad.iter().zip(lines).filter(|(amount, _)| !is_below_zero(amount)).map(|(_, line)| line).collect();
    for op in ["earn_points", "quote_points"] {
        refuse(op, "items", &lines, "items[1].amount");
    }
    assert!(calls > 150, "only {calls} calls");
    let mut watch = Watch::shop();
    // Zeros carry no value, as long as they cannot be thousands.
    watch.invalid("quote_points", json!({"user_id": 1, "amount": "100.000"}), "amount");
    watch.world.ok("quote_points", json!({"user_id": 1, "amount": "100.00"}));
    watch.world.ok("quote_points", json!({"user_id": 1, "amount": "100.0000"}));
    watch.world.ok("quote_points", json!({"user_id": 1, "amount": 100.0}));
    watch.world.ok("quote_points", json!({"user_id": 1, "amount": -0.0}));
}

#[test]
fn sums_beyond_the_largest_are_refused_and_change_nothing() {
    let mut watch = Watch::shop();
    let most = 1_000_000_000_000_000_i64;
    assert_eq!(watch.call("earn_points", json!({"user_id": 3, "amount": most})).unwrap()["points_earned"], most / 100);
    watch.invalid("earn_points", json!({"user_id": 3, "amount": 1}), "amount");
    let bonus = |points: i64| json!({"user_id": 3, "transaction_type": "bonus", "points": points, "description": "d"});
    watch.call("record_transaction", bonus(most - most / 100)).unwrap();
    watch.invalid("record_transaction", bonus(1), "points");
    watch.world.verify();
}
