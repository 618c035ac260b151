//! What can happen: a random sequence of calls, each at its own time.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Line, Model};
use crate::calendar::{self, DAY, HOUR};

/// Users that take part.
const USERS: i64 = 3;

/// A call.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the operations, with arguments drawn at random")]
pub enum Act {
    Enroll {
        user: i64,
    },
    Earn {
        user: i64,
        amount: i64,
        order: Option<u8>,
        lines: Vec<Line>,
    },
    Refund {
        order: u8,
        share: Option<u16>,
        lines: Vec<Line>,
    },
    Amend {
        order: u8,
        amount: i64,
        lines: Vec<Line>,
    },
    Record {
        user: i64,
        points: i64,
        bonus: bool,
        ends_in_days: Option<i64>,
    },
    Redeem {
        user: i64,
        reward: usize,
    },
    Cancel {
        redemption: usize,
    },
    Hold {
        user: i64,
        points: i64,
        hours: i64,
    },
    Capture {
        hold: usize,
        points: Option<i64>,
    },
    Void {
        hold: usize,
    },
    Transfer {
        from: i64,
        to: i64,
        points: i64,
    },
    Expire {
        limit: i64,
    },
    Check {
        user: i64,
    },
    /// The same call as an earlier step's, to the letter.
    Retry {
        step: usize,
    },
}

/// A call with its time and key.
#[derive(Debug, Clone)]
pub struct Step {
    /// How much later than the step before, in microseconds.
    pub later: i64,
    /// How long ago it happened, if that is said; below zero for the future.
    pub ago: Option<i64>,
    /// Whether it has a key.
    pub keyed: bool,
    /// What is called.
    pub act: Act,
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = (prop_oneof!["a", "b", "c"], 1..4_i64);
    prop_oneof![3 => Just(Vec::new()), 2 => prop::collection::vec(line, 1..3)]
}

fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![6 => 1_000..30_000_i64, 2 => 0..200_i64, 1 => Just(14_950_i64), 1 => 30_000..120_000_i64]
}

fn act() -> impl Strategy<Value = Act> {
    let user = 1..=USERS;
    let order = 0..10_u8;
    prop_oneof![
        1 => user.clone().prop_map(|user| Act::Enroll { user }),
        9 => (user.clone(), amount(), prop::option::weighted(0.8, order.clone()), lines())
            .prop_map(|(user, amount, order, lines)| Act::Earn { user, amount, order, lines }),
        5 => (order.clone(), prop::option::weighted(0.7, 1..1_300_u16), lines())
            .prop_map(|(order, share, lines)| Act::Refund { order, share, lines }),
        3 => (order, amount(), lines()).prop_map(|(order, amount, lines)| Act::Amend { order, amount, lines }),
        3 => (user.clone(), -300..500_i64, any::<bool>(), prop::option::weighted(0.4, -2..500_i64))
            .prop_map(|(user, points, bonus, ends_in_days)| Act::Record { user, points, bonus, ends_in_days }),
        6 => (user.clone(), 0..6_usize).prop_map(|(user, reward)| Act::Redeem { user, reward }),
        4 => (0..8_usize).prop_map(|redemption| Act::Cancel { redemption }),
        5 => (user.clone(), 0..250_i64, hours()).prop_map(|(user, points, hours)| Act::Hold { user, points, hours }),
        3 => (0..8_usize, prop::option::of(0..200_i64)).prop_map(|(hold, points)| Act::Capture { hold, points }),
        2 => (0..8_usize).prop_map(|hold| Act::Void { hold }),
        3 => (user.clone(), user.clone(), 0..400_i64)
            .prop_map(|(from, to, points)| Act::Transfer { from, to, points }),
        1 => prop_oneof![Just(1_000_i64), Just(1), Just(0)].prop_map(|limit| Act::Expire { limit }),
        2 => user.prop_map(|user| Act::Check { user }),
        3 => (0..40_usize).prop_map(|step| Act::Retry { step }),
    ]
}

/// For how long points are held: up to thirty days, and a little more than that.
fn hours() -> impl Strategy<Value = i64> {
    prop_oneof![4 => 1..72_i64, 4 => 72..720_i64, 1 => prop_oneof![Just(0_i64), Just(721)]]
}

fn later() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => Just(0_i64),
        4 => 1..DAY,
        4 => (1..20_i64, 0..DAY).prop_map(|(days, rest)| days * DAY + rest),
        2 => (20..100_i64).prop_map(|days| days * DAY),
        1 => (300..420_i64, 0..DAY).prop_map(|(days, rest)| days * DAY + rest),
    ]
}

fn ago() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        7 => Just(None),
        2 => (1..40 * DAY).prop_map(Some),
        1 => (1..500_i64).prop_map(|days| Some(days * DAY)),
        1 => prop_oneof![Just(Some(-200_000_000_i64)), Just(Some(-HOUR)), Just(Some(0))],
    ]
}

