//! Messages by e-mail: who gets them, how often, and what is in them.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use loyalty_core::value::Instant;
use loyalty_core::{Engine, Options};
use loyalty_tests::world::{START, World};
use loyalty_tests::{Place, store};
use serde_json::{Value, json};

fn next(world: &World, worker: &str) -> Vec<Value> {
    world.ok("next_messages", json!({"worker": worker, "limit": 100}))["items"].as_array().unwrap().clone()
}

fn enroll(world: &World, user: i64, consents: &[&str]) {
    let email = format!("guest{user}@example.cl");
    world.ok("enroll", json!({"user_id": user, "name": "Ana", "email": email, "consents": consents}));
}

#[test]
fn an_offer_has_the_headers_that_mailboxes_ask_for_and_a_message_of_the_service_has_none_of_them() {
    let world = World::in_memory("");
    enroll(&world, 7, &["promotional", "welcome"]);
    world.ok("earn_points", json!({"user_id": 7, "amount": 150_000}));
    world.ok("run_tasks", json!({}));
    let messages = next(&world, "w");
    let of = |kind: &str| messages.iter().find(|message| message["kind"] == kind).unwrap();
    let names = |message: &Value| -> Vec<String> {
        message["headers"].as_array().unwrap().iter().map(|header| header[0].as_str().unwrap().to_owned()).collect()
    };
    let (welcome, offer) = (of("welcome"), of("reward_available"));
    assert_eq!(names(welcome), ["Auto-Submitted", "Feedback-ID"]);
    assert_eq!(names(offer), ["Auto-Submitted", "Feedback-ID", "List-Unsubscribe", "List-Unsubscribe-Post"]);
    let token = offer["unsubscribe_token"].as_str().unwrap();
    let link = format!("https://cafe-vt.cl/unsubscribe.php?t={token}");
    assert_eq!(offer["headers"][2][1], format!("<{link}>"));
    assert_eq!(offer["headers"][3][1], "List-Unsubscribe=One-Click");
    for part in ["text", "html"] {
        assert!(offer[part].as_str().unwrap().contains(&link), "{part}");
        assert!(offer[part].as_str().unwrap().contains("Av. Italia 1000"), "{part}");
        assert!(!welcome[part].as_str().unwrap().contains("unsubscribe.php"), "{part}");
    }
    assert_eq!(welcome["unsubscribe_token"], Value::Null);
}

#[test]
fn a_hostile_name_is_text_in_a_message() {
    let world = World::in_memory("");
    let name = "<script>alert(1)</script> {{7*7}}";
    world.ok("enroll", json!({"user_id": 7, "name": name, "email": "ana@example.cl", "consents": ["service"]}));
    let message = &next(&world, "w")[0];
    let html = message["html"].as_str().unwrap();
    assert!(!html.contains("<script>") && !html.contains("49"), "{html}");
    assert!(!message["subject"].as_str().unwrap().contains('\n'));
}

#[test]
fn what_may_not_go_is_left_out_when_it_would_go() {
    let world = World::in_memory("");
    for user in 1..=5 {
        enroll(&world, user, &["service"]);
    }
    world.ok("save_preferences", json!({"user_id": 1, "take_back": ["service"]}));
    world.ok("suppress", json!({"user_id": 2, "reason": "bounced"}));
    world.ok("update_member", json!({"user_id": 3, "remove": ["email"]}));
    world.ok("update_member", json!({"user_id": 4, "blocked": true}));
    let reply = world.ok("next_messages", json!({"worker": "w"}));
    let to: Vec<_> = reply["items"].as_array().unwrap().iter().map(|message| message["to"].clone()).collect();
    assert_eq!((to, &reply["left_out"]), (vec![json!("guest5@example.cl")], &json!(4)));
}

#[test]
fn who_agreed_to_nothing_is_not_even_queued_and_a_shop_without_messages_has_none() {
    let world = World::in_memory("");
    enroll(&world, 7, &[]);
    let reply = world.ok("next_messages", json!({"worker": "w"}));
    assert_eq!((&reply["items"], &reply["left_out"]), (&json!([]), &json!(0)));
    let free = World::in_memory("messages = { service_needs_consent = false }");
    enroll(&free, 7, &[]);
    assert_eq!(next(&free, "w").len(), 1, "the terms of the club cover the service");
}

