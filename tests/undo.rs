//! Undoing an order as a whole: in any order of the parts, under every policy, and only by whom it belongs to.

use std::collections::BTreeSet;

use loyalty_tests::world::World;
use loyalty_tests::{reference, store};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A programme in which an order has every part that there is.
fn programme(shortfall: &str) -> String {
    let tier = |id: &str, threshold: i64, gift: i64| {
        format!(
            "{{ id = \"{id}\", name = \"{id}\", threshold = {threshold}, multiplier = 1.0, discount_percent = 0, \
             benefits = [], gift_points = {gift} }}"
        )
    };
    let tiers = [("cafe_bronze", 0, 0), ("cafe_plata", 400, 30), ("cafe_oro", 50_000, 0), ("cafe_diamante", 90_000, 0)];
    let tiers = tiers.map(|(id, threshold, gift)| tier(id, threshold, gift)).join(", ");
    format!(
        "redemption = {{ minimum_points = 0 }}\n\
         refund = {{ shortfall = \"{shortfall}\" }}\n\
         auto_redeem = {{ reward = 11, threshold = 3300 }}\n\
         tiers = [{tiers}]\n\
         rules = [{{ id = \"once\", name = \"Once\", effect = {{ add = 50 }}, limit = {{ times = 1 }} }}]\n\
         stamp_cards = [{{ id = \"cup\", name = \"Cup\", stamps = 2, per = \"unit\", automatic = false, \
                          reward = {{ free_item = 1 }}, cooldown_seconds = 0 }}]"
    )
}

/// Rewards 10 and 11, after those of the programme.
fn save_reward(world: &World, points: i64) {
    let reward = json!({"name": "cup", "points_cost": points, "discount_type": "fixed", "discount_value": 500});
    world.ok("save_reward", reward);
}

struct Shop {
    world: World,
    codes: [Value; 3],
    card: Value,
    redemption: Value,
}

impl Shop {
    /// An order with every part.
    fn open(shortfall: &str) -> Self {
        let world = World::in_memory(&programme(shortfall));
        for _ in 0..2 {
            save_reward(&world, 400);
        }
        let friend = world.ok("enroll", json!({"user_id": 9}))["referral_code"].clone();
        world.ok("enroll", json!({"user_id": 1, "referral_code": friend}));
        world.ok(
            "record_transaction",
            json!({"user_id": 1, "transaction_type": "bonus", "points": 3_500,
            "description": "before"}),
        );
        let codes = [0, 1, 2].map(|_| {
            let coupon = json!({"discount_type": "fixed", "discount_value": 100, "stackable": true, "budget": 100});
            world.ok("generate_discount_code", coupon)["code"].clone()
        });
        let card = world.ok("create_gift_card", json!({"amount": 700}))["code"].clone();
        Self { world, codes, card, redemption: Value::Null }
    }

    fn buy(&mut self) {
        let order = json!("A");
        let world = &self.world;
        let [first, second, third] = &self.codes;
        for code in [first, second] {
            world.ok("use_coupon", json!({"code": code, "order_id": order, "amount": 50_000, "user_id": 1}));
        }
        world.ok("hold_coupon", json!({"code": third, "order_id": order, "amount": 50_000, "ttl_seconds": 600}));
        world.ok("use_gift_card", json!({"code": self.card, "order_id": order, "amount": 49_700}));
        world.ok("pay_with_points", json!({"user_id": 1, "order_id": order, "amount": 49_000, "points": 300}));
        let redeemed = world.ok("redeem_reward", json!({"user_id": 1, "reward_id": 10, "order_id": order}));
        self.redemption = redeemed["redemption_id"].clone();
        world.ok("stamp", json!({"user_id": 1, "card": "cup", "quantity": 3, "order_id": order}));
        world.ok("use_stamp_reward", json!({"user_id": 1, "card": "cup", "order_id": order}));
        let bought = world.ok("earn_points", json!({"user_id": 1, "amount": 50_000, "order_id": order}));
        assert_eq!(bought["redemptions"].as_array().unwrap().len(), 1);
    }

