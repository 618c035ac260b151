use std::collections::BTreeMap;
use std::ffi::c_char;
use std::sync::{PoisonError, RwLock};

use loyalty_core::programme::Programme;
use loyalty_core::value::Instant;
use loyalty_core::{Engine as Core, Error, Options as CoreOptions, Result};

use crate::boundary::{self, Out, Record};
use crate::error::{ErrorObject, Status, guarded};

/// An open engine. The pointer is a ticket: the library never reads it as an address, and a caller must not look behind
/// it.
///
/// So a closed engine is always recognised: a call with it is `LOYALTY_INVALID`, not a crash.
pub struct Engine {
    _opaque: [u8; 0],
}

/// How to open an engine.
///
/// Set all fields to 0 first (`loyalty_options options = {0};`), then `size`, then what you need.
#[repr(C)]
pub struct Options {
    /// `sizeof(loyalty_options)`.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// The database, like `"sqlite:/var/lib/shop/loyalty.db"`, optionally followed by settings like `?durability=full`
    /// or `?busy_timeout_ms=2000`. `"sqlite::memory:"` is a database in memory, a separate one for each thread.
    pub database: *const c_char,
    /// The programme: the path of a TOML file, or NULL for the compiled-in one.
    pub program: *const c_char,
    /// 0.
    pub reserved_words: [u64; 4],
}

impl Record for Options {
    fn reserved_is_zero(&self) -> bool {
        self.reserved == 0 && self.reserved_words == [0; 4]
    }
}

/// The open engines, by the number in their tickets.
static OPEN: RwLock<Opened> = RwLock::new(Opened { last: 0, engines: BTreeMap::new() });

struct Opened {
    last: usize,
    engines: BTreeMap<usize, Core>,
}

/// Distance between tickets: none lies in the first page, which some languages take for an invalid pointer.
const STEP: usize = 4096;

/// The engine of a ticket. It stays open for the call, even if another thread closes it meanwhile.
pub(crate) fn opened(ticket: *const Engine) -> Result<Core> {
    let number = ticket.addr();
    if number == 0 {
        return Err(Error::invalid("engine", "must not be NULL"));
    }
    let open = OPEN.read().unwrap_or_else(PoisonError::into_inner);
    open.engines.get(&number).cloned().ok_or_else(|| Error::invalid("engine", "must be open: it was closed before"))
}

/// Opens an engine, and creates the database or updates its schema.
///
/// On success `*engine` is the engine; close it with `loyalty_close`. `options` is read during the call only.
///
/// Errors: `LOYALTY_INVALID` for NULL, a wrong size, text that is not UTF-8, a wrong setting or a wrong programme file;
/// `LOYALTY_UNAVAILABLE` when the database cannot be opened.
///
/// Threads: any; engines may be opened at the same time, even on one database. Fork: open after the fork where you can;
/// the chapter on forks above describes an engine that was opened before a fork.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_open(
    options: *const Options,
    engine: *mut *mut Engine,
    error: *mut *mut ErrorObject,
) -> Status {
    guarded(error, || {
        let engine = Out::value(engine, "engine")?;
        let options = boundary::record(options, "options")?;
        let database = boundary::text(options.database, "options.database")?;
        let program = boundary::optional_text(options.program, "options.program")?;
        let opened = open(database, program)?;
        let mut open = OPEN.write().unwrap_or_else(PoisonError::into_inner);
        open.last = open.last.wrapping_add(STEP);
        let ticket = open.last;
        open.engines.insert(ticket, opened);
        engine.write(std::ptr::without_provenance_mut(ticket));
        Ok(())
    })
}

fn open(database: &str, program: Option<&str>) -> Result<Core> {
    let mut options = CoreOptions::parse(database)?;
    if let Some(path) = program {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let expected = format_args!("must be a TOML file that can be read, `{path}`: {error}");
            Error::invalid("options.program", expected)
        })?;
        options = options.programme(Programme::parse(&text)?);
    }
    Core::open(options)
}

/// Closes an engine. NULL does nothing, and neither does an engine that is already closed.
///
/// Calls of other threads that are running finish normally; later ones are `LOYALTY_INVALID`. The connections of other
/// threads are closed when these threads end or next use the library.
///
/// Threads: any. Fork: a child may close what it inherited; the parent's engine stays open.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_close(engine: *mut Engine) {
    let _ = guarded(std::ptr::null_mut(), || {
        let closed = OPEN.write().unwrap_or_else(PoisonError::into_inner).engines.remove(&engine.addr());
        // The lock is free again: closing a database takes a while.
        drop(closed);
        Ok(())
    });
}

/// Fixes the clock of an engine, for tests and replays; NULL restores the operating system's clock.
///
/// `now` is RFC 3339, like `"2026-03-02T09:30:00-03:00"`. A shop never calls this: for a purchase that happened
/// earlier, every command takes `at`.
///
/// Errors: `LOYALTY_INVALID` for a NULL or closed engine, or when the text is not such an instant.
///
/// Threads: any; the clock applies to all threads of the engine. Fork: the child keeps the clock that it inherited.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_fix_now(engine: *const Engine, now: *const c_char, error: *mut *mut ErrorObject) -> Status {
    guarded(error, || {
        let engine = opened(engine)?;
        let now = boundary::optional_text(now, "now")?;
        let now = now.map(Instant::parse).transpose().map_err(|expected| Error::invalid("now", expected))?;
        engine.fix_now(now);
        Ok(())
    })
}
