//! Tiers: what each rule of the programme does to them.

use loyalty_tests::calendar;
use loyalty_tests::ladder::{ladder, programme};
use loyalty_tests::world::World;
use serde_json::{Value, json};

fn earn(world: &World, amount: i64, order: &str) -> Value {
    world.ok("earn_points", json!({"user_id": 1, "amount": amount, "order_id": order}))
}

fn spend(world: &World, points: i64) {
    let taken = json!({"user_id": 1, "transaction_type": "adjustment", "points": -points, "description": "spent"});
    world.ok("record_transaction", taken);
}

fn tier(world: &World) -> String {
    let tier = world.ok("profile", json!({"user_id": 1}))["current_tier"].clone();
    tier.as_str().unwrap().to_owned()
}

/// The tier at each of the moments, the clock being moved to them in turn.
fn tiers_at<'a>(world: &World, moments: &[(&'a str, &'a str)]) {
    for (moment, expected) in moments {
        world.now(moment);
        assert_eq!(tier(world), *expected, "at {moment}");
    }
    world.verify();
}

#[test]
fn each_metric_counts_what_its_name_says() {
    for (metric, two) in [("lifetime_points", 30), ("lifetime_spend", 3_000), ("lifetime_visits", 2), ("balance", 30)] {
        let world = World::in_memory(&programme(&format!("metric = \"{metric}\""), two, 1_000_000));
        world.now("2026-03-02T12:00:00-03:00");
        assert_eq!(earn(&world, 1_500, "A")["tier"], "one", "{metric}");
        world.now("2028-03-02T12:00:00-03:00");
        let second = earn(&world, 1_500, "B");
        // The first points have expired by now; all else is counted for ever.
        let expected = if metric == "balance" { "one" } else { "two" };
        assert_eq!(second["tier"], expected, "{metric}");
        let missing = second["points_to_next_tier"].as_i64().unwrap();
        assert!(missing > 0, "{metric}");
    }
    for (metric, two) in [("window_points", 30), ("window_spend", 3_000), ("window_visits", 2)] {
        let world = World::in_memory(&programme(&format!("metric = \"{metric}\", window_days = 10"), two, 1_000_000));
        world.now("2026-03-02T12:00:00-03:00");
        earn(&world, 1_500, "A");
        world.now("2026-03-12T00:00:00-03:00");
        assert_eq!(earn(&world, 1_500, "B")["tier"], "one", "{metric}: the first has left the window");
        world.now("2026-03-21T23:59:59-03:00");
        assert_eq!(earn(&world, 1_500, "C")["tier"], "two", "{metric}: the tenth day is the last");
    }
}

#[test]
fn a_calendar_window_begins_anew_with_its_first_second() {
    for (window, last, first) in [
        ("month", "2026-04-30T23:59:59-04:00", "2026-05-01T00:00:00-04:00"),
        ("quarter", "2026-06-30T23:59:59-04:00", "2026-07-01T00:00:00-04:00"),
        ("half_year", "2026-06-30T23:59:59-04:00", "2026-07-01T00:00:00-04:00"),
        ("year", "2026-12-31T23:59:59-03:00", "2027-01-01T00:00:00-03:00"),
        ("anniversary", "2027-04-09T23:59:59-04:00", "2027-04-10T00:00:00-04:00"),
    ] {
        for (moment, expected) in [(last, "two"), (first, "one")] {
            let rules = format!("metric = \"window_visits\", window = \"{window}\"");
            let world = World::in_memory(&programme(&rules, 2, 1_000));
            world.now("2026-04-10T12:00:00-04:00");
            earn(&world, 100, "A");
            world.now(moment);
            assert_eq!(earn(&world, 100, "B")["tier"], expected, "{window} at {moment}");
        }
    }
}

