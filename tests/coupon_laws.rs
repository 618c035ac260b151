//! Laws of coupons: what holds for every order and every coupon.

use loyalty_tests::world::World;
use proptest::prelude::*;
use serde_json::{Value, json};

/// 48, or what `PROPTEST_CASES` says.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn number(value: &Value) -> i64 {
    value.as_str().unwrap_or_else(|| panic!("{value} is no amount")).parse().unwrap()
}

/// The terms of any coupon that the cart of [`cart`] may meet.
fn coupon() -> impl Strategy<Value = Value> {
    let kind = prop_oneof![
        (1..=100_i64).prop_map(|percent| json!({"discount_type": "percent", "discount_value": percent})),
        (1..=100_i64).prop_map(|percent| {
            json!({"discount_type": "percent", "discount_value": percent, "target": "cheapest_item"})
        }),
        (1..9_000_i64).prop_map(|amount| json!({"discount_type": "fixed", "discount_value": amount})),
        (1..4_i64).prop_map(|units| json!({"discount_type": "free_item", "discount_value": units})),
        (1..3_i64).prop_map(|buy| json!({"discount_type": "free_item", "buy_quantity": buy})),
        Just(json!({"discount_type": "free_delivery"})),
    ];
    let lines = prop_oneof![
        3 => Just(json!({})),
        1 => Just(json!({"products": ["a"]})),
        1 => Just(json!({"categories": ["tea"]})),
        1 => Just(json!({"labels": ["red"]})),
    ];
    let minimum = prop_oneof![2 => Just(0_i64), 1 => 1..6_000_i64];
    let cap = prop::option::of(1..3_000_i64);
    (kind, lines, minimum, cap).prop_map(|(kind, lines, minimum, cap)| {
        let mut call = json!({"min_order_amount": minimum, "max_discount": cap, "stackable": true, "max_uses": 50});
        for more in [kind, lines] {
            call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        }
        call
    })
}

/// An order whose lines may cost more or less than what is paid.
fn cart() -> impl Strategy<Value = Value> {
    let line = (prop_oneof!["a", "b", "c"], 1..5_i64, 0..4_000_i64, 0..3_u8, any::<bool>());
    (prop::collection::vec(line, 0..5), 0..12_000_i64, 0..1_500_i64).prop_map(|(lines, amount, delivery)| {
        let items: Vec<Value> = lines
            .into_iter()
            .map(|(sku, quantity, amount, category, red)| {
                let mut item = json!({"sku": sku, "quantity": quantity, "amount": amount});
                if category == 0 {
                    item["category"] = json!("tea");
                }
                if category == 1 {
                    item["kind"] = json!("gift");
                }
                if red {
                    item["labels"] = json!(["colour:red"]);
                }
                item
            })
            .collect();
        json!({"amount": amount, "delivery": delivery.min(amount), "items": items})
    })
}

fn with(one: &Value, more: Value) -> Value {
    let mut fields = one.as_object().unwrap().clone();
    fields.extend(more.as_object().unwrap().clone());
    Value::Object(fields)
}

