//! Laws of coupons: what holds for every order and every coupon.

use loyalty_tests::world::World;
use proptest::prelude::*;
use serde_json::{Value, json};

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

/// Rewards that give a coupon for points, and some money besides.
fn reward() -> impl Strategy<Value = Value> {
    let kind = prop_oneof![
        (1..=100_i64).prop_map(|percent| json!({"discount_type": "percent", "discount_percent": percent})),
        (1..4_000_i64).prop_map(|amount| json!({"discount_type": "fixed", "discount_value": amount})),
    ];
    (kind, 0..800_i64, 0..600_i64, any::<bool>()).prop_map(|(kind, points, price, stackable)| {
        with(&kind, json!({"name": "a reward", "points_cost": points, "price": price, "stackable": stackable}))
    })
}

/// All orders of all sets of so many things.
fn sequences(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    let mut from = 0;
    while from < all.len() {
        let shorter: Vec<usize> = all[from].clone();
        all.extend((0..count).filter(|place| !shorter.contains(place)).map(|place| {
            let mut longer = shorter.clone();
            longer.push(place);
            longer
        }));
        from += 1;
    }
    all
}

/// Who has every reward of the other already, as a coupon, and the same coupons: what can be tried one by one.
struct Twin<'a> {
    world: &'a World,
    codes: Vec<Value>,
    cart: &'a Value,
    mode: &'a str,
    rounding: &'a str,
}

impl Twin<'_> {
    /// Five percent, which the lowest tier takes off goods.
    fn tier_off(&self, goods: i64) -> i64 {
        match self.rounding {
            "floor" => goods * 5 / 100,
            "ceil" => (goods * 5 + 99) / 100,
            _ => (goods * 5 + 50) / 100,
        }
    }

    /// What is left to pay of the order behind these codes and the tier; nothing, when one of them is refused.
    fn left(&self, sequence: &[usize], with_tier: bool) -> Option<i64> {
        let (amount, delivery) = (self.cart["amount"].as_i64().unwrap(), self.cart["delivery"].as_i64().unwrap());
        let off = if with_tier { self.tier_off(amount - delivery) } else { 0 };
        if with_tier && self.mode == "alone" && !sequence.is_empty() {
            return None;
        }
        if sequence.is_empty() {
            return Some(amount - off);
        }
        let before = if self.mode == "after" { 0 } else { off };
        let codes: Vec<&Value> = sequence.iter().map(|place| &self.codes[*place]).collect();
        let call = json!({"codes": codes, "user_id": 2, "policy": "all", "amount": amount - before});
        let said = self.world.ok("validate_coupons", with(self.cart, call));
        if said["rejected"] != json!([]) {
            return None;
        }
        let left = number(&said["amount_left"]);
        let goods = left - (delivery - number(&said["delivery_discount"]));
        Some(if with_tier && self.mode == "after" { left - self.tier_off(goods) } else { left })
    }
}

