//! Segments: the list of members and the question about one give the same answer, which is the one that follows from
//! what all other operations say of each member; and attributes.

use std::collections::BTreeMap;

use loyalty_tests::ladder::ladder;
use loyalty_tests::store;
use loyalty_tests::world::{START, World};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// Programmes under which tiers, points and stamps change by the clock or not.
const PROGRAMMES: [&str; 4] = [
    "",
    "tier_rules = { metric = 'window_spend', window_days = 60, downgrade = 'recompute', review_days = 30 }",
    "tier_rules = { metric = 'balance', downgrade = 'one_level' }\nearn = { pending_days = 3 }",
    "expiry = { days = 40 }\ntier_rules = { metric = 'lifetime_spend' }\ncurrency = 'USD'\nearn = { per = 1 }",
];

/// What happens, and to whom: members 1 to 6.
#[derive(Debug, Clone)]
enum Happens {
    Earn(i64, i64, &'static str),
    Refund(i64),
    Hold(i64, i64),
    Redeem(i64),
    Change(i64, &'static str),
    Coupon(i64),
    Merge(i64, i64),
    Tier(i64),
    Days(i64),
}

fn happens() -> impl Strategy<Value = Happens> {
    let who = || 1..7_i64;
    prop_oneof![
        6 => (who(), select(&[900, 12_000, 60_000, 600_000][..]), select(&["latte", "mocha"][..])).prop_map(|(user, amount, sku)| Happens::Earn(user, amount, sku)),
        1 => (0..20_i64).prop_map(Happens::Refund),
        1 => (who(), select(&[5, 100, 500][..])).prop_map(|(user, points)| Happens::Hold(user, points)),
        1 => who().prop_map(Happens::Redeem),
        2 => (who(), select(&CHANGES[..])).prop_map(|(user, change)| Happens::Change(user, change)),
        1 => who().prop_map(Happens::Coupon),
        1 => (who(), who()).prop_map(|(into, from)| Happens::Merge(into, from)),
        1 => who().prop_map(Happens::Tier),
        3 => select(&[1, 2, 9, 31, 70][..]).prop_map(Happens::Days),
    ]
}

const CHANGES: [&str; 6] = [
    r#"{"attributes":{"staff":true,"floor":3}}"#,
    r#"{"attributes":{"staff":null}}"#,
    r#"{"birth_date":"1990-05-01"}"#,
    r#"{"birth_date":"2000-02-29"}"#,
    r#"{"consents":["birthday"]}"#,
    r#"{"locale":"en"}"#,
];

/// Conditions on one thing.
const ONE: [&str; 34] = [
    r#"{"tiers":["two"]}"#,
    r#"{"tiers":["one","three"]}"#,
    r#"{"points":{"at_least":100}}"#,
    r#"{"points":{"at_most":0}}"#,
    r#"{"points":{"at_least":90,"at_most":700}}"#,
    r#"{"lifetime_points":{"at_least":600}}"#,
    r#"{"points_to_next_tier":{"at_most":4500}}"#,
    r#"{"points_to_next_tier":{"at_least":0}}"#,
    r#"{"score":{"at_least":20}}"#,
    r#"{"score":{"at_most":"12.5"}}"#,
    r#"{"visits":{"at_least":2}}"#,
    r#"{"visits":{"days":30,"at_least":1}}"#,
    r#"{"visits":{"days":9,"at_most":0}}"#,
    r#"{"spent":{"at_least":12000}}"#,
    r#"{"spent":{"days":30,"at_least":12000}}"#,
    r#"{"spent":{"days":1,"at_most":900}}"#,
    r#"{"days_since_visit":{"at_least":9}}"#,
    r#"{"days_since_visit":{"at_most":0}}"#,
    r#"{"days_since_visit":{"at_least":1,"at_most":31}}"#,
    r#"{"never_visited":true}"#,
    r#"{"never_visited":false}"#,
    r#"{"days_since_joining":{"at_least":9}}"#,
    r#"{"days_since_joining":{"at_most":9}}"#,
    r#"{"birthday_in_days":{"at_most":30}}"#,
    r#"{"bought":{"skus":["latte"]}}"#,
    r#"{"bought":{"skus":["latte","mocha"],"at_least":3}}"#,
    r#"{"referrals":{"at_most":0}}"#,
    r#"{"coupons_open":{"at_least":1}}"#,
    r#"{"points_ending":{"within_days":9,"at_least":1}}"#,
    r#"{"points_ending":{"within_days":40,"at_most":50}}"#,
    r#"{"stamps_left":{"card":"cafe","at_most":9}}"#,
    r#"{"locale":"en"}"#,
    r#"{"consent":"birthday"}"#,
    r#"{"attributes":{"staff":true}}"#,
];

fn one() -> impl Strategy<Value = Value> {
    select(&ONE[..]).prop_map(|json| serde_json::from_str(json).unwrap())
}

/// Two conditions that must both hold; those on the same thing keep the second.
fn both(one: Value, other: Value) -> Value {
    let (Value::Object(mut both), Value::Object(other)) = (one, other) else { unreachable!("conditions") };
    both.extend(other);
    Value::Object(both)
}

fn conditions() -> impl Strategy<Value = Value> {
    one().prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, other)| both(one, other)),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|any| json!({ "any": any })),
            inner.prop_map(|not| json!({ "not": not })),
        ]
    })
}

