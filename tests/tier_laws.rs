//! Tiers: what holds for every sequence of acts under every programme.

use loyalty_tests::calendar::{self, DAY, HOUR};
use loyalty_tests::ladder::programme;
use loyalty_tests::world::{START, World};
use proptest::prelude::*;
use serde_json::{Value, json};

/// What happens to a member.
#[derive(Debug, Clone)]
enum Act {
    Earn(i64),
    Refund(usize, i64),
    Spend(i64),
    Hand(Option<(usize, i64, bool)>),
}

fn acts() -> impl Strategy<Value = Vec<(i64, Act)>> {
    let later = prop_oneof![
        3 => 1..20 * HOUR,
        3 => (0..40_i64).prop_map(|days| days * DAY),
        1 => (0..400_i64).prop_map(|days| days * DAY),
    ];
    let act = prop_oneof![
        5 => (1..20_000_i64).prop_map(Act::Earn),
        2 => (0..8_usize, 1..20_000_i64).prop_map(|(order, amount)| Act::Refund(order, amount)),
        2 => (1..200_i64).prop_map(Act::Spend),
        1 => prop::option::of((0..3_usize, 1..60_i64, any::<bool>())).prop_map(Act::Hand),
    ];
    prop::collection::vec((later, act), 1..14)
}

fn rules() -> impl Strategy<Value = (String, String)> {
    let metric = prop_oneof![
        "lifetime_points",
        "window_points",
        "lifetime_spend",
        "window_spend",
        "window_visits",
        "score",
        "balance",
    ];
    let window = prop_oneof!["days", "month", "quarter", "year", "anniversary"];
    let review = prop_oneof!["days", "month", "quarter", "half_year", "year", "anniversary", "always"];
    let downgrade = prop_oneof!["never", "one_level", "recompute"];
    let days = prop_oneof![Just((30, 0, 0)), Just((20, 5, 0)), Just((45, 3, 12)), Just((1, 0, 1))];
    let from = prop_oneof!["entry", "loss"];
    (metric, window, review, downgrade, days, from).prop_map(
        |(metric, window, review, downgrade, (days, grace, stay), from)| {
            let rules = format!(
                "metric = \"{metric}\", window = \"{window}\", window_days = {days}, review = \"{review}\", \
                 review_days = {days}, grace_days = {grace}, grace_from = \"{from}\", min_stay_days = {stay}, \
                 downgrade = \"{downgrade}\""
            );
            (metric, rules)
        },
    )
}

/// Thresholds that the acts cross now and then.
fn thresholds(metric: &str) -> (i64, i64) {
    match metric {
        "lifetime_spend" | "window_spend" => (8_000, 25_000),
        "window_visits" => (2, 4),
        "score" => (20, 30),
        _ => (80, 250),
    }
}

const TIERS: [&str; 3] = ["one", "two", "three"];

fn place(id: &Value) -> usize {
    TIERS.iter().position(|tier| *tier == id).unwrap_or_else(|| panic!("{id} is no tier"))
}

/// Does an act. Returns what was said, or the code of the refusal.
fn act(world: &World, now: i64, number: usize, act: &Act) -> Result<Value, String> {
    let (op, args) = match act {
        Act::Earn(amount) => ("earn_points", json!({"user_id": 1, "amount": amount, "order_id": number.to_string()})),
        Act::Refund(order, amount) => ("refund_order", json!({"order_id": order.to_string(), "amount": amount})),
        Act::Spend(points) => (
            "record_transaction",
            json!({"user_id": 1, "transaction_type": "adjustment", "points": -points, "description": "x"}),
        ),
        Act::Hand(None) => ("set_tier", json!({"user_id": 1})),
        Act::Hand(Some((tier, days, fixed))) => {
            let mode = if *fixed { "fixed" } else { "floor" };
            let until = calendar::text(now + days * DAY);
            ("set_tier", json!({"user_id": 1, "tier": TIERS[*tier], "until": until, "mode": mode}))
        }
    };
    world.call(op, args).map_err(|error| error.code().to_owned())
}

