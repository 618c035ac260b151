//! The flat header, read by the tools that it is for, says what a C compiler reads in the full one; and the library tells
//! what its operations are.
//!
//! Needs gcc, Python with cffi, and LuaJIT.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use loyalty_core::ops::Access;
use loyalty_tests::native::{installed, succeeds};
use loyalty_tests::{Place, calls, reference, root};
use serde_json::Value;

fn flat() -> String {
    fs::read_to_string(root().join("include/loyalty.flat.h")).unwrap()
}

/// The structs of a flat header that have fields.
fn structs(header: &str) -> Vec<&str> {
    header.lines().filter_map(|line| line.strip_prefix("} ")?.strip_suffix(';')).collect()
}

/// The constants of a flat header.
fn constants(header: &str) -> Vec<&str> {
    header.lines().filter_map(|line| line.trim().split_once(" = ")).map(|(name, _)| name).collect()
}

/// The functions of a flat header.
fn functions(header: &str) -> Vec<&str> {
    let prototypes = header.lines().filter(|line| line.ends_with(");"));
    prototypes.map(|line| line.split('(').next().unwrap().rsplit([' ', '*']).next().unwrap()).collect()
}

/// What a compiler reads in a header: the size of each struct and the value of each constant.
fn compiled(header: &str, flags: &[&str]) -> String {
    let place = Place::new(&format!("flat-{}", header.replace('.', "-")));
    let text = flat();
    let mut source = format!("#include \"{header}\"\nint printf(const char *format, ...);\nint main(void)\n{{\n");
    for name in structs(&text) {
        let _ = writeln!(source, "    printf(\"{name} %lu\\n\", (unsigned long)sizeof({name}));");
    }
    for name in constants(&text) {
        let _ = writeln!(source, "    printf(\"{name} %d\\n\", {name});");
    }
    source.push_str("    return 0;\n}\n");
    let (file, program) = (place.file("sizes.c"), place.file("sizes"));
    fs::write(&file, source).unwrap();
    let mut compiler = Command::new("gcc");
    compiler.args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]).args(flags);
    compiler.arg("-I").arg(installed().path("include")).arg(file).arg("-o").arg(&program);
    succeeds(&mut compiler);
    succeeds(&mut Command::new(program))
}

/// What a script reads in the installed flat header.
fn read_by(program: &str, script: &str) -> String {
    let text = flat();
    let mut command = installed().command(program);
    command.arg(root().join(script)).arg(installed().path("include/loyalty.flat.h"));
    succeeds(command.args(structs(&text)).args(constants(&text)))
}

#[test]
fn a_compiler_reads_the_same_in_both_headers_and_needs_no_other_for_the_flat_one() {
    let full = compiled("loyalty.h", &[]);
    assert!(full.contains("loyalty_earn_points_args ") && full.contains("LOYALTY_REFUSED 3\n"), "{full}");
    assert_eq!(compiled("loyalty.flat.h", &["-nostdinc"]), full);
}

#[test]
fn cffi_reads_the_flat_header_and_calls_by_it() {
    assert_eq!(read_by("python3", "tests/c/flat.py"), compiled("loyalty.h", &[]));
}

#[test]
fn luajit_reads_the_flat_header_and_calls_by_it() {
    assert_eq!(read_by("luajit", "tests/c/flat.lua"), compiled("loyalty.h", &[]));
}

#[test]
fn no_name_is_declared_twice_and_nothing_is_left_to_a_preprocessor() {
    let text = flat();
    let declarations = text.split_once("*/").unwrap().1;
    assert!(!declarations.contains(['#', '/']), "a directive or a comment is left");
    let typedefs = declarations.lines().filter_map(|line| line.strip_prefix("typedef ")?.strip_suffix(';'));
    let named = typedefs.map(|line| line.rsplit([' ', '*']).next().unwrap());
    let all: Vec<&str> = named.chain(structs(&text)).chain(constants(&text)).chain(functions(&text)).collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{all:?}");
    // Nor does the full one give an enum the name of another type.
    let full = fs::read_to_string(root().join("include/loyalty.h")).unwrap();
    assert!(!full.lines().any(|line| line.starts_with("enum loyalty") || line.contains("typedef enum")));
}

#[test]
fn the_flat_header_has_every_function_that_the_library_exports() {
    let library = installed().path("lib/libloyalty.so");
    let exported = succeeds(Command::new("nm").args(["-D", "--defined-only"]).arg(library));
    let exported: BTreeSet<&str> = exported.lines().filter_map(|line| line.split_whitespace().last()).collect();
    assert_eq!(functions(&flat()).into_iter().collect::<BTreeSet<_>>(), exported);
}

#[test]
fn the_library_lists_its_operations_with_schemas_that_right_calls_fit() {
    let program = installed().path("operations");
    installed().compile("gcc", &["-std=c99"], &["tests/c/operations.c"], &program);
    let list: Vec<Value> = serde_json::from_str(&succeeds(&mut installed().command(program))).unwrap();
    let names: Vec<&str> = list.iter().map(|operation| operation["name"].as_str().unwrap()).collect();
    let described = reference::descriptions();
    assert_eq!(names, described.iter().map(|operation| operation.name).collect::<Vec<_>>());
    let calls = calls::all();
    for (listed, described) in list.iter().zip(&described) {
        let kind = match described.access {
            Access::Write => "command",
            Access::Read | Access::ReadIfAny => "question",
            Access::Pure => "calculation",
        };
        let name = described.name;
        assert_eq!(
            (&listed["kind"], &listed["description"]),
            (&Value::from(kind), &Value::from(described.doc.clone()))
        );
        let (arguments, reply) = (&listed["arguments"], &listed["reply"]);
        let properties = arguments["properties"].as_object().unwrap();
        let params: Vec<&str> = described.params.iter().map(|param| param.name.as_str()).collect();
        assert_eq!(properties.keys().map(String::as_str).collect::<Vec<_>>(), params, "{name}");
        assert!(properties.values().all(|schema| schema["description"].is_string()), "{name}");
        let call = calls[name].whole();
        assert!(call.keys().all(|given| properties.contains_key(given)), "{name}: {call:?}");
        let required = arguments["required"].as_array().unwrap();
        assert!(required.iter().all(|needed| call.contains_key(needed.as_str().unwrap())), "{name}: {call:?}");
        assert_eq!(
            (&arguments["type"], &arguments["additionalProperties"]),
            (&"object".into(), &false.into()),
            "{name}"
        );
        assert!(reply["properties"].as_object().is_some_and(|fields| !fields.is_empty()), "{name}");
        assert!(!listed.to_string().contains("$ref"), "{name} refers to what is not there");
    }
}
