//! A watch over wrong calls: each must be the caller's fault, and change nothing.

use std::collections::BTreeMap;

use loyalty_core::{Error, Kind};
use serde_json::{Value, json};

use crate::world::World;

/// A public key: the first of RFC 8032's tests.
const PUBLIC_KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

/// A world with two members, an order, a redemption and an entry.
///
/// # Panics
/// When it cannot be made.
#[must_use]
pub fn world() -> World {
    let world = World::on_file("expiry = { reinstate_days = 5 }\nreferral = { review_risk = 1 }");
    world.ok("save_reward", json!({"id": 1, "name": "cup", "points_cost": 100}));
    let items = json!([{"sku": "x", "quantity": 2, "amount": 90_000}]);
    world.ok("earn_points", json!({"user_id": 1, "amount": 90_000, "order_id": "A", "items": items}));
    world.ok("earn_points", json!({"user_id": 2, "amount": 1}));
    world.ok("enroll", json!({"user_id": 3, "name": "Eva"}));
    let code = world.ok("generate_referral", json!({"user_id": 3}))["code"].clone();
    world.ok("enroll", json!({"user_id": 4, "name": "Eva", "referral_code": code}));
    world.ok("enroll", json!({"user_id": 5}));
    world.ok("stamp", json!({"user_id": 2, "card": "cafe", "quantity": 20}));
    world
}

