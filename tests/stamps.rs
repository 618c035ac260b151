//! Stamp cards: what holds for every order of events, and when many processes scan at once.

use loyalty_core::{Engine, Options};
use loyalty_tests::Place;
use loyalty_tests::race::race;
use loyalty_tests::world::World;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A card of four stamps without limits.
const CARD: &str = "[[stamp_cards]]\nid = 'c'\nname = 'C'\nstamps = 4\nautomatic = true\nreward = { free_item = 1 }";

/// Something that happens at the till.
#[derive(Debug, Clone)]
enum Event {
    /// So many cups are bought, and this many more are free.
    Buy(u8, i64, i64),
    /// So many cups of an order are returned.
    Return(u8, i64),
    /// A whole order is returned.
    ReturnAll(u8),
    /// An order is corrected to so many cups.
    Amend(u8, i64),
    /// A full card is used for an order.
    Use(u8),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let order = 0_u8..6;
    let event = prop_oneof![
        4 => (order.clone(), 1_i64..7, 0_i64..3).prop_map(|(order, cups, free)| Event::Buy(order, cups, free)),
        2 => (order.clone(), 1_i64..4).prop_map(|(order, cups)| Event::Return(order, cups)),
        1 => order.clone().prop_map(Event::ReturnAll),
        1 => (order.clone(), 1_i64..7).prop_map(|(order, cups)| Event::Amend(order, cups)),
        2 => order.prop_map(Event::Use),
    ];
    prop::collection::vec(event, 1..40)
}

/// What the till knows of an order.
#[derive(Debug, Clone, Copy, Default)]
struct Order {
    is_known: bool,
    cups: i64,
    /// Free cups of full cards, and whether they were asked for once: a repeat changes nothing.
    used: i64,
    asked: bool,
}

fn id(order: u8) -> String {
    format!("O{order}")
}

/// Lets an event happen, here and in the world.
fn apply(world: &World, orders: &mut [Order], event: &Event) {
    let cups = |cups: i64| json!({"sku": "cup", "quantity": cups, "amount": cups * 100});
    match *event {
        Event::Buy(order, bought, free) => {
            if orders[usize::from(order)].is_known {
                return;
            }
            let mut items = vec![cups(bought)];
            if free > 0 {
                items.push(json!({"sku": "cup", "quantity": free, "kind": "gift"}));
            }
            let args = json!({"user_id": 1, "amount": bought * 100, "order_id": id(order), "items": items});
            world.ok("earn_points", args);
            let order = &mut orders[usize::from(order)];
            (order.is_known, order.cups) = (true, bought);
        }
        Event::Return(order, back) => {
            let known = &mut orders[usize::from(order)];
            let returned = json!({"order_id": id(order), "amount": back * 100, "items": [cups(back)]});
            if world.call("refund_order", returned).is_ok() {
                known.cups -= back;
                if known.cups == 0 {
                    known.used = 0;
                }
            }
        }
        Event::ReturnAll(order) => {
            if world.call("refund_order", json!({"order_id": id(order)})).is_ok() {
                let known = &mut orders[usize::from(order)];
                (known.cups, known.used) = (0, 0);
            }
        }
        Event::Amend(order, kept) => {
            let args = json!({"order_id": id(order), "amount": kept * 100, "items": [cups(kept)]});
            if world.call("amend_order", args).is_ok() {
                orders[usize::from(order)].cups = kept;
            }
        }
        Event::Use(order) => {
            let known = &mut orders[usize::from(order)];
            let used = world.call("use_stamp_reward", json!({"user_id": 1, "card": "c", "order_id": id(order)}));
            if used.is_ok() && !known.asked {
                (known.used, known.asked) = (1, true);
            }
        }
    }
}

