//! The C library as a C programmer meets it: its header, its symbols, how it is installed, and what wrong use does.
//!
//! Needs gcc, g++, binutils, make, pkg-config and valgrind.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use loyalty_core::ops::describe::Description;
use loyalty_tests::native::{self, built, installed, succeeds};
use loyalty_tests::{Place, reference, root};

/// A program of `tests/c`, compiled.
fn program(name: &str, kind: &str, flags: &[&str]) -> PathBuf {
    let program = installed().path(&format!("{name}-{kind}"));
    installed().compile("gcc", &[&["-std=c11"], flags].concat(), &format!("tests/c/{name}.c"), &program);
    program
}

/// A database for a program.
fn database(place: &Place) -> String {
    format!("sqlite:{}", place.file("loyalty.db").display())
}

/// Runs a program of `tests/c`, which says nothing when all is well.
fn runs(name: &str) {
    let place = Place::new(&format!("c-{name}"));
    succeeds(installed().command(program(name, "plain", &[])).arg(database(&place)));
}

/// The programs whose memory is looked at, and whether nothing may be left.
///
/// After a fork the child leaves the parent's connection alone, also its memory: closing it would close it there.
const LOOKED_AT: [(&str, bool); 4] = [("arguments", true), ("threads", true), ("closing", true), ("fork", false)];

/// Runs a program under valgrind, which finds no error and nothing that was not freed.
fn runs_in_valgrind(name: &str, frees_all: bool) {
    let place = Place::new(&format!("c-valgrind-{name}"));
    let mut valgrind = installed().command("valgrind");
    valgrind.args(["-q", "--error-exitcode=9"]);
    if frees_all {
        valgrind.args(["--leak-check=full", "--errors-for-leak-kinds=definite,indirect,possible"]);
    }
    let program = program(name, "valgrind", &[]);
    succeeds(valgrind.arg(program).arg(database(&place)));
}

/// Runs a program whose C part is instrumented by a sanitizer of gcc.
fn runs_with(sanitizer: &str, name: &str, frees_all: bool) {
    let place = Place::new(&format!("c-{sanitizer}-{name}"));
    let flag = format!("-fsanitize={sanitizer}");
    let program = program(name, sanitizer, &[&flag, "-fno-sanitize-recover=all"]);
    let leaks = format!("detect_leaks={}", u8::from(frees_all));
    succeeds(installed().command(program).env("ASAN_OPTIONS", leaks).arg(database(&place)));
}

#[test]
fn the_header_compiles_without_a_warning_as_any_c_and_as_cpp() {
    let program = installed().path("header");
    for standard in ["c99", "c11", "c17", "c2x"] {
        let flags = [&format!("-std={standard}"), "-Wstrict-prototypes", "-Wconversion"];
        installed().compile("gcc", &flags, "tests/c/header.c", &program);
        succeeds(&mut installed().command(&program));
    }
    for standard in ["c++11", "c++17", "c++20"] {
        let flags = ["-x", "c++", &format!("-std={standard}"), "-Wconversion"];
        installed().compile("g++", &flags, "tests/c/header.c", &program);
        succeeds(&mut installed().command(&program));
    }
}

#[test]
fn wrong_arguments_give_the_documented_error_and_write_nothing() {
    runs("arguments");
}

#[test]
fn eight_threads_share_an_engine() {
    runs("threads");
}

#[test]
fn an_engine_can_be_closed_while_others_use_it() {
    runs("closing");
}

#[test]
fn a_child_goes_on_with_what_it_inherited() {
    runs("fork");
}

#[test]
fn valgrind_finds_no_error_and_no_leak() {
    for (name, frees_all) in LOOKED_AT {
        runs_in_valgrind(name, frees_all);
    }
}

#[test]
fn the_address_and_undefined_behaviour_sanitizers_find_nothing() {
    for (name, frees_all) in LOOKED_AT {
        runs_with("address,undefined", name, frees_all);
    }
}