#[test]
fn a_calendar_tier_lasts_to_the_end_of_the_period_after_the_one_that_reached_it() {
    let rules = "metric = \"window_spend\", window = \"year\", review = \"year\", downgrade = \"recompute\"";
    let world = World::in_memory(&programme(rules, 1_000, 5_000));
    world.now("2026-12-31T23:59:59-03:00");
    earn(&world, 9_000, "A");
    world.now("2027-05-05T12:00:00-04:00");
    earn(&world, 1_000, "B");
    tiers_at(
        &world,
        &[
            ("2027-12-31T23:59:59-03:00", "three"),
            ("2028-01-01T00:00:00-03:00", "two"),
            ("2028-12-31T23:59:59-03:00", "two"),
            ("2029-01-01T00:00:00-03:00", "one"),
        ],
    );
}

#[test]
fn a_tier_that_is_reviewed_always_is_lost_when_its_period_ends() {
    let rules = "metric = \"window_spend\", window = \"month\", review = \"always\", downgrade = \"recompute\"";
    let world = World::in_memory(&programme(rules, 1_000, 5_000));
    world.now("2026-03-15T12:00:00-03:00");
    earn(&world, 9_000, "A");
    let outlook = world.ok("tier_outlook", json!({"user_id": 1}));
    assert_eq!(outlook["falls_at"], "2026-04-01T00:00:00-03:00");
    // Nothing that is bought before the new month counts in it.
    assert_eq!((&outlook["keeps"], &outlook["amount_needed"]), (&json!(false), &Value::Null));
    tiers_at(&world, &[("2026-03-31T23:59:59-03:00", "three"), ("2026-04-01T00:00:00-03:00", "one")]);
}

#[test]
fn a_rolling_window_loses_the_tier_on_the_day_that_leaves_it() {
    let rules = "metric = \"window_visits\", window_days = 30, review = \"always\", downgrade = \"one_level\"";
    let world = World::in_memory(&programme(rules, 1, 2));
    world.now("2026-03-02T12:00:00-03:00");
    earn(&world, 100, "A");
    world.now("2026-03-05T12:00:00-03:00");
    earn(&world, 100, "B");
    tiers_at(
        &world,
        &[
            ("2026-03-31T23:59:59-03:00", "three"),
            ("2026-04-01T00:00:00-03:00", "two"),
            ("2026-04-03T23:59:59-03:00", "two"),
            ("2026-04-04T00:00:00-03:00", "one"),
        ],
    );
}

/// Pitfall 46, and 45: thirty days from 20 July end with 19 August.
#[test]
fn grace_is_counted_from_entry_or_from_loss_as_declared() {
    for (from, last, gone) in [
        ("entry", "2026-08-19T23:59:59-04:00", "2026-08-20T00:00:00-04:00"),
        ("loss", "2026-08-31T23:59:59-04:00", "2026-09-01T00:00:00-04:00"),
    ] {
        let rules = format!(
            "metric = \"balance\", review = \"always\", downgrade = \"recompute\", grace_days = 30, grace_from = \"{from}\""
        );
        let world = World::in_memory(&programme(&rules, 100, 1_000));
        world.now("2026-07-20T15:00:00-04:00");
        assert_eq!(earn(&world, 10_000, "A")["tier"], "two");
        world.now("2026-08-01T12:00:00-04:00");
        spend(&world, 50);
        let outlook = world.ok("tier_outlook", json!({"user_id": 1, "locale": "en"}));
        assert_eq!(outlook["falls_at"], gone, "{from}");
        assert_eq!(outlook["points_needed"], 50, "{from}");
        tiers_at(&world, &[(last, "two"), (gone, "one")]);
    }
}

