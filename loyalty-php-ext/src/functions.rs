//! The functions of the module, made from the table of operations.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{FunctionBuilder, ModuleBuilder};
use ext_php_rs::flags::DataType;
use ext_php_rs::types::Zval;
use ext_php_rs::zend::ExecuteData;
use loyalty_core::ops::describe::{Description, Param, describe};
use loyalty_core::ops::{Operation, Visitor, visit_all};
use serde_json::Value;

use crate::call;

/// A function as PHP calls it.
type Handler = extern "C" fn(&mut ExecuteData, &mut Zval);

/// Names of the parameters of each operation, in their order.
static PARAMETERS: OnceLock<BTreeMap<&'static str, Vec<String>>> = OnceLock::new();

/// The names of an operation's parameters.
pub(crate) fn parameters(operation: &str) -> &'static [String] {
    PARAMETERS.get().and_then(|all| all.get(operation)).map_or(&[], Vec::as_slice)
}

/// Number of operations.
pub(crate) fn count() -> usize {
    PARAMETERS.get().map_or(0, BTreeMap::len)
}

/// Registers a function for each operation, and those that are PHP's own.
pub(crate) fn register(module: ModuleBuilder<'_>) -> ModuleBuilder<'_> {
    struct Functions<'a> {
        module: Option<ModuleBuilder<'a>>,
        parameters: BTreeMap<&'static str, Vec<String>>,
    }
    impl Visitor for Functions<'_> {
        fn visit<O: Operation + 'static>(&mut self) {
            let description = describe::<O>();
            let names = description.params.iter().map(|param| param.name.clone()).collect();
            self.parameters.insert(O::NAME, names);
            let function = function(&description, call::operation::<O>);
            self.module = self.module.take().map(|module| module.function(function));
        }
    }
    let mut functions = Functions { module: Some(module), parameters: BTreeMap::new() };
    visit_all(&mut functions);
    // A graceful restart registers the same functions again.
    let _ = PARAMETERS.set(functions.parameters);
    let module = functions.module.unwrap_or_default();
    module.function(configure()).function(version())
}

fn function(description: &Description, handler: Handler) -> FunctionBuilder<'static> {
    let required = description.params.iter().filter(|param| param.required).count();
    let mut builder = FunctionBuilder::new(format!("loyalty_{}", description.name), handler);
    for param in &description.params {
        builder = builder.arg(argument(param));
    }
    builder.required_args(required).returns(DataType::Array, false, false)
}

fn argument(param: &Param) -> Arg<'static> {
    let data_type = data_type(&param.schema);
    let mut arg = Arg::new(param.name.clone(), data_type);
    if param.is_nullable() && data_type != DataType::Mixed {
        arg = arg.allow_null();
    }
    if param.required { arg } else { arg.default(literal(&param.default)) }
}

/// The PHP type of an argument. What PHP cannot say in one type is `mixed`; the stub says it in full.
fn data_type(schema: &Value) -> DataType {
    let format = schema.get("format").and_then(Value::as_str);
    if matches!(format, Some("decimal" | "date-time")) {
        return DataType::Mixed;
    }
    let words: Vec<&str> = match schema.get("type") {
        Some(Value::String(word)) => vec![word],
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).filter(|word| *word != "null").collect(),
        // A choice of words.
        _ => vec!["string"],
    };
    match words.as_slice() {
        ["integer"] => DataType::Long,
        ["boolean"] => DataType::Bool,
        ["string"] => DataType::String,
        ["array"] => DataType::Array,
        _ => DataType::Mixed,
    }
}

/// A default as PHP writes it.
fn literal(default: &Value) -> String {
    match default {
        Value::Array(_) => "[]".to_owned(),
        Value::String(text) => format!("'{}'", text.replace('\'', "\\'")),
        other => other.to_string(),
    }
}

fn configure() -> FunctionBuilder<'static> {
    let text = |name: &str| Arg::new(name, DataType::String).allow_null().default("null");
    FunctionBuilder::new("loyalty_configure", call::configure)
        .arg(text("database"))
        .arg(text("program"))
        .arg(Arg::new("now", DataType::Mixed).default("null"))
        .required_args(0)
        .returns(DataType::Void, false, false)
}

fn version() -> FunctionBuilder<'static> {
    FunctionBuilder::new("loyalty_version", call::version).returns(DataType::String, false, false)
}