#[test]
fn a_message_that_is_handed_out_five_times_without_an_answer_is_given_up() {
    let world = World::in_memory("");
    enroll(&world, 7, &["service"]);
    for minute in 0..5 {
        world.now(&format!("2026-03-02T12:{:02}:00-03:00", minute * 6));
        assert_eq!(next(&world, "w").len(), 1, "{minute}");
    }
    world.now("2026-03-02T12:40:00-03:00");
    assert!(next(&world, "w").is_empty());
    world.now("2026-03-02T14:00:00-03:00");
    assert!(next(&world, "w").is_empty());
}

#[test]
fn a_message_is_not_sent_when_it_is_too_late() {
    let world = World::in_memory("");
    enroll(&world, 7, &["service"]);
    world.now("2026-03-05T12:00:01-03:00");
    let reply = world.ok("next_messages", json!({"worker": "w"}));
    assert_eq!((&reply["items"], &reply["left_out"]), (&json!([]), &json!(1)));
}

#[test]
fn one_that_was_not_begun_waits_as_if_it_had_not_been_handed_out() {
    let world = World::in_memory("");
    enroll(&world, 7, &["service"]);
    for _ in 0..8 {
        let message = &next(&world, "w")[0];
        assert_eq!(message["attempt"], 1);
        world.ok("message_failed", json!({"id": message["id"], "worker": "w", "reason": "not_tried"}));
    }
}

#[test]
fn an_address_that_does_not_exist_gets_nothing_more() {
    let world = World::in_memory("");
    enroll(&world, 7, &["service"]);
    let id = next(&world, "w")[0]["id"].clone();
    let failed = json!({"id": id, "worker": "w", "reason": "smtp_550_5.1.1", "final": true, "suppress": true});
    assert_eq!(world.ok("message_failed", failed)["state"], "failed");
    world.ok("earn_points", json!({"user_id": 7, "amount": 600_000}));
    assert!(next(&world, "w").is_empty());
    assert_eq!(world.ok("preferences", json!({"user_id": 7}))["because"], "suppressed");
    let told = world.ok("events", json!({"kinds": ["message.failed"]}));
    assert_eq!(told["items"][0]["data"]["reason"], "smtp_550_5.1.1");
}

#[test]
fn a_repeat_under_a_key_names_nobody() {
    let world = World::in_memory("");
    enroll(&world, 7, &["service"]);
    let ask = || world.ok("next_messages", json!({"worker": "w", "key": "k"}));
    assert_eq!(ask()["items"].as_array().unwrap().len(), 1);
    let again = ask();
    assert_eq!((&again["items"], &again["replayed"]), (&json!([]), &json!(true)));
}

#[test]
fn each_change_of_a_consent_is_told_and_stands_once() {
    let world = World::in_memory("");
    enroll(&world, 7, &["service"]);
    world.ok("save_preferences", json!({"user_id": 7, "give": ["promotional"], "source": "profile_page"}));
    world.ok("save_preferences", json!({"user_id": 7, "give": ["promotional"], "source": "again"}));
    world.ok("update_member", json!({"user_id": 7, "consents": ["promotional"]}));
    let told = world.ok("events", json!({"kinds": ["consent.changed"]}));
    let told: Vec<_> = told["items"].as_array().unwrap().iter().map(|item| item["data"].clone()).collect();
    assert_eq!(
        told,
        [
            json!({"what": "service", "given": true}),
            json!({"what": "promotional", "given": true}),
            json!({"what": "service", "given": false}),
        ]
    );
}

