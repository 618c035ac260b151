//! Whether a sweep ran never matters: the same history gives the same answers with sweeps at any place.

use loyalty_tests::calendar::{self, DAY, HOUR};
use loyalty_tests::ladder::ladder;
use loyalty_tests::world::{START, World};
use proptest::prelude::*;
use serde_json::{Value, json};

/// What happens; members, orders and holds are named by small numbers.
#[derive(Debug, Clone)]
enum Act {
    Earn { user: i64, amount: i64 },
    Refund { order: usize, amount: Option<i64> },
    Amend { order: usize, amount: i64 },
    Present { user: i64, points: i64, days: i64 },
    Spend { user: i64, points: i64 },
    Hold { user: i64, points: i64, hours: i64 },
    Capture { hold: usize },
    Void { hold: usize },
    Redeem { user: i64 },
    Cancel { redemption: usize },
    Release { order: usize },
    Extend { user: i64, days: i64 },
    Reinstate { user: i64 },
    Transfer { user: i64, points: i64 },
    Hand { user: i64, given: Option<(usize, i64, bool)> },
    Merge { user: i64 },
}

/// A moment of a history.
#[derive(Debug, Clone)]
struct Step {
    /// Time since the step before.
    later: i64,
    /// How long ago it happened.
    late: i64,
    /// Where sweeps run before it in one of the two histories, in thousandths of `later`, and which.
    sweeps: Vec<(i64, bool)>,
    /// Whether both are looked at before it and behind it.
    looks: bool,
    act: Act,
}

