//! Every command with all its arguments, and for each another value.

use serde_json::{Value, json};

use crate::world::World;

/// A command with all its arguments, and for each another value that makes it another request.
#[derive(Debug)]
pub struct Case {
    /// Its name.
    pub op: &'static str,
    /// Its arguments.
    pub args: Value,
    /// The other values.
    pub others: Value,
}

/// A world in which each of them can succeed.
///
/// # Panics
/// When it cannot be made ready.
#[must_use]
pub fn prepared() -> (World, Vec<Case>) {
    let world = World::on_file(
        "expiry = { reinstate_days = 5 }\nredemption = { minimum_points = 0 }\nreferral = { review_risk = 1 }\n\
         auto_redeem = { reward = 1, threshold = 1000000 }",
    );
    world.ok("save_reward", json!({"id": 1, "name": "cup", "points_cost": 100, "stock": 9}));
    world.ok(
        "earn_points",
        json!({"user_id": 1, "amount": 90_000, "order_id": "A", "items": [{"sku": "x", "quantity": 2}]}),
    );
    world.ok("earn_points", json!({"user_id": 2, "amount": 90_000, "order_id": "B"}));
    let code = world.ok("profile", json!({"user_id": 1}))["referral_code"].clone();
    let redeemed = world.ok("redeem_reward", json!({"user_id": 1, "reward_id": 1}));
    let other = world.ok("redeem_reward", json!({"user_id": 2, "reward_id": 1}));
    let bea = world.ok("enroll", json!({"user_id": 11, "name": "Bea"}))["referral_code"].clone();
    for friend in [12, 13] {
        world.ok("enroll", json!({"user_id": friend, "name": "Bea", "referral_code": bea}));
    }
    world.ok("enroll", json!({"user_id": 14}));
    world.ok("update_member", json!({"user_id": 1, "card": "C9"}));
    world.ok("stamp", json!({"user_id": 14, "card": "cafe", "quantity": 20}));
    for user in [1, 2] {
        let order = format!("paid {user}");
        world.ok("pay_with_points", json!({"user_id": user, "order_id": order, "amount": 500, "points": 10}));
    }
    for user in [15, 16] {
        world.ok("enroll", json!({ "user_id": user }));
    }
    let earned = |user: i64| {
        let page = world.ok("transactions", json!({"user_id": user, "transaction_type": "earn"}));
        page["items"][0]["id"].clone()
    };
    let (first, first_of_two) = (earned(1), earned(2));
    let hold = |user: i64| {
        world.ok("hold_points", json!({"user_id": user, "points": 9, "ttl_seconds": 900}))["hold_id"].clone()
    };
    let (held, other_held, voided) = (hold(1), hold(2), hold(1));
    let kept = [1, 1, 1, 2].map(|user| {
        let reserve = json!({"user_id": user, "reward_id": 1, "ttl_seconds": 3600});
        world.ok("reserve_reward", reserve)["reservation_id"].clone()
    });
    let case = |op, args, others| Case { op, args, others };
    let coupon = json!({"discount_type": "percent", "discount_value": 10, "max_uses": 9, "stackable": true});
    let codes: Vec<Value> =
        (0..3).map(|_| world.ok("generate_discount_code", coupon.clone())["code"].clone()).collect();
    world.ok("use_coupon", json!({"code": codes[0], "order_id": "T", "amount": 900}));
    let cards =
        [500, 600].map(|amount| world.ok("create_gift_card", json!({"amount": amount, "user_id": 1}))["code"].clone());
    world.ok("use_gift_card", json!({"code": cards[0], "order_id": "T", "amount": 100, "user_id": 1}));
    let person = json!({
        "name": "Ana", "email": "ana@example.cl", "phone": "+56 9 1234 5678", "card": "C1", "birth_date": "1990-02-28", "locale": "en",
        "consents": ["birthday"],
    });
    let another = json!({
        "name": "Eva", "email": "eva@example.cl", "phone": "+56 9 1234 5679", "card": "C2", "birth_date": "1990-02-27", "locale": "es-CL",
        "consents": ["welcome"],
    });
    let with = |person: &Value, more: Value| {
        let mut fields = person.as_object().unwrap().clone();
        fields.extend(more.as_object().unwrap().clone());
        Value::Object(fields)
    };
    let reward = json!({
        "id": 2, "name": "R", "description": "D", "points_cost": 300, "discount_type": "free_item", "discount_percent": 10,
        "max_discount": 5_000, "tier_required": "cafe_oro", "max_uses_per_user": 3, "stock": 9, "active": true,
        "starts_at": "2026-01-01", "expiry_date": "2026-12-31", "price": 500, "cost": 300, "max_uses": 90,
        "max_uses_per_user_per_day": 1, "max_uses_per_user_per_week": 2, "max_uses_per_user_per_month": 3,
        "max_uses_per_user_per_year": 4,
        "discount_value": 1, "min_order_amount": 1_000, "products": ["x"], "categories": ["tea"],
        "target": "cheapest_item", "stackable": true, "coupon_days": 7, "coupon_wait_days": 1, "not_on_granting_order": true,
    });
    let other_reward = json!({
        "id": 3, "name": "S", "description": "E", "points_cost": 301, "discount_type": "percent", "discount_percent": 11,
        "max_discount": 5_001, "tier_required": "cafe_plata", "max_uses_per_user": 4, "stock": 8, "active": false,
        "starts_at": "2026-01-02", "expiry_date": "2026-12-30", "price": 501, "cost": 301, "max_uses": 91,
        "max_uses_per_user_per_day": 2, "max_uses_per_user_per_week": 3, "max_uses_per_user_per_month": 4,
        "max_uses_per_user_per_year": 5,
        "discount_value": 2, "min_order_amount": 1_001, "products": ["y"], "categories": ["coffee"],
        "target": "order", "stackable": false, "coupon_days": 8, "coupon_wait_days": 2, "not_on_granting_order": false,
    });
    let cases = vec![
        case(
            "enroll",
            with(&person, json!({"user_id": 7, "referral_code": code})),
            with(&another, json!({"user_id": 8, "referral_code": "x"})),
        ),
        case(
            "update_member",
            with(
                &person,
                json!({"user_id": 1, "email": "ada@example.cl", "phone": "+56 9 1234 0000", "card": "C3",
                    "remove_card": "C9", "blocked": false}),
            ),
            with(&another, json!({"user_id": 2, "remove_card": "C8", "remove": ["cards"], "blocked": true})),
        ),
        case(
            "merge_members",
            json!({"into_user_id": 15, "from_user_id": 16}),
            json!({"into_user_id": 16, "from_user_id": 15}),
        ),
        case(
            "import_member",
            json!({
                "user_id": 31, "source": "old", "reference": "r", "balance": 10, "lifetime_points": 60, "tier": "cafe_plata", "name": "Eva",
                "email": "eva@example.cl", "phone": "+56 9 1234 5670", "birth_date": "1990-02-28",
                "joined_at": "2025-01-01", "last_visit_at": "2026-01-01", "total_visits": 3, "total_spent": 9_000,
                "orders": [{"order_id": "I", "amount": 900, "points": 9, "paid_at": "2026-01-01"}],
                "redemptions": [{"reward_id": 1, "points": 5, "redeemed_at": "2026-01-01"}],
                "history": [{"points": 20, "happened_at": "2025-12-01", "description": "d"}],
            }),
            json!({
                "user_id": 32, "source": "new", "reference": "s", "balance": 11, "lifetime_points": 61, "tier": "cafe_oro", "name": "Leo",
                "email": "leo@example.cl", "phone": "+56 9 1234 5671", "birth_date": "1990-02-27",
                "joined_at": "2025-01-02", "last_visit_at": "2026-01-02", "total_visits": 4, "total_spent": 9_001,
                "orders": [{"order_id": "J", "amount": 900, "points": 9, "paid_at": "2026-01-01"}],
                "redemptions": [{"reward_id": 1, "points": 6, "redeemed_at": "2026-01-01"}],
                "history": [{"points": 21, "happened_at": "2025-12-02", "description": "e"}],
            }),
        ),
        case(
            "earn_points",
            json!({
                "user_id": 1, "amount": 5_000, "order_id": "C", "items": [{"sku": "x", "amount": "5000.0"}],
                "available_at": "2026-03-09", "shop": "mall", "tax": 800, "points_paid": 100, "gift_card_paid": 200,
                "points": 40, "description": "Caja 3",
            }),
            json!({
                "user_id": 2, "amount": "5001", "order_id": "D", "items": [{"sku": "x", "amount": 4_999}],
                "available_at": "2026-03-10", "shop": "port", "tax": 801, "points_paid": 101, "gift_card_paid": 201,
                "points": 41, "description": "Caja 4",
            }),
        ),
        case(
            "refund_order",
            json!({
                "order_id": "A", "amount": 1_000, "items": [{"sku": "x"}], "points_back": 4, "gift_card_back": 5, "fee": 2,
                "pay_back": false,
            }),
            json!({
                "order_id": "B", "amount": 999, "items": [{"sku": "x", "quantity": 2}], "points_back": 3,
                "gift_card_back": 6, "fee": 3, "pay_back": true,
            }),
        ),
        case(
            "amend_order",
            json!({
                "order_id": "A", "amount": 80_000, "items": [{"sku": "y"}], "tax": 800, "points_paid": 100,
                "gift_card_paid": 200, "points": 800,
            }),
            json!({
                "order_id": "B", "amount": 8, "items": [{"sku": "z"}], "tax": 801, "points_paid": 101,
                "gift_card_paid": 201, "points": 801,
            }),
        ),
        case(
            "record_event",
            json!({"user_id": 1, "event": "survey", "properties": {"stars": 5}, "shop": "mall"}),
            json!({"user_id": 2, "event": "review", "properties": {"stars": 4}, "shop": "port"}),
        ),
        case(
            "record_transaction",
            json!({"user_id": 1, "transaction_type": "bonus", "points": 5, "description": "d", "expires_at": "2027-01-01", "available_at": "2026-04-01"}),
            json!({"user_id": 2, "transaction_type": "adjustment", "points": 6, "description": "e", "expires_at": "2027-01-02", "available_at": "2026-04-02"}),
        ),
        case(
            "transfer_points",
            json!({"from_user_id": 1, "to_user_id": 2, "points": 5}),
            json!({"from_user_id": 2, "to_user_id": 1, "points": 6}),
        ),
        case(
            "hold_points",
            json!({"user_id": 1, "points": 5, "ttl_seconds": 60}),
            json!({"user_id": 2, "points": 6, "ttl_seconds": 61}),
        ),
        case("capture_hold", json!({"hold_id": held, "points": 5}), json!({"hold_id": other_held, "points": 6})),
        case("void_hold", json!({"hold_id": voided}), json!({"hold_id": other_held})),
        case("release_points", json!({"order_id": "A"}), json!({"order_id": "B"})),
        case(
            "extend_points",
            json!({"user_id": 1, "expires_at": "2028-01-01", "transaction_id": first}),
            json!({"user_id": 2, "expires_at": "2028-01-02", "transaction_id": first_of_two}),
        ),
        case(
            "reinstate_points",
            json!({"user_id": 1, "expires_at": "2028-01-01"}),
            json!({"user_id": 2, "expires_at": "2028-01-02"}),
        ),
        case("expire_points", json!({"limit": 5}), json!({"limit": 6})),
        case("drain", json!({"limit": 5, "retry": true}), json!({"limit": 6, "retry": false})),
        case("save_reward", reward, other_reward),
        case(
            "redeem_reward",
            json!({"user_id": 1, "reward_id": 1, "quantity": 1, "order_id": "R", "reservation_id": kept[0], "reopened": true}),
            json!({"user_id": 2, "reward_id": 2, "quantity": 2, "order_id": "S", "reservation_id": kept[1], "reopened": false}),
        ),
        case(
            "reserve_reward",
            json!({"user_id": 1, "reward_id": 1, "quantity": 1, "ttl_seconds": 60}),
            json!({"user_id": 2, "reward_id": 2, "quantity": 2, "ttl_seconds": 61}),
        ),
        case("release_reward", json!({"reservation_id": kept[2]}), json!({"reservation_id": kept[3]})),
        case(
            "cancel_redemption",
            json!({"redemption_id": redeemed["redemption_id"], "quantity": 1}),
            json!({"redemption_id": other["redemption_id"], "quantity": 2}),
        ),
        case(
            "stamp",
            json!({"user_id": 1, "card": "cafe", "quantity": 2, "reopened": true}),
            json!({"user_id": 2, "card": "other", "quantity": 3, "order_id": "S", "token": "x", "reopened": false}),
        ),
        case(
            "use_stamp_reward",
            json!({"user_id": 14, "card": "cafe", "quantity": 1, "order_id": "S", "reopened": true}),
            json!({"user_id": 2, "card": "other", "quantity": 2, "order_id": "T", "reopened": false}),
        ),
        case(
            "generate_referral",
            json!({"user_id": 1, "renew": true, "network": "n", "device": "d"}),
            json!({"user_id": 2, "renew": false, "network": "m", "device": "e"}),
        ),
        case(
            "use_referral",
            json!({"user_id": 14, "code": bea, "network": "n", "device": "d"}),
            json!({"user_id": 2, "code": "x", "network": "m", "device": "e"}),
        ),
        case(
            "resolve_referral",
            json!({"user_id": 12, "accept": true, "actor": "boss"}),
            json!({"user_id": 13, "accept": false}),
        ),
        case("auto_redeem", json!({"user_id": 1}), json!({"user_id": 2})),
        case(
            "pay_with_points",
            json!({"user_id": 1, "order_id": "P", "amount": 900, "points": 20, "clamp": true, "reopened": true}),
            json!({"user_id": 2, "order_id": "Q", "amount": 901, "points": 21, "clamp": false, "reopened": false}),
        ),
        case("release_payment", json!({"order_id": "paid 1", "points": 4}), json!({"order_id": "paid 2", "points": 5})),
        case("cancel_order", json!({"order_id": "A"}), json!({"order_id": "B"})),
        case("check_tier_upgrade", json!({"user_id": 1}), json!({"user_id": 2})),
        case(
            "generate_discount_code",
            with(&offer(), json!({"user_id": 1, "not_on_order": "N"})),
            with(&other_offer(), json!({"user_id": 2, "not_on_order": "O", "code": "OTRO10"})),
        ),
        case(
            "generate_coupons",
            with(&offer(), json!({"count": 2, "batch": "b"})),
            with(&other_offer(), json!({"count": 3, "batch": "c"})),
        ),
        case(
            "use_coupon",
            with(&order(), json!({"code": codes[0], "quantity": 1, "reopened": true})),
            with(&other_order(), json!({"code": codes[1], "quantity": 2, "reopened": false})),
        ),
        case(
            "use_coupons",
            with(&order(), json!({"order_id": "V", "codes": [codes[0]], "policy": "all", "reopened": true})),
            with(&other_order(), json!({"codes": [codes[1]], "policy": "partial", "reopened": false})),
        ),
        case(
            "hold_coupon",
            with(
                &order(),
                json!({"order_id": "H", "code": codes[0], "ttl_seconds": 60, "quantity": 1, "reopened": true}),
            ),
            with(&other_order(), json!({"code": codes[1], "ttl_seconds": 61, "quantity": 2, "reopened": false})),
        ),
        case("release_coupon", json!({"order_id": "T", "code": codes[0]}), json!({"order_id": "W", "code": codes[1]})),
        case(
            "create_gift_card",
            json!({"amount": 900, "user_id": 1, "valid_until": "2026-12-31", "prefix": "A", "sold_by_order": "S", "sold_as": "x"}),
            json!({"amount": 901, "user_id": 2, "valid_until": "2026-12-30", "prefix": "B", "sold_by_order": "R", "sold_as": "y"}),
        ),
        case(
            "use_gift_card",
            json!({"code": cards[0], "order_id": "V", "amount": 100, "user_id": 1, "reopened": true}),
            json!({"code": cards[1], "order_id": "W", "amount": 101, "user_id": 2, "reopened": false}),
        ),
        case(
            "release_gift_card",
            json!({"order_id": "T", "code": cards[0], "amount": 4}),
            json!({"order_id": "W", "code": cards[1], "amount": 5}),
        ),
        case(
            "top_up_gift_card",
            json!({"code": cards[0], "amount": 100, "order_id": "X", "sold_as": "x"}),
            json!({"code": cards[1], "amount": 101, "order_id": "Y", "sold_as": "y"}),
        ),
        case("stop_gift_card", json!({"code": cards[0], "amount": 3}), json!({"code": cards[1], "amount": 4})),
        case("deactivate_coupon", json!({"code": codes[2]}), json!({"code": codes[1]})),
        case(
            "set_tier",
            json!({"user_id": 1, "tier": "cafe_oro", "until": "2026-12-31", "mode": "floor", "reason": "r"}),
            json!({"user_id": 2, "tier": "cafe_plata", "until": "2026-12-30", "mode": "fixed", "reason": "s"}),
        ),
        case("review_tiers", json!({"limit": 5, "after": 0}), json!({"limit": 6, "after": 1})),
    ];
    (world, cases)
}