#[test]
fn points_gathered_in_the_days_of_grace_keep_the_tier() {
    for (grace_from, amount, expected) in [("entry", 10_000, "two"), ("loss", 10_000, "two"), ("entry", 4_000, "one")] {
        let rules = format!(
            "metric = \"window_points\", window_days = 20, review_days = 30, grace_days = 5, downgrade = \"recompute\", \
             grace_from = \"{grace_from}\""
        );
        let world = World::in_memory(&programme(&rules, 100, 10_000));
        world.now("2026-03-02T12:00:00-03:00");
        earn(&world, 10_000, "A");
        // Lost since 22 March; the review is at the end of 1 April, and grace from it lasts to the end of 6 April.
        if grace_from == "entry" {
            world.now("2026-04-06T23:59:59-04:00");
            assert_eq!(tier(&world), "two");
            earn(&world, amount / 2, "B");
        } else {
            world.now("2026-04-01T23:59:59-03:00");
            earn(&world, amount / 2, "B");
        }
        world.now("2026-04-07T00:00:00-04:00");
        assert_eq!(tier(&world), expected, "{grace_from} {amount}");
    }
}

#[test]
fn grace_from_the_loss_is_over_when_it_ended_before_the_review() {
    for (grace, gone) in [(5, "2026-04-02T00:00:00-03:00"), (20, "2026-04-11T00:00:00-04:00")] {
        let rules = format!(
            "metric = \"window_points\", window_days = 20, review_days = 30, grace_days = {grace}, \
             downgrade = \"recompute\", grace_from = \"loss\""
        );
        let world = World::in_memory(&programme(&rules, 100, 10_000));
        world.now("2026-03-02T12:00:00-03:00");
        earn(&world, 10_000, "A");
        // The metric carried the tier up to 21 March.
        assert_eq!(world.ok("tier_outlook", json!({"user_id": 1}))["falls_at"], gone);
        let history = world.ok("tier_history", json!({"user_id": 1, "as_of": gone}));
        assert_eq!((&history["tier"], &history["since"]), (&json!("one"), &json!(gone)));
        let before = calendar::text(calendar::micros(gone) - 1);
        assert_eq!(world.ok("tier_history", json!({"user_id": 1, "as_of": before}))["tier"], "two");
    }
}

#[test]
fn a_balance_raises_the_tier_when_waiting_points_can_be_spent() {
    let changes = format!("earn = {{ pending_days = 3 }}\n{}", programme("metric = \"balance\"", 100, 1_000));
    let world = World::in_memory(&changes);
    assert_eq!(earn(&world, 10_000, "A")["tier"], "one");
    tiers_at(&world, &[("2026-03-04T23:59:59-03:00", "one"), ("2026-03-05T00:00:00-03:00", "two")]);
    let item = world.ok("tier_history", json!({"user_id": 1}))["items"][0].clone();
    assert_eq!((&item["cause"], &item["at"]), (&json!("earn"), &json!("2026-03-05T00:00:00-03:00")));
}

/// Pitfall 41.
#[test]
fn the_current_order_counts_for_its_own_rate_only_when_declared() {
    for (metric, counts, amount, points) in [
        ("lifetime_spend", false, 10_000, 100),
        ("lifetime_spend", true, 10_000, 200),
        ("lifetime_spend", true, 9_999, 99),
        ("lifetime_spend", true, 50_000, 1_500),
        ("window_spend", true, 10_000, 200),
        ("lifetime_points", true, 1_000_000, 30_000),
        ("lifetime_points", true, 999_900, 9_999),
        ("window_visits", true, 1_000, 10),
        ("balance", true, 1_000_000, 30_000),
    ] {
        let rules = format!("metric = \"{metric}\", current_order_counts = {counts}");
        let world = World::in_memory(&programme(&rules, 10_000, 20_000));
        let call = json!({"user_id": 1, "amount": amount, "order_id": "A"});
        let quote = world.ok("quote_points", json!({"user_id": 1, "amount": amount}));
        let receipt = world.ok("earn_points", call);
        assert_eq!(receipt["points_earned"], points, "{metric} {counts} {amount}");
        assert_eq!(quote["points"], points, "a quote is what is booked: {metric} {counts} {amount}");
        assert_eq!(receipt["tier_before"], "one");
        world.ok("refund_order", json!({"order_id": "A"}));
        assert_eq!(world.ok("points", json!({"user_id": 1}))["available"], 0);
    }
}