proptest! {
    #![proptest_config(loyalty_tests::cases(48))]

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

    #[test]
    fn the_best_offers_cost_what_the_cheapest_of_all_orders_of_all_sets_costs(
        coupons in prop::collection::vec((coupon(), 0..4_u8, prop::option::of(0..2_u8)), 0..3),
        rewards in prop::collection::vec(reward(), 0..3),
        cart in cart(),
        points in 0..1_200_i64,
        mode in prop_oneof!["before", "after", "alone"],
        base in prop_oneof!["left", "initial"],
        rounding in prop_oneof!["floor", "half_up", "ceil"],
    ) {
        let world = World::in_memory(&format!(
            "rounding = '{rounding}'\nrewards = []\nredemption = {{ minimum_points = 0 }}\n\
             coupons = {{ stacking_base = '{base}', tier_discount = '{mode}' }}"
        ));
        for (user_id, points) in [(1, points), (2, 1_600)] {
            world.ok("enroll", json!({"user_id": user_id}));
            let bonus = json!({"user_id": user_id, "transaction_type": "bonus", "points": points + 1, "description": "x"});
            world.ok("record_transaction", bonus);
        }
        // The offers by their place: what the other's reply calls them, points, price and the twin's code.
        let mut offers: Vec<(Value, i64, i64)> = Vec::new();
        let mut codes = Vec::new();
        for (coupon, alone, group) in coupons {
            let terms = with(&coupon, json!({"stackable": alone > 0, "group": group.map(|group| format!("g{group}"))}));
            let made = [1, 2].map(|user_id| {
                world.ok("generate_discount_code", with(&terms, json!({"user_id": user_id})))["code"].clone()
            });
            offers.push((made[0].clone(), 0, 0));
            codes.push(made[1].clone());
        }
        for reward in rewards {
            let id = world.ok("save_reward", reward.clone())["id"].clone();
            let redeemed = world.ok("redeem_reward", json!({"user_id": 2, "reward_id": id}));
            offers.push((id, reward["points_cost"].as_i64().unwrap(), reward["price"].as_i64().unwrap()));
            codes.push(redeemed["coupon"]["code"].clone());
        }
        let twin = Twin { world: &world, codes, cart: &cart, mode: &mode, rounding: &rounding };
        let sums = |sequence: &[usize]| {
            sequence.iter().fold((0, 0), |(points, price), place| (points + offers[*place].1, price + offers[*place].2))
        };
        let mut best = (i64::MAX, 0);
        for sequence in sequences(offers.len()) {
            let (needed, price) = sums(&sequence);
            for with_tier in [false, true] {
                if needed <= points + 1 && let Some(left) = twin.left(&sequence, with_tier) {
                    best = best.min((left + price, needed));
                }
            }
        }
        let found = world.ok("best_offers", with(&cart, json!({"user_id": 1})));
        prop_assert_eq!((number(&found["to_pay"]), found["points_used"].as_i64().unwrap()), best, "{}", found);
        prop_assert!(found["exact"] == true);
        // The list is one that the till accepts in its order, and says what it costs.
        let listed = found["offers"].as_array().unwrap();
        let place = |offer: &Value| {
            let name = if offer["kind"] == "coupon" { &offer["code"] } else { &offer["reward_id"] };
            offers.iter().position(|(other, ..)| other == name).unwrap()
        };
        let sequence: Vec<usize> = listed.iter().filter(|offer| offer["kind"] != "tier").map(place).collect();
        let left = twin.left(&sequence, listed.len() > sequence.len());
        prop_assert_eq!(left, Some(number(&found["amount_left"])));
        prop_assert_eq!(number(&found["money_due"]), sums(&sequence).1);
        let off: i64 = listed.iter().map(|offer| number(&offer["discount"])).sum();
        prop_assert_eq!(off, number(&found["discount"]));
        prop_assert_eq!(number(&found["amount_left"]) + off, cart["amount"].as_i64().unwrap());
        // Everything is either used or left out with a reason.
        let left_out = found["left_out"].as_array().unwrap();
        prop_assert!(left_out.iter().all(|offer| offer["because"] != ""));
        prop_assert_eq!(listed.len() + left_out.len(), offers.len() + 1);
    }
}

/// A member with so many coupons, each unlike the others, whose order matters.
fn with_coupons(count: i64) -> World {
    let world = World::in_memory("rewards = []\ncoupons = { tier_discount = 'before' }");
    world.ok("enroll", json!({"user_id": 1}));
    for number in 0..count {
        let kind = if number % 3 == 0 { "fixed" } else { "percent" };
        let value = if number % 3 == 0 { 90 + 7 * number } else { 3 + number % 11 };
        world.ok(
            "generate_discount_code",
            json!({
                "user_id": 1, "discount_type": kind, "discount_value": value, "stackable": true,
                "min_order_amount": 4_000 + 137 * number, "max_discount": 211 + 13 * number,
            }),
        );
    }
    world
}

#[test]
fn the_best_of_six_coupons_is_always_known_to_be_the_best() {
    let found = with_coupons(6).ok("best_offers", json!({"user_id": 1, "amount": 9_990}));
    assert_eq!(found["exact"], true, "{found}");
}

