//! Campaigns: a year of each in Santiago, once for each member and period whoever runs them, never over the budget, and
//! with members who get nothing to compare with.

use std::thread;

use loyalty_core::ops::{CampaignRun, RunCampaign};
use loyalty_core::value::Instant;
use loyalty_core::{Engine, Options};
use loyalty_tests::dump::Dump;
use loyalty_tests::world::{START, World, programme};
use loyalty_tests::{Place, store};
use serde_json::{Value, json};

const MISSED: &str = r#"
[[campaigns]]
id = "te_extranamos"
when = { days_since_visit = { at_least = 30, at_most = 120 }, visits = { at_least = 2 } }
trigger = { daily = "10:00" }
once_per = "absence"
offer = { coupon = { percent = 15, max_discount = 3000, days = 14 } }
message = "we_miss_you"
ends_with = "purchase"
"#;

const BIRTHDAY: &str = r#"
[[campaigns]]
id = "cumpleanos"
trigger = { birthday = { before_days = 0, late_days = 7 }, at = "09:00" }
once_per = "birthday"
offer = { coupon = { percent = "tier", days = 14 } }
message = "birthday"
promised = true
"#;

/// Something for everybody at once.
fn gift(more: &str) -> String {
    format!(
        "[[campaigns]]\nid = \"regalo\"\ntrigger = {{ at = \"now\" }}\nonce_per = \"campaign\"\n\
         message = \"personal_offer\"\ntitle = \"Un regalo para ti\"\ntext = \"Ven a buscarlo esta semana.\"\n{more}\n"
    )
}

/// A local time of 2026 with its offset: the clocks go back on 5 April and forward on 6 September.
fn local(day: &str, time: &str) -> String {
    let is_winter = ("2026-04-05".."2026-09-06").contains(&day) || ("2027-04-04".."2027-09-05").contains(&day);
    format!("{day}T{time}:00{}", if is_winter { "-04:00" } else { "-03:00" })
}

/// The days from one to another.
fn days(from: &str, until: &str) -> Vec<String> {
    let date = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    date(from).iter_days().take_while(|day| *day <= date(until)).map(|day| day.to_string()).collect()
}

/// Runs what is due at a moment; how many were spoken to by campaigns.
fn run(world: &World, at: &str) -> i64 {
    world.now(at);
    let mut reached = 0;
    loop {
        let done = world.ok("run_tasks", json!({}));
        for step in done["steps"].as_array().unwrap() {
            assert_ne!(step["state"], "failed", "{step}");
            if step["name"] == "campaigns" {
                reached += step["changes"].as_i64().unwrap();
            }
        }
        if done["more"] == false {
            return reached;
        }
    }
}

fn coupons(world: &World, user: i64) -> Vec<Value> {
    world.ok("coupons", json!({"user_id": user, "include_used": true}))["items"].as_array().unwrap().clone()
}

