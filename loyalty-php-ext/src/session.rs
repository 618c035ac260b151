//! The engines of this process: opened by the first call that needs one, kept across requests.

use std::cell::{Cell, RefCell};
use std::os::unix::fs::MetadataExt as _;
use std::rc::Rc;

use ext_php_rs::types::Zval;
use loyalty_core::Fault;
use loyalty_core::host::{Host, Session};
use loyalty_core::programme::Programme;
use loyalty_core::value::{DigestSecret, SigningKey};
use loyalty_core::{Engine, Error, Options, Result};

use crate::file::File;
use crate::hosted::{self, Kind, Named};
use crate::mysqli::Mysqli;
use crate::pdo::Pdo;
use crate::settings::{self, Settings};

/// Most engines, and most programmes, that a process keeps. One process may serve several sites with their own
/// databases.
const MAX_ENGINES: usize = 8;

/// What an engine was opened for.
#[derive(Clone, PartialEq)]
pub(crate) struct Wanted {
    database: String,
    program: File,
    signing_key: File,
    digest_key: File,
    /// The keys that the setting of the database names.
    inner_keys: [File; 2],
}

impl Wanted {
    /// Whether another engine was opened for the same settings when their files were different.
    fn replaces(&self, other: &Self) -> bool {
        self.database == other.database
            && self.program.path == other.program.path
            && self.signing_key.path == other.signing_key.path
            && self.digest_key.path == other.digest_key.path
    }
}

/// What a call wanted, and when its settings were read.
pub(crate) struct Asked {
    generation: u64,
    pub(crate) wanted: Wanted,
}

impl Asked {
    /// What is wanted now of an engine on the page's connection.
    pub(crate) fn now() -> Self {
        // Read before the settings, so that a change in between is seen.
        let generation = settings::generation();
        Self { generation, wanted: wanted("", &settings::current()) }
    }

    /// Whether the same is wanted now: no setting has changed since, and no file.
    pub(crate) fn is_current(&self) -> bool {
        let Wanted { database: _, program, signing_key, digest_key, inner_keys } = &self.wanted;
        let mut files = [program, signing_key, digest_key].into_iter().chain(inner_keys);
        self.generation == settings::generation() && files.all(File::is_unchanged)
    }
}

/// The engine of the last call on a database of the settings: one of those that are kept.
struct Last {
    asked: Asked,
    /// Whether the settings name the database.
    is_set: bool,
    engine: Engine,
}

thread_local! {
    static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
    static ENGINES: RefCell<Vec<(Wanted, Engine)>> = const { RefCell::new(Vec::new()) };
    static PROGRAMMES: RefCell<Vec<(File, Programme)>> = const { RefCell::new(Vec::new()) };
}

/// The engine for the settings of this request.
pub(crate) fn engine() -> Result<Engine> {
    let engine = match hosted::engine()? {
        Some(engine) => engine,
        None => configured(None)?,
    };
    engine.fix_now(settings::now());
    Ok(engine)
}

/// An engine for operations that need no database: the configured one, or one in memory.
pub(crate) fn pure_engine() -> Result<Engine> {
    let engine = configured(Some("sqlite::memory:"))?;
    engine.fix_now(settings::now());
    Ok(engine)
}

/// The engine for questions that use a database if there is one: the page's, the configured one, or one in memory.
pub(crate) fn any_engine() -> Result<Engine> {
    match hosted::engine()? {
        Some(engine) => {
            engine.fix_now(settings::now());
            Ok(engine)
        }
        None => pure_engine(),
    }
}

/// The engine on the configured database; if none is set, the one on the database given here.
fn configured(otherwise: Option<&str>) -> Result<Engine> {
    let kept = LAST.with_borrow(|last| {
        let last = last.as_ref().filter(|last| (last.is_set || otherwise.is_some()) && last.asked.is_current());
        last.map(|last| last.engine.clone())
    });
    if let Some(engine) = kept {
        return Ok(engine);
    }
    // What it was stays no longer open than the engines that are kept.
    drop(LAST.take());
    let (generation, settings) = (settings::generation(), settings::current());
    let is_set = !settings.database.is_empty();
    let set = Some(settings.database.as_str()).filter(|_| is_set);
    let wanted = wanted(set.or(otherwise).ok_or_else(not_configured)?, &settings);
    let engine = opened(&wanted)?;
    LAST.set(Some(Last { asked: Asked { generation, wanted }, is_set, engine: engine.clone() }));
    Ok(engine)
}

