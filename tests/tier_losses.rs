//! Tiers: what takes one away, what keeps it, and the gifts of those that were reached.

use loyalty_tests::Place;
use loyalty_tests::ladder::{ladder, programme};
use loyalty_tests::world::World;
use rusqlite::Connection;
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

/// Pitfall 26.
#[test]
fn a_refund_takes_the_tier_at_once_or_after_the_minimum_stay() {
    for (stay, moments) in [
        (0, vec![("2026-03-02T12:00:00-03:00", "one")]),
        (10, vec![("2026-03-12T23:59:59-03:00", "two"), ("2026-03-13T00:00:00-03:00", "one")]),
    ] {
        let world = World::in_memory(&programme(&format!("min_stay_days = {stay}"), 100, 1_000));
        earn(&world, 10_000, "A");
        world.ok("refund_order", json!({"order_id": "A", "amount": 10_000}));
        tiers_at(&world, &moments);
        let cause = world.ok("tier_history", json!({"user_id": 1}))["items"][0]["cause"].clone();
        assert_eq!(cause, if stay == 0 { "refund" } else { "review" });
    }
    // What comes before the stay is over keeps the tier.
    let world = World::in_memory(&programme("min_stay_days = 10", 100, 1_000));
    earn(&world, 10_000, "A");
    world.ok("refund_order", json!({"order_id": "A"}));
    earn(&world, 5_000, "B");
    world.now("2026-04-13T00:00:00-03:00");
    assert_eq!(tier(&world), "two");
}

#[test]
fn a_minimum_stay_puts_a_review_off() {
    let rules = "metric = \"window_points\", window = \"month\", review = \"month\", downgrade = \"recompute\", \
                 min_stay_days = 60";
    let world = World::in_memory(&programme(rules, 100, 1_000));
    world.now("2026-03-20T12:00:00-03:00");
    earn(&world, 10_000, "A");
    // March carries it past its own end; April does not, and the stay lasts to the end of 19 May.
    tiers_at(&world, &[("2026-05-19T23:59:59-04:00", "two"), ("2026-05-20T00:00:00-04:00", "one")]);
}

/// Pitfall 42.
#[test]
fn spending_lowers_a_tier_only_when_the_metric_is_the_balance() {
    for (metric, expected) in [("balance", "one"), ("lifetime_points", "two"), ("window_points", "two")] {
        let rules = format!("metric = \"{metric}\", review = \"always\", downgrade = \"recompute\"");
        let world = World::in_memory(&programme(&rules, 100, 1_000));
        earn(&world, 10_000, "A");
        spend(&world, 100);
        assert_eq!(tier(&world), "two", "never on the day on which it was reached");
        world.now("2026-03-03T00:00:00-03:00");
        assert_eq!(tier(&world), expected, "{metric}");
        world.verify();
    }
    let world = World::in_memory(&programme("metric = \"balance\"", 100, 1_000));
    earn(&world, 10_000, "A");
    spend(&world, 100);
    world.now("2028-03-03T00:00:00-03:00");
    assert_eq!(tier(&world), "two", "a programme without downgrades takes nothing");
}

#[test]
fn old_sales_that_are_brought_in_are_reviewed_in_their_own_time() {
    let rules = "metric = \"window_points\", window_days = 30, review_days = 30, downgrade = \"recompute\"";
    let world = World::in_memory(&programme(rules, 100, 10_000));
    world.now("2026-12-31T12:00:00-03:00");
    for (number, at) in ["2026-01-05", "2026-01-30", "2026-02-20"].into_iter().enumerate() {
        let call = json!({"user_id": 1, "amount": 10_000, "order_id": number.to_string(), "at": format!("{at}T12:00:00-03:00")});
        world.ok("earn_points", call);
    }
    // Held at the reviews of 5 February and 7 March, lost at the one of 6 April.
    let history = world.ok("tier_history", json!({"user_id": 1}));
    assert_eq!(history["items"].as_array().unwrap().len(), 2, "{history:#}");
    assert_eq!(history["since"], "2026-04-06T00:00:00-04:00");
}

/// Pitfall 43.
#[test]
fn a_gift_is_given_once_for_a_tier_and_period_however_often_it_is_reached() {
    for (per, year_later) in [("member", 10), ("year", 20)] {
        let rules = "metric = \"window_visits\", window = \"month\", review = \"month\", downgrade = \"recompute\"";
        let changes =
            format!("tier_rules = {{ {rules}, gift_per = \"{per}\" }}\n{}", ladder(2, 100, "gift_points = 10"));
        let world = World::in_memory(&changes);
        let gifts = || {
            let call = json!({"user_id": 1, "transaction_type": "bonus"});
            let page = world.ok("transactions", call);
            let points = page["items"].as_array().unwrap().iter().map(|item| item["points_amount"].as_i64().unwrap());
            points.sum::<i64>()
        };
        for month in ["2026-03", "2026-06", "2026-09"] {
            world.now(&format!("{month}-10T12:00:00-03:00"));
            assert_eq!(earn(&world, 100, &format!("{month}-a"))["tier"], "one");
            assert_eq!(earn(&world, 100, &format!("{month}-b"))["tier"], "two");
            assert_eq!(gifts(), 10, "{month}");
        }
        world.now("2027-03-10T12:00:00-03:00");
        earn(&world, 100, "c");
        earn(&world, 100, "d");
        assert_eq!(gifts(), year_later, "{per}");
        world.verify();
    }
}

