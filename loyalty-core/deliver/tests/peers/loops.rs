//! The loops, with an engine in memory that is called by the names of its operations.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use loyalty_deliver::{
    Calls, Delivered, DeskError, Limits, MailServer, Mailer, Stopped, deliver_mail, deliver_webhooks,
};
use serde_json::{Value, json};

use crate::peer::Peer;
use crate::webhook::{Names, SECRET, delivery, poster};

/// What waits, and what was told.
#[derive(Default)]
struct Engine {
    waiting: VecDeque<Value>,
    claims: Vec<Value>,
    told: Vec<(String, Value)>,
    refuses: BTreeMap<String, &'static str>,
}

impl Engine {
    fn of(waiting: impl IntoIterator<Item = Value>) -> Self {
        Self { waiting: waiting.into_iter().collect(), ..Self::default() }
    }

    fn call(&mut self, name: &str, arguments: Value) -> Result<Value, DeskError> {
        if let Some(code) = self.refuses.get(name) {
            return Err(DeskError::new(*code));
        }
        if name.starts_with("next_") {
            let limit = usize::try_from(arguments["limit"].as_u64().unwrap()).unwrap();
            self.claims.push(arguments);
            let items: Vec<Value> = self.waiting.drain(..limit.min(self.waiting.len())).collect();
            return Ok(json!({ "items": items }));
        }
        self.told.push((name.to_owned(), arguments));
        Ok(json!({ "replayed": false }))
    }

    /// What was told of one item.
    fn told_of(&self, field: &str, id: i64) -> &(String, Value) {
        let mut told = self.told.iter().filter(|(_, arguments)| arguments[field] == id);
        let first = told.next().unwrap_or_else(|| panic!("nothing was told of {id}"));
        assert!(told.next().is_none(), "{id} was told twice");
        first
    }
}

fn message(id: i64, wish: &str) -> Value {
    json!({
        "id": id, "kind": "welcome", "to": format!("{wish}@example.com"), "from": "Café <hola@cafe-vt.cl>",
        "subject": "Hola", "text": "Hola", "html": "<p>Hola</p>", "headers": [["Auto-Submitted", "auto-generated"]],
        "message_id": format!("<{id}.k@cafe-vt.cl>"), "attempt": 1,
    })
}

fn number(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

fn limits() -> Limits<'static> {
    Limits { batch: number(5), at_once: number(3), ..Limits::new("till-1:4711") }
}

fn run_mail(engine: &mut Engine, mailer: &Mailer, limits: &Limits<'_>) -> Result<Delivered, DeskError> {
    deliver_mail(&mut Calls(|name: &str, arguments| engine.call(name, arguments)), mailer, None, limits)
}

fn mailer(peer: &Peer, parameters: &str) -> Mailer {
    Mailer::new(MailServer::parse(&format!("smtp://localhost:{}?tls=none{parameters}", peer.port)).unwrap())
}

#[test]
fn every_message_is_told_once_with_what_became_of_it() {
    let peer = Peer::mail("none", &[]);
    let wishes =
        ["ana", "r550-5.1.1", "d451", "bea", "d554-5.7.1", "drop", "r552-5.2.2", "a b", "carla", "josé", "dora"];
    let mut engine = Engine::of((0..).zip(wishes).map(|(id, wish)| message(id, wish)));
    let done = run_mail(&mut engine, &mailer(&peer, ""), &limits()).unwrap();
    let worker = "till-1:4711";
    let failed = |id: i64, reason: &str, is_final: bool| json!({"id": id, "worker": worker, "reason": reason, "final": is_final});
    let mut suppressed = failed(1, "smtp_550_5.1.1", true);
    suppressed["suppress"] = true.into();
    for (id, told) in [
        (1, suppressed),
        (2, failed(2, "smtp_451", false)),
        (4, failed(4, "smtp_554_5.7.1", true)),
        (5, failed(5, "unknown", false)),
        (6, failed(6, "smtp_552_5.2.2", true)),
        (7, failed(7, "field_to_address", true)),
        (9, failed(9, "no_smtputf8", true)),
    ] {
        assert_eq!(engine.told_of("id", id), &("message_failed".to_owned(), told));
    }
    for id in [0, 3, 8, 10] {
        let (name, arguments) = engine.told_of("id", id);
        assert_eq!((name.as_str(), &arguments["worker"]), ("message_sent", &worker.into()));
        assert!(arguments["receipt"].as_str().unwrap().starts_with("2.0.0 Ok: queued as Q"), "{arguments}");
    }
    assert_eq!((done.sent, done.failed.values().sum::<u64>(), done.not_claimed), (4, 7, 0));
    assert_eq!((done.failed["smtp_550_5.1.1"], done.stopped), (1, Stopped::Empty));
    assert_eq!(engine.claims[0], json!({"channel": "email", "worker": worker, "limit": 5, "lease_seconds": 300}));
    let told = serde_json::to_string(&engine.told).unwrap() + &serde_json::to_string(&done).unwrap();
    assert!(!told.contains('@'), "no address is told: {told}");
}