fn not_configured() -> Error {
    let message = "no database is set: put `loyalty.database = \"sqlite:/path/file.db\"` into php.ini, or call \
                   loyalty_configure(database: …) or loyalty_use_pdo(…)";
    Error::unavailable(Fault::NotConfigured, message)
}

/// An engine on a connection of the page.
pub(crate) fn on_host(named: &Named, object: Zval, written: Rc<Cell<bool>>, wanted: &Wanted) -> Result<Engine> {
    let (prefix, after_deadlock) = (&named.prefix, named.after_deadlock.clone());
    let session: Box<dyn Session> = match named.kind {
        Kind::Pdo => {
            let mut connection = Pdo::open(object, written)?;
            refuse_opened(connection.file()?)?;
            Box::new(Host::on(connection, prefix, after_deadlock)?)
        }
        Kind::Mysqli => Box::new(Host::on(Mysqli::open(object, written)?, prefix, after_deadlock)?),
    };
    Engine::on(session, complete(Options::host(), wanted)?)
}

/// A file that an engine of this process has open must not be used by PDO's copy of SQLite as well.
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
    Err(Error::unavailable(Fault::DatabaseSharedInProcess, message))
}

fn wanted(database: &str, settings: &Settings) -> Wanted {
    let inner = database.split_once('?').map_or("", |(_, settings)| settings);
    let inner_key = |name| inner.split('&').find_map(|setting| setting.strip_prefix(name)).unwrap_or_default();
    Wanted {
        database: database.to_owned(),
        program: File::read(&settings.program),
        signing_key: File::read(&settings.signing_key),
        digest_key: File::read(&settings.digest_key),
        inner_keys: settings::KEYS.map(|name| File::read(inner_key(name))),
    }
}

fn opened(wanted: &Wanted) -> Result<Engine> {
    let kept = ENGINES
        .with_borrow(|engines| engines.iter().find(|(opened, _)| opened == wanted).map(|(_, engine)| engine.clone()));
    if let Some(engine) = kept {
        return Ok(engine);
    }
    let engine = Engine::open(complete(Options::parse(&wanted.database)?, wanted)?)?;
    ENGINES.with_borrow_mut(|engines| {
        engines.retain(|(opened, _)| !wanted.replaces(opened));
        if engines.len() >= MAX_ENGINES {
            engines.remove(0);
        }
        engines.push((wanted.clone(), engine.clone()));
    });
    Ok(engine)
}

/// The options with the requested programme and keys.
fn complete(options: Options, wanted: &Wanted) -> Result<Options> {
    let options = options.programme(programme(&wanted.program)?);
    let options = match (&wanted.digest_key.path, &wanted.digest_key.content) {
        (path, _) if path.is_empty() => options,
        (_, Some(text)) => options.digest_key(DigestSecret::parse(text)?),
        (path, None) => options.digest_key_file(path)?,
    };
    match (&wanted.signing_key.path, &wanted.signing_key.content) {
        (path, _) if path.is_empty() => Ok(options),
        (_, Some(text)) => Ok(options.signing_key(SigningKey::parse(text)?)),
        (path, None) => options.signing_key_file(path),
    }
}

/// A programme, read once.
fn programme(program: &File) -> Result<Programme> {
    let kept = PROGRAMMES
        .with_borrow(|known| known.iter().find(|(read, _)| read == program).map(|(_, programme)| programme.clone()));
    if let Some(programme) = kept {
        return Ok(programme);
    }
    let programme = match (program.path.as_str(), &program.content) {
        ("", _) => Programme::cafe_vt()?,
        (_, Some(text)) => Programme::parse(text)?,
        (path, None) => {
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

/// Closes the engines of this process after something went wrong inside one.
pub(crate) fn forget_engines() {
    hosted::leave();
    drop(LAST.take());
    ENGINES.with_borrow_mut(Vec::clear);
}
