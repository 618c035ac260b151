//! The regular work: done once whoever calls it, a step that fails stops no other, and what is kept is what was promised.

use std::thread;

use loyalty_core::ops::{RunTasks, TasksDone};
use loyalty_core::value::Instant;
use loyalty_core::{Engine, Options};
use loyalty_tests::world::{START, World};
use loyalty_tests::{Place, store};
use rusqlite::Connection;
use serde_json::{Value, json};

const MEMBERS: i64 = 120;

fn engine(setting: &str, number: usize) -> Engine {
    let nodes = store::nodes(setting);
    let node = if store::is_server() { &nodes[number % nodes.len()] } else { setting };
    Engine::open(Options::parse(node).unwrap().seed([u8::try_from(number).unwrap(); 32])).unwrap()
}

fn kinds(world: &World, user: i64) -> Vec<String> {
    let told = world.ok("notifications", json!({"user_id": user, "limit": 100}));
    told["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
}

/// Runs what is due at a moment, until nothing is left; the sums of the steps.
fn day(world: &World, at: &str) -> Vec<(String, i64)> {
    world.now(at);
    let mut sums: Vec<(String, i64)> = Vec::new();
    loop {
        let done = world.ok("run_tasks", json!({}));
        for step in done["steps"].as_array().unwrap() {
            assert_ne!(step["state"], "failed", "{step}");
            let (name, changes) = (step["name"].as_str().unwrap(), step["changes"].as_i64().unwrap());
            match sums.iter_mut().find(|(known, _)| known == name) {
                Some(known) => known.1 += changes,
                None => sums.push((name.to_owned(), changes)),
            }
        }
        if done["more"] == false {
            return sums;
        }
    }
}

#[test]
fn callers_at_once_share_the_work_and_no_member_is_reminded_twice() {
    if store::is_page() {
        return;
    }
    let place = Place::new("tasks-at-once");
    let setting = store::fresh(&place.file("loyalty.db"));
    let first = engine(&setting, 0);
    first.fix_now(Some(Instant::parse(START).unwrap()));
    for user in 1..=MEMBERS {
        first
            .call("earn_points", json!({"user_id": user, "amount": 150_000, "order_id": format!("A-{user}")}))
            .unwrap();
    }
    let later = Instant::parse("2026-03-03T05:00:00-03:00").unwrap();
    let setting = &setting;
    let all: Vec<TasksDone> = thread::scope(|scope| {
        let callers: Vec<_> = (1..=4)
            .map(|caller| {
                scope.spawn(move || {
                    let engine = engine(setting, caller);
                    engine.fix_now(Some(later));
                    let mut done = Vec::new();
                    loop {
                        let part = engine.run(&RunTasks { limit: Some(7), ..RunTasks::new() }).unwrap();
                        let more = part.more;
                        done.push(part);
                        if !more {
                            return done;
                        }
                    }
                })
            })
            .collect();
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
    });
    let steps: Vec<_> = all.iter().flat_map(|done| &done.steps).filter(|step| step.name == "reminders").collect();
    assert_eq!(steps.iter().map(|step| step.members).sum::<i64>(), MEMBERS, "each member is looked at once");
    assert_eq!(steps.iter().map(|step| step.changes).sum::<i64>(), MEMBERS, "each gets one notice");
    first.fix_now(Some(later));
    for user in 1..=MEMBERS {
        let told = first.call("notifications", json!({"user_id": user})).unwrap();
        let rewards = told["items"].as_array().unwrap().iter().filter(|item| item["kind"] == "reward_available");
        assert_eq!(rewards.count(), 1, "{user}");
    }
}

#[test]
fn a_step_that_fails_is_told_and_stops_no_other() {
    if store::is_server() || store::is_page() {
        return;
    }
    let world = World::on_file("");
    world.ok("earn_points", json!({"user_id": 7, "amount": 150_000}));
    let damaged = Connection::open(world.path()).unwrap();
    damaged.execute("UPDATE loyalty_rewards SET discount_type = 'nonsense' WHERE id = 1", []).unwrap();
    world.now("2026-03-03T05:00:00-03:00");
    let done = world.ok("run_tasks", json!({}));
    let states: Vec<(&Value, &Value)> =
        done["steps"].as_array().unwrap().iter().map(|step| (&step["name"], &step["state"])).collect();
    assert_eq!(
        states,
        [
            (&json!("expiry"), &json!("done")),
            (&json!("tier_reviews"), &json!("done")),
            (&json!("reminders"), &json!("failed")),
            (&json!("campaigns"), &json!("done")),
            (&json!("retention"), &json!("done")),
        ]
    );
    assert_eq!(done["more"], false, "a failure is no work that is left");
    let health = world.ok("health", json!({})).to_string();
    assert!(health.contains("`reminders` fails: database_corrupt"), "{health}");
    damaged.execute("UPDATE loyalty_rewards SET discount_type = 'free_item' WHERE id = 1", []).unwrap();
    let again = world.ok("run_tasks", json!({}));
    assert_eq!(
        again["steps"],
        json!([{"name": "reminders", "period": "2026-03-03", "state": "done", "members": 1, "changes": 1, "error": null}])
    );
}

#[test]
fn work_that_is_late_is_named_by_health() {
    let world = World::in_memory("");
    world.ok("enroll", json!({"user_id": 7}));
    assert_eq!(world.ok("health", json!({}))["status"], "ok", "who never ran it needs no warning");
    day(&world, "2026-03-03T05:00:00-03:00");
    world.now("2026-03-05T05:00:00-03:00");
    assert_eq!(world.ok("health", json!({}))["status"], "ok");
    world.now("2026-03-06T05:00:00-03:00");
    let health = world.ok("health", json!({}));
    assert_eq!(health["status"], "degraded");
    assert!(health.to_string().contains("`expiry` was done last for 2026-03-03"), "{health}");
}

#[test]
fn events_are_kept_for_those_who_lack_them_and_the_newest_for_ever() {
    let world = World::in_memory("campaigns = []");
    world.ok("ack_events", json!({"consumer": "slow", "upto": 0}));
    for order in 0..5 {
        world.ok("earn_points", json!({"user_id": 7, "amount": 1_000, "order_id": format!("A-{order}")}));
    }
    let last = world.ok("events", json!({"consumer": "slow"}))["next_after"].as_i64().unwrap();
    world.ok("ack_events", json!({"consumer": "slow", "upto": 2}));
    // After 30 days those that it has are gone.
    day(&world, "2026-04-10T05:00:00-04:00");
    assert_eq!(world.ok("events", json!({"consumer": "slow"}))["items"][0]["number"], 3);
    let gone = world.err("events", json!({"after": 0}));
    assert_eq!((gone.code(), &gone.details()["first"]), ("events_truncated", &json!(3)));
    // After 90 days all, but for the newest.
    day(&world, "2026-06-10T05:00:00-04:00");
    assert_eq!(world.err("events", json!({"consumer": "slow"})).code(), "events_truncated");
    let left = world.ok("events", json!({"after": last - 1}));
    assert_eq!(left["items"][0]["number"], last);
    world.ok("earn_points", json!({"user_id": 7, "amount": 1_000, "order_id": "B"}));
    assert_eq!(world.ok("events", json!({"after": last}))["items"][0]["number"], last + 1);
}

#[test]
fn notices_are_kept_as_long_as_the_programme_says() {
    let world = World::in_memory("retention = { notices_days = 20 }");
    world.ok("enroll", json!({"user_id": 7}));
    day(&world, "2026-03-20T05:00:00-03:00");
    assert_eq!(kinds(&world, 7), ["welcome"]);
    day(&world, "2026-03-30T05:00:00-03:00");
    assert!(kinds(&world, 7).is_empty());
}

#[test]
fn a_birthday_on_29_february_is_wished_each_year_and_once() {
    let world = World::in_memory("");
    world.ok("enroll", json!({"user_id": 7, "birth_date": "1996-02-29"}));
    let mut wished = Vec::new();
    for at in [
        "2027-02-27T05:00:00-03:00",
        "2027-02-28T05:00:00-03:00",
        "2027-03-01T05:00:00-03:00",
        "2028-02-28T05:00:00-03:00",
        "2028-02-29T05:00:00-03:00",
    ] {
        let before = kinds(&world, 7).iter().filter(|kind| *kind == "birthday").count();
        day(&world, at);
        let after = kinds(&world, 7).iter().filter(|kind| *kind == "birthday").count();
        wished.extend((after > before).then_some(at));
    }
    assert_eq!(wished, ["2027-02-28T05:00:00-03:00", "2028-02-29T05:00:00-03:00"]);
}

#[test]
fn a_coupon_a_card_and_a_tier_are_told_before_they_are_lost_or_won() {
    let world = World::in_memory(
        "[reminders]\nstamps_left = 2\nnext_tier_points = 500\nrewards = false\nmissed_after_days = 0",
    );
    world.ok("enroll", json!({"user_id": 7}));
    let coupon = json!({"user_id": 7, "discount_type": "percent", "discount_value": 10, "valid_until": "2026-03-10"});
    world.ok("generate_discount_code", coupon);
    world.ok("earn_points", json!({"user_id": 7, "amount": 460_000, "order_id": "A"}));
    for stamp in 0..8 {
        world.ok("stamp", json!({"user_id": 7, "card": "cafe", "order_id": format!("S-{stamp}")}));
    }
    day(&world, "2026-03-06T05:00:00-03:00");
    assert!(!kinds(&world, 7).contains(&"coupon_ending".to_owned()));
    let said = |kind: &str| {
        let told = world.ok("notifications", json!({"user_id": 7, "limit": 100}));
        let item = told["items"].as_array().unwrap().iter().find(|item| item["kind"] == kind).cloned();
        item.map(|item| item["title"].as_str().unwrap().to_owned())
    };
    assert_eq!(said("close_to_next_tier").as_deref(), Some("Estás a 400 puntos de Café Plata"));
    assert!(said("stamps_almost_full").is_some_and(|title| title.starts_with("Estás a 2 timbres de completar")));
    day(&world, "2026-03-07T05:00:00-03:00");
    assert!(said("coupon_ending").is_some());
}

#[test]
fn a_tier_that_is_about_to_fall_is_told_with_what_keeps_it() {
    let rules =
        "tier_rules = { metric = \"window_points\", window_days = 365, downgrade = \"recompute\", review_days = 365 }";
    let world = World::in_memory(rules);
    world.ok("earn_points", json!({"user_id": 7, "amount": 600_000}));
    day(&world, "2026-12-01T05:00:00-03:00");
    assert!(!kinds(&world, 7).contains(&"tier_in_danger".to_owned()));
    day(&world, "2027-02-20T05:00:00-03:00");
    assert!(kinds(&world, 7).contains(&"tier_in_danger".to_owned()), "{:?}", kinds(&world, 7));
}