#[test]
fn of_very_many_coupons_the_same_good_ones_are_found_each_time_and_none_could_just_be_added() {
    let world = with_coupons(90);
    let call = json!({"user_id": 1, "amount": 16_990});
    let found = world.ok("best_offers", call.clone());
    assert_eq!(found["exact"], false);
    assert_eq!(found, world.ok("best_offers", call));
    let offers = found["offers"].as_array().unwrap();
    assert_eq!(offers[0]["kind"], "tier");
    let codes: Vec<&Value> = offers[1..].iter().map(|offer| &offer["code"]).collect();
    let order = json!({"user_id": 1, "amount": 16_990 - number(&offers[0]["discount"]), "policy": "all"});
    let used = world.ok("validate_coupons", with(&order, json!({ "codes": codes })));
    assert_eq!(used["amount_left"], found["to_pay"]);
    for offer in found["left_out"].as_array().unwrap() {
        let more: Vec<&Value> = codes.iter().copied().chain([&offer["code"]]).collect();
        let refused =
            more.len() > 20 || world.ok("validate_coupons", with(&order, json!({ "codes": more })))["allowed"] == false;
        assert!(refused, "{offer} could be added");
        let alone = json!({"user_id": 1, "amount": 16_990, "codes": [offer["code"]]});
        assert!(number(&world.ok("validate_coupons", alone)["amount_left"]) >= number(&found["to_pay"]));
    }
}

#[test]
fn verify_names_a_budget_of_a_day_or_a_month_that_does_not_add_up() {
    let world = World::on_file("");
    let terms = json!({"discount_type": "fixed", "discount_value": 100, "budget_day": 1_000, "budget_month": 2_000, "max_uses": 9});
    let code = world.ok("generate_discount_code", terms)["code"].clone();
    for (order, at) in
        [("a", "2026-03-31T23:59:59-03:00"), ("b", "2026-04-01T00:00:00-03:00"), ("c", "2026-04-02T12:00:00-03:00")]
    {
        world.now(at);
        world.ok("use_coupon", json!({"code": code, "order_id": order, "amount": 1_000, "user_id": 1}));
    }
    world.ok("release_coupon", json!({"order_id": "c"}));
    world.verify();
    let connection = rusqlite::Connection::open(world.path()).unwrap();
    for period in ["all", "2026-03", "2026-04", "2026-03-31", "2026-04-01", "2026-04-02"] {
        let change = |by: i64| {
            let sql = "UPDATE loyalty_coupon_budgets SET spent = spent + ?1 WHERE period = ?2";
            assert_eq!(connection.execute(sql, (by, period)).unwrap(), 1);
        };
        change(1);
        let verified = world.ok("verify", json!({}));
        let problems = verified["problems"].as_array().unwrap();
        assert_eq!(problems.len(), 1, "{verified}");
        assert!(problems[0]["what"].as_str().unwrap().contains(&format!("`{period}`")), "{verified}");
        change(-1);
    }
    world.verify();
}

#[test]
fn failed_tries_are_forgotten_when_they_no_longer_count() {
    let world = World::on_file("guessing = { tries = 2, window_minutes = 10, pause_minutes = 30 }");
    let guess = |actor: &str| world.ok("validate_coupon", json!({"code": "NONE", "amount": 1, "actor": actor}));
    let known = || {
        let connection = rusqlite::Connection::open(world.path()).unwrap();
        connection.query_row("SELECT COUNT(*) FROM loyalty_guesses", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    world.now("2026-03-02T12:00:00-03:00");
    guess("one");
    guess("two");
    guess("two");
    // The window of the one failure is over with its tenth minute, the pause of two with its thirtieth.
    for (at, left) in [("12:10:00", 2), ("12:10:01", 1), ("12:40:00", 1), ("12:40:01", 0)] {
        world.now(&format!("2026-03-02T{at}-03:00"));
        world.ok("expire_points", json!({}));
        assert_eq!(known(), left, "{at}");
    }
}
