//! Laws of the life of points: holds, transfers, undoing, extending, in random order.

use loyalty_tests::calendar::{self, DAY};
use loyalty_tests::world::{START, World};
use proptest::prelude::*;
use serde_json::{Value, json};

/// An act of one of two members.
#[derive(Debug, Clone)]
enum Act {
    Earn { user: i64, amount: i64 },
    Present { user: i64, points: i64, days: i64 },
    Spend { user: i64, points: i64 },
    Refund { order: usize },
    Hold { user: i64, points: i64, seconds: i64 },
    Capture { hold: usize, share: i64 },
    Void { hold: usize },
    Transfer { from: i64, points: i64 },
    Extend { user: i64, days: i64 },
    ExtendOne { order: usize, days: i64 },
    Pay { user: i64, points: i64 },
    Release { payment: usize, points: i64 },
    Reinstate { user: i64 },
    Redeem { user: i64 },
    Cancel { redemption: usize },
}

fn act() -> impl Strategy<Value = Act> {
    let user = 1..=2_i64;
    prop_oneof![
        4 => (user.clone(), 100..20_000_i64).prop_map(|(user, amount)| Act::Earn { user, amount }),
        2 => (user.clone(), 1..200_i64, 0..40_i64).prop_map(|(user, points, days)| Act::Present { user, points, days }),
        2 => (user.clone(), 1..200_i64).prop_map(|(user, points)| Act::Spend { user, points }),
        2 => (0..8_usize).prop_map(|order| Act::Refund { order }),
        4 => (user.clone(), 1..150_i64, 1..2_592_000_i64)
            .prop_map(|(user, points, seconds)| Act::Hold { user, points, seconds }),
        3 => (0..8_usize, 1..1_200_i64).prop_map(|(hold, share)| Act::Capture { hold, share }),
        2 => (0..8_usize).prop_map(|hold| Act::Void { hold }),
        3 => (user.clone(), 1..150_i64).prop_map(|(from, points)| Act::Transfer { from, points }),
        1 => (user.clone(), 1..40_i64).prop_map(|(user, days)| Act::Extend { user, days }),
        1 => (0..8_usize, 1..40_i64).prop_map(|(order, days)| Act::ExtendOne { order, days }),
        2 => (user.clone(), 1..250_i64).prop_map(|(user, points)| Act::Pay { user, points }),
        3 => (0..6_usize, 1..90_i64).prop_map(|(payment, points)| Act::Release { payment, points }),
        1 => user.clone().prop_map(|user| Act::Reinstate { user }),
        1 => user.prop_map(|user| Act::Redeem { user }),
        1 => (0..4_usize).prop_map(|redemption| Act::Cancel { redemption }),
    ]
}

/// Holds, orders and redemptions that there are so far.
#[derive(Default)]
struct Run {
    holds: Vec<(Value, i64)>,
    orders: usize,
    payments: usize,
    /// The entries of the orders, and whose they are.
    earned: Vec<(i64, Value)>,
    redemptions: Vec<Value>,
}

impl Run {
    fn act(&mut self, act: &Act, now: i64) -> Option<(&'static str, Value)> {
        let later = |days: i64| calendar::day(now + days * DAY).to_string();
        Some(match act {
            Act::Earn { user, amount } => {
                self.orders += 1;
                ("earn_points", json!({"user_id": user, "amount": amount, "order_id": format!("O{}", self.orders)}))
            }
            Act::Present { user, points, days } => (
                "record_transaction",
                json!({"user_id": user, "transaction_type": "bonus", "points": points, "description": "d", "expires_at": later(*days)}),
            ),
            Act::Spend { user, points } => (
                "record_transaction",
                json!({"user_id": user, "transaction_type": "adjustment", "points": -points, "description": "d"}),
            ),
            Act::Refund { order } => ("refund_order", json!({"order_id": format!("O{order}")})),
            Act::Hold { user, points, seconds } => {
                ("hold_points", json!({"user_id": user, "points": points, "ttl_seconds": seconds}))
            }
            Act::Capture { hold, share } => {
                let (id, points) = self.holds.get(*hold)?;
                ("capture_hold", json!({"hold_id": id, "points": (points * share / 1_000).max(1)}))
            }
            Act::Void { hold } => ("void_hold", json!({"hold_id": self.holds.get(*hold)?.0})),
            Act::Transfer { from, points } => {
                ("transfer_points", json!({"from_user_id": from, "to_user_id": 3 - from, "points": points}))
            }
            Act::Extend { user, days } => ("extend_points", json!({"user_id": user, "expires_at": later(*days)})),
            Act::ExtendOne { order, days } => {
                let (user, entry) = self.earned.get(*order)?;
                ("extend_points", json!({"user_id": user, "expires_at": later(*days), "transaction_id": entry}))
            }
            Act::Pay { user, points } => {
                self.payments += 1;
                let order = format!("P{}", self.payments);
                ("pay_with_points", json!({"user_id": user, "order_id": order, "amount": 9_999, "points": points}))
            }
            Act::Release { payment, points } => {
                ("release_payment", json!({"order_id": format!("P{payment}"), "points": points}))
            }
            Act::Reinstate { user } => ("reinstate_points", json!({"user_id": user})),
            Act::Redeem { user } => ("redeem_reward", json!({"user_id": user, "reward_id": 1})),
            Act::Cancel { redemption } => {
                ("cancel_redemption", json!({"redemption_id": self.redemptions.get(*redemption)?}))
            }
        })
    }

