//! `simulate`: the recorded history is replayed. Under the programme in use, every entry is as it was.

use std::collections::BTreeSet;
use std::process::Command;

use loyalty_tests::calendar::{self, HOUR};
use loyalty_tests::root;
use loyalty_tests::world::{START, World, programme_text};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Tiers near enough to be crossed, with gifts; rules that need the past; a cheap reward; points that end soon.
const PROGRAMME: &str = r#"
redemption = { minimum_points = 0 }
referral = { referrer_points = 40, referred_points = 25 }
earn = { stacking = "all", max_points_per_week = 900, basis = { tax = "earns_nothing" }, pending_days = 0 }
expiry = { policy = "fixed_days", days = 12, reinstate_days = 5 }
refund = { shortfall = "debt", debt_limit = 60 }
adjustment = { debt_limit = 30 }
tier_rules = { metric = "lifetime_points", downgrade = "never" }
[[tiers]]
id = "one"
name = "One"
threshold = 0
multiplier = 1.0
discount_percent = 0
benefits = []
[[tiers]]
id = "two"
name = "Two"
threshold = 150
multiplier = 1.3
discount_percent = 0
benefits = []
gift_points = 30
[[tiers]]
id = "three"
name = "Three"
threshold = 400
multiplier = 1.5
discount_percent = 0
benefits = []
gift_points = 35
[[rules]]
id = "visit"
name = "Visit"
effect = { per_visit = 5 }
[[rules]]
id = "run"
name = "Run"
effect = { add = 7 }
when = { streak_days = 2 }
[[rules]]
id = "twice"
name = "Twice"
effect = { multiply = 2 }
when = { shops = ["mall"] }
limit = { times_per_week = 2 }
[[rules]]
id = "born"
name = "Birthday"
effect = { add = 50 }
when = { birthday_month = true }
[[rules]]
id = "welcome"
name = "Welcome"
effect = { add = 20 }
when = { event = "enrolled" }
[[rules]]
id = "review"
name = "Review"
effect = { add = 12 }
when = { event = "review", properties = { stars = { at_least = 4 } } }
limit = { times = 1 }
[[rewards]]
name = "cup"
points_cost = 100
discount_type = "free_item"
discount_percent = 100
tier_required = "one"
[[stamp_cards]]
id = "card"
name = "Card"
stamps = 2
per = "visit"
automatic = true
reward = { points = 33 }
"#;

/// What the histories are lived under, one change of the programme each.
const VARIANTS: [(&str, &str); 10] = [
    ("", ""),
    ("pending_days = 0", "pending_days = 2"),
    ("pending_days = 0", "pending = \"until_released\""),
    ("shortfall = \"debt\", debt_limit = 60", "shortfall = \"forgive\""),
    ("policy = \"fixed_days\", days = 12", "policy = \"inactivity\", days = 9"),
    ("metric = \"lifetime_points\"", "metric = \"balance\", review = \"always\""),
    (
        "\"lifetime_points\", downgrade = \"never\"",
        "\"window_points\", window_days = 6, review = \"always\", downgrade = \"recompute\"",
    ),
    (
        "\"lifetime_points\", downgrade = \"never\"",
        "\"lifetime_points\", review_days = 5, downgrade = \"one_level\", qualifying = [\"earn\", \"bonus\", \"referral\"]",
    ),
    ("referral = {", "auto_redeem = { reward = 1, threshold = 150 }\nreferral = {"),
    (
        "tier_rules = { metric = \"lifetime_points\"",
        "auto_redeem = { reward = 1, threshold = 200, at_most = 2 }\ntier_rules = { metric = \"balance\", review = \"always\"",
    ),
];

fn programme(variant: usize) -> String {
    let (old, new) = VARIANTS[variant];
    assert!(PROGRAMME.contains(old));
    PROGRAMME.replacen(old, new, 1)
}

/// One act of a history: a user, hours after the one before, what, and a number for it.
type Act = (i64, i64, u8, i64);

/// A history as it is lived, with what later acts name.
struct Life<'a> {
    world: &'a World,
    redeemed: Vec<Value>,
    held: Vec<Value>,
    reserved: Vec<Value>,
}

