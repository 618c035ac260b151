//! A small database that has something of everything.

use serde_json::{Value, json};

use crate::ladder::ladder;
use crate::world::World;

/// The changes of the programme under which it is filled.
#[must_use]
pub fn changes() -> String {
    let tiers = ladder(5_000, 25_000, "gift_points = 50");
    format!(
        "expiry = {{ reinstate_days = 30 }}\nredemption = {{ minimum_points = 0 }}\nreferral = {{ review_risk = 90 }}\n\
         {tiers}[[rules]]\nid = \"double\"\nname = \"Double\"\neffect = {{ multiply = 2 }}\nlimit = {{ times_per_day = 5 }}",
    )
}

/// The database, filled and verified.
#[must_use]
pub fn world() -> World {
    let world = World::on_file(&changes());
    fill(&world);
    world.verify();
    world
}

/// Fills a database under this programme.
pub fn fill(world: &World) {
    let try_all = |calls: Vec<(&str, Value)>| {
        for (operation, arguments) in calls {
            world.ok(operation, arguments);
        }
    };
    try_all(vec![
        (
            "enroll",
            json!({"user_id": 1, "name": "Ana", "email": "ana@x.cl", "phone": "+56911111111", "birth_date": "1990-04-10",
                   "attributes": {"shop": "mall"}}),
        ),
        ("enroll", json!({"user_id": 2})),
        ("enroll", json!({"user_id": 4})),
        ("save_reward", json!({"name": "cup", "points_cost": 100, "stock": 50, "max_uses": 90})),
    ]);
    let code = world.ok("generate_referral", json!({"user_id": 1}))["code"].clone();
    let items = json!([{"sku": "te", "quantity": 2, "amount": 100_000}, {"sku": "pan", "amount": 100_000}]);
    try_all(vec![
        ("enroll", json!({"user_id": 3, "referral_code": code})),
        ("earn_points", json!({"user_id": 3, "amount": 90_000, "order_id": "F-1"})),
        ("earn_points", json!({"user_id": 1, "amount": 200_000, "order_id": "A-1", "items": items})),
        ("earn_points", json!({"user_id": 1, "amount": 400_000, "order_id": "A-2", "key": "k", "actor": "till"})),
        ("earn_points", json!({"user_id": 1, "amount": 5_000})),
        ("refund_order", json!({"order_id": "A-2", "amount": 100_000})),
        ("earn_points", json!({"user_id": 2, "amount": 50_000, "order_id": "B-1"})),
        ("amend_order", json!({"order_id": "B-1", "amount": 60_000})),
        ("pay_with_points", json!({"user_id": 1, "order_id": "P-1", "amount": 5_000, "points": 200})),
        ("pay_with_points", json!({"user_id": 1, "order_id": "P-2", "amount": 5_000, "points": 100})),
        ("release_payment", json!({"order_id": "P-2"})),
        ("record_transaction", json!({"user_id": 2, "transaction_type": "bonus", "points": 50, "description": "b"})),
        ("transfer_points", json!({"from_user_id": 1, "to_user_id": 2, "points": 30})),
        ("set_tier", json!({"user_id": 2, "tier": "three", "until": "2026-12-31", "reason": "a guest"})),
        ("record_event", json!({"user_id": 1, "event": "review"})),
        ("merge_members", json!({"into_user_id": 2, "from_user_id": 4})),
    ]);
    let held = world.ok("hold_points", json!({"user_id": 1, "points": 100, "ttl_seconds": 600}))["hold_id"].clone();
    try_all(vec![
        ("capture_hold", json!({"hold_id": held, "points": 60})),
        ("hold_points", json!({"user_id": 1, "points": 40, "ttl_seconds": 86_400})),
        ("redeem_reward", json!({"user_id": 1, "reward_id": 1, "order_id": "R-1"})),
        ("reserve_reward", json!({"user_id": 1, "reward_id": 1, "ttl_seconds": 86_400})),
    ]);
    let undone = world.ok("redeem_reward", json!({"user_id": 1, "reward_id": 1}))["redemption_id"].clone();
    world.ok("cancel_redemption", json!({"redemption_id": undone}));
    let budget =
        json!({"discount_type": "fixed", "discount_value": 500, "max_uses": 9, "budget": 9_000, "stackable": true});
    let coupon = world.ok("generate_discount_code", budget)["code"].clone();
    let card = world.ok("create_gift_card", json!({"amount": 9_000, "user_id": 1}))["code"].clone();
    try_all(vec![
        ("generate_coupons", json!({"count": 2, "batch": "b", "discount_type": "percent", "discount_value": 5})),
        ("use_coupon", json!({"code": coupon, "order_id": "C-1", "amount": 5_000, "user_id": 1})),
        ("hold_coupon", json!({"code": coupon, "order_id": "C-2", "amount": 5_000, "ttl_seconds": 600})),
        ("use_gift_card", json!({"code": card, "user_id": 1, "order_id": "C-1", "amount": 1_000})),
        ("use_gift_card", json!({"code": card, "user_id": 1, "order_id": "C-3", "amount": 2_000})),
        ("release_gift_card", json!({"order_id": "C-3", "code": card})),
        ("stamp", json!({"user_id": 1, "card": "cafe", "quantity": 13, "order_id": "S-1"})),
        ("use_stamp_reward", json!({"user_id": 1, "card": "cafe", "quantity": 1})),
    ]);
}
