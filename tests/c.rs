//! The C library as a C programmer meets it: its header, its symbols, how it is installed, and what wrong use does.
//!
//! Needs gcc, g++, binutils, make, pkg-config and valgrind.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use loyalty_core::ops::describe::Description;
use loyalty_tests::native::{self, built, installed, succeeds};
use loyalty_tests::{Place, reference, root};

/// What the program of `tests/c` is made of.
const SOURCES: [&str; 6] = [
    "tests/c/arguments.c",
    "tests/c/calls.c",
    "tests/c/closing.c",
    "tests/c/fork.c",
    "tests/c/main.c",
    "tests/c/threads.c",
];

/// The program of `tests/c`, compiled.
fn program(kind: &str, flags: &[&str]) -> PathBuf {
    let program = installed().path(&format!("tests-{kind}"));
    installed().compile("gcc", &[&["-std=c11"], flags].concat(), &SOURCES, &program);
    program
}

/// A database for a program.
fn database(place: &Place) -> String {
    format!("sqlite:{}", place.file("loyalty.db").display())
}

/// Runs tests of the program, which says nothing when all is well.
fn runs(names: &[&str]) {
    static PLAIN: OnceLock<PathBuf> = OnceLock::new();
    let program = PLAIN.get_or_init(|| program("plain", &[]));
    let place = Place::new(&format!("c-{}", names.join("-")));
    succeeds(installed().command(program).arg(database(&place)).arg("50").args(names));
}

/// The tests in which nothing may be left in memory.
///
/// After a fork the child leaves the parent's connection alone, also its memory: closing it would close it there.
const FREE_ALL: [&str; 4] = ["arguments", "calls", "closing", "threads"];

#[test]
fn the_header_compiles_without_a_warning_as_any_c_and_as_cpp() {
    let program = installed().path("header");
    for standard in ["c99", "c11", "c17", "c2x"] {
        let flags = [&format!("-std={standard}"), "-Wstrict-prototypes", "-Wconversion"];
        installed().compile("gcc", &flags, &["tests/c/header.c"], &program);
        succeeds(&mut installed().command(&program));
    }
    for standard in ["c++11", "c++17", "c++20"] {
        let flags = ["-x", "c++", &format!("-std={standard}"), "-Wconversion"];
        installed().compile("g++", &flags, &["tests/c/header.c"], &program);
        succeeds(&mut installed().command(&program));
    }
}

#[test]
fn every_function_does_what_its_manual_says() {
    runs(&["calls"]);
}

#[test]
fn wrong_arguments_give_the_documented_error_and_write_nothing() {
    runs(&["arguments"]);
}

#[test]
fn eight_threads_share_an_engine() {
    runs(&["threads"]);
}

#[test]
fn an_engine_can_be_closed_while_others_use_it() {
    runs(&["closing"]);
}

#[test]
fn a_child_goes_on_with_what_it_inherited() {
    runs(&["fork"]);
}

/// One run for all, since most of its time goes into loading the library: few rounds do, as nothing here is by chance.
#[test]
fn valgrind_finds_no_error_and_no_leak() {
    let place = Place::new("c-valgrind");
    let program = program("valgrind", &[]);
    let mut valgrind = installed().command("valgrind");
    valgrind.args(["-q", "--error-exitcode=9", "--leak-check=full"]);
    valgrind.arg("--errors-for-leak-kinds=definite,indirect,possible").arg(&program);
    succeeds(valgrind.arg(database(&place)).arg("2").args(FREE_ALL));
    let mut forking = installed().command("valgrind");
    succeeds(forking.args(["-q", "--error-exitcode=9"]).arg(program).arg(database(&place)).args(["1", "fork"]));
}

/// The sanitizers instrument the C part, and watch the memory that crosses the border.
#[test]
fn the_address_and_undefined_behaviour_sanitizers_find_nothing() {
    let place = Place::new("c-sanitizers");
    let program = program("sanitized", &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]);
    let run = |leaks: &str, names: &[&str]| {
        let mut command = installed().command(&program);
        succeeds(command.env("ASAN_OPTIONS", leaks).arg(database(&place)).arg("20").args(names));
    };
    run("detect_leaks=1", &FREE_ALL);
    run("detect_leaks=0", &["fork"]);
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
    compiler.args(SOURCES.map(|source| root().join(source))).arg(library).arg("-o").arg(&program);
    compiler.args(installed().flags(&["--cflags"]));
    let further = installed().flags(&["--static", "--libs-only-l"]);
    succeeds(compiler.args(further.iter().filter(|flag| *flag != "-lloyalty")));
    let place = Place::new("c-static");
    succeeds(Command::new(&program).arg(database(&place)).args(["5", "threads"]));
    assert!(!succeeds(Command::new("nm").arg("-g").arg(&program)).contains("sqlite3_"));
}

#[test]
fn make_install_builds_and_installs_and_uninstall_leaves_nothing_behind() {
    let place = Place::new("c-install");
    let stage = place.file("stage");
    let files = || {
        let mut files = vec![];
        let mut folders = vec![stage.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().flatten() {
                if entry.file_type().unwrap().is_dir() { folders.push(entry.path()) } else { files.push(entry.path()) }
            }
        }
        files
    };
    native::install(&built(), &[("PREFIX", "/opt/shop".as_ref()), ("DESTDIR", &stage)], "install");
    assert_eq!(files().len(), 27, "{:?}", files());
    let described = fs::read_to_string(stage.join("opt/shop/lib/pkgconfig/loyalty.pc")).unwrap();
    assert!(described.contains("prefix=/opt/shop\n") && !described.contains("stage"), "{described}");
    native::install(&built(), &[("PREFIX", "/opt/shop".as_ref()), ("DESTDIR", &stage)], "uninstall");
    assert_eq!(files(), Vec::<PathBuf>::new());
}
