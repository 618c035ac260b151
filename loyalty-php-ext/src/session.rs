//! The engines of this process: opened by the first call that needs one, kept across requests; and that of the page's
//! own connection, for the rest of a request.

use std::cell::RefCell;
use std::os::unix::fs::MetadataExt as _;
use std::time::SystemTime;

use ext_php_rs::types::Zval;
use loyalty_core::domain::programme::Programme;
use loyalty_core::store::Host;
use loyalty_core::{Engine, Error, Options, Result};

use crate::pdo::Pdo;
use crate::settings::{self, Settings};

/// Most engines a process keeps, and programmes. One process may serve several sites with databases of their own.
const MAX_ENGINES: usize = 8;

/// What an engine was opened for.
#[derive(Clone, PartialEq)]
struct Wanted {
    database: String,
    program: Program,
    signing_key: String,
}

/// A programme file as it was; no path stands for the compiled-in programme.
#[derive(Clone, PartialEq)]
struct Program {
    path: String,
    changed: Option<SystemTime>,
}

/// The page's connection and the engine on it.
struct Hosted {
    pdo: Zval,
    prefix: String,
    wanted: Wanted,
    engine: Engine,
}

thread_local! {
    static ENGINES: RefCell<Vec<(Wanted, Engine)>> = const { RefCell::new(Vec::new()) };
    static PROGRAMMES: RefCell<Vec<(Program, Programme)>> = const { RefCell::new(Vec::new()) };
    static HOSTED: RefCell<Option<Hosted>> = const { RefCell::new(None) };
}

/// The engine of the settings that hold for this request.
pub(crate) fn engine() -> Result<Engine> {
    let settings = settings::current();
    if let Some(engine) = hosted(&settings)? {
        engine.fix_now(settings.now);
        return Ok(engine);
    }
    if settings.database.is_empty() {
        let message = "no database is set: put `loyalty.database = \"sqlite:/path/file.db\"` into php.ini, or call \
                       loyalty_configure(database: …) or loyalty_use_pdo(…)";
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

/// From now on the engine works on a connection of the page's.
pub(crate) fn use_pdo(pdo: Zval, prefix: String) -> Result<()> {
    leave_pdo();
    let wanted = wanted("", &settings::current());
    let hosted = on_pdo(pdo, prefix, wanted)?;
    HOSTED.set(Some(hosted));
    Ok(())
}

/// From now on the engine works on the configured database again.
pub(crate) fn leave_pdo() {
    // Dropped when the cell is free again: the end of a connection may run PHP code.
    drop(HOSTED.try_with(RefCell::take));
}

fn on_pdo(pdo: Zval, prefix: String, wanted: Wanted) -> Result<Hosted> {
    let mut connection = Pdo::open(pdo.shallow_clone())?;
    refuse_opened(connection.file()?)?;
    let session = Host::on(connection, &prefix)?;
    let engine = Engine::on(Box::new(session), complete(Options::host(), &wanted)?)?;
    Ok(Hosted { pdo, prefix, wanted, engine })
}

/// A file that an engine of this process has open already must not be used by PDO's copy of SQLite, too.
fn refuse_opened(file: Option<String>) -> Result<()> {
    let identity = |path: &str| std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()));
    let Some(asked) = file.as_deref().and_then(identity) else { return Ok(()) };
    let is_open = ENGINES.with_borrow(|engines| {
        let mut paths = engines.iter().filter_map(|(wanted, _)| wanted.database.strip_prefix("sqlite:"));
        paths.any(|path| path.split('?').next().and_then(identity) == Some(asked))
    });
    if !is_open {
        return Ok(());
    }
    let message = "this process works on this file by `loyalty.database` already; two copies of SQLite on one file in one \
                   process lose each other's locks, so let all its pages use either the setting or loyalty_use_pdo";
    Err(Error::unavailable("database_shared_in_process", message))
}

/// The engine on the page's connection, if there is one; a new one when a setting has changed.
fn hosted(settings: &Settings) -> Result<Option<Engine>> {
    let wanted = wanted("", settings);
    let kept = HOSTED.with_borrow(|hosted| {
        hosted.as_ref().map(|hosted| {
            let same = (hosted.wanted == wanted).then(|| hosted.engine.clone());
            same.ok_or_else(|| (hosted.pdo.shallow_clone(), hosted.prefix.clone()))
        })
    });
    match kept {
        None => Ok(None),
        Some(Ok(engine)) => Ok(Some(engine)),
        Some(Err((pdo, prefix))) => {
            let hosted = on_pdo(pdo, prefix, wanted)?;
            let engine = hosted.engine.clone();
            drop(HOSTED.replace(Some(hosted)));
            Ok(Some(engine))
        }
    }
}

fn wanted(database: &str, settings: &Settings) -> Wanted {
    let path = settings.program.clone();
    let changed = match path.as_str() {
        "" => None,
        path => std::fs::metadata(path).and_then(|file| file.modified()).ok(),
    };
    let program = Program { path, changed };
    Wanted { database: database.to_owned(), program, signing_key: settings.signing_key.clone() }
}

fn opened(database: &str, settings: &Settings) -> Result<Engine> {
    let wanted = wanted(database, settings);
    let kept = ENGINES
        .with_borrow(|engines| engines.iter().find(|(opened, _)| *opened == wanted).map(|(_, engine)| engine.clone()));
    if let Some(engine) = kept {
        return Ok(engine);
    }
    let engine = Engine::open(complete(Options::parse(database)?, &wanted)?)?;
    ENGINES.with_borrow_mut(|engines| {
        if engines.len() >= MAX_ENGINES {
            engines.remove(0);
        }
        engines.push((wanted, engine.clone()));
    });
    Ok(engine)
}

/// The options with the programme and the key that are wanted.
fn complete(options: Options, wanted: &Wanted) -> Result<Options> {
    let options = options.programme(programme(&wanted.program)?);
    if wanted.signing_key.is_empty() { Ok(options) } else { options.signing_key_file(&wanted.signing_key) }
}

/// A programme, read once.
fn programme(program: &Program) -> Result<Programme> {
    let kept = PROGRAMMES
        .with_borrow(|known| known.iter().find(|(read, _)| read == program).map(|(_, programme)| programme.clone()));
    if let Some(programme) = kept {
        return Ok(programme);
    }
    let programme = match program.path.as_str() {
        "" => Programme::cafe_vt()?,
        path => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                Error::invalid("program", format_args!("must be a TOML file that can be read, `{path}`: {error}"))
            })?;
            Programme::parse(&text)?
        }
    };
    PROGRAMMES.with_borrow_mut(|known| {
        if known.len() >= MAX_ENGINES {
            known.remove(0);
        }
        known.push((program.clone(), programme.clone()));
    });
    Ok(programme)
}

/// Closes the engines of this process, after something went wrong inside one.
pub(crate) fn forget_engines() {
    leave_pdo();
    ENGINES.with_borrow_mut(Vec::clear);
}
