//! The handlers: they turn PHP's arguments into the engine's and its reply into PHP's, and no panic crosses the border.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ext_php_rs::types::Zval;
use ext_php_rs::zend::ExecuteData;
use loyalty_core::host::AfterDeadlock;
use loyalty_core::ops::{Access, Operation};
use loyalty_core::{Error, Result, read_arguments};
use serde_json::{Map, Value};

use crate::hosted::{self, Kind, Named};
use crate::{exception, functions, php_call, reply, request, session, settings};

/// The handler of an operation.
///
/// Arguments become owned values before the engine runs, and the reply becomes a PHP value only after the transaction
/// has ended: so a memory limit that is hit while an array is built cannot leave a lock behind.
pub(crate) extern "C" fn operation<O: Operation>(frame: &mut ExecuteData, answer: &mut Zval) {
    guarded(answer, || {
        let arguments = request::arguments(&given(frame), functions::parameters(O::NAME))?;
        let (operation, call) = read_arguments::<O>(arguments)?;
        let engine = match O::ACCESS {
            Access::Pure => session::pure_engine()?,
            Access::ReadIfAny => session::any_engine()?,
            Access::Read | Access::Write => session::engine()?,
        };
        reply::to_zval(&engine.run_as(&operation, &call)?)
    });
}

/// `loyalty_configure(?string $database = null, ?string $program = null, DateTimeInterface|string|null $now = null): void`
pub(crate) extern "C" fn configure(frame: &mut ExecuteData, answer: &mut Zval) {
    guarded(answer, || {
        let (given, fields) = (given(frame), functions::configuration());
        // PHP fills in omitted arguments before the last given one, but none after it: so a null in the last place was
        // given explicitly.
        let is_last = |name: &str| fields.last().is_some_and(|last| last.name == name) && given.len() == fields.len();
        let is_back = is_last("now") && given.last().is_some_and(|now| now.dereference().is_null());
        let clock = if is_back { settings::Clock::Back } else { settings::Clock::Stays };
        settings::configure(request::arguments(&given, fields)?, clock)?;
        Ok(Zval::new())
    });
}

/// `loyalty_use_pdo(PDO|Closure|null $pdo, …): void`
pub(crate) extern "C" fn use_pdo(frame: &mut ExecuteData, answer: &mut Zval) {
    use_host(frame, answer, Kind::Pdo);
}

/// `loyalty_use_mysqli(mysqli|Closure|null $mysqli, …): void`
pub(crate) extern "C" fn use_mysqli(frame: &mut ExecuteData, answer: &mut Zval) {
    use_host(frame, answer, Kind::Mysqli);
}

fn use_host(frame: &mut ExecuteData, answer: &mut Zval, kind: Kind) {
    guarded(answer, || {
        let given = given(frame);
        let missing = || Error::invalid(kind.name(), "is required; null gives the connection back");
        let connection = given.first().ok_or_else(missing)?.dereference();
        let options = request::arguments(given.get(1..).unwrap_or_default(), functions::hosting(kind))?;
        let after_deadlock = text(&options, "after_deadlock")?.unwrap_or(functions::after_deadlock(kind));
        let after_deadlock = AfterDeadlock::parse(after_deadlock, texts(&options, "savepoints")?)?;
        if connection.is_null() {
            hosted::leave();
        } else {
            let prefix = text(&options, "prefix")?.unwrap_or_default().to_owned();
            let given = connection.shallow_clone();
            hosted::name(Named { kind, given, prefix, after_deadlock })?;
        }
        Ok(Zval::new())
    });
}

fn text<'a>(options: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>> {
    let value = options.get(name);
    value.map(|value| value.as_str().ok_or_else(|| Error::invalid(name, "must be a string"))).transpose()
}

fn texts(options: &Map<String, Value>, name: &str) -> Result<Vec<String>> {
    let Some(value) = options.get(name) else { return Ok(vec![]) };
    let list = value.as_array().ok_or_else(|| Error::invalid(name, "must be a list of strings"))?;
    let text = |(place, text): (usize, &Value)| {
        let wrong = || Error::invalid(&format!("{name}[{place}]"), "must be a string");
        text.as_str().map(str::to_owned).ok_or_else(wrong)
    };
    list.iter().enumerate().map(text).collect()
}

/// `loyalty_version(): string`
pub(crate) extern "C" fn version(_: &mut ExecuteData, answer: &mut Zval) {
    guarded(answer, || reply::to_zval(&env!("CARGO_PKG_VERSION")));
}

/// The arguments of the call; those omitted at the end are missing.
pub(crate) fn given(frame: &ExecuteData) -> Vec<&Zval> {
    // SAFETY: `num_args` is the member of the union that is set for a call frame, and PHP set it for this call.
    let count = unsafe { frame.This.u2.num_args };
    let argument = |place: u32| {
        // SAFETY: `place` is below the number of arguments that PHP put into this frame, which outlives the handler.
        let zval = unsafe { frame.zend_call_arg(place as usize) };
        zval.map(|zval| &*zval)
    };
    (0..count).filter_map(argument).collect()
}

/// Runs a job; an error or a panic becomes an exception.
pub(crate) fn guarded(answer: &mut Zval, job: impl FnOnce() -> Result<Zval>) {
    match catch_unwind(AssertUnwindSafe(job)) {
        Ok(Ok(value)) => *answer = value,
        Ok(Err(error)) => exception::throw(&error),
        Err(panic) => {
            session::forget_engines();
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            exception::throw(&Error::internal(format_args!("internal error: {text}")));
        }
    }
    php_call::resume();
}