/// Arguments with which each operation is called rightly.
///
/// # Panics
/// When the world is not the one of [`world`].
#[must_use]
pub fn right(world: &World) -> BTreeMap<&'static str, Value> {
    let redeemed = world.ok("redeem_reward", json!({"user_id": 1, "reward_id": 1}));
    let entry = redeemed["redemption_id"].clone();
    let code = world.ok("profile", json!({"user_id": 3}))["referral_code"].clone();
    let kept = [(); 2].map(|()| {
        let reserve = json!({"user_id": 1, "reward_id": 1, "ttl_seconds": 3600});
        world.ok("reserve_reward", reserve)["reservation_id"].clone()
    });
    world.ok("pay_with_points", json!({"user_id": 1, "order_id": "paid", "amount": 900, "points": 100}));
    for user in [15, 16] {
        world.ok("enroll", json!({ "user_id": user }));
    }
    world.ok("update_member", json!({"user_id": 1, "phone": "+56912345678"}));
    let held = world.ok("hold_points", json!({"user_id": 1, "points": 9, "ttl_seconds": 900}))["hold_id"].clone();
    let person = json!({
        "user_id": 1, "name": "Ana", "email": "ana@example.cl", "phone": "+56912345678", "card": "C1", "birth_date": "1990-02-28",
        "locale": "en", "consents": ["birthday"],
    });
    let mut calls = coupons(world);
    calls.extend([
        ("enroll", person.clone()),
        ("update_member", person),
        ("profile", json!({"user_id": 1})),
        ("find_member", json!({"kind": "phone", "value": "+56912345678"})),
        ("merge_members", json!({"into_user_id": 15, "from_user_id": 16})),
        ("import_member", json!({"user_id": 31, "source": "old", "balance": 10})),
        ("points", json!({"user_id": 1, "as_of": "2026-03-02T00:00:00Z", "earned_since": "2026-01-01T00:00:00Z"})),
        (
            "transactions",
            json!({"user_id": 1, "limit": 5, "before_id": entry, "transaction_type": "earn", "from": "2026-01-01", "until": "2026-12-31"}),
        ),
        (
            "quote_points",
            json!({
                "user_id": 1, "amount": 100, "items": [{"sku": "x"}], "at": "2026-03-02T00:00:00Z", "shop": "mall",
                "tax": 0, "points_paid": 0, "gift_card_paid": 0, "points": 5,
            }),
        ),
        (
            "earn_points",
            json!({
                "user_id": 1, "amount": 100, "order_id": "B", "items": [{"sku": "x"}], "shop": "mall", "tax": 0,
                "available_at": "2026-03-09", "points": 5, "description": "d",
                "points_paid": 0, "gift_card_paid": 0,
            }),
        ),
        (
            "refund_order",
            json!({
                "order_id": "A", "amount": 100, "points_back": 0, "gift_card_back": 0, "fee": 0,
                "pay_back": false,
            }),
        ),
        ("quote_refund", json!({"order_id": "A", "amount": 100, "items": [{"sku": "x"}]})),
        (
            "amend_order",
            json!({
                "order_id": "A", "amount": 100, "items": [{"sku": "x"}], "tax": 0, "points_paid": 0,
                "gift_card_paid": 0, "points": 5,
            }),
        ),
        ("record_event", json!({"user_id": 1, "event": "review_written", "properties": {"stars": 5}, "shop": "mall"})),
        (
            "record_transaction",
            json!({"user_id": 1, "transaction_type": "bonus", "points": 5, "description": "d", "expires_at": "2027-01-01", "available_at": "2026-04-01"}),
        ),
        ("transfer_points", json!({"from_user_id": 1, "to_user_id": 2, "points": 5})),
        ("hold_points", json!({"user_id": 1, "points": 5, "ttl_seconds": 60})),
        ("capture_hold", json!({"hold_id": held, "points": 5})),
        ("void_hold", json!({"hold_id": held})),
        ("release_points", json!({"order_id": "A"})),
        ("extend_points", json!({"user_id": 1, "expires_at": "2028-01-01"})),
        ("reinstate_points", json!({"user_id": 1, "expires_at": "2028-01-01"})),
        ("expiring_points", json!({"user_id": 1, "until": "2027-01-01"})),
        ("expire_points", json!({"limit": 5})),
        ("drain", json!({"limit": 5, "retry": true})),
        ("explain", json!({"transaction_id": entry})),
        ("rewards", json!({"user_id": 1, "include_inactive": true})),
        (
            "save_reward",
            json!({
                "id": 2, "name": "R", "description": "D", "points_cost": 300, "discount_type": "percent", "discount_percent": 10,
                "max_discount": 5_000, "tier_required": "cafe_oro", "max_uses_per_user": 3, "stock": 9, "active": true,
                "starts_at": "2026-01-01", "expiry_date": "2026-12-31", "price": 100, "cost": 50, "max_uses": 90,
                "max_uses_per_user_per_day": 1, "max_uses_per_user_per_week": 2, "max_uses_per_user_per_month": 3,
                "max_uses_per_user_per_year": 4,
                "min_order_amount": 1_000, "products": ["x"], "categories": ["tea"], "target": "cheapest_item",
                "stackable": true,
            }),
        ),
        (
            "redeem_reward",
            json!({"user_id": 1, "reward_id": 1, "quantity": 1, "order_id": "R", "reservation_id": kept[0]}),
        ),
        ("reserve_reward", json!({"user_id": 1, "reward_id": 1, "quantity": 1, "ttl_seconds": 60})),
        ("release_reward", json!({"reservation_id": kept[1]})),
        ("cancel_redemption", json!({"redemption_id": entry})),
        ("generate_referral", json!({"user_id": 1, "renew": true, "network": "n", "device": "d"})),
        ("use_referral", json!({"user_id": 5, "code": code, "network": "n", "device": "d"})),
        ("referrals", json!({"user_id": 1, "limit": 5})),
        ("resolve_referral", json!({"user_id": 4, "accept": true, "actor": "boss"})),
        ("auto_redeem", json!({"user_id": 1})),
        ("quote_payment", json!({"user_id": 1, "amount": 900, "points": 200, "clamp": true})),
        (
            "pay_with_points",
            json!({"user_id": 1, "order_id": "P", "amount": 900, "points": 200, "clamp": true, "reopened": true}),
        ),
        ("release_payment", json!({"order_id": "paid", "points": 40})),
        ("cancel_order", json!({"order_id": "A"})),
        ("tiers", json!({})),
        ("tier_benefits", json!({"tier": "cafe_oro", "locale": "en"})),
        ("tier_for", json!({"points": 5})),
        ("tier_progress", json!({"points": 5})),
        ("check_tier_upgrade", json!({"user_id": 1})),
        ("tier_outlook", json!({"user_id": 1, "locale": "en"})),
        ("tier_history", json!({"user_id": 1, "as_of": "2026-03-02T00:00:00Z", "limit": 5})),
        (
            "set_tier",
            json!({"user_id": 1, "tier": "cafe_oro", "until": "2026-12-31", "mode": "floor", "reason": "a guest"}),
        ),
        ("review_tiers", json!({"limit": 5, "after": 0})),
        (
            "calculate_score",
            json!({"visits_90_days": 1, "spent_365_days": 1, "days_since_last_visit": 1, "distinct_products": 1, "successful_referrals": 1}),
        ),
        ("user_score", json!({"user_id": 1, "as_of": "2026-03-02T00:00:00Z"})),
        ("generate_code", json!({"length": 8, "prefix": "CAFE", "check": true})),
        ("check_code", json!({"code": "7Q2M-9KX4D"})),
        ("guest_message", json!({"code": "expired", "missing": {"missing": 1}, "locale": "en"})),
        (
            "simulate",
            json!({"program": crate::world::programme_text(""), "from": "2026-01-01", "until": "2026-12-31", "limit": 5}),
        ),
        ("allocate_revenue", json!({"amount": 1_000, "points": 90, "goods_price": 1_000, "point_value": 1})),
        ("lint_program", json!({"program": crate::world::programme_text(""), "margin_percent": 5, "point_value": 1})),
        (
            "qr_code",
            json!({"kind": "referral", "user_id": 3, "url": "https://cafe.example/r/", "format": "png", "scale": 2}),
        ),
        ("stamp", json!({"user_id": 1, "card": "cafe", "quantity": 2, "order_id": "S"})),
        ("stamp_cards", json!({"user_id": 1})),
        ("use_stamp_reward", json!({"user_id": 2, "card": "cafe", "quantity": 1, "order_id": "S"})),
        ("sign_stamp", json!({"card": "cafe", "kind": "poster", "quantity": 1, "valid_until": "2026-12-31"})),
        ("read_qr", json!({"payload": code})),
        ("generate_signing_key", json!({})),
        ("public_keys", json!({})),
        (
            "sign_coupon",
            json!({
                "campaign": "c", "discount_type": "percent", "discount_value": 10, "max_discount": 5, "min_order_amount": 6,
                "max_uses": 2, "user_id": 1, "valid_from": "2026-01-01", "valid_until": "2027-01-01",
            }),
        ),
        (
            "check_signed_coupon",
            json!({
                "token": "x", "at": "2026-03-02T00:00:00Z", "amount": 5, "user_id": 1, "public_key": PUBLIC_KEY,
                "denied": ["7Q2M"],
            }),
        ),
        ("verify", json!({"user_id": 1})),
        ("health", json!({})),
    ]);
    calls
}

