//! The event log: each reader sees every change once and in order, whatever writers do meanwhile.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use loyalty_core::ops::{AckEvents, EarnPoints, EventItem, Events};
use loyalty_core::value::{OrderId, UserId};
use loyalty_core::{Engine, Options};
use loyalty_tests::world::World;
use loyalty_tests::{Place, store};
use serde_json::json;

const WRITERS: usize = 8;
const PURCHASES: usize = 30;

fn earn(user: i64, order: &str) -> EarnPoints {
    let order_id = Some(OrderId::new(order).unwrap());
    EarnPoints { order_id, ..EarnPoints::new(UserId::new(user).unwrap(), 1_000.into()) }
}

/// An engine on a database; on a cluster, on the node of this number.
fn engine(setting: &str, number: usize) -> Engine {
    let nodes = store::nodes(setting);
    let node = if store::is_server() { &nodes[number % nodes.len()] } else { setting };
    Engine::open(Options::parse(node).unwrap().seed([u8::try_from(number).unwrap(); 32])).unwrap()
}

/// Books purchases, each in a transaction that stays open for a while, and every fifth far longer.
fn write(engine: &Engine, writer: usize) {
    for purchase in 0..PURCHASES {
        let user = i64::try_from((writer + purchase) % 5 + 1).unwrap();
        let order = format!("{writer}-{purchase}");
        engine
            .batch(|batch| {
                batch.run(&earn(user, &order))?;
                thread::sleep(Duration::from_millis(if purchase % 5 == writer % 5 { 40 } else { 1 }));
                Ok(())
            })
            .unwrap();
    }
}