impl Life<'_> {
    /// A call that may be refused; its reply.
    fn may(&self, op: &str, args: Value) -> Value {
        self.world.call(op, args).unwrap_or(Value::Null)
    }

    fn act(&mut self, number: usize, (user, _, act, size): Act) {
        let order = format!("O{number}");
        let earlier = format!("O{}", number.saturating_sub(1 + usize::try_from(size).unwrap() % 4));
        match act {
            0..=5 => self.buy(user, act, size, &order),
            6..=8 | 18..=20 | 32 => self.correct(user, act, size, &earlier),
            10 | 11 | 25..=27 | 31 => self.redeem(user, act, size),
            14..=17 => self.spend(user, act, size, &order),
            29 => drop(self.world.ok("import_member", coming_over(number, user, size))),
            _ => self.manage(user, act, size),
        }
    }

    fn buy(&self, user: i64, act: u8, size: i64, order: &str) {
        let items = json!([{"sku": "x", "amount": size * 5, "tax": size}]);
        let mut buy = json!({"user_id": user, "amount": size * 10, "items": items});
        if act > 0 {
            buy["order_id"] = json!(order);
        }
        if act == 1 {
            buy["shop"] = json!("mall");
        }
        self.world.ok("earn_points", buy);
    }

    /// Something changes about an order.
    fn correct(&self, user: i64, act: u8, size: i64, order: &str) {
        match act {
            6 => drop(self.may("refund_order", json!({"order_id": order, "amount": size}))),
            7 => drop(self.may("refund_order", json!({"order_id": order}))),
            // Often the very last order, and often downward when its points are spent.
            8 => drop(self.may("amend_order", json!({"order_id": order, "amount": size % 997 * 7 + 1}))),
            18 => drop(self.may("cancel_order", json!({"order_id": order}))),
            19 => drop(self.may("release_payment", json!({"order_id": order, "points": size % 20 + 1}))),
            20 => drop(self.may("release_points", json!({"order_id": order}))),
            _ => {
                // All that is there is spent, and what it came from is corrected downward.
                let points = self.may("points", json!({"user_id": user}))["available"].as_i64().unwrap_or(0);
                self.adjust(user, -points);
                drop(self.may("amend_order", json!({"order_id": order, "amount": size % 50 + 1})));
            }
        }
    }

    fn adjust(&self, user: i64, points: i64) {
        let what = json!({"user_id": user, "transaction_type": "adjustment", "points": points, "description": "d"});
        drop(self.may("record_transaction", what));
    }

    /// Keeps a reward, and tells under which id.
    fn reserve(&self, user: i64) -> Value {
        let reserve = json!({"user_id": user, "reward_id": 1, "ttl_seconds": 90_000});
        self.may("reserve_reward", reserve)["reservation_id"].clone()
    }

    fn redeem(&mut self, user: i64, act: u8, size: i64) {
        let reward = json!({"user_id": user, "reward_id": 1});
        match act {
            10 => {
                let reply = self.may("redeem_reward", reward);
                self.redeemed.push(reply["redemption_id"].clone());
            }
            11 => {
                let cancel = json!({"redemption_id": self.redeemed.pop()});
                drop(self.may("cancel_redemption", cancel));
            }
            25 => drop(self.may("use_stamp_reward", json!({"user_id": user, "card": "card"}))),
            26 => {
                let reservation = self.reserve(user);
                self.reserved.push(reservation);
            }
            27 => {
                let reservation = self.reserved.pop();
                if size % 2 == 0 {
                    let redeem = json!({"user_id": user, "reward_id": 1, "reservation_id": reservation});
                    drop(self.may("redeem_reward", redeem));
                } else {
                    drop(self.may("release_reward", json!({"reservation_id": reservation})));
                }
            }
            _ => {
                // Redeemed as it was kept, and cancelled.
                let redeem = json!({"user_id": user, "reward_id": 1, "reservation_id": self.reserve(user)});
                let redeemed = self.may("redeem_reward", redeem);
                drop(self.may("cancel_redemption", json!({"redemption_id": redeemed["redemption_id"]})));
            }
        }
    }

    fn spend(&mut self, user: i64, act: u8, size: i64, order: &str) {
        match act {
            14 => {
                let seconds = (size % 60 + 1) * 3_600;
                let hold = json!({"user_id": user, "points": size % 90 + 1, "ttl_seconds": seconds});
                let held = self.may("hold_points", hold);
                self.held.push(held["hold_id"].clone());
            }
            15 => {
                let hold = self.held.pop();
                drop(match size % 3 {
                    0 => self.may("void_hold", json!({"hold_id": hold})),
                    1 => self.may("capture_hold", json!({"hold_id": hold, "points": size % 40 + 1})),
                    _ => self.may("capture_hold", json!({"hold_id": hold})),
                });
            }
            16 => {
                let other = size % 4 + 1;
                let transfer = json!({"from_user_id": user, "to_user_id": other, "points": size % 70 + 1});
                drop(self.may("transfer_points", transfer));
            }
            _ => {
                let bill = json!({"user_id": user, "order_id": order, "amount": size * 10, "points": size % 80 + 1});
                drop(self.may("pay_with_points", bill));
            }
        }
    }

    /// What members and staff do besides.
    fn manage(&self, user: i64, act: u8, size: i64) {
        let other = size % 4 + 1;
        match act {
            9 => {
                let stars = json!({"stars": size % 6});
                drop(self.may("record_event", json!({"user_id": user, "event": "review", "properties": stars})));
            }
            12 => {
                let code = self.may("profile", json!({"user_id": other}))["referral_code"].clone();
                let mut person = json!({"user_id": user, "birth_date": "1990-03-08"});
                if code.is_string() {
                    person["referral_code"] = code;
                }
                drop(self.may("enroll", person));
            }
            13 => self.adjust(user, if size % 2 == 0 { size / 10 + 1 } else { -(size / 20) - 1 }),
            21 => drop(self.may("extend_points", json!({"user_id": user, "expires_at": "2026-03-25"}))),
            22 => drop(self.may("reinstate_points", json!({"user_id": user}))),
            23 => {
                let tiers = [Value::Null, json!("two"), json!("three")];
                let tier = &tiers[usize::try_from(size % 3).unwrap()];
                let mode = if size % 2 == 0 { "floor" } else { "fixed" };
                drop(self.may("set_tier", json!({"user_id": user, "tier": tier, "mode": mode})));
            }
            24 => drop(self.may("merge_members", json!({"into_user_id": user, "from_user_id": other}))),
            28 => drop(self.may("expire_points", json!({}))),
            _ => drop(self.may("review_tiers", json!({}))),
        }
    }
}