/// Sequences of up to `most` calls.
pub fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (later(), ago(), any::<bool>(), act());
    prop::collection::vec(step.prop_map(|(later, ago, keyed, act)| Step { later, ago, keyed, act }), 1..=most)
}

fn items(lines: &[Line], with_amounts: bool) -> Value {
    let item = |(sku, quantity): &Line| match with_amounts {
        true => json!({ "sku": sku, "quantity": quantity, "amount": quantity * 100 }),
        false => json!({ "sku": sku, "quantity": quantity }),
    };
    lines.iter().map(item).collect()
}

/// One of the ids that the engine gave, or one that it did not.
fn known(ids: &[i64], place: usize) -> i64 {
    ids.get(place % ids.len().max(1)).copied().unwrap_or(77)
}

/// The id of an order.
fn order_id(number: u8) -> String {
    format!("A-{number}")
}

/// Arguments without those that are null.
fn given(mut args: Value) -> Map<String, Value> {
    let fields = args.as_object_mut().map(std::mem::take).unwrap_or_default();
    fields.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

/// A call: name and arguments.
type Call = (&'static str, Map<String, Value>);

impl Act {
    /// The call on an order, if it is one.
    fn on_an_order(&self, model: &Model) -> Option<Call> {
        let (op, args) = match self {
            Self::Earn { user, amount, order, lines } => (
                "earn_points",
                json!({"user_id": user, "amount": amount, "order_id": order.map(order_id), "items": items(lines, false)}),
            ),
            Self::Refund { order, share, lines } => {
                let order = order_id(*order);
                let amount = share.map(|share| model.left(&order) * i64::from(share) / 1_000);
                ("refund_order", json!({"order_id": order, "amount": amount, "items": items(lines, true)}))
            }
            Self::Amend { order, amount, lines } => {
                ("amend_order", json!({"order_id": order_id(*order), "amount": amount, "items": items(lines, false)}))
            }
            _ => return None,
        };
        Some((op, given(args)))
    }

    /// The call for a member, if it is one.
    fn for_a_member(&self, now: i64, number: usize) -> Option<Call> {
        let (op, args) = match self {
            Self::Enroll { user } => ("enroll", json!({ "user_id": user })),
            Self::Record { user, points, bonus, ends_in_days } => {
                let kind = if *bonus { "bonus" } else { "adjustment" };
                let end = ends_in_days.map(|days| calendar::day(now + days * DAY).to_string());
                let what = json!({"user_id": user, "transaction_type": kind, "points": points, "description": "by hand",
                    "expires_at": end});
                ("record_transaction", what)
            }
            Self::Redeem { user, reward } => ("redeem_reward", json!({"user_id": user, "reward_id": reward + 1})),
            Self::Hold { user, points, hours } => {
                // No two holds end at the same moment.
                let seconds = hours * 3_600 + i64::try_from(number).unwrap_or(0);
                ("hold_points", json!({"user_id": user, "points": points, "ttl_seconds": seconds}))
            }
            Self::Transfer { from, to, points } => {
                ("transfer_points", json!({"from_user_id": from, "to_user_id": to, "points": points}))
            }
            Self::Check { user } => ("check_tier_upgrade", json!({ "user_id": user })),
            _ => return None,
        };
        Some((op, given(args)))
    }

    /// The call on what the engine gave an id, or on all members.
    fn on_what_is_there(&self, redemptions: &[i64], holds: &[i64]) -> Option<Call> {
        let (op, args) = match self {
            Self::Cancel { redemption } => {
                ("cancel_redemption", json!({"redemption_id": known(redemptions, *redemption)}))
            }
            Self::Capture { hold, points } => {
                ("capture_hold", json!({"hold_id": known(holds, *hold), "points": points}))
            }
            Self::Void { hold } => ("void_hold", json!({"hold_id": known(holds, *hold)})),
            Self::Expire { limit } => ("expire_points", json!({ "limit": limit })),
            _ => return None,
        };
        Some((op, given(args)))
    }
}

impl Step {
    /// The call: name and arguments. `redemptions` and `holds` are the ids that the engine gave; a retry has no call of its own.
    #[must_use]
    pub fn call(
        &self,
        model: &Model,
        now: i64,
        number: usize,
        (redemptions, holds): (&[i64], &[i64]),
    ) -> Option<(String, Value)> {
        let act = &self.act;
        let call = act.on_an_order(model).or_else(|| act.for_a_member(now, number));
        let (op, mut args) = call.or_else(|| act.on_what_is_there(redemptions, holds))?;
        if let Some(ago) = self.ago {
            args.insert("at".to_owned(), json!(calendar::text(now - ago)));
        }
        if self.keyed {
            args.insert("key".to_owned(), json!(format!("k-{number}")));
        }
        Some((op.to_owned(), Value::Object(args)))
    }
}