#[test]
fn only_names_of_the_contract_are_exported() {
    let header = fs::read_to_string(root().join("include/loyalty.h")).unwrap();
    let words = header.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
    let declared: Vec<&str> = words.filter(|word| word.starts_with("loyalty_")).collect();
    for (file, flags) in
        [("lib/libloyalty.so", ["-D", "--defined-only"]), ("lib/libloyalty.a", ["-g", "--defined-only"])]
    {
        let symbols = succeeds(Command::new("nm").args(flags).arg(installed().path(file)));
        let names: Vec<&str> = symbols
            .lines()
            .filter(|line| !line.is_empty() && !line.ends_with(':'))
            .filter_map(|line| line.split_whitespace().last())
            .collect();
        assert!(names.len() >= 16, "{file}: {names:?}");
        assert!(names.iter().all(|name| declared.contains(name)), "{file} shows more than the header: {names:?}");
    }
}

#[test]
fn the_header_names_every_typed_operation_by_the_contract() {
    let header = fs::read_to_string(root().join("include/loyalty.h")).unwrap();
    let names: Vec<&str> = reference::descriptions().iter().map(|operation: &Description| operation.name).collect();
    let typed: Vec<&str> = header.lines().filter_map(|line| line.strip_suffix("_args {")).collect();
    assert!(typed.len() >= 4, "{typed:?}");
    for line in typed {
        let name = line.trim_start_matches("typedef struct loyalty_");
        assert!(names.contains(&name), "{name} is no operation");
        assert!(header.contains(&format!("loyalty_status loyalty_{name}(")), "{name} has arguments and no function");
    }
}

#[test]
fn the_soname_is_that_of_the_abi_and_the_links_lead_to_the_file() {
    let dynamic = succeeds(Command::new("readelf").arg("-d").arg(installed().path("lib/libloyalty.so")));
    let soname = format!("libloyalty.so.{}", loyalty_ffi::LOYALTY_ABI_VERSION);
    assert!(dynamic.contains(&format!("Library soname: [{soname}]")), "{dynamic}");
    let file = fs::canonicalize(installed().path("lib/libloyalty.so")).unwrap();
    assert_eq!(fs::canonicalize(installed().path("lib").join(&soname)).unwrap(), file);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(file.file_name().unwrap().to_str().unwrap(), format!("{soname}.{version}"));
    assert_eq!(succeeds(installed().command("pkg-config").args(["--modversion", "loyalty"])).trim(), version);
}

#[test]
fn a_program_that_is_linked_statically_runs_beside_another_sqlite() {
    let library = installed().path("lib/libloyalty.a");
    let program = installed().path("static");
    let mut compiler = Command::new("gcc");
    compiler.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pthread"]);
    compiler.arg(root().join("tests/c/threads.c")).arg(library).arg("-o").arg(&program);
    compiler.args(installed().flags(&["--cflags"]));
    let further = installed().flags(&["--static", "--libs-only-l"]);
    succeeds(compiler.args(further.iter().filter(|flag| *flag != "-lloyalty")));
    let place = Place::new("c-static");
    succeeds(Command::new(&program).arg(database(&place)));
    assert!(!succeeds(Command::new("nm").arg("-g").arg(&program)).contains("sqlite3_"));
}

#[test]
fn what_is_uninstalled_leaves_nothing_behind() {
    let place = Place::new("c-install");
    let prefix = place.file("usr");
    let files = || {
        let mut files = vec![];
        let mut folders = vec![prefix.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().flatten() {
                if entry.file_type().unwrap().is_dir() { folders.push(entry.path()) } else { files.push(entry.path()) }
            }
        }
        files
    };
    native::install(&built(), &prefix, "install-only");
    assert_eq!(files().len(), 6, "{:?}", files());
    native::install(&built(), &prefix, "uninstall");
    assert_eq!(files(), Vec::<PathBuf>::new());
}
