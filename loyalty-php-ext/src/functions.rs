//! The functions of the module, made from the table of operations.

use std::collections::HashMap;
use std::sync::OnceLock;

use ext_php_rs::args::{Arg, ArgInfo};
use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::ffi::{IS_DOUBLE, IS_STRING};
use ext_php_rs::flags::DataType;
use ext_php_rs::types::Zval;
use ext_php_rs::zend::ExecuteData;
use loyalty_core::ops::describe::{Kinds, Param, describe};
use loyalty_core::ops::{Operation, Visitor, visit_all};
use serde_json::{Value, json};

use crate::call;
use crate::hosted::Kind;

/// A function as PHP calls it.
type Handler = extern "C" fn(&mut ExecuteData, &mut Zval);

/// A parameter, as a handler reads it.
pub(crate) struct Field {
    pub(crate) name: String,
    /// Null stands for "left out".
    pub(crate) nullable: bool,
    pub(crate) schema: Value,
}

/// The parameters of each operation.
static PARAMETERS: OnceLock<HashMap<&'static str, Vec<Field>>> = OnceLock::new();

/// The parameters of an operation.
pub(crate) fn parameters(operation: &str) -> &'static [Field] {
    PARAMETERS.get().and_then(|all| all.get(operation)).map_or(&[], Vec::as_slice)
}

/// The parameters of `loyalty_configure`.
pub(crate) fn configuration() -> &'static [Field] {
    static FIELDS: OnceLock<Vec<Field>> = OnceLock::new();
    FIELDS.get_or_init(|| {
        let instant = json!({ "type": ["string", "null"], "format": "date-time" });
        let text = json!({ "type": ["string", "null"] });
        let fields = [("database", text.clone()), ("program", text), ("now", instant)];
        fields.map(|(name, schema)| Field { name: name.to_owned(), nullable: true, schema }).into()
    })
}

/// What replaces a transaction after a deadlock if the page does not say. PDO reports to the page that there is no
/// transaction; mysqli reports nothing and commits whatever comes next.
pub(crate) const fn after_deadlock(kind: Kind) -> &'static str {
    match kind {
        Kind::Pdo => "no_transaction",
        Kind::Mysqli => "empty_transaction",
    }
}

/// The parameters after the connection of `loyalty_use_pdo` and `loyalty_use_mysqli`.
pub(crate) fn hosting(kind: Kind) -> &'static [Field] {
    static FIELDS: [OnceLock<Vec<Field>>; 2] = [OnceLock::new(), OnceLock::new()];
    let [pdo, mysqli] = &FIELDS;
    let fields = match kind {
        Kind::Pdo => pdo,
        Kind::Mysqli => mysqli,
    };
    fields.get_or_init(|| {
        let fields = [
            ("prefix", json!({ "type": "string", "default": "" })),
            ("after_deadlock", json!({ "type": "string", "default": after_deadlock(kind) })),
            ("savepoints", json!({ "type": "array", "items": { "type": "string" }, "default": [] })),
        ];
        fields.map(|(name, schema)| Field { name: name.to_owned(), nullable: false, schema }).into()
    })
}

/// Number of operations.
pub(crate) fn count() -> usize {
    PARAMETERS.get().map_or(0, HashMap::len)
}

/// The functions of the module, and what the types of their parameters admit besides the first.
///
/// The builder knows no unions, so [`Functions::complete`] adds the rest to what it has built.
pub(crate) struct Functions {
    pub(crate) builders: Vec<FunctionBuilder<'static>>,
    pub(crate) further: Vec<Vec<u32>>,
}

impl Functions {
    /// A function for each operation, and those that exist only in PHP.
    pub(crate) fn all() -> Self {
        let mut table = Table { functions: Self { builders: vec![], further: vec![] }, parameters: HashMap::new() };
        visit_all(&mut table);
        // A graceful restart registers the same functions again.
        let _ = PARAMETERS.set(table.parameters);
        let mut functions = table.functions;
        functions.add("loyalty_configure", call::configure, configuration().iter().map(configured), DataType::Void);
        functions.add("loyalty_version", call::version, std::iter::empty(), DataType::String);
        functions.add_hosting("loyalty_use_pdo", call::use_pdo, Kind::Pdo);
        functions.add_hosting("loyalty_use_mysqli", call::use_mysqli, Kind::Mysqli);
        functions
    }

