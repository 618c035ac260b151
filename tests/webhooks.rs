//! Webhooks to a receiver on this machine: signed, at least once, none twice at a time, and what fails stops no other.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::thread;

use loyalty_core::value::{Instant, WorkerName};
use loyalty_core::{Engine, Options, ops::NextDeliveries};
use loyalty_deliver::{Calls, Delivered, DeskError, Limits, Poster, Rules, Secret, Stopped, deliver_webhooks, verify};
use loyalty_tests::receiver::{Received, Receiver};
use loyalty_tests::world::{START, World};
use loyalty_tests::{Place, store};
use serde_json::{Value, json};

fn engine(setting: &str, number: u8) -> Engine {
    Engine::open(Options::parse(setting).unwrap().seed([number; 32])).unwrap()
}

/// A new database, with its clock at the start.
fn fresh(place: &Place) -> (String, Engine) {
    let setting = store::fresh(&place.file("loyalty.db"));
    let engine = engine(&setting, 1);
    engine.fix_now(Some(Instant::parse(START).unwrap()));
    (setting, engine)
}

fn at(engine: &Engine, text: &str) {
    engine.fix_now(Some(Instant::parse(text).unwrap()));
}

fn poster(ports: &[u16]) -> Poster {
    Poster::new(Rules::new(&["127.0.0.1"], ports).unwrap())
}

/// Delivers what is due, as the command line does.
fn deliver(engine: &Engine, ports: &[u16]) -> Delivered {
    let mut desk = Calls(|name: &str, arguments: Value| {
        engine.call(name, arguments).map_err(|error| DeskError::new(error.code()))
    });
    deliver_webhooks(&mut desk, &poster(ports), &Limits::new("worker")).unwrap()
}

/// A webhook to a receiver on this machine: its id and its secret.
fn hook(engine: &Engine, url: &str) -> (i64, String) {
    let saved = engine.call("save_webhook", json!({"url": url, "inside": true})).unwrap();
    (saved["id"].as_i64().unwrap(), saved["secret"].as_str().unwrap().to_owned())
}

fn earn(engine: &Engine, order: &str) {
    engine.call("earn_points", json!({"user_id": 7, "amount": 12_990, "order_id": order})).unwrap();
}

fn listed(engine: &Engine, place: usize) -> Value {
    engine.call("webhooks", json!({})).unwrap()["items"][place].clone()
}

fn ids(came: &[Received]) -> Vec<&str> {
    came.iter().map(|one| one.header("webhook-id")).collect()
}

/// Whether both ways to check a webhook believe it.
fn is_believed(received: &Received, secret: &str) -> bool {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let ours = verify(&[Secret::parse(secret).unwrap()], &received.headers, &received.body, now).is_ok();
    let headers: serde_json::Map<String, Value> =
        received.headers.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    let receiver = Engine::open(Options::sqlite(":memory:")).unwrap();
    let asked = json!({"secrets": [secret], "headers": headers, "body": received.body});
    let theirs = receiver.call("verify_webhook", asked).unwrap()["valid"] == true;
    assert_eq!(ours, theirs, "both ways to check agree");
    ours
}

#[test]
fn a_receiver_gets_each_event_once_signed_and_without_a_name() {
    if store::is_page() {
        return;
    }
    let place = Place::new("webhooks-signed");
    let (setting, engine) = fresh(&place);
    let receiver = Receiver::start(|_, _| 204);
    let (_, secret) = hook(&engine, &receiver.url());
    engine.call("enroll", json!({"user_id": 7, "name": "Rosalinda", "email": "r@example.cl"})).unwrap();
    earn(&engine, "A-1");
    engine.call("test_webhook", json!({"id": 1})).unwrap();
    let done = deliver(&engine, &[receiver.port]);
    assert_eq!((done.sent, done.failed.len(), done.stopped), (3, 0, Stopped::Empty));
    let mut came = receiver.came();
    came.sort_by_key(|one| one.json()["data"]["number"].as_i64());
    let epoch = engine.call("events", json!({})).unwrap()["epoch"].clone();
    assert_eq!(ids(&came), [1, 2, 3].map(|number| format!("evt_{epoch}_{number}")));
    let kinds: Vec<Value> = came.iter().map(|one| one.json()["type"].clone()).collect();
    assert_eq!(kinds, ["member.enrolled", "points.earned", "webhook.test"]);
    let earned = came[1].json();
    assert_eq!((&earned["data"]["user_id"], &earned["data"]["order_id"]), (&json!(7), &json!("A-1")));
    assert_eq!(earned["timestamp"], START);
    for one in &came {
        assert!(is_believed(one, &secret));
        let changed = Received { body: one.body.replace("12", "13") + " ", ..one.clone() };
        assert!(!is_believed(&changed, &secret));
        assert!(!one.body.contains("osalinda") && !one.body.contains('@'), "{}", one.body);
    }
    assert_eq!(deliver(&engine, &[receiver.port]).sent, 0);
    store::done(&setting);
}

