//! `copy`: moves a whole database from one store to another.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use clap::{ArgMatches, Args, FromArgMatches as _};
use indicatif::{ProgressBar, ProgressStyle};
use loyalty_core::programme::Programme;
use loyalty_core::{Engine, Error, Options, Result};
use serde_json::Value;

/// Prefix of the name of an environment variable.
const VARIABLE: &str = "env:";

/// Copy a whole database into an empty one: from `sqlite:…` to `mysql:…`, back, or between two of the same kind
///
/// Each is a setting like --database, or `env:NAME` to read it from an environment variable, so that no password shows
/// in a list of processes. The source may be in use: it is read in one snapshot, and anything written to it during the
/// copy is not copied, so stop its writers before the last copy. Its schema must be up to date (`loyalty migrate`). The
/// target must be empty; the command creates its tables. Ids stay the same, and new ids continue after them.
///
/// With --program, the copy is refused if that programme would read the money in another currency.
///
/// At the end both sides are read and compared: the reply lists each table with its number of rows and the hash that
/// both sides have. Until then no engine opens the target. To restart a copy that was interrupted, run the same command
/// again.
#[derive(Debug, Args)]
pub(crate) struct Copy {
    /// The database to read
    #[arg(value_name = "SOURCE")]
    source: String,
    /// The empty database to fill
    #[arg(value_name = "TARGET")]
    target: String,
}

/// Runs the copy; the reply lists the tables.
///
/// # Errors
/// The errors of [`Engine::copy`].
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

/// A setting as typed, or from the environment variable that it names.
pub(crate) fn setting(name: &str, typed: &str) -> Result<Options> {
    let text = match typed.strip_prefix(VARIABLE) {
        Some(variable) => std::env::var(variable)
            .map_err(|_| Error::invalid(name, format_args!("the environment has no variable `{variable}`")))?,
        None => typed.to_owned(),
    };
    Options::parse(&text).map_err(|error| Error::invalid(name, error.message()))
}
