//! Wrong input: every call is refused with the name of the field, and nothing is changed.

use loyalty_core::Kind;
use loyalty_core::ops::Access;
use loyalty_tests::samples::{samples, types};
use loyalty_tests::watch::{Watch, each_operation, each_param};
use serde_json::{Value, json};

#[test]
fn every_argument_of_a_wrong_type_is_named() {
    let calls = each_param(|watch, description, param| {
        let allowed = types(&param.schema);
        assert!(!allowed.is_empty(), "{}.{} has no type", description.name, param.name);
        for (kind, value) in samples() {
            let nothing = kind == "null" && param.is_nullable();
            if nothing || allowed.iter().any(|one| one == kind) {
                continue;
            }
            let args = watch.with(&param.name, &value);
            watch.invalid(description.name, args, &param.name);
        }
    });
    assert!(calls > 200, "only {calls} calls");
}

#[test]
fn every_required_argument_that_is_missing_is_named() {
    each_operation(|watch, description| {
        for param in description.params.iter().filter(|param| param.required) {
            let mut args = watch.right.clone();
            args.shift_remove(&param.name);
            watch.invalid(description.name, Value::Object(args), &param.name);
        }
        let args = watch.with("no_such_argument", &json!(1));
        watch.invalid(description.name, args, "no_such_argument");
        watch.invalid(description.name, json!([1]), "arguments");
        watch.invalid(description.name, Value::Null, "arguments");
    });
}

/// Whether an operation judges a bill, which may be below zero.
fn takes_below_zero(operation: &str, argument: &str) -> bool {
    let judges = ["coupon", "earn_points", "amend_order", "quote_points", "best_offers"];
    ["amount", "tax"].contains(&argument) && judges.iter().any(|name| operation.contains(name))
}

#[test]
fn integers_at_the_ends_of_their_range_break_nothing() {
    let ends = [i64::MIN, i64::MIN + 1, -9_007_199_254_740_993, -1, 0, 9_007_199_254_740_993, i64::MAX - 1, i64::MAX];
    let calls = each_param(|watch, description, param| {
        if !types(&param.schema).iter().any(|one| one == "integer" || one == "number") {
            return;
        }
        for end in ends {
            let args = watch.with(&param.name, &json!(end));
            match watch.call(description.name, args) {
                Ok(_) => assert!(
                    end >= 0
                        || takes_below_zero(description.name, &param.name)
                        || [("record_transaction", "points"), ("import_member", "balance")]
                            .contains(&(description.name, param.name.as_str())),
                    "{}.{} took {end}",
                    description.name,
                    param.name
                ),
                // The programme says no, or an order of the row before has that id by now.
                Err(error) if matches!(error.kind(), Kind::Refused | Kind::Conflict) => {}
                Err(error) => {
                    let named = error.details()["field"].as_str().unwrap();
                    // Nothing leaves no room for a part of it.
                    let part = end == 0 && param.name == "amount" && watch.right.contains_key(named);
                    assert!(named == param.name || part, "{} {end}: {error:?}", description.name);
                }
            }
        }
        for beyond in [json!(u64::MAX), json!(1e300), json!(-1e300), json!(5e-324), json!("9".repeat(400))] {
            let args = watch.with(&param.name, &beyond);
            watch.invalid(description.name, args, &param.name);
        }
        watch.world.verify();
    });
    assert!(calls > 400, "only {calls} calls");
}

/// What people read loses control characters, and what they paste its line ends: nothing else is taken so.
fn is_mended(argument: &str, text: &str) -> bool {
    match text {
        "a\0b" => ["name", "description", "reason", "batch", "source"].contains(&argument),
        "a\nb" => [
            "name",
            "description",
            "reason",
            "batch",
            "source",
            "code",
            "value",
            "card",
            "remove_card",
            "network",
            "device",
            "prefix",
        ]
        .contains(&argument),
        _ => false,
    }
}

