//! Defects that were found by the other tests of the whole, each in its shortest form.

use loyalty_tests::world::World;
use serde_json::json;

fn amounts(world: &World, user: i64) -> Vec<i64> {
    let page = world.ok("transactions", json!({ "user_id": user, "limit": 200 }));
    page["items"].as_array().unwrap().iter().map(|item| item["points_amount"].as_i64().unwrap()).collect()
}

#[test]
fn points_given_back_after_their_end_expire_in_the_same_order_with_and_without_a_sweep() {
    let run = |sweep: bool| {
        let world = World::in_memory("expiry = { policy = \"end_of_year\", days = false }");
        world.ok("save_reward", json!({"id": 1, "name": "cup", "points_cost": 100}));
        world.ok("earn_points", json!({"user_id": 1, "amount": 7_500}));
        world.ok("earn_points", json!({"user_id": 1, "amount": 2_600}));
        let redeemed = world.ok("redeem_reward", json!({"user_id": 1, "reward_id": 1}));
        world.now("2027-01-05T12:00:00-03:00");
        if sweep {
            world.ok("expire_points", json!({}));
        }
        world.ok("cancel_redemption", json!({"redemption_id": redeemed["redemption_id"]}));
        world.verify();
        amounts(&world, 1)
    };
    assert_eq!(run(true), [-25, -75, 100, -1, -100, 26, 75]);
    assert_eq!(run(false), run(true));
}

#[test]
fn a_purchase_under_the_inactivity_policy_never_shortens_a_promised_end() {
    let world = World::in_memory("expiry = { policy = \"inactivity\", days = 45 }");
    world.ok("earn_points", json!({"user_id": 1, "amount": 1_000}));
    let bonus = json!({
        "user_id": 1, "transaction_type": "bonus", "points": 7, "description": "promised", "expires_at": "2027-03-01",
    });
    world.ok("record_transaction", bonus);
    world.now("2026-03-20T12:00:00-03:00");
    world.ok("earn_points", json!({"user_id": 1, "amount": 1_000}));
    let points = |as_of: &str| world.ok("points", json!({"user_id": 1, "as_of": as_of}))["available"].clone();
    assert_eq!(points("2026-05-04T12:00:00-04:00"), 27);
    assert_eq!(points("2026-05-05T12:00:00-04:00"), 7);
    assert_eq!(points("2027-03-01T23:59:00-03:00"), 7);
}

#[test]
fn a_page_of_history_never_shows_another_member() {
    let world = World::in_memory("");
    for user in [1, 2, 3] {
        world.ok("earn_points", json!({"user_id": user, "amount": 1_000 * user}));
    }
    for before in [json!(9_007_199_254_740_991_i64), json!(i64::MAX)] {
        let page = world.ok("transactions", json!({"user_id": 1, "before_id": before}));
        let users: Vec<_> = page["items"].as_array().unwrap().iter().map(|item| item["user_id"].clone()).collect();
        assert_eq!(users, [json!(1)]);
    }
    // An id before all of the member's own.
    assert_eq!(world.ok("transactions", json!({"user_id": 3, "before_id": 1}))["items"], json!([]));
}

#[test]
fn a_refund_of_an_order_before_the_window_takes_nothing_from_the_window() {
    let world = World::in_memory("tier_rules = { metric = \"window_points\", window_days = 30 }");
    world.ok("earn_points", json!({"user_id": 1, "amount": 300_000, "order_id": "old"}));
    world.now("2026-08-02T12:00:00-04:00");
    world.ok("earn_points", json!({"user_id": 1, "amount": 500_000, "order_id": "new"}));
    let needed = |world: &World| world.ok("check_tier_upgrade", json!({"user_id": 1}))["points_to_next_tier"].clone();
    let before = needed(&world);
    world.ok("refund_order", json!({"order_id": "old"}));
    assert_eq!(needed(&world), before);
    world.ok("refund_order", json!({"order_id": "new"}));
    assert_eq!(world.ok("profile", json!({"user_id": 1}))["current_tier"], "cafe_bronze");
}

#[test]
fn the_last_days_of_the_calendar_can_be_repeated() {
    let world = World::in_memory("");
    for (key, date) in ["9999-12-31", "9999-12-30", "9998-12-31"].iter().enumerate() {
        let save = json!({"name": "R", "points_cost": 100, "expiry_date": date, "key": format!("k{key}")});
        let Ok(saved) = world.call("save_reward", save.clone()) else { continue };
        let shown = saved["expiry_date"].as_str().unwrap();
        assert!(shown.len() == 25, "{date} is shown as {shown}");
        assert_eq!(world.ok("save_reward", save)["replayed"], true);
    }
}