/// A world with members to whom something happened.
struct Lived {
    world: World,
    day: i64,
    orders: i64,
    /// Local days with purchases by user: the day, and what was spent then. Only of whole, unreturned orders.
    bought: BTreeMap<i64, Vec<(i64, i64)>>,
    /// Whether some order was returned or some member merged: then that list says nothing.
    is_simple: bool,
    units: BTreeMap<(i64, &'static str), i64>,
}

impl Lived {
    fn new(changes: &str) -> Self {
        let world =
            World::in_memory(&format!("redemption = {{ minimum_points = 0 }}\n{changes}\n{}", ladder(500, 5_000, "")));
        world.ok("save_reward", json!({"name": "cup", "points_cost": 90, "discount_percent": 50}));
        for user in [1, 2, 6] {
            world.ok("enroll", json!({"user_id": user}));
        }
        Self { world, day: 0, orders: 0, bought: BTreeMap::new(), is_simple: true, units: BTreeMap::new() }
    }

    fn happens(&mut self, what: &Happens) {
        let world = &self.world;
        match what {
            Happens::Earn(user, amount, sku) => {
                self.orders += 1;
                let items = json!([{"sku": sku, "quantity": 2, "category": "coffee"}]);
                let call =
                    json!({"user_id": user, "amount": amount, "order_id": self.orders.to_string(), "items": items});
                let done = world.call("earn_points", call);
                if done.is_ok() {
                    self.bought.entry(*user).or_default().push((self.day, *amount));
                    *self.units.entry((*user, sku)).or_default() += 2;
                }
            }
            Happens::Refund(order) => {
                self.is_simple &=
                    world.call("refund_order", json!({"order_id": order.to_string(), "amount": 900})).is_err();
            }
            Happens::Hold(user, points) => {
                drop(world.call("hold_points", json!({"user_id": user, "points": points, "ttl_seconds": 90_000})));
            }
            Happens::Redeem(user) => drop(world.call("redeem_reward", json!({"user_id": user, "reward_id": 1}))),
            Happens::Change(user, change) => {
                let call = both(json!({ "user_id": user }), serde_json::from_str(change).unwrap());
                drop(world.call("update_member", call));
            }
            Happens::Coupon(user) => {
                let coupon = json!({"user_id": user, "discount_type": "percent", "discount_value": 10,
                                    "valid_from": self.at(2), "valid_until": self.at(20)});
                drop(world.call("generate_discount_code", coupon));
            }
            Happens::Merge(into, from) => {
                let merged = world.call("merge_members", json!({"into_user_id": into, "from_user_id": from}));
                self.is_simple &= merged.is_err() || into == from;
            }
            Happens::Tier(user) => {
                drop(world.call("set_tier", json!({"user_id": user, "tier": "three", "until": self.at(12)})));
            }
            Happens::Days(days) => {
                self.day += days;
                world.now(&self.at(0));
            }
        }
    }

    /// So many days from now.
    fn at(&self, days: i64) -> String {
        let start = chrono::DateTime::parse_from_rfc3339(START).unwrap();
        (start + chrono::TimeDelta::days(self.day + days)).to_rfc3339()
    }

    fn listed(&self, conditions: &Value) -> Vec<i64> {
        let (mut all, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = self.world.ok("segment", json!({"conditions": conditions, "limit": 2, "after": after}));
            all.extend(page["items"].as_array().unwrap().iter().map(|item| item["user_id"].as_i64().unwrap()));
            after = page["next_after"].clone();
            if after.is_null() {
                assert_eq!(page["count"], all.len());
                return all;
            }
        }
    }