#[test]
fn texts_that_no_field_wants_break_nothing() {
    let texts = [
        String::new(),
        "   ".to_owned(),
        "a\0b".to_owned(),
        "a\nb".to_owned(),
        "\u{7f}".to_owned(),
        "x".repeat(600),
        "ñ".repeat(100_000),
        "x".repeat(10_000_000),
    ];
    let calls = each_param(|watch, description, param| {
        if !types(&param.schema).iter().any(|one| one == "string") {
            return;
        }
        for text in &texts {
            // A code that nobody has is looked up without its line end, and counted as a guess: that changes something.
            if text == "a\nb" && ["code", "referral_code"].contains(&param.name.as_str()) {
                continue;
            }
            let args = watch.with(&param.name, &json!(text));
            match watch.call(description.name, args) {
                // A pure check answers; an empty prefix or description is none.
                Ok(_) => assert!(
                    ["check_code", "check_signed_coupon", "read_qr", "verify_webhook"].contains(&description.name)
                        || is_mended(&param.name, text)
                        || (text.trim().is_empty() && ["prefix", "description"].contains(&param.name.as_str())),
                    "{}.{} took {:?}",
                    description.name,
                    param.name,
                    text.chars().take(20).collect::<String>()
                ),
                // What was mended may be refused for what it is.
                Err(error) if error.kind() == Kind::Refused => {
                    let is_code = ["referral_code", "code", "token", "tag"].contains(&param.name.as_str());
                    assert!(is_code || is_mended(&param.name, text), "{error:?}");
                }
                Err(error) => {
                    let named = error.details().get("field").and_then(Value::as_str);
                    // A key of the programme is named behind the argument that holds its text.
                    let argument = named.map(|named| named.split('.').next().unwrap_or_default());
                    // A code of the shop's own leaves no room for what shapes a random one, which the right call has.
                    let expected = [param.name.as_str(), if param.name == "code" { "prefix" } else { &param.name }];
                    let is_named = argument.is_some_and(|argument| expected.contains(&argument));
                    assert!(is_named, "{}: {error:?}", description.name);
                }
            }
        }
    });
    assert!(calls > 200, "only {calls} calls");
}

#[test]
fn dates_and_instants_are_read_strictly() {
    let bad = [
        "2026-02-30",
        "2026-13-01",
        "2026-2-3",
        "26-02-03",
        "2026/02/03",
        "hoy",
        "1899-12-31",
        "0000-00-00",
        "2026-03-02T09:30:00",
        "2026-03-02 09:30:00",
        "2026-03-02T25:00:00Z",
        "2026-03-02T09:61:00Z",
        "1969-12-31T23:59:59Z",
        "10000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-03-02T09:30:00+99:00",
        "2026-03-02T09:30:00Z\u{0}",
        "1772463600",
    ];
    let calls = each_param(|watch, description, param| {
        let schema = &param.schema;
        if schema["format"].as_str().is_none_or(|format| !format.starts_with("date"))
            && !schema["anyOf"].as_array().is_some_and(|any| {
                any.iter().any(|one| one["format"].as_str().is_some_and(|format| format.starts_with("date")))
            })
        {
            return;
        }
        for text in bad {
            let args = watch.with(&param.name, &json!(text));
            watch.invalid(description.name, args, &param.name);
        }
    });
    assert!(calls > 150, "only {calls} calls");
    let mut watch = Watch::shop();
    let earn = |at: &str| json!({"user_id": 1, "amount": 1, "at": at});
    watch.invalid("earn_points", earn("2026-03-02"), "at");
    watch.invalid("earn_points", earn("2026-03-02T12:05:01-03:00"), "at");
    watch.invalid("update_member", json!({"user_id": 1, "birth_date": "2026-03-03"}), "birth_date");
    watch.invalid("update_member", json!({"user_id": 1, "birth_date": "1990-02-28T00:00:00Z"}), "birth_date");
}

