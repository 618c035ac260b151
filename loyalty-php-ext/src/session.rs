//! The engines of this process: opened by the first call that needs one, kept across requests.

use std::cell::RefCell;
use std::time::SystemTime;

use loyalty_core::domain::programme::Programme;
use loyalty_core::{Engine, Error, Options, Result};

use crate::settings::{self, Settings};

/// Most engines a process keeps. One process may serve several sites with databases of their own.
const MAX_ENGINES: usize = 8;

/// What an engine was opened for.
#[derive(Clone, PartialEq)]
struct Wanted {
    database: String,
    program: String,
    changed: Option<SystemTime>,
    signing_key: String,
}

thread_local! {
    static ENGINES: RefCell<Vec<(Wanted, Engine)>> = const { RefCell::new(Vec::new()) };
}

/// The engine of the settings that hold for this request.
pub(crate) fn engine() -> Result<Engine> {
    let settings = settings::current();
    if settings.database.is_empty() {
        let message = "no database is set: put `loyalty.database = \"sqlite:/path/file.db\"` into php.ini, or call \
                       loyalty_configure(database: …)";
        return Err(Error::unavailable("not_configured", message));
    }
    let engine = opened(&settings.database, &settings)?;
    engine.fix_now(settings.now);
    Ok(engine)
}

/// An engine for operations that need no database: the configured one, or one in memory.
pub(crate) fn pure_engine() -> Result<Engine> {
    let settings = settings::current();
    let database = if settings.database.is_empty() { "sqlite::memory:" } else { &settings.database };
    let engine = opened(database, &settings)?;
    engine.fix_now(settings.now);
    Ok(engine)
}

fn opened(database: &str, settings: &Settings) -> Result<Engine> {
    let (program, signing_key) = (settings.program.as_str(), settings.signing_key.clone());
    let changed = match program {
        "" => None,
        path => std::fs::metadata(path).and_then(|file| file.modified()).ok(),
    };
    let wanted = Wanted { database: database.to_owned(), program: program.to_owned(), changed, signing_key };
    let kept = ENGINES
        .with_borrow(|engines| engines.iter().find(|(opened, _)| *opened == wanted).map(|(_, engine)| engine.clone()));
    if let Some(engine) = kept {
        return Ok(engine);
    }
    let mut options = Options::parse(database)?;
    if !program.is_empty() {
        let text = std::fs::read_to_string(program).map_err(|error| {
            Error::invalid("program", format_args!("must be a TOML file that can be read, `{program}`: {error}"))
        })?;
        options = options.programme(Programme::parse(&text)?);
    }
    if !wanted.signing_key.is_empty() {
        options = options.signing_key_file(&wanted.signing_key)?;
    }
    let engine = Engine::open(options)?;
    ENGINES.with_borrow_mut(|engines| {
        if engines.len() >= MAX_ENGINES {
            engines.remove(0);
        }
        engines.push((wanted, engine.clone()));
    });
    Ok(engine)
}

/// Closes the engines of this process, after something went wrong inside one.
pub(crate) fn forget_engines() {
    ENGINES.with_borrow_mut(Vec::clear);
}