    fn add_hosting(&mut self, name: &str, handler: Handler, kind: Kind) {
        let connection = match kind {
            Kind::Pdo => "PDO|Closure",
            Kind::Mysqli => "mysqli|Closure",
        };
        let connection = Arg::new(kind.name(), DataType::object(connection)).allow_null();
        let options = hosting(kind).iter().map(|field| {
            let arg = Arg::new(field.name.clone(), data_type(&field.schema).0);
            (arg.default(literal(field.schema.get("default").unwrap_or(&Value::Null))), 0, false)
        });
        self.add(name, handler, std::iter::once((connection, 0, true)).chain(options), DataType::Void);
    }

    fn add(
        &mut self,
        name: &str,
        handler: Handler,
        arguments: impl Iterator<Item = (Arg<'static>, u32, bool)>,
        reply: DataType,
    ) {
        let mut builder = FunctionBuilder::new(name, handler).returns(reply, false, false);
        let (mut further, mut required) = (vec![], 0);
        for (argument, types, is_required) in arguments {
            builder = builder.arg(argument);
            further.push(types);
            required += usize::from(is_required);
        }
        self.builders.push(builder.required_args(required));
        self.further.push(further);
    }

    /// Adds the further types to what was built; the first entry of each function is its reply.
    pub(crate) fn complete(further: &[Vec<u32>], built: &mut [Box<[ArgInfo]>]) {
        for (types, arguments) in further.iter().zip(built) {
            for (types, argument) in types.iter().zip(arguments.iter_mut().skip(1)) {
                argument.type_.type_mask |= types;
            }
        }
    }
}

struct Table {
    functions: Functions,
    parameters: HashMap<&'static str, Vec<Field>>,
}

impl Visitor for Table {
    fn visit<O: Operation + 'static>(&mut self) {
        let description = describe::<O>();
        let arguments = description.params.iter().map(argument);
        self.functions.add(&format!("loyalty_{}", O::NAME), call::operation::<O>, arguments, DataType::Array);
        let field = |param: Param| Field { nullable: param.is_nullable(), name: param.name, schema: param.schema };
        self.parameters.insert(O::NAME, description.params.into_iter().map(field).collect());
    }
}

/// A parameter as PHP shows it, what its type admits besides, and whether it must be given.
fn argument(param: &Param) -> (Arg<'static>, u32, bool) {
    let (data_type, further) = data_type(&param.schema);
    let mut arg = Arg::new(param.name.clone(), data_type);
    if param.is_nullable() && data_type != DataType::Mixed {
        arg = arg.allow_null();
    }
    let arg = if param.required { arg } else { arg.default(literal(&param.default)) };
    (arg, further, param.required)
}

fn configured(field: &Field) -> (Arg<'static>, u32, bool) {
    let (data_type, further) = data_type(&field.schema);
    (Arg::new(field.name.clone(), data_type).allow_null().default("null"), further, false)
}

/// The PHP type of an argument, and the bits of what it admits besides.
fn data_type(schema: &Value) -> (DataType, u32) {
    let kinds = Kinds::of(schema);
    let text = if kinds.string { 1 << IS_STRING } else { 0 };
    if kinds.time {
        (DataType::object("DateTimeInterface"), text)
    } else if kinds.number {
        (DataType::Long, (1 << IS_DOUBLE) | text)
    } else if kinds.integer {
        (DataType::Long, text)
    } else if kinds.boolean {
        (DataType::Bool, 0)
    } else if kinds.list || kinds.object {
        (DataType::Array, 0)
    } else if kinds.string {
        (DataType::String, 0)
    } else {
        (DataType::Mixed, 0)
    }
}

/// A default in PHP's notation.
fn literal(default: &Value) -> String {
    match default {
        Value::Array(_) | Value::Object(_) => "[]".to_owned(),
        Value::String(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        other => other.to_string(),
    }
}