#[test]
fn lines_of_an_order_are_named_by_their_place() {
    let long = "x".repeat(65);
    for op in ["earn_points", "quote_points", "refund_order", "amend_order"] {
        let mut watch = Watch::of(op);
        for (item, field) in [
            (json!({}), "items[1].sku"),
            (json!({"sku": ""}), "items[1].sku"),
            (json!({"sku": "a\u{0}"}), "items[1].sku"),
            (json!({"sku": long}), "items[1].sku"),
            (json!({"sku": 7}), "items[1].sku"),
            (json!({"sku": "x", "quantity": 0}), "items[1].quantity"),
            (json!({"sku": "x", "quantity": -1}), "items[1].quantity"),
            (json!({"sku": "x", "quantity": 10_000}), "items[1].quantity"),
            (json!({"sku": "x", "quantity": i64::MAX}), "items[1].quantity"),
            (json!({"sku": "x", "quantity": 1.5}), "items[1].quantity"),
            (json!({"sku": "x", "quantity": "2"}), "items[1].quantity"),
            (json!({"sku": "x", "quantity": null}), "items[1].quantity"),
            (json!({"sku": "x", "amount": true}), "items[1].amount"),
            (json!({"sku": "x", "category": ""}), "items[1].category"),
            (json!({"sku": "x", "category": "a\tb"}), "items[1].category"),
            (json!({"sku": "x", "category": "x".repeat(121)}), "items[1].category"),
            (json!({"sku": "x", "kind": "bribe"}), "items[1].kind"),
            (json!({"sku": "x", "kind": 1}), "items[1].kind"),
            (json!({"sku": "x", "colour": "red"}), "items[1].colour"),
            (json!(7), "items[1]"),
            (Value::Null, "items[1]"),
        ] {
            let args = watch.with("items", &json!([{"sku": "x"}, item]));
            watch.invalid(op, args, field);
        }
        let many: Vec<Value> = (0..501).map(|number| json!({"sku": format!("s{number}")})).collect();
        let args = watch.with("items", &Value::Array(many));
        watch.invalid(op, args, "items");
    }
    let mut watch = Watch::shop();
    watch.invalid(
        "refund_order",
        json!({"order_id": "A", "amount": 5, "items": [{"sku": "x", "quantity": 3}]}),
        "items[0].quantity",
    );
    watch.invalid(
        "refund_order",
        json!({"order_id": "A", "amount": 5, "items": [{"sku": "x"}, {"sku": "x", "quantity": 2}]}),
        "items[1].quantity",
    );
    watch.invalid(
        "refund_order",
        json!({"order_id": "A", "amount": 5, "items": [{"sku": "never"}]}),
        "items[0].quantity",
    );
    watch.invalid("refund_order", json!({"order_id": "A", "items": [{"sku": "x"}]}), "amount");
    watch.invalid("refund_order", json!({"order_id": "A", "amount": 90_001}), "amount");
    watch.invalid("refund_order", json!({"order_id": "A", "amount": 0}), "amount");
}

#[test]
fn other_rules_of_members_and_their_points_name_their_field() {
    let mut watch = Watch::shop();
    let record =
        |kind: &str, points: i64| json!({"user_id": 1, "transaction_type": kind, "points": points, "description": "d"});
    for (op, args, field) in [
        ("record_transaction", record("bonus", 0), "points"),
        ("record_transaction", record("bonus", -5), "points"),
        ("record_transaction", record("adjustment", 0), "points"),
        ("record_transaction", record("adjustment", 1_000_000_000_000_001), "points"),
        ("record_transaction", record("earn", 5), "transaction_type"),
        ("record_transaction", record("redeem", 5), "transaction_type"),
        ("transactions", json!({"user_id": 1, "limit": 201}), "limit"),
        ("transactions", json!({"user_id": 1, "limit": 0}), "limit"),
        ("transactions", json!({"user_id": 1, "transaction_type": "EARN"}), "transaction_type"),
        ("expire_points", json!({"limit": 10_001}), "limit"),
        ("drain", json!({"limit": 0}), "limit"),
        ("drain", json!({"limit": 1_001}), "limit"),
        ("transfer_points", json!({"from_user_id": 1, "to_user_id": 2, "points": 0}), "points"),
        ("merge_members", json!({"into_user_id": 1, "from_user_id": 1}), "from_user_id"),
        ("find_member", json!({"kind": "passport", "value": "x"}), "kind"),
        ("find_member", json!({"kind": "card", "value": "a/b"}), "value"),
        ("find_member", json!({"kind": "email", "value": "no"}), "value"),
        ("enroll", json!({"user_id": 5, "card": "x".repeat(65)}), "card"),
        ("extend_points", json!({"user_id": 1, "expires_at": "2026-03-01"}), "expires_at"),
        ("extend_points", json!({"user_id": 1, "expires_at": "2028-01-01", "transaction_id": 1}), "transaction_id"),
        ("reinstate_points", json!({"user_id": 1, "expires_at": "2026-03-01"}), "expires_at"),
        ("transfer_points", json!({"from_user_id": 1, "to_user_id": 1, "points": 1}), "to_user_id"),
        ("hold_points", json!({"user_id": 1, "points": 0, "ttl_seconds": 1}), "points"),
        ("hold_points", json!({"user_id": 1, "points": 1, "ttl_seconds": 2_592_001}), "ttl_seconds"),
        (
            "hold_points",
            json!({"user_id": 1, "points": 1, "ttl_seconds": 60, "at": "2026-03-02T11:00:00-03:00"}),
            "ttl_seconds",
        ),
        ("earn_points", json!({"user_id": 1, "amount": 1, "available_at": "2028-01-01"}), "available_at"),
        ("enroll", json!({"user_id": 5, "email": "no"}), "email"),
        ("enroll", json!({"user_id": 5, "email": "a@b@c.cl"}), "email"),
        ("enroll", json!({"user_id": 5, "email": "a@.cl"}), "email"),
        ("enroll", json!({"user_id": 5, "email": format!("{}@example.cl", "x".repeat(250))}), "email"),
        ("enroll", json!({"user_id": 5, "phone": "12345"}), "phone"),
        ("enroll", json!({"user_id": 5, "phone": "1234567890123456"}), "phone"),
        ("enroll", json!({"user_id": 5, "phone": "+56 nueve"}), "phone"),
        ("enroll", json!({"user_id": 5, "locale": "es"}), "locale"),
        ("enroll", json!({"user_id": 5, "consents": ["birthday", "spam"]}), "consents[1]"),
        ("enroll", json!({"user_id": 5, "consents": [1]}), "consents[0]"),
        ("earn_points", json!({"user_id": 1, "amount": 1, "order_id": "x".repeat(65)}), "order_id"),
        ("earn_points", json!({"user_id": 1, "amount": 1, "key": "x".repeat(129)}), "key"),
        ("earn_points", json!({"user_id": 1, "amount": 1, "actor": "x".repeat(65)}), "actor"),
    ] {
        watch.invalid(op, args, field);
    }
}

