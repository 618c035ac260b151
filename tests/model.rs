//! The engine against a model: the same random calls, and everything that can be seen compared after each.

use loyalty_tests::calendar;
use loyalty_tests::model::{Downgrade, Expiry, Model, REWARDS, Round, Rules, Step, steps};
use loyalty_tests::named::Named;
use loyalty_tests::world::{START, World};
use proptest::prelude::*;
use serde_json::{Value, json};

fn rules() -> impl Strategy<Value = Rules> {
    let expiry = prop_oneof![
        Just(Expiry::Fixed(30)),
        Just(Expiry::Fixed(365)),
        Just(Expiry::EndOfYear),
        Just(Expiry::Inactivity(45)),
        Just(Expiry::Never),
    ];
    let round = prop_oneof![Just(Round::Floor), Just(Round::HalfUp), Just(Round::Ceil)];
    let downgrade = prop_oneof![Just(Downgrade::Never), Just(Downgrade::OneLevel), Just(Downgrade::Recompute)];
    let pending_days = prop_oneof![2 => Just(0), 1 => Just(3)];
    (expiry, pending_days, any::<bool>(), round, downgrade).prop_map(
        |(expiry, pending_days, forgive, round, downgrade)| Rules { expiry, pending_days, forgive, round, downgrade },
    )
}

/// An engine under the rules, with the counted reward counted.
fn world(rules: &Rules, on_file: bool) -> World {
    let changes = rules.changes();
    // Nobody may have done anything for years.
    let changes = format!("clock = {{ max_jump_days = 0 }}\n{changes}");
    let world = if on_file { World::on_file(&changes) } else { World::in_memory(&changes) };
    let counted = json!({
        "id": 5, "name": "counted", "points_cost": REWARDS[4].0, "discount_type": "free_item", "discount_percent": 100,
        "stock": REWARDS[4].3,
    });
    world.ok("save_reward", counted);
    world
}

/// Whether everything that `part` says is in `whole`.
fn contains(whole: &Value, part: &Value) -> bool {
    match part {
        Value::Object(fields) => fields.iter().all(|(name, value)| whole.get(name).is_some_and(|w| contains(w, value))),
        other => whole == other,
    }
}

/// A run: the calls so far, to be made again by a retry.
#[derive(Default)]
struct Run {
    calls: Vec<(String, Value, Option<usize>)>,
    redemptions: Vec<i64>,
    holds: Vec<i64>,
}

impl Run {
    fn call(&self, step: &Step, model: &Model, now: i64, number: usize) -> Option<(String, Value, Option<usize>)> {
        if let loyalty_tests::model::Act::Retry { step } = step.act {
            return self.calls.get(step % self.calls.len().max(1)).cloned();
        }
        let (op, args) = step.call(model, now, number, (&self.redemptions, &self.holds))?;
        let place = |name: &str, ids: &[i64]| ids.iter().position(|known| args[name].as_i64() == Some(*known));
        let named = place("redemption_id", &self.redemptions).or_else(|| place("hold_id", &self.holds));
        Some((op, args, named))
    }

