//! `run-tasks`: calls the operation until nothing is left, once or again and again.

use std::io::Write as _;
use std::thread;
use std::time::Duration;

use clap::{Arg, ArgMatches, Command, value_parser};
use loyalty_core::ops::{Operation as _, RunTasks, TaskStep, TasksDone};
use loyalty_core::{Engine, Error, Result};
use serde_json::{Map, Value};

use crate::show;

/// The operation.
pub(crate) const RUN_TASKS: &str = RunTasks::NAME;
/// The option that repeats it.
const EVERY: &str = "every";
/// Arguments that limit the command to a single call of the operation.
const ONE_CALL: [&str; 2] = ["limit", "key"];

/// Adds the option that repeats the command.
pub(crate) fn with_every(command: Command) -> Command {
    let every = Arg::new(EVERY).long(EVERY).value_name("SECONDS").value_parser(value_parser!(u64).range(1..=86_400));
    command
        .arg(every.help("Do it again every so many seconds, until the process is stopped; each round prints its steps"))
}

/// Runs what is due; with `--every`, for ever.
///
/// # Errors
/// The errors of the operation.
pub(crate) fn run(engine: &Engine, arguments: &Map<String, Value>, given: &ArgMatches) -> Result<Value> {
    let Some(seconds) = given.get_one::<u64>(EVERY) else { return round(engine, arguments) };
    loop {
        let reply = round(engine, arguments)?;
        let is_idle = reply.get("steps").and_then(Value::as_array).is_none_or(Vec::is_empty);
        if !is_idle {
            let text = if given.get_flag("json") { format!("{reply}\n") } else { show::readable(&reply) };
            let written = std::io::stdout().lock().write_all(text.as_bytes());
            written.map_err(|error| Error::internal(format_args!("cannot write the reply: {error}")))?;
        }
        thread::sleep(Duration::from_secs(*seconds));
    }
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
