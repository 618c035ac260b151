//! Laws of rewards and of paying with points: what holds for every input, and for many processes at once.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use loyalty_tests::calendar::{self, DAY};
use loyalty_tests::world::{START, World};
use proptest::prelude::*;
use serde_json::{Value, json};

/// What a member has, lot by lot: the points that end at each moment.
fn lots(world: &World) -> Vec<Value> {
    let points = |as_of: i64| world.ok("points", json!({"user_id": 1, "as_of": calendar::text(as_of)}));
    (0..14).map(|number| points(calendar::micros(START) + number * 7 * DAY)).collect()
}

proptest! {
    #![proptest_config(loyalty_tests::cases(64))]

    #[test]
    fn a_payment_is_never_above_the_bill_nor_below_what_the_points_are_worth(
        earned in 0..5_000_i64,
        bill in 0..400_000_i64,
        value in prop::sample::select(vec!["0.01", "0.1", "1", "1.5", "2.75", "33.33", "1000"]),
        multiple in 1..60_i64,
        percent in prop_oneof![Just(100), Just(50), Just(33)],
        minimum in prop_oneof![Just(0), Just(100)],
        wanted in prop::option::of(0..6_000_i64),
        clamp in any::<bool>(),
    ) {
        let world = World::in_memory(&format!(
            "currency = \"USD\"\nredemption = {{ minimum_points = {minimum}, point_value = {value}, multiple_of = {multiple}, \
             maximum_percent_of_bill = {percent} }}"
        ));
        world.ok("earn_points", json!({"user_id": 1, "amount": earned * 100}));
        let amount = format!("{}.{:02}", bill / 100, bill % 100);
        let call = json!({"user_id": 1, "amount": amount, "points": wanted, "clamp": clamp});
        let quote = world.ok("quote_payment", call.clone());
        let mut pay = call;
        pay["order_id"] = json!("A");
        let cents = |money: &Value| money.as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
        let Ok(paid) = world.call("pay_with_points", pay) else {
            prop_assert_eq!(&quote["allowed"], &json!(false));
            prop_assert_eq!(&quote["points_used"], &json!(0));
            return Ok(());
        };
        // A quote is what is booked.
        for field in ["points_used", "discount", "payable"] {
            prop_assert_eq!(&quote[field], &paid[field]);
        }
        let (used, discount) = (paid["points_used"].as_i64().unwrap(), cents(&paid["discount"]));
        prop_assert!(discount > 0 && discount * 100 <= bill * percent, "{discount} of {bill}");
        prop_assert_eq!(discount + cents(&paid["payable"]), bill);
        prop_assert!(used % multiple == 0 && used >= minimum && used <= earned);
        let scale = value.split_once('.').map_or(1, |(_, decimals)| 10_i64.pow(decimals.len() as u32));
        let digits: i64 = value.replace('.', "").parse().unwrap();
        let worth = |points: i64| points * digits * 100 / scale;
        prop_assert_eq!(discount, worth(used).min(bill));
        // One step fewer would not cover the bill.
        prop_assert!(worth(used - multiple) < bill);
        if wanted.is_none() {
            // As many as are of use: one step more is not there, is above the share, or pays no more.
            let more = used + multiple;
            prop_assert!(more > earned || worth(used) >= bill || worth(more) * 100 > bill * percent);
        }
        // The discount and one debit of the same points are one.
        let entries = world.ok("transactions", json!({"user_id": 1, "transaction_type": "redeem"}));
        prop_assert_eq!(entries["items"].as_array().unwrap().len(), 1);
        prop_assert_eq!(&entries["items"][0]["points_amount"], &json!(-used));
        world.verify();
    }

    #[test]
    fn paying_and_releasing_or_cancelling_restores_every_lot(
        earns in prop::collection::vec((1..300_i64, 0..20_i64), 1..6),
        pay in 1..600_i64,
        quantity in 1..4_i64,
        times in 1..4,
        parts in prop::collection::vec(1..300_i64, 0..4),
    ) {
        let world = World::in_memory(
            "expiry = { days = 40 }\nredemption = { minimum_points = 0, point_value = 1 }\n[[rewards]]\nname = \"cup\"\n\
             points_cost = 37\ndiscount_type = \"free_item\"\ndiscount_percent = 100\ntier_required = \"cafe_bronze\"",
        );
        let mut now = calendar::micros(START);
        for (points, days) in &earns {
            now += days * DAY;
            world.now(&calendar::text(now));
            world.ok("earn_points", json!({"user_id": 1, "amount": points * 100}));
        }
        let before = lots(&world);
        for time in 0..times {
            let order = format!("A{time}");
            drop(world.call("pay_with_points", json!({"user_id": 1, "order_id": order, "amount": pay})));
            drop(world.call("redeem_reward", json!({"user_id": 1, "reward_id": 1, "quantity": quantity, "order_id": order})));
            world.verify();
            for part in &parts {
                // Whatever goes back before makes no difference in the end.
                drop(world.call("release_payment", json!({"order_id": order, "points": part})));
            }
            drop(world.call("cancel_order", json!({"order_id": order})));
            prop_assert_eq!(lots(&world), before.clone());
        }
        world.verify();
    }

    #[test]
    fn uses_never_exceed_a_limit_of_any_period(
        acts in prop::collection::vec((0..72_i64, 1..3_i64, any::<bool>()), 1..40),
        caps in (1..4_i64, 1..6_i64, 1..9_i64, 1..12_i64, 1..15_i64),
    ) {
        let world = World::in_memory("");
        world.ok("enroll", json!({"user_id": 1}));
        let bonus = json!({"user_id": 1, "transaction_type": "bonus", "points": 1_000_000, "description": "x"});
        world.ok("record_transaction", bonus);
        let (day, week, month, year, all) = caps;
        world.ok("save_reward", json!({
            "id": 1, "name": "cup", "points_cost": 100, "max_uses": all, "max_uses_per_user_per_day": day,
            "max_uses_per_user_per_week": week, "max_uses_per_user_per_month": month, "max_uses_per_user_per_year": year,
        }));
        let mut now = calendar::micros("2026-12-14T10:00:00-03:00");
        let mut taken: Vec<(i64, i64, Value)> = Vec::new();
        for (hours, quantity, cancel) in acts {
            now += hours * calendar::HOUR;
            world.now(&calendar::text(now));
            if cancel && let Some((_, _, id)) = taken.pop() {
                world.ok("cancel_redemption", json!({"redemption_id": id}));
                continue;
            }
            // The days of this summer all have the offset -03:00.
            let local = |at: i64| calendar::text(at - 3 * calendar::HOUR)[..10].to_owned();
            let monday = |at: i64| (at - 3 * calendar::HOUR).div_euclid(DAY).wrapping_add(3).div_euclid(7);
            let sum = |same: &dyn Fn(i64) -> bool| -> i64 {
                taken.iter().filter(|(at, _, _)| same(*at)).map(|(_, quantity, _)| quantity).sum::<i64>() + quantity
            };
            let fits = sum(&|at| local(at) == local(now)) <= day
                && sum(&|at| monday(at) == monday(now)) <= week
                && sum(&|at| local(at)[..7] == local(now)[..7]) <= month
                && sum(&|at| local(at)[..4] == local(now)[..4]) <= year
                && sum(&|_| true) <= all;
            let redeemed = world.call("redeem_reward", json!({"user_id": 1, "reward_id": 1, "quantity": quantity}));
            prop_assert_eq!(redeemed.is_ok(), fits, "{:?}", redeemed);
            if let Ok(redeemed) = redeemed {
                taken.push((now, quantity, redeemed["redemption_id"].clone()));
            }
        }
        world.verify();
    }
}

