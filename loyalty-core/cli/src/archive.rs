//! `archive`: moves old entries into a second file.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgMatches, Args, FromArgMatches as _};
use indicatif::{ProgressBar, ProgressStyle};
use loyalty_core::programme::Programme;
use loyalty_core::value::DayOrMoment;
use loyalty_core::{Engine, Error, Options, Result};
use serde_json::Value;

/// Move entries that are older than a date out of a SQLite file into a second file
///
/// With the entries go the uses of points and the changes of orders that belong to them. A member's entries leave in
/// their order, up to the first one that still has points left, or that a later entry takes back; the balance and a hash
/// of what left stay behind. The first run creates the file; later runs add to it.
///
/// Open the database with `?archive=FILE` from then on, and every call works as before. Opened without it, whatever
/// needs entries that have left fails with `archive_needed`, and `transactions` and `verify` say how many they miss.
///
/// The database may be in use. A run that was stopped is begun again with the same arguments: rows are deleted only
/// after their copy is on the disk.
#[derive(Debug, Args)]
pub(crate) struct Archive {
    /// A day, or a moment: entries from then on stay
    #[arg(long, value_name = "DATE")]
    before: String,
    /// The file that the entries go to; always the same for a database
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Moves the entries; the reply says of how many members, and how many entries.
///
/// # Errors
/// The errors of [`Engine::archive`].
pub(crate) fn run(options: Options, given: &ArgMatches, programme: Option<Programme>) -> Result<Value> {
    let archive = Archive::from_arg_matches(given).map_err(|error| Error::invalid("command", error))?;
    let zone = programme.map_or_else(Programme::cafe_vt, Ok)?.zone;
    let before: DayOrMoment =
        serde_json::from_value(Value::String(archive.before)).map_err(|expected| Error::invalid("before", expected))?;
    let bar = if io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    let archived = Engine::archive(&options.archive(archive.to), before.as_start(zone), &mut |left| {
        bar.set_message(format!("{} entries of {} members", left.entries, left.members));
        Ok(())
    });
    bar.finish_and_clear();
    serde_json::to_value(archived?).map_err(Error::internal)
}
