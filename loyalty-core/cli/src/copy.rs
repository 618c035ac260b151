//! `copy`: moves a whole database from one store to another.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use clap::{ArgMatches, Args, FromArgMatches as _};
use indicatif::{ProgressBar, ProgressStyle};
use loyalty_core::programme::Programme;
use loyalty_core::{Engine, Error, Options, Result};
use serde_json::Value;

/// Before the name of a variable of the environment.
const VARIABLE: &str = "env:";

/// Copy a whole database into an empty one: `sqlite:…` to `mysql:…`, back, or alike
///
/// Each is a setting as for --database, or `env:NAME` for one that a variable holds, so that a password stands in no
/// list of processes. The source may be in use: it is read in one snapshot, and what is written there meanwhile is not
/// copied, so stop its writers before the last copy. Its schema must be this engine's (`loyalty migrate`). The target
/// must be empty; its tables are made here. Ids stay as they are, and new ones go on behind them.
///
/// With --program nothing is copied whose money that programme would read in another currency.
///
/// In the end both sides are read and compared: the reply has each table with its rows and the hash that both have.
/// Until then no engine opens the target. A copy that was interrupted is begun anew by the same command.
#[derive(Debug, Args)]
pub(crate) struct Copy {
    /// The database that is read
    #[arg(value_name = "SOURCE")]
    source: String,
    /// The empty database that is filled
    #[arg(value_name = "TARGET")]
    target: String,
}

/// Runs the copy; the reply lists the tables.
///
/// # Errors
/// As [`Engine::copy`].
pub(crate) fn run(given: &ArgMatches, programme: Option<Programme>) -> Result<Value> {
    let copy = Copy::from_arg_matches(given).map_err(|error| Error::invalid("command", error))?;
    let mut source = setting("source", &copy.source)?;
    if let Some(programme) = programme {
        source = source.programme(programme);
    }
    let target = setting("target", &copy.target)?;
    let bar = if io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    let copied = Engine::copy(&source, &target, &mut |table, rows| {
        bar.set_message(format!("{table}: {rows} rows"));
        Ok(())
    });
    bar.finish_and_clear();
    serde_json::to_value(copied?).map_err(Error::internal)
}

/// A setting that was typed, or the one that a variable holds.
pub(crate) fn setting(name: &str, typed: &str) -> Result<Options> {
    let text = match typed.strip_prefix(VARIABLE) {
        Some(variable) => std::env::var(variable)
            .map_err(|_| Error::invalid(name, format_args!("the environment has no variable `{variable}`")))?,
        None => typed.to_owned(),
    };
    Options::parse(&text).map_err(|error| Error::invalid(name, error.message()))
}
