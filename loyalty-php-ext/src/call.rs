//! The handlers: PHP's arguments in, the engine's reply out, and nothing that panics crosses the border.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ext_php_rs::types::Zval;
use ext_php_rs::zend::ExecuteData;
use loyalty_core::ops::{Access, Operation};
use loyalty_core::{Error, Result, read_arguments};

use crate::{exception, functions, pdo, php_call, reply, request, session, settings};

/// The handler of an operation.
///
/// Arguments become owned values before the engine runs, and the reply becomes PHP's only after the transaction has
/// ended: a memory limit that is hit while an array is built cannot leave a lock behind.
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
        settings::configure(request::arguments(&given(frame), functions::configuration())?)?;
        Ok(Zval::new())
    });
}

/// `loyalty_use_pdo(?PDO $pdo, string $prefix = ''): void`
pub(crate) extern "C" fn use_pdo(frame: &mut ExecuteData, answer: &mut Zval) {
    guarded(answer, || {
        let given = given(frame);
        let pdo = given.first().ok_or_else(|| Error::invalid("pdo", "is required; null gives the connection back"))?;
        let pdo = Some(pdo.dereference()).filter(|pdo| !pdo.is_null());
        let prefix = given.get(1).and_then(|prefix| prefix.dereference().string()).unwrap_or_default();
        match pdo {
            None => session::leave_pdo(),
            Some(pdo) if pdo::is_pdo(pdo) => session::use_pdo(pdo.shallow_clone(), prefix)?,
            Some(_) => return Err(Error::invalid("pdo", "must be a PDO object or null")),
        }
        Ok(Zval::new())
    });
}

/// `loyalty_version(): string`
pub(crate) extern "C" fn version(_: &mut ExecuteData, answer: &mut Zval) {
    guarded(answer, || reply::to_zval(&env!("CARGO_PKG_VERSION")));
}

/// The arguments of the call, those left out at the end missing.
fn given(frame: &ExecuteData) -> Vec<&Zval> {
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
fn guarded(answer: &mut Zval, job: impl FnOnce() -> Result<Zval>) {
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