fn current(world: &World) -> String {
    let tier = world.ok("profile", json!({"user_id": 1}))["current_tier"].clone();
    tier.as_str().expect("a tier").to_owned()
}

/// What can be seen of a tier.
fn seen(world: &World) -> Vec<Value> {
    let asked = [("profile", json!({"user_id": 1})), ("tier_history", json!({"user_id": 1, "limit": 200}))];
    let mut seen: Vec<Value> = asked.into_iter().map(|(op, args)| world.ok(op, args)).collect();
    seen.push(world.ok("tier_outlook", json!({"user_id": 1})));
    seen.push(world.ok("quote_points", json!({"user_id": 1, "amount": 1_000})));
    seen
}

/// The changes of a history, oldest first: from, to, when, why.
fn changes(history: &Value) -> Vec<(usize, usize, i64, String)> {
    let items = history["items"].as_array().unwrap().iter().rev();
    let change = |item: &Value| {
        let at = calendar::micros(item["at"].as_str().unwrap());
        (place(&item["tier_before"]), place(&item["tier"]), at, item["cause"].as_str().unwrap().to_owned())
    };
    items.map(change).collect()
}

/// A history has one tier at each moment, and never goes up and down by the clock within a local day.
fn is_sound(history: &Value) -> Result<(), TestCaseError> {
    let told = changes(history);
    let mut held = 0;
    for (before, after, _, _) in &told {
        prop_assert_eq!(held, *before, "each change begins where the one before ended: {:#}", history);
        held = *after;
    }
    prop_assert_eq!(held, place(&history["tier"]), "the last change leads to the tier held: {:#}", history);
    for pair in told.windows(2) {
        prop_assert!(pair[0].2 <= pair[1].2, "changes are told in their order: {history:#}");
        let rose_and_fell =
            pair[0].1 > pair[0].0 && pair[0].3 == "earn" && pair[1].1 < pair[1].0 && pair[1].3 == "review";
        let same_day = calendar::day(pair[0].2) == calendar::day(pair[1].2);
        prop_assert!(!(rose_and_fell && same_day), "up and down within a day: {history:#}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(loyalty_tests::cases(48))]

    #[test]
    fn a_tier_is_one_at_each_moment_and_a_sweep_changes_nothing((metric, rules) in rules(), acts in acts()) {
        let (two, three) = thresholds(&metric);
        let changes = programme(&rules, two, three);
        let (lazy, swept) = (World::in_memory(&changes), World::in_memory(&changes));
        let mut now = calendar::micros(START);
        let mut told: Vec<(i64, Value)> = Vec::new();
        for world in [&lazy, &swept] {
            world.ok("enroll", json!({"user_id": 1}));
        }
        for (number, (later, step)) in acts.iter().enumerate() {
            // Half-way the second one is swept, and again now.
            swept.now(&calendar::text(now + later / 2));
            swept.ok("review_tiers", json!({}));
            swept.ok("expire_points", json!({}));
            now += later;
            for world in [&lazy, &swept] {
                world.now(&calendar::text(now));
            }
            swept.ok("review_tiers", json!({}));
            let before = seen(&lazy);
            prop_assert_eq!(&before, &seen(&swept), "before {:?}", step);
            told.push((now, before[0]["current_tier"].clone()));
            let replies = [&lazy, &swept].map(|world| act(world, now, number, step));
            prop_assert_eq!(&replies[0], &replies[1], "{:?}", step);
            let after = seen(&lazy);
            prop_assert_eq!(&after, &seen(&swept), "after {:?}", step);
            is_sound(&after[1])?;
            let (was, is) = (place(&before[0]["current_tier"]), place(&after[0]["current_tier"]));
            match step {
                Act::Earn(_) => prop_assert!(is >= was, "an earn lowered the tier"),
                Act::Spend(_) => prop_assert!(is == was || metric == "balance", "spending moved the tier"),
                _ => {}
            }
            now += 1_000_000;
            for world in [&lazy, &swept] {
                world.now(&calendar::text(now));
            }
        }
        for world in [&lazy, &swept] {
            world.now(&calendar::text(now + 900 * DAY));
            world.verify();
            for (moment, tier) in &told {
                // What was booked at the very moment is told after it.
                let as_of = json!({"user_id": 1, "as_of": calendar::text(moment - 1)});
                let just_before = world.ok("tier_history", as_of);
                let recalled = world.ok("tier_history", json!({"user_id": 1, "as_of": calendar::text(*moment)}));
                prop_assert!(
                    &just_before["tier"] == tier || &recalled["tier"] == tier,
                    "at {}: told {tier}, recalled {just_before:#} and {recalled:#}", calendar::text(*moment)
                );
            }
        }
        prop_assert_eq!(seen(&lazy), seen(&swept), "in the end");
    }

    #[test]
    fn after_a_refund_the_tier_is_that_of_the_remaining_ledger(
        amounts in prop::collection::vec(1..20_000_i64, 1..6),
        refunds in prop::collection::vec((0..6_usize, 1..20_000_i64), 1..6),
        metric in prop_oneof!["lifetime_points", "window_points", "lifetime_spend", "window_spend", "lifetime_visits"],
        forgive in any::<bool>(),
    ) {
        let shortfall = if forgive { "forgive" } else { "debt" };
        let (two, three) = if metric == "lifetime_visits" { (2, 4) } else { thresholds(&metric) };
        let rules = programme(&format!("metric = \"{metric}\""), two, three);
        let world = World::in_memory(&format!("refund = {{ shortfall = \"{shortfall}\" }}\n{rules}"));
        for (number, amount) in amounts.iter().enumerate() {
            world.ok("earn_points", json!({"user_id": 1, "amount": amount, "order_id": number.to_string()}));
        }
        for (order, amount) in &refunds {
            drop(world.call("refund_order", json!({"order_id": order.to_string(), "amount": amount})));
            let profile = world.ok("profile", json!({"user_id": 1}));
            let value = match metric.as_str() {
                "lifetime_spend" | "window_spend" => profile["total_spent"].as_str().unwrap().parse().unwrap(),
                "lifetime_visits" => profile["total_visits"].as_i64().unwrap(),
                _ => profile["total_points"].as_i64().unwrap(),
            };
            let expected = if value >= three { "three" } else if value >= two { "two" } else { "one" };
            prop_assert_eq!(&profile["current_tier"], expected, "{} of {}", value, metric);
        }
        world.verify();
    }

    #[test]
    fn the_outlook_comes_true((metric, rules) in rules(), acts in acts()) {
        let (two, three) = thresholds(&metric);
        let world = World::in_memory(&programme(&rules, two, three));
        let mut now = calendar::micros(START);
        world.ok("enroll", json!({"user_id": 1}));
        for (number, (later, step)) in acts.iter().enumerate() {
            now += later;
            world.now(&calendar::text(now));
            drop(act(&world, now, number, step));
        }
        let outlook = world.ok("tier_outlook", json!({"user_id": 1}));
        let held = current(&world);
        if let Some(falls_at) = outlook["falls_at"].as_str() {
            prop_assert_eq!(&outlook["keeps"], false);
            let falls_at = calendar::micros(falls_at);
            world.now(&calendar::text(falls_at - 1));
            prop_assert_eq!(&current(&world), &held, "{:#}", outlook);
            world.now(&calendar::text(falls_at));
            prop_assert_eq!(current(&world), outlook["tier_after"].as_str().unwrap(), "{:#}", outlook);
        } else if let Some(date) = outlook["review_date"].as_str() {
            let next_day = calendar::start(date.parse::<chrono::NaiveDate>().unwrap() + chrono::Days::new(1));
            world.now(&calendar::text(next_day));
            prop_assert!(place(&json!(current(&world))) >= place(&json!(held)), "{outlook:#}");
        }
    }
}