#[test]
fn a_server_that_cannot_be_reached_ends_the_run_and_what_was_claimed_is_given_back() {
    let peer = Peer::mail("none", &[]);
    let mailer = mailer(&peer, "");
    drop(peer);
    let mut engine = Engine::of((0..20).map(|id| message(id, "ana")));
    let one = Limits { at_once: number(1), ..limits() };
    let done = run_mail(&mut engine, &mailer, &one).unwrap();
    assert_eq!((done.sent, done.stopped), (0, Stopped::Unreachable));
    assert_eq!(done.failed, BTreeMap::from([("connect_failed".to_owned(), 3), ("not_tried".to_owned(), 2)]));
    assert_eq!(engine.waiting.len(), 15, "nothing more was claimed");
    let given_back =
        json!({"id": 4, "worker": "till-1:4711", "reason": "not_tried", "final": false, "retry_after_seconds": 0});
    assert_eq!(engine.told_of("id", 4).1, given_back);
}

#[test]
fn twenty_refusals_for_reputation_in_a_row_end_the_run() {
    let peer = Peer::mail("none", &[]);
    let mut engine = Engine::of((0..40).map(|id| message(id, "d554-5.7.1")));
    let one = Limits { at_once: number(1), ..limits() };
    let done = run_mail(&mut engine, &mailer(&peer, ""), &one).unwrap();
    assert_eq!((done.failed["smtp_554_5.7.1"], done.stopped), (20, Stopped::Policy));
    assert_eq!(engine.waiting.len(), 20);
}

#[test]
fn a_run_keeps_to_its_limits() {
    let peer = Peer::mail("none", &[]);
    let mailer = mailer(&peer, "");
    let messages = || Engine::of((0..20).map(|id| message(id, "ana")));
    let mut engine = messages();
    let done = run_mail(&mut engine, &mailer, &Limits { items: 7, ..limits() }).unwrap();
    assert_eq!((done.sent, done.stopped, engine.waiting.len()), (7, Stopped::Items, 13));
    let done = run_mail(&mut messages(), &mailer, &Limits { time: Duration::ZERO, ..limits() }).unwrap();
    assert_eq!((done.sent, done.stopped), (0, Stopped::Time));
    let asked = AtomicBool::new(true);
    let done = run_mail(&mut messages(), &mailer, &Limits { stop: Some(&asked), ..limits() }).unwrap();
    assert_eq!((done.sent, done.stopped), (0, Stopped::Asked));
    let short = Limits { lease_seconds: 180, ..limits() };
    assert_eq!(run_mail(&mut messages(), &mailer, &short), Err(DeskError::new("lease_too_short")));
}

#[test]
fn a_lease_that_went_to_another_is_counted_and_another_error_ends_the_run() {
    let peer = Peer::mail("none", &[]);
    let mailer = mailer(&peer, "");
    let mut engine = Engine::of((0..3).map(|id| message(id, "ana")));
    engine.refuses.insert("message_sent".to_owned(), "not_claimed");
    let done = run_mail(&mut engine, &mailer, &limits()).unwrap();
    assert_eq!((done.sent, done.not_claimed), (3, 3));
    let mut engine = Engine::of((0..20).map(|id| message(id, "ana")));
    engine.refuses.insert("message_sent".to_owned(), "database_busy");
    assert_eq!(run_mail(&mut engine, &mailer, &limits()), Err(DeskError::new("database_busy")));
    assert_eq!(engine.waiting.len(), 15, "nothing more was claimed");
    let mut engine = Engine::of([json!({"id": "seven"})]);
    assert_eq!(run_mail(&mut engine, &mailer, &limits()), Err(DeskError::new("reply_wrong")));
}

fn event(webhook_id: i64, number: i64, url: &str) -> Value {
    let body = delivery(String::new()).body;
    json!({
        "webhook_id": webhook_id, "number": number, "url": url, "id": format!("evt_1_{number}"), "body": body,
        "secrets": [SECRET], "attempt": 1,
    })
}

#[test]
fn every_delivery_is_told_and_a_webhook_that_does_not_answer_is_left_after_five() {
    let peer = Peer::receiver("https", SECRET);
    let poster = poster(&peer, &["127.0.0.1/32"], &Names::new(&[&["127.0.0.1"]]));
    let url = |path: &str| format!("https://shop.example.com:{}{path}", peer.port);
    let lost = (0..12).map(|number| event(1, number, &url("/drop")));
    let others = [event(2, 20, &url("/hook")), event(3, 21, &url("/status/503/7")), event(4, 22, &url("/status/410"))];
    let mut engine = Engine::of(lost.chain(others));
    let one = Limits { at_once: number(1), ..limits() };
    let done =
        deliver_webhooks(&mut Calls(|name: &str, arguments| engine.call(name, arguments)), &poster, &one).unwrap();
    assert_eq!((done.sent, done.stopped), (1, Stopped::Empty));
    let counts = [("connection_lost", 5), ("gone", 1), ("http_503", 1), ("not_tried", 7)];
    assert_eq!(done.failed, counts.map(|(reason, count)| (reason.to_owned(), count)).into());
    let told = |number: i64| engine.told_of("number", number).1.clone();
    let worker = "till-1:4711";
    assert_eq!(told(20), json!({"webhook_id": 2, "number": 20, "worker": worker, "status": 204}));
    let retry = json!({
        "webhook_id": 3, "number": 21, "worker": worker, "status": 503, "reason": "http_503", "retry_after_seconds": 7,
    });
    assert_eq!(told(21), retry);
    assert_eq!(told(22), json!({"webhook_id": 4, "number": 22, "worker": worker, "status": 410, "reason": "gone"}));
    assert_eq!(told(0), json!({"webhook_id": 1, "number": 0, "worker": worker, "reason": "connection_lost"}));
    assert_eq!(peer.taken().len(), 8, "five lost and three others");
    assert_eq!(engine.claims[0], json!({"worker": worker, "limit": 5, "lease_seconds": 300}));
}