/// Pitfall 26.
#[test]
fn a_gift_whose_order_is_refunded_is_taken_back_or_marked_as_a_loss() {
    for (shortfall, after_refund, again) in [("debt", -80, 120), ("forgive", 0, 120)] {
        let changes = format!("refund = {{ shortfall = \"{shortfall}\" }}\n{}", ladder(100, 1_000, "gift_points = 80"));
        let world = World::in_memory(&changes);
        assert_eq!(earn(&world, 10_000, "A")["balance"], 180);
        spend(&world, 80);
        spend(&world, 100);
        let refunded = world.ok("refund_order", json!({"order_id": "A"}));
        assert_eq!(refunded["balance"], if shortfall == "debt" { -180 } else { 0 }, "{after_refund}");
        // Reached again: what was lost is not given twice.
        let receipt = earn(&world, 12_000, "B");
        assert_eq!(receipt["tier"], "two");
        let lost = if shortfall == "debt" { 120 + 80 - 180 } else { again };
        assert_eq!(receipt["balance"], lost, "{shortfall}");
        world.verify();
    }
}

/// Pitfall 26: the window that reached the tier has gone on when the refund comes.
#[test]
fn a_late_refund_takes_the_tier_that_its_order_had_reached() {
    for (window, review, refunded) in [
        ("days", "days", "2026-03-20T12:00:00-03:00"),
        ("month", "quarter", "2026-05-20T12:00:00-04:00"),
        ("year", "year", "2027-02-01T12:00:00-03:00"),
    ] {
        let rules = format!(
            "metric = \"window_points\", window = \"{window}\", window_days = 7, review = \"{review}\", \
             downgrade = \"recompute\""
        );
        let world = World::in_memory(&programme(&rules, 100, 1_000));
        earn(&world, 10_000, "A");
        earn(&world, 5_000, "B");
        world.now(refunded);
        assert_eq!(tier(&world), "two", "{window}");
        world.ok("refund_order", json!({"order_id": "B"}));
        assert_eq!(tier(&world), "two", "{window}: the other order carries it");
        world.ok("refund_order", json!({"order_id": "A", "amount": 100}));
        assert_eq!(tier(&world), "one", "{window}");
        world.verify();
    }
}

#[test]
fn a_sale_that_comes_late_counts_at_the_review_that_it_missed() {
    let rules = "metric = \"window_points\", window = \"month\", review = \"month\", downgrade = \"recompute\"";
    for sweep in [false, true] {
        let world = World::in_memory(&programme(rules, 100, 10_000));
        world.now("2026-03-20T12:00:00-03:00");
        earn(&world, 10_000, "A");
        world.now("2026-05-01T09:00:00-04:00");
        if sweep {
            world.ok("review_tiers", json!({}));
        }
        assert_eq!(tier(&world), "one", "nothing was bought in April, as far as is known");
        let late = json!({"user_id": 1, "amount": 10_000, "at": "2026-04-30T20:00:00-04:00"});
        assert_eq!(world.ok("earn_points", late)["points_earned"], 200);
        assert_eq!(tier(&world), "two");
        world.now("2026-06-01T00:00:00-04:00");
        assert_eq!(tier(&world), "one");
    }
}

#[test]
fn a_tier_or_a_gift_changed_behind_the_engines_back_is_found() {
    let place = Place::new("tiers-changed");
    place.reply(&["earn-points", "7", "500000", "--order-id", "A-1"]);
    let edit = |sql: &str| {
        let connection = Connection::open(place.file("loyalty.db")).unwrap();
        connection.execute(sql, []).unwrap();
    };
    for (sql, undo, what) in [
        (
            "UPDATE loyalty_tier_changes SET tier = 'cafe_oro'",
            "UPDATE loyalty_tier_changes SET tier = 'cafe_plata'",
            "current_tier = tier of the last change",
        ),
        (
            "INSERT INTO loyalty_tier_gifts (user_id, tier, period, entry_id, points, lost) VALUES (7, 'x', 0, 1, 80, 0)",
            "DELETE FROM loyalty_tier_gifts",
            "gift of tier x: its points equal those of its entry",
        ),
    ] {
        edit(sql);
        let found: Value = serde_json::from_slice(&place.run(&["verify", "--json"]).stdout).unwrap();
        assert_eq!(found["problems"][0]["what"], what, "{found:#}");
        edit(undo);
        assert_eq!(place.reply(&["verify"])["ok"], true);
    }
}

#[test]
fn a_write_in_the_days_of_grace_does_not_begin_them_anew() {
    let rules = "metric = \"window_spend\", window_days = 20, review = \"always\", grace_days = 5, grace_from = \"loss\", \
                 downgrade = \"recompute\"";
    for write in [None, Some("review_tiers"), Some("expire_points"), Some("earn_points")] {
        let world = World::in_memory(&programme(rules, 8_000, 25_000));
        earn(&world, 9_000, "A");
        // 21 March is the last day on which the window holds the purchase, 26 March the last of grace.
        world.now("2026-03-24T12:00:00-03:00");
        match write {
            Some("earn_points") => drop(earn(&world, 1, "B")),
            Some(sweep) => drop(world.ok(sweep, json!({}))),
            None => {}
        }
        world.now("2026-03-26T23:59:59-03:00");
        assert_eq!(tier(&world), "two", "{write:?}");
        world.now("2026-03-27T00:00:00-03:00");
        assert_eq!(tier(&world), "one", "{write:?}");
    }
}