/// Makes calls at the same moment, each in a process of its own. Gives the answers.
fn race(world: &World, calls: &[(&str, Value)]) -> Vec<Result<Value, Value>> {
    let path = world.path().display();
    let mut workers = Vec::new();
    for (operation, arguments) in calls {
        let mut child = Command::new(env!("CARGO_BIN_EXE_loyalty-worker"))
            .args([&format!("sqlite:{path}?busy_timeout_ms=60000"), "call", operation, &arguments.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a worker starts");
        let output = BufReader::new(child.stdout.take().unwrap());
        workers.push((child, output));
    }
    let mut line = String::new();
    for (_, output) in &mut workers {
        line.clear();
        output.read_line(&mut line).unwrap();
    }
    for (child, _) in &mut workers {
        child.stdin.take().unwrap().write_all(b"go\n").unwrap();
    }
    let mut answers = Vec::new();
    for (mut child, mut output) in workers {
        line.clear();
        output.read_line(&mut line).unwrap();
        assert!(child.wait().unwrap().success());
        let mut answer: Value = serde_json::from_str(&line).unwrap();
        answers.push(match answer.get_mut("ok") {
            Some(reply) => Ok(reply.take()),
            None => Err(answer["error"].take()),
        });
    }
    answers
}

/// Members with points under the default programme, which the workers follow, and a reward with limits.
fn crowd(members: i64, limits: Value) -> World {
    let world = World::on_file("");
    let mut reward = json!({"id": 1, "name": "cup", "points_cost": 100});
    reward.as_object_mut().unwrap().extend(limits.as_object().unwrap().clone());
    world.ok("save_reward", reward);
    // The workers read the real clock.
    world.real_clock();
    for user in 1..=members {
        world.ok("earn_points", json!({"user_id": user, "amount": 100_000, "order_id": format!("first of {user}")}));
    }
    world
}

fn accepted(answers: &[Result<Value, Value>]) -> usize {
    answers.iter().filter(|answer| answer.is_ok()).count()
}

#[test]
fn a_limit_in_all_holds_across_processes() {
    let world = crowd(12, json!({"max_uses": 5}));
    let calls: Vec<_> = (1..=12).map(|user| ("redeem_reward", json!({"user_id": user, "reward_id": 1}))).collect();
    let answers = race(&world, &calls);
    assert_eq!(accepted(&answers), 5, "{answers:?}");
    assert!(answers.iter().flat_map(|answer| answer.as_ref().err()).all(|error| error["code"] == "limit_reached"));
    assert_eq!(world.ok("rewards", json!({}))["items"][0]["used"], 5);
    world.verify();
}

#[test]
fn a_limit_of_a_year_holds_across_processes() {
    let world = crowd(1, json!({"max_uses_per_user_per_year": 3}));
    let answers = race(&world, &vec![("redeem_reward", json!({"user_id": 1, "reward_id": 1})); 8]);
    assert_eq!(accepted(&answers), 3, "{answers:?}");
    world.verify();
}

#[test]
fn one_order_paid_from_many_tills_is_debited_once() {
    let world = crowd(1, json!({}));
    let pay = json!({"user_id": 1, "order_id": "A", "amount": 5_000, "points": 300});
    let answers = race(&world, &vec![("pay_with_points", pay); 8]);
    assert_eq!(accepted(&answers), 8, "{answers:?}");
    assert_eq!(answers.iter().flatten().filter(|paid| paid["replayed"] == false).count(), 1);
    assert_eq!(world.ok("points", json!({"user_id": 1}))["available"], 700);
    let answers = race(&world, &vec![("release_payment", json!({"order_id": "A"})); 8]);
    assert_eq!(accepted(&answers), 8, "{answers:?}");
    assert_eq!(answers.iter().flatten().filter(|released| released["replayed"] == false).count(), 1);
    assert_eq!(world.ok("points", json!({"user_id": 1}))["available"], 1_000);
    world.verify();
}

#[test]
fn of_payments_from_one_balance_exactly_so_many_succeed_as_it_covers() {
    let world = crowd(1, json!({}));
    let pay = |order: i64| json!({"user_id": 1, "order_id": format!("A{order}"), "amount": 5_000, "points": 300});
    let calls: Vec<_> = (0..8).map(|order| ("pay_with_points", pay(order))).collect();
    let answers = race(&world, &calls);
    assert_eq!(accepted(&answers), 3, "{answers:?}");
    assert_eq!(world.ok("points", json!({"user_id": 1}))["available"], 100);
    world.verify();
}

#[test]
fn reservations_and_redemptions_of_many_processes_share_the_last_pieces() {
    let world = crowd(12, json!({"stock": 5, "max_uses": 4}));
    let keep = |user: i64| ("reserve_reward", json!({"user_id": user, "reward_id": 1, "ttl_seconds": 600}));
    let take = |user: i64| ("redeem_reward", json!({"user_id": user, "reward_id": 1}));
    let calls: Vec<_> = (1..=12).map(|user| if user % 2 == 0 { keep(user) } else { take(user) }).collect();
    let answers = race(&world, &calls);
    assert_eq!(accepted(&answers), 4, "{answers:?}");
    let reward = &world.ok("rewards", json!({}))["items"][0];
    assert_eq!((&reward["stock"], &reward["used"]), (&json!(1), &json!(4)));
    world.verify();
}

#[test]
fn what_ended_by_the_clock_is_given_back_once() {
    let world = World::on_file("");
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    world.now(&calendar::text(clock.as_micros() as i64 - calendar::HOUR));
    world.ok("save_reward", json!({"id": 1, "name": "cup", "points_cost": 100, "stock": 3}));
    for user in 1..=9 {
        world.ok("earn_points", json!({"user_id": user, "amount": 100_000}));
    }
    for user in 1..=3 {
        world.ok("reserve_reward", json!({"user_id": user, "reward_id": 1, "ttl_seconds": 60}));
    }
    // The workers read the real clock.
    world.real_clock();
    let take = |user: i64| ("redeem_reward", json!({"user_id": user, "reward_id": 1}));
    let answers = race(&world, &(4..=9).map(take).collect::<Vec<_>>());
    assert_eq!(accepted(&answers), 3, "{answers:?}");
    assert_eq!(world.ok("rewards", json!({}))["items"][0]["stock"], 0);
    world.verify();
}

#[test]
fn verify_names_a_counter_and_a_payment_that_do_not_add_up() {
    let world = crowd(1, json!({}));
    world.ok("redeem_reward", json!({"user_id": 1, "reward_id": 1}));
    world.ok("pay_with_points", json!({"user_id": 1, "order_id": "A", "amount": 5_000, "points": 300}));
    world.verify();
    let connection = rusqlite::Connection::open(world.path()).unwrap();
    for (table, right, wrong, what) in [
        ("loyalty_rewards SET used", 1, 2, "reward 1: used"),
        ("loyalty_payments SET points", 300, 299, "payment of order A"),
        ("loyalty_redemptions SET points_spent", 100, 99, "redemption"),
    ] {
        let set = |value: i64| {
            connection
                .execute(
                    &format!(
                        "UPDATE {table} = {value} WHERE {} = {}",
                        table.rsplit(' ').next().unwrap(),
                        if value == right { wrong } else { right }
                    ),
                    [],
                )
                .unwrap()
        };
        assert_eq!(set(wrong), 1);
        let verified = world.ok("verify", json!({}));
        let problems = verified["problems"].as_array().unwrap();
        assert!(!problems.is_empty(), "{verified}");
        assert!(problems.iter().all(|one| one["what"].as_str().unwrap().starts_with(what)), "{verified}");
        assert_eq!(set(right), 1);
    }
    world.verify();
}
