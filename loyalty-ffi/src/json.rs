use std::ffi::{CString, c_char};

use loyalty_core::{Error, Result};
use serde_json::Value;

use crate::boundary::{self, Out};
use crate::engine::{Engine, opened};
use crate::error::{ErrorObject, Status, guarded};

/// Runs any operation by its name, with its arguments as a JSON object.
///
/// `name` is a name from operations.md, like `"earn_points"`. `arguments` points to `arguments_length` bytes of UTF-8,
/// at most 16 MiB, like `{"user_id":7,"amount":12990}`; an operation without arguments takes `{}`. Every command also
/// takes `at`, `key` and `actor`. An unknown argument is an error.
///
/// On success `*reply` is the answer: a JSON object as a text that ends in NUL. Free it with `loyalty_string_free`. The
/// arguments are read during the call only.
///
/// Errors: those of the operation; `LOYALTY_INVALID` for NULL, a closed engine, or arguments that are not UTF-8 or not
/// a JSON object (the error's field is `arguments`); `LOYALTY_NOT_FOUND` for an unknown name. A call that fails has
/// changed nothing; only a refusal under a key is recorded.
///
/// Threads: any, at the same time on one engine. Fork: see the chapter above.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_call(
    engine: *const Engine,
    name: *const c_char,
    arguments: *const c_char,
    arguments_length: usize,
    reply: *mut *mut c_char,
    error: *mut *mut ErrorObject,
) -> Status {
    guarded(error, || {
        let engine = opened(engine)?;
        let name = boundary::text(name, "name")?;
        let arguments = boundary::buffer(arguments, arguments_length, "arguments")?;
        let reply = Out::value(reply, "reply")?;
        let answer = engine.call(name, parse(arguments)?)?.to_string();
        reply.write(boundary::hand_over_text(CString::new(answer).map_err(Error::internal)?));
        Ok(())
    })
}

fn parse(arguments: &str) -> Result<Value> {
    serde_json::from_str(arguments)
        .map_err(|error| Error::invalid("arguments", format_args!("must be a JSON object: {error}")))
}

/// Frees a text that `loyalty_call` returned. NULL does nothing.
///
/// Threads: any, but only once for each text. It accepts only texts of the library, whose memory does not come from
/// `malloc`.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_string_free(text: *mut c_char) {
    boundary::take_back_text(text);
}
