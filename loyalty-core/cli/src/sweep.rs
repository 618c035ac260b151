//! `sweep`: the nightly work in one command.

use loyalty_core::{Engine, Error, Result};
use serde_json::{Map, Value, json};

/// The first line of its help.
pub(crate) const ABOUT: &str = "Book everything that is due: expired points and tier reviews";

/// Its help.
pub(crate) const DOC: &str = "Book everything that is due: expired points and tier reviews\n\n\
    Meant for cron. It calls expire-points and review-tiers until nothing is left to do, in transactions of 1000 \
    members. Replies are the same whether it runs or not, so a missed night does no harm.";

/// Runs both sweeps until nothing is left; the reply has the sums.
///
/// # Errors
/// The errors of the operations; what was booked before the error stays booked.
pub(crate) fn run(engine: &Engine) -> Result<Value> {
    let mut sums = Map::new();
    loop {
        let reply = engine.call("expire_points", json!({}))?;
        add(&mut sums, &reply, &[("members", "members_expired"), ("lots", "lots"), ("points", "points")])?;
        if reply.get("more") != Some(&Value::Bool(true)) {
            break;
        }
    }
    let mut after = json!(0);
    while !after.is_null() {
        let mut reply = engine.call("review_tiers", json!({ "after": after }))?;
        add(&mut sums, &reply, &[("members", "members_reviewed"), ("raised", "raised"), ("lowered", "lowered")])?;
        after = reply.get_mut("next_after").map(Value::take).unwrap_or_default();
    }
    Ok(Value::Object(sums))
}

fn add(sums: &mut Map<String, Value>, reply: &Value, fields: &[(&str, &str)]) -> Result<()> {
    for (field, sum) in fields {
        let more = reply.get(field).and_then(Value::as_i64).ok_or_else(|| Error::internal("a reply lacks its sum"))?;
        let before = sums.get(*sum).and_then(Value::as_i64).unwrap_or_default();
        sums.insert((*sum).to_owned(), Value::from(before.saturating_add(more)));
    }
    Ok(())
}