    /// The members that are in it, each asked about alone.
    fn one_by_one(&self, conditions: &Value) -> Vec<i64> {
        let is_in = |user: &i64| {
            let asked = self.world.call("segment", json!({"conditions": conditions, "limit": 1, "user_id": user}));
            let Ok(asked) = asked else { return false };
            // Who was merged is not asked about twice.
            asked["member"]["user_id"] == *user && asked["member"]["in_it"] == true
        };
        (1..7).filter(is_in).collect()
    }

    /// The same from what other operations say of each member.
    fn by_others(&self, conditions: &Value) -> Option<Vec<i64>> {
        let mut found = Vec::new();
        for user in 1..7 {
            let Ok(profile) = self.world.call("profile", json!({ "user_id": user })) else { continue };
            if profile["user_id"] == user && self.meets(conditions, user, &profile)? {
                found.push(user);
            }
        }
        Some(found)
    }

    /// Whether a member meets the conditions; nothing when no operation says.
    fn meets(&self, conditions: &Value, user: i64, profile: &Value) -> Option<bool> {
        for (name, wanted) in conditions.as_object().unwrap() {
            let held = match name.as_str() {
                "any" => {
                    let mut any = false;
                    for inner in wanted.as_array().unwrap() {
                        any |= self.meets(inner, user, profile)?;
                    }
                    any
                }
                "not" => !self.meets(wanted, user, profile)?,
                _ => self.holds(name, wanted, user, profile)?,
            };
            if !held {
                return Some(false);
            }
        }
        Some(true)
    }

    fn holds(&self, name: &str, wanted: &Value, user: i64, profile: &Value) -> Option<bool> {
        let number = |value: &Value| match value {
            Value::String(text) => text.parse::<f64>().ok(),
            value => value.as_f64(),
        };
        let bounded = |fact: Option<f64>| {
            let Some(fact) = fact else { return false };
            let over = number(&wanted["at_least"]).is_some_and(|least| fact < least);
            !over && number(&wanted["at_most"]).is_none_or(|most| fact <= most)
        };
        let days_since = |date: &Value| {
            let day = chrono::NaiveDate::parse_from_str(date.as_str()?.get(..10)?, "%Y-%m-%d").ok()?;
            let today = chrono::NaiveDate::parse_from_str(&self.at(0)[..10], "%Y-%m-%d").unwrap();
            Some(today.signed_duration_since(day).num_days() as f64)
        };
        let in_window = |of: fn(&(i64, i64)) -> i64| {
            let from = self.day - wanted["days"].as_i64().unwrap_or(i64::MAX / 2) + 1;
            let days = self.bought.get(&user).into_iter().flatten().filter(|(day, _)| *day >= from);
            self.is_simple.then(|| days.map(of).sum::<i64>() as f64)
        };
        Some(match name {
            "tiers" => wanted.as_array().unwrap().contains(&profile["current_tier"]),
            "points" => bounded(number(&profile["current_points"])),
            "lifetime_points" => bounded(number(&profile["total_points"])),
            "points_to_next_tier" => {
                !profile["next_tier"].is_null() && bounded(number(&profile["points_to_next_tier"]))
            }
            "score" => bounded(number(&profile["score"])),
            "visits" if wanted["days"].is_null() => bounded(number(&profile["total_visits"])),
            "spent" if wanted["days"].is_null() => bounded(number(&profile["total_spent"])),
            "visits" => bounded(Some(in_window(|_| 1)?)),
            "spent" => bounded(Some(in_window(|(_, amount)| *amount)?)),
            "days_since_visit" => bounded(days_since(&profile["last_visit"])),
            "never_visited" => profile["last_visit"].is_null() == wanted.as_bool().unwrap(),
            "days_since_joining" => bounded(days_since(&profile["join_date"])),
            "bought" if self.is_simple => {
                let skus = wanted["skus"].as_array().unwrap().iter().map(|sku| sku.as_str().unwrap());
                let units: i64 = skus
                    .filter_map(|sku| self.units.iter().find(|((by, what), _)| (*by, *what) == (user, sku)))
                    .map(|(_, units)| *units)
                    .sum();
                units >= wanted["at_least"].as_i64().unwrap_or(1)
            }
            "coupons_open" => {
                let coupons = self.world.ok("coupons", json!({ "user_id": user }));
                let begun = |one: &&Value| one["valid_from"].as_str().unwrap() <= self.at(0).as_str();
                bounded(Some(coupons["items"].as_array().unwrap().iter().filter(begun).count() as f64))
            }
            "stamps_left" => {
                let cards = self.world.ok("stamp_cards", json!({ "user_id": user }));
                bounded(number(&cards["items"][0]["missing"]))
            }
            "attributes" => {
                wanted.as_object().unwrap().iter().all(|(name, value)| profile["attributes"][name] == *value)
            }
            // Nobody else tells; the page and the single member are compared.
            _ => return None,
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if store::is_server() || store::is_page() { 4 } else { 64 }, ..ProptestConfig::default() })]