    /// Undoes a part, if it is still there.
    fn undo(&self, part: usize, size: i64) {
        let (op, args) = match part {
            0 => ("release_coupon", json!({"order_id": "A"})),
            1 => ("release_coupon", json!({"order_id": "A", "code": self.codes[0]})),
            2 => ("cancel_redemption", json!({"redemption_id": self.redemption})),
            3 => ("release_payment", json!({"order_id": "A"})),
            4 => ("release_payment", json!({"order_id": "A", "points": size})),
            5 => ("release_gift_card", json!({"order_id": "A"})),
            6 => ("refund_order", json!({"order_id": "A"})),
            7 => ("refund_order", json!({"order_id": "A", "amount": size * 100})),
            _ => ("cancel_order", json!({"order_id": "A"})),
        };
        drop(self.world.call(op, args));
        self.world.verify();
    }

    /// What anybody has.
    fn state(&self) -> Value {
        let world = &self.world;
        let profile = world.ok("profile", json!({"user_id": 1}));
        let fields = [
            "current_points",
            "total_points",
            "current_tier",
            "total_visits",
            "total_spent",
            "rewards_redeemed",
            "favorite_products",
            "successful_referrals",
        ];
        let profile: Vec<&Value> = fields.iter().map(|field| &profile[field]).collect();
        let points = [1, 9].map(|user| {
            let points = world.ok("points", json!({"user_id": user}));
            (points["available"].clone(), points["debt"].clone())
        });
        let codes = self.codes.clone().map(|code| {
            world.ok("validate_coupon", json!({"code": code, "amount": 900, "order_id": "B"}))["allowed"].clone()
        });
        let card = world.ok("gift_card", json!({"code": self.card}))["balance"].clone();
        let mut stamps = world.ok("stamp_cards", json!({"user_id": 1}))["items"].clone();
        stamps[0].as_object_mut().unwrap().remove("last_stamped_at");
        let coupons = world.ok("coupons", json!({"user_id": 1}))["items"].clone();
        let rewards = world.ok("rewards", json!({"user_id": 1}))["items"].clone();
        let used: Vec<_> = rewards.as_array().unwrap().iter().map(|reward| reward["used"].clone()).collect();
        let quote = world.ok("quote_points", json!({"user_id": 1, "amount": 1_000}))["points"].clone();
        json!([profile, points, codes, card, stamps, coupons, used, quote])
    }
}

proptest! {
    #![proptest_config(loyalty_tests::cases(48))]

    #[test]
    fn an_order_whose_parts_were_undone_in_any_order_ends_as_one_that_was_cancelled(
        shortfall in prop::sample::select(vec!["debt", "refuse", "forgive"]),
        acts in prop::collection::vec((0..9_usize, 1..400_i64), 0..12),
    ) {
        let mut shop = Shop::open(shortfall);
        let before = shop.state();
        shop.buy();
        for (part, size) in acts {
            shop.undo(part, size);
        }
        shop.world.ok("cancel_order", json!({"order_id": "A"}));
        shop.world.verify();
        prop_assert_eq!(shop.state(), before.clone());
        // A repeat, and any part after it, changes nothing.
        for part in 0..9 {
            shop.undo(part, 1);
        }
        prop_assert_eq!(shop.state(), before);
    }
}