#[test]
fn other_rules_of_rewards_and_codes_name_their_field() {
    let mut watch = Watch::shop();
    for (op, args, field) in [
        ("save_reward", json!({"name": "R", "points_cost": 1, "tier_required": "gold"}), "tier_required"),
        ("save_reward", json!({"name": "R", "points_cost": 1, "discount_type": "fixed"}), "discount_value"),
        (
            "save_reward",
            json!({"name": "R", "points_cost": 1, "discount_type": "fixed", "discount_value": 0}),
            "discount_value",
        ),
        ("save_reward", json!({"name": "R", "points_cost": 1, "discount_value": 5}), "discount_value"),
        (
            "save_reward",
            json!({"name": "R", "points_cost": 1, "discount_type": "free_item", "discount_value": 1.5}),
            "discount_value",
        ),
        ("save_reward", json!({"name": "R", "points_cost": 1, "categories": ["tea", ""]}), "categories[1]"),
        ("save_reward", json!({"name": "R", "points_cost": 1, "discount_percent": 100.01}), "discount_percent"),
        ("save_reward", json!({"name": "R", "points_cost": 1, "discount_percent": 1.005}), "discount_percent"),
        (
            "save_reward",
            json!({"name": "R", "points_cost": 1, "starts_at": "2026-05-02", "expiry_date": "2026-05-01"}),
            "expiry_date",
        ),
        ("save_reward", json!({"name": "R", "points_cost": 1, "max_uses_per_user": 0}), "max_uses_per_user"),
        ("save_reward", json!({"name": "R", "points_cost": 1, "max_uses": 0}), "max_uses"),
        ("redeem_reward", json!({"user_id": 1, "reward_id": 1, "quantity": 10_000}), "quantity"),
        ("quote_payment", json!({"user_id": 1, "amount": 1, "points": -1}), "points"),
        ("save_reward", json!({"name": "x".repeat(121), "points_cost": 1}), "name"),
        ("save_reward", json!({"name": "R", "points_cost": 1, "description": "x".repeat(501)}), "description"),
        ("generate_code", json!({"length": 5}), "length"),
        ("generate_code", json!({"length": 25}), "length"),
        ("generate_code", json!({"prefix": "CLUB"}), "prefix"),
        ("generate_code", json!({"length": 24, "prefix": "CAFECAFE"}), "prefix"),
    ] {
        watch.invalid(op, args, field);
    }
}

