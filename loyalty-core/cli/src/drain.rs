//! `drain`: all that waits, call after call.

use loyalty_core::ops::{Drain, Drained, Operation as _};
use loyalty_core::{Engine, Error, Result};
use serde_json::{Map, Value};

/// The subcommand.
pub(crate) const DRAIN: &str = Drain::NAME;

/// Arguments that make it one call of the operation, and no more.
const ONE_CALL: [&str; 2] = ["limit", "key"];

/// Drains until nothing waits; the reply is that of all calls together.
///
/// # Errors
/// As the operation.
pub(crate) fn run(engine: &Engine, mut arguments: Map<String, Value>) -> Result<Value> {
    let is_one_call = ONE_CALL.iter().any(|name| arguments.contains_key(*name));
    let mut all = call(engine, &arguments)?;
    // What failed is tried again once.
    arguments.shift_remove("retry");
    while !is_one_call && all.waiting > 0 {
        let next = call(engine, &arguments)?;
        if next.waiting >= all.waiting && done(&next) == 0 {
            // Others take what is there.
            break;
        }
        all = sum(&all, next);
    }
    serde_json::to_value(all).map_err(Error::internal)
}

fn call(engine: &Engine, arguments: &Map<String, Value>) -> Result<Drained> {
    serde_json::from_value(engine.call(DRAIN, Value::Object(arguments.clone()))?).map_err(Error::internal)
}

const fn done(drained: &Drained) -> i64 {
    drained.earned + drained.amended + drained.cancelled + drained.unchanged + drained.failed_now
}

/// What was done adds up; what stands is what the last call saw.
fn sum(before: &Drained, last: Drained) -> Drained {
    Drained {
        earned: before.earned + last.earned,
        amended: before.amended + last.amended,
        cancelled: before.cancelled + last.cancelled,
        unchanged: before.unchanged + last.unchanged,
        points: before.points + last.points,
        failed_now: before.failed_now + last.failed_now,
        ..last
    }
}
