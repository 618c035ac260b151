//! The command line: every operation as a subcommand, and the commands that an operator needs in addition.
//!
//! A library only so that it can be tested; its interface is the command.

pub mod adopt;
mod archive;
mod arguments;
mod commands;
mod copy;
mod deliver;
mod drain;
mod fail;
mod import;
mod repeat;
mod run_tasks;
mod show;
mod sweep;

use std::env::VarError;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgMatches;
use clap::error::ErrorKind;
use loyalty_core::ops::Access;
use loyalty_core::ops::describe::{self, Description};
use loyalty_core::programme::Programme;
use loyalty_core::value::Instant;
use loyalty_core::{Engine, Error, Options, Result};
use serde_json::Value;

use self::commands::{ADOPT, ARCHIVE, COPY, IMPORT, MIGRATE, SWEEP};

/// Exit status of a command that ran and found a problem.
const FOUND_WRONG: u8 = 1;

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    let as_json = std::env::args_os().skip(1).take_while(|word| word != "--").any(|word| word == "--json");
    let form = if as_json { fail::Form::Json } else { fail::Form::Words };
    let table = describe::all();
    let matches = match commands::root(&table).try_get_matches() {
        Ok(matches) => matches,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            // When the pipe was closed, there is nothing left to do.
            drop(error.print());
            return ExitCode::SUCCESS;
        }
        Err(error) if form == fail::Form::Json => return fail::usage_as_json(&error),
        Err(error) => {
            drop(error.print());
            return ExitCode::from(1);
        }
    };
    match run(&matches, &table) {
        Ok(reply) => answer(matches.subcommand_name(), &reply, form),
        Err(error) => fail::report(&error, form),
    }
}

/// Prints a reply. A check that found a problem is printed in full and fails.
fn answer(word: Option<&str>, reply: &Value, form: fail::Form) -> ExitCode {
    let text = if form == fail::Form::Json { format!("{reply}\n") } else { show::readable(reply) };
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            return fail::report(&Error::internal(format_args!("cannot write the reply: {error}")), form);
        }
        _ => {}
    }
    let found_wrong = match word {
        Some("verify") => reply.get("ok") == Some(&Value::Bool(false)),
        Some(drain::DRAIN) => reply.get("failed").is_some_and(|failed| failed.as_i64() != Some(0)),
        Some("run-tasks") => reply
            .pointer("/steps")
            .and_then(Value::as_array)
            .is_some_and(|steps| steps.iter().any(|step| step.get("state").is_some_and(|state| state == "failed"))),
        Some(deliver::DELIVER) => deliver::has_failed(reply),
        Some("health") => reply.get("status").is_some_and(|status| status == "failed"),
        _ => false,
    };
    if found_wrong { ExitCode::from(FOUND_WRONG) } else { ExitCode::SUCCESS }
}

fn run(matches: &ArgMatches, table: &[Description]) -> Result<Value> {
    let Some((word, given)) = matches.subcommand() else {
        return Err(Error::invalid("command", "is required"));
    };
    if word == COPY {
        return copy::run(given, programme(given)?);
    }
    // What was typed is checked before a database is opened or created.
    let operation = table.iter().find(|operation| commands::kebab(operation.name) == word);
    let arguments = operation.map(|operation| arguments::read(operation, given)).transpose()?;
    let now = given.get_one::<String>("now").map(|text| Instant::parse(text)).transpose();
    let now = now.map_err(|expected| Error::invalid("now", expected))?;
    let needs = match operation.map(|asked| asked.access) {
        Some(Access::Pure) => Needs::Nothing,
        Some(Access::ReadIfAny) => Needs::DatabaseIfAny,
        None if word == IMPORT && import::only_guesses(given) => Needs::Nothing,
        _ => Needs::Database,
    };
    let options = options(given, needs)?;
    if word == MIGRATE {
        let migrated = Engine::migrate(&options)?;
        // Opening also records the programme, so that the first page has no work left to do.
        Engine::open(options)?;
        return serde_json::to_value(migrated).map_err(Error::internal);
    }
    if word == ARCHIVE {
        return archive::run(options, given, programme(given)?);
    }
    if word == ADOPT {
        return adopt::command::run(&options, given, now);
    }
    // Reading a file that does not exist means that its path is wrong; `verify` must not call an empty database sound.
    if let Some(file) = options.missing_file().filter(|_| operation.is_some_and(|asked| asked.access == Access::Read)) {
        let expected =
            format!("there is no file `{}`; commands that write create it, as does `loyalty migrate`", file.display());
        return Err(Error::invalid("database", expected));
    }
    let engine = Engine::open(options)?;
    engine.fix_now(now);
    match (operation, arguments) {
        (Some(operation), Some(arguments)) if operation.name == drain::DRAIN => drain::run(&engine, arguments),
        (Some(operation), Some(arguments)) if operation.name == run_tasks::RUN_TASKS => {
            run_tasks::run(&engine, &arguments, given)
        }
        (Some(operation), Some(arguments)) => engine.call(operation.name, Value::Object(arguments)),
        _ if word == IMPORT => import::run(&engine, given),
        _ if word == deliver::DELIVER => deliver::run(&engine, given),
        _ if word == SWEEP => sweep::run(&engine),
        _ => Err(Error::not_found("command", word)),
    }
}

/// A setting as typed, or from its environment variable.
fn setting(given: &ArgMatches, name: &str, variable: &str) -> Result<Option<String>> {
    let typed = given.get_one::<String>(name).cloned();
    match std::env::var(variable) {
        _ if typed.is_some() => Ok(typed),
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        // Ignoring it would silently use another database.
        Err(VarError::NotUnicode(_)) => Err(Error::invalid(name, format_args!("`{variable}` must be UTF-8"))),
    }
}

/// The programme, if one is given.
fn programme(given: &ArgMatches) -> Result<Option<Programme>> {
    let path = setting(given, "program", "LOYALTY_PROGRAM")?.map(PathBuf::from);
    path.map(|path| Programme::parse(&arguments::programme_file(&path)?)).transpose()
}

/// What a command needs of the database.
#[derive(Clone, Copy)]
enum Needs {
    Database,
    /// When its file does not exist, none is created.
    DatabaseIfAny,
    Nothing,
}

/// Where the data are, and which programme is used.
fn options(given: &ArgMatches, needs: Needs) -> Result<Options> {
    let options = match needs {
        // No file is created.
        Needs::Nothing => Options::sqlite(":memory:"),
        Needs::Database | Needs::DatabaseIfAny => {
            let database = setting(given, "database", "LOYALTY_DATABASE")?;
            let options = Options::parse(&database.unwrap_or_else(|| commands::DATABASE.to_owned()))?;
            match needs {
                Needs::DatabaseIfAny if options.missing_file().is_some() => Options::sqlite(":memory:"),
                _ => options,
            }
        }
    };
    let options = match setting(given, "digest-key", "LOYALTY_DIGEST_KEY")? {
        Some(path) => options.digest_key_file(path)?,
        None => options,
    };
    let options = match setting(given, "signing-key", "LOYALTY_SIGNING_KEY")? {
        Some(path) => options.signing_key_file(path)?,
        None => options,
    };
    Ok(match programme(given)? {
        Some(programme) => options.programme(programme),
        None => options,
    })
}
