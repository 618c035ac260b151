//! Referrals: what holds for every order of events, and when many processes act at once.

use loyalty_tests::race::race;
use loyalty_tests::world::World;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Members who take part.
const MEMBERS: i64 = 5;

/// Something that happens.
#[derive(Debug, Clone)]
enum Event {
    /// One member uses the code of another.
    Use(i64, i64),
    /// A member buys for so much; the number names the order.
    Buy(i64, i64, u8),
    /// So much of an order is given back.
    Refund(u8, i64),
    /// An order is corrected to so much.
    Amend(u8, i64),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let member = 1..=MEMBERS;
    let order = 0_u8..8;
    let event = prop_oneof![
        3 => (member.clone(), member.clone()).prop_map(|(friend, owner)| Event::Use(friend, owner)),
        4 => (member, 0_i64..4_000, order.clone()).prop_map(|(who, amount, order)| Event::Buy(who, amount, order)),
        3 => (order.clone(), 1_i64..4_000).prop_map(|(order, amount)| Event::Refund(order, amount)),
        1 => (order, 1_i64..4_000).prop_map(|(order, amount)| Event::Amend(order, amount)),
    ];
    prop::collection::vec(event, 1..40)
}

/// Makes it happen; the programme may say no.
fn apply(world: &World, event: &Event) {
    let done = match event {
        Event::Use(friend, owner) => {
            let code = world.ok("profile", json!({"user_id": owner}))["referral_code"].clone();
            world.call("use_referral", json!({"user_id": friend, "code": code}))
        }
        Event::Buy(who, amount, order) => {
            world.call("earn_points", json!({"user_id": who, "amount": amount, "order_id": format!("O{order}")}))
        }
        Event::Refund(order, amount) => {
            world.call("refund_order", json!({"order_id": format!("O{order}"), "amount": amount}))
        }
        Event::Amend(order, amount) => {
            world.call("amend_order", json!({"order_id": format!("O{order}"), "amount": amount}))
        }
    };
    if let Err(error) = done {
        assert!(error.kind().status() <= 4, "{event:?}: {error:?}");
    }
}

/// What the entries of a member say was gained by referrals.
fn by_referral(world: &World, user: i64) -> i64 {
    let page = world.ok("transactions", json!({"user_id": user, "limit": 200}));
    let entries = page["items"].as_array().unwrap();
    let given: Vec<&Value> = entries.iter().filter(|entry| entry["transaction_type"] == "referral").collect();
    let is_taken = |entry: &&Value| given.iter().any(|one| one["id"] == entry["reverses_id"]);
    let points = |entry: &Value| entry["points_amount"].as_i64().unwrap();
    given.iter().map(|entry| points(entry)).sum::<i64>() + entries.iter().filter(is_taken).map(points).sum::<i64>()
}

fn world() -> World {
    let world = World::in_memory("referral = { minimum_amount = 1000 }\nexpiry = { policy = 'never', days = false }");
    for user in 1..=MEMBERS {
        world.ok("enroll", json!({"user_id": user}));
    }
    world
}

proptest! {
    #![proptest_config(loyalty_tests::cases(48))]

    #[test]
    fn every_friend_is_paid_for_once_and_only_while_the_purchase_stands(events in events()) {
        let world = world();
        for event in &events {
            apply(&world, event);
        }
        let mut friends = 0;
        for user in 1..=MEMBERS {
            let brought = world.ok("referrals", json!({"user_id": user}));
            let successful = brought["successful_referrals"].as_i64().unwrap();
            friends += successful;
            prop_assert_eq!(&brought["total_points_earned"], &json!(successful * 500));
            let was_friend = (1..=MEMBERS).any(|other| {
                let theirs = world.ok("referrals", json!({"user_id": other}));
                let listed = theirs["referrals"].as_array().unwrap();
                listed.iter().any(|one| one["user_id"] == user && one["status"] == "successful")
            });
            prop_assert_eq!(by_referral(&world, user), successful * 500 + i64::from(was_friend) * 200);
        }
        prop_assert!(friends < MEMBERS, "whoever was first was brought by nobody");
        world.verify();
    }

    #[test]
    fn there_is_never_a_circle_of_any_length(uses in prop::collection::vec((1..=MEMBERS, 1..=MEMBERS), 1..30)) {
        let world = world();
        for (friend, owner) in uses {
            apply(&world, &Event::Use(friend, owner));
        }
        for user in 1..=MEMBERS {
            let mut above = world.ok("profile", json!({"user_id": user}))["referred_by"].as_i64();
            let mut steps = 0;
            while let Some(referrer) = above {
                steps += 1;
                prop_assert!(referrer != user && steps < MEMBERS);
                above = world.ok("profile", json!({"user_id": referrer}))["referred_by"].as_i64();
            }
        }
    }
}