fn kinds(world: &World, user: i64) -> Vec<String> {
    let told = world.ok("notifications", json!({"user_id": user, "limit": 100}));
    told["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
}

fn campaign(world: &World) -> Value {
    world.ok("campaigns", json!({}))["items"][0].clone()
}

fn number(world: &World, sql: &str) -> i64 {
    let dump = if store::is_server() { Dump::connect(&world.setting()) } else { Dump::open(world.path()) };
    dump.number(sql)
}

/// What a campaign counts is what its rows say.
fn adds_up(world: &World) {
    let shown = campaign(world);
    let of = |name: &str| shown[name].as_i64().unwrap();
    assert_eq!(of("chosen"), of("control") + of("reached") + of("left_out"));
    for (outcome, name) in ["control", "reached", "left_out"].into_iter().enumerate() {
        let rows = number(world, &format!("SELECT COUNT(*) FROM loyalty_chosen WHERE outcome = {outcome}"));
        assert_eq!(rows, of(name), "{name}");
    }
    let cost = number(world, "SELECT COALESCE(SUM(cost), 0) FROM loyalty_chosen");
    assert_eq!(shown["cost"], json!(cost.to_string()));
}

#[test]
fn a_year_of_who_stays_away_is_one_coupon_an_absence() {
    let world = World::in_memory(&format!("reminders = {{ rewards = false }}\n{MISSED}"));
    let buy = |user: i64, order: &str| {
        world.ok("earn_points", json!({"user_id": user, "amount": 1_000, "order_id": order}));
    };
    world.ok("enroll", json!({"user_id": 9}));
    for user in [1, 2] {
        buy(user, &format!("A-{user}"));
        buy(user, &format!("B-{user}"));
    }
    // Who came once is no regular.
    buy(3, "A-3");
    let mut reached = Vec::new();
    for day in days("2026-03-03", "2027-03-01") {
        for time in ["09:59", "10:00", "17:00"] {
            let at = local(&day, time);
            if run(&world, &at) > 0 {
                reached.push(at);
            }
        }
        // One comes back twice, on days on which the clocks have changed.
        if ["2026-04-05", "2026-09-06"].contains(&day.as_str()) {
            buy(1, &format!("C-{day}"));
        }
    }
    assert_eq!(
        reached,
        [
            // Both after 30 days.
            "2026-04-01T10:00:00-03:00",
            // One after the first return, with the clocks set back, and after the second, with the clocks set forward.
            "2026-05-05T10:00:00-04:00",
            "2026-10-06T10:00:00-03:00",
        ]
    );
    let counts: Vec<usize> = [1, 2, 3, 9].iter().map(|user| coupons(&world, *user).len()).collect();
    assert_eq!(counts, [3, 1, 0, 0]);
    world.verify();
}

#[test]
fn a_purchase_ends_what_tried_to_sell_it_and_the_coupon_stays() {
    let world = World::on_file(&format!("reminders = {{ rewards = false }}\n{MISSED}"));
    for order in ["A", "B"] {
        world.ok("earn_points", json!({"user_id": 1, "amount": 1_000, "order_id": order}));
    }
    assert_eq!(run(&world, &local("2026-04-01", "10:30")), 1);
    assert!(kinds(&world, 1).contains(&"we_miss_you".to_owned()));
    assert!(!kinds(&world, 1).contains(&"coupon_received".to_owned()), "one thing is told once");
    let coupon = &coupons(&world, 1)[0];
    assert_eq!((&coupon["discount_value"], &coupon["max_discount"]), (&json!("15"), &json!("3000")));
    assert_eq!(coupon["last_day"], "2026-04-15");
    // What is recorded late was before the shop spoke.
    let late = json!({"user_id": 1, "amount": 500, "order_id": "L", "at": "2026-03-05T12:00:00-03:00"});
    world.ok("earn_points", late);
    assert!(kinds(&world, 1).contains(&"we_miss_you".to_owned()));
    assert_eq!(number(&world, "SELECT offers FROM loyalty_users WHERE user_id = 1"), 1);
    world.now(&local("2026-04-02", "12:00"));
    world.ok("earn_points", json!({"user_id": 1, "amount": 1_000, "order_id": "C"}));
    assert!(!kinds(&world, 1).contains(&"we_miss_you".to_owned()));
    assert_eq!(number(&world, "SELECT offers FROM loyalty_users WHERE user_id = 1"), 0);
    assert_eq!(number(&world, "SELECT COUNT(*) FROM loyalty_chosen WHERE ended_at IS NOT NULL"), 1);
    let code = coupon["code"].clone();
    world.ok("use_coupon", json!({"code": code, "order_id": "D", "amount": 10_000, "user_id": 1}));
    adds_up(&world);
}

#[test]
fn a_birthday_is_a_gift_once_a_year_also_on_29_february_and_after_a_missed_week() {
    let world = World::in_memory(BIRTHDAY);
    for (user, born) in [(1, "1996-02-29"), (2, "1990-04-05"), (3, "1990-09-06"), (4, "1990-12-30")] {
        world.ok("enroll", json!({"user_id": user, "birth_date": born}));
    }
    // Nobody ran it from 28 December to 3 January.
    let mut reached = Vec::new();
    for day in days("2026-03-03", "2027-03-03") {
        if ("2026-12-28".."2027-01-04").contains(&day.as_str()) {
            continue;
        }
        for time in ["08:30", "09:00"] {
            let at = local(&day, time);
            reached.extend((0..run(&world, &at)).map(|_| at.clone()));
        }
    }
    assert_eq!(
        reached,
        [
            "2026-04-05T09:00:00-04:00",
            "2026-09-06T09:00:00-03:00",
            // The run of the day before is made good; the birthday is five days ago.
            "2027-01-04T08:30:00-03:00",
            "2027-02-28T09:00:00-03:00",
        ]
    );
    assert_eq!(coupons(&world, 2)[0]["discount_value"], "5", "the percentage of the tier");
    assert_eq!(run(&world, "2028-02-28T12:00:00-03:00"), 0);
    assert_eq!(run(&world, "2028-02-29T12:00:00-03:00"), 1);
}

#[test]
fn who_joins_after_the_birthday_waits_and_a_changed_date_brings_no_second_gift() {
    let world = World::in_memory(BIRTHDAY);
    world.ok("enroll", json!({"user_id": 1, "birth_date": "1990-02-27"}));
    world.ok("enroll", json!({"user_id": 2, "birth_date": "1990-03-02"}));
    assert_eq!(run(&world, &local("2026-03-04", "12:00")), 1, "only the birthday of the day of joining");
    assert_eq!((coupons(&world, 1).len(), coupons(&world, 2).len()), (0, 1));
    let wishes = kinds(&world, 2).iter().filter(|kind| *kind == "birthday").count();
    assert_eq!(wishes, 1, "the campaign stands in for the reminder");
    world.now(&local("2026-06-01", "12:00"));
    world.ok("update_member", json!({"user_id": 2, "birth_date": "1990-06-02"}));
    assert_eq!(run(&world, &local("2026-06-02", "12:00")), 0);
    world.ok("update_member", json!({"user_id": 2, "birth_date": "1990-01-03"}));
    assert_eq!(run(&world, &local("2027-01-03", "12:00")), 1, "ten months later it is another year");
}

#[test]
fn a_campaign_is_due_at_its_hour_and_a_missed_run_is_made_good_once() {
    let weekly = gift("").replace("at = \"now\"", "weekly = [\"thu\"], at = \"11:00\", late_days = 2");
    let world = World::in_memory(&weekly.replace("\"campaign\"", "\"week\""));
    world.ok("enroll", json!({"user_id": 1}));
    // 5 March 2026 is a Thursday.
    for (day, time, reached) in [
        ("2026-03-05", "10:59", 0),
        ("2026-03-05", "11:00", 1),
        ("2026-03-05", "12:00", 0),
        ("2026-03-12", "23:00", 1),
        ("2026-03-21", "09:00", 1),
        ("2026-03-26", "10:00", 0),
        ("2026-03-29", "12:00", 0),
        ("2026-04-02", "11:30", 1),
    ] {
        assert_eq!(run(&world, &local(day, time)), reached, "{day} {time}");
    }
    assert_eq!(campaign(&world)["last_run"], "2026-04-02T11:00:00-03:00");
}

#[test]
fn a_run_that_stood_still_for_a_week_is_left_for_the_next() {
    let weekly = gift("").replace("at = \"now\"", "weekly = [\"thu\"], at = \"11:00\"");
    let world = World::in_memory(&weekly.replace("\"campaign\"", "\"week\""));
    for user in 1..=3 {
        world.ok("enroll", json!({"user_id": user}));
    }
    world.now(&local("2026-03-05", "11:00"));
    assert_eq!(world.ok("run_campaign", json!({"id": "regalo", "limit": 1}))["more"], true);
    assert_eq!(run(&world, &local("2026-03-12", "12:00")), 3, "each once, for the new week");
    assert_eq!(campaign(&world)["reached"], 4);
}

#[test]
fn a_budget_is_never_exceeded_and_the_preview_says_what_the_run_does() {
    let offer = "offer = { coupon = { percent = 20, max_discount = 700, days = 7 } }\nbudget = { money = 5000 }";
    let world = World::on_file(&gift(offer));
    for user in 1..=30 {
        world.ok("enroll", json!({"user_id": user}));
    }
    let before = world.dump();
    let preview = world.ok("preview_campaign", json!({"id": "regalo", "sample": 2}));
    assert_eq!(world.dump(), before, "a preview writes nothing");
    let run = world.ok("run_campaign", json!({"id": "regalo"}));
    for name in ["chosen", "control", "reached", "left_out", "passed_over"] {
        assert_eq!(preview[name], run[name], "{name}");
    }
    assert_eq!((&run["reached"], &run["cost"], &preview["worst_cost"]), (&json!(7), &json!("4900"), &json!("4900")));
    assert_eq!(run["passed_over"], json!([{"reason": "budget", "members": 23}]));
    let sample = &preview["samples"][1];
    assert_eq!((&sample["user_id"], &sample["percent"], &sample["money"]), (&json!(2), &json!("20.00"), &json!("700")));
    let again = world.ok("run_campaign", json!({"id": "regalo"}));
    assert_eq!(again["passed_over"], json!([{"reason": "already", "members": 7}, {"reason": "budget", "members": 23}]));
    adds_up(&world);
    world.verify();
}

#[test]
fn a_limit_of_members_a_full_account_and_a_block_are_told_by_reason() {
    let offer = "offer = { points = 100 }\nlimit = { members = 3 }";
    let world = World::on_file(&format!("earn = {{ max_balance = 150 }}\n{}", gift(offer)));
    for user in 1..=6 {
        world.ok("enroll", json!({"user_id": user}));
    }
    for (user, points) in [(1, 150), (2, 120)] {
        let bonus = json!({"user_id": user, "transaction_type": "bonus", "points": points, "description": "b"});
        world.ok("record_transaction", bonus);
    }
    world.ok("update_member", json!({"user_id": 3, "blocked": true}));
    let run = world.ok("run_campaign", json!({"id": "regalo"}));
    assert_eq!((&run["chosen"], &run["reached"], &run["cost"]), (&json!(4), &json!(3), &json!("230")));
    assert_eq!(run["left_out"], json!([{"reason": "balance_full", "members": 1}]));
    assert_eq!(run["passed_over"], json!([{"reason": "blocked", "members": 1}, {"reason": "members", "members": 1}]));
    let points = |user: i64| world.ok("points", json!({"user_id": user}))["available"].clone();
    assert_eq!([points(1), points(2), points(3), points(4), points(6)], [150, 150, 0, 100, 0].map(|n| json!(n)));
    let replayed = world.ok("simulate", json!({}));
    assert_eq!((&replayed["points_difference"], &replayed["left_out"]), (&json!(0), &json!(0)));
    let last = world.ok("transactions", json!({"user_id": 4, "limit": 1}))["items"][0].clone();
    assert_eq!((&last["transaction_type"], &last["description"]), (&json!("bonus"), &json!("Un regalo para ti")));
    adds_up(&world);
    world.verify();
}

#[test]
fn who_is_compared_with_gets_nothing_not_even_the_reminder() {
    let with_control = format!("reminders = {{ rewards = false }}\n{MISSED}control = 50\n");
    let world = World::on_file(&with_control);
    for user in 1..=60 {
        for order in ["A", "B"] {
            let earn = json!({"user_id": user, "amount": 1_000, "order_id": format!("{order}-{user}")});
            world.ok("earn_points", earn);
        }
    }
    run(&world, &local("2026-04-01", "12:00"));
    let shown = campaign(&world);
    let control = shown["control"].as_i64().unwrap();
    assert!((15..45).contains(&control), "{control}");
    assert_eq!(shown["chosen"], 60);
    let silent: Vec<i64> = (1..=60).filter(|user| coupons(&world, *user).is_empty()).collect();
    assert_eq!(i64::try_from(silent.len()).unwrap(), control);
    for day in days("2026-04-02", "2026-04-20") {
        assert_eq!(run(&world, &local(&day, "12:00")), 0);
    }
    for user in silent {
        assert!(!kinds(&world, user).contains(&"we_miss_you".to_owned()), "{user}");
    }
    adds_up(&world);
}

#[test]
fn the_holdout_and_the_caps_stop_advertising_and_no_promise() {
    let two = format!("{}{}", gift("priority = 5"), gift("").replace("regalo", "otro"));
    let promised = gift("promised = true").replace("regalo", "promesa");
    let caps = "advertising = { caps = { per_24_hours = 1 } }\n";
    let world = World::in_memory(&format!("{caps}{two}{promised}"));
    world.ok("enroll", json!({"user_id": 1}));
    assert_eq!(run(&world, START), 2, "the most important, and the promise");
    let shown = world.ok("campaigns", json!({}));
    let reached: Vec<(&Value, &Value)> =
        shown["items"].as_array().unwrap().iter().map(|item| (&item["id"], &item["reached"])).collect();
    assert_eq!(reached, [(&json!("regalo"), &json!(1)), (&json!("otro"), &json!(0)), (&json!("promesa"), &json!(1))]);
    world.now("2026-03-03T12:00:01-03:00");
    assert_eq!(world.ok("run_campaign", json!({"id": "otro"}))["reached"], 1, "after 24 hours");
    let all = format!("advertising = {{ holdout = 100 }}\n{}{promised}", gift(""));
    let world = World::in_memory(&all);
    world.ok("enroll", json!({"user_id": 1}));
    assert_eq!(run(&world, START), 1);
    let held = world.ok("run_campaign", json!({"id": "regalo"}));
    assert_eq!(held["passed_over"], json!([{"reason": "holdout", "members": 1}]));
    for (caps, moment) in [("per_7_days", "2026-03-09T12:00:01-03:00"), ("per_30_days", "2026-04-01T12:00:01-03:00")] {
        let world = World::in_memory(&format!("advertising = {{ caps = {{ {caps} = 1 }} }}\n{two}"));
        world.ok("enroll", json!({"user_id": 1}));
        assert_eq!(run(&world, START), 1);
        world.now("2026-03-05T12:00:00-03:00");
        assert_eq!(world.ok("run_campaign", json!({"id": "otro"}))["reached"], 0);
        world.now(moment);
        assert_eq!(world.ok("run_campaign", json!({"id": "otro"}))["reached"], 1, "{caps}");
    }
}

#[test]
fn a_pause_holds_in_the_middle_of_a_run_and_an_end_is_for_good() {
    let world = World::in_memory(&gift(""));
    for user in 1..=10 {
        world.ok("enroll", json!({"user_id": user}));
    }
    let part = world.ok("run_campaign", json!({"id": "regalo", "limit": 4}));
    assert_eq!((&part["reached"], &part["more"]), (&json!(4), &json!(true)));
    assert_eq!(world.ok("pause_campaign", json!({"id": "regalo"}))["state"], "paused");
    assert_eq!(run(&world, START), 0);
    assert_eq!(world.err("run_campaign", json!({"id": "regalo"})).code(), "inactive");
    let shown = world.ok("pause_campaign", json!({"id": "regalo", "paused": false}));
    assert_eq!((&shown["state"], &shown["in_progress"]), (&json!("running"), &json!(true)));
    assert_eq!(run(&world, START), 6, "it goes on where it was");
    assert_eq!(world.ok("end_campaign", json!({"id": "regalo"}))["state"], "ended");
    assert_eq!(world.err("pause_campaign", json!({"id": "regalo", "paused": false})).code(), "expired");
    assert_eq!(world.err("run_campaign", json!({"id": "regalo"})).code(), "expired");
    let unknown = world.err("end_campaign", json!({"id": "nobody"}));
    assert_eq!((unknown.code(), &unknown.details()["field"]), ("not_found", &json!("id")));
}

#[test]
fn a_merged_member_is_not_chosen_again_for_what_either_had() {
    let world = World::on_file(&gift("ends_with = \"purchase\"\noffer = { points = 10 }"));
    for user in [1, 2, 3] {
        world.ok("enroll", json!({"user_id": user}));
    }
    world.ok("run_campaign", json!({"id": "regalo", "limit": 2}));
    for (into, from) in [(3, 1), (3, 2)] {
        world.ok("merge_members", json!({"into_user_id": into, "from_user_id": from}));
    }
    let run = world.ok("run_campaign", json!({"id": "regalo"}));
    assert_eq!((&run["reached"], &run["passed_over"]), (&json!(0), &json!([{"reason": "already", "members": 1}])));
    assert_eq!(number(&world, "SELECT offers FROM loyalty_users WHERE user_id = 3"), 1);
    world.ok("earn_points", json!({"user_id": 3, "amount": 1_000, "order_id": "A"}));
    assert_eq!(number(&world, "SELECT SUM(offers) FROM loyalty_users"), 0);
    adds_up(&world);
    world.verify();
}

const MEMBERS: i64 = 60;

#[test]
fn four_callers_at_once_give_each_member_at_most_one_and_keep_the_budget() {
    if store::is_page() {
        return;
    }
    let place = Place::new("campaigns-at-once");
    let setting = store::fresh(&place.file("loyalty.db"));
    let offer = "control = 10\noffer = { coupon = { fixed = 1000, days = 7 } }\nbudget = { money = 40000 }";
    let changes = gift(offer);
    let engine = |number: usize| {
        let nodes = store::nodes(&setting);
        let node = if store::is_server() { &nodes[number % nodes.len()] } else { &setting };
        let options = Options::parse(node).unwrap().seed([u8::try_from(number).unwrap(); 32]);
        let engine = Engine::open(options.programme(programme(&changes))).unwrap();
        engine.fix_now(Some(Instant::parse(START).unwrap()));
        engine
    };
    let first = engine(0);
    for user in 1..=MEMBERS {
        first.call("enroll", json!({"user_id": user})).unwrap();
    }
    let engine = &engine;
    let parts: Vec<CampaignRun> = thread::scope(|scope| {
        let callers: Vec<_> = (1..=4)
            .map(|caller| {
                scope.spawn(move || {
                    let engine = engine(caller);
                    let mut parts = Vec::new();
                    // More calls than one run needs: later ones begin another.
                    for _ in 0..6 {
                        parts.push(engine.run(&RunCampaign { limit: Some(9), ..RunCampaign::new("regalo".into()) }));
                    }
                    parts.into_iter().map(Result::unwrap).collect::<Vec<_>>()
                })
            })
            .collect();
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
    });
    let shown = first.call("campaigns", json!({})).unwrap()["items"][0].clone();
    let sum = |of: fn(&CampaignRun) -> i64| parts.iter().map(of).sum::<i64>();
    assert_eq!(shown["reached"], sum(|part| part.reached));
    assert_eq!((&shown["reached"], &shown["cost"]), (&json!(40), &json!("40000")));
    assert_eq!(shown["control"], sum(|part| part.control));
    let with_coupons = (1..=MEMBERS).filter(|user| {
        let found = first.call("coupons", json!({"user_id": user})).unwrap()["items"].as_array().unwrap().len();
        assert!(found <= 1, "{user} has {found}");
        found == 1
    });
    assert_eq!(with_coupons.count(), 40);
}

#[test]
fn the_dates_of_a_campaign_are_local_days_with_the_last() {
    let dates = "dates = { from = \"2026-09-15\", until = \"2026-09-20\" }, at = \"08:00\"";
    let world = World::in_memory(&gift("").replace("at = \"now\"", dates));
    world.ok("enroll", json!({"user_id": 1}));
    assert_eq!(campaign(&world)["state"], "planned");
    assert_eq!(world.err("run_campaign", json!({"id": "regalo"})).code(), "not_started");
    assert_eq!(run(&world, &local("2026-09-15", "07:59")), 0);
    assert_eq!(run(&world, &local("2026-09-15", "08:00")), 1);
    world.ok("enroll", json!({"user_id": 2}));
    assert_eq!(run(&world, &local("2026-09-20", "23:59")), 1);
    world.ok("enroll", json!({"user_id": 3}));
    assert_eq!(run(&world, &local("2026-09-21", "00:01")), 0);
    assert_eq!(campaign(&world)["state"], "ended");
    let world = World::in_memory(&gift("starts = \"2026-03-04\"\nends = \"2026-03-05\""));
    world.ok("enroll", json!({"user_id": 1}));
    assert_eq!(run(&world, &local("2026-03-03", "23:59")), 0);
    assert_eq!(run(&world, &local("2026-03-04", "00:00")), 1);
    assert_eq!(world.ok("preview_campaign", json!({"id": "regalo"}))["chosen"], 0);
    run(&world, &local("2026-03-06", "00:00"));
    assert_eq!(campaign(&world)["state"], "ended");
}

#[test]
fn a_tier_that_is_near_is_told_once_a_year_and_reaching_it_ends_that() {
    let near = gift("when = { points_to_next_tier = { at_most = 500 } }\nends_with = \"tier\"")
        .replace("\"campaign\"", "\"tier\"")
        .replace("at = \"now\"", "daily = \"12:00\"")
        .replace(
            "\"personal_offer\"\ntitle = \"Un regalo para ti\"\ntext = \"Ven a buscarlo esta semana.\"",
            "\"close_to_next_tier\"",
        );
    let world = World::in_memory(&near);
    world.ok("earn_points", json!({"user_id": 1, "amount": 460_000, "order_id": "A"}));
    assert_eq!(run(&world, &local("2026-03-03", "12:00")), 1);
    let told = world.ok("notifications", json!({"user_id": 1}));
    let told: Vec<&Value> =
        told["items"].as_array().unwrap().iter().filter(|item| item["kind"] == "close_to_next_tier").collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["title"], "Estás a 400 puntos de Café Plata");
    assert_eq!(run(&world, &local("2026-03-04", "12:00")), 0);
    world.ok("earn_points", json!({"user_id": 1, "amount": 50_000, "order_id": "B"}));
    assert!(!kinds(&world, 1).contains(&"close_to_next_tier".to_owned()));
    assert!(kinds(&world, 1).contains(&"tier_upgraded".to_owned()));
}