/// Those of the operations on coupons.
fn coupons(world: &World) -> BTreeMap<&'static str, Value> {
    let offer = json!({
        "user_id": 1, "discount_type": "percent", "discount_value": 10, "max_discount": 900, "min_order_amount": 100,
        "max_uses": 5, "max_uses_per_user": 2, "valid_from": "2026-03-01", "valid_until": "2026-12-31",
        "products": ["x"], "categories": ["tea"], "labels": ["hot"], "stackable": true, "prefix": "A", "length": 10, "weekdays": ["mon"],
        "hours_from": "08:00", "hours_until": "20:00", "tier_required": "cafe_bronze", "first_order_only": false,
        "min_order_basis": "initial", "min_order_tax": "included", "max_order_amount": 90_000, "target": "order",
        "group": "g", "budget": 9_000, "budget_day": 900, "budget_month": 5_000,
    });
    let mut batch = offer.clone();
    batch.as_object_mut().expect("an object").shift_remove("user_id");
    batch["count"] = json!(2);
    batch["prefix"] = json!("");
    batch["batch"] = json!("b");
    let made = world.ok("generate_coupons", json!({"count": 1, "batch": "a", "discount_type": "free_delivery"}));
    let open = json!({"discount_type": "fixed", "discount_value": 10, "max_uses": 1_000, "stackable": true});
    let code = world.ok("generate_discount_code", open)["code"].clone();
    world.ok("use_coupon", json!({"code": code, "order_id": "T", "amount": 900}));
    let order = |more: Value| {
        let mut call = json!({"amount": 5_000, "user_id": 1, "items": [{"sku": "x", "amount": 5_000}]});
        call.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        call
    };
    let card = world.ok("create_gift_card", json!({"amount": 9_000}))["code"].clone();
    world.ok("use_gift_card", json!({"code": card, "order_id": "T", "amount": 900}));
    BTreeMap::from([
        (
            "create_gift_card",
            json!({"amount": 500, "user_id": 1, "valid_until": "2026-12-31", "prefix": "A", "sold_by_order": "S", "sold_as": "x"}),
        ),
        ("gift_card", json!({"code": card, "user_id": 1, "actor": "a", "at": "2026-03-02T00:00:00Z"})),
        ("use_gift_card", json!({"code": card, "order_id": "U", "amount": 100, "user_id": 1, "reopened": true})),
        ("release_gift_card", json!({"order_id": "T", "code": card, "amount": 400})),
        ("top_up_gift_card", json!({"code": card, "amount": 100, "order_id": "U", "sold_as": "x"})),
        ("stop_gift_card", json!({"code": card, "amount": 100})),
        ("generate_discount_code", offer),
        ("generate_coupons", batch),
        ("coupon_batch", json!({"batch_id": made["batch_id"], "limit": 5, "after": 0})),
        ("coupons", json!({"user_id": 1, "include_used": true, "limit": 5, "after": 0})),
        ("validate_coupon", order(json!({"code": code, "order_id": "U", "actor": "a", "at": "2026-03-02T00:00:00Z"}))),
        ("validate_coupons", order(json!({"codes": [code], "policy": "all", "actor": "a"}))),
        ("best_offers", order(json!({"delivery": 0, "tax": 0}))),
        ("use_coupon", order(json!({"code": code, "order_id": "U"}))),
        ("use_coupons", order(json!({"codes": [code], "order_id": "V", "policy": "all"}))),
        ("hold_coupon", order(json!({"code": code, "order_id": "H", "ttl_seconds": 60}))),
        ("release_coupon", json!({"order_id": "T", "code": code})),
        ("deactivate_coupon", json!({"code": code})),
    ])
}