#[test]
fn an_error_never_repeats_megabytes_of_what_was_sent() {
    let world = World::in_memory("");
    let long = "x".repeat(10_000_000);
    let mut unknown = json!({"user_id": 1});
    unknown[&long] = json!(1);
    for (op, args) in [
        ("generate_code", json!({"prefix": long})),
        ("check_code", json!({"code": 1, "x": long})),
        ("record_transaction", json!({"user_id": 1, "transaction_type": long, "points": 1, "description": "d"})),
        ("record_transaction", json!({"user_id": 1, "transaction_type": "bonus", "points": long, "description": "d"})),
        ("profile", unknown),
        ("tier_benefits", json!({"tier": long})),
        ("save_reward", json!({"name": "R", "points_cost": 100, "tier_required": long})),
        ("earn_points", json!({"user_id": 1, "amount": long})),
        ("earn_points", json!({"user_id": 1, "amount": 1, "at": long})),
        ("earn_points", json!({"user_id": 1, "amount": 1, "key": long})),
        ("enroll", json!({"user_id": 1, "consents": [long]})),
        (&long, json!({})),
    ] {
        let error = world.err(op, args).to_json().to_string();
        assert!(error.len() < 2_000, "{} bytes: {}", error.len(), &error[..200]);
    }
}

#[test]
fn many_rules_that_add_points_do_not_make_a_purchase_impossible() {
    let mut changes = "earn = { stacking = \"all\" }\n".to_owned();
    for rule in 0..40 {
        let effect = if rule < 10 { "{ multiply = 1.1 }" } else { "{ add = 1 }" };
        changes.push_str(&format!("[[rules]]\nid = \"r{rule}\"\nname = \"R\"\neffect = {effect}\n"));
    }
    let world = World::in_memory(&changes);
    // 12 990 / 100 × 1.1^10 = 336.9…, and 30 more.
    assert_eq!(world.ok("earn_points", json!({"user_id": 1, "amount": 12_990}))["points_earned"], 366);
}

#[test]
fn a_repeat_that_finds_the_tier_fallen_books_the_fall_once() {
    let world = World::in_memory(
        "tier_rules = { metric = \"window_points\", window_days = 6, review = \"always\", downgrade = \"recompute\" }",
    );
    world.ok("earn_points", json!({"user_id": 1, "amount": 600_000}));
    world.ok("enroll", json!({"user_id": 2}));
    let merge = json!({"into_user_id": 1, "from_user_id": 2});
    world.ok("merge_members", merge.clone());
    world.now("2026-03-20T12:00:00-03:00");
    for _ in 0..2 {
        assert_eq!(world.ok("merge_members", merge.clone())["tier"], "cafe_bronze");
        world.verify();
    }
    let history = world.ok("tier_history", json!({"user_id": 1}));
    assert_eq!(history["items"].as_array().unwrap().len(), 2, "{history:#}");
}

#[test]
fn a_purchase_by_a_clock_behind_the_one_that_raised_the_tier_verifies() {
    let world = World::in_memory("");
    // The clocks of two machines differ by some minutes.
    world.now("2026-03-02T12:03:20-03:00");
    world.ok("earn_points", json!({"user_id": 1, "amount": 3_000_000}));
    world.now("2026-03-02T12:00:00-03:00");
    let before = world.ok("earn_points", json!({"user_id": 1, "amount": 1_000, "order_id": "A-0"}));
    assert_eq!(before["points_earned"], 10);
    world.verify();
}

#[test]
fn what_a_returned_order_gave_up_is_taken_when_its_hold_ends_by_the_clock() {
    let world = World::in_memory("refund = { shortfall = \"forgive\" }");
    world.ok("earn_points", json!({"user_id": 3, "amount": 19_500, "order_id": "A-8"}));
    world.ok("hold_points", json!({"user_id": 3, "points": 61, "ttl_seconds": 3_600}));
    world.ok("amend_order", json!({"order_id": "A-8", "amount": 1_000}));
    world.now("2026-03-20T12:00:00-03:00");
    assert_eq!(world.ok("points", json!({"user_id": 3}))["available"], 10);
    world.verify();
}