/// All arguments of an offer.
fn offer() -> Value {
    json!({
        "discount_type": "percent", "discount_value": 10, "max_discount": 900, "min_order_amount": 100, "max_uses": 5,
        "max_uses_per_user": 2, "valid_from": "2026-03-01", "valid_until": "2026-12-31", "products": ["x"],
        "categories": ["tea"], "labels": ["hot"], "stackable": true, "prefix": "A", "length": 10, "weekdays": ["mon"], "hours_from": "08:00",
        "hours_until": "10:00", "tier_required": "cafe_oro", "first_order_only": true, "min_order_basis": "initial",
        "min_order_tax": "excluded", "max_order_amount": 90_000, "target": "cheapest_item", "buy_quantity": 1,
        "buy_products": ["x"], "group": "g", "budget": 9_000, "budget_day": 900, "budget_month": 5_000,
    })
}

fn other_offer() -> Value {
    json!({
        "discount_type": "free_delivery", "discount_value": 11, "max_discount": 901, "min_order_amount": 101,
        "max_uses": 6, "max_uses_per_user": 3, "valid_from": "2026-03-02", "valid_until": "2026-12-30",
        "products": ["y"], "categories": ["cake"], "labels": ["cold"], "stackable": false, "prefix": "B", "length": 11, "weekdays": ["tue"],
        "hours_from": "08:30", "hours_until": "10:30", "tier_required": "cafe_plata", "first_order_only": false,
        "min_order_basis": "left", "min_order_tax": "included", "max_order_amount": 90_001, "target": "order",
        "buy_quantity": 2, "buy_products": ["y"], "group": "h", "budget": 9_001, "budget_day": 901, "budget_month": 5_001,
    })
}

/// All arguments of an order at the till but the codes.
fn order() -> Value {
    json!({
        "order_id": "U", "amount": 5_000, "user_id": 1, "items": [{"sku": "x", "amount": 5_000}], "delivery": 100,
        "tax": 50,
    })
}

fn other_order() -> Value {
    json!({
        "order_id": "W", "amount": 5_001, "user_id": 2, "items": [{"sku": "y", "amount": 5_000}], "delivery": 101,
        "tax": 51,
    })
}