#[test]
fn what_an_order_had_given_up_does_not_come_back_with_what_was_spent_of_it() {
    for (policy, given_up) in [("shortfall = \"forgive\"", 100), ("shortfall = \"debt\", debt_limit = 30", 70)] {
        let world = World::in_memory(&format!("redemption = {{ minimum_points = 0 }}\nrefund = {{ {policy} }}"));
        world.ok("earn_points", json!({"user_id": 1, "amount": 10_000, "order_id": "A"}));
        world.ok("pay_with_points", json!({"user_id": 1, "order_id": "B", "amount": 60, "points": 60}));
        let hold = world.ok("hold_points", json!({"user_id": 1, "points": 40, "ttl_seconds": 60}))["hold_id"].clone();
        let refunded = world.ok("refund_order", json!({"order_id": "A"}));
        assert_eq!(refunded["points_written_off"], given_up, "{policy}");
        world.ok("void_hold", json!({"hold_id": hold}));
        world.verify();
        let released = world.ok("release_payment", json!({"order_id": "B"}));
        assert_eq!(released["points_restored"], 60);
        assert_eq!((&released["points_reversed"], &released["balance"]), (&json!(60), &json!(0)), "{policy}");
        let points = world.ok("points", json!({"user_id": 1}));
        assert_eq!((&points["available"], &points["debt"], &points["lifetime"]), (&json!(0), &json!(0), &json!(0)));
        world.verify();
    }
}

#[test]
fn three_orders_with_automatic_rewards_that_are_cancelled_leave_nothing_under_any_policy() {
    for shortfall in ["debt", "refuse", "forgive"] {
        for by_night in [false, true] {
            let pending = if by_night { "earn = { pending = \"until_released\" }\n" } else { "" };
            let world = World::in_memory(&format!(
                "{pending}redemption = {{ minimum_points = 0 }}\nrefund = {{ shortfall = \"{shortfall}\" }}\n\
                 auto_redeem = {{ reward = 11, threshold = 100 }}"
            ));
            save_reward(&world, 100);
            save_reward(&world, 100);
            for order in ["A", "B", "C"] {
                world.ok("earn_points", json!({"user_id": 1, "amount": 10_000, "order_id": order}));
                if by_night {
                    world.ok("release_points", json!({"order_id": order}));
                    world.ok("auto_redeem", json!({"user_id": 1}));
                }
                assert_eq!(world.ok("coupons", json!({"user_id": 1}))["items"].as_array().unwrap().len(), 1);
                let cancelled = world.ok("cancel_order", json!({"order_id": order}));
                assert_eq!((&cancelled["balance"], &cancelled["debt"]), (&json!(0), &json!(0)), "{shortfall}");
                assert_eq!(cancelled["points_written_off"], 0);
            }
            assert_eq!(world.ok("coupons", json!({"user_id": 1}))["items"], json!([]));
            world.verify();
        }
    }
}

#[test]
fn an_automatic_reward_that_was_used_stays_and_its_order_is_cancelled_as_the_policy_says() {
    for (shortfall, debt) in [("debt", Some(100)), ("refuse", None), ("forgive", Some(0))] {
        let world = World::in_memory(&format!(
            "redemption = {{ minimum_points = 0 }}\nrefund = {{ shortfall = \"{shortfall}\" }}\n\
             auto_redeem = {{ reward = 11, threshold = 100 }}"
        ));
        save_reward(&world, 100);
        save_reward(&world, 100);
        let earned = world.ok("earn_points", json!({"user_id": 1, "amount": 10_000, "order_id": "A"}));
        let code = world.ok("coupons", json!({"user_id": 1}))["items"][0]["code"].clone();
        world.ok("use_coupon", json!({"user_id": 1, "code": code, "order_id": "B", "amount": 900}));
        let Some(debt) = debt else {
            assert_eq!(world.err("cancel_order", json!({"order_id": "A"})).code(), "insufficient_points");
            continue;
        };
        let cancelled = world.ok("cancel_order", json!({"order_id": "A"}));
        let kept = json!([{"redemption_id": earned["redemptions"][0], "because": "already_used"}]);
        assert_eq!((&cancelled["redemptions_kept"], &cancelled["debt"]), (&kept, &json!(debt)));
        world.verify();
    }
}