/// Pitfall 41.
#[test]
fn the_rate_is_that_of_the_tier_held_when_it_happened() {
    let rules = "metric = \"window_points\", window_days = 20, review_days = 30, downgrade = \"recompute\"";
    let world = World::in_memory(&programme(rules, 100, 1_000));
    earn(&world, 10_000, "A");
    world.now("2026-04-02T00:00:00-03:00");
    world.ok("review_tiers", json!({}));
    for (at, points) in [
        ("2026-03-02T11:59:59-03:00", 10),
        ("2026-03-02T12:00:00-03:00", 20),
        ("2026-04-01T23:59:59-03:00", 20),
        ("2026-04-02T00:00:00-03:00", 10),
    ] {
        let call = json!({"user_id": 1, "amount": 1_000, "at": at});
        assert_eq!(world.ok("quote_points", call.clone())["points"], points, "{at}");
        assert_eq!(world.ok("earn_points", call)["points_earned"], points, "{at}");
    }
}

/// Pitfall 47.
#[test]
fn what_is_missing_to_the_next_tier_is_judged_by_what_decides_it() {
    for metric in ["lifetime_points", "window_points", "lifetime_spend", "window_spend", "balance"] {
        let world =
            World::in_memory(&programme(&format!("metric = \"{metric}\", current_order_counts = false"), 777, 5_000));
        earn(&world, 300, "A");
        let profile = world.ok("profile", json!({"user_id": 1}));
        let missing = profile["points_to_next_tier"].as_i64().unwrap();
        let amount = if metric.ends_with("spend") { missing } else { missing * 100 };
        let less = if metric.ends_with("spend") { 1 } else { 100 };
        assert_eq!(earn(&world, amount - less, "B")["points_to_next_tier"], 1, "{metric}");
        assert_eq!(earn(&world, less, "C")["tier"], "two", "{metric}");
    }
}

/// Pitfalls 49 and 50: every zone's own days, and the 29 February.
#[test]
fn reviews_keep_the_local_days_of_their_zone() {
    for (zone, reached, gone) in [
        ("America/Santiago", "2026-08-06T12:00:00-04:00", "2026-09-06T01:00:00-03:00"),
        ("America/Santiago", "2026-03-05T12:00:00-03:00", "2026-04-05T00:00:00-04:00"),
        ("Europe/Madrid", "2026-02-26T12:00:00+01:00", "2026-03-29T00:00:00+01:00"),
        ("Europe/Madrid", "2026-02-27T12:00:00+01:00", "2026-03-30T00:00:00+02:00"),
        ("Europe/Madrid", "2026-09-25T12:00:00+02:00", "2026-10-26T00:00:00+01:00"),
        ("Australia/Lord_Howe", "2026-03-06T12:00:00+11:00", "2026-04-06T00:00:00+10:30"),
        ("Australia/Lord_Howe", "2026-09-04T12:00:00+10:30", "2026-10-05T00:00:00+11:00"),
        ("America/Santiago", "2028-01-29T23:59:59-03:00", "2028-02-29T00:00:00-03:00"),
    ] {
        let rules = "metric = \"window_visits\", window_days = 7, review_days = 30, downgrade = \"recompute\"";
        let world = World::in_memory(&format!("time_zone = \"{zone}\"\n{}", programme(rules, 1, 100)));
        world.now(reached);
        earn(&world, 100, "A");
        let before = calendar::text(calendar::micros(gone) - 1);
        tiers_at(&world, &[(&before, "two"), (gone, "one")]);
        assert_eq!(world.ok("tier_history", json!({"user_id": 1}))["items"][0]["at"], gone);
    }
}

