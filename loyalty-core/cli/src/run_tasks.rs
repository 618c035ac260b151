//! `run-tasks`: calls the operation until nothing is left, once or again and again.

use clap::{ArgMatches, Command};
use loyalty_core::ops::{Operation as _, RunTasks, TaskStep, TasksDone};
use loyalty_core::{Engine, Error, Result};
use serde_json::{Map, Value};

use crate::repeat;

/// The operation.
pub(crate) const RUN_TASKS: &str = RunTasks::NAME;
/// Arguments that limit the command to a single call of the operation.
const ONE_CALL: [&str; 2] = ["limit", "key"];

/// Adds the option that repeats the command.
pub(crate) fn with_every(command: Command) -> Command {
    let help = "Do it again every so many seconds, until the process is stopped; each round prints its steps";
    command.arg(repeat::every(help))
}

/// Runs what is due; with `--every`, for ever.
///
/// # Errors
/// The errors of the operation.
pub(crate) fn run(engine: &Engine, arguments: &Map<String, Value>, given: &ArgMatches) -> Result<Value> {
    let is_idle = |reply: &Value| reply.get("steps").and_then(Value::as_array).is_none_or(Vec::is_empty);
    repeat::rounds(given, || round(engine, arguments), is_idle)
}

/// Calls until nothing is left; the reply has each step once, with its sums.
fn round(engine: &Engine, arguments: &Map<String, Value>) -> Result<Value> {
    let is_one_call = ONE_CALL.iter().any(|name| arguments.contains_key(*name));
    let mut all = call(engine, arguments)?;
    while all.more && !is_one_call {
        let next = call(engine, arguments)?;
        all.more = next.more;
        next.steps.into_iter().for_each(|step| add(&mut all.steps, step));
    }
    serde_json::to_value(all).map_err(Error::internal)
}

fn call(engine: &Engine, arguments: &Map<String, Value>) -> Result<TasksDone> {
    serde_json::from_value(engine.call(RUN_TASKS, Value::Object(arguments.clone()))?).map_err(Error::internal)
}

fn add(steps: &mut Vec<TaskStep>, step: TaskStep) {
    match steps.iter_mut().find(|known| known.name == step.name && known.period == step.period) {
        Some(known) => {
            let (members, changes) = (known.members + step.members, known.changes + step.changes);
            *known = TaskStep { members, changes, ..step };
        }
        None => steps.push(step),
    }
}