/// A member who comes over with an order, a purchase of long ago, and at times a tier and an open redemption.
fn coming_over(number: usize, user: i64, size: i64) -> Value {
    let order =
        json!({"order_id": format!("O{number}"), "amount": size * 3, "points": size % 20, "paid_at": "2026-02-27"});
    let mut import = json!({"user_id": user, "source": format!("till {number}"), "balance": size % 170 - 20,
        "lifetime_points": size % 170 + 230, "orders": [order], "total_visits": 3, "total_spent": size * 3 + 500,
        "last_visit_at": "2026-02-28"});
    if size % 2 == 0 {
        import["joined_at"] = json!("2025-11-03");
        import["tier"] = json!(["one", "two", "three"][usize::try_from(size % 3).unwrap()]);
    }
    if size % 3 == 0 {
        let entry = |points: i64, day: &str| json!({"points": points, "happened_at": day});
        import["history"] =
            json!([entry(size % 60 + 1, "2026-02-10"), entry(-(size % 25) - 1, "2026-02-12"), entry(30, "2026-02-20")]);
    }
    if size % 5 == 0 {
        import["redemptions"] = json!([{"reward_id": 1, "points": 40, "redeemed_at": "2026-02-27"}]);
    }
    import
}

/// Lives a history.
fn live(world: &World, acts: &[Act]) {
    let mut now = calendar::micros(START);
    let mut life = Life { world, redeemed: Vec::new(), held: Vec::new(), reserved: Vec::new() };
    for (number, act) in acts.iter().enumerate() {
        now += act.1 * HOUR;
        world.now(&calendar::text(now));
        life.act(number, *act);
    }
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    // What changes tiers, and members who become one, more often than the rest.
    let act = prop_oneof![4 => 0..33_u8, 1 => prop::sample::select(vec![0_u8, 7, 23, 24, 29])];
    prop::collection::vec((1..5_i64, 1..40_i64, act, 1..3_000_i64), 1..40)
}

