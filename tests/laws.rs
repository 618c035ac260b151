//! Laws: what holds for every input, without knowing the numbers.

use loyalty_tests::calendar::{self, DAY};
use loyalty_tests::world::{START, World};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Tiers near enough to be crossed by one order, and a cheap reward.
const NEAR_TIERS: &str = r#"
[[tiers]]
id = "one"
name = "One"
threshold = 0
multiplier = 1.0
discount_percent = 0
benefits = []
[[tiers]]
id = "two"
name = "Two"
threshold = 100
multiplier = 1.3
discount_percent = 0
benefits = []
[[tiers]]
id = "three"
name = "Three"
threshold = 300
multiplier = 2
discount_percent = 0
benefits = []
[[rewards]]
name = "cup"
points_cost = 100
discount_type = "free_item"
discount_percent = 100
tier_required = "one"
[[rewards]]
name = "twice"
points_cost = 130
discount_type = "free_item"
discount_percent = 100
tier_required = "one"
max_uses_per_user = 2
"#;

/// What a refund must bring to the same end, however it is split.
fn standing(world: &World, user: i64) -> Value {
    let profile = world.ok("profile", json!({ "user_id": user }));
    let points = world.ok("points", json!({ "user_id": user }));
    json!([
        points,
        profile["current_tier"],
        profile["total_points"],
        profile["total_visits"],
        profile["total_spent"],
        profile["current_points"],
        profile["favorite_products"],
        profile["score"],
    ])
}

/// Rules of every kind, and caps low enough to cut.
const RULES: &str = r#"
[[rules]]
id = "large"
name = "Large"
when = { minimum_amount = 20000 }
effect = { multiply = 1.7 }
[[rules]]
id = "cups"
name = "Cups"
when = { skus = ["cup"] }
effect = { per_unit = 3 }
[[rules]]
id = "teas"
name = "Teas"
when = { categories = ["tea"] }
effect = { multiply = 0 }
[[rules]]
id = "second"
name = "Every second"
when = { every_nth_visit = 2 }
effect = { add = 11 }
"#;

