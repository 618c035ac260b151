//! Calls of the operations that C also has as functions with structs, drawn at random, each in both its forms.

use loyalty_core::value::Instant;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::calendar::{self, DAY, HOUR};

/// The time at which the calls are made, in microseconds: 2026-03-02T09:30:00-03:00.
pub const NOW: i64 = 1_772_454_600_000_000;
/// Stands in a text for a byte that is not UTF-8.
pub const NO_UTF8: char = '\u{fffd}';
/// Placeholder in a text for the code of an issued coupon; its number follows.
pub const ISSUED: char = '$';

/// What coupons take off, each at the place of its number in C.
const DISCOUNTS: [&str; 4] = ["percent", "fixed", "free_item", "free_delivery"];

/// A call: as JSON, and as the fields of its struct for `tests/surfaces/run.c`.
#[derive(Debug, Clone)]
pub struct Call {
    /// The operation.
    pub operation: &'static str,
    /// Its arguments.
    pub arguments: Map<String, Value>,
    /// The fields, `-` for NULL.
    pub fields: Vec<String>,
}

/// A text, NULL for none.
type Text = Option<String>;
/// Digits and scale.
type Number = (i64, u32);

/// A decimal number as text, for any scale.
fn text_of((digits, scale): Number) -> String {
    let scale = scale as usize;
    let unsigned = format!("{:0>width$}", digits.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = unsigned.split_at(unsigned.len() - scale);
    let sign = if digits < 0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

impl Call {
    fn new(operation: &'static str) -> Self {
        Self { operation, arguments: Map::new(), fields: Vec::new() }
    }

    fn put(&mut self, name: &str, value: Value) {
        self.arguments.insert(name.to_owned(), value);
    }

    fn integer(mut self, name: &str, number: i64) -> Self {
        self.put(name, json!(number));
        self.fields.push(number.to_string());
        self
    }

    /// A number that is left out when it has the value that means "not given".
    fn integer_unless(self, none: i64, name: &str, number: i64) -> Self {
        let mut call = self.integer(name, number);
        if number == none {
            call.arguments.remove(name);
        }
        call
    }

    fn integer_or_null(mut self, name: &str, number: Option<i64>) -> Self {
        self.fields.push(number.map_or("-".to_owned(), |number| number.to_string()));
        if let Some(number) = number {
            self.put(name, json!(number));
        }
        self
    }

    fn text(mut self, name: &str, text: Text) -> Self {
        self.fields.push(text.clone().unwrap_or("-".to_owned()));
        if let Some(text) = text {
            self.put(name, json!(text));
        }
        self
    }

    fn decimal(self, name: &str, number: Number) -> Self {
        self.decimal_or_null(name, Some(number))
    }

    fn decimal_or_null(mut self, name: &str, number: Option<Number>) -> Self {
        self.fields.extend(decimal_fields(number));
        if let Some(number) = number {
            self.put(name, json!(text_of(number)));
        }
        self
    }

    fn instant(mut self, name: &str, micros: i64) -> Self {
        self.fields.push(micros.to_string());
        if micros != 0 {
            self.put(name, json!(calendar::text(micros)));
        }
        self
    }

    fn items(mut self, items: Vec<Line>) -> Self {
        self.fields.push(items.len().to_string());
        let mut list = Vec::new();
        for item in items {
            self.fields.extend([item.kind.to_string(), item.sku.clone(), item.quantity.to_string()]);
            self.fields.extend(decimal_fields(item.amount));
            self.fields.extend(decimal_fields(item.tax));
            self.fields.push(item.category.clone().unwrap_or("-".to_owned()));
            self.fields.push(item.labels.len().to_string());
            self.fields.extend(item.labels.clone());
            let kind = ["sale", "gift", "discount"].get(item.kind).copied().unwrap_or("lent");
            let mut shown = json!({ "kind": kind, "sku": item.sku, "quantity": item.quantity, "labels": item.labels });
            let given =
                [("amount", item.amount.map(text_of)), ("tax", item.tax.map(text_of)), ("category", item.category)];
            for (name, value) in given {
                if let Some(value) = value {
                    shown[name] = json!(value);
                }
            }
            list.push(shown);
        }
        self.put("items", json!(list));
        self
    }

    /// The reply of the function with structs, worked out from that with JSON.
    #[must_use]
    pub fn as_struct(&self, reply: &Value) -> Value {
        let coupon = &reply["coupon"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match self.operation {
            "earn_points" => json!({
                "transaction_id": reply["transaction_id"], "points_earned": reply["points_earned"],
                "balance": reply["balance"], "points_to_next_tier": reply["points_to_next_tier"],
                "expires_at": micros(&reply["expires_at"]), "tier_before": reply["tier_before"],
                "tier": reply["tier"], "tier_changed": flag(&reply["tier_changed"]),
                "redemption_count": reply["redemptions"].as_array().map(Vec::len),
                "replayed": flag(&reply["replayed"]),
            }),
            "redeem_reward" => json!({
                "redemption_id": reply["redemption_id"], "quantity": reply["quantity"],
                "points_spent": reply["points_spent"], "money_due": reply["money_due"], "balance": reply["balance"],
                "coupon_id": coupon["id"], "coupon_code": coupon["code"],
                "discount_type": DISCOUNTS.iter().position(|name| coupon["discount_type"] == *name),
                "discount_value": coupon["discount_value"],
                "has_max_discount": flag(&json!(!coupon["max_discount"].is_null())),
                "max_discount": coupon["max_discount"].as_str().unwrap_or("0"),
                "valid_from": micros(&coupon["valid_from"]), "valid_until": micros(&coupon["valid_until"]),
                "replayed": flag(&reply["replayed"]),
            }),
            "points" => json!({
                "user_id": reply["user_id"], "available": reply["available"], "pending": reply["pending"],
                "held": reply["held"], "debt": reply["debt"], "lifetime": reply["lifetime"],
                "next_points": reply["next_expiry"]["points"].as_i64().unwrap_or(0),
                "next_date": text(&reply["next_expiry"]["date"]),
            }),
            "validate_coupon" => json!({
                "allowed": flag(&reply["allowed"]), "discount": reply["discount"],
                "amount_left": reply["amount_left"], "delivery_discount": reply["delivery_discount"],
                "because": text(&reply["because"]),
            }),
            _ => json!({
                "score": hundredths(&reply["score"]), "frequency": hundredths(&reply["frequency"]),
                "amount": hundredths(&reply["amount"]), "recency": hundredths(&reply["recency"]),
                "variety": hundredths(&reply["variety"]), "referral": hundredths(&reply["referral"]),
            }),
        }
    }
}

fn decimal_fields(number: Option<Number>) -> [String; 2] {
    number.map_or(["-".to_owned(), "-".to_owned()], |(digits, scale)| [digits.to_string(), scale.to_string()])
}

fn flag(value: &Value) -> i64 {
    i64::from(value == &json!(true))
}

fn micros(moment: &Value) -> i64 {
    moment.as_str().map_or(0, |text| Instant::parse(text).expect("a reply has instants").micros())
}

/// A number with at most two decimals, in hundredths.
fn hundredths(number: &Value) -> i64 {
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{fraction:0<2}").parse().expect("a score has two decimals")
}

/// A line of an order.
#[derive(Debug, Clone)]
struct Line {
    kind: usize,
    sku: String,
    quantity: i64,
    amount: Option<Number>,
    tax: Option<Number>,
    category: Text,
    labels: Vec<String>,
}

/// Mostly one of the right texts, or none; now and then a wrong one.
fn text(right: &'static [&'static str]) -> impl Strategy<Value = Text> {
    let wrong = vec![
        String::new(),
        " ".to_owned(),
        "ñandú ☕".to_owned(),
        format!("bell{}", '\u{7}'),
        format!("byte{NO_UTF8}"),
        "x".repeat(64),
        "x".repeat(65),
        "x".repeat(129),
    ];
    prop_oneof![
        60 => prop::sample::select(right).prop_map(|text| Some(text.to_owned())),
        40 => Just(None),
        1 => prop::sample::select(wrong).prop_map(Some),
    ]
}

/// A text that must be given.
fn name(right: &'static [&'static str]) -> impl Strategy<Value = String> {
    text(right).prop_map(move |text| text.unwrap_or_else(|| right[0].to_owned()))
}

/// Mostly an amount of some thousands; now and then one that no currency has.
fn amount() -> impl Strategy<Value = Number> {
    prop_oneof![
        90 => (0..60_000_i64, Just(0_u32)),
        3 => (0..6_000_000_i64, 1..3_u32),
        3 => (1..100_i64).prop_map(|whole| (whole * 10_000, 4)),
        1 => Just((1_i64, 18_u32)),
        1 => Just((1_i64, 19_u32)),
        1 => Just((1_000_000_000_000_000_000, 18)),
        1 => prop::sample::select(vec![-1, i64::MIN, i64::MAX, 1_000_000_000_000_001]).prop_map(|digits| (digits, 0)),
    ]
}

fn part() -> impl Strategy<Value = Option<Number>> {
    prop_oneof![
        40 => Just(None),
        20 => (0..400_i64).prop_map(|digits| Some((digits, 0))),
        1 => amount().prop_map(Some),
    ]
}

/// Points that the host has calculated: mostly none.
fn given() -> impl Strategy<Value = Option<i64>> {
    let wrong = vec![-1, i64::MIN, i64::MAX, 1_000_000_000_000_001];
    prop_oneof![30 => Just(None), 12 => (0..900_i64).prop_map(Some), 1 => prop::sample::select(wrong).prop_map(Some)]
}

fn line() -> impl Strategy<Value = Line> {
    let kind = prop_oneof![40 => Just(0_usize), 4 => Just(1), 2 => Just(2), 1 => Just(3)];
    let quantity = prop_oneof![60 => 1..4_i64, 1 => prop::sample::select(vec![0, -1, 9_999, 10_000, i64::MIN])];
    let labels = prop_oneof![40 => Just(0_usize), 30 => 1..3_usize, 1 => Just(20), 1 => Just(21)]
        .prop_flat_map(|count| prop::collection::vec(name(&["vegan", "size:big"]), count));
    (kind, name(&["latte", "cake"]), quantity, part(), part(), text(&["coffee", "food"]), labels).prop_map(
        |(kind, sku, quantity, amount, tax, category, labels)| Line {
            kind,
            sku,
            quantity,
            amount,
            tax,
            category,
            labels,
        },
    )
}

fn items() -> impl Strategy<Value = Vec<Line>> {
    prop_oneof![2 => Just(Vec::new()), 3 => prop::collection::vec(line(), 1..4)]
}

fn user() -> impl Strategy<Value = i64> {
    prop_oneof![60 => 1..4_i64, 1 => prop::sample::select(vec![0, -1, 77, i64::MIN, i64::MAX])]
}

/// Mostly now; or some days before, or an instant that is not accepted.
fn when() -> impl Strategy<Value = i64> {
    let wrong = vec![-1, 1, NOW + DAY, NOW + 60_000_000, 253_402_214_400_000_001];
    prop_oneof![
        40 => Just(0),
        15 => (0..20 * DAY).prop_map(|ago| NOW - HOUR - ago),
        1 => prop::sample::select(wrong),
    ]
}

fn earn_points() -> impl Strategy<Value = Call> {
    let order = text(&["A-1", "A-2", "A-3", "A-4", "A-5", "A-6"]);
    let call = (when(), text(&["k-1", "k-2", "k-3", "k-4", "k-5", "k-6", "k-7"]), text(&["till 1", "till 2"]));
    let given = (given(), text(&["Caja 3", "Compra del 2 de marzo"]));
    (user(), amount(), order, items(), text(&["centro", "norte"]), (part(), part(), part()), (given, call)).prop_map(
        |(user_id, amount, order_id, items, shop, (tax, points_paid, gift_card_paid), (given, (at, key, actor)))| {
            let (points, description) = given;
            Call::new("earn_points")
                .integer("user_id", user_id)
                .decimal("amount", amount)
                .text("order_id", order_id)
                .items(items)
                .text("shop", shop)
                .decimal_or_null("tax", tax)
                .decimal_or_null("points_paid", points_paid)
                .decimal_or_null("gift_card_paid", gift_card_paid)
                .integer_or_null("points", points)
                .text("description", description)
                .instant("at", at)
                .text("key", key)
                .text("actor", actor)
        },
    )
}

fn redeem_reward() -> impl Strategy<Value = Call> {
    let reward = prop_oneof![24 => 1..4_i64, 8 => Just(10), 1 => prop::sample::select(vec![0, -1, 99, i64::MAX])];
    let quantity = prop_oneof![20 => Just(0_i64), 10 => 1..3_i64, 1 => prop::sample::select(vec![-1, 1_000_000])];
    let call = (when(), text(&["r-1", "r-2", "r-3", "r-4", "r-5"]), text(&["till 1"]));
    (user(), reward, quantity, text(&["A-1", "B-1"]), call).prop_map(
        |(user_id, reward_id, quantity, order_id, (at, key, actor))| {
            Call::new("redeem_reward")
                .integer("user_id", user_id)
                .integer("reward_id", reward_id)
                .integer_unless(0, "quantity", quantity)
                .text("order_id", order_id)
                .instant("at", at)
                .text("key", key)
                .text("actor", actor)
        },
    )
}

fn points() -> impl Strategy<Value = Call> {
    let as_of = prop_oneof![3 => when(), 1 => (0..400 * DAY).prop_map(|later| NOW + later)];
    (user(), as_of).prop_map(|(user_id, as_of)| Call::new("points").integer("user_id", user_id).instant("as_of", as_of))
}

fn validate_coupon() -> impl Strategy<Value = Call> {
    let code = prop_oneof![8 => (0..6_usize).prop_map(|number| format!("{ISSUED}{number}")), 2 => name(&["NOPE-1234"])];
    let asker = (text(&["A-1", "B-1"]), text(&["till 1", "10.0.0.7"]));
    let user = prop_oneof![1 => Just(0), 3 => user()];
    let delivery = part().prop_map(|delivery| delivery.unwrap_or((0, 0)));
    (code, amount(), user, items(), delivery, part(), asker, when()).prop_map(
        |(code, amount, user_id, items, delivery, tax, (order_id, actor), at)| {
            Call::new("validate_coupon")
                .text("code", Some(code))
                .decimal("amount", amount)
                .integer_unless(0, "user_id", user_id)
                .items(items)
                .decimal("delivery", delivery)
                .decimal_or_null("tax", tax)
                .text("order_id", order_id)
                .text("actor", actor)
                .instant("at", at)
        },
    )
}

fn calculate_score() -> impl Strategy<Value = Call> {
    let count = || prop_oneof![40 => 0..40_i64, 1 => prop::sample::select(vec![-2, i64::MIN, i64::MAX])];
    let days = prop_oneof![1 => Just(-1_i64), 3 => count()];
    (count(), amount(), days, count(), count()).prop_map(|(visits, spent, days, products, referrals)| {
        Call::new("calculate_score")
            .integer("visits_90_days", visits)
            .decimal("spent_365_days", spent)
            .integer_unless(-1, "days_since_last_visit", days)
            .integer("distinct_products", products)
            .integer("successful_referrals", referrals)
    })
}

/// Sequences of calls.
pub fn calls(most: usize) -> impl Strategy<Value = Vec<Call>> {
    let call = prop_oneof![
        6 => earn_points(),
        4 => redeem_reward(),
        2 => points(),
        3 => validate_coupon(),
        1 => calculate_score(),
    ];
    prop::collection::vec(call, 1..=most)
}