proptest! {
    #![proptest_config(loyalty_tests::cases(16))]

    #[test]
    fn the_programme_in_use_reproduces_every_entry(acts in acts(), variant in 0..VARIANTS.len()) {
        let world = World::in_memory(&programme(variant));
        live(&world, &acts);
        let told = world.ok("simulate", json!({}));
        prop_assert_eq!(&told["entries_unchanged"], &told["entries"], "{:#}", told);
        prop_assert_eq!(&told["unchanged"], &told["purchases"], "{:#}", told);
        prop_assert_eq!(&told["points_difference"], &json!(0), "{:#}", told);
        prop_assert_eq!(&told["liability_simulated"], &told["liability_recorded"], "{:#}", told);
        prop_assert_eq!(&told["tier_moves"], &json!([]));
        prop_assert_eq!(&told["left_out"], &json!(0));
        prop_assert_eq!((&told["gaining"], &told["losing"]), (&json!(0), &json!(0)));
        world.verify();
    }
}

fn purchase(user: i64, amount: i64, at: &str) -> Value {
    json!({"user_id": user, "amount": amount, "at": at, "order_id": format!("{user}-{at}")})
}

#[test]
fn another_programme_shows_its_cost_and_who_gains_and_loses() {
    let world = World::on_file("");
    world.now("2026-06-01T12:00:00-04:00");
    world.ok("earn_points", purchase(1, 300_000, "2026-03-10T10:00:00-03:00"));
    world.ok("earn_points", purchase(2, 10_000, "2026-03-11T10:00:00-03:00"));
    world.ok("earn_points", purchase(3, 50_000, "2026-04-01T10:00:00-03:00"));
    let before = world.dump();
    // Double for large purchases, nothing on Wednesdays.
    let rules = "[[rules]]\nid='large'\nname='Large'\neffect={multiply=2}\nwhen={minimum_amount=100000}\n\
                 [[rules]]\nid='wed'\nname='Wed'\neffect={multiply=0}\nwhen={weekdays=['wed']}\n";
    let other = programme_text(rules);
    let told = world.ok("simulate", json!({"program": other}));
    assert_eq!(told["members"], 3);
    assert_eq!((&told["points_recorded"], &told["points_simulated"]), (&json!(3_600), &json!(6_000)));
    assert_eq!((&told["points_difference"], &told["cost_difference"]), (&json!(2_400), &json!("2400")));
    assert_eq!((&told["liability_recorded"], &told["liability_simulated"]), (&json!(3_600), &json!(6_000)));
    assert_eq!(told["tier_moves"], json!([{"from": "cafe_bronze", "to": "cafe_plata", "members": 1}]));
    assert_eq!((&told["gaining"], &told["losing"], &told["unchanged"]), (&json!(1), &json!(2), &json!(0)));
    assert_eq!(told["top_gaining"][0]["user_id"], 1);
    assert_eq!(
        told["top_losing"][0],
        json!({"user_id": 3, "points_recorded": 500, "points_simulated": 0, "points_difference": -500})
    );
    // Only what happened in March is counted, and one member is listed.
    let march = json!({"program": other, "from": "2026-03-01", "until": "2026-03-31", "limit": 1});
    let told = world.ok("simulate", march);
    assert_eq!((&told["purchases"], &told["points_difference"]), (&json!(2), &json!(2_900)));
    assert_eq!(told["top_losing"][0]["user_id"], 2);
    assert_eq!(world.dump(), before, "nothing was changed");
}