#[test]
fn an_event_that_fails_stops_no_other_and_is_tried_again_with_the_same_id() {
    if store::is_page() {
        return;
    }
    let place = Place::new("webhooks-again");
    let (setting, engine) = fresh(&place);
    let receiver = Receiver::start(|one, _| if one.json()["data"]["number"] == 2 { 500 } else { 200 });
    hook(&engine, &receiver.url());
    for order in 0..5 {
        earn(&engine, &format!("A-{order}"));
    }
    let events = engine.call("events", json!({})).unwrap()["items"].as_array().unwrap().len() as u64;
    let done = deliver(&engine, &[receiver.port]);
    assert_eq!((done.sent, done.failed["http_500"]), (events - 1, 1));
    assert_eq!((&listed(&engine, 0)["waiting"], &listed(&engine, 0)["behind"]), (&json!(1), &json!(0)));
    at(&engine, "2026-03-02T12:00:06-03:00");
    let done = deliver(&engine, &[receiver.port]);
    assert_eq!((done.sent, done.failed["http_500"]), (0, 1));
    let came = receiver.came();
    let failed: Vec<&str> = ids(&came).into_iter().filter(|id| id.ends_with("_2")).collect();
    assert_eq!((failed.len(), failed[0]), (2, failed[1]));
    // After ten tries it is given up; the webhook itself, which takes others, stays on.
    for day in 3..=20 {
        at(&engine, &format!("2026-03-{day:02}T12:00:00-03:00"));
        engine.call("test_webhook", json!({"id": 1})).unwrap();
        deliver(&engine, &[receiver.port]);
    }
    let left = listed(&engine, 0);
    assert_eq!((&left["waiting"], &left["given_up"], &left["state"]), (&json!(0), &json!(1), &json!("active")));
    assert_eq!(ids(&receiver.came()).into_iter().filter(|id| id.ends_with("_2")).count(), 10);
    store::done(&setting);
}

#[test]
fn a_receiver_that_fails_first_gets_it_the_next_time() {
    if store::is_page() {
        return;
    }
    let place = Place::new("webhooks-next-time");
    let (setting, engine) = fresh(&place);
    let receiver = Receiver::start(|_, before| if before == 0 { 500 } else { 200 });
    hook(&engine, &receiver.url());
    engine.call("test_webhook", json!({"id": 1})).unwrap();
    assert_eq!(deliver(&engine, &[receiver.port]).failed["http_500"], 1);
    at(&engine, "2026-03-02T12:00:06-03:00");
    assert_eq!(deliver(&engine, &[receiver.port]).sent, 1);
    let left = listed(&engine, 0);
    assert_eq!(
        (&left["waiting"], &left["failing_since"], &left["last_status"]),
        (&json!(0), &Value::Null, &json!(200))
    );
    let came = receiver.came();
    assert_eq!((came.len(), ids(&came)[0]), (2, ids(&came)[1]));
    store::done(&setting);
}

