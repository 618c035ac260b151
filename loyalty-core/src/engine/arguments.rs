//! The arguments of an operation, read from JSON.

use serde_json::{Map, Value};

use super::Call;
use crate::Result;
use crate::ops::{Access, Operation};
use crate::wording::wrong_value;

/// Reads the arguments of an operation, and for a command also `at`, `key` and `actor`.
///
/// # Errors
/// `invalid` with the path of what is wrong.
pub fn read_arguments<O: Operation>(mut arguments: Map<String, Value>) -> Result<(O, Call)> {
    let mut call = Call::new();
    if O::ACCESS == Access::Write {
        call.at = take(&mut arguments, "at")?;
        call.key = take(&mut arguments, "key")?;
        call.actor = take(&mut arguments, "actor")?;
    }
    Ok((read_value("", Value::Object(arguments))?, call))
}

fn take<T: serde::de::DeserializeOwned>(arguments: &mut Map<String, Value>, name: &str) -> Result<Option<T>> {
    // An omitted argument and null are the same.
    arguments.shift_remove(name).filter(|value| !value.is_null()).map_or(Ok(None), |value| read_value(name, value))
}

fn read_value<T: serde::de::DeserializeOwned>(name: &str, value: Value) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let message = error.into_inner().to_string();
        let inside = if path == "." { name } else { path.as_str() };
        wrong_value(inside, &message, "argument")
    })
}