    #[test]
    fn a_list_has_whoever_is_in_it_one_by_one_and_by_what_others_say(
        changes in select(&PROGRAMMES[..]),
        happened in prop::collection::vec(happens(), 1..40),
        asked in prop::collection::vec(conditions(), 1..12),
    ) {
        let mut lived = Lived::new(changes);
        happened.iter().for_each(|what| lived.happens(what));
        // What the clock did is not booked before all of them are asked.
        let listed: Vec<_> = asked.iter().map(|conditions| lived.listed(conditions)).collect();
        for (conditions, listed) in asked.iter().zip(&listed) {
            prop_assert_eq!(listed, &lived.one_by_one(conditions), "{}", conditions);
        }
        for (conditions, listed) in asked.iter().zip(&listed) {
            if let Some(others) = lived.by_others(conditions) {
                prop_assert_eq!(listed, &others, "{}", conditions);
            }
        }
        // Booking what the clock did changes no answer.
        lived.world.ok("expire_points", json!({}));
        for (conditions, listed) in asked.iter().zip(&listed) {
            prop_assert_eq!(listed, &lived.listed(conditions), "{}", conditions);
        }
        lived.world.verify();
    }
}

#[test]
fn each_condition_divides_the_members_of_some_world() {
    let mut seen: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
    for changes in PROGRAMMES {
        let mut lived = Lived::new(changes);
        let earned = |user, amount, sku| Happens::Earn(user, amount, sku);
        for what in [
            earned(1, 600_000, "latte"),
            Happens::Days(31),
            earned(1, 12_000, "latte"),
            earned(2, 60_000, "mocha"),
            Happens::Change(2, CHANGES[0]),
            Happens::Change(1, CHANGES[2]),
            Happens::Change(2, CHANGES[4]),
            Happens::Change(6, CHANGES[5]),
            Happens::Coupon(1),
            Happens::Days(9),
            earned(3, 12_000, "latte"),
            earned(4, 900, "mocha"),
        ] {
            lived.happens(&what);
        }
        for conditions in ONE {
            let listed = lived.listed(&serde_json::from_str(conditions).unwrap());
            let (some, not_all) = seen.entry(conditions).or_default();
            *some |= !listed.is_empty();
            *not_all |= listed.len() < 5;
        }
    }
    // Nobody here was referred, and all bounds that all meet are met.
    let odd: Vec<_> =
        seen.iter().filter(|(name, seen)| **seen != (true, true) && !name.contains("referrals")).collect();
    assert!(odd.is_empty(), "{odd:?}");
}

#[test]
fn members_whose_referrals_led_to_a_purchase_are_found() {
    let world = World::in_memory("");
    world.ok("enroll", json!({"user_id": 1}));
    let code = world.ok("generate_referral", json!({"user_id": 1})).get("code").cloned();
    let code = code.unwrap_or_default();
    world.ok("enroll", json!({"user_id": 2, "referral_code": code}));
    let asked = json!({"conditions": {"referrals": {"at_least": 1}}});
    assert_eq!(world.ok("segment", asked.clone())["count"], 0);
    world.ok("earn_points", json!({"user_id": 2, "amount": 90_000}));
    assert_eq!(world.ok("segment", asked)["items"], json!([{"user_id": 1}]));
}

#[test]
fn an_attribute_is_set_changed_and_removed_and_is_left_out_where_there_is_none() {
    let world = World::in_memory("");
    let profile = |user: i64| world.ok("profile", json!({ "user_id": user }));
    world.ok("enroll", json!({"user_id": 1}));
    assert_eq!(profile(1).get("attributes"), None);
    let set = json!({"user_id": 1, "attributes": {"staff": true, "office": "Ñuñoa", "floor": -3}, "key": "k"});
    let updated = world.ok("update_member", set.clone());
    assert_eq!(updated["attributes"], json!({"floor": -3, "office": "Ñuñoa", "staff": true}));
    let removed = json!({"user_id": 1, "attributes": {"staff": null, "office": "Maipú", "floor": null}});
    assert_eq!(world.ok("update_member", removed)["attributes"], json!({"office": "Maipú"}));
    // A repeat says what is known now, as with the name.
    let again = world.ok("update_member", set);
    assert_eq!((&again["replayed"], &again["attributes"]), (&json!(true), &json!({"office": "Maipú"})));
    world.ok("update_member", json!({"user_id": 1, "attributes": {"office": null}}));
    assert_eq!(profile(1).get("attributes"), None);
    // Who is a member already stays as they are.
    world.ok("enroll", json!({"user_id": 1, "attributes": {"office": "x"}}));
    assert_eq!(profile(1).get("attributes"), None);
    let many: serde_json::Map<String, Value> = (0..21).map(|n| (format!("a{n}"), json!(n))).collect();
    let error = world.err("update_member", json!({"user_id": 1, "attributes": many}));
    assert_eq!(error.to_json()["details"]["field"], "attributes");
    world.verify();
}

#[test]
fn a_quote_for_a_segment_is_what_is_booked_and_an_amendment_is_judged_as_the_order_was() {
    let rules = "[[segments]]\nid = 'new'\nwhen = { visits = { at_most = 0 } }\n[[rules]]\nid = 'twice'\nname = 'Twice'\n\
                 effect = { multiply = 2 }\nwhen = { segment = 'new' }";
    let world = World::in_memory(rules);
    for known in [false, true] {
        let user = i64::from(known) + 1;
        if known {
            world.ok("enroll", json!({ "user_id": user }));
        }
        let quote = world.ok("quote_points", json!({"user_id": user, "amount": 10_000}));
        let order = format!("A-{user}");
        let earned = world.ok("earn_points", json!({"user_id": user, "amount": 10_000, "order_id": order}));
        assert_eq!((&quote["points"], &earned["points_earned"]), (&json!(200), &json!(200)));
        let next = world.ok("earn_points", json!({"user_id": user, "amount": 10_000, "order_id": format!("B-{user}")}));
        assert_eq!(next["points_earned"], 100);
        assert_eq!(world.ok("amend_order", json!({"order_id": order, "amount": 20_000}))["points"], 400);
        assert_eq!(world.ok("amend_order", json!({"order_id": format!("B-{user}"), "amount": 20_000}))["points"], 200);
    }
    let again = world.ok("earn_points", json!({"user_id": 1, "amount": 10_000, "order_id": "A-1"}));
    assert_eq!((&again["replayed"], &again["points_earned"]), (&json!(true), &json!(200)));
    world.verify();
}

#[test]
fn what_the_programme_says_of_a_segment_is_checked_with_its_path() {
    use loyalty_core::programme::Programme;
    use loyalty_tests::world::programme_text;
    let wrong = |segments: &str| {
        let text = programme_text("").replace("[[segments]]", &format!("{segments}\n[[segments]]"));
        Programme::parse(&text).unwrap_err().details()["field"].clone()
    };
    for (segments, field) in [
        ("[[segments]]\nid = ''", "program.segments[0].id"),
        ("[[segments]]\nid = 'habituales'", "program.segments[1].id"),
        ("[[segments]]\nid = 'a'\nname = ''", "program.segments[0].name"),
        ("[[segments]]\nid = 'a'\ncolour = 1", "program.segments[0].colour"),
        ("[[segments]]\nid = 'a'\nwhen = { colour = 1 }", "program.segments[0].when.colour"),
        ("[[segments]]\nid = 'a'\nwhen = { points = 5 }", "program.segments[0].when.points"),
        ("[[segments]]\nid = 'a'\nwhen = { points = { at_least = 'x' } }", "program.segments[0].when.points.at_least"),
        ("[[segments]]\nid = 'a'\nwhen = { tiers = ['gold'] }", "program.segments[0].when.tiers"),
        (
            "[[segments]]\nid = 'a'\nwhen = { any = [{}, { not = { visits = {} } }] }",
            "program.segments[0].when.any[1].not.visits",
        ),
        (
            "[[rules]]\nid = 'r'\nname = 'R'\neffect = { add = 1 }\nwhen = { segment = 'a' }",
            "program.rules[0].when.segment",
        ),
    ] {
        assert_eq!(wrong(segments), field, "{segments}");
    }
}