proptest! {
    #![proptest_config(loyalty_tests::cases(64))]

    #[test]
    fn any_split_of_a_refund_ends_as_one(
        before in 0..40_000_i64,
        amount in 1..60_000_i64,
        cuts in prop::collection::vec(1..1_000_i64, 0..6),
        spend in any::<bool>(),
        forgive in any::<bool>(),
        metric in prop_oneof!["lifetime_points", "window_points", "window_spend"],
    ) {
        let shortfall = if forgive { "forgive" } else { "debt" };
        let changes =
            format!("refund = {{ shortfall = \"{shortfall}\" }}\ntier_rules = {{ metric = \"{metric}\" }}\n{NEAR_TIERS}");
        let run = |parts: &[i64]| {
            let world = World::in_memory(&changes);
            world.ok("earn_points", json!({"user_id": 1, "amount": before, "items": [{"sku": "tea"}]}));
            world.ok("earn_points", json!({"user_id": 1, "amount": amount, "order_id": "A", "items": [{"sku": "cup", "quantity": 3}]}));
            if spend {
                drop(world.call("redeem_reward", json!({"user_id": 1, "reward_id": 1})));
            }
            for part in parts {
                world.ok("refund_order", json!({"order_id": "A", "amount": part}));
            }
            world.ok("refund_order", json!({"order_id": "A"}));
            world.verify();
            prop_assert_eq!(world.err("refund_order", json!({"order_id": "A"})).code(), "nothing_left_to_refund");
            Ok(standing(&world, 1))
        };
        let mut parts = Vec::new();
        let mut left = amount;
        for cut in &cuts {
            let part = left * cut / 1_000;
            if part > 0 && part < left {
                parts.push(part);
                left -= part;
            }
        }
        prop_assert_eq!(run(&parts)?, run(&[])?, "in parts {:?} and the rest", parts);
    }

    #[test]
    fn redeem_and_cancel_restore_everything_and_prolong_nothing(
        earns in prop::collection::vec((1..30_000_i64, 0..60_i64), 1..6),
        policy in prop_oneof!["\"fixed_days\", days = 40", "\"end_of_year\", days = false, runs_from = \"activation\"", "\"never\", days = false"],
        wait in 0..50_i64,
        pending in prop_oneof![Just(0), Just(3)],
    ) {
        let changes = format!("expiry = {{ policy = {policy} }}\nearn = {{ pending_days = {pending} }}\n{NEAR_TIERS}");
        let (touched, untouched) = (World::in_memory(&changes), World::in_memory(&changes));
        let mut now = calendar::micros(START);
        let both = |now: i64| [&touched, &untouched].map(|world| world.now(&calendar::text(now)));
        for (amount, days) in &earns {
            now += days * DAY;
            both(now);
            for world in [&touched, &untouched] {
                world.ok("earn_points", json!({"user_id": 1, "amount": amount}));
            }
        }
        let before = standing(&touched, 1);
        if let Ok(redeemed) = touched.call("redeem_reward", json!({"user_id": 1, "reward_id": 1})) {
            let id = redeemed["redemption_id"].clone();
            let cancelled = touched.ok("cancel_redemption", json!({"redemption_id": id}));
            prop_assert_eq!(&cancelled["points_restored"], &json!(100));
            prop_assert_eq!(standing(&touched, 1), before);
            let again = touched.ok("redeem_reward", json!({"user_id": 1, "reward_id": 1}));
            now += wait * DAY;
            both(now);
            touched.ok("cancel_redemption", json!({"redemption_id": again["redemption_id"]}));
        } else {
            now += wait * DAY;
            both(now);
        }
        for days in [0, 1, 3, 7, 20, 39, 40, 41, 60, 200, 365, 366, 800] {
            let as_of = json!({"user_id": 1, "as_of": calendar::text(now + days * DAY)});
            prop_assert_eq!(touched.ok("points", as_of.clone()), untouched.ok("points", as_of), "{} days on", days);
        }
        touched.verify();
    }

    #[test]
    fn a_quote_is_what_is_booked(
        before in 0..50_000_i64,
        amount in 0..2_000_000_i64,
        rounding in prop_oneof!["floor", "half_up", "ceil"],
        quantity in 1..4_i64,
        stacking in prop_oneof!["best", "all"],
        caps in any::<bool>(),
    ) {
        let caps = if caps { ", max_points_per_order = 900, max_points_per_day = 1200" } else { "" };
        let world = World::in_memory(&format!(
            "rounding = \"{rounding}\"\nearn = {{ stacking = \"{stacking}\"{caps} }}\n{NEAR_TIERS}{RULES}"
        ));
        world.ok("earn_points", json!({"user_id": 1, "amount": before}));
        let items = json!([
            {"sku": "cup", "quantity": quantity, "amount": amount / 3},
            {"sku": "leaf", "category": "tea", "amount": amount / 4},
            {"sku": "cup", "kind": "gift"},
        ]);
        let purchase = json!({"user_id": 1, "amount": amount, "items": items});
        let stranger = json!({"user_id": 2, "amount": amount, "items": items});
        for call in [purchase.clone(), stranger, purchase] {
            let quote = world.ok("quote_points", call.clone());
            let receipt = world.ok("earn_points", call);
            prop_assert_eq!(&quote["points"], &receipt["points_earned"]);
            prop_assert_eq!(&quote["because"], &receipt["because"]);
            let parts: i64 = receipt["because"].as_array().unwrap().iter().map(|part| part["points"].as_i64().unwrap()).sum();
            prop_assert_eq!(json!(parts), receipt["points_earned"].clone());
            let explained = world.ok("explain", json!({"transaction_id": receipt["transaction_id"]}));
            prop_assert_eq!(&explained["because"], &receipt["because"]);
            prop_assert_eq!(&explained["missed"], &quote["missed"]);
        }
    }

    #[test]
    fn expired_is_expired_by_the_clock(amount in 100..90_000_i64, days in 0..500_i64, hour in 0..24_i64) {
        let world = World::in_memory(NEAR_TIERS);
        world.ok("earn_points", json!({"user_id": 1, "amount": amount}));
        let now = calendar::micros(START) + days * DAY + hour * calendar::HOUR;
        world.now(&calendar::text(now));
        let alive = now < calendar::end_of_day_after(calendar::micros(START), 365);
        let have = if alive { amount / 100 } else { 0 };
        let args = json!({"user_id": 1});
        prop_assert_eq!(&world.ok("points", args.clone())["available"], &json!(have));
        prop_assert_eq!(&world.ok("profile", args.clone())["current_points"], &json!(have));
        let listed = world.ok("rewards", args);
        prop_assert_eq!(&listed["items"][0]["available"], &json!(have >= 100));
        let redeemed = world.call("redeem_reward", json!({"user_id": 1, "reward_id": 1}));
        prop_assert_eq!(redeemed.is_ok(), have >= 100);
        let taken = json!({"user_id": 1, "transaction_type": "adjustment", "points": -amount, "description": "x"});
        prop_assert_eq!(world.err("record_transaction", taken).code(), "insufficient_points");
    }

    #[test]
    fn the_past_is_told_as_it_was(
        acts in prop::collection::vec((0..4_u8, 1..30_000_i64, 1..200_i64), 1..12),
    ) {
        let world = World::in_memory(&format!("expiry = {{ days = 60 }}\n{NEAR_TIERS}"));
        let mut now = calendar::micros(START);
        let mut told = Vec::new();
        for (number, (act, amount, days)) in acts.iter().enumerate() {
            match act {
                0 | 1 => drop(world.ok("earn_points", json!({"user_id": 1, "amount": amount, "order_id": format!("A{number}")}))),
                2 => drop(world.call("redeem_reward", json!({"user_id": 1, "reward_id": 1}))),
                _ => drop(world.call("refund_order", json!({"order_id": format!("A{}", number.saturating_sub(1))}))),
            }
            // A moment after the act, and again just before the next.
            for moment in [now + 1_000_000, now + days * DAY] {
                world.now(&calendar::text(moment));
                if let Ok(points) = world.call("points", json!({"user_id": 1})) {
                    told.push((moment, points));
                }
            }
            now += days * DAY + 1_000_000;
            world.now(&calendar::text(now));
        }
        world.now(&calendar::text(now + 1_000 * DAY));
        for (moment, points) in told {
            let recalled = world.ok("points", json!({"user_id": 1, "as_of": calendar::text(moment)}));
            prop_assert_eq!(recalled, points, "as of {}", calendar::text(moment));
        }
    }
}
