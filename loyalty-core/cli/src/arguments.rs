//! Turns what was typed into what an operation expects, by its schema.

use std::path::Path;

use clap::ArgMatches;
use loyalty_core::ops::describe::{Description, Param};
use loyalty_core::{Error, Result};
use serde_json::{Map, Value};

use crate::commands::{PROGRAM, given_as};

/// The text of a programme file.
///
/// # Errors
/// `invalid` when the file cannot be read.
pub(crate) fn programme_file(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .map_err(|error| Error::invalid(PROGRAM, format_args!("cannot read `{}`: {error}", path.display())))
}

/// The id of the positional arguments.
pub(crate) const REQUIRED: &str = "required arguments";

/// What a value looks like, read from its schema.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    types: Vec<String>,
    format: Option<String>,
    words: Vec<String>,
}

impl Shape {
    /// Reads a schema.
    pub(crate) fn of(schema: &Value) -> Self {
        let mut shape = Self::default();
        shape.collect(schema);
        shape
    }

    fn collect(&mut self, schema: &Value) {
        match schema.get("type") {
            Some(Value::String(one)) => self.types.push(one.clone()),
            Some(Value::Array(several)) => {
                self.types.extend(several.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            _ => {}
        }
        if let Some(format) = schema.get("format").and_then(Value::as_str) {
            self.format = Some(format.to_owned());
        }
        let words = schema.get("enum").and_then(Value::as_array).into_iter().flatten().chain(schema.get("const"));
        self.words.extend(words.filter_map(Value::as_str).map(str::to_owned));
        for choice in ["anyOf", "oneOf"] {
            let choices = schema.get(choice).and_then(Value::as_array);
            choices.into_iter().flatten().for_each(|inside| self.collect(inside));
        }
    }

    fn has(&self, name: &str) -> bool {
        self.types.iter().any(|known| known == name)
    }

    /// The words that are allowed, if only some are.
    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether the option's name alone means yes.
    pub(crate) fn is_switch(&self) -> bool {
        self.has("boolean")
    }

    /// The placeholder for the value in a help text.
    pub(crate) fn placeholder(&self) -> &'static str {
        match self.format.as_deref() {
            Some("decimal") => return "DECIMAL",
            Some("date") => return "DATE",
            Some("date-time") => return "INSTANT",
            _ => {}
        }
        let names = [
            ("boolean", "true|false"),
            ("integer", "NUMBER"),
            ("number", "NUMBER"),
            ("array", "JSON"),
            ("object", "JSON"),
        ];
        names.iter().find(|(name, _)| self.has(name)).map_or("TEXT", |(_, shown)| shown)
    }

    /// Reads a text as a value of this shape.
    ///
    /// # Errors
    /// Says what was expected.
    fn read(&self, text: &str) -> std::result::Result<Value, String> {
        let wrong = |expected: &str| Err(format!("must be {expected}, got `{}`", shortened(text)));
        if self.has("string") {
            return Ok(Value::from(text));
        }
        if self.has("integer") {
            return text.parse::<i64>().map(Value::from).or_else(|_| wrong("a whole number"));
        }
        if self.has("boolean") {
            return text.parse::<bool>().map(Value::from).or_else(|_| wrong("`true` or `false`"));
        }
        let read = serde_json::from_str::<Value>(text);
        if self.has("number") {
            return read.ok().filter(Value::is_number).map_or_else(|| wrong("a number"), Ok);
        }
        let read = read.map_err(|error| format!("must be JSON: {error}"))?;
        match (self.has("array"), self.has("object")) {
            (true, false) if !read.is_array() => wrong("a JSON array like `[…]`"),
            (false, true) if !read.is_object() => wrong("a JSON object like `{…}`"),
            _ => Ok(read),
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

/// The arguments of an operation, from its options and its positional arguments.
///
/// # Errors
/// `invalid`, naming the argument.
pub(crate) fn read(operation: &Description, given: &ArgMatches) -> Result<Map<String, Value>> {
    let mut placed = given.try_get_many::<String>(REQUIRED).ok().flatten().into_iter().flatten();
    let mut arguments = Map::new();
    for param in &operation.params {
        let named = given.get_one::<String>(&given_as(&param.name));
        // A positional argument is the next of these that was not given by name.
        let typed = if named.is_none() && param.by_place { placed.next() } else { named };
        match typed {
            Some(text) => {
                arguments.insert(param.name.clone(), value(param, text)?);
            }
            None if param.required => return Err(Error::invalid(&param.name, "is required")),
            None => {}
        }
    }
    match placed.next() {
        Some(extra) => {
            Err(Error::invalid("arguments", format_args!("`{}` is one argument too many", shortened(extra))))
        }
        None => Ok(arguments),
    }
}

fn value(param: &Param, text: &str) -> Result<Value> {
    if param.name == PROGRAM {
        return programme_file(Path::new(text)).map(Value::from);
    }
    Shape::of(&param.schema).read(text).map_err(|expected| Error::invalid(&param.name, expected))
}
