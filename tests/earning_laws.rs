//! Laws of earning: what holds under any rules, basis and limits, and for any purchases.

use loyalty_tests::calendar::{self, DAY, HOUR};
use loyalty_tests::world::{START, World};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const EFFECTS: [&str; 9] = [
    "{ multiply = 1.7 }",
    "{ multiply = 0 }",
    "{ multiply_labels = { red = 2, 'size:l' = 0.35 } }",
    "{ add = 11 }",
    "{ per_unit = 3 }",
    "{ per_visit = 5 }",
    "{ per_amount = { points = 3, per = 70 } }",
    "{ per_amount = { points = 2, per = 300, whole_groups = true } }",
    "{ multiply = 3 }",
];
const CONDITIONS: [&str; 17] = [
    "",
    "",
    "minimum_amount = 5000",
    "skus = ['cup']",
    "categories = ['tea']",
    "labels = ['red']",
    "shops = ['mall']",
    "weekdays = ['mon', 'tue', 'wed']",
    "from = '10:00', until = '14:00'",
    "from = '22:00', until = '13:00'",
    "first_purchase = true",
    "every_nth_visit = 2",
    "streak_days = 2",
    "streak_weeks = 2",
    "minimum_quantity = 3",
    "starts = '2026-03-04', ends = '2026-03-09'",
    "segment = 'habituales'",
];
const LIMITS: [&str; 9] = [
    "",
    "",
    "times = 2",
    "times_per_day = 1",
    "times_per_week = 2",
    "times_per_month = 3",
    "points = 20",
    "points_per_order = 9",
    "points_per_week = 30",
];

/// One rule of a programme, without its id.
fn rule() -> impl Strategy<Value = String> {
    let stacked = (-1..2_i64, any::<bool>(), select(&["", "", "group = 'g'"][..]));
    (select(&EFFECTS[..]), select(&CONDITIONS[..]), select(&LIMITS[..]), stacked).prop_map(
        |(effect, when, limit, (priority, stop, group))| {
            let stop = stop && priority > 0;
            format!(
                "name = 'Rule'\neffect = {effect}\nwhen = {{ {when} }}\nlimit = {{ {limit} }}\npriority = {priority}\n\
                 stop = {stop}\n{group}\n"
            )
        },
    )
}

/// Rules with their ids.
fn rules() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(rule(), 0..6).prop_map(|rules| {
        let numbered = rules.into_iter().enumerate();
        numbered.map(|(number, rule)| format!("[[rules]]\nid = 'r{number}'\n{rule}")).collect()
    })
}

/// The keys of `[earn]`.
fn earn(caps: bool) -> impl Strategy<Value = String> {
    let basis = (
        select(&["earns", "earns_nothing"][..]),
        select(&["earns", "earns_nothing"][..]),
        select(&["reduces", "ignored"][..]),
        select(&["reduces", "ignored"][..]),
        select(&["spread", "apart"][..]),
        select(
            &[
                "",
                ", exclude = { labels = ['never'] }",
                ", exclude = { labels = ['never'] }, payments = 'earning_first'",
            ][..],
        ),
    );
    let caps = if caps { vec!["", ", max_points_per_week = 400", ", max_points_per_month = 300"] } else { vec![""] };
    let places = (select(&["order", "rule", "line"][..]), select(&["best", "all"][..]), any::<bool>());
    (basis, select(caps), select(&["cut", "reject"][..]), places).prop_map(
        |((tax, gifts, discounts, paid, apart, exclude), caps, cap, (place, stacking, groups))| {
            format!(
                "earn = {{ rounding_place = '{place}', stacking = '{stacking}', whole_groups = {groups}, cap = '{cap}'{caps}, \
                 basis = {{ tax = '{tax}', gifts = '{gifts}', discounts = '{discounts}', points_paid = '{paid}', \
                 gift_card_paid = '{paid}', order_discount = '{apart}'{exclude} }} }}\n"
            )
        },
    )
}