#[test]
fn members_who_came_over_keep_what_they_had_and_their_orders_can_be_refunded() {
    let world = World::on_file("");
    world.now("2026-03-02T12:00:00-03:00");
    let order = |id: &str| json!({"order_id": id, "amount": 20_000, "points": 200, "paid_at": "2026-02-01"});
    world.ok(
        "import_member",
        json!({"user_id": 1, "source": "till", "balance": 700, "lifetime_points": 1_000, "tier": "cafe_oro",
            "orders": [order("A"), order("B")], "total_visits": 9, "total_spent": 400_000, "joined_at": "2025-05-01",
            "history": [{"points": 400, "happened_at": "2025-06-01"}, {"points": -250, "happened_at": "2025-08-01"}]}),
    );
    world.now("2026-03-03T12:00:00-03:00");
    world.ok("refund_order", json!({"order_id": "A", "amount": 5_000}));
    world.ok("amend_order", json!({"order_id": "B", "amount": 10_000}));
    world.ok("refund_order", json!({"order_id": "B"}));
    world.ok("earn_points", json!({"user_id": 1, "amount": 10_000, "order_id": "C"}));
    let told = world.ok("simulate", json!({}));
    assert_eq!((&told["left_out"], &told["entries_unchanged"]), (&json!(0), &told["entries"]), "{told:#}");
    assert_eq!((&told["unchanged"], &told["tier_moves"]), (&json!(1), &json!([])));
    assert_eq!(told["liability_simulated"], told["liability_recorded"]);
    // Twice the points for a purchase: the tier that came over has its rate, what came over stays as it was.
    let rules = "[[rules]]\nid='twice'\nname='Twice'\neffect={multiply=2}\n";
    let told = world.ok("simulate", json!({"program": programme_text(rules)}));
    let earned = world.ok("points", json!({"user_id": 1}))["available"].as_i64().unwrap() - (700 - 50 - 200);
    assert_eq!(told["points_difference"], earned);
    assert_eq!(told["liability_simulated"].as_i64().unwrap() - told["liability_recorded"].as_i64().unwrap(), earned);
}

/// Two years of real sales to a fifth of the customers, order by order: customer, day and time, amount, products.
fn sales() -> Vec<Value> {
    let sample = root().join("examples/data/online_retail2_sample.csv.gz");
    let unpacked = Command::new("gzip").arg("-dc").arg(sample).output().unwrap();
    let text = String::from_utf8(unpacked.stdout).unwrap();
    let mut orders: Vec<Value> = Vec::new();
    for line in text.lines().skip(1) {
        let [invoice, time, customer, sku, quantity, price] = line.split(',').collect::<Vec<_>>()[..] else { continue };
        let pieces: i64 = quantity.parse().unwrap();
        if pieces <= 0 || pieces > 9_999 || !customer.ends_with(['0', '5']) {
            continue;
        }
        let pence: i64 =
            format!("{price}00").replacen('.', "", 1)[..price.find('.').unwrap_or(price.len()) + 2].parse().unwrap();
        if orders.last().is_none_or(|last| last["order_id"] != invoice) {
            let user: i64 = customer.parse().unwrap();
            let order = json!({"order_id": invoice, "user_id": user, "at": format!("{time}:00-03:00"), "amount": 0, "items": []});
            orders.push(order);
        }
        let order = orders.last_mut().unwrap();
        order["amount"] = json!(order["amount"].as_i64().unwrap() + pieces * pence * 10);
        order["items"].as_array_mut().unwrap().push(json!({"sku": sku, "quantity": pieces}));
    }
    orders
}

#[test]
fn two_years_of_real_sales_are_reproduced_to_the_point() {
    let world = World::in_memory("");
    let (mut orders, mut customers) = (0, BTreeSet::new());
    for sale in sales() {
        world.now(sale["at"].as_str().unwrap());
        customers.insert(sale["user_id"].as_i64().unwrap());
        orders += 1;
        world.ok("earn_points", sale);
    }
    assert!(orders > 200, "{orders}");
    let told = world.ok("simulate", json!({}));
    assert_eq!((&told["members"], &told["purchases"]), (&json!(customers.len()), &json!(orders)));
    assert_eq!((&told["unchanged"], &told["entries_unchanged"]), (&told["purchases"], &told["entries"]));
    assert_eq!(
        (&told["points_difference"], &told["left_out"], &told["tier_moves"]),
        (&json!(0), &json!(0), &json!([]))
    );
    assert_eq!(told["liability_simulated"], told["liability_recorded"]);
}