/// Pitfalls 50 and 52.
#[test]
fn who_joined_on_a_leap_day_has_a_review_every_year() {
    let rules =
        "metric = \"window_visits\", window = \"anniversary\", review = \"anniversary\", downgrade = \"recompute\"";
    for (reached, reviewed) in [
        ("2026-03-10T12:00:00-03:00", "2028-02-29T00:00:00-03:00"),
        ("2024-03-10T12:00:00-03:00", "2026-02-28T00:00:00-03:00"),
    ] {
        let world = World::in_memory(&programme(rules, 2, 100));
        world.now("2024-02-29T12:00:00-03:00");
        world.ok("enroll", json!({"user_id": 1}));
        world.now(reached);
        earn(&world, 100, "A");
        earn(&world, 100, "B");
        // The year that reached it carries it through the next one.
        let before = calendar::text(calendar::micros(reviewed) - 1);
        tiers_at(&world, &[(&before, "two"), (reviewed, "one")]);
    }
}

/// Pitfall 51.
#[test]
fn a_late_sweep_books_what_was_due_in_its_own_time() {
    let rules = "metric = \"window_visits\", window_days = 7, review_days = 30, downgrade = \"one_level\"";
    let run = |sweeps: &[&str]| {
        let world = World::on_file(&programme(rules, 1, 2));
        earn(&world, 100, "A");
        earn(&world, 100, "B");
        for sweep in sweeps {
            world.now(sweep);
            world.ok("review_tiers", json!({}));
            world.ok("review_tiers", json!({}));
        }
        world.now("2027-01-01T00:00:00-03:00");
        world.ok("tier_history", json!({"user_id": 1}))
    };
    let never = run(&[]);
    assert_eq!(never["items"].as_array().unwrap().len(), 4, "two up and two down: {never:#}");
    assert_eq!(run(&["2026-12-31T00:00:00-03:00"]), never);
    assert_eq!(run(&["2026-04-01T00:00:00-03:00", "2026-04-02T00:00:00-03:00", "2026-05-20T00:00:00-03:00"]), never);
}

#[test]
fn a_sweep_walks_on_where_it_ended() {
    let rules = "metric = \"window_visits\", window_days = 7, review_days = 30, downgrade = \"recompute\"";
    let world = World::in_memory(&programme(rules, 1, 2));
    for user in 1..=5 {
        world.ok("earn_points", json!({"user_id": user, "amount": 100}));
    }
    world.now("2026-06-01T00:00:00-03:00");
    let (mut after, mut lowered, mut calls) = (json!(0), 0, 0);
    while !after.is_null() {
        let swept = world.ok("review_tiers", json!({"limit": 2, "after": after}));
        lowered += swept["lowered"].as_i64().unwrap();
        after = swept["next_after"].clone();
        calls += 1;
    }
    assert_eq!((lowered, calls), (5, 3));
    assert_eq!(world.ok("review_tiers", json!({}))["lowered"], 0);
}

#[test]
fn a_wrong_rule_for_tiers_is_named() {
    for (rules, key) in [
        ("tier_rules = { window = \"week\" }", "program.tier_rules.window"),
        ("tier_rules = { review = \"sometimes\" }", "program.tier_rules.review"),
        ("tier_rules = { grace_from = \"birth\" }", "program.tier_rules.grace_from"),
        ("tier_rules = { gift_per = \"day\" }", "program.tier_rules.gift_per"),
        ("tier_rules = { min_stay_days = -1 }", "program.tier_rules.min_stay_days"),
        ("tier_rules = { current_order_counts = 1 }", "program.tier_rules.current_order_counts"),
        (&ladder(1, 2, "gift_points = -1"), "program.tiers[1].gift_points"),
        (
            "tier_rules = { metric = \"lifetime_visits\" }\n[[tiers]]\nid = \"a\"\nname = \"a\"\nthreshold = 0.5\nmultiplier = 1\ndiscount_percent = 0\nbenefits = []",
            "program.tiers[0].threshold",
        ),
    ] {
        let text = loyalty_tests::world::programme_text(rules);
        let error = loyalty_core::programme::Programme::parse(&text).unwrap_err();
        assert_eq!(error.details()["field"], key, "{error:?}");
    }
}
