//! Who calls the engine: the test itself, or a page in PHP on its own connection (`LOYALTY_TEST_STORE=pdo…`).

use std::path::Path;
use std::sync::Mutex;

use loyalty_core::value::Instant;
use loyalty_core::{Engine, Error, Fault, Options, Refusal};
use serde_json::{Map, Value};

use crate::surfaces::Php;
use crate::{calendar, store};

/// A caller of operations.
#[derive(Debug)]
pub enum Caller {
    /// An engine of this process.
    Engine(Engine),
    /// An engine on a page's connection, in a process of its own.
    Page(Page),
}

/// A page with a clock.
#[derive(Debug)]
pub struct Page(Mutex<(Php, Clock)>);

/// The clock of a page, which cannot be let go again once it is fixed.
#[derive(Debug)]
enum Clock {
    Untouched,
    Fixed(Instant),
    Real,
}

impl Caller {
    /// Opens a database as the tests run: by an engine, or by a page.
    ///
    /// # Panics
    /// When it cannot be opened.
    #[must_use]
    pub fn open(database: &str) -> Self {
        if store::is_page() {
            return Self::page(database, None);
        }
        Self::Engine(Engine::open(Options::parse(database).expect("a database setting")).expect("the engine opens"))
    }

    /// A page on a database, with a programme file or the default.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn page(database: &str, program: Option<&Path>) -> Self {
        Self::Page(Page(Mutex::new((Php::hosted(database, program), Clock::Untouched))))
    }

    /// Fixes the clock; `None` gives the operating system's back.
    ///
    /// # Panics
    /// When a call has failed before.
    pub fn fix_now(&self, now: Option<Instant>) {
        match self {
            Self::Engine(engine) => engine.fix_now(now),
            Self::Page(Page(page)) => {
                page.lock().expect("nobody failed before").1 = now.map_or(Clock::Real, Clock::Fixed);
            }
        }
    }

    /// Calls an operation.
    ///
    /// # Errors
    /// Those of the operation.
    ///
    /// # Panics
    /// When the page does not answer.
    pub fn call(&self, operation: &str, arguments: Value) -> Result<Value, Error> {
        match self {
            Self::Engine(engine) => engine.call(operation, arguments),
            Self::Page(Page(page)) => {
                let (php, clock) = &mut *page.lock().expect("nobody failed before");
                let now = match clock {
                    Clock::Untouched => None,
                    Clock::Fixed(now) => Some(calendar::text(now.micros())),
                    Clock::Real => Some(calendar::text(chrono::Utc::now().timestamp_micros())),
                };
                let arguments = arguments.as_object().expect("arguments have names");
                php.say(now.as_deref(), operation, arguments).map_err(|said| error(&said))
            }
        }
    }
}

/// The error that a page returned as JSON.
fn error(said: &Value) -> Error {
    let nothing = Map::new();
    let details = said["details"].as_object().unwrap_or(&nothing);
    let detail = |name: &str| details.get(name).and_then(Value::as_str).unwrap_or_default();
    let (code, message) = (said["code"].as_str().unwrap_or_default(), said["message"].as_str().unwrap_or_default());
    let error = match said["kind"].as_str().unwrap_or_default() {
        "invalid" => Error::invalid(detail("field"), detail("expected")),
        "not_found" => Error::not_found(detail("field"), detail("value")),
        "refused" => {
            Error::refused(Refusal::ALL.into_iter().find(|known| known.code() == code).expect("a known refusal"))
        }
        "conflict" if code == "identifier_taken" => Error::taken(detail("field")),
        "conflict" => Error::conflict(detail("key"), detail("field")),
        // A handful in a run.
        "unavailable" => {
            let fault = Fault::ALL.iter().find(|fault| fault.code() == code);
            Error::unavailable(*fault.expect("the code of a fault"), message)
        }
        _ => Error::internal(message),
    };
    details.iter().fold(error, |error, (name, value)| error.with(name, value.clone()))
}