#[test]
fn one_that_is_gone_or_fails_for_five_days_is_switched_off_which_others_are_told() {
    if store::is_page() {
        return;
    }
    let place = Place::new("webhooks-gone");
    let (setting, engine) = fresh(&place);
    let (gone, other) = (Receiver::start(|_, _| 410), Receiver::start(|_, _| 200));
    hook(&engine, &gone.url());
    hook(&engine, &other.url());
    let health = || engine.call("health", json!({})).unwrap();
    earn(&engine, "A-1");
    deliver(&engine, &[gone.port, other.port]);
    assert_eq!((&listed(&engine, 0)["state"], &listed(&engine, 0)["reason"]), (&json!("disabled"), &json!("gone")));
    assert!(health().to_string().contains("`1` was switched off: gone"), "{}", health());
    let told: Vec<Value> = other.came().iter().map(Received::json).collect();
    let told: Vec<&Value> = told.iter().filter(|one| one["type"] == "webhook.disabled").collect();
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["data"]["webhook_id"], &told[0]["data"]["reason"]), (&json!(1), &json!("gone")));
    let before = gone.came().len();
    earn(&engine, "A-2");
    deliver(&engine, &[gone.port, other.port]);
    assert_eq!(gone.came().len(), before, "nothing more is sent to it");
    // Nobody listens at the next one.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    hook(&engine, &format!("http://127.0.0.1:{port}/"));
    for day in 3..=8 {
        at(&engine, &format!("2026-03-{day:02}T12:00:00-03:00"));
        engine.call("test_webhook", json!({"id": 3})).unwrap();
        deliver(&engine, &[port, other.port]);
    }
    assert_eq!((&listed(&engine, 2)["state"], &listed(&engine, 2)["reason"]), (&json!("disabled"), &json!("failing")));
    store::done(&setting);
}

#[test]
fn a_receiver_that_does_not_answer_is_left_alone_and_its_events_wait_behind_its_place() {
    if store::is_page() {
        return;
    }
    let place = Place::new("webhooks-lost");
    let (setting, engine) = fresh(&place);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    hook(&engine, &format!("http://127.0.0.1:{port}/"));
    for order in 0..60 {
        earn(&engine, &format!("A-{order}"));
    }
    let done = deliver(&engine, &[port]);
    let tried = done.failed["connection_refused"];
    assert!((5..=8).contains(&tried) && done.sent == 0, "{done:?}");
    let left = listed(&engine, 0);
    assert!(left["behind"].as_i64().unwrap() >= 40 && left["waiting"].as_i64().unwrap() <= 20, "{left}");
    // Then one at a time asks whether it answers again.
    at(&engine, "2026-03-02T12:10:00-03:00");
    let done = deliver(&engine, &[port]);
    assert_eq!(done.failed.values().sum::<u64>(), 1, "{done:?}");
    let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) else { return };
    drop(listener);
    at(&engine, "2026-03-02T13:00:00-03:00");
    let receiver = Receiver::start(|_, _| 200);
    let moved = json!({"id": 1, "url": receiver.url(), "inside": true});
    engine.call("save_webhook", moved).unwrap();
    let events = listed(&engine, 0)["waiting"].as_u64().unwrap() + listed(&engine, 0)["behind"].as_u64().unwrap();
    assert_eq!(deliver(&engine, &[receiver.port]).sent, events);
    let came = receiver.came();
    assert_eq!(ids(&came).into_iter().collect::<BTreeSet<_>>().len() as u64, events);
    store::done(&setting);
}

#[test]
fn what_a_killed_worker_had_comes_again_with_the_same_id_and_body_after_its_lease() {
    if store::is_page() {
        return;
    }
    let place = Place::new("webhooks-killed");
    let (setting, engine) = fresh(&place);
    let receiver = Receiver::start(|_, _| 200);
    hook(&engine, &receiver.url());
    earn(&engine, "A-1");
    let taken = engine.call("next_deliveries", json!({"worker": "killed", "lease_seconds": 60})).unwrap();
    let taken = taken["items"].as_array().unwrap();
    assert!(!taken.is_empty());
    at(&engine, "2026-03-02T12:00:59-03:00");
    assert_eq!(deliver(&engine, &[receiver.port]).sent, 0);
    at(&engine, "2026-03-02T12:01:00-03:00");
    assert_eq!(deliver(&engine, &[receiver.port]).sent, taken.len() as u64);
    let came = receiver.came();
    for one in taken {
        let again = came.iter().find(|other| one["id"] == other.header("webhook-id")).unwrap();
        assert_eq!(one["body"], again.body.as_str());
    }
    let late = json!({"webhook_id": 1, "number": taken[0]["number"], "worker": "killed", "status": 200});
    assert_eq!(engine.call("delivery_done", late).unwrap_err().code(), "not_claimed");
    store::done(&setting);
}