/// Lines that sum to about an amount.
fn items(kind: u8, amount: i64) -> Value {
    match kind {
        0 => json!([]),
        1 => json!([
            {"sku": "cup", "quantity": 3, "amount": amount / 2, "tax": amount / 20, "labels": ["color:red", "size:l"]},
            {"sku": "leaf", "category": "tea", "amount": amount / 3},
            {"sku": "gift", "category": "tea", "kind": "gift", "amount": amount / 10},
        ]),
        2 => json!([
            {"sku": "cup", "quantity": 2, "amount": amount},
            {"sku": "bag", "amount": amount / 4, "labels": ["never"]},
            {"sku": "off", "kind": "discount", "amount": -(amount / 4)},
        ]),
        _ => json!([{"sku": "leaf", "category": "tea", "quantity": 4}, {"sku": "cup", "amount": amount / 7}]),
    }
}

/// A purchase of user 1: hours after the one before, and its arguments without a user.
fn purchase() -> impl Strategy<Value = (i64, Value)> {
    let settled = (select(&["", "mall", "port"][..]), 0..4_i64, 0..3_i64, 0..2_i64);
    (0..60_i64, 0..40_000_i64, 0..4_u8, settled).prop_map(|(hours, amount, kind, (shop, tax, points, card))| {
        let mut args = json!({"user_id": 1, "amount": amount, "items": items(kind, amount)});
        if !shop.is_empty() {
            args["shop"] = json!(shop);
        }
        if tax > 0 {
            args["tax"] = json!(amount * tax / 20);
        }
        args["points_paid"] = json!(amount * points / 5);
        args["gift_card_paid"] = json!(amount * card / 3);
        (hours, args)
    })
}

/// A line: its kind, the price of a unit, how many, and its number, which makes the article.
type Line = (u8, i64, i64, usize);

/// Lines with a price each.
fn basket() -> impl Strategy<Value = Vec<Line>> {
    prop::collection::vec((0..4_u8, 1..5_000_i64, 1..4_i64), 2..6).prop_map(|lines| {
        let numbered = lines.into_iter().enumerate();
        numbered.map(|(number, (kind, price, units))| (kind, price, units, number)).collect()
    })
}

fn sum(lines: &[Line]) -> i64 {
    lines.iter().map(|(_, price, units, _)| price * units).sum()
}

/// The lines as they are given.
fn lines(lines: &[Line]) -> Value {
    let shown = lines.iter().filter(|line| line.2 > 0).map(|(kind, price, units, number)| {
        let amount = price * units;
        match kind {
            0 => json!({"sku": format!("cup{number}"), "quantity": units, "amount": amount, "labels": ["color:red"]}),
            1 => json!({"sku": format!("leaf{number}"), "category": "tea", "quantity": units, "amount": amount, "tax": units}),
            2 => json!({"sku": format!("bag{number}"), "labels": ["never"], "quantity": units, "amount": amount}),
            _ => json!({"sku": "cup", "quantity": units, "amount": amount}),
        }
    });
    shown.collect()
}

fn with(mut args: Value, name: &str, value: Value) -> Value {
    args[name] = value;
    args
}

/// Tells the purchases to a world and gives the receipts.
fn tell(world: &World, purchases: &[(i64, Value)]) -> Vec<Value> {
    let mut now = calendar::micros(START);
    let told = purchases.iter().map(|(hours, args)| {
        now += hours * HOUR;
        world.now(&calendar::text(now));
        world.ok("earn_points", args.clone())
    });
    told.collect()
}