    fn note(&mut self, op: &str, args: &Value, reply: &Value) {
        match op {
            "earn_points" => self.earned.push((args["user_id"].as_i64().unwrap(), reply["transaction_id"].clone())),
            "hold_points" => self.holds.push((reply["hold_id"].clone(), reply["points"].as_i64().unwrap())),
            "redeem_reward" => self.redemptions.push(reply["redemption_id"].clone()),
            _ => {}
        }
    }
}

fn world(shortfall: &str) -> World {
    under(shortfall, "fixed_days")
}

fn under(shortfall: &str, policy: &str) -> World {
    let limit = if shortfall == "debt" { "debt_limit = 120, " } else { "" };
    let world = World::in_memory(&format!(
        "expiry = {{ policy = \"{policy}\", days = 20, reinstate_days = 9 }}\nrefund = {{ {limit}shortfall = \"{shortfall}\" }}\n\
         redemption = {{ minimum_points = 0 }}"
    ));
    world.ok("save_reward", json!({"id": 1, "name": "cup", "points_cost": 40}));
    for user in [1, 2] {
        world.ok("enroll", json!({ "user_id": user }));
    }
    world
}

fn shown(world: &World, user: i64) -> (Value, Value, Value) {
    let points = world.ok("points", json!({ "user_id": user }));
    let profile = world.ok("profile", json!({ "user_id": user }));
    let page = world.ok("transactions", json!({ "user_id": user, "limit": 200 }));
    let items = page["items"].as_array().unwrap().iter();
    let items =
        items.map(|item| json!([item["transaction_type"], item["points_amount"], item["occurred_at"]])).collect();
    (points, profile, items)
}

fn steps() -> impl Strategy<Value = Vec<(i64, Act)>> {
    let later = prop_oneof![4 => 0..3_600_000_000_i64, 3 => 0..3 * DAY, 1 => 5 * DAY..30 * DAY];
    prop::collection::vec((later, act()), 1..30)
}

/// Points by their last day.
fn curve(world: &World, user: i64) -> Vec<(String, i64)> {
    let reply = world.ok("expiring_points", json!({ "user_id": user }));
    let items = reply["items"].as_array().unwrap().iter();
    items.map(|item| (item["date"].as_str().unwrap().to_owned(), item["points"].as_i64().unwrap())).collect()
}

/// Points that live beyond each day of a curve.
fn beyond(curve: &[(String, i64)], day: &str) -> i64 {
    curve.iter().filter(|(date, _)| date.as_str() > day).map(|(_, points)| points).sum()
}

