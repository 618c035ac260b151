//! `drain`: handles everything that waits, call after call.

use loyalty_core::ops::{Drain, Drained, Operation as _};
use loyalty_core::{Engine, Error, Result};
use serde_json::{Map, Value};

/// The subcommand.
pub(crate) const DRAIN: &str = Drain::NAME;

/// Arguments that limit the command to a single call of the operation.
const ONE_CALL: [&str; 2] = ["limit", "key"];

/// Drains until nothing waits; the reply sums up all calls.
///
/// # Errors
/// The errors of the operation.
pub(crate) fn run(engine: &Engine, mut arguments: Map<String, Value>) -> Result<Value> {
    let is_one_call = ONE_CALL.iter().any(|name| arguments.contains_key(*name));
    let mut all = call(engine, &arguments)?;
    // Purchases that failed are retried only once.
    arguments.shift_remove("retry");
    while !is_one_call && all.waiting > 0 {
        let next = call(engine, &arguments)?;
        if next.waiting >= all.waiting && done(&next) == 0 {
            // Other processes are handling what is left.
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

/// Adds up what was done; the counts of what is left are those of the last call.
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