fn act() -> impl Strategy<Value = Act> {
    let user = || 1..=2_i64;
    prop_oneof![
        8 => (user(), 1..20_000_i64).prop_map(|(user, amount)| Act::Earn { user, amount }),
        2 => (0..8_usize, prop::option::of(1..20_000_i64)).prop_map(|(order, amount)| Act::Refund { order, amount }),
        1 => (0..8_usize, 1..20_000_i64).prop_map(|(order, amount)| Act::Amend { order, amount }),
        2 => (user(), 1..200_i64, 1..40_i64).prop_map(|(user, points, days)| Act::Present { user, points, days }),
        2 => (user(), 1..200_i64).prop_map(|(user, points)| Act::Spend { user, points }),
        3 => (user(), 1..150_i64, 1..700_i64).prop_map(|(user, points, hours)| Act::Hold { user, points, hours }),
        1 => (0..4_usize).prop_map(|hold| Act::Capture { hold }),
        1 => (0..4_usize).prop_map(|hold| Act::Void { hold }),
        1 => user().prop_map(|user| Act::Redeem { user }),
        1 => (0..2_usize).prop_map(|redemption| Act::Cancel { redemption }),
        2 => (0..8_usize).prop_map(|order| Act::Release { order }),
        1 => (user(), 1..60_i64).prop_map(|(user, days)| Act::Extend { user, days }),
        1 => user().prop_map(|user| Act::Reinstate { user }),
        1 => (user(), 1..150_i64).prop_map(|(user, points)| Act::Transfer { user, points }),
        1 => (user(), prop::option::of((0..3_usize, 1..60_i64, any::<bool>())))
            .prop_map(|(user, given)| Act::Hand { user, given }),
        1 => user().prop_map(|user| Act::Merge { user }),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let later = prop_oneof![
        3 => 1..20 * HOUR,
        4 => (0..20_i64).prop_map(|days| days * DAY),
        1 => (20..400_i64).prop_map(|days| days * DAY),
    ];
    let late = prop_oneof![3 => Just(0), 1 => 1..3 * DAY, 1 => (1..70_i64).prop_map(|days| days * DAY)];
    let sweeps = prop::collection::vec((0..1_001_i64, any::<bool>()), 0..3);
    let step = (later, late, sweeps, prop::bool::weighted(0.25), act());
    let step = step.prop_map(|(later, late, sweeps, looks, act)| Step { later, late, sweeps, looks, act });
    prop::collection::vec(step, 2..14)
}

const METRICS: [&str; 8] = [
    "lifetime_points",
    "window_points",
    "lifetime_spend",
    "window_spend",
    "lifetime_visits",
    "window_visits",
    "score",
    "balance",
];

/// Thresholds that the acts cross now and then.
const fn thresholds(metric: usize) -> (i64, i64) {
    match metric {
        2 | 3 => (8_000, 25_000),
        4 | 5 => (2, 4),
        6 => (20, 30),
        _ => (80, 250),
    }
}

prop_compose! {
    fn rules()(
        // The balance is moved by all that points do, so it comes as often as the others together.
        metric in prop_oneof![1 => 0..7_usize, 1 => Just(7_usize)],
        window in prop_oneof!["days", "month", "quarter", "year", "anniversary"],
        review in prop_oneof!["days", "month", "quarter", "half_year", "year", "anniversary", "always"],
        downgrade in prop_oneof!["never", "one_level", "recompute"],
        (days, grace, stay) in prop_oneof![Just((30, 0, 0)), Just((20, 5, 0)), Just((45, 3, 12)), Just((1, 0, 1))],
        from in prop_oneof!["entry", "loss"],
        pending in prop_oneof![
            2 => Just(""), 1 => Just("earn = { pending_days = 3 }"), 1 => Just("earn = { pending = \"until_released\" }")
        ],
        expiry in prop_oneof![
            Just("days = 20"), Just("days = 25, runs_from = \"activation\""), Just("days = 15, days_by_tier = { two = 40, three = 90 }"),
            Just("policy = \"inactivity\", days = 18"), Just("policy = \"never\", days = false"),
        ],
        shortfall in prop_oneof!["debt", "forgive", "refuse"],
        gift in prop_oneof![Just(""), Just("gift_points = 15")],
        per in prop_oneof!["member", "year"],
        redeems in prop::bool::weighted(0.2),
    ) -> String {
        let (two, three) = thresholds(metric);
        let metric = METRICS[metric];
        let auto = if redeems { "auto_redeem = { reward = 1, threshold = 120 }\n" } else { "" };
        let reinstate = if expiry.contains("never") { "" } else { ", reinstate_days = 9" };
        format!(
            "tier_rules = {{ metric = \"{metric}\", window = \"{window}\", window_days = {days}, review = \"{review}\", \
             review_days = {days}, grace_days = {grace}, grace_from = \"{from}\", min_stay_days = {stay}, \
             downgrade = \"{downgrade}\", gift_per = \"{per}\" }}\n{pending}\nexpiry = {{ {expiry}{reinstate} }}\n\
             refund = {{ shortfall = \"{shortfall}\" }}\nredemption = {{ minimum_points = 0 }}\n{auto}{}\
             [[rewards]]\nname = \"cup\"\npoints_cost = 60\ndiscount_type = \"free_item\"\ndiscount_percent = 100\n\
             tier_required = \"one\"\n",
            ladder(two, three, gift).replace("rewards = []\n", "")
        )
    }
}

/// What later acts name.
#[derive(Default)]
struct Run {
    orders: usize,
    holds: Vec<Value>,
    redemptions: Vec<Value>,
}

impl Run {
    fn call(&mut self, act: &Act, now: i64) -> Option<(&'static str, Value)> {
        let later = |days: i64| calendar::day(now + days * DAY).to_string();
        let adjustment = |user: i64, points: i64| json!({"user_id": user, "transaction_type": "adjustment", "points": points, "description": "d"});
        Some(match act {
            Act::Earn { user, amount } => {
                self.orders += 1;
                let order = format!("O{}", self.orders);
                ("earn_points", json!({"user_id": user, "amount": amount, "order_id": order}))
            }
            Act::Refund { order, amount } => {
                let mut refund = json!({"order_id": format!("O{order}")});
                if let Some(amount) = amount {
                    refund["amount"] = json!(amount);
                }
                ("refund_order", refund)
            }
            Act::Amend { order, amount } => ("amend_order", json!({"order_id": format!("O{order}"), "amount": amount})),
            Act::Present { user, points, days } => {
                let mut present = adjustment(*user, *points);
                present["expires_at"] = json!(later(*days));
                ("record_transaction", present)
            }
            Act::Spend { user, points } => ("record_transaction", adjustment(*user, -points)),
            Act::Hold { user, points, hours } => {
                ("hold_points", json!({"user_id": user, "points": points, "ttl_seconds": hours * 3_600}))
            }
            Act::Capture { hold } => ("capture_hold", json!({"hold_id": self.holds.get(*hold)?, "points": 7})),
            Act::Void { hold } => ("void_hold", json!({"hold_id": self.holds.get(*hold)?})),
            Act::Redeem { user } => ("redeem_reward", json!({"user_id": user, "reward_id": 1})),
            Act::Cancel { redemption } => {
                ("cancel_redemption", json!({"redemption_id": self.redemptions.get(*redemption)?}))
            }
            Act::Release { order } => ("release_points", json!({"order_id": format!("O{order}")})),
            Act::Extend { user, days } => ("extend_points", json!({"user_id": user, "expires_at": later(*days)})),
            Act::Reinstate { user } => ("reinstate_points", json!({"user_id": user})),
            Act::Transfer { user, points } => {
                ("transfer_points", json!({"from_user_id": user, "to_user_id": 3 - user, "points": points}))
            }
            Act::Hand { user, given: None } => ("set_tier", json!({"user_id": user})),
            Act::Hand { user, given: Some((tier, days, fixed)) } => {
                let mode = if *fixed { "fixed" } else { "floor" };
                let tier = ["one", "two", "three"][*tier];
                ("set_tier", json!({"user_id": user, "tier": tier, "until": later(*days), "mode": mode}))
            }
            Act::Merge { user } => ("merge_members", json!({"into_user_id": user, "from_user_id": 3 - user})),
        })
    }

    fn note(&mut self, op: &str, reply: &Value) {
        match op {
            "hold_points" => self.holds.push(reply["hold_id"].clone()),
            "redeem_reward" => self.redemptions.push(reply["redemption_id"].clone()),
            _ => {}
        }
    }
}

/// What reads return about a member. Only the time of recording may differ.
fn told(world: &World, user: i64) -> Vec<Value> {
    let mut asked = vec![("transactions", json!({"user_id": user, "limit": 200}))];
    for op in ["profile", "points", "tier_outlook", "expiring_points", "user_score"] {
        asked.push((op, json!({"user_id": user})));
    }
    asked.push(("tier_history", json!({"user_id": user, "limit": 200})));
    asked.push(("quote_points", json!({"user_id": user, "amount": 1_000})));
    let told = asked.into_iter().map(|(op, args)| {
        let mut reply = world.ok(op, args);
        for item in reply["items"].as_array_mut().into_iter().flatten() {
            if let Some(item) = item.as_object_mut() {
                item.remove("recorded_at");
            }
        }
        json!({ op: reply })
    });
    told.collect()
}

fn same(lazy: &World, swept: &World, when: &str) -> Result<(), TestCaseError> {
    for user in [1, 2] {
        for (one, other) in told(lazy, user).iter().zip(told(swept, user)) {
            prop_assert_eq!(one, &other, "of {}, {}", user, when);
        }
    }
    Ok(())
}

/// Lives a history twice: with nothing but its acts, and with sweeps.
fn compare(changes: &str, steps: &[Step]) -> Result<(), TestCaseError> {
    let (lazy, swept) = (World::in_memory(changes), World::in_memory(changes));
    let both = [&lazy, &swept];
    let mut run = Run::default();
    let mut now = calendar::micros(START);
    for user in [1, 2] {
        both.iter().for_each(|world| drop(world.ok("enroll", json!({"user_id": user}))));
    }
    for step in steps {
        let mut sweeps = step.sweeps.clone();
        sweeps.sort_unstable();
        for (share, expires) in sweeps {
            swept.now(&calendar::text(now + step.later / 1_000 * share));
            swept.ok(if expires { "expire_points" } else { "review_tiers" }, json!({}));
        }
        now += step.later;
        both.iter().for_each(|world| world.now(&calendar::text(now)));
        if step.looks {
            same(&lazy, &swept, &format!("before {step:?}"))?;
        }
        let Some((op, mut args)) = run.call(&step.act, now) else { continue };
        if step.late > 0 {
            args["at"] = json!(calendar::text(now - step.late));
        }
        let replies = both.map(|world| world.call(op, args.clone()).map_err(|error| error.to_json()));
        prop_assert_eq!(&replies[0], &replies[1], "{} {}", op, args);
        if let Err(error) = &replies[0] {
            prop_assert_ne!(&error["kind"], "internal", "{} {}: {}", op, args, error);
        }
        if let Ok(reply) = &replies[0] {
            run.note(op, reply);
        }
        if step.looks {
            same(&lazy, &swept, &format!("behind {step:?}"))?;
        }
    }
    same(&lazy, &swept, "at the end")?;
    both.iter().for_each(|world| world.now(&calendar::text(now + 40 * DAY)));
    swept.ok("review_tiers", json!({}));
    same(&lazy, &swept, "forty days on")?;
    both.iter().for_each(|world| world.verify());
    Ok(())
}

proptest! {
    #![proptest_config(loyalty_tests::cases(128))]

    #[test]
    fn the_same_history_gives_the_same_answers_with_sweeps_at_any_place(rules in rules(), steps in steps()) {
        compare(&rules, &steps)?;
    }
}

#[test]
fn a_late_order_has_one_history_whether_or_not_the_review_was_booked() {
    let rules =
        "tier_rules = { metric = \"window_points\", window = \"year\", review = \"year\", downgrade = \"recompute\" }\n"
            .to_owned() + &ladder(100, 300, "");
    let history = |sweeps: bool| {
        let world = World::in_memory(&rules);
        world.now("2025-06-10T12:00:00-04:00");
        world.ok("earn_points", json!({"user_id": 1, "amount": 30_000, "order_id": "A"}));
        world.now("2026-06-10T12:00:00-04:00");
        world.ok("earn_points", json!({"user_id": 1, "amount": 1_000, "order_id": "B"}));
        if sweeps {
            world.now("2027-01-01T03:00:00-03:00");
            world.ok("review_tiers", json!({}));
        }
        world.now("2027-01-02T12:00:00-03:00");
        let late = json!({"user_id": 1, "amount": 15_000, "order_id": "C", "at": "2026-12-31T23:00:00-03:00"});
        let receipt = world.ok("earn_points", late);
        let history = world.ok("tier_history", json!({"user_id": 1}));
        world.verify();
        (receipt, history["items"].clone(), history["tier"].clone(), history["since"].clone())
    };
    let told = history(false);
    assert_eq!(told, history(true));
    assert_eq!(told.0["points_earned"], 450, "at the rate of the tier that was held then");
    assert_eq!((&told.2, told.1.as_array().unwrap().len()), (&json!("three"), 1));
}

#[test]
fn a_tier_that_the_clock_reaches_gives_its_gift_once_and_dated_then() {
    for sweeps in [false, true] {
        let world = World::in_memory(&format!(
            "tier_rules = {{ metric = \"balance\" }}\nearn = {{ pending_days = 3 }}\n{}",
            ladder(100, 300, "gift_points = 40")
        ));
        world.ok("earn_points", json!({"user_id": 1, "amount": 12_000, "order_id": "A"}));
        if sweeps {
            world.now("2026-03-06T04:00:00-03:00");
            world.ok("review_tiers", json!({}));
        }
        world.now("2026-03-08T12:00:00-03:00");
        assert_eq!(world.ok("profile", json!({"user_id": 1}))["current_points"], 160);
        assert_eq!(world.ok("profile", json!({"user_id": 1}))["current_tier"], "two");
        let items = world.ok("transactions", json!({"user_id": 1}))["items"].clone();
        assert_eq!(items.as_array().unwrap().len(), 2, "{items:#}");
        assert_eq!(
            (&items[0]["transaction_type"], &items[0]["points_amount"], &items[0]["occurred_at"]),
            (&json!("bonus"), &json!(40), &json!("2026-03-05T00:00:00-03:00"))
        );
        world.ok("review_tiers", json!({}));
        world.ok("earn_points", json!({"user_id": 1, "amount": 1_000, "order_id": "B"}));
        assert_eq!(world.ok("points", json!({"user_id": 1}))["available"], 160);
        world.verify();
    }
}