/// A member's order `A`, another's reservation, a card, a coupon; who was merged into the member is 3.
fn belongings() -> (World, Value, Value, Value) {
    let world = World::in_memory(&format!("{}\nearn = {{ points = 1, per = 1 }}", programme("debt")));
    save_reward(&world, 100);
    for user in [1, 2, 3] {
        world.ok("earn_points", json!({"user_id": user, "amount": 3_000, "order_id": format!("mine {user}")}));
    }
    world.ok("earn_points", json!({"user_id": 1, "amount": 9_000, "order_id": "A"}));
    world.ok("merge_members", json!({"into_user_id": 1, "from_user_id": 3}));
    for user in [1, 2] {
        world.ok("stamp", json!({"user_id": user, "card": "cup", "quantity": 4}));
    }
    let kept = world.ok("reserve_reward", json!({"user_id": 1, "reward_id": 10, "ttl_seconds": 600}));
    let coupon = json!({"discount_type": "fixed", "discount_value": 100, "stackable": true, "max_uses": 9});
    let code = world.ok("generate_discount_code", coupon)["code"].clone();
    let card = world.ok("create_gift_card", json!({"amount": 700}))["code"].clone();
    (world, kept["reservation_id"].clone(), code, card)
}

/// Every operation that takes both a member and something that belongs to one, with its arguments but the member.
fn mixed(kept: &Value, code: &Value, card: &Value) -> Vec<(&'static str, Value)> {
    vec![
        ("earn_points", json!({"amount": 9_000, "order_id": "A"})),
        ("pay_with_points", json!({"amount": 900, "points": 100, "order_id": "A"})),
        ("redeem_reward", json!({"reward_id": 10, "order_id": "A"})),
        ("redeem_reward", json!({"reward_id": 10, "reservation_id": kept})),
        ("best_offers", json!({"amount": 900, "order_id": "A"})),
        ("validate_coupon", json!({"code": code, "amount": 900, "order_id": "A"})),
        ("validate_coupons", json!({"codes": [code], "amount": 900, "order_id": "A"})),
        ("hold_coupon", json!({"code": code, "amount": 900, "order_id": "A", "ttl_seconds": 60})),
        ("use_coupon", json!({"code": code, "amount": 900, "order_id": "A"})),
        ("use_coupons", json!({"codes": [code], "amount": 900, "order_id": "A"})),
        ("use_gift_card", json!({"code": card, "amount": 100, "order_id": "A"})),
        ("stamp", json!({"card": "cup", "order_id": "A"})),
        ("use_stamp_reward", json!({"card": "cup", "order_id": "A"})),
    ]
}

#[test]
fn every_operation_that_names_a_member_and_an_order_refuses_that_of_another_member() {
    let (world, kept, code, card) = belongings();
    let cases = mixed(&kept, &code, &card);
    let belongs = ["order_id", "redemption_id", "hold_id", "reservation_id"];
    let takes_both = reference::descriptions().into_iter().filter(|one| {
        one.params.iter().any(|param| param.name == "user_id")
            && one.params.iter().any(|param| belongs.contains(&param.name.as_str()))
    });
    let takes_both: BTreeSet<String> = takes_both.map(|one| one.name.to_owned()).collect();
    assert_eq!(takes_both, cases.iter().map(|(op, _)| (*op).to_owned()).collect());
    let with = |args: &Value, user: i64| {
        let mut args = args.clone();
        args["user_id"] = json!(user);
        args
    };
    for (op, args) in &cases {
        let args = with(args, 2);
        match *op {
            "earn_points" => {
                let error = world.err(op, args);
                assert_eq!((error.code(), &error.details()["field"]), ("idempotency_conflict", &json!("user_id")));
            }
            "validate_coupon" => assert_eq!(world.ok(op, args)["because"], "not_yours"),
            "validate_coupons" => assert_eq!(world.ok(op, args)["allowed"], false),
            _ => assert_eq!(world.err(op, args).code(), "not_yours", "{op}"),
        }
    }
    // Who was merged is one with the member.
    for (op, args) in cases.iter().filter(|(op, _)| *op != "earn_points") {
        world.ok(op, with(args, 3));
        if *op == "use_coupon" {
            world.ok("release_coupon", json!({"order_id": "A"}));
        }
    }
    world.ok("cancel_order", json!({"order_id": "A"}));
    world.verify();
}