fn codes(world: &World, coupons: &[Value]) -> Vec<Value> {
    coupons.iter().map(|coupon| world.ok("generate_discount_code", coupon.clone())["code"].clone()).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_discount_is_never_above_the_order_and_its_lines_sum_to_it(
        coupons in prop::collection::vec(coupon(), 1..5),
        cart in cart(),
        base in prop_oneof!["left", "initial"],
        rounding in prop_oneof!["floor", "half_up", "ceil"],
    ) {
        let world = World::in_memory(&format!("rounding = \"{rounding}\"\ncoupons = {{ stacking_base = \"{base}\" }}"));
        let codes = codes(&world, &coupons);
        let call = with(&cart, json!({"codes": codes, "user_id": 1}));
        let verdict = world.ok("validate_coupons", call.clone());
        let amount = cart["amount"].as_i64().unwrap();
        let discount = number(&verdict["discount"]);
        prop_assert!(0 <= discount && discount <= amount);
        prop_assert_eq!(number(&verdict["amount_left"]), amount - discount);
        let parts: i64 = verdict["applied"].as_array().unwrap().iter().map(|one| number(&one["discount"])).sum();
        prop_assert_eq!(parts, discount);
        let lines = verdict["lines"].as_array().unwrap();
        let on_lines: i64 = lines.iter().map(|line| number(&line["discount"])).sum();
        prop_assert_eq!(on_lines + number(&verdict["delivery_discount"]), discount);
        for line in lines {
            if let Some(place) = line["line"].as_u64() {
                let cost = &cart["items"][place as usize];
                prop_assert!(number(&line["discount"]) <= cost["amount"].as_i64().unwrap());
                prop_assert!(cost["kind"] != "gift");
            }
        }
        // What was said is what is used.
        let used = world.call("use_coupons", with(&call, json!({"order_id": "o"})));
        match used {
            Ok(used) => prop_assert_eq!(&used["discount"], &verdict["discount"]),
            Err(error) => prop_assert!(verdict["allowed"] == false, "{:?}", error),
        }
        world.verify();
    }

    #[test]
    fn a_use_and_its_release_restore_what_was_before(coupon in coupon(), cart in cart(), budget in 1..5_000_i64) {
        let world = World::in_memory("");
        let coupon = with(&coupon, json!({"budget": budget, "budget_day": budget, "max_uses": 1, "max_uses_per_user": 1}));
        let code = codes(&world, &[coupon]).remove(0);
        let call = with(&cart, json!({"code": code, "user_id": 1}));
        let before = world.ok("validate_coupon", call.clone());
        for order in ["o1", "o2"] {
            let used = world.call("use_coupon", with(&call, json!({"order_id": order})));
            prop_assert_eq!(used.is_ok(), before["allowed"] == true);
            if used.is_ok() {
                prop_assert_eq!(world.ok("release_coupon", json!({"order_id": order}))["released"].as_i64(), Some(1));
                prop_assert_eq!(world.ok("release_coupon", json!({"order_id": order}))["released"].as_i64(), Some(0));
            }
            prop_assert_eq!(&world.ok("validate_coupon", call.clone()), &before);
        }
        world.verify();
    }

    #[test]
    fn accepted_uses_never_exceed_a_limit(
        acts in prop::collection::vec((0..4_u8, 0..6_i64, 1..4_i64, 1..4_000_i64), 1..40),
        limit in 1..5_i64,
        by_user in 1..3_i64,
        budget in 500..3_000_i64,
    ) {
        let world = World::on_file("");
        let coupon = json!({
            "discount_type": "percent", "discount_value": 50, "max_uses": limit, "max_uses_per_user": by_user,
            "budget": budget,
        });
        let code = codes(&world, &[coupon]).remove(0);
        let mut clock = 0;
        // Order, user, discount and the second at which it ends.
        let mut live: Vec<(i64, i64, i64, i64)> = Vec::new();
        for (act, order, user, amount) in acts {
            clock += 20;
            world.now(&format!("2026-03-02T12:{:02}:{:02}-03:00", clock / 60, clock % 60));
            live.retain(|(_, _, _, end)| clock < *end);
            let call = json!({"code": code, "order_id": format!("o{order}"), "amount": amount, "user_id": user});
            if act == 3 {
                if world.call("release_coupon", json!({"order_id": format!("o{order}")})).is_ok() {
                    live.retain(|(other, ..)| *other != order);
                }
                continue;
            }
            let held = act == 2;
            let name = if held { "hold_coupon" } else { "use_coupon" };
            let call = if held { with(&call, json!({"ttl_seconds": 60})) } else { call };
            if let Ok(reply) = world.call(name, call)
                && reply["replayed"] == false
            {
                live.retain(|(other, ..)| *other != order);
                let end = if held { clock + 60 } else { i64::MAX };
                live.push((order, user, number(&reply["discount"]), end));
            }
            prop_assert!(live.len() as i64 <= limit);
            prop_assert!(live.iter().filter(|(_, other, ..)| *other == user).count() as i64 <= by_user);
            prop_assert!(live.iter().map(|(_, _, discount, _)| discount).sum::<i64>() <= budget);
        }
        world.verify();
    }
}
