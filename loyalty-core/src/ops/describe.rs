//! Describes an operation from its own schema: names, types, defaults and texts for every surface.

use serde_json::{Map, Value};

use super::{Access, Operation, Visitor, visit_all};

/// An operation as manuals, stubs and argument parsers need it.
#[derive(Debug, Clone)]
pub struct Description {
    /// Its name.
    pub name: &'static str,
    /// What access to the store it needs.
    pub access: Access,
    /// What it does: the first line is a summary in one sentence.
    pub doc: String,
    /// Its arguments, required ones first, in the order of the contract.
    pub params: Vec<Param>,
    /// The schema of the reply, with all references resolved.
    pub reply: Value,
}

/// An argument.
#[derive(Debug, Clone)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// What it means.
    pub doc: String,
    /// Its schema, with all references resolved.
    pub schema: Value,
    /// Whether it must be given.
    pub required: bool,
    /// Whether a command line takes it without its name: it is required, or nearly always given.
    pub by_place: bool,
    /// The value when it is left out; null also means that there is none.
    pub default: Value,
}

impl Param {
    /// Whether the argument may be null.
    #[must_use]
    pub fn is_nullable(&self) -> bool {
        !self.required && self.default.is_null()
    }
}

/// The kinds of values that a schema admits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a set of kinds, each in or out")]
pub struct Kinds {
    /// Whole numbers.
    pub integer: bool,
    /// Numbers with a fraction.
    pub number: bool,
    /// Text.
    pub string: bool,
    /// True and false.
    pub boolean: bool,
    /// Lists.
    pub list: bool,
    /// Objects and maps.
    pub object: bool,
    /// An instant or a date, written as text.
    pub time: bool,
    /// Nothing.
    pub null: bool,
}

impl Kinds {
    /// Reads the kinds from a schema, over all of its alternatives.
    #[must_use]
    pub fn of(schema: &Value) -> Self {
        let mut kinds = Self::default();
        kinds.add(schema);
        kinds
    }

    fn add(&mut self, schema: &Value) {
        match schema.get("type") {
            Some(Value::String(word)) => self.admit(word),
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).for_each(|word| self.admit(word)),
            _ => {}
        }
        // An enumeration is one of its words.
        if matches!(schema.get("const"), Some(Value::String(_))) {
            self.string = true;
        }
        self.time |= matches!(schema.get("format").and_then(Value::as_str), Some("date" | "date-time"));
        for alternatives in ["anyOf", "oneOf", "allOf"] {
            let alternatives = schema.get(alternatives).and_then(Value::as_array);
            alternatives.into_iter().flatten().for_each(|alternative| self.add(alternative));
        }
    }

    fn admit(&mut self, word: &str) {
        match word {
            "integer" => self.integer = true,
            "number" => self.number = true,
            "string" => self.string = true,
            "boolean" => self.boolean = true,
            "array" => self.list = true,
            "object" => self.object = true,
            "null" => self.null = true,
            _ => {}
        }
    }
}

/// Describes an operation.
#[must_use]
pub fn describe<O: Operation>() -> Description {
    let schema = resolved(schemars::schema_for!(O).to_value());
    let doc = text(&schema, "description");
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .map_or_else(Vec::new, |names| names.iter().filter_map(Value::as_str).collect());
    let properties = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut params: Vec<Param> = properties
        .into_iter()
        .map(|(name, mut schema)| Param {
            doc: text(&schema, "description"),
            required: required.contains(&name.as_str()),
            by_place: takes_place(&mut schema) || required.contains(&name.as_str()),
            default: schema.get("default").cloned().unwrap_or(Value::Null),
            schema,
            name,
        })
        .collect();
    params.sort_by_key(|param| !param.required);
    if O::ACCESS == Access::Write {
        params.extend(command_params());
    }
    Description {
        name: O::NAME,
        access: O::ACCESS,
        doc,
        params,
        reply: resolved(schemars::schema_for!(O::Reply).to_value()),
    }
}

impl Description {
    /// The operation as JSON: `name`, `kind`, `description`, and the schemas of its `arguments` and its `reply`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let kind = match self.access {
            Access::Write => "command",
            Access::Read | Access::ReadIfAny => "question",
            Access::Pure => "calculation",
        };
        let required: Vec<&str> =
            self.params.iter().filter(|param| param.required).map(|param| param.name.as_str()).collect();
        let property = |param: &Param| {
            let mut schema = param.schema.clone();
            if let Some(schema) = schema.as_object_mut() {
                schema.insert("description".to_owned(), param.doc.as_str().into());
            }
            (param.name.clone(), schema)
        };
        let properties: Map<String, Value> = self.params.iter().map(property).collect();
        serde_json::json!({
            "name": self.name,
            "kind": kind,
            "description": self.doc,
            "arguments": {
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false,
            },
            "reply": self.reply,
        })
    }
}

/// Every operation, in the order of the manual.
#[must_use]
pub fn all() -> Vec<Description> {
    struct All(Vec<Description>);
    impl Visitor for All {
        fn visit<O: Operation + 'static>(&mut self) {
            self.0.push(describe::<O>());
        }
    }
    let mut all = All(Vec::new());
    visit_all(&mut all);
    all.0
}

/// Every operation as JSON, in the order of the manual.
#[must_use]
pub fn operations() -> Value {
    all().iter().map(Description::to_json).collect()
}

/// The arguments that every command has in addition to its own.
fn command_params() -> [Param; 3] {
    let param = |name: &str, doc: &str, schema: Value| Param {
        name: name.to_owned(),
        doc: doc.to_owned(),
        schema,
        required: false,
        by_place: false,
        default: Value::Null,
    };
    let text = serde_json::json!({ "type": ["string", "null"] });
    [
        param(
            "at",
            "When it happened; default now. Earlier moments are for imports and for tills that were offline.",
            serde_json::json!({ "type": ["string", "null"], "format": "date-time" }),
        ),
        param(
            "key",
            "Idempotency key: a repeat with the same key returns the first answer and changes nothing.",
            text.clone(),
        ),
        param("actor", "Who did it, for the audit trail.", text),
    ]
}

/// Removes the mark for positional arguments from a schema.
fn takes_place(schema: &mut Value) -> bool {
    schema.as_object_mut().is_some_and(|schema| schema.shift_remove("by_place") == Some(Value::Bool(true)))
}

fn text(schema: &Value, key: &str) -> String {
    schema.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Replaces each reference in a schema with what it refers to.
fn resolved(mut schema: Value) -> Value {
    let definitions = schema.as_object_mut().and_then(|root| root.remove("$defs")).unwrap_or_default();
    inline(&mut schema, &definitions, 0);
    schema
}

fn inline(schema: &mut Value, definitions: &Value, depth: usize) {
    // Replies are trees of a few levels; the bound is for a schema that refers to itself.
    if depth > 16 {
        return;
    }
    match schema {
        Value::Object(fields) => {
            let target = fields.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
            if let Some(Value::Object(definition)) = target.and_then(|name| definitions.get(name)) {
                let mut merged: Map<String, Value> = definition.clone();
                let own = fields.iter().filter(|(name, _)| *name != "$ref");
                merged.extend(own.map(|(name, value)| (name.clone(), value.clone())));
                *fields = merged;
            }
            for value in fields.values_mut() {
                inline(value, definitions, depth + 1);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| inline(item, definitions, depth + 1)),
        _ => {}
    }
}