    /// Keeps the ids that a reply gives.
    fn keep(&mut self, op: &str, reply: &Value) {
        let (name, ids) = match op {
            "redeem_reward" => ("redemption_id", &mut self.redemptions),
            "hold_points" => ("hold_id", &mut self.holds),
            _ => return,
        };
        let id = reply[name].as_i64().expect("an id");
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
}

fn same(world: &World, model: &mut Model, now: i64) -> Result<(), TestCaseError> {
    for (user, member) in &mut model.members {
        member.asked(now);
        let args = json!({ "user_id": user });
        let points = world.ok("points", args.clone());
        prop_assert!(
            contains(&points, &member.points(now)),
            "user {user}: the engine says {points:#}, the model {:#}",
            member.points(now)
        );
        let profile = world.ok("profile", args);
        prop_assert!(
            contains(&profile, &member.profile(now)),
            "user {user}: the engine says {profile:#}, the model {:#}",
            member.profile(now)
        );
        let products = member.products.len();
        prop_assert_eq!(
            world.ok("user_score", json!({"user_id": user}))["distinct_products"].as_u64(),
            Some(products as u64)
        );
    }
    Ok(())
}

fn history(world: &World, user: i64) -> Vec<(String, i64)> {
    let page = world.ok("transactions", json!({ "user_id": user, "limit": 200 }));
    let items = page["items"].as_array().expect("a page has items");
    let entry = |item: &Value| {
        (item["transaction_type"].as_str().unwrap_or_default().to_owned(), item["points_amount"].as_i64().unwrap_or(0))
    };
    items.iter().rev().map(entry).collect()
}

fn against_the_model(rules: &Rules, steps: &[Step], on_file: bool) -> Result<(), TestCaseError> {
    let world = world(rules, on_file);
    let mut model = Model::new(*rules);
    let mut run = Run::default();
    let mut now = calendar::micros(START);
    for (number, step) in steps.iter().enumerate() {
        now += step.later;
        world.now(&calendar::text(now));
        let Some((op, args, named)) = run.call(step, &model, now, number) else { continue };
        let expected = model.apply(&op, &args, now, named);
        let answered = world.call(&op, args.clone());
        match (&expected, &answered) {
            (Ok(part), Ok(reply)) => {
                prop_assert!(contains(reply, part), "{op} {args}\nthe engine: {reply:#}\nthe model: {part:#}");
                run.keep(&op, reply);
                prop_assert_eq!((run.redemptions.len(), run.holds.len()), (model.redemptions(), model.holds()));
            }
            (Err(code), Err(error)) => {
                prop_assert_eq!(code, error.code(), "{} {}: {:?}", op, args, error);
            }
            _ => prop_assert!(false, "{op} {args} at {now}\nthe engine: {answered:?}\nthe model: {expected:?}"),
        }
        run.calls.push((op, args, named));
        same(&world, &mut model, now)?;
    }
    for (user, member) in &mut model.members {
        let seen = history(&world, *user);
        member.settle_for_reading(now);
        let known: Vec<(String, i64)> = member.history.iter().map(|(kind, n)| ((*kind).to_owned(), *n)).collect();
        prop_assert_eq!(seen, known, "the history of user {}", user);
    }
    let verified = world.ok("verify", json!({}));
    prop_assert!(verified["ok"] == true, "{verified:#}");
    Ok(())
}

/// One of two databases that get the same calls.
struct Side {
    world: World,
    run: Run,
    named: Named,
}

impl Side {
    fn new(rules: &Rules) -> Self {
        Self { world: world(rules, false), run: Run::default(), named: Named::default() }
    }

    /// An answer in which nothing is left that each database gives out itself.
    fn answer(&mut self, op: &str, args: Value) -> Result<Value, Value> {
        let mut answer = self.world.call(op, args).map_err(|error| error.to_json());
        match &mut answer {
            Ok(reply) => {
                self.run.keep(op, reply);
                // The programme's rewards came with the database, which each world made for itself.
                for item in reply["items"].as_array_mut().into_iter().flatten() {
                    item.as_object_mut().map(|item| item.remove("created_at"));
                }
                self.named.codes_in(reply, "code ");
                self.named.coupon_in(reply);
                self.named.entries_in(reply);
            }
            Err(error) => self.named.entries_in(error),
        }
        answer
    }
}

fn swept_and_not(rules: &Rules, steps: &[Step]) -> Result<(), TestCaseError> {
    let (mut lazy, mut swept) = (Side::new(rules), Side::new(rules));
    let mut model = Model::new(*rules);
    let mut now = calendar::micros(START);
    for (number, step) in steps.iter().enumerate() {
        now += step.later;
        lazy.world.now(&calendar::text(now));
        swept.world.now(&calendar::text(now));
        swept.world.ok("expire_points", json!({}));
        let calls = (lazy.run.call(step, &model, now, number), swept.run.call(step, &model, now, number));
        let (Some((op, args, named)), Some((_, other_args, _))) = calls.clone() else { continue };
        if op == "expire_points" {
            continue;
        }
        // The model only says what is left of an order here.
        drop(model.apply(&op, &args, now, named));
        let (one, other) = (lazy.answer(&op, args.clone()), swept.answer(&op, other_args));
        prop_assert!(one == other, "{op} {args}\nlazy: {one:?}\nswept: {other:?}");
        lazy.run.calls.extend(calls.0);
        swept.run.calls.extend(calls.1);
        for user in model.members.keys() {
            for read in ["points", "profile", "user_score", "rewards"] {
                let args = json!({ "user_id": user });
                prop_assert_eq!(lazy.answer(read, args.clone()), swept.answer(read, args), "{}", read);
            }
        }
    }
    for user in model.members.keys() {
        prop_assert_eq!(history(&lazy.world, *user), history(&swept.world, *user), "the history of user {}", user);
    }
    Ok(())
}

proptest! {
    #![proptest_config(loyalty_tests::cases(200))]

    #[test]
    fn the_engine_agrees_with_the_model(rules in rules(), steps in steps(40), place in 0..16_u8) {
        against_the_model(&rules, &steps, place == 0)?;
    }

    #[test]
    fn a_sweep_changes_no_answer(rules in rules(), steps in steps(25)) {
        swept_and_not(&rules, &steps)?;
    }
}