#[test]
fn workers_at_once_never_have_the_same_message() {
    if store::is_page() {
        return;
    }
    let place = Place::new("messages-at-once");
    let setting = store::fresh(&place.file("loyalty.db"));
    let open = |number: u8| {
        let nodes = store::nodes(&setting);
        let node = if store::is_server() { &nodes[usize::from(number) % nodes.len()] } else { &setting };
        let engine = Engine::open(Options::parse(node).unwrap().seed([number; 32])).unwrap();
        engine.fix_now(Some(Instant::parse(START).unwrap()));
        engine
    };
    let first = open(0);
    for user in 1..=60 {
        let email = format!("guest{user}@example.cl");
        first.call("enroll", json!({"user_id": user, "email": email, "consents": ["service"]})).unwrap();
    }
    let open = &open;
    let all: Vec<i64> = thread::scope(|scope| {
        let workers: Vec<_> = (1..=4_u8)
            .map(|number| {
                scope.spawn(move || {
                    let (engine, worker, mut sent) = (open(number), format!("w-{number}"), Vec::new());
                    loop {
                        let part = engine.call("next_messages", json!({"worker": worker, "limit": 5})).unwrap();
                        let items = part["items"].as_array().unwrap().clone();
                        if items.is_empty() {
                            return sent;
                        }
                        for item in items {
                            engine.call("message_sent", json!({"id": item["id"], "worker": worker})).unwrap();
                            sent.push(item["id"].as_i64().unwrap());
                        }
                    }
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert_eq!(all.len(), 60, "each is sent");
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 60, "each once");
}

#[test]
fn a_shop_says_it_in_its_own_templates_and_a_wrong_one_is_named() {
    let place = Place::new("messages-templates");
    let folder = place.file("es-CL");
    std::fs::create_dir(&folder).unwrap();
    let changes = format!("messages = {{ templates = {:?} }}", folder.parent().unwrap().display().to_string());
    let built_in = include_str!("../loyalty-core/templates/es-CL/welcome.txt");
    let own =
        built_in.lines().map(|line| if line.starts_with("subject") { "subject: Hola desde {{ shop }}" } else { line });
    std::fs::write(folder.join("welcome.txt"), own.collect::<Vec<_>>().join("\n")).unwrap();
    let world = World::in_memory(&changes);
    assert_eq!(world.ok("preview_message", json!({"kind": "welcome"}))["subject"], "Hola desde Café-VT");
    std::fs::write(folder.join("welcome.txt"), built_in.replace("{{ shop }}", "{{ shopp }}")).unwrap();
    let wrong = World::in_memory(&changes);
    let error = wrong.err("preview_message", json!({"kind": "welcome"}));
    assert_eq!(error.details()["field"], "es-CL/welcome.txt", "{error}");
}

/// Speaks SMTP to one client, and returns the messages that it was given.
fn receive(stream: &TcpStream) -> Vec<String> {
    let (mut lines, mut out) = (BufReader::new(stream).lines(), stream);
    let mut say = |text: &str| out.write_all(format!("{text}\r\n").as_bytes()).unwrap();
    let mut messages = Vec::new();
    say("220 mail.example.cl ESMTP");
    while let Some(Ok(line)) = lines.next() {
        match line.split_whitespace().next().unwrap_or_default().to_uppercase().as_str() {
            "EHLO" => say("250 mail.example.cl"),
            "DATA" => {
                say("354 go on");
                let body = lines.by_ref().map(Result::unwrap).take_while(|line| line != ".");
                messages.push(body.collect::<Vec<_>>().join("\n"));
                say("250 2.0.0 Ok");
            }
            "QUIT" => {
                say("221 bye");
                break;
            }
            _ => say("250 Ok"),
        }
    }
    messages
}

#[test]
fn the_command_line_sends_what_waits_and_says_so() {
    if store::is_server() || store::is_page() {
        return;
    }
    let place = Place::new("messages-sent");
    let consents = r#"["service"]"#;
    place.reply(&["enroll", "7", "--name", "Ana", "--email", "ana@example.cl", "--consents", consents]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let smtp = format!("smtp://127.0.0.1:{}?tls=none", listener.local_addr().unwrap().port());
    let server = thread::spawn(move || receive(&listener.accept().unwrap().0));
    let told = place.reply(&["deliver", "--smtp", &smtp]);
    assert_eq!(told["email"]["sent"], 1, "{told}");
    let messages = server.join().unwrap();
    assert_eq!(messages.len(), 1);
    for part in ["To: ana@example.cl", "Message-ID: <", "Auto-Submitted: auto-generated", "multipart/alternative"] {
        assert!(messages[0].contains(part), "{part}: {}", messages[0]);
    }
    assert_eq!(place.reply(&["next-messages", "--worker", "w"])["items"], json!([]));
}