proptest! {
    #![proptest_config(loyalty_tests::cases(64))]

    #[test]
    fn after_any_sequence_the_books_are_right_and_a_sweep_changes_no_answer(
        steps in steps(),
        shortfall in prop_oneof!["debt", "forgive", "refuse"],
        policy in prop_oneof!["fixed_days", "inactivity"],
    ) {
        let (lazy, swept) = (under(&shortfall, &policy), under(&shortfall, &policy));
        let mut run = Run::default();
        let mut now = calendar::micros(START);
        for (later, act) in &steps {
            now += later;
            lazy.now(&calendar::text(now));
            swept.now(&calendar::text(now));
            swept.ok("expire_points", json!({}));
            let Some((op, args)) = run.act(act, now) else { continue };
            let (one, other) = (lazy.call(op, args.clone()), swept.call(op, args.clone()));
            let (one, other) = (one.map_err(|e| e.to_json()), other.map_err(|e| e.to_json()));
            prop_assert!(one == other, "{op} {args}\nlazy: {one:?}\nswept: {other:?}");
            if let Ok(reply) = &one {
                run.note(op, &args, reply);
            }
            if let Err(error) = &one {
                prop_assert_ne!(&error["kind"], "internal", "{} {}", op, args);
            }
            for user in [1, 2] {
                let points = lazy.ok("points", json!({ "user_id": user }));
                let (available, debt) = (points["available"].as_i64().unwrap(), points["debt"].as_i64().unwrap());
                prop_assert!(available >= 0 && debt >= 0 && (available == 0 || debt == 0), "{points}");
                let curve: i64 = curve(&lazy, user).iter().map(|(_, points)| points).sum();
                prop_assert_eq!(available + points["pending"].as_i64().unwrap(), curve, "all that is there ends some day");
            }
        }
        for user in [1, 2] {
            prop_assert_eq!(shown(&lazy, user), shown(&swept, user), "user {}", user);
        }
        lazy.verify();
        swept.verify();
    }

    #[test]
    fn the_past_and_the_future_with_holds_are_told_as_they_are(steps in steps()) {
        let world = world("debt");
        let mut run = Run::default();
        let mut now = calendar::micros(START);
        let mut told = Vec::new();
        for (later, act) in &steps {
            // What was foreseen for just before the next act is what is then.
            let next = now + later;
            let foreseen = world.ok("points", json!({"user_id": 1, "as_of": calendar::text(next)}));
            now = next;
            world.now(&calendar::text(now));
            let found = world.ok("points", json!({"user_id": 1}));
            prop_assert_eq!(&foreseen, &found, "foreseen for {}", calendar::text(now));
            let moves_ends = matches!(act, Act::Extend { .. } | Act::ExtendOne { .. });
            if moves_ends {
                continue;
            }
            if let Some((op, args)) = run.act(act, now)
                && let Ok(reply) = world.call(op, args.clone())
            {
                run.note(op, &args, &reply);
            }
            now += 1;
            world.now(&calendar::text(now));
            told.push((now, world.ok("points", json!({"user_id": 1}))));
        }
        world.now(&calendar::text(now + 100 * DAY));
        for (moment, points) in told {
            let recalled = world.ok("points", json!({"user_id": 1, "as_of": calendar::text(moment)}));
            for name in ["available", "held", "debt", "pending", "lifetime"] {
                prop_assert_eq!(&recalled[name], &points[name], "{} as of {}", name, calendar::text(moment));
            }
        }
    }

    #[test]
    fn hold_and_void_or_there_and_back_never_makes_a_point_live_longer(
        lots in prop::collection::vec((1..100_i64, 0..40_i64), 1..8),
        share in 1..=1_000_i64,
        wait in 0..40 * DAY,
        by_hold in any::<bool>(),
    ) {
        let (touched, untouched) = (world("debt"), world("debt"));
        let now = calendar::micros(START);
        for (points, days) in &lots {
            let present = json!({
                "user_id": 1, "transaction_type": "bonus", "points": points, "description": "d",
                "expires_at": calendar::day(now + days * DAY).to_string(),
            });
            touched.ok("record_transaction", present.clone());
            untouched.ok("record_transaction", present);
        }
        let all: i64 = lots.iter().map(|(points, _)| points).sum();
        let part = (all * share / 1_000).max(1);
        let back: Box<dyn Fn()> = if by_hold {
            let hold = touched.ok("hold_points", json!({"user_id": 1, "points": part, "ttl_seconds": 2_592_000}))["hold_id"].clone();
            let touched = &touched;
            Box::new(move || drop(touched.call("void_hold", json!({ "hold_id": hold }))))
        } else {
            touched.ok("transfer_points", json!({"from_user_id": 1, "to_user_id": 2, "points": part}));
            let touched = &touched;
            Box::new(move || {
                let left = touched.ok("points", json!({"user_id": 2}))["available"].clone();
                drop(touched.call("transfer_points", json!({"from_user_id": 2, "to_user_id": 1, "points": left})));
            })
        };
        for world in [&touched, &untouched] {
            world.now(&calendar::text(now + wait));
        }
        back();
        let (one, other) = (curve(&touched, 1), curve(&untouched, 1));
        prop_assert_eq!(&one, &other, "whatever was undone stands as if nothing had been");
        for (day, _) in &other {
            prop_assert!(beyond(&one, day) <= beyond(&other, day));
        }
        touched.verify();
    }

    #[test]
    fn parts_of_a_payment_put_every_point_back_whatever_ends_moved_in_between(
        lots in prop::collection::vec((1..100_i64, 1..40_i64), 1..8),
        share in 1..=1_000_i64,
        parts in prop::collection::vec((1..60_i64, prop::option::of((0..8_usize, 1..60_i64))), 1..10),
    ) {
        let world = world("debt");
        let now = calendar::micros(START);
        let mut entries = Vec::new();
        for (points, days) in &lots {
            let present = json!({
                "user_id": 1, "transaction_type": "bonus", "points": points, "description": "d",
                "expires_at": calendar::day(now + days * DAY).to_string(),
            });
            entries.push(world.ok("record_transaction", present)["transaction_id"].clone());
        }
        let all: i64 = lots.iter().map(|(points, _)| points).sum();
        let paid = (all * share / 1_000).max(1);
        world.ok("pay_with_points", json!({"user_id": 1, "order_id": "P", "amount": 99_999, "points": paid}));
        let mut left = paid;
        for (points, extended) in &parts {
            if let Some((lot, days)) = extended {
                let to = calendar::day(now + days * DAY).to_string();
                let one = entries.get(*lot).cloned().unwrap_or_default();
                let whom = json!({"user_id": 1, "expires_at": to, "transaction_id": one});
                drop(world.call("extend_points", whom));
            }
            let part = left.min(*points);
            if part > 0 {
                left -= part;
                let released = world.ok("release_payment", json!({"order_id": "P", "points": part}));
                prop_assert_eq!(&released["points_left"], left);
                prop_assert_eq!(&released["balance"], all - left);
            }
        }
        if left > 0 {
            world.ok("release_payment", json!({"order_id": "P"}));
        }
        prop_assert_eq!(&world.ok("points", json!({"user_id": 1}))["available"], all);
        world.verify();
    }
}