fn codes(world: &World) -> Vec<Value> {
    (1..=MEMBERS).map(|user| world.ok("profile", json!({"user_id": user}))["referral_code"].clone()).collect()
}

#[test]
fn a_circle_is_refused_however_long_the_line_is() {
    let world = World::in_memory("");
    let length = 60;
    for user in 1..=length {
        world.ok("enroll", json!({"user_id": user}));
    }
    let code = |user: i64| world.ok("profile", json!({"user_id": user}))["referral_code"].clone();
    for user in 2..=length {
        world.ok("use_referral", json!({"user_id": user, "code": code(user - 1)}));
    }
    let error = world.err("use_referral", json!({"user_id": 1, "code": code(length)}));
    assert_eq!(error.code(), "self_referral");
}

#[test]
fn a_free_order_or_points_as_a_present_complete_no_referral() {
    let world = world();
    let code = codes(&world)[0].clone();
    world.ok("use_referral", json!({"user_id": 2, "code": code}));
    world.ok("earn_points", json!({"user_id": 2, "amount": 0, "items": [{"sku": "cup", "kind": "gift"}]}));
    world.ok(
        "record_transaction",
        json!({"user_id": 2, "transaction_type": "bonus", "points": 900, "description": "d"}),
    );
    assert_eq!(world.ok("referrals", json!({"user_id": 1}))["referrals"][0]["status"], "pending");
    world.ok("earn_points", json!({"user_id": 2, "amount": 1_000}));
    assert_eq!(world.ok("referrals", json!({"user_id": 1}))["referrals"][0]["status"], "successful");
}

#[test]
fn a_shared_network_never_blocks_a_hundred_guests_of_one_cafe() {
    let world = World::in_memory("referral = { review_risk = 1, monthly_limit = 1000 }");
    world.ok("enroll", json!({"user_id": 1}));
    let code = world.ok("generate_referral", json!({"user_id": 1, "network": "192.0.2.1"}))["code"].clone();
    // Four a day, since a hurry is another sign.
    for (number, user) in (2..102).enumerate() {
        world.now(&format!("2026-03-{:02}T{:02}:00:00-03:00", 3 + number / 4, 9 + number % 4));
        world.ok("enroll", json!({"user_id": user}));
        let used = world.ok("use_referral", json!({"user_id": user, "code": code, "network": "192.0.2.1"}));
        assert_eq!((&used["status"], &used["risk"]), (&json!("pending"), &json!(10)), "{used}");
    }
}

#[test]
fn many_friends_within_a_day_are_a_sign() {
    let world = World::in_memory("");
    world.ok("enroll", json!({"user_id": 1}));
    let code = codes_of(&world, 1);
    let mut risks = Vec::new();
    for user in 2..8 {
        world.ok("enroll", json!({"user_id": user}));
        let used = world.ok("use_referral", json!({"user_id": user, "code": code, "device": "one"}));
        risks.push(used["risk"].as_i64().unwrap());
    }
    assert_eq!(risks, [0, 25, 25, 25, 45, 45]);
}

fn codes_of(world: &World, user: i64) -> Value {
    world.ok("profile", json!({"user_id": user}))["referral_code"].clone()
}

#[test]
fn who_turns_out_to_be_the_referrer_is_not_paid() {
    for (review, status) in [("", "rejected"), ("referral = { review_risk = 90 }", "review")] {
        let world = World::in_memory(review);
        world.ok("enroll", json!({"user_id": 1, "email": "ana@example.cl"}));
        world.ok("enroll", json!({"user_id": 2, "referral_code": codes_of(&world, 1)}));
        world.ok("update_member", json!({"user_id": 2, "email": "Ana+2@Example.cl"}));
        world.ok("earn_points", json!({"user_id": 2, "amount": 1_000}));
        let brought = world.ok("referrals", json!({"user_id": 1}));
        assert_eq!(brought["referrals"][0]["status"], status);
        assert_eq!(world.ok("points", json!({"user_id": 2}))["available"], 10);
        world.verify();
    }
}

