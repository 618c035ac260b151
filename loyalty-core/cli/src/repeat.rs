//! `--every`: a command that does its work again and again, until the process is stopped.

use std::io::Write as _;
use std::thread;
use std::time::Duration;

use clap::{Arg, ArgMatches, value_parser};
use loyalty_core::{Error, Result};
use serde_json::Value;

use crate::show;

/// The option.
const EVERY: &str = "every";

/// The option with its help.
pub(crate) fn every(help: &'static str) -> Arg {
    Arg::new(EVERY).long(EVERY).value_name("SECONDS").value_parser(value_parser!(u64).range(1..=86_400)).help(help)
}

/// Does a round; with `--every`, for ever, and prints the reply of each that was not idle.
///
/// # Errors
/// Those of a round.
pub(crate) fn rounds(
    given: &ArgMatches,
    mut round: impl FnMut() -> Result<Value>,
    is_idle: impl Fn(&Value) -> bool,
) -> Result<Value> {
    let Some(seconds) = given.get_one::<u64>(EVERY) else { return round() };
    loop {
        let reply = round()?;
        if !is_idle(&reply) {
            let text = if given.get_flag("json") { format!("{reply}\n") } else { show::readable(&reply) };
            let written = std::io::stdout().lock().write_all(text.as_bytes());
            written.map_err(|error| Error::internal(format_args!("cannot write the reply: {error}")))?;
        }
        thread::sleep(Duration::from_secs(*seconds));
    }
}