#[test]
fn an_order_that_another_member_paid_or_had_stamped_earns_for_nobody_else_and_is_undone_where_it_was() {
    let (world, ..) = belongings();
    world.ok("pay_with_points", json!({"user_id": 2, "order_id": "P", "amount": 900, "points": 100}));
    let bought = json!({"user_id": 1, "order_id": "P", "amount": 900, "points_paid": 100});
    assert_eq!(world.err("earn_points", bought).code(), "not_yours");
    for (op, more) in [("stamp", json!({"card": "cup"})), ("redeem_reward", json!({"reward_id": 10}))] {
        let mut args = more;
        args["user_id"] = json!(1);
        args["order_id"] = json!("P");
        assert_eq!(world.err(op, args).code(), "not_yours", "{op}");
    }
    let imported = json!({"user_id": 2, "source": "old", "balance": 0, "orders": [
        {"order_id": "A", "amount": 9_000, "points": 9_000, "paid_at": "2026-01-05"}]});
    let error = world.err("import_member", imported);
    assert_eq!((error.code(), &error.details()["field"]), ("not_yours", &json!("orders[0].order_id")));
    // Stamped for one, and then bought by another: each loses what it had.
    world.ok("stamp", json!({"user_id": 2, "card": "cup", "quantity": 2, "order_id": "S"}));
    world.ok("earn_points", json!({"user_id": 1, "amount": 900, "order_id": "S"}));
    let stamps = |user: i64| world.ok("stamp_cards", json!({"user_id": user}))["items"][0]["full_cards"].clone();
    assert_eq!((stamps(1), stamps(2)), (json!(2), json!(3)));
    world.ok("refund_order", json!({"order_id": "S"}));
    assert_eq!((stamps(1), stamps(2)), (json!(2), json!(2)));
    world.verify();
}

#[test]
fn a_wrong_count_of_visits_is_seen() {
    let world = World::on_file("");
    world.ok("earn_points", json!({"user_id": 1, "amount": 0, "order_id": "A"}));
    world.ok("earn_points", json!({"user_id": 1, "amount": 100}));
    world.ok("earn_points", json!({"user_id": 2, "amount": 100, "order_id": "B"}));
    world.ok("merge_members", json!({"into_user_id": 1, "from_user_id": 2}));
    let orders = json!([{"order_id": "O", "amount": 0, "points": 5, "paid_at": "2026-01-05"},
        {"order_id": "Q", "amount": 10, "points": 5, "paid_at": "2026-01-05"}]);
    world.ok(
        "import_member",
        json!({"user_id": 1, "source": "old", "balance": 10, "total_visits": 7, "orders": orders}),
    );
    world.verify();
    for order in ["A", "O", "Q"] {
        world.ok("refund_order", json!({"order_id": order}));
        world.verify();
    }
    world.ok("amend_order", json!({"order_id": "O", "amount": 0}));
    world.verify();
    assert_eq!(world.ok("profile", json!({"user_id": 1}))["total_visits"], 8);
    if store::is_server() || store::is_page() {
        return;
    }
    // One more in the sum and in its day: only the purchases themselves tell.
    let connection = rusqlite::Connection::open(world.path()).unwrap();
    let sql = "UPDATE loyalty_users SET total_visits = total_visits + 1 WHERE user_id = 1; \
               UPDATE loyalty_visits SET visits = visits + 1 WHERE user_id = 1 AND day = (SELECT MAX(day) FROM loyalty_visits)";
    connection.execute_batch(sql).unwrap();
    let verified = world.ok("verify", json!({}));
    let problems: Vec<&str> =
        verified["problems"].as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap()).collect();
    assert!(problems.contains(&"total_visits = purchases that were not cancelled"), "{problems:?}");
    assert!(problems.iter().all(|what| what.contains("visits")), "{problems:?}");
}
