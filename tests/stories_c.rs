//! The stories, run through the C library, both through its functions with structs and those with JSON.

use loyalty_tests::named::Named;
use loyalty_tests::surfaces::C;
use loyalty_tests::typed::{self, Call, ISSUED, NO_UTF8, calls};
use loyalty_tests::{Place, calendar, fuzz, root, seeds, store, story, world};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn the_stories_are_true_in_c() {
    for (name, story) in story::chosen() {
        let place = Place::new(&format!("c-story-{name}"));
        let program = story.write_program(place.file("program.toml"));
        let database = store::fresh(&place.file("loyalty.db"));
        story.tell(&name, &mut C::start(&store::elsewhere(&database), program.as_deref()));
        store::done(&database);
    }
}

/// What of a bill earns, rules about shops, categories and labels, and a reward taken on its own.
const PROGRAM: &str = r#"
    auto_redeem = { reward = 2, threshold = 2000, at_most = 1 }
    [earn]
    stacking = "all"
    [earn.basis]
    tax = "earns_nothing"
    gift_card_paid = "reduces"
    exclude = { labels = ["vegan"] }
    [[rules]]
    id = "shop"
    name = "At the centre"
    effect = { add = 7 }
    when = { shops = ["centro"] }
    [[rules]]
    id = "kind"
    name = "Coffee"
    effect = { per_unit = 3 }
    when = { categories = ["coffee"] }
    [[rules]]
    id = "size"
    name = "Big ones"
    effect = { multiply_labels = { big = 2 } }
"#;

/// The engine in a process of its own, and the codes of the coupons that it issued.
struct Till {
    engine: C,
    named: Named,
}

impl Till {
    fn start(program: &std::path::Path) -> Self {
        let mut till = Self { engine: C::start("sqlite::memory:", Some(program)), named: Named::default() };
        let now = json!({ "points": 4000, "transaction_type": "bonus", "description": "to begin with" });
        for user_id in 1..=3 {
            let mut bonus = now.clone();
            bonus["user_id"] = json!(user_id);
            till.say("enroll", &json!({ "user_id": user_id }).to_string()).unwrap();
            till.say("record_transaction", &bonus.to_string()).unwrap();
        }
        let reward = json!({ "name": "Both", "points_cost": 300, "price": "990", "discount_type": "fixed",
            "discount_value": "1500", "stock": 3 });
        till.say("save_reward", &reward.to_string()).unwrap();
        for coupon in [
            json!({ "discount_type": "percent", "discount_value": "12.5", "max_discount": 900, "max_uses": 5 }),
            json!({ "discount_type": "free_delivery", "discount_value": 0, "user_id": 2 }),
            json!({ "discount_type": "fixed", "discount_value": 700, "min_order_amount": 5000, "products": ["latte"] }),
        ] {
            till.say("generate_discount_code", &coupon.to_string()).unwrap();
        }
        till
    }

    fn say(&mut self, operation: &str, arguments: &str) -> Result<Value, Value> {
        let mut line = arguments.to_owned();
        for (number, code) in self.named.codes().iter().enumerate() {
            line = line.replace(&format!("{ISSUED}{number}"), code);
        }
        let bytes: Vec<u8> = line.split(NO_UTF8).map(str::as_bytes).collect::<Vec<_>>().join(&0xff_u8);
        let mut answer = self.engine.say_bytes(&calendar::text(typed::NOW), operation, &bytes);
        if let Ok(reply) = &mut answer {
            // Codes are drawn at random, so each is called by its number.
            self.named.codes_in(reply, &ISSUED.to_string());
        }
        answer
    }

    fn json(&mut self, call: &Call) -> Result<Value, Value> {
        let answer = self.say(call.operation, &Value::Object(call.arguments.clone()).to_string());
        answer.map(|reply| call.as_struct(&reply))
    }

    fn typed(&mut self, call: &Call) -> Result<Value, Value> {
        let answer = self.say(&format!("typed {}", call.operation), &call.fields.join("\t"));
        answer.map(|mut reply| {
            reply.as_object_mut().map(|fields| fields.shift_remove("ok"));
            reply
        })
    }

    /// Everything that can be seen of the members.
    fn state(&mut self) -> Vec<Result<Value, Value>> {
        let mut state = vec![self.say("verify", "{}"), self.say("members", "{}")];
        for user_id in 1..=3 {
            let member = json!({ "user_id": user_id }).to_string();
            let coupons = json!({ "user_id": user_id, "include_used": true }).to_string();
            state.extend(["profile", "transactions"].map(|name| self.say(name, &member)));
            state.push(self.say("coupons", &coupons));
        }
        state
    }
}

/// What of an answer must be the same. The message, and the name of a wrong argument, are the door's own.
fn answer(answer: Result<Value, Value>) -> Value {
    answer.unwrap_or_else(|error| match error["kind"] == "invalid" {
        true => json!([error["kind"], error["code"]]),
        false => json!([error["kind"], error["code"], error["details"]]),
    })
}

proptest! {
    #![proptest_config(loyalty_tests::cases(6))]

    /// Each call is made twice, on one database by struct and then by JSON, on another the other way round. So a repeat
    /// under the same order or key is answered alike whichever way it comes.
    #[test]
    fn functions_with_structs_and_with_json_do_the_same(calls in calls(30), cents in any::<bool>()) {
        let place = Place::new("c-typed");
        let program = place.file("program.toml");
        let currency = if cents { "currency = \"USD\"\n" } else { "" };
        std::fs::write(&program, world::programme_text(&format!("{currency}{PROGRAM}"))).unwrap();
        let (mut one, mut other) = (Till::start(&program), Till::start(&program));
        for call in &calls {
            let (first, second) = (answer(one.typed(call)), answer(other.json(call)));
            prop_assert_eq!(first, second, "{:?}", call);
            let (first, second) = (answer(one.json(call)), answer(other.typed(call)));
            prop_assert_eq!(first, second, "the second time: {:?}", call);
        }
        prop_assert_eq!(one.state(), other.state());
    }
}

/// What the fuzzer kept, of its own and of what was found: `make fuzz` goes on from there.
#[test]
fn the_inputs_of_the_fuzzer_are_answered_as_the_header_says() {
    let place = Place::new("c-fuzz");
    let inputs = std::fs::read_dir(root().join("loyalty-ffi/fuzz/kept")).unwrap();
    let inputs: Vec<_> = inputs.map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect();
    assert!(inputs.len() > 10);
    for input in inputs {
        fuzz::run(&input, &place.file("program.toml"));
    }
}

/// With `FUZZ_SEEDS=folder` all stories become inputs in that folder, with a dictionary beside it.
#[test]
fn a_story_is_an_input_of_the_fuzzer() {
    let place = Place::new("c-seeds");
    let story = &story::all()["coupons"];
    let input = seeds::input(story);
    assert!(input.lines().count() >= story.steps.len() && input.contains("\"$1\""), "{input}");
    // The first code is that of the member, the second that of the coupon.
    fuzz::run(input.as_bytes(), &place.file("program.toml"));
    if let Some(folder) = std::env::var_os("FUZZ_SEEDS").map(std::path::PathBuf::from) {
        seeds::write(&folder, &folder.with_extension("dict"));
    }
}
