//! PHP's values as the engine's arguments.

use ext_php_rs::ffi::zend_class_entry;
use ext_php_rs::types::{ArrayKey, ZendHashTable, Zval};
use ext_php_rs::zend::ClassEntry;
use loyalty_core::{Error, Result};
use serde_json::{Map, Number, Value};

/// Deepest nesting of arrays.
const MAX_DEPTH: usize = 8;
/// Most elements in all arrays of a call together.
const MAX_ELEMENTS: usize = 20_000;

unsafe extern "C" {
    fn php_date_get_interface_ce() -> *mut zend_class_entry;
}

/// The arguments by name.
///
/// # Errors
/// `invalid` naming the argument, for what is no value of the contract.
pub(crate) fn arguments(given: &[&Zval], names: &[String]) -> Result<Map<String, Value>> {
    if given.len() > names.len() {
        let expected = format!("takes at most {} arguments, got `{}`", names.len(), given.len());
        return Err(Error::invalid("arguments", expected));
    }
    let mut elements = 0;
    let mut arguments = Map::new();
    for (zval, name) in given.iter().zip(names) {
        arguments.insert(name.clone(), value(zval, name, 0, &mut elements)?);
    }
    Ok(arguments)
}

fn value(zval: &Zval, path: &str, depth: usize, elements: &mut usize) -> Result<Value> {
    let zval = zval.dereference();
    if zval.is_null() {
        return Ok(Value::Null);
    }
    if let Some(number) = zval.long() {
        return Ok(Value::from(number));
    }
    if let Some(truth) = zval.bool() {
        return Ok(Value::Bool(truth));
    }
    if let Some(number) = zval.double() {
        return Number::from_f64(number)
            .map(Value::Number)
            .ok_or_else(|| Error::invalid(path, "must be a finite number"));
    }
    if let Some(text) = zval.zend_str() {
        let text = text.as_str().map_err(|_| Error::invalid(path, "must be valid UTF-8"))?;
        return Ok(Value::from(text));
    }
    if let Some(array) = zval.array() {
        return list_or_map(array, path, depth, elements);
    }
    if zval.is_object() {
        return moment(zval, path);
    }
    Err(Error::invalid(path, "must be a scalar, an array or a DateTimeInterface"))
}

fn list_or_map(array: &ZendHashTable, path: &str, depth: usize, elements: &mut usize) -> Result<Value> {
    *elements += array.len();
    if depth >= MAX_DEPTH || *elements > MAX_ELEMENTS {
        let expected = format!("must nest at most {MAX_DEPTH} deep and have at most {MAX_ELEMENTS} elements");
        return Err(Error::invalid(path, expected));
    }
    if array.has_sequential_keys() {
        let items = array.values().enumerate();
        let items = items.map(|(index, item)| value(item, &format!("{path}[{index}]"), depth + 1, elements));
        return items.collect::<Result<Vec<Value>>>().map(Value::Array);
    }
    let mut fields = Map::new();
    for (key, item) in array.iter() {
        let name = match key {
            ArrayKey::Long(number) => number.to_string(),
            ArrayKey::String(name) => name,
            ArrayKey::Str(name) => name.to_owned(),
            ArrayKey::ZendString(name) => {
                name.as_str().map_err(|_| Error::invalid(path, "keys must be valid UTF-8"))?.to_owned()
            }
        };
        let item = value(item, &format!("{path}.{name}"), depth + 1, elements)?;
        fields.insert(name, item);
    }
    Ok(Value::Object(fields))
}

/// A `DateTimeInterface` as an RFC 3339 text. It may run PHP code, which is why no transaction is open yet.
fn moment(zval: &Zval, path: &str) -> Result<Value> {
    let expected = || Error::invalid(path, "must be a scalar, an array or a DateTimeInterface");
    // SAFETY: the date extension is part of every PHP and set its class entry at start-up.
    let interface: &ClassEntry = unsafe { php_date_get_interface_ce().as_ref() }.ok_or_else(expected)?;
    if !zval.object().is_some_and(|object| object.instance_of(interface)) {
        return Err(expected());
    }
    let text = zval.try_call_method("format", vec![&"Y-m-d\\TH:i:s.uP"]).map_err(|_| expected())?;
    text.str().map(Value::from).ok_or_else(expected)
}