proptest! {
    #![proptest_config(loyalty_tests::cases(48))]

    #[test]
    fn a_quote_is_what_is_booked_under_any_programme(
        earn in earn(true),
        rules in rules(),
        purchases in prop::collection::vec(purchase(), 1..8),
    ) {
        let world = World::in_memory(&format!("{earn}{}", rules.concat()));
        let mut now = calendar::micros(START);
        for (hours, args) in purchases {
            now += hours * HOUR;
            world.now(&calendar::text(now));
            let quote = world.ok("quote_points", args.clone());
            let receipt = world.ok("earn_points", args);
            prop_assert_eq!(&quote["points"], &receipt["points_earned"]);
            prop_assert_eq!(&quote["because"], &receipt["because"]);
            let parts: i64 = receipt["because"].as_array().unwrap().iter().map(|part| part["points"].as_i64().unwrap()).sum();
            prop_assert_eq!(json!(parts), receipt["points_earned"].clone());
            prop_assert!(parts >= 0);
            let explained = world.ok("explain", json!({"transaction_id": receipt["transaction_id"]}));
            prop_assert_eq!(&explained["missed"], &quote["missed"]);
        }
        world.verify();
    }

    #[test]
    fn the_order_in_which_rules_were_written_never_matters(
        earn in earn(true),
        (rules, shuffled) in rules().prop_flat_map(|rules| (Just(rules.clone()), Just(rules).prop_shuffle())),
        purchases in prop::collection::vec(purchase(), 1..8),
    ) {
        let told = |rules: &[String]| tell(&World::in_memory(&format!("{earn}{}", rules.concat())), &purchases);
        prop_assert_eq!(told(&rules), told(&shuffled));
    }

    #[test]
    fn an_amended_order_stands_where_its_amount_would_have_put_it(
        earn in earn(false),
        rules in rules(),
        before in prop::collection::vec(purchase(), 0..4),
        (_, wrong) in purchase(),
        (_, right) in purchase(),
        (hours, next) in purchase(),
        cancel in any::<bool>(),
    ) {
        prop_assume!(right["amount"] != 0);
        let programme = format!("{earn}{}", rules.concat());
        let (amended, direct) = (World::in_memory(&programme), World::in_memory(&programme));
        // An order that fell away is judged as if it had never been, by the shop that it was paid in.
        let right = if wrong["shop"].is_null() { with(right, "shop", Value::Null) } else { with(right, "shop", wrong["shop"].clone()) };
        let right = if right["tax"].is_null() { with(right, "tax", json!(0)) } else { right };
        let right = if right["items"] == json!([]) { with(right, "items", json!([{"sku": "cup"}])) } else { right };
        for world in [&amended, &direct] {
            tell(world, &before);
        }
        amended.ok("earn_points", with(wrong.clone(), "order_id", json!("A")));
        let receipt = direct.ok("earn_points", with(right.clone(), "order_id", json!("A")));
        if cancel && wrong["amount"] != 0 {
            amended.ok("refund_order", json!({"order_id": "A"}));
        }
        let mut amend = right.as_object().unwrap().clone();
        amend.retain(|name, _| !["user_id", "shop"].contains(&name.as_str()));
        let stands = amended.ok("amend_order", with(Value::Object(amend), "order_id", json!("A")));
        prop_assert_eq!(&stands["points"], &receipt["points_earned"]);
        // The next purchase finds the same limits and streaks.
        let now = before.iter().map(|(hours, _)| hours).sum::<i64>() + hours;
        for world in [&amended, &direct] {
            world.now(&calendar::text(calendar::micros(START) + now * HOUR));
            world.verify();
        }
        prop_assert_eq!(amended.ok("quote_points", next.clone()), direct.ok("quote_points", next));
    }

    #[test]
    fn any_split_of_a_refund_ends_as_one_under_any_rules(
        earn in earn(true),
        rules in rules(),
        before in prop::collection::vec(purchase(), 0..3),
        (_, order) in purchase(),
        cuts in prop::collection::vec(1..1_000_i64, 0..5),
        after in purchase(),
    ) {
        let amount = order["amount"].as_i64().unwrap();
        prop_assume!(amount > 0);
        let programme = format!("{earn}{}", rules.concat());
        let mut parts = Vec::new();
        let mut left = amount;
        for cut in &cuts {
            let part = left * cut / 1_000;
            if part > 0 && part < left {
                parts.push(part);
                left -= part;
            }
        }
        let run = |parts: &[i64]| {
            let world = World::in_memory(&programme);
            tell(&world, &before);
            world.ok("earn_points", with(order.clone(), "order_id", json!("A")));
            for part in parts {
                world.ok("refund_order", json!({"order_id": "A", "amount": part}));
            }
            world.ok("refund_order", json!({"order_id": "A"}));
            world.verify();
            world.now(&calendar::text(calendar::micros(START) + 30 * DAY));
            (world.ok("points", json!({"user_id": 1})), world.ok("quote_points", after.1.clone()))
        };
        prop_assert_eq!(run(&parts), run(&[]), "in parts {:?} and the rest", parts);
    }

    #[test]
    fn lines_that_come_back_in_any_order_end_as_at_once_and_as_the_amendment_to_the_rest(
        earn in earn(false),
        rules in rules(),
        before in prop::collection::vec(purchase(), 0..3),
        basket in basket(),
        (points, card) in (0..3_i64, 0..2_i64),
        returned in prop::collection::vec((0..6_usize, 1..3_i64), 1..6),
        to_the_end in any::<bool>(),
        (_, next) in purchase(),
    ) {
        let amount = sum(&basket);
        let mut rest = basket.clone();
        let mut parts = Vec::new();
        for (place, units) in returned {
            let place = place % rest.len();
            let units = units.min(rest[place].2);
            if units > 0 {
                rest[place].2 -= units;
                parts.push((rest[place].0, rest[place].1, units, rest[place].3));
            }
        }
        let left = sum(&rest);
        prop_assume!(left > 0 && !parts.is_empty());
        let (points, card) = (amount * points / 5, amount * card / 3);
        let programme = format!("{earn}{}", rules.concat());
        let run = |refunds: &[Value]| {
            let world = World::in_memory(&programme);
            tell(&world, &before);
            let order = json!({"user_id": 1, "order_id": "A", "amount": amount, "items": lines(&basket),
                "points_paid": points, "gift_card_paid": card});
            world.ok("earn_points", order);
            for refund in refunds {
                let op = if refund["points_paid"].is_null() { "refund_order" } else { "amend_order" };
                world.ok(op, with(refund.clone(), "order_id", json!("A")));
            }
            if to_the_end {
                world.ok("refund_order", json!({"order_id": "A"}));
            }
            world.verify();
            (world.ok("points", json!({"user_id": 1})), world.ok("quote_points", next.clone()), world.ok("profile", json!({"user_id": 1})))
        };
        let at_once = run(&[json!({"items": lines(&parts)})]);
        let single = |part: &Line| json!({"items": lines(&[*part])});
        let forward: Vec<Value> = parts.iter().map(single).collect();
        let backward: Vec<Value> = parts.iter().rev().map(single).collect();
        let points = points.min(left);
        let amended = json!({"amount": left, "items": lines(&rest), "points_paid": points, "gift_card_paid": card.min(left - points)});
        prop_assert_eq!(&run(&forward), &at_once);
        prop_assert_eq!(&run(&backward), &at_once);
        prop_assert_eq!(&run(&[amended]), &at_once);
    }

    #[test]
    fn lines_and_money_that_come_back_in_any_order_end_alike(
        earn in earn(true),
        rules in rules(),
        basket in basket(),
        place in 0..6_usize,
        share in 1..1_000_i64,
    ) {
        let amount = sum(&basket);
        let line = basket[place % basket.len()];
        let money = (amount - sum(&[line])) * share / 1_000;
        prop_assume!(money > 0);
        let (by_line, by_money) = (json!({"order_id": "A", "items": lines(&[line])}), json!({"order_id": "A", "amount": money}));
        let run = |refunds: [&Value; 2]| {
            let world = World::in_memory(&format!("{earn}{}", rules.concat()));
            world.ok("earn_points", json!({"user_id": 1, "order_id": "A", "amount": amount, "items": lines(&basket)}));
            refunds.iter().for_each(|refund| drop(world.ok("refund_order", (*refund).clone())));
            let stands = world.ok("points", json!({"user_id": 1}));
            world.ok("refund_order", json!({"order_id": "A"}));
            world.verify();
            (stands, world.ok("points", json!({"user_id": 1})))
        };
        prop_assert_eq!(run([&by_line, &by_money]), run([&by_money, &by_line]));
    }
}
