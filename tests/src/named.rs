//! What a database gives out itself, called by the order in which it came, so that answers of two can be compared.
//!
//! An entry's id holds the number of its member, and a database counts those and its coupons, on a cluster with gaps.
//! Codes are drawn.

use serde_json::{Value, json};

/// Where the number of the member begins in an entry's id.
const MEMBER: u32 = 22;

/// What came so far of one database.
#[derive(Debug, Default)]
pub struct Named {
    members: Vec<i64>,
    coupons: Vec<i64>,
    codes: Vec<String>,
}

impl Named {
    /// The codes that came, in their order.
    #[must_use]
    pub fn codes(&self) -> &[String] {
        &self.codes
    }

    /// Calls each code in a reply by `prefix` and its place.
    pub fn codes_in(&mut self, reply: &mut Value, prefix: &str) {
        each_field("", reply, &mut |name, value| {
            let code = value.as_str().filter(|_| matches!(name, "code" | "coupon_code" | "referral_code"));
            if let Some(code) = code {
                *value = json!(format!("{prefix}{}", place(&mut self.codes, code.to_owned())));
            }
        });
    }

    /// Calls the coupon that a reply is about by its place.
    pub fn coupon_in(&mut self, reply: &mut Value) {
        if let Some(id) = reply.pointer_mut("/coupon/id") {
            *id = json!(place(&mut self.coupons, id.as_i64().unwrap_or(0)));
        }
    }

    /// Calls each entry in an answer by the place of its member and its number there.
    pub fn entries_in(&mut self, answer: &mut Value) {
        each_field("", answer, &mut |name, value| {
            let is_id = name.ends_with("_id") || name.ends_with("_ids");
            if let Some(id) = value.as_i64().filter(|id| is_id && *id >> MEMBER > 0) {
                *value = json!([place(&mut self.members, id >> MEMBER), id & ((1 << MEMBER) - 1)]);
            }
        });
    }
}

fn place<T: PartialEq>(known: &mut Vec<T>, one: T) -> usize {
    known.iter().position(|other| *other == one).unwrap_or_else(|| {
        known.push(one);
        known.len() - 1
    })
}

/// Sees every value that is neither a list nor an object, with the name of the field that it is in.
fn each_field(name: &str, value: &mut Value, see: &mut dyn FnMut(&str, &mut Value)) {
    match value {
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| each_field(name, value, see)),
        Value::Array(items) => items.iter_mut().for_each(|item| each_field(name, item, see)),
        _ => see(name, value),
    }
}