#[test]
fn workers_at_once_never_get_the_same_delivery_and_together_get_all() {
    if store::is_page() {
        return;
    }
    let place = Place::new("webhooks-at-once");
    let (setting, first) = fresh(&place);
    for _ in 0..2 {
        hook(&first, "http://10.0.0.1/");
    }
    for order in 0..30 {
        earn(&first, &format!("A-{order}"));
    }
    let events = first.call("events", json!({"limit": 1000})).unwrap()["items"].as_array().unwrap().len();
    let setting = &setting;
    let taken: Vec<(i64, i64)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..4_u8)
            .map(|number| {
                scope.spawn(move || {
                    let engine = engine(setting, number + 10);
                    at(&engine, START);
                    let worker = format!("worker-{number}");
                    let asked =
                        NextDeliveries { limit: 3, ..NextDeliveries::new(WorkerName::new(worker.clone()).unwrap()) };
                    let mut taken = Vec::new();
                    loop {
                        let items = engine.run(&asked).unwrap().items;
                        if items.is_empty() {
                            return taken;
                        }
                        for item in items {
                            taken.push((item.webhook_id, item.number));
                            let status = if item.number % 5 == 0 { 500 } else { 200 };
                            let (webhook_id, number) = (item.webhook_id, item.number);
                            let done =
                                json!({"webhook_id": webhook_id, "number": number, "worker": worker, "status": status});
                            engine.call("delivery_done", done).unwrap();
                        }
                    }
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert_eq!(taken.len(), 2 * events);
    assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), taken.len(), "none was taken twice");
    assert_eq!(listed(&first, 0)["waiting"], (events / 5) as u64);
    store::done(setting);
}

#[test]
fn replayed_events_come_again_with_the_same_ids() {
    if store::is_page() {
        return;
    }
    let place = Place::new("webhooks-replay");
    let (setting, engine) = fresh(&place);
    let receiver = Receiver::start(|_, _| 200);
    hook(&engine, &receiver.url());
    for order in 0..3 {
        earn(&engine, &format!("A-{order}"));
    }
    let sent = deliver(&engine, &[receiver.port]).sent;
    let replayed = engine.call("replay_events", json!({"id": 1, "from": 2})).unwrap();
    assert_eq!(replayed["behind"], sent - 1);
    assert_eq!(deliver(&engine, &[receiver.port]).sent, sent - 1);
    let came = receiver.came();
    let mut ids = ids(&came);
    let again = ids.split_off(usize::try_from(sent).unwrap());
    assert_eq!(again.len() as u64, sent - 1);
    assert!(again.iter().all(|id| ids.contains(id)), "{ids:?} {again:?}");
    store::done(&setting);
}

#[test]
fn for_a_day_after_a_change_both_secrets_are_right() {
    if store::is_page() {
        return;
    }
    let place = Place::new("webhooks-rotated");
    let (setting, engine) = fresh(&place);
    let receiver = Receiver::start(|_, _| 200);
    let (_, old) = hook(&engine, &receiver.url());
    let rotated = engine.call("rotate_webhook_secret", json!({"id": 1})).unwrap();
    let new = rotated["secret"].as_str().unwrap();
    let send = |now: &str| {
        at(&engine, now);
        engine.call("test_webhook", json!({"id": 1})).unwrap();
        assert_eq!(deliver(&engine, &[receiver.port]).sent, 1);
        let came = receiver.came();
        let last = came.last().unwrap();
        (is_believed(last, &old), is_believed(last, new))
    };
    assert_eq!(send(START), (true, true));
    assert_eq!(send("2026-03-03T11:59:59-03:00"), (true, true));
    assert_eq!(send("2026-03-03T12:00:00-03:00"), (false, true));
    store::done(&setting);
}

#[test]
fn events_are_kept_for_a_webhook_that_lacks_them_but_not_for_one_that_is_off() {
    let world = World::in_memory("campaigns = []");
    let url = "https://erp.example.com/";
    world.ok("save_webhook", json!({"url": url}));
    for order in 0..5 {
        world.ok("earn_points", json!({"user_id": 7, "amount": 1_000, "order_id": format!("A-{order}")}));
    }
    // Three are handed out, of which the second has not arrived.
    world.ok("next_deliveries", json!({"worker": "one", "limit": 3}));
    for (number, status) in [(1, 200), (2, 500), (3, 200)] {
        world.ok("delivery_done", json!({"webhook_id": 1, "number": number, "worker": "one", "status": status}));
    }
    let first_after = |day: &str| {
        world.now(day);
        while world.ok("run_tasks", json!({}))["more"] == true {}
        match world.call("events", json!({"after": 0})) {
            Ok(_) => 1,
            Err(error) => error.details()["first"].as_i64().unwrap(),
        }
    };
    assert_eq!(first_after("2026-04-10T05:00:00-04:00"), 2);
    world.ok("save_webhook", json!({"url": url, "id": 1, "active": false}));
    let last = world.ok("events", json!({"after": 1}))["next_after"].as_i64().unwrap();
    assert_eq!(first_after("2026-04-20T05:00:00-04:00"), last, "the newest is kept for ever");
    // Switched on again, it gets what is left; what is gone is not tried.
    world.ok("save_webhook", json!({"url": url, "id": 1}));
    let items = world.ok("next_deliveries", json!({"worker": "two"}))["items"].clone();
    assert_eq!((items.as_array().unwrap().len(), &items[0]["number"]), (1, &json!(last)));
    world.verify();
}

#[test]
fn a_secret_is_in_one_answer_and_in_its_repeat_and_nowhere_else() {
    let world = World::on_file("");
    let call = json!({"url": "https://erp.example.com/", "key": "k"});
    let saved = world.ok("save_webhook", call.clone());
    let secret = saved["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{}", secret.len());
    assert_eq!(world.ok("save_webhook", call)["secret"], secret);
    let claim = json!({"worker": "one", "key": "k"});
    world.ok("test_webhook", json!({"id": 1}));
    assert_eq!(world.ok("next_deliveries", claim.clone())["items"][0]["secrets"], json!([secret]));
    assert_eq!(world.ok("next_deliveries", claim)["items"][0]["secrets"], json!([secret]));
    world.ok("rotate_webhook_secret", json!({"id": 1, "key": "k"}));
    // A server shows texts as bytes.
    if !store::is_server() {
        let dump = world.dump();
        let with_secret: Vec<&str> = dump.lines().filter(|line| line.contains("whsec_")).collect();
        assert_eq!(with_secret.len(), 1, "only the row of the webhook has them");
        assert!(with_secret[0].contains("https://erp.example.com/"));
    }
    for shown in [world.ok("webhooks", json!({})), world.ok("events", json!({})), world.ok("health", json!({}))] {
        assert!(!shown.to_string().contains("whsec_"));
    }
    let reply: loyalty_core::ops::SavedWebhook = serde_json::from_value(saved.clone()).unwrap();
    assert!(!format!("{reply:?}").contains(secret));
}

#[test]
fn the_command_line_delivers_and_says_so() {
    let place = Place::new("webhooks-command");
    let receiver = Receiver::start(|_, before| if before == 0 { 200 } else { 500 });
    place.reply(&["save-webhook", &receiver.url(), "--inside"]);
    let port = receiver.port.to_string();
    let allow = ["deliver", "--webhooks", "--allow", "127.0.0.1", "--port", &port];
    place.reply(&["test-webhook", "1"]);
    assert_eq!(place.reply(&allow)["webhooks"]["sent"], 1);
    assert_eq!(place.reply(&allow)["webhooks"]["sent"], 0, "nothing is left");
    // What fails is printed, and the command fails.
    place.reply(&["test-webhook", "1"]);
    let output = place.run(&[&allow[..], &["--json"]].concat());
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &printed["webhooks"]["failed"]["http_500"]), (Some(1), &json!(1)));
    // Without the operator's word nothing goes inside, whoever saved the webhook.
    place.reply(&["save-webhook", &receiver.url(), "--inside"]);
    place.reply(&["test-webhook", "2"]);
    let output = place.run(&["deliver", "--json"]);
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &printed["webhooks"]["failed"]["scheme_not_allowed"]), (Some(1), &json!(1)));
    assert_eq!(receiver.came().len(), 2);
    let (status, error) = place.error(&["deliver", "--allow", "a b"]);
    assert_eq!((status, &error["details"]["field"]), (1, &json!("allow")));
}