#[test]
fn what_does_not_exist_is_not_found_and_never_invented() {
    let mut watch = Watch::shop();
    for (op, args, field) in [
        ("profile", json!({"user_id": 99}), "user_id"),
        ("points", json!({"user_id": 99}), "user_id"),
        ("points", json!({"user_id": 99, "as_of": "2020-01-01T00:00:00Z"}), "user_id"),
        ("transactions", json!({"user_id": 99}), "user_id"),
        ("update_member", json!({"user_id": 99, "name": "A"}), "user_id"),
        ("rewards", json!({"user_id": 99}), "user_id"),
        ("redeem_reward", json!({"user_id": 99, "reward_id": 1}), "user_id"),
        ("redeem_reward", json!({"user_id": 1, "reward_id": 99}), "reward_id"),
        ("cancel_redemption", json!({"redemption_id": 99}), "redemption_id"),
        ("merge_members", json!({"into_user_id": 99, "from_user_id": 1}), "into_user_id"),
        ("merge_members", json!({"into_user_id": 1, "from_user_id": 99}), "from_user_id"),
        ("find_member", json!({"kind": "card", "value": "none"}), "value"),
        ("release_points", json!({"order_id": "Z"}), "order_id"),
        ("extend_points", json!({"user_id": 99, "expires_at": "2028-01-01"}), "user_id"),
        ("reinstate_points", json!({"user_id": 99}), "user_id"),
        ("expiring_points", json!({"user_id": 99}), "user_id"),
        ("hold_points", json!({"user_id": 99, "points": 1, "ttl_seconds": 1}), "user_id"),
        ("capture_hold", json!({"hold_id": 99}), "hold_id"),
        ("void_hold", json!({"hold_id": i64::MAX}), "hold_id"),
        ("transfer_points", json!({"from_user_id": 99, "to_user_id": 1, "points": 1}), "from_user_id"),
        ("transfer_points", json!({"from_user_id": 1, "to_user_id": 99, "points": 1}), "to_user_id"),
        ("cancel_redemption", json!({"redemption_id": i64::MAX}), "redemption_id"),
        ("refund_order", json!({"order_id": "Z"}), "order_id"),
        ("release_payment", json!({"order_id": "Z"}), "order_id"),
        ("release_reward", json!({"reservation_id": 99}), "reservation_id"),
        ("redeem_reward", json!({"user_id": 1, "reward_id": 1, "reservation_id": 99}), "reservation_id"),
        ("reserve_reward", json!({"user_id": 1, "reward_id": 99, "ttl_seconds": 5}), "reward_id"),
        ("cancel_order", json!({"order_id": "Z"}), "order_id"),
        ("pay_with_points", json!({"user_id": 99, "order_id": "Z", "amount": 1}), "user_id"),
        ("quote_payment", json!({"user_id": 99, "amount": 1}), "user_id"),
        ("auto_redeem", json!({"user_id": 99}), "user_id"),
        ("refund_order", json!({"order_id": "a"}), "order_id"),
        ("refund_order", json!({"order_id": "A "}), "order_id"),
        ("amend_order", json!({"order_id": "Z", "amount": 1}), "order_id"),
        (
            "record_transaction",
            json!({"user_id": 99, "transaction_type": "bonus", "points": 1, "description": "d"}),
            "user_id",
        ),
        ("check_tier_upgrade", json!({"user_id": 99}), "user_id"),
        ("user_score", json!({"user_id": 99}), "user_id"),
        ("explain", json!({"transaction_id": 99}), "transaction_id"),
        ("explain", json!({"transaction_id": i64::MAX}), "transaction_id"),
        ("save_reward", json!({"id": 99, "name": "R", "points_cost": 1}), "id"),
        ("tier_benefits", json!({"tier": "gold"}), "tier"),
        ("verify", json!({"user_id": 99}), "user_id"),
        ("no_such_operation", json!({}), "operation"),
    ] {
        let error = watch.call(op, args.clone()).expect_err("must not be found");
        assert_eq!((error.kind(), &error.details()["field"]), (Kind::NotFound, &json!(field)), "{op} {args}");
    }
}

#[test]
fn commands_alone_take_a_time_a_key_and_an_actor() {
    each_operation(|watch, description| {
        for name in ["key", "actor"] {
            let args = watch.with(name, &json!("k"));
            let is_own = description.params.iter().any(|param| param.name == name);
            if description.access != Access::Write && !is_own {
                watch.invalid(description.name, args, name);
            }
        }
    });
}