proptest! {
    #![proptest_config(loyalty_tests::cases(48))]

    #[test]
    fn the_card_holds_the_cups_that_are_kept_less_those_that_were_free(events in events()) {
        let world = World::in_memory(CARD);
        world.ok("enroll", json!({"user_id": 1}));
        let mut orders = [Order::default(); 6];
        for event in &events {
            apply(&world, &mut orders, event);
            let stamps: i64 = orders.iter().map(|order| order.cups - 4 * order.used).sum();
            let card = world.ok("stamp_cards", json!({"user_id": 1}))["items"][0].clone();
            prop_assert_eq!(&card["full_cards"], &json!(stamps.max(0) / 4), "{:?} {:?}", event, &orders);
            prop_assert_eq!(&card["stamps"], &json!(stamps.max(0) % 4));
            prop_assert_eq!(&card["owed"], &json!((-stamps).max(0)));
            prop_assert_eq!(&card["rewards_used"], &json!(orders.iter().map(|order| order.used).sum::<i64>()));
        }
        world.verify();
    }
}

/// A world with the real clock, and a token that its key signed.
fn shared(kind: &str) -> (World, Value) {
    let world = World::on_file("");
    (1..=6).for_each(|user| drop(world.ok("enroll", json!({"user_id": user}))));
    world.real_clock();
    let token = world.ok("sign_stamp", json!({"card": "cafe", "kind": kind}))["token"].clone();
    (world, token)
}

/// The same scan by several members at once, each from a process that trusts the key of the world.
fn scans(world: &World, token: &Value, users: &[i64]) -> Vec<Result<Value, Value>> {
    let place = Place::new("stamps");
    let key = place.file("signing.key");
    std::fs::write(&key, "11".repeat(32)).unwrap();
    let database = world.setting();
    let joint = if database.contains('?') { '&' } else { '?' };
    let setting = format!("{database}{joint}signing_key={}", key.display());
    let calls: Vec<_> = users.iter().map(|user| ("stamp", json!({"user_id": user, "token": token}))).collect();
    race_with(&setting, &calls)
}

fn race_with(setting: &str, calls: &[(&str, Value)]) -> Vec<Result<Value, Value>> {
    race(env!("CARGO_BIN_EXE_loyalty-worker"), setting, calls)
}

#[test]
fn of_six_scans_of_one_stamp_at_once_one_is_stamped() {
    let (world, token) = shared("counter");
    let answers = scans(&world, &token, &[1, 2, 3, 4, 5, 6]);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    assert!(answers.iter().flat_map(|answer| answer.as_ref().err()).all(|error| error["code"] == "already_used"));
    world.verify();
}

#[test]
fn the_stamp_on_the_wall_stamps_each_member_once_a_day() {
    let (world, token) = shared("poster");
    let answers = scans(&world, &token, &[1, 1, 2, 2, 3, 3]);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3, "{answers:?}");
    for user in 1..=3 {
        assert_eq!(world.ok("stamp_cards", json!({"user_id": user}))["items"][0]["stamps"], 1);
    }
    world.verify();
}

#[test]
fn of_six_uses_of_one_full_card_at_once_one_is_free() {
    let (world, _) = shared("counter");
    world.ok("stamp", json!({"user_id": 1, "card": "cafe", "quantity": 10}));
    let calls = vec![("use_stamp_reward", json!({"user_id": 1, "card": "cafe"})); 6];
    let answers = race_with(&world.setting(), &calls);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert!(answers.iter().flat_map(|answer| answer.as_ref().err()).all(|error| error["code"] == "condition_not_met"));
    world.verify();
}

#[test]
fn a_stamp_on_the_deny_list_is_stopped_and_one_of_another_shop_is_none() {
    let (world, _) = shared("counter");
    let stamp = world.ok("sign_stamp", json!({"card": "cafe", "kind": "poster"}));
    let denied = World::in_memory(&format!("signing = {{ denied = [{}] }}", stamp["id"]));
    denied.real_clock();
    denied.ok("enroll", json!({"user_id": 1}));
    let scan = json!({"user_id": 1, "token": stamp["token"]});
    assert_eq!(denied.err("stamp", scan.clone()).code(), "inactive");
    let other = Engine::open(Options::sqlite(":memory:")).unwrap();
    other.call("enroll", json!({"user_id": 1})).unwrap();
    assert_eq!(other.call("stamp", scan).unwrap_err().code(), "not_usable");
}