/// Makes wrong calls and watches the database.
pub struct Watch {
    /// The world.
    pub world: World,
    /// The right arguments of each operation.
    pub right: BTreeMap<&'static str, Value>,
    before: String,
    /// How many calls were made.
    pub calls: usize,
}

impl Watch {
    /// A watch over a new world.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it makes a database")]
    pub fn new() -> Self {
        let world = world();
        let right = right(&world);
        let before = world.dump();
        Self { world, right, before, calls: 0 }
    }

    /// The right arguments of an operation with one changed.
    ///
    /// # Panics
    /// When it is not so.
    #[must_use]
    pub fn with(&self, op: &str, name: &str, value: &Value) -> Value {
        let mut args = self.right.get(op).unwrap_or_else(|| panic!("{op} has no right call here")).clone();
        args[name] = value.clone();
        args
    }

    /// Calls; whatever fails must have changed nothing and be the caller's fault.
    ///
    /// # Errors
    /// Those of the operation.
    ///
    /// # Panics
    /// When a failure is not the caller's fault, or changed something.
    pub fn call(&mut self, op: &str, args: Value) -> Result<Value, Error> {
        self.calls += 1;
        let shown: String = args.to_string().chars().take(300).collect();
        let answered = self.world.call(op, args);
        match &answered {
            Ok(_) => self.before = self.world.dump(),
            Err(error) => {
                assert!(
                    matches!(error.kind(), Kind::Invalid | Kind::NotFound | Kind::Refused | Kind::Conflict),
                    "{op} {shown}: {error:?}"
                );
                assert!(self.world.dump() == self.before, "{op} {shown} failed and changed something");
                assert!(error.to_json().to_string().len() < 3_000, "{op} {shown}: a very long error");
            }
        }
        answered
    }

    /// A call that must be invalid, naming the field or what is inside it.
    ///
    /// # Panics
    /// When it is not so.
    pub fn invalid(&mut self, op: &str, args: Value, field: &str) {
        let shown: String = args.to_string().chars().take(300).collect();
        match self.call(op, args) {
            Ok(reply) => panic!("{op} {shown} succeeded: {reply}"),
            Err(error) => {
                let named = error.details().get("field").and_then(Value::as_str).unwrap_or_default();
                let rest = named.strip_prefix(field);
                let inside = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
                assert!(error.kind() == Kind::Invalid && inside, "{op} {shown} should name `{field}`: {error:?}");
                assert!(
                    !error.details()["expected"].as_str().unwrap_or_default().is_empty(),
                    "{op} {shown}: {error:?}"
                );
            }
        }
    }
}
