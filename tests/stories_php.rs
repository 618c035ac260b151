//! The stories, run through the PHP extension.

use std::fs::File;

use loyalty_core::programme::Programme;
use loyalty_core::value::SigningKey;
use loyalty_core::{Engine, Options};
use loyalty_tests::surfaces::{Php, signing};
use loyalty_tests::{Place, store, story};
use serde_json::{Value, json};

/// Operations that answer of what is committed: in an open transaction of the page on a server, that is nothing of it.
const OF_WHAT_IS_COMMITTED: [&str; 2] = ["events", "next_deliveries"];

#[test]
fn the_stories_are_true_on_the_connection_of_the_page() {
    for (name, story) in story::chosen() {
        if store::is_server() && story.steps.iter().any(|step| OF_WHAT_IS_COMMITTED.contains(&step.call.as_str())) {
            continue;
        }
        let place = Place::new(&format!("pdo-story-{name}"));
        let program = story.write_program(place.file("program.toml"));
        let database = store::fresh(&place.file("shop.db"));
        story.tell(&name, &mut Php::hosted(&signing(&store::elsewhere(&database)), program.as_deref()));
        store::done(&database);
    }
}

#[test]
fn the_stories_are_true_in_php() {
    for (name, story) in story::chosen() {
        let place = Place::new(&format!("php-story-{name}"));
        let program = story.write_program(place.file("program.toml"));
        let database = store::fresh(&place.file("loyalty.db"));
        story.tell(&name, &mut Php::start(&store::elsewhere(&database), program.as_deref()));
        store::done(&database);
    }
}

fn ask(php: &mut Php, operation: &str, arguments: &Value) -> Value {
    php.say(None, operation, arguments.as_object().unwrap()).unwrap()
}

#[test]
fn a_process_notices_a_programme_by_its_content_also_when_time_and_size_are_the_same() {
    let place = Place::new("php-program-file");
    let path = place.file("program.toml");
    let text = Programme::cafe_vt().unwrap().source().to_owned();
    let write = |points: u8| {
        std::fs::write(&path, text.replacen("points = 1 ", &format!("points = {points} "), 1)).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
    };
    write(1);
    let mut php = Php::start("sqlite::memory:", Some(&path));
    let quote = json!({ "user_id": 1, "amount": 10_000 });
    let mut points = || ask(&mut php, "quote_points", &quote)["points"].clone();
    assert_eq!(points(), 100);
    for given in [2, 3, 2, 1] {
        write(given);
        assert_eq!(points(), 100 * u64::from(given));
    }
    // A file of another place, put there by its name, as deployments do.
    let other = place.file("other.toml");
    std::fs::copy(&path, &other).unwrap();
    std::fs::write(&path, text.replacen("points = 1 ", "points = 5 ", 1)).unwrap();
    assert_eq!(points(), 500);
    std::fs::rename(&other, &path).unwrap();
    assert_eq!(points(), 100);
    // What is half written is an error, and no old programme goes on in silence.
    std::fs::write(&path, &text[..200]).unwrap();
    let error = php.say(None, "quote_points", quote.as_object().unwrap()).unwrap_err();
    assert_eq!(error["kind"], "invalid");
    write(4);
    assert_eq!(ask(&mut php, "quote_points", &quote)["points"], 400);
}

#[test]
fn a_process_notices_another_signing_key() {
    let place = Place::new("php-signing-key");
    let path = place.file("signing.key");
    let mut php = Php::start(&format!("sqlite::memory:?signing_key={}", path.display()), None);
    for _ in 0..3 {
        let maker = Engine::open(Options::sqlite(":memory:")).unwrap();
        let made = maker.call("generate_signing_key", json!({})).unwrap();
        let key = made["signing_key"].as_str().unwrap();
        std::fs::write(&path, key).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
        let token = ask(&mut php, "sign_stamp", &json!({ "card": "cafe" }))["token"].clone();
        // Who has this key alone takes the code.
        let options = Options::sqlite(":memory:").signing_key(SigningKey::parse(key).unwrap());
        let till = Engine::open(options).unwrap();
        till.call("enroll", json!({ "user_id": 1 })).unwrap();
        assert_eq!(till.call("stamp", json!({ "user_id": 1, "token": token })).unwrap()["stamped"], 1);
    }
}