/// Reads until the writers are done and nothing is left; every other page is not acknowledged, as by a reader that dies.
fn read(engine: &Engine, name: &str, done: &AtomicBool) -> Vec<EventItem> {
    let mut seen: Vec<EventItem> = Vec::new();
    let mut pages = 0;
    loop {
        let was_done = done.load(Ordering::SeqCst);
        let asked = Events { consumer: Some(name.to_owned()), limit: 7, ..Events::new() };
        let page = engine.run(&asked).unwrap();
        pages += 1;
        if pages % 2 == 0 {
            seen.extend(page.items.iter().cloned());
            engine.run(&AckEvents::new(name.to_owned(), page.next_after)).unwrap();
        }
        if page.items.is_empty() {
            if was_done && pages % 2 == 0 {
                return seen;
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

#[test]
fn each_reader_sees_each_event_once_and_in_order_while_writers_commit_late() {
    if store::is_page() {
        // The page's connection is told of by the stories; here are threads.
        return;
    }
    let place = Place::new("events-late");
    let setting = store::fresh(&place.file("loyalty.db"));
    for user in 1..=5 {
        engine(&setting, 0).run(&earn(user, &format!("first-{user}"))).unwrap();
    }
    let done = AtomicBool::new(false);
    let (setting, done) = (&setting, &done);
    let seen: Vec<Vec<EventItem>> = thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|reader| scope.spawn(move || read(&engine(setting, reader + 20), &format!("reader-{reader}"), done)))
            .collect();
        let writers: Vec<_> =
            (0..WRITERS).map(|writer| scope.spawn(move || write(&engine(setting, writer + 1), writer))).collect();
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        done.store(true, Ordering::SeqCst);
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    for events in &seen {
        let numbers: Vec<i64> = events.iter().map(|event| event.number).collect();
        let all: Vec<i64> = (1..=i64::try_from(numbers.len()).unwrap()).collect();
        assert_eq!(numbers, all, "each number once, in order");
        let earned: Vec<_> = events.iter().filter(|event| event.kind == "points.earned").collect();
        assert_eq!(earned.len(), 5 + WRITERS * PURCHASES, "each purchase is told");
        let mut last: BTreeMap<i64, i64> = BTreeMap::new();
        for event in earned {
            let (user, entry) = (event.user_id.unwrap(), event.transaction_id.unwrap());
            let before = last.insert(user, entry).unwrap_or(0);
            assert!(entry > before, "the changes of member {user} are told as they were made");
        }
        assert_eq!(events, &seen[0], "every reader sees the same");
    }
}

#[test]
fn an_act_that_is_refused_or_undone_is_not_told() {
    let world = World::in_memory("");
    world.ok("earn_points", json!({"user_id": 7, "amount": 1_000, "order_id": "A"}));
    let before = world.ok("events", json!({}));
    world.err("redeem_reward", json!({"user_id": 7, "reward_id": 1, "key": "k"}));
    world.ok("earn_points", json!({"user_id": 7, "amount": 1_000, "order_id": "A"}));
    world.ok("quote_points", json!({"user_id": 7, "amount": 1_000}));
    assert_eq!(world.ok("events", json!({})), before);
}

#[test]
fn an_event_names_no_person_and_no_code() {
    let world = World::in_memory("");
    let person = json!({"user_id": 7, "name": "Rosalinda", "email": "rosalinda@example.cl", "phone": "+56911112222"});
    world.ok("enroll", person);
    world.ok("earn_points", json!({"user_id": 7, "amount": 900_000, "order_id": "A", "items": [{"sku": "espresso"}]}));
    world.ok("redeem_reward", json!({"user_id": 7, "reward_id": 1}));
    let coupon = json!({"user_id": 7, "discount_type": "percent", "discount_value": 10});
    let code = world.ok("generate_discount_code", coupon)["code"].as_str().unwrap().to_owned();
    world.ok("use_coupon", json!({"user_id": 7, "code": code, "order_id": "B", "amount": 90_000}));
    let told = world.ok("events", json!({})).to_string();
    for word in ["coupon.issued", "coupon.used", "reward.redeemed"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    for word in ["osalinda", "9111", "espresso", &code] {
        assert!(!told.contains(word), "{word}: {told}");
    }
}

#[test]
fn what_another_system_did_is_no_news_but_that_the_member_came_is() {
    let world = World::in_memory("");
    world.ok("import_member", json!({"user_id": 7, "balance": 500, "source": "old"}));
    let told = world.ok("events", json!({}));
    let kinds: Vec<_> = told["items"].as_array().unwrap().iter().map(|item| item["kind"].clone()).collect();
    assert_eq!(kinds, ["member.enrolled"]);
    assert_eq!(told["items"][0]["data"], json!({"imported": true}));
}

#[test]
fn the_tier_is_told_once_as_what_the_act_made_of_it() {
    let world = World::in_memory("");
    world.ok("earn_points", json!({"user_id": 7, "amount": 500_000, "order_id": "A"}));
    world.ok("refund_order", json!({"order_id": "A"}));
    let told = world.ok("events", json!({"kinds": ["tier.changed"]}));
    let tiers: Vec<_> = told["items"].as_array().unwrap().iter().map(|item| item["data"]["tier"].clone()).collect();
    assert_eq!(tiers, ["cafe_plata", "cafe_bronze"]);
}

#[test]
fn a_reader_that_is_far_behind_is_named_by_health() {
    let world = World::in_memory("");
    world.ok("ack_events", json!({"consumer": "crm", "upto": 0}));
    world.ok("earn_points", json!({"user_id": 7, "amount": 1_000}));
    assert_eq!(world.ok("health", json!({}))["status"], "ok");
    world.now("2026-03-04T13:00:00-03:00");
    let health = world.ok("health", json!({}));
    assert_eq!(health["status"], "degraded");
    assert!(health.to_string().contains("`crm` has read nothing since"), "{health}");
    world.ok("ack_events", json!({"consumer": "crm", "upto": 0, "forget": true}));
    assert_eq!(world.ok("health", json!({}))["status"], "ok");
}

#[test]
fn what_waits_on_a_server_gets_its_numbers_when_the_database_moves() {
    if store::is_page() {
        return;
    }
    let place = Place::new("events-moved");
    let server = store::database();
    engine(&server, 1).run(&earn(7, "A")).unwrap();
    let target = format!("sqlite:{}", place.file("moved.db").display());
    Engine::copy(&Options::parse(&server).unwrap(), &Options::parse(&target).unwrap(), &mut |_, _| Ok(())).unwrap();
    let moved = Engine::open(Options::parse(&target).unwrap()).unwrap();
    moved.run(&earn(7, "B")).unwrap();
    let orders: Vec<_> = moved
        .run(&Events::new())
        .unwrap()
        .items
        .into_iter()
        .filter_map(|event| event.data.get("order_id").cloned())
        .collect();
    assert_eq!(orders, ["A", "B"]);
}