#[test]
fn points_that_count_for_the_tier_are_taken_off_it_again() {
    for metric in ["lifetime_points", "window_points"] {
        let world = World::in_memory(&format!(
            "tier_rules = {{ metric = '{metric}', qualifying = ['earn', 'referral'] }}\nreferral = {{ referrer_points = 6000 }}"
        ));
        world.ok("enroll", json!({"user_id": 1}));
        world.ok("enroll", json!({"user_id": 2, "referral_code": codes_of(&world, 1)}));
        let tier = || world.ok("profile", json!({"user_id": 1}))["current_tier"].clone();
        world.ok("earn_points", json!({"user_id": 2, "amount": 1_000, "order_id": "A"}));
        assert_eq!(tier(), "cafe_plata", "{metric}");
        world.ok("refund_order", json!({"order_id": "A"}));
        assert_eq!(tier(), "cafe_bronze", "{metric}");
        world.verify();
    }
}

#[test]
fn a_bonus_that_was_spent_is_owed_by_both() {
    let world = World::in_memory("redemption = { minimum_points = 0 }");
    world.ok("save_reward", json!({"id": 1, "name": "cup", "points_cost": 200}));
    world.ok("enroll", json!({"user_id": 1}));
    world.ok("enroll", json!({"user_id": 2, "referral_code": codes_of(&world, 1)}));
    world.ok("earn_points", json!({"user_id": 2, "amount": 1_000, "order_id": "A"}));
    world.ok("redeem_reward", json!({"user_id": 1, "reward_id": 1}));
    world.ok("redeem_reward", json!({"user_id": 2, "reward_id": 1}));
    world.ok("refund_order", json!({"order_id": "A"}));
    let debt = |user: i64| world.ok("points", json!({"user_id": user}))["debt"].clone();
    assert_eq!((debt(1), debt(2)), (json!(200), json!(200)));
    world.verify();
}

/// A world whose clock is the real one, as that of the workers.
fn shared() -> World {
    let world = World::on_file("");
    for user in 1..=MEMBERS {
        world.ok("enroll", json!({"user_id": user}));
    }
    let now = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    world.now(&now);
    for user in 1..=MEMBERS {
        world.ok("generate_referral", json!({"user_id": user}));
    }
    world.real_clock();
    world
}

#[test]
fn of_four_codes_at_once_a_friend_uses_one_for_ever() {
    let world = shared();
    let calls: Vec<_> =
        codes(&world)[..4].iter().map(|code| ("use_referral", json!({"user_id": 5, "code": code}))).collect();
    let answers = race(env!("CARGO_BIN_EXE_loyalty-worker"), &world.setting(), &calls);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert!(answers.iter().flat_map(|answer| answer.as_ref().err()).all(|error| error["code"] == "already_referred"));
    world.verify();
}

#[test]
fn of_a_circle_at_once_one_link_is_missing() {
    let world = shared();
    let codes = codes(&world);
    let calls: Vec<_> = (0..MEMBERS)
        .map(|number| {
            let next = usize::try_from((number + 1) % MEMBERS).unwrap();
            ("use_referral", json!({"user_id": number + 1, "code": codes[next]}))
        })
        .collect();
    let answers = race(env!("CARGO_BIN_EXE_loyalty-worker"), &world.setting(), &calls);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 4);
    assert_eq!(answers.iter().flat_map(|answer| answer.as_ref().err()).next().unwrap()["code"], "self_referral");
}

#[test]
fn of_four_first_purchases_at_once_one_pays_the_referral() {
    let world = shared();
    world.ok("use_referral", json!({"user_id": 2, "code": codes(&world)[0]}));
    let calls: Vec<_> = (0..4)
        .map(|number| ("earn_points", json!({"user_id": 2, "amount": 1_000, "order_id": format!("O{number}")})))
        .collect();
    let answers = race(env!("CARGO_BIN_EXE_loyalty-worker"), &world.setting(), &calls);
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(world.ok("points", json!({"user_id": 1}))["available"], 500);
    assert_eq!(world.ok("points", json!({"user_id": 2}))["available"], 240);
    world.verify();
}
