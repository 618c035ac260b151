//! PHP values as the engine's arguments: strict and bounded; an error has the path of the wrong value.

use std::fmt;

use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::types::{ZendHashTable, ZendObject, ZendStr, Zval};
use loyalty_core::ops::describe::Kinds;
use loyalty_core::{Error, Result};
use serde_json::{Map, Number, Value};

use crate::exception;
use crate::functions::Field;

/// Deepest nesting of arrays. A reference may nest an array inside itself.
const MAX_DEPTH: usize = 8;
/// Most values in one call.
const MAX_VALUES: usize = 20_000;

/// The arguments by name; an argument that is omitted, or null where that means the same, is left out.
///
/// # Errors
/// `invalid` with the path of the value that does not fit the contract.
pub(crate) fn arguments(given: &[&Zval], fields: &[Field]) -> Result<Map<String, Value>> {
    if given.len() > fields.len() {
        let expected = format!("takes at most {} arguments, got `{}`", fields.len(), given.len());
        return Err(Error::invalid("arguments", expected));
    }
    let mut reader = Reader { left: MAX_VALUES };
    let mut arguments = Map::new();
    for (field, value) in fields.iter().zip(given) {
        let value = value.dereference();
        if value.is_null() && field.nullable {
            continue;
        }
        let path = Path { above: None, step: Step::Name(&field.name) };
        arguments.insert(field.name.clone(), reader.value(value, Some(&field.schema), &path, 0)?);
    }
    Ok(arguments)
}

/// The position of a value, linked from the innermost step outwards and written out only for an error.
struct Path<'a> {
    above: Option<&'a Path<'a>>,
    step: Step<'a>,
}

enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            above.fmt(f)?;
        }
        match (&self.step, self.above) {
            (Step::Name(name), None) => f.write_str(name),
            (Step::Name(name), Some(_)) => write!(f, ".{name}"),
            (Step::Index(index), _) => write!(f, "[{index}]"),
        }
    }
}

fn wrong(path: &Path<'_>, expected: &str) -> Error {
    Error::invalid(&path.to_string(), expected)
}

fn too_many(path: &Path<'_>) -> Error {
    wrong(path, &format!("is too much: a call takes at most {MAX_VALUES} values"))
}

struct Reader {
    left: usize,
}

impl Reader {
    fn value(&mut self, value: &Zval, schema: Option<&Value>, path: &Path<'_>, depth: usize) -> Result<Value> {
        self.left = self.left.checked_sub(1).ok_or_else(|| too_many(path))?;
        let value = value.dereference();
        if let Some(number) = value.long() {
            return Ok(Value::from(number));
        }
        if let Some(text) = value.zend_str() {
            return Ok(Value::String(self::text(text.as_bytes(), path)?.to_owned()));
        }
        if let Some(truth) = value.bool() {
            return Ok(Value::Bool(truth));
        }
        if value.is_null() {
            return Ok(Value::Null);
        }
        if let Some(number) = value.double() {
            let number = Number::from_f64(number).ok_or_else(|| wrong(path, "must be a finite number"))?;
            return Ok(Value::Number(number));
        }
        if let Some(array) = value.array() {
            return self.array(array, schema, path, depth);
        }
        match value.object() {
            Some(object) => moment(object, schema, path),
            None => Err(wrong(path, "must not be a resource")),
        }
    }

    fn array(&mut self, array: &ZendHashTable, schema: Option<&Value>, path: &Path<'_>, depth: usize) -> Result<Value> {
        if depth == MAX_DEPTH {
            return Err(wrong(path, &format!("must nest at most {MAX_DEPTH} deep")));
        }
        let kinds = schema.map(Kinds::of).unwrap_or_default();
        let named = kinds.object && !kinds.list;
        // An empty PHP array is both an empty list and an empty map; the schema says which is meant.
        if array.is_empty() {
            return Ok(if named { Value::Object(Map::new()) } else { Value::Array(vec![]) });
        }
        if !is_list(array) {
            return self.map(array, schema, path, depth);
        }
        if named {
            return Err(wrong(path, "must be an array with names as its keys, got a list"));
        }
        let inner = schema.and_then(|schema| keyword(schema, "items"));
        let mut list = Vec::with_capacity(array.len().min(self.left));
        for (index, value) in array.values().enumerate() {
            let path = Path { above: Some(path), step: Step::Index(index) };
            list.push(self.value(value, inner, &path, depth + 1)?);
        }
        Ok(Value::Array(list))
    }

    fn map(&mut self, array: &ZendHashTable, schema: Option<&Value>, path: &Path<'_>, depth: usize) -> Result<Value> {
        let properties = schema.and_then(|schema| keyword(schema, "properties"));
        let others = schema.and_then(|schema| keyword(schema, "additionalProperties"));
        let mut map = Map::with_capacity(array.len().min(self.left));
        let mut entries = array.iter();
        while let Some((key, value)) = entries.next_zval() {
            let name = name(&key, path)?;
            let inner = properties.and_then(|properties| properties.get(&name)).or(others);
            let read = self.value(value, inner, &Path { above: Some(path), step: Step::Name(&name) }, depth + 1)?;
            map.insert(name, read);
        }
        Ok(Value::Object(map))
    }
}

/// Whether the keys are 0, 1, 2 and so on.
///
/// The keys are checked as PHP values: the iterators that turn them into Rust texts panic at one that is not UTF-8.
fn is_list(array: &ZendHashTable) -> bool {
    let mut entries = array.iter();
    let mut expected = 0;
    while let Some((key, _)) = entries.next_zval() {
        if key.long() != Some(expected) {
            return false;
        }
        expected += 1;
    }
    true
}

/// The keyword of a schema, or of the alternative that has it.
fn keyword<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    schema.get(name).or_else(|| {
        let alternatives = schema.get("anyOf").or_else(|| schema.get("oneOf"))?.as_array()?;
        alternatives.iter().find_map(|alternative| alternative.get(name))
    })
}

fn text<'a>(bytes: &'a [u8], path: &Path<'_>) -> Result<&'a str> {
    std::str::from_utf8(bytes).map_err(|_| wrong(path, "must be valid UTF-8"))
}

fn name(key: &Zval, path: &Path<'_>) -> Result<String> {
    if let Some(number) = key.long() {
        return Ok(number.to_string());
    }
    let name = key.zend_str().map(ZendStr::as_bytes).unwrap_or_default();
    let name = std::str::from_utf8(name).map_err(|_| wrong(path, "must have keys of valid UTF-8"))?;
    Ok(name.to_owned())
}

/// A `DateTimeInterface` as RFC 3339, or as a date where a date is asked for.
///
/// It may run PHP code; that is why no transaction is open yet. An exception from that code goes to the page.
fn moment(object: &ZendObject, schema: Option<&Value>, path: &Path<'_>) -> Result<Value> {
    let expected = || wrong(path, "must be a scalar, an array or a DateTimeInterface");
    if !exception::is_date_time(object) {
        return Err(expected());
    }
    let format = match schema.and_then(|schema| schema.get("format")).and_then(Value::as_str) {
        Some("date") => "Y-m-d",
        _ => "Y-m-d\\TH:i:s.uP",
    };
    let arguments: Vec<&dyn IntoZvalDyn> = vec![&format];
    let written = object.try_call_method("format", arguments).map_err(|_| expected())?;
    let written = written.zend_str().ok_or_else(expected)?;
    Ok(Value::String(text(written.as_bytes(), path)?.to_owned()))
}
